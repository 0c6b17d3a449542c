// Tests of the checks themselves: each is run on a page with one fault of its kind.

import assert from 'node:assert/strict';

import * as checks from './checks.mjs';
import { suite } from './support.mjs';

const { test } = suite();

const BAD = `<!doctype html><html lang="sv"><head><title>Kaiku</title><style>
.small{display:inline-block;width:30px;height:30px}
.pale{color:#bbb}.field{border:1px solid #eee;background:#fff;width:200px;height:50px}
.mute:focus{outline:0}.wide{width:500px}.opts label{display:block;min-height:50px;border:2px solid #555}
.cut{overflow:hidden;height:20px;line-height:20px;width:100px;white-space:nowrap}
.over{position:absolute;left:0;top:0;width:100%;height:60px;background:#fff}
</style></head><body><main>
<h1>One</h1><h1>Two</h1><h3>Skips</h3>
<p class="pale">Hard to read</p>
<a class="small" href="/a">x</a> <button class="mute" style="width:60px;height:60px">No focus</button>
<input class="field" aria-label="Pale edge" aria-describedby="nowhere"><div class="wide">wide</div>
<p>Words with <a href="/b">a link</a> inside a sentence.</p>
<div class="opts"><input type="radio" name="r" id="r1" checked><label for="r1">One</label><input type="radio" name="r" id="r2"><label for="r2">Two</label></div>
<p class="cut">Words that just fit</p>
<div style="position:relative"><button style="width:100px;height:60px">Covered</button><div class="over"></div></div>
</main></body></html>`;

test('each check finds its fault', { width: 320, height: 844 }, async ({ page, context, visit }) => {
  await context.route('**/bad', (route) => route.fulfill({ contentType: 'text/html', body: BAD }));
  await visit('/bad');
  const finds = async (check, ...patterns) => {
    const found = (await check).join('\n');
    for (const pattern of patterns) { assert.match(found, pattern); }
    return found;
  };
  await finds(checks.axe(page), /axe color-contrast/);
  await finds(checks.outline(page, 'fi'), /2 headings/, /title says nothing/, /language is sv/, /skips a rank/, /nowhere/);
  await finds(checks.sideways(page), /in a window of 320/, /class="wide"/);
  const small = await finds(checks.targets(page), /30 × 30 px: <a class="small"/, /lies over it.*Covered/);
  assert.ok(!small.includes('href="/b"'), 'a link in a sentence is exempt');
  await finds(checks.edges(page), /Pale edge/);
  await finds(checks.focus(page), /focus is not shown.*No focus/, /is covered.*Covered/);
  await finds(checks.chosen(page), /looks like the others/);
  await finds(checks.spacing(page), /cut off with wide spacing.*just fit/);
});
