// Every page in every state: no findings of axe-core in both colour schemes, readable at 400 %, targets large enough to
// hit, and a visible focus. In Finnish; languages.test.mjs tests the other languages.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as checks from './checks.mjs';
import { states } from './states.mjs';
import { suite } from './support.mjs';

const { test } = suite();

// Motion is reduced, so that colours do not fade between the schemes while they are measured.

// Screenshots with the system's colours, for people to look at.
const pictures = fileURLToPath(new URL('../../target/browser/forced-colours/', import.meta.url));

for (const [name, goTo] of Object.entries(states)) {
  test(`${name}: for everybody`, { reducedMotion: true }, async (window) => {
    const { page } = window;
    await goTo(window);
    // Folded parts are checked too.
    await page.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = true; }));
    const found = [];
    const add = (where, findings) => found.push(...findings.map((finding) => `${where}: ${finding}`));

    add('light', await checks.axe(page));
    add('light', await checks.outline(page, 'fi'));
    add('light', await checks.edges(page));
    add('phone', await checks.targets(page));
    add('phone', await checks.sideways(page));

    await page.emulateMedia({ colorScheme: 'dark' });
    add('dark', await checks.axe(page, { only: ['color-contrast', 'link-in-text-block'] }));
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
    add('400 %', await checks.spacing(page));

    await page.setViewportSize({ width: 1280, height: 900 });
    add('desktop', await checks.targets(page));
    add('desktop', await checks.sideways(page));
    checks.none(found);
  });
}

test('one at a time: every step', { reducedMotion: true }, async ({ page, visit }) => {
  const form = '/u/koivuranta/asiakastyytyvaisyys?view=one';
  await visit(form);
  const steps = await page.locator('section.step').count();
  const found = [];
  for (let step = 1; step <= steps; step += 1) {
    await visit(`${form}#k${step}`);
    const findings = [...await checks.axe(page), ...await checks.targets(page), ...await checks.sideways(page)];
    found.push(...findings.map((finding) => `step ${step}: ${finding}`));
  }
  checks.none(found);
});
