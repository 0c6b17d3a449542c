// The button with which to leave a sensitive unit's pages quickly.

import assert from 'node:assert/strict';

import { suite } from './support.mjs';

const { test } = suite();

for (const how of ['with a press', 'with Escape three times', 'without script']) {
  const options = { script: how !== 'without script', allow: [/asked another host: https:\/\/www\.ilmatieteenlaitos\.fi\//] };
  test(`the quick way out of a sensitive unit ${how}`, options, async ({ page, context, visit, watch }) => {
    await context.route('https://www.ilmatieteenlaitos.fi/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>Sää</title>' }));
    await visit('/u/pajapiha');
    await visit('/u/suvanto');
    if (how === 'with Escape three times') {
      for (let n = 0; n < 3; n += 1) { await page.keyboard.press('Escape'); }
    } else {
      await page.locator('#leave').click();
    }
    await page.waitForURL('https://www.ilmatieteenlaitos.fi/');
    const left = watch.requests.find(({ url }) => url.startsWith('https:'));
    assert.equal(left.url, 'https://www.ilmatieteenlaitos.fi/');
    if (options.script) {
      await page.goBack();
      assert.ok(!page.url().includes('suvanto'), page.url());
    }
  });
}
