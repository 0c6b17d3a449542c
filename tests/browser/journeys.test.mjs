// A giver's journeys through the pages, from the unit's page to the verdict: with and without scripts, with the
// keyboard only, in three languages.

import assert from 'node:assert/strict';

import { codeIn, currentValues, fill, readQr, tabTo } from './giver.mjs';
import { arrive, press, suite } from './support.mjs';

const { test, kaiku } = suite();

const FORM = '/u/koivuranta/asiakastyytyvaisyys';
const CODE = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;

/** No URL of a request or of the window's history contains the code. */
async function codeStaysOut(page, context, watch, code) {
  const plain = code.replaceAll('-', '');
  const holds = (address) => [code, plain].some((form) => decodeURIComponent(address).toUpperCase().includes(form));
  assert.deepEqual(watch.requests.map(({ url }) => url).filter(holds), []);
  const devtools = await context.newCDPSession(page);
  const { entries } = await devtools.send('Page.getNavigationHistory');
  assert.deepEqual(entries.map(({ url }) => url).filter(holds), []);
}

for (const lang of ['fi', 'sv', 'en']) {
  for (const script of [true, false]) {
    test(`from the unit's page to the verdict in ${lang} ${script ? 'with' : 'without'} script`, { lang, script }, async ({ page, context, visit, watch }) => {
      const words = `Kun soitin, kukaan ei vastannut (${lang}, ${script}).`;
      await visit('/u/koivuranta');
      await press(page, page.locator('a[href$="/asiakastyytyvaisyys"], a[href*="/asiakastyytyvaisyys?"]').first(), { status: 200 });

      // An impossible year and an invalid address: both are reported, and nothing is lost.
      await fill(page, { q1: '4', q2: 'cannot_say', q12: '2', birth_year: '1873', free: words, 'reply-wanted': true, 'reply-email': 'maija.example.fi' });
      const before = await currentValues(page);
      await press(page, page.locator('button[value=send]'), { status: 422 });
      await page.locator('#sum:focus').waitFor();
      assert.equal(await page.locator('#sum a').count(), 2);
      assert.deepEqual(await currentValues(page), before);
      for (const link of await page.locator('#sum a').all()) {
        await link.click();
        const at = await page.evaluate(() => location.hash.slice(1));
        assert.equal(await page.locator(`[id="${at}"]`).count(), 1);
      }
      assert.equal(await page.locator('[name=birth_year]').getAttribute('aria-invalid'), 'true');
      await fill(page, { birth_year: '1973', 'reply-email': 'maija@example.fi' });
      await press(page, page.locator('button[value=send]'), { status: 201 });

      // The receipt, as text and as a QR code.
      const code = await codeIn(page);
      assert.match(code, CODE);
      assert.equal(await readQr(page), `${kaiku.base}/r#${code}`);

      // The handler asks; the giver reads and answers.
      const { id } = await kaiku.caseOf('koivuranta', words);
      await kaiku.step(id, 'ask', { question: 'Mihin aikaan soitit?' });
      await visit('/r');
      await page.locator('[name=code]').fill(code.toLowerCase().replaceAll('-', ' '));
      await press(page, page.locator('#open'), { status: 200 });
      await page.getByText(words).first().waitFor();
      await page.getByText('Mihin aikaan soitit?').first().waitFor();
      await page.locator('main textarea').first().fill('Aamulla yhdeksältä.');
      await press(page, page.locator('button[formaction^="/r/message"]'), { status: 200 });
      await page.getByText('Aamulla yhdeksältä.').first().waitFor();

      // The answer, and the giver's verdict.
      const done = 'Puhelimeen vastataan nyt arkisin kello 9–15.';
      await kaiku.step(id, 'decide', { kind: 'change_made', text: done });
      await visit('/r');
      await page.locator('[name=code]').fill(code);
      await press(page, page.locator('#open'), { status: 200 });
      await page.getByText(done).first().waitFor();
      assert.equal((await kaiku.case(id)).state, 'told');
      await page.locator('input[type=radio][value=yes]').check();
      await press(page, page.locator('button[formaction^="/r/verdict"]'), { status: 200 });
      const closed = await kaiku.case(id);
      assert.equal(closed.state, 'closed');
      assert.equal(closed.verdict, 'helped');
      await codeStaysOut(page, context, watch, code);
    });
  }
}

for (const script of [true, false]) {
  test(`one question at a time with the keyboard alone ${script ? 'with' : 'without'} script`, { script }, async ({ page, visit }) => {
    await visit(`${FORM}?view=one`);
    const steps = await page.locator('section.step').count();
    assert.ok(steps > 12, `${steps} steps`);
    for (let step = 1; step < steps; step += 1) {
      const section = `#k${step}`;
      if (await page.locator(`${section} input[type=radio][value="4"]`).count()) {
        await tabTo(page, `${section} input[type=radio]`);
        await page.keyboard.press('Space');
        for (let tries = 0; tries < 5 && !(await page.locator(`${section} input[value="4"]`).isChecked()); tries += 1) {
          await page.keyboard.press('ArrowDown');
        }
      } else if (await page.locator(`${section} textarea`).count()) {
        await tabTo(page, `${section} textarea`);
        await page.keyboard.type(`Näppäimillä kirjoitettu (${script}).`);
      }
      await tabTo(page, `${section} a.go`);
      await page.keyboard.press('Enter');
      // Only the next question is visible.
      await page.locator(`#k${step + 1}`).waitFor();
      assert.equal(await page.locator('section.step:visible').count(), 1);
    }
    await tabTo(page, 'button[value=send]');
    await arrive(page, () => page.keyboard.press('Enter'), { status: 201 });
    assert.match(await codeIn(page), CODE);
    const { answers } = await kaiku.caseOf('koivuranta', `Näppäimillä kirjoitettu (${script}).`);
    assert.equal(answers.q1, 4);
    assert.equal(answers.q12, 4);
  });

  if (script) {
    test('the focus is not taken from whoever answers already', async ({ page, visit }) => {
      await visit(`${FORM}?view=one#k1`);
      await page.locator('#k1 a.go').click();
      await page.locator('#k2 h2:focus').waitFor();
      const radio = page.locator('#k2 input[type=radio]').first();
      await radio.focus();
      await page.evaluate(() => { dispatchEvent(new HashChangeEvent('hashchange')); });
      assert.ok(await radio.evaluate((element) => element === document.activeElement));
    });
  }

  test(`language and way are changed in the middle ${script ? 'with' : 'without'} script`, { script }, async ({ page, visit }) => {
    await visit(FORM);
    await fill(page, { gender: '1', birth_year: '1980', client_months_years: '2', client_months_months: '3', q3: '1', q5: 'cannot_say', free: 'Kesken jäänyt <b>"lause"</b> & مرحبا 🙂', 'reply-wanted': true, 'reply-email': 'maija@' });
    const typed = await currentValues(page);
    const kept = async (lang) => {
      assert.deepEqual(await currentValues(page), typed);
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
    };
    await press(page, page.locator('nav.langs button[value=sv]'), { status: 200 });
    await kept('sv');
    await press(page, page.locator('button[value=one]').first(), { status: 200 });
    await kept('sv');
    await press(page, page.locator('nav.langs button[value=en]'), { status: 200 });
    await kept('en');
    await press(page, page.locator('button[value=all]:visible').first(), { status: 200 });
    await kept('en');
    await press(page, page.locator('nav.langs button[value=fi]'), { status: 200 });
    await kept('fi');
    // Errors are shown when the form is sent, not before.
    await fill(page, { 'reply-email': 'maija@example.fi' });
    await press(page, page.locator('button[value=send]'), { status: 201 });
  });

  test(`going back from the thanks and sending again is the same feedback ${script ? 'with' : 'without'} script`, { script }, async ({ page, visit }) => {
    const words = `Vain kerran, vaikka kahdesti (${script}).`;
    await visit(FORM);
    await fill(page, { q4: '5', free: words });
    await press(page, page.locator('button[value=send]'), { status: 201 });
    const code = await codeIn(page);
    const many = (await kaiku.api('GET', '/api/v1/cases?unit=koivuranta&limit=200')).items.length;
    await page.goBack();
    assert.equal(await page.locator('[name=free]').inputValue(), words);
    await press(page, page.locator('button[value=send]'), { status: 201 });
    assert.equal(await codeIn(page), code);
    assert.equal((await kaiku.api('GET', '/api/v1/cases?unit=koivuranta&limit=200')).items.length, many);
  });

  test(`two presses of the button are one feedback ${script ? 'with' : 'without'} script`, { script }, async ({ page, visit }) => {
    const words = `Kaksoisnapsautus (${script}).`;
    await visit(FORM);
    await fill(page, { free: words });
    const many = (await kaiku.api('GET', '/api/v1/cases?unit=koivuranta&limit=200')).items.length;
    await page.locator('button[value=send]').dblclick();
    await page.locator('#code').waitFor();
    await kaiku.caseOf('koivuranta', words);
    assert.equal((await kaiku.api('GET', '/api/v1/cases?unit=koivuranta&limit=200')).items.length, many + 1);
  });
}

test('the code to scan opens the answer, and leaves the address at once', async ({ page, context, visit, watch }) => {
  const given = await kaiku.give({ unit: 'koivuranta', answers: { free: 'Odotan vastausta.' } });
  await visit(`/r#${given.receipt}`);
  await page.getByText('Odotan vastausta.').first().waitFor();
  assert.equal(page.url(), `${kaiku.base}/r`);
  await codeStaysOut(page, context, watch, given.receipt);
});

test('what a giver writes stays words', async ({ page, visit }) => {
  const odd = '<script>alert(1)</script> "\'&amp; \u202Eסדר\u202C 🧑🏽‍🦽 a\u0301';
  await visit(FORM);
  await fill(page, { birth_year: '<b>', free: odd, 'reply-wanted': true, 'reply-email': '"><img src=x>' });
  await press(page, page.locator('button[value=send]'), { status: 422 });
  assert.equal(await page.locator('[name=free]').inputValue(), odd);
  assert.equal(await page.locator('main img, main script').count(), 0);
  await fill(page, { birth_year: '', 'reply-email': 'a@example.fi' });
  await press(page, page.locator('button[value=send]'), { status: 201 });
  const code = await codeIn(page);
  await visit('/r');
  await page.locator('[name=code]').fill(code);
  await press(page, page.locator('#open'), { status: 200 });
  await page.getByText('<script>alert(1)</script>').first().waitFor();
});

test('the form is used before its scripts have come', async ({ page, context }) => {
  // They never arrive: the page and its style sheet are enough.
  await context.route('**/*.js', () => {});
  await page.goto(FORM, { waitUntil: 'commit' });
  await fill(page, { q12: '5', free: 'Ennen skriptejä.' });
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('button[value=send]').click({ noWaitAfter: true });
  assert.equal((await answer).status(), 201);
});
