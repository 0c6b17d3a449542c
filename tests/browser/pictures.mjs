// Takes the pictures of `tests/browser/pictures` for the README: on a phone of 390 px, some on a desktop.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { codeIn, fill } from './giver.mjs';
import { print } from './pdf.mjs';
import { withPalette } from './png.mjs';
import { Kaiku, openContext, press, startChromium, visitor } from './support.mjs';

const BYTES_MOST = 150_000;
const PHONE = { width: 390, height: 844, scale: 2 };
const DESKTOP = { width: 1280, height: 900, scale: 1 };
// Per inch.
const PAPER_DOTS = 96;
const directory = fileURLToPath(new URL('pictures/', import.meta.url));
const FORM = '/u/koivuranta/asiakastyytyvaisyys';

const WORDS = 'Soitin kolmena päivänä, kukaan ei vastannut. Puhelinaika on silloin, kun olen työtoiminnassa.';

/** The receipt page of a feedback that was answered. */
async function story({ page, visit, kaiku }) {
  const given = await kaiku.give({ unit: 'koivuranta', answers: { q1: 2, q12: 2, free: WORDS } });
  await kaiku.step(given.id, 'acknowledge');
  await kaiku.step(given.id, 'decide', { kind: 'change_made', text: 'Puhelimeen vastataan nyt arkisin kello 9–18. Voit jättää myös soittopyynnön.' });
  await visit('/r');
  await page.locator('#code').fill(given.receipt);
  await press(page, page.locator('#open'), { status: 200 });
}

/** A page of the demo's board. */
async function visitBoard({ visit }, below) { await visit(`/u/koivuranta${below}`); }

/** `[name, window, how to get to the page, options of the picture]`; `printed`: its first sheet of paper. */
const pictures = [
  ['form', PHONE, async ({ page, visit }) => {
    await visit(FORM);
    await fill(page, { q1: '2' });
    await page.locator('#q1-2').evaluate((element) => { element.blur(); });
    await page.evaluate(() => document.querySelector('.ways').scrollIntoView());
  }],
  ['form-desktop', DESKTOP, async ({ page, visit }) => {
    await visit(FORM);
    await fill(page, { q1: '2', q2: '4' });
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  }],
  ['one-at-a-time', PHONE, async ({ page, visit }) => {
    await visit(`${FORM}?view=one#k5`);
    await page.locator('#k5 input[value="4"]').check();
    await page.evaluate(() => document.activeElement.blur());
  }],
  ['one-at-a-time-dark', { ...PHONE, scheme: 'dark' }, async ({ page, visit }) => {
    await visit(`${FORM}?view=one#k12`);
    await page.locator('#k12 input[value="4"]').check();
    await page.evaluate(() => document.activeElement.blur());
  }],
  ['thanks', PHONE, async ({ page, visit }) => {
    await visit(FORM);
    await fill(page, { q1: '2', free: WORDS });
    await press(page, page.locator('button[value=send]'), { status: 201 });
  }],
  ['receipt', { ...PHONE, scale: 1.5 }, async (window) => story(window), { fullPage: true }],
  ['receipt-desktop', DESKTOP, async (window) => story(window)],
  ['board', { ...PHONE, scale: 1.5 }, async (window) => { await visitBoard(window, '/board'); }, { fullPage: true }],
  ['board-desktop', DESKTOP, async (window) => { await visitBoard(window, '/board'); }],
  ['kiosk', { width: 1024, height: 768 }, async ({ visit }) => visit('/k/koivuranta')],
  ['poster', DESKTOP, async (window) => { await visitBoard(window, '/board/poster'); }, { printed: true }],
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
    const { printed, ...shot } = options ?? {};
    const png = withPalette(printed
      ? await print(page, ({ picture }) => picture(0, PAPER_DOTS))
      : await page.screenshot({ animations: 'disabled', ...shot }));
    await writeFile(path.join(directory, `${name}.png`), png);
    console.log(`${name}.png  ${png.length} bytes`);
    if (png.length > BYTES_MOST) { process.exitCode = 1; console.error(`${name}.png is above ${BYTES_MOST} bytes`); }
    await context.close();
  }
} finally {
  await browser.close();
  await kaiku.end();
}
