// A receipt in the browser: the code in the fragment leaves no trace, and the story is shown with and without scripts.

import assert from 'node:assert/strict';

import { press, suite } from './support.mjs';

const { test, kaiku } = suite();

const give = (free) => kaiku.give({ unit: 'koivuranta', answers: { q12: 2, free } });

test('the code of the square code is taken out of the address and sent', async ({ page, visit, watch }) => {
  const [one, other] = [await give('Ovi oli kiinni.'), await give('Valot olivat rikki.')];
  await visit(`/r#${one.receipt}`);
  await page.getByText('Ovi oli kiinni.').waitFor();
  assert.equal(new URL(page.url()).hash, '');
  // Scanned again while the story of another code is open: only the fragment changes.
  await visit(`/r#${other.receipt.replaceAll('-', '').toLowerCase()}`);
  await page.getByText('Valot olivat rikki.').waitFor();
  assert.equal(new URL(page.url()).hash, '');
  for (const { url } of watch.requests) {
    assert.ok(!url.replaceAll('-', '').toUpperCase().includes(one.receipt.replaceAll('-', '')), url);
  }
  // Going back shows no code in the address either.
  await page.goBack().catch(() => undefined);
  assert.equal(new URL(page.url()).hash, '');
});

test('a matter from question to verdict without script', { script: false }, async ({ page, visit }) => {
  const given = await give('Puhelinaika on lyhyt.');
  await kaiku.step(given.id, 'ask', { question: 'Mikä aika sopisi?' });
  await visit('/r');
  await page.fill('[name=code]', given.receipt.replaceAll('-', ' ').toLowerCase());
  await page.keyboard.press('Enter');
  await page.getByText('Mikä aika sopisi?').first().waitFor();
  // Changing the language keeps what was typed but not sent.
  await page.fill('textarea', 'Kello kolme.');
  await press(page, page.getByRole('button', { name: 'Svenska' }), { status: 200 });
  assert.equal(await page.locator('html').getAttribute('lang'), 'sv');
  assert.equal(await page.inputValue('textarea'), 'Kello kolme.');
  await press(page, page.locator('main button[value=send]'), { status: 200 });
  assert.match(await page.textContent('[role=status]'), /Ditt svar är framme/);
  await kaiku.step(given.id, 'decide', { kind: 'change_made', text: 'Aika on nyt pidempi.' });
  await page.goto('/r?lang=fi');
  await page.fill('[name=code]', given.receipt);
  await page.keyboard.press('Enter');
  await page.getByText('Aika on nyt pidempi.').first().waitFor();
  await page.getByLabel('Kyllä, vastaus auttoi').check();
  await press(page, page.locator('main button[value=send]'), { status: 200 });
  assert.match(await page.textContent('[role=status]'), /vastaus auttoi/);
});

test('a second press is not sent', async ({ page, visit, watch }) => {
  const given = await give('Ovi oli kiinni.');
  await visit('/r');
  await page.fill('#code', given.receipt);
  await press(page, page.locator('#open'), { status: 200 });
  await page.fill('textarea', 'Myös sunnuntaina.');
  await page.locator('main button[value=send]').dblclick();
  await page.locator('[role=status]').waitFor();
  assert.equal(await page.getByText('Myös sunnuntaina.').count(), 1);
  assert.equal(watch.requests.filter(({ method, url }) => method === 'POST' && url.includes('/r/message')).length, 1);
});
