// The pictures of `tests/browser/pictures`: what the README shows. A phone of 390 px, and a desktop where it pays.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { codeIn, fill } from './giver.mjs';
import { withPalette } from './png.mjs';
import { Kaiku, openContext, press, startChromium, visitor } from './support.mjs';

const BYTES_MOST = 150_000;
const PHONE = { width: 390, height: 844, scale: 2 };
const DESKTOP = { width: 1280, height: 900, scale: 1 };
const directory = fileURLToPath(new URL('pictures/', import.meta.url));
const FORM = '/u/koivuranta/asiakastyytyvaisyys';

/** `[name, window, way, options of the picture]`. */
const pictures = [
  ['unit', PHONE, async ({ visit }) => visit('/u/koivuranta')],
];

await mkdir(directory, { recursive: true });
const kaiku = await Kaiku.start();
const browser = await startChromium();
try {
  for (const [name, window, goTo, options] of pictures) {
    const context = await openContext(browser, kaiku, { reducedMotion: true, ...window });
    const page = await context.newPage();
    await goTo({ page, visit: visitor(page), kaiku });
    await page.mouse.move(0, 0);
    const png = withPalette(await page.screenshot({ animations: 'disabled', ...options }));
    await writeFile(path.join(directory, `${name}.png`), png);
    console.log(`${name}.png  ${png.length} bytes`);
    if (png.length > BYTES_MOST) { process.exitCode = 1; console.error(`${name}.png is above ${BYTES_MOST} bytes`); }
    await context.close();
  }
} finally {
  await browser.close();
  await kaiku.end();
}
