// What givers do on the pages, for the tests that follow a giver through them.

import assert from 'node:assert/strict';

import { required } from './support.mjs';

/** Fills in fields by name: text for a field, the value for a choice or a list, `true` for a checkbox. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`[name="${name}"]`).first();
    const kind = await field.evaluate((element) => (element.tagName === 'SELECT' ? 'select' : element.type));
    if (kind === 'radio') {
      await page.locator(`[name="${name}"][value="${value}"]`).check();
    } else if (kind === 'checkbox') {
      await field.setChecked(value);
    } else if (kind === 'select') {
      await field.selectOption(value);
    } else {
      await field.fill(value);
    }
  }
}

/** Everything that the giver has entered in the form so far, without the form's hidden fields. */
export function currentValues(page) {
  return page.evaluate(() => {
    const own = new Set([...document.querySelectorAll('#form input[type=hidden]')].map(({ name }) => name));
    const said = [...new FormData(document.getElementById('form'))].filter(([name, value]) => !own.has(name) && value !== '');
    return Object.fromEntries(said);
  });
}

/** The receipt code of the thanks page. */
export function codeIn(page) {
  return page.locator('#code').getAttribute('data-text');
}

/** What a phone reads from the QR code on the page. */
export async function readQr(page) {
  const { PNG } = required('pngjs');
  const jsQr = required('jsqr');
  const { data, width, height } = PNG.sync.read(await page.locator('svg.qr').first().screenshot());
  const read = (jsQr.default || jsQr)(new Uint8ClampedArray(data), width, height);
  assert.ok(read, 'the code on the page cannot be read');
  return read.data;
}

/** Presses Tab until the focus is on an element that matches. */
export async function tabTo(page, selector, { most = 80, key = 'Tab' } = {}) {
  const isThere = () => page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
  for (let n = 0; n < most && !(await isThere()); n += 1) { await page.keyboard.press(key); }
  assert.ok(await isThere(), `${selector} is not reached with ${most} presses of ${key}`);
}
