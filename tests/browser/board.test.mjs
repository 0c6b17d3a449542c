// The board of a unit: what staff posted, as a page, a feed and a sheet of paper; and every link of every public page.

import assert from 'node:assert/strict';

import { readQr } from './giver.mjs';
import { suite } from './support.mjs';

const { test, kaiku } = suite();

const SAID = 'Puhelimeen on vaikea saada vastausta.';
const DONE = 'Puhelinaika on nyt myös maanantaisin kello 16–18.';
// CSS pixels: 96 an inch.
const SHEETS = { a4: [210, 297], a3: [297, 420] };
const px = (millimetres) => millimetres / 25.4 * 96;

for (const script of [true, false]) {
  for (const lang of ['fi', 'sv', 'en']) {
    test(`a post is read in ${lang} ${script ? 'with' : 'without'} script`, { lang, script }, async ({ page, visit }) => {
      const unit = { fi: 'koivuranta', sv: 'kaisla', en: 'itaranta' }[lang];
      const mark = `(${lang}, ${script})`;
      await kaiku.post(unit, {
        said: `${SAID} ${mark}`, done: DONE, decision: 'change_made',
        translations: [{ language: 'sv', said: `Det är svårt att nå er. ${mark}`, done: 'Telefontiden är längre.' }],
      });
      await visit(`/u/${unit}`);
      await page.locator(`a[href^="/u/${unit}/board"]`).first().click();
      await page.waitForURL(`**/u/${unit}/board*`);
      const post = page.locator('.post').first();
      await post.getByText(mark).waitFor();
      // In the reader's language where there is one; else marked as the language it is in.
      const wanted = lang === 'sv' ? 'Det är svårt att nå er.' : SAID;
      const said = post.getByText(wanted);
      await said.waitFor();
      assert.equal(await said.evaluate((element) => element.closest('[lang]').lang), lang === 'sv' ? 'sv' : 'fi');

      const feed = await page.locator('link[rel=alternate][type="application/atom+xml"]').getAttribute('href');
      const atom = await fetch(new URL(feed, kaiku.base));
      assert.match(atom.headers.get('content-type'), /^application\/atom\+xml/);
      const xml = await atom.text();
      const read = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'application/xml');
        return { fault: parsed.querySelector('parsererror')?.textContent, entries: parsed.querySelectorAll('entry').length };
      }, xml);
      assert.equal(read.fault, undefined);
      assert.ok(read.entries > 0);
      assert.ok(xml.includes(mark));
    });
  }
}

for (const [size, sides] of Object.entries(SHEETS)) {
  for (const unit of ['pajapiha', 'suvanto']) {
    test(`the poster of ${unit} is one sheet of ${size}`, { width: 1280, height: 900, scale: 2 }, async ({ page, visit }) => {
      if (unit === 'pajapiha') {
        // As much as a post may hold is cut or goes to another sheet; never smaller, never over the edge.
        for (let n = 0; n < 4; n += 1) {
          await kaiku.post(unit, { said: `${SAID} `.repeat(4), done: `${DONE} `.repeat(6), decision: 'no_change' });
        }
      }
      await visit(`/u/${unit}/board/poster${size === 'a3' ? '?size=a3' : ''}`);
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, 'sheets of paper');
      const box = pdf.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/).slice(1).map((points) => Math.round(points / 72 * 25.4));
      assert.deepEqual(box, sides);
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: Math.floor(px(sides[0])), height: Math.floor(px(sides[1])) });
      const { foot, footTop, posts, sheet, least, tools } = await page.evaluate(() => {
        const bottom = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
        const sizes = [...document.querySelectorAll('.ps p, .pd p')].map((element) => parseFloat(getComputedStyle(element).fontSize));
        return {
          foot: bottom('.sheet footer'), posts: bottom('.sheet ol > :last-child, .sheet .none'),
          footTop: document.querySelector('.sheet footer').getBoundingClientRect().top, sheet: bottom('.sheet'), least: Math.min(...sizes, Infinity),
          tools: document.querySelector('.tools').getClientRects().length,
        };
      });
      assert.ok(foot <= sheet, `the foot ends at ${foot}, the sheet at ${sheet}`);
      assert.ok(posts <= footTop, `the posts end at ${posts}, the foot begins at ${footTop}`);
      assert.ok(least >= px(sides[0]) * 0.025, `letters of ${least} px on ${size}`);
      assert.equal(tools, 0, 'what belongs to the screen is not printed');
      assert.ok((await readQr(page)).startsWith(`${kaiku.base}/u/${unit}`));
    });
  }
}

test('every link of every page leads somewhere', async ({ page }) => {
  const seen = new Map([['/', 'the start']]);
  const dead = [];
  for (const [address, from] of seen) {
    const answer = await fetch(kaiku.base + address, { headers: { 'accept-language': 'fi' } });
    if (answer.status >= 400) { dead.push(`${address} answers ${answer.status}: from ${from}`); continue; }
    const html = await answer.text();
    if (!(answer.headers.get('content-type') || '').startsWith('text/html') || address.startsWith('/docs')) { continue; }
    const found = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'text/html');
      return [...parsed.querySelectorAll('a[href], link[href], script[src], img[src]')]
        .map((element) => element.getAttribute('href') || element.getAttribute('src'));
    }, html);
    for (const link of found) {
      const { origin, pathname, search } = new URL(link, kaiku.base + address);
      // A language is looked at where it is asked for; all others lead to the same pages again.
      const other = pathname + search.replace(/[?&]lang=\w+/, '');
      if (origin === kaiku.base && !seen.has(other)) { seen.set(other, address); }
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(seen.size > 20, `${seen.size} addresses`);
});
