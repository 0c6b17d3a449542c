// Every page and state of the product, by name: how a window comes to it. The checks of accessibility go through this
// table. A way works in every language, with script; `{page, visit, kaiku}` are those of a test. A way may be gone more
// than once on the same server.

import { press } from './support.mjs';

const UNIT = 'koivuranta';
// No other state posts here.
const POSTED = 'pajapiha';

const DECISIONS = ['change_made', 'change_planned', 'no_change', 'passed_on', 'thanks'];

/** A board with every kind of post, and results. */
async function boardFull(kaiku) {
  const { items } = await kaiku.api('GET', `/api/v1/units/${POSTED}/board`);
  if (items.length >= DECISIONS.length) { return; }
  for (const decision of DECISIONS) {
    await kaiku.post(POSTED, {
      decision,
      said: 'Puhelimeen on vaikea saada vastausta. Soittoaika on silloin, kun olen töissä tai työtoiminnassa.',
      done: 'Puhelinaika on nyt myös maanantaisin kello 16–18.\n\nVoit jättää soittopyynnön.',
      translations: decision === 'thanks' ? [{ language: 'sv', said: 'Det är svårt att nå er per telefon.', done: 'Telefontiden är nu längre.' }] : [],
    });
  }
  await kaiku.api('POST', `/api/v1/units/${POSTED}/results`, {
    body: {
      instrument: 'asiakastyytyvaisyys-yleinen', from: '2026-09', to: '2026-10', language: 'fi',
      words: 'Puhelinajat saivat heikoimmat arviot.\n\nNiitä pidennettiin.',
    },
  });
}

/**
 * Sheets of paper that are shown as they are printed: black on white always, which axe cannot tell where bows are drawn
 * over the white; with text that grows with the sheet, so that wider spacing does not fit. The board says the same.
 */
export const sheets = new Set(['an empty poster', 'a full poster']);
const ANSWERS = { q1: 4, q5: 'cannot_say', q12: 2, client_months: 27, free: 'Puhelinaika on lyhyt.' };

/** The story of a new feedback, after `steps` of its handler. */
async function story({ page, visit, kaiku }, steps = [], answers = ANSWERS) {
  const given = await kaiku.give({ unit: UNIT, answers });
  for (const [step, body] of steps) { await kaiku.step(given.id, step, body); }
  await visit('/r');
  await page.fill('#code', given.receipt);
  await press(page, page.locator('#open'), { status: 200 });
}

export const states = {
  'the start': async ({ visit }) => visit('/'),
  'a unit': async ({ visit }) => visit(`/u/${UNIT}`),
  'a sensitive unit': async ({ visit }) => visit('/u/suvanto'),
  'an empty board': async ({ visit }) => visit('/u/kaisla/board'),
  'a full board': async ({ visit, kaiku }) => { await boardFull(kaiku); await visit(`/u/${POSTED}/board`); },
  'an empty poster': async ({ visit }) => visit('/u/kaisla/board/poster'),
  'a full poster': async ({ visit, kaiku }) => { await boardFull(kaiku); await visit(`/u/${POSTED}/board/poster`); },
  'no results': async ({ visit }) => visit('/u/kaisla/results'),
  'results': async ({ visit, kaiku }) => { await boardFull(kaiku); await visit(`/u/${POSTED}/results`); },
  'the privacy notice': async ({ visit }) => visit('/privacy'),
  'the accessibility statement': async ({ visit }) => visit('/accessibility'),
  'a receipt: the code is asked for': async ({ visit }) => visit('/r'),
  'a receipt: a code that cannot be right': async ({ page, visit }) => {
    await visit('/r');
    await page.fill('#code', '7K3M-9QWZ-0B4T-XH2E');
    await press(page, page.locator('#open'), { status: 422 });
  },
  'a receipt: on its way to an answer': async (at) => story(at),
  'a receipt: counted': async (at) => story(at, [], { ...ANSWERS, free: null }),
  'a receipt: a question': async (at) => story(at, [['acknowledge'], ['ask', { question: 'Mikä aika sopisi?' }]]),
  'a receipt: answered': async (at) => story(at, [['decide', { kind: 'change_made', text: 'Aika on nyt pidempi.' }]]),
  'a receipt: nothing chosen': async (at) => {
    await story(at, [['decide', { kind: 'no_change', text: 'Emme saa lisää väkeä.' }]]);
    await press(at.page, at.page.locator('main button[value=send]'), { status: 422 });
  },
  'a receipt: the answer helped': async (at) => {
    await story(at, [['decide', { kind: 'thanks', text: '' }]]);
    await at.page.check('input[value=yes]');
    await press(at.page, at.page.locator('main button[value=send]'), { status: 200 });
  },
  'the living page of the look': async ({ visit }) => visit('/style'),
  'what is not there': async ({ visit }) => visit('/u/nowhere', 404),
};
