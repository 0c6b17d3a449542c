// The poster's sheets: however long posts are, all that stands on a sheet fits. That it prints as one is board.test.mjs's.

import assert from 'node:assert/strict';

import { suite } from './support.mjs';

const { test } = suite();

const WORDS = 'Emme voi vielä pidentää kaikkia tapaamisia, koska työntekijöitä on liian vähän. '.repeat(6);
const LENGTHS = [40, 110, 130, 90, 200, 400, 20, 60];
const SHEETS = 4;

for (const lang of ['fi', 'sv']) {
  test(`posts of any length fit on the sheets of a poster, ${lang}`, { lang }, async ({ page, visit, kaiku }) => {
    if (lang === 'fi') {
      for (const length of LENGTHS) {
        await kaiku.post('kaisla', { decision: 'no_change', said: WORDS.slice(0, length), done: WORDS.slice(0, length) });
      }
    }
    for (const unit of ['kaisla', 'koivuranta']) {
      for (let number = 1; number <= SHEETS; number += 1) {
        await visit(`/u/${unit}/board/poster?sheet=${number}`);
        const over = await page.evaluate(() => {
          const list = document.querySelector('main ol');
          return list.scrollHeight - list.clientHeight;
        });
        assert.ok(over <= 1, `${unit}, sheet ${number}: ${over} px of its posts do not fit`);
      }
    }
  });
}
