// The poster as it is printed: whatever the typeface and however long the posts, each word is on one sheet, once, and
// each sheet has the header and the footer.

import assert from 'node:assert/strict';

import { assertLegible, print } from './pdf.mjs';
import { required, suite } from './support.mjs';

const { test, kaiku } = suite();

// In millimetres.
const SIZES = { a4: [210, 297], a3: [297, 420] };
// One wide and one narrow typeface, both from packages that tests/run installs; `null` is the page's own.
const TYPEFACES = { DejaVuSans: 'DejaVu Sans', LiberationSans: 'Liberation Sans', own: null };
const WINDOW = { width: 1280, height: 900 };
const POSTS_MOST = 12;

const SENTENCE = 'Emme voi vielä pidentää kaikkia tapaamisia, koska työntekijöitä on liian vähän. ';
const LONG_WORD = 'Sosiaalihuoltolainmukaisuusselvityspyyntölomake'.repeat(8);
const UNITS = { demo: 'koivuranta', short: 'kaisla', middling: 'pajapiha', long: 'itaranta', empty: 'suvanto' };
const POSTS = {
  short: Array.from({ length: 7 }, (_, n) => [`Päätökset on kirjoitettu vaikeasti ${n}.`, `Kirjoitamme tiivistelmän ${n}.`]),
  middling: [40, 110, 130, 90, 200, 300, 20, 60].map((length) => [SENTENCE.repeat(6).slice(0, length), SENTENCE.repeat(6).slice(0, length)]),
  long: [
    ['Jono.', 'Avasimme tiskin.'],
    // More than one sheet: on one side, on the other, on both, and with words longer than a line.
    [SENTENCE.repeat(14), 'Emme.'],
    ['Miksi?', `${SENTENCE.repeat(9)}\n\n${SENTENCE.repeat(9)}`],
    [`${LONG_WORD} ja ${LONG_WORD}`, LONG_WORD.repeat(4)],
    [`${SENTENCE.repeat(3)}\n${SENTENCE}`, `${SENTENCE}\n${SENTENCE}\n${SENTENCE.repeat(2)}`],
    [SENTENCE.repeat(20), SENTENCE.repeat(12)],
  ],
};

let posted;
async function postAll() {
  for (const [kind, posts] of Object.entries(POSTS)) {
    for (const [n, [said, done]] of posts.entries()) {
      await kaiku.post(UNITS[kind], { said, done, ...(n % 3 !== 2 && { decision: 'no_change' }) });
    }
  }
}

const letters = (text) => text.normalize('NFKC').replace(/\s+/g, '');

/** Opens the poster, in a typeface if one is named. */
async function open({ page, visit }, unit, { size = 'a4', typeface = null } = {}) {
  await (posted ??= postAll());
  await visit(`/u/${unit}/board/poster?size=${size}`);
  if (typeface) {
    await page.evaluate((family) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`*{font-family:"${family}"!important}`);
      document.adoptedStyleSheets = [sheet];
    }, typeface);
  }
}

/** The texts of the page's header, above the posts and in its footer. */
function frameOf(page) {
  return page.evaluate(() => {
    const said = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent).join('');
    return { head: said('header'), columns: said('.heads'), none: said('.none'), foot: said('footer') };
  });
}

/**
 * The posts as the API returns them, in the reader's language or in their own, with the page's label of the decision.
 */
async function postsOf(page, unit, lang) {
  const { items } = await kaiku.api('GET', `/api/v1/units/${unit}/board`);
  const chips = await page.evaluate(() => [...document.querySelectorAll('.pd h2')].map((heading) => (
    heading.classList.contains('vh') ? '' : heading.lastChild.textContent)));
  const posts = items.slice(0, POSTS_MOST).map(({ decision, texts }, n) => {
    const words = texts.find(({ language }) => language === lang) ?? texts[0];
    assert.equal(Boolean(chips[n]), Boolean(decision), 'the word of the decision');
    return { said: letters(words.said), done: letters(chips[n] + words.done) };
  });
  assert.equal(chips.length, posts.length);
  return posts;
}

const rowOf = (words) => words.sort((one, other) => one.left - other.left).map(({ text }) => text).join('');

/** The words as rows from top to bottom, each row from left to right. */
function rows(words) {
  const found = [];
  for (const word of [...words].sort((one, other) => one.bottom - other.bottom)) {
    const row = found.at(-1);
    if (row && word.bottom - row[0].bottom < (word.bottom - word.top) / 3) { row.push(word); } else { found.push([word]); }
  }
  return found;
}
const textOf = (words) => letters(rows(words).map(rowOf).join(''));

/** Takes a sheet apart. The title has the largest type; the footer begins with the next largest. */
function takeApart({ width, height, words }, isEmpty) {
  const unit = width / 100;
  const high = ({ top, bottom }) => (bottom - top) / unit;
  const title = words.filter((word) => high(word) > 8);
  const question = words.filter((word) => high(word) > 5 && high(word) <= 8);
  assert.ok(title.length > 0 && question.length > 0, 'a sheet without its head or its foot');
  const titleEnds = Math.max(...title.map(({ bottom }) => bottom));
  const footBegins = Math.min(...question.map(({ top }) => top));
  const middle = words.filter((word) => word.top > titleEnds - unit && word.bottom < footBegins + unit && !question.includes(word) && !title.includes(word));
  const [month, ...others] = rows(middle);
  const [columns, below] = isEmpty ? [[], others.flat()] : [others[0], others.slice(1).flat()];
  const headEnds = Math.max(...month.concat(columns).map(({ bottom }) => bottom));
  for (const word of below) {
    const where = JSON.stringify(word);
    assert.ok(word.top >= headEnds && word.bottom <= footBegins, `on the head or the foot: ${where}`);
    assert.ok(isEmpty || word.right <= width / 2 || word.left >= width / 2, `between the columns: ${where}`);
  }
  for (const word of words) {
    assert.ok(word.left >= 6 * unit && word.right <= 94 * unit && word.bottom <= height - unit, `in the margins: ${JSON.stringify(word)}`);
  }
  const said = below.filter(({ left }) => left < width / 2);
  return {
    head: textOf([...words.filter(({ bottom }) => bottom <= titleEnds), ...month]),
    columns: textOf(columns),
    below: textOf(below),
    foot: textOf(words.filter(({ top }) => top >= footBegins)),
    said: textOf(said),
    done: textOf(below.filter((word) => !said.includes(word))),
    least: Math.min(...said.map(high), Infinity),
  };
}

/** How many posts are on each sheet, counted where they begin; `broken` counts those that continue on another sheet. */
function spread(posts, sheets) {
  let sheetsEnd = 0;
  const ends = sheets.map(({ done }) => { sheetsEnd += done.length; return sheetsEnd; });
  let begins = 0;
  const placed = posts.map(({ done }) => {
    const on = ends.findIndex((end) => begins < end);
    begins += done.length;
    return { on, broken: begins > ends[on] };
  });
  return { counts: sheets.map((_, n) => placed.filter(({ on }) => on === n).length), broken: placed.filter(({ broken }) => broken).length };
}

/** What a phone reads from the QR code in the lower right of a sheet. */
function readQr(png) {
  const { PNG } = required('pngjs');
  const jsQr = required('jsqr');
  const sheet = PNG.sync.read(png);
  const [width, height] = [Math.floor(sheet.width / 2), Math.floor(sheet.height / 2)];
  const corner = new PNG({ width, height });
  PNG.bitblt(sheet, corner, width, height, width, height, 0, 0);
  return (jsQr.default || jsQr)(new Uint8ClampedArray(corner.data), width, height)?.data;
}

/** Prints the open poster and checks each sheet; returns how the posts are spread over the sheets. */
async function printed(page, unit, lang, { size = 'a4' } = {}) {
  const [frame, posts] = [await frameOf(page), await postsOf(page, unit, lang)];
  return print(page, async ({ sheets, typefaces, picture }) => {
    const parts = [];
    for (const [n, sheet] of sheets.entries()) {
      assert.deepEqual([sheet.width, sheet.height].map((points) => Math.round(points / 72 * 25.4)), SIZES[size]);
      assertLegible(sheet);
      const part = takeApart(sheet, posts.length === 0);
      for (const place of ['head', 'columns', 'foot']) { assert.equal(part[place], letters(frame[place]), `the ${place} of sheet ${n + 1}`); }
      // Letters as high as 2.6 % of the width have boxes that are higher still.
      assert.ok(part.least > 2.6, `smaller type on sheet ${n + 1}`);
      assert.equal(readQr(await picture(n, 80)), `${kaiku.base}/u/${unit}`, `the code of sheet ${n + 1}`);
      parts.push(part);
    }
    if (posts.length === 0) {
      assert.equal(parts.map(({ below }) => below).join(''), letters(frame.none));
    } else {
      for (const side of ['said', 'done']) {
        assert.equal(parts.map((part) => part[side]).join(''), posts.map((post) => post[side]).join(''), `what is ${side}`);
      }
    }
    return { ...spread(posts, parts), typefaces };
  });
}

// How the posts of each kind are spread, in any typeface and size.
const EXPECTED = {
  demo: ({ counts, broken }) => assert.ok(counts[0] >= 2 && broken === 0, JSON.stringify(counts)),
  short: ({ counts, broken }) => assert.deepEqual([counts, broken], [[3, 3, 1], 0]),
  middling: ({ counts, broken }) => assert.ok(Math.max(...counts) <= 3 && broken === 0, 'a post that fits on a sheet stands on one'),
  long: ({ counts, broken }) => assert.ok(broken >= 3 && counts.length > POSTS.long.length, `${counts}, ${broken} broken`),
  empty: ({ counts }) => assert.equal(counts.length, 1),
};
for (const [kind, expect] of Object.entries(EXPECTED)) {
  for (const size of Object.keys(SIZES)) {
    for (const [name, typeface] of Object.entries(TYPEFACES)) {
      if (!typeface && kind !== 'demo') { continue; }
      test(`every word is printed once: ${kind} posts, ${size}, ${name}`, { ...WINDOW, lang: 'fi' }, async (window) => {
        await open(window, UNITS[kind], { size, typeface });
        const { typefaces, ...spread } = await printed(window.page, UNITS[kind], 'fi', { size });
        expect(spread);
        assert.ok(!typeface || typefaces.every((found) => found.startsWith(name)), `printed in ${typefaces}`);
      });
    }
  }
}

for (const lang of ['sv', 'en']) {
  test(`every word is printed once in ${lang}`, { ...WINDOW, lang }, async (window) => {
    for (const typeface of Object.values(TYPEFACES)) {
      await open(window, UNITS.demo, { typeface });
      await printed(window.page, UNITS.demo, lang);
    }
  });
}

for (const [name, typeface] of Object.entries(TYPEFACES)) {
  test(`a long name and a long address stand on each sheet in ${name}`, { ...WINDOW }, async (window) => {
    const { page } = window;
    await open(window, UNITS.middling, { typeface });
    await page.evaluate(() => {
      const say = (selector, text) => { document.querySelector(selector).textContent = text; };
      say('.pu', 'Pohjois-Itäjärven aikuissosiaalityö ja työllistymistä tukeva toiminta');
      say('.pl', 'palaute.pohjois-itajarvenhyvinvointialue.example.fi/u/koivu');
      say('.pk span', 'Kaiku. Pohjois-Itäjärven ja Etelä-Itäjärven hyvinvointialue (esimerkki)');
    });
    await printed(page, UNITS.middling, 'fi');
  });
}

test('on the screen all posts stand on one page, in type that a phone can show', async (window) => {
  const { page } = window;
  for (const unit of [UNITS.demo, UNITS.long]) {
    await open(window, unit);
    for (const { width, height, least } of [{ width: 1280, height: 900, least: 20 }, { width: 390, height: 844, least: 16 }]) {
      await page.setViewportSize({ width, height });
      const { wide, smallest, cut } = await page.evaluate(() => {
        const texts = [...document.querySelectorAll('.ps p, .pd p')];
        return {
          wide: document.documentElement.scrollWidth,
          smallest: Math.min(...texts.map((element) => parseFloat(getComputedStyle(element).fontSize))),
          cut: [...document.querySelectorAll('.ps, .pd, .ps > div, .pd > div, header, footer')]
            .filter((element) => element.scrollHeight > element.clientHeight + 1 && !element.matches('header')).map(({ className }) => className),
        };
      });
      assert.ok(wide <= width, `${unit}: ${wide} px in a window of ${width}`);
      assert.ok(smallest >= least, `${unit}: letters of ${smallest} px in a window of ${width}`);
      assert.deepEqual(cut, [], `${unit} in a window of ${width}`);
    }
  }
});

test('what belongs to the screen is not printed', { ...WINDOW }, async (window) => {
  const { page } = window;
  await open(window, UNITS.demo);
  const tools = page.locator('.tools');
  assert.ok(await tools.isVisible() && await page.locator('[data-print]').isVisible());
  await page.emulateMedia({ media: 'print' });
  assert.ok(!await tools.isVisible());
});
