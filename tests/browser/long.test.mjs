// Long words and addresses without a place to part: whoever wrote them, they scroll no screen of 320 px sideways.

import assert from 'node:assert/strict';

import * as checks from './checks.mjs';
import { fill } from './giver.mjs';
import { press, suite } from './support.mjs';

const { test, kaiku } = suite();

const NARROW = { width: 320, height: 640, reducedMotion: true };
const UNIT = 'koivuranta';
const WORD = `Aivan${'epäjärjestelmällistyttämättömyydellänsäkään'.repeat(3)}`;
const ADDRESS = `https://esimerkki.example/${'aikuissosiaalityo'.repeat(8)}?haku=${'x'.repeat(60)}`;
const MAIL = `${'etunimi.toinennimi.sukunimi'.repeat(2)}@${'hyvinvointialue'.repeat(4)}.example`;
const TEXT = `${WORD} ${ADDRESS}\n\n${MAIL}`;

/** The page holds a long word, and all of it stands within the screen. */
async function fits(page, what, word = WORD) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = true; }));
  assert.ok((await page.locator('body').innerHTML()).replace(/\u00ad/g, '').includes(word.slice(0, 40)), `${what}: the long word is not there`);
  checks.none((await checks.sideways(page)).map((finding) => `${what}: ${finding}`));
}

test('a long name of a unit', NARROW, async ({ page, visit }) => {
  const { service, sensitive } = await kaiku.api('GET', `/api/v1/units/${UNIT}`);
  const named = (name) => kaiku.api('PUT', `/api/v1/units/${UNIT}`, { body: { name, service, sensitive } });
  await named(WORD);
  for (const address of ['/', `/u/${UNIT}`, `/u/${UNIT}/board`, `/u/${UNIT}/board/poster`, `/u/${UNIT}/results`, `/u/${UNIT}/qr`, `/u/${UNIT}/asiakastyytyvaisyys`, `/u/${UNIT}/asiakastyytyvaisyys?view=one`, `/k/${UNIT}`]) {
    await visit(address);
    await fits(page, address);
  }
  await named('Koivurannan aikuissosiaalityö');
});

test('long words on a board, its poster and in results', NARROW, async ({ page, visit }) => {
  await kaiku.post(UNIT, { decision: 'change_made', said: TEXT, done: TEXT, names_checked: true });
  await kaiku.api('POST', `/api/v1/units/${UNIT}/results`, {
    body: { instrument: 'asiakastyytyvaisyys', from: '2026-09', to: '2026-10', language: 'fi', words: TEXT, names_checked: true },
  });
  for (const address of [`/u/${UNIT}`, `/u/${UNIT}/board`, `/u/${UNIT}/results`]) {
    await visit(address);
    await fits(page, address);
  }
});

test('long words in a form, looked over and with a fault', NARROW, async ({ page, visit }) => {
  await visit(`/u/${UNIT}/asiakastyytyvaisyys?view=one`);
  await page.evaluate((text) => { document.querySelector('[name=free]').value = text; }, TEXT);
  await page.evaluate((mail) => { document.querySelector('[name=reply-email]').value = mail; }, MAIL);
  const last = await page.locator('section.step').filter({ has: page.locator('button[value=check]') }).first().getAttribute('id');
  await page.evaluate((id) => { location.hash = id; }, last);
  await press(page, page.locator('button[value=check]'), { status: 200 });
  await fits(page, 'looked over');
  await visit(`/u/${UNIT}/asiakastyytyvaisyys`);
  await fill(page, { free: TEXT, birth_year: '1873', 'reply-email': `${MAIL}@` });
  await press(page, page.locator('button[value=send]').last(), { status: 422 });
  await fits(page, 'with a fault');
});

test('long words in a story, by the giver and by staff', NARROW, async ({ page, visit }) => {
  const { id, receipt } = await kaiku.give({ unit: UNIT, answers: { q1: 2, free: TEXT } });
  await kaiku.step(id, 'ask', { question: TEXT });
  const look = async (status) => {
    await visit('/r');
    await page.locator('#code').fill(receipt);
    await press(page, page.locator('#open'), { status });
  };
  await look(200);
  await fits(page, 'asked');
  await page.locator('main textarea').first().fill(TEXT);
  await press(page, page.locator('button[formaction^="/r/message"]'), { status: 200 });
  await fits(page, 'answered');
  await kaiku.step(id, 'decide', { kind: 'change_made', text: TEXT });
  await look(200);
  await fits(page, 'decided');
});
