// Every page in every state: axe-core without findings in each language and both colour schemes, readable at 400 %, with
// targets that can be hit, and a focus that can be seen.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as checks from './checks.mjs';
import { sheets, states } from './states.mjs';
import { suite } from './support.mjs';

const { test } = suite();

// Colours do not fade from one scheme to the other while they are measured: motion is reduced.

// Pictures with the system's colours, to be looked at.
const pictures = fileURLToPath(new URL('../../target/browser/forced-colours/', import.meta.url));

for (const [name, goTo] of Object.entries(states)) {
  test(`${name}: for everybody`, { reducedMotion: true }, async (window) => {
    const { page } = window;
    await goTo(window);
    const undecided = sheets.has(name) ? [['color-contrast', /./]] : [];
    const found = [];
    const add = (where, findings) => found.push(...findings.map((finding) => `${where}: ${finding}`));

    add('light', await checks.axe(page, { undecided }));
    add('light', await checks.outline(page, 'fi'));
    add('light', await checks.edges(page));
    add('phone', await checks.targets(page));
    add('phone', await checks.sideways(page));
    add('keyboard', await checks.focus(page));

    await page.emulateMedia({ colorScheme: 'dark' });
    add('dark', await checks.axe(page, { only: ['color-contrast', 'link-in-text-block'], undecided }));
    add('dark', await checks.edges(page));

    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    add('forced colours', await checks.chosen(page));
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, `${name.replace(/\W+/g, '-')}.png`), fullPage: true });
    await page.emulateMedia({ forcedColors: 'none' });

    await page.setViewportSize(checks.ZOOMED);
    add('400 %', await checks.sideways(page));
    add('400 %', await checks.targets(page));
    add('400 %', await checks.focus(page));
    if (!sheets.has(name)) { add('400 %', await checks.spacing(page)); }

    await page.setViewportSize({ width: 1280, height: 900 });
    add('desktop', await checks.targets(page));
    add('desktop', await checks.sideways(page));
    checks.none(found);
  });

  for (const lang of ['sv', 'en']) {
    test(`${name}: in ${lang}`, { lang, reducedMotion: true }, async (window) => {
      const { page } = window;
      await goTo(window);
      const undecided = sheets.has(name) ? [['color-contrast', /./]] : [];
      const found = [...await checks.axe(page, { undecided }), ...await checks.outline(page, lang)];
      await page.setViewportSize(checks.ZOOMED);
      found.push(...await checks.sideways(page));
      checks.none(found);
    });
  }
}
