// The tablet in a lobby, and what is sent while offline: from the kiosk and from the form.

import assert from 'node:assert/strict';

import { currentValues, fill } from './giver.mjs';
import { press, suite } from './support.mjs';

const { test, kaiku } = suite();

const TABLET = { width: 768, height: 1024, touch: true };
const WORDS = 'Odotin pitkään, mutta minua kuunneltiin.';
// While the server is down the browser reports it, and what the service worker sends fails.
const DOWN = [/ERR_CONNECTION_REFUSED/, /ERR_FAILED/, /status of 50[0-9]/, /status of 202/, /Failed to fetch/];

/**
 * Waits until a condition holds in the page; it may be asynchronous, for example when it reads the device's storage.
 */
async function until(page, what, argument) {
  for (const end = Date.now() + 60_000; !(await page.evaluate(what, argument));) {
    assert.ok(Date.now() < end, `it is not so in time: ${what}`);
    await page.waitForTimeout(50);
  }
}

/** Waits until the service worker controls the page and has cached what the page needs. */
async function kept(page, address) {
  await until(page, async (path) => {
    const held = await navigator.serviceWorker.ready;
    if (!held.active || !navigator.serviceWorker.controller) { return false; }
    const keys = (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat();
    const kept = keys.map((request) => request.url.replace(location.origin, ''));
    const own = `/kept?lang=${document.documentElement.lang}${path.startsWith('/k/') ? '&at=kiosk' : ''}`;
    return [path, own].every((wanted) => kept.includes(wanted)) && kept.some((name) => name.endsWith('/receipt-code.js'));
  }, address);
}

/** Everything in the device's database, as one text. */
function deviceDump(page) {
  return page.evaluate(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const held = await done(indexedDB.open('kaiku'));
    let text = '';
    const counts = {};
    for (const name of held.objectStoreNames) {
      const items = await done(held.transaction(name).objectStore(name).getAll());
      counts[name] = items.length;
      for (const item of items) {
        for (const [field, value] of Object.entries(item)) {
          text += `${field}=${value instanceof Uint8Array ? String.fromCharCode(...value) : value}\n`;
        }
      }
    }
    held.close();
    return { text, waiting: counts.queue, refused: counts.refused };
  });
}

async function wake(page) {
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
}

const codeOn = (page) => page.locator('.key [aria-hidden=true]').allTextContents().then((groups) => groups.join('-'));

async function storyOf(code) {
  return kaiku.api('POST', '/api/v1/receipts/lookup', { as: null, body: { code } });
}

test('a face, a word, a code, and the next giver finds the start', TABLET, async ({ page, visit }) => {
  await visit('/k/koivuranta');
  const before = await page.evaluate(() => history.length);
  const first = await page.locator('[name=key]').inputValue();
  await page.locator('#face2').tap();
  await page.locator('#why').fill(WORDS);
  await page.locator('.kacts .go').tap();
  await page.getByRole('heading', { name: 'Kiitos. Palautteesi on perillä.' }).waitFor();
  const code = await codeOn(page);
  assert.match(JSON.stringify(await storyOf(code)), /kuunneltiin/);
  await page.locator('[data-done]').tap();
  await page.getByRole('heading', { name: 'Millainen käyntisi oli tänään?' }).waitFor();
  assert.equal(await page.locator('#why').inputValue(), '');
  assert.equal(await page.locator('input:checked').count(), 0);
  assert.notEqual(await page.locator('[name=key]').inputValue(), first);
  assert.equal(await page.evaluate(() => history.length), before, 'nothing to go back to');
});

test('a face alone, and a short thanks', TABLET, async ({ page, visit }) => {
  await visit('/k/koivuranta?lang=sv');
  await page.locator('#face5').tap();
  await page.locator('[data-without]').tap();
  await page.getByRole('heading', { name: 'Tack. Din respons är framme.' }).waitFor();
  assert.equal(await page.locator('.kcode').count(), 0);
  await page.getByRole('heading', { name: 'Hur var ditt besök i dag?' }).waitFor();
});

test('one hand waits, and is told how long', TABLET, async ({ page, visit }) => {
  await visit('/k/koivuranta');
  // Four answers at one moment, however long they take here; the count of the wait follows another clock.
  await page.evaluate(() => {
    const now = Date.now();
    Date.now = () => now;
  });
  for (let n = 0; n < 4; n += 1) {
    await page.locator('#face4').tap();
    await page.locator('[data-without]').tap();
    await page.locator('[data-done]').tap();
  }
  await page.locator('.kwait').waitFor();
  assert.match(await page.locator('.kwait').innerText(), /Hetki…\s*\d+ s/);
  assert.ok(await page.locator('#face1').isDisabled());
  await page.locator('.kwait').waitFor({ state: 'hidden' });
  assert.ok(await page.locator('#face1').isEnabled());
});

test('who walks away has answered, and the words stay their own', TABLET, async ({ page, visit, watch }) => {
  await page.clock.install();
  await visit('/k/koivuranta');
  await page.locator('#face1').tap();
  await page.locator('#why').fill(WORDS);
  await page.clock.runFor(61_000);
  await page.locator('.kstill').waitFor();
  await page.locator('[data-here]').tap();
  await page.locator('.kstill').waitFor({ state: 'hidden' });
  await page.clock.runFor(61_000);
  await page.clock.runFor(21_000);
  await page.locator('#face1').waitFor();
  assert.equal(await page.locator('#why').inputValue(), '');
  const sent = watch.requests.filter(({ method, url }) => method === 'POST' && url.includes('/k/'));
  // The service worker's own request is recorded too, without its body.
  const bodies = new Set(sent.map(({ body }) => body).filter(Boolean));
  assert.equal(bodies.size, 1);
  assert.match([...bodies][0], /q1=1/);
  assert.doesNotMatch([...bodies][0], /free=O/);
});

test('the keyboard chooses without leading on', { width: 1280, height: 800 }, async ({ page, visit }) => {
  await visit('/k/koivuranta?lang=en');
  await page.locator('#face1').focus();
  await page.keyboard.press('ArrowDown');
  assert.ok(await page.locator('#face2').isChecked());
  await page.getByRole('button', { name: 'Continue' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#why').waitFor();
});

test('without script the form goes as it stands', { ...TABLET, script: false }, async ({ page, visit }) => {
  await visit('/k/koivuranta');
  await page.locator('#face3').check();
  await page.locator('#why').fill(WORDS);
  await press(page, page.locator('.kacts .go'), { status: 201 });
  await page.getByRole('heading', { name: 'Kiitos. Palautteesi on perillä.' }).waitFor();
});

test('kiosk without a network: kept, unreadable, sent once', { ...TABLET, allow: DOWN }, async ({ page, visit }) => {
  await visit('/k/koivuranta');
  await kept(page, '/k/koivuranta');
  await kaiku.down();
  try {
    await page.reload();
    await page.locator('#face1').tap();
    await page.locator('#why').fill(WORDS);
    await page.locator('.kacts .go').tap();
    await page.getByRole('heading', { name: 'Verkko katkesi. Palaute on tallessa tällä laitteella.' }).waitFor();
    assert.equal(await page.locator('.kept [data-is=waiting]').isVisible(), true);
    const code = await codeOn(page);
    const { text, waiting } = await deviceDump(page);
    assert.equal(waiting, 1);
    // Shorter ones stand in sealed bytes by chance.
    for (const word of ['Odotin', 'kuunneltiin', code, code.slice(0, 4), 'koivuranta', 'q1=1', 'free', '/k/ko']) {
      assert.ok(!text.includes(word), `the device holds ${word}`);
    }
    await kaiku.up();
    await wake(page);
    await page.locator('.kept [data-is=sent]').waitFor();
    await page.getByRole('heading', { name: 'Palautteesi on perillä.', exact: true }).waitFor();
    assert.equal(await page.title(), 'Palautteesi on perillä.');
    assert.equal(await page.locator('[data-is=waiting]:visible').count(), 0);
    assert.equal((await deviceDump(page)).waiting, 0);
    assert.match(JSON.stringify(await storyOf(code)), /kuunneltiin/);
  } finally {
    if (!(await kaiku.isReady())) { await kaiku.up(); }
  }
});

test('the second tap of two was not meant for what appears under it', TABLET, async ({ page, visit, watch }) => {
  await visit('/k/koivuranta');
  await page.locator('#face1').tap();
  const without = await page.locator('[data-without]').boundingBox();
  await page.locator('[data-change]').tap();
  // Now both taps, the second where the button for a face without words comes to stand.
  await page.locator('#face1').tap();
  await page.waitForTimeout(120);
  await page.touchscreen.tap(without.x + without.width / 2, without.y + without.height / 2);
  await page.waitForTimeout(1_500);
  assert.ok(await page.locator('#why').isVisible(), 'the giver may still say why');
  const posts = () => watch.requests.filter(({ method, url }) => method === 'POST' && url.includes('/k/')).length;
  assert.equal(posts(), 0);
  // The same tap a moment later is meant.
  await page.touchscreen.tap(without.x + without.width / 2, without.y + without.height / 2);
  await page.getByRole('heading', { name: 'Kiitos. Palautteesi on perillä.' }).waitFor();
});

test('the screen clears in its time though the clock is set back', TABLET, async ({ page, visit }) => {
  await visit('/k/koivuranta');
  await page.locator('#face4').tap();
  await page.locator('[data-without]').tap();
  await page.getByRole('heading', { name: 'Kiitos. Palautteesi on perillä.' }).waitFor();
  await page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() - 10 * 365 * 86_400_000;
  });
  await page.getByRole('heading', { name: 'Millainen käyntisi oli tänään?' }).waitFor();
});

test('in forced colours a chosen face is told from a focused one', { width: 1280, height: 800, forcedColors: true, reducedMotion: true }, async ({ page, visit }) => {
  await visit('/k/koivuranta?lang=en');
  const look = (id) => page.locator(`#${id} + label`).evaluate((label) => {
    const { backgroundColor, color, outlineStyle } = getComputedStyle(label);
    return { chosen: `${backgroundColor} ${color}`, focused: outlineStyle };
  });
  const plain = await look('face3');
  await page.locator('#face1').focus();
  await page.keyboard.press('Space');
  const both = await look('face1');
  await page.locator('#face1').evaluate((face) => face.blur());
  const chosen = await look('face1');
  assert.notEqual(chosen.chosen, plain.chosen, 'a chosen face looks like any other');
  assert.equal(both.chosen, chosen.chosen, 'the focus hides that it is chosen');
  assert.notEqual(both.focused, chosen.focused, 'the focus is not seen on a chosen face');
  assert.equal(chosen.focused, plain.focused);
  await page.getByRole('button', { name: 'Continue' }).waitFor();
});

test('one message that fails holds up no other, and what was refused is kept', { ...TABLET, allow: [...DOWN, /status of 422/] }, async ({ page, context, visit }) => {
  await visit('/k/koivuranta');
  await kept(page, '/k/koivuranta');
  await kaiku.down();
  try {
    await page.reload();
    for (const face of ['#face1', '#face5', '#face3']) {
      await page.locator(face).tap();
      await page.locator('[data-without]').tap();
      await page.getByRole('heading', { name: 'Verkko katkesi. Palaute on tallessa tällä laitteella.' }).waitFor();
      await page.locator('[data-done]').tap();
      await page.getByRole('heading', { name: 'Millainen käyntisi oli tänään?' }).waitFor();
    }
    assert.equal((await deviceDump(page)).waiting, 3);
    // The first message that is seen fails each time; the second is one that nobody can read; a third meets a page of
    // somebody else's network at first.
    const seen = [];
    let elsewhere = true;
    await context.route('**/sealed', async (route) => {
      const body = route.request().postDataBuffer().toString('base64');
      if (!seen.includes(body)) { seen.push(body); }
      const fulfilled = [
        () => route.fulfill({ status: 500, body: 'fault' }),
        () => route.fulfill({ status: 422, json: { outcome: 'refused', why: 'malformed-body' } }),
        () => (elsewhere ? route.fulfill({ status: 200, contentType: 'text/html', body: '<p>Welcome to our network' }) : route.continue()),
      ];
      await fulfilled[seen.indexOf(body)]();
    });
    await kaiku.up();
    await wake(page);
    for (let n = 0; n < 100 && (await deviceDump(page)).refused < 1; n += 1) { await page.waitForTimeout(100); }
    const first = await deviceDump(page);
    assert.deepEqual([first.waiting, first.refused], [2, 1], 'neither a fault nor another network ends a message');
    elsewhere = false;
    await page.waitForTimeout(500);
    await wake(page);
    for (let n = 0; n < 100 && (await deviceDump(page)).waiting > 1; n += 1) { await page.waitForTimeout(100); }
    assert.equal((await deviceDump(page)).waiting, 1, 'the one behind the fault has arrived');
    await context.unroute('**/sealed');
    await page.waitForTimeout(500);
    await wake(page);
    for (let n = 0; n < 100 && (await deviceDump(page)).waiting > 0; n += 1) { await page.waitForTimeout(100); }
    const last = await deviceDump(page);
    assert.deepEqual([last.waiting, last.refused], [0, 1]);
  } finally {
    if (!(await kaiku.isReady())) { await kaiku.up(); }
  }
});

test('a kiosk that lost the network starts, and keeps a face', { ...TABLET, allow: DOWN }, async ({ page, visit }) => {
  await visit('/k/koivuranta');
  await kept(page, '/k/koivuranta');
  await kaiku.down();
  try {
    await page.reload();
    await page.locator('#face5').tap();
    await page.locator('[data-without]').tap();
    await page.getByRole('heading', { name: 'Verkko katkesi. Palaute on tallessa tällä laitteella.' }).waitFor();
    assert.equal(await page.locator('.kcode').isVisible(), false);
    await page.locator('[data-done]').tap();
    await page.getByRole('heading', { name: 'Millainen käyntisi oli tänään?' }).waitFor();
    assert.equal((await deviceDump(page)).waiting, 1);
    await kaiku.up();
    await wake(page);
    for (let n = 0; n < 100 && (await deviceDump(page)).waiting > 0; n += 1) { await page.waitForTimeout(100); }
    assert.equal((await deviceDump(page)).waiting, 0);
  } finally {
    if (!(await kaiku.isReady())) { await kaiku.up(); }
  }
});

test('going back sends nothing, and brings what was typed', { allow: [/ERR_CACHE_MISS/, /status of 422/] }, async ({ page, context, visit }) => {
  const sealed = [];
  context.on('request', (request) => { if (request.url().endsWith('/sealed')) { sealed.push(request.url()); } });
  const address = '/u/koivuranta/pikapalaute?lang=fi';
  await visit(address);
  await kept(page, address);
  // Another language, then more text, then another page, and back.
  await fill(page, { free: WORDS });
  await press(page, page.locator('header button[value=sv]'), { status: 200 });
  await fill(page, { free: `${WORDS} Ja vielä tämä.` });
  await press(page, page.locator('footer a').first(), { status: 200 });
  await page.goBack();
  assert.equal((await currentValues(page)).free, `${WORDS} Ja vielä tämä.`);
  // An error, another page, and back: whatever the browser shows, the form was not sent.
  await fill(page, { 'reply-email': 'ei osoite' });
  await press(page, page.locator('#form button[value=send]').last(), { status: 422 });
  await press(page, page.locator('footer a').first(), { status: 200 });
  await page.goBack().catch(() => undefined);
  await page.waitForTimeout(1_000);
  await visit('/u/koivuranta');
  assert.equal((await deviceDump(page)).waiting, 0);
  assert.deepEqual(sealed, []);
});

test('form without a network: kept, unreadable, sent once', { allow: DOWN }, async ({ page, visit }) => {
  const address = '/u/koivuranta/pikapalaute?lang=fi';
  await visit(address);
  await kept(page, address);
  await kaiku.down();
  try {
    await page.reload();
    await fill(page, { q1: '2', free: WORDS });
    const code = await page.locator('[name=code]').inputValue();
    await page.locator('#form button[value=send]').last().click();
    await page.getByRole('heading', { name: 'Verkko katkesi. Palaute on tallessa tällä laitteella.' }).waitFor();
    assert.equal(await page.locator('#code').getAttribute('data-text'), code);
    const { text, waiting } = await deviceDump(page);
    assert.equal(waiting, 1);
    for (const word of ['Odotin', 'kuunneltiin', code, code.slice(0, 4), 'koivuranta', 'q1=2', 'free', '/u/ko']) {
      assert.ok(!text.includes(word), `the device holds ${word}`);
    }
    await kaiku.up();
    await wake(page);
    await page.locator('.kept [data-is=sent]').waitFor();
    await page.getByRole('heading', { name: 'Palautteesi on perillä.', exact: true }).waitFor();
    assert.match(JSON.stringify(await storyOf(code)), /kuunneltiin/);
    // Going back and sending again is the same feedback: the response is the page of thanks, with the same code.
    await page.goBack();
    assert.equal((await currentValues(page)).free, WORDS);
    const thanks = await press(page, page.locator('#form button[value=send]').last(), { status: 201 });
    assert.ok((await thanks.text()).includes(code));
  } finally {
    if (!(await kaiku.isReady())) { await kaiku.up(); }
  }
});
