// Every page in Swedish and English: no findings of axe-core, and no word too long for a small window.

import * as checks from './checks.mjs';
import { states, variants } from './states.mjs';
import { suite } from './support.mjs';

const { test } = suite();

for (const [name, goTo] of Object.entries(states)) {
  if (variants.has(name)) { continue; }
  for (const lang of ['sv', 'en']) {
    test(`${name}: in ${lang}`, { lang, reducedMotion: true }, async (window) => {
      const { page } = window;
      await goTo(window);
      const found = [...await checks.axe(page), ...await checks.outline(page, lang)];
      await page.setViewportSize(checks.ZOOMED);
      found.push(...await checks.sideways(page));
      checks.none(found);
    });
  }
}
