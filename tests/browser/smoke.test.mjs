// What the other tests rely on: a page opens, and the watch sees what it should.

import assert from 'node:assert/strict';

import { suite } from './support.mjs';

const { test, kaiku } = suite();

for (const lang of ['fi', 'sv', 'en']) {
  for (const script of [true, false]) {
    test(`a unit's page in ${lang} ${script ? 'with' : 'without'} script`, { lang, script }, async ({ page, visit }) => {
      await visit('/u/koivuranta');
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
      assert.equal(await page.locator('h1').count(), 1);
    });
  }
}

test('what is not there is said on a page', async ({ page, visit }) => {
  await visit('/u/nowhere', 404);
  assert.match(await page.locator('h1').innerText(), /\S/);
});

test('the watch sees what a page must not do', { allow: [/other\.example/, /inline/] }, async ({ page, visit, watch }) => {
  await visit('/u/koivuranta');
  await page.evaluate(async () => {
    await fetch('https://other.example/').catch(() => {});
    document.body.insertAdjacentHTML('beforeend', '<p style="color:red">x</p>');
  });
  await page.waitForTimeout(100);
  const found = watch.found.join('\n');
  assert.match(found, /asked another host|violates/);
  assert.match(found, /inline style/);
});

test('a server that is stopped comes back with its data', { allow: [/ERR_CONNECTION_REFUSED/] }, async ({ page, visit }) => {
  await kaiku.down();
  await assert.rejects(visit('/u/koivuranta'), /ERR_CONNECTION_REFUSED/);
  await kaiku.up();
  await visit('/u/koivuranta');
  const given = await kaiku.give({ unit: 'koivuranta', answers: { free: 'Kuului takaisin.' } });
  const found = await kaiku.caseOf('koivuranta', 'Kuului takaisin.');
  assert.equal(found.feedback_id, given.id);
});
