// The board of a unit: what staff posted, as a page and a feed; and every link of every public page.

import assert from 'node:assert/strict';

import { suite } from './support.mjs';

const { test, kaiku } = suite();

const SAID = 'Puhelimeen on vaikea saada vastausta.';
const DONE = 'Puhelinaika on nyt myös maanantaisin kello 16–18.';

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
      // In the reader's language if the post has it; else marked with the language it is in.
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
      // Links that differ only in language lead to the same pages and are followed once.
      const other = pathname + search.replace(/[?&]lang=\w+/, '');
      if (origin === kaiku.base && !seen.has(other)) { seen.set(other, address); }
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(seen.size > 20, `${seen.size} addresses`);
});
