// Every page and state of the product, by name, and how a window gets there. The checks of accessibility use this
// table. Each function works in every language, with scripts; `{page, visit, kaiku}` are those of a test. It may be
// called more than once on the same server.

import { fill } from './giver.mjs';
import { press } from './support.mjs';

const UNIT = 'koivuranta';
// No other state posts here.
const POSTED = 'pajapiha';

const DECISIONS = ['change_made', 'change_planned', 'no_change', 'passed_on', 'thanks'];

/** Fills a board with every kind of post, and results. */
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

const FORM = `/u/${UNIT}/asiakastyytyvaisyys`;
const WORDS = 'Soitin kolme kertaa.\n\nKukaan ei vastannut puhelimeen.';

/** The form, filled in. */
async function filled({ page, visit }, more = {}) {
  await visit(FORM);
  await fill(page, { q1: '1', q2: 'cannot_say', q3: '5', q12: '4', birth_year: '1973', client_months_years: '2', free: WORDS, ...more });
}

/** Opens one question at a time, at the first step that contains this. */
async function step({ page, visit }, selector) {
  await visit(`${FORM}?view=one`);
  const id = await page.locator('section.step').filter({ has: page.locator(selector) }).first().getAttribute('id');
  await visit(`${FORM}?view=one#${id}`);
}

const UNKNOWN_CODE = '0000-0000-0000-0000';

/** The receipt page of a code. */
async function look({ page, visit }, code, status = 200) {
  await visit('/r');
  await page.locator('#code').fill(code);
  await press(page, page.locator('#open'), { status });
}

/** Opens the receipt page of a feedback whose case has taken these steps: `[name, body]`. */
async function story(window, steps, { unit = UNIT, answers = {}, ...feedback } = {}) {
  const { kaiku } = window;
  const given = await kaiku.give({ unit, answers: { q1: 2, q2: 'cannot_say', q12: 2, free: WORDS, ...answers }, ...feedback });
  for (const [name, body] of steps) { await kaiku.step(given.id, name, body); }
  await look(window, given.receipt);
}

const QUESTION = ['ask', { question: 'Mihin aikaan soitit?' }];
const DECISION = ['decide', { kind: 'change_made', text: 'Puhelimeen vastataan nyt arkisin kello 9–15.\n\nVoit jättää soittopyynnön.' }];

/** Sends the giver's verdict on the answer. */
async function verdict({ page }, helped, status = 200) {
  await page.locator(`input[type=radio][value=${helped}]`).check();
  await press(page, page.locator('button[formaction^="/r/verdict"]'), { status });
}

/** Opens the kiosk and touches a face. */
async function touched({ page, visit }) {
  await visit(`/k/${UNIT}`);
  // Without this, an answer given earlier in this window would make the kiosk wait.
  await page.evaluate(() => sessionStorage.clear());
  await page.locator('#face2').click();
  await settled(page);
}

/** The kiosk takes a touch again: what has just appeared waits a moment. */
const settled = (page) => page.locator('#screen:not(.settling)').waitFor();

/** The page that the service worker makes of its own when there is no network, in one of its states. */
async function without(network, { page, visit, at = '' }) {
  await visit(`/kept${at}`);
  await page.evaluate((state) => {
    const cut = (html) => html.replace(/%%\[([a-z-]+)%%([\s\S]*?)%%\]%%/g, (all, name, inner) => (name === state ? inner : ''))
      .replace('%%CODE%%', '<span class="vh">7 K 3 M, 9 Q W Z</span><span aria-hidden="true">7K3M</span><span aria-hidden="true">9QWZ</span>');
    document.title = cut(document.title);
    const main = document.getElementById('main');
    main.innerHTML = cut(main.innerHTML);
  }, network);
}

/** Pages that show another state with other words; they are checked in one language only. */
export const variants = new Set([
  'a sensitive unit', 'a full poster', 'a form of a sensitive unit', 'a form of one question', 'a form, filled in', 'one at a time: chosen',
  'one at a time: a text', 'one at a time: a reply',
  'one at a time: to join', 'one at a time: the last', 'thanks without a case', 'a story: acknowledged', 'a story: no change',
  'a story: thanks', 'a story: nothing chosen', 'a story: of a sensitive unit', 'a story: without a text', 'a code that is not known',
]);

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
  'a form': async ({ visit }) => visit(FORM),
  'a form of a sensitive unit': async ({ visit }) => visit('/u/suvanto/asiakastyytyvaisyys-yleinen'),
  'a form of one question': async ({ visit }) => visit(`/u/${UNIT}/pikapalaute`),
  'a form about the pages': async ({ visit }) => visit(`/u/${UNIT}/saavutettavuus`),
  'a form, filled in': async (window) => filled(window),
  'a form in easy words': async ({ page, visit }) => {
    await visit(FORM);
    await press(page, page.locator('button[value=easy]').first(), { status: 200 });
  },
  'a form with faults': async (window) => {
    await filled(window, { birth_year: '1873', 'reply-wanted': true, 'reply-email': 'maija@', 'volunteer-wanted': true });
    await press(window.page, window.page.locator('button[value=send]'), { status: 422 });
  },
  'one at a time: the first': async ({ visit }) => visit(`${FORM}?view=one`),
  'one at a time: chosen': async (window) => { await step(window, '[name=q3]'); await fill(window.page, { q3: '2' }); },
  'one at a time: a text': async (window) => step(window, 'textarea'),
  'one at a time: a reply': async (window) => step(window, '[name=reply-wanted]'),
  'one at a time: to join': async (window) => step(window, '[name=volunteer-wanted]'),
  'one at a time: the last': async (window) => step(window, 'button[value=send]'),
  'one at a time with a fault': async (window) => {
    await step(window, 'button[value=send]');
    // The field is in another step: set it as its giver would have left it.
    await window.page.evaluate(() => { document.querySelector('[name=birth_year]').value = '1873'; });
    await press(window.page, window.page.locator('button[value=send]'), { status: 422 });
  },
  'what is about to be sent': async (window) => {
    await step(window, 'button[value=check]');
    await window.page.evaluate(() => { document.querySelector('[name=free]').value = 'Kiitos.'; });
    await press(window.page, window.page.locator('button[value=check]'), { status: 200 });
  },
  'thanks': async (window) => { await filled(window); await press(window.page, window.page.locator('button[value=send]'), { status: 201 }); },
  'thanks without a case': async (window) => {
    await filled(window, { free: '' });
    await press(window.page, window.page.locator('button[value=send]'), { status: 201 });
  },
  'thanks for what reads like a complaint': async (window) => {
    await filled(window, { free: 'Haluan tehdä muistutuksen kohtelustani.' });
    await press(window.page, window.page.locator('button[value=send]'), { status: 201 });
  },
  'a receipt code': async ({ visit }) => visit('/r'),
  'a code with a wrong sign': async (window) => look(window, '7K3M-9QWZ-0B4T-XH2X', 422),
  'a code that is not known': async (window) => look(window, UNKNOWN_CODE, 404),
  'a story: received': async (window) => story(window, []),
  'a story: acknowledged': async (window) => story(window, [['acknowledge']]),
  'a story: asked': async (window) => story(window, [QUESTION]),
  'a story: asked, nothing said': async (window) => {
    await story(window, [QUESTION]);
    await press(window.page, window.page.locator('button[formaction^="/r/message"]'), { status: 422 });
  },
  'a story: answered by the giver': async (window) => {
    await story(window, [QUESTION]);
    await window.page.locator('main textarea').first().fill('Aamulla yhdeksältä.');
    await press(window.page, window.page.locator('button[formaction^="/r/message"]'), { status: 200 });
  },
  'a story: told': async (window) => story(window, [DECISION]),
  'a story: nothing chosen': async (window) => {
    await story(window, [DECISION]);
    await press(window.page, window.page.locator('button[formaction^="/r/verdict"]'), { status: 422 });
  },
  'a story: thanks': async (window) => story(window, [['decide', { kind: 'thanks', text: '' }]]),
  'a story: no change': async (window) => story(window, [['decide', { kind: 'no_change', text: 'Emme muuta tätä nyt, koska työntekijöitä on liian vähän.' }]]),
  'a story: it helped': async (window) => { await story(window, [DECISION]); await verdict(window, 'yes'); },
  'a story: it did not help': async (window) => {
    await story(window, [DECISION]);
    await window.page.locator('main textarea').first().fill('Puhelin soi yhä tyhjää.');
    await verdict(window, 'no');
  },
  'a story: of a sensitive unit': async (window) => story(window, [QUESTION], { unit: 'suvanto', instrument: 'asiakastyytyvaisyys-yleinen' }),
  'a story: reads like a complaint': async (window) => story(window, [], { answers: { free: 'Haluan tehdä muistutuksen kohtelustani.' } }),
  'a story: without a text': async (window) => story(window, [], { answers: { free: null } }),
  'a story: of a group': async (window) => look(window, window.kaiku.credentials.receipts.find(({ channel }) => channel === 'group').code),
  'a story: a card on its way': async (window) => look(window, window.kaiku.credentials.card_on_its_way),
  'the privacy notice': async ({ visit }) => visit('/privacy'),
  'the accessibility statement': async ({ visit }) => visit('/accessibility'),
  'the living page of the look': async ({ visit }) => visit('/style'),
  'the kiosk': async ({ visit }) => visit(`/k/${UNIT}`),
  'the kiosk of a sensitive unit': async ({ visit }) => visit('/k/suvanto'),
  'the kiosk asks why': touched,
  'the kiosk thanks with a code': async (given) => {
    await touched(given);
    await given.page.locator('#why').fill('Odotin pitkään.');
    await given.page.locator('.kacts .go').click();
    await given.page.locator('.kcode').waitFor();
    await settled(given.page);
  },
  'a kiosk that is not there': async ({ visit }) => visit('/k/nowhere', 404),
  'kept on the device': async (given) => without('kept', given),
  'sent without a network from the look over': async (given) => without('check', given),
  'a page that is not on the device': async (given) => without('no-page', given),
  'kept on the kiosk': async (given) => without('kept', { ...given, at: '?at=kiosk' }),
  'what is not there': async ({ visit }) => visit('/u/nowhere', 404),
};
