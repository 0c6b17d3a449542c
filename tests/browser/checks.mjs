// Checks that every page must pass in every state. Each returns a list of findings in words, empty if there are none.

import { readFile } from 'node:fs/promises';

import { required } from './support.mjs';

// WCAG 2.2 AA and the rules of good practice.
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The smallest side of a target, in CSS pixels. */
export const TARGET_PX = 44;
/** 1280 × 1024 at 400 %. */
export const ZOOMED = { width: 320, height: 256 };
const EDGE_CONTRAST = 3;
const TEXT_CONTRAST = 4.5;

// Run in the page: the contrast of two colours as WCAG defines it, and the background of an element's text.
const HELPERS = `window.kaiku = (() => {
  const channels = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isSeen = (colour) => channels(colour)[3] > 0.5;
  return {
    isSeen,
    contrast: (one, other) => {
      const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    },
    ground: (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (isSeen(colour)) { return colour; }
      }
      return 'rgb(255, 255, 255)';
    },
  };
})()`;

let axeSource;

/** Fails with every finding on its own line. */
export function none(findings) {
  if (findings.length > 0) { throw new Error(`${findings.length} findings:\n${findings.join('\n')}`); }
}

/**
 * Runs axe-core on the page as it is. `only`: just these rules. What axe cannot decide is a finding too. Where a drawn
 * bow or arc keeps it from determining the background of a text, the declared colours are measured instead.
 */
export async function axe(page, { only } = {}) {
  axeSource ??= await readFile(required.resolve('axe-core/axe.min.js'), 'utf8');
  if (!(await page.evaluate(() => 'axe' in window))) { await page.evaluate(axeSource); }
  await page.evaluate(HELPERS);
  // Show the whole page with nothing sticky over it, so that every colour can be measured.
  const window = page.viewportSize();
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: window.width, height: Math.max(window.height, height) });
  const runOnly = only ? { type: 'rule', values: only } : { type: 'tag', values: AXE_TAGS };
  const found = await page.evaluate(async ([run, texts]) => {
    const { violations, incomplete } = await axe.run(document, { runOnly: run, resultTypes: ['violations', 'incomplete'], preload: false });
    const isMeasured = (rule, { target }) => {
      if (rule.id !== 'color-contrast' || target.length !== 1 || typeof target[0] !== 'string') { return false; }
      const element = document.querySelector(target[0]);
      return kaiku.contrast(getComputedStyle(element).color, kaiku.ground(element)) >= texts;
    };
    const words = (rule, node, how) => {
      const why = [...node.any, ...node.all, ...node.none].map(({ message }) => message).join('; ');
      return `axe ${rule.id}${how}: ${node.target.join(' ')} ${node.html.slice(0, 160)}: ${why}`;
    };
    return [
      ...violations.flatMap((rule) => rule.nodes.map((node) => words(rule, node, ''))),
      ...incomplete.flatMap((rule) => rule.nodes.filter((node) => !isMeasured(rule, node)).map((node) => words(rule, node, ' (undecided)'))),
    ];
  }, [runOnly, TEXT_CONTRAST]);
  await page.setViewportSize(window);
  return found;
}

/** One h1, a title that says more than the product's name, a language, one main element. */
export function outline(page, lang) {
  return page.evaluate((wanted) => {
    const found = [];
    const count = (selector) => document.querySelectorAll(selector).length;
    if (count('h1') !== 1) { found.push(`${count('h1')} headings of the first rank`); }
    if (count('main') !== 1) { found.push(`${count('main')} main parts`); }
    if (!/\S{3}/.test(document.title.replace('Kaiku', ''))) { found.push(`the title says nothing: ${document.title}`); }
    if (document.documentElement.lang !== wanted) { found.push(`the language is ${document.documentElement.lang}, not ${wanted}`); }
    // References to other elements of the page have a target.
    for (const [attribute, isList] of [['for'], ['form'], ['aria-labelledby', true], ['aria-describedby', true], ['aria-controls', true]]) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        const value = element.getAttribute(attribute);
        for (const id of isList ? value.split(/\s+/).filter(Boolean) : [value]) {
          if (!document.getElementById(id)) { found.push(`${attribute} names '${id}', which is not there: ${element.outerHTML.slice(0, 120)}`); }
        }
      }
    }
    for (const element of document.querySelectorAll('use, a[href^="#"]')) {
      const id = element.getAttribute('href').slice(1);
      if (id && !document.getElementById(id)) { found.push(`'#${id}' leads nowhere: ${element.parentElement.outerHTML.slice(0, 120)}`); }
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) { found.push(`two parts have the id '${id}'`); }
    // A heading before the page's h1, such as where to get help at once, is an h2.
    let rank = 1;
    for (const heading of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
      if (heading.closest('[hidden]')) { continue; }
      const own = Number(heading.tagName[1]);
      if (own > rank + 1) { found.push(`heading skips a rank: ${heading.outerHTML.slice(0, 120)}`); }
      rank = own;
    }
    return found;
  }, lang);
}

/** Nothing is cut off at the right, and nothing needs horizontal scrolling. */
export function sideways(page) {
  return page.evaluate(() => {
    const found = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) { found.push(`the page is ${scrollWidth} px wide in a window of ${clientWidth}`); }
    for (const element of document.body.querySelectorAll('*')) {
      // Decorative pictures may be cut off; what is only for screen readers is 1 px wide.
      if (element.closest('svg, .vh, [aria-hidden=true], [hidden]')) { continue; }
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width > 1 && height > 1 && (right > clientWidth + 1 || left < -1)) {
        found.push(`from ${left} to ${right} px: ${element.outerHTML.slice(0, 120)}`);
      }
    }
    return found.slice(0, 5);
  });
}

/** WCAG 1.4.12: with wider spacing of letters, words, lines and paragraphs no text is cut off. */
export async function spacing(page) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}');
    document.adoptedStyleSheets = [sheet];
  });
  const cut = await page.evaluate(() => [...document.body.querySelectorAll('*')].filter((element) => {
    // Typed text scrolls inside its field.
    if (element.closest('svg, .vh, [hidden], input, textarea') || !element.getClientRects().length) { return false; }
    const style = getComputedStyle(element);
    const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
    return (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && !element.querySelector('svg.echo'))
      || (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1 && !element.querySelector('svg.echo'));
  }).map((element) => `cut off with wide spacing: ${element.outerHTML.slice(0, 120)}`));
  const wide = await sideways(page);
  await page.evaluate(() => { document.adoptedStyleSheets = []; });
  return [...cut, ...wide.map((finding) => `with wide spacing ${finding}`)];
}

/**
 * Every link, button and field is at least 44 × 44 px, counting a label that does the same, and a press at its centre
 * hits it. A link inside a sentence is exempt, as in WCAG 2.5.8: an inline link whose paragraph, cell or list item has
 * other words than those of its links and buttons.
 */
export async function targets(page) {
  // What has just appeared on a kiosk takes no touch for a moment.
  await page.locator('.settling').waitFor({ state: 'detached' });
  return page.evaluate((least) => {
    const found = [];
    const isInSentence = (link) => {
      if (link.tagName !== 'A' || getComputedStyle(link).display !== 'inline') { return false; }
      const block = link.closest('p, li, dd, td, th, blockquote, div, label, legend, figcaption');
      if (!block) { return false; }
      const rest = block.cloneNode(true);
      rest.querySelectorAll('a, button, svg').forEach((other) => other.remove());
      return /\p{L}{2}/u.test(rest.textContent);
    };
    for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      const isForReaders = element.closest('.vh, [aria-hidden=true]');
      if (isForReaders || !element.checkVisibility({ visibilityProperty: true }) || isInSentence(element)) { continue; }
      // A skip link is measured where it is when it has the focus.
      const isSkip = element.matches('.skip');
      if (isSkip) { element.focus(); }
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const own = element.getBoundingClientRect();
      const box = { left: own.left, right: own.right, top: own.top, bottom: own.bottom };
      for (const label of element.labels || []) {
        if (!/^(radio|checkbox|file)$/.test(element.type) || !label.getClientRects().length) { continue; }
        const more = label.getBoundingClientRect();
        box.left = Math.min(box.left, more.left);
        box.right = Math.max(box.right, more.right);
        box.top = Math.min(box.top, more.top);
        box.bottom = Math.max(box.bottom, more.bottom);
      }
      const [width, height] = [box.right - box.left, box.bottom - box.top].map((side) => Math.round(side * 10) / 10);
      const said = element.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
      if (width < least || height < least) { found.push(`a target of ${width} × ${height} px: ${said}`); }
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const hit = document.elementFromPoint(x, y);
      const isHit = hit && (element.contains(hit) || [...(element.labels || [])].some((label) => label.contains(hit)));
      if (!isSkip && !element.disabled && !isHit) {
        found.push(`something lies over it at ${Math.round(x)}, ${Math.round(y)}: ${said}: ${hit && hit.outerHTML.slice(0, 100)}`);
      }
      if (isSkip) { element.blur(); }
    }
    window.scrollTo(0, 0);
    return found;
  }, TARGET_PX);
}

/**
 * The boundary of a control has a contrast of 3:1 against its surroundings: its border or its fill, or for a choice the
 * ring drawn before its label.
 */
export async function edges(page) {
  await page.evaluate(HELPERS);
  return page.evaluate((least) => {
    const { contrast, isSeen } = kaiku;
    const found = [];
    for (const element of document.querySelectorAll('.field, .opts > label, .btn:not(.quiet)')) {
      if (!element.getClientRects().length || element.matches('.clr')) { continue; }
      const ground = kaiku.ground(element.parentElement);
      const style = getComputedStyle(element);
      const ring = element.matches('label') ? getComputedStyle(element, '::before') : null;
      const inner = isSeen(style.backgroundColor) ? style.backgroundColor : ground;
      const ratios = [isSeen(style.backgroundColor) ? contrast(style.backgroundColor, ground) : 1];
      if (parseFloat(style.borderTopWidth) >= 1 && isSeen(style.borderTopColor)) { ratios.push(contrast(style.borderTopColor, ground)); }
      if (ring && ring.display !== 'none' && parseFloat(ring.borderTopWidth) >= 1) { ratios.push(contrast(ring.borderTopColor, inner)); }
      const best = Math.max(...ratios);
      if (best < least) { found.push(`an edge of ${best.toFixed(2)}:1: ${element.outerHTML.replace(/\s+/g, ' ').slice(0, 120)}`); }
    }
    return found;
  }, EDGE_CONTRAST);
}

/**
 * Everything that can be pressed is reached with Tab from the top, is then in the window, and shows the focus: it or
 * its label has an outline of at least 2 px.
 */
export async function focus(page) {
  const expected = await page.evaluate(() => {
    const isTabbable = (element) => element.tabIndex >= 0 && !element.disabled
      && element.checkVisibility({ visibilityProperty: true });
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')];
    const seen = new Set();
    window.kaikuExpected = all.filter(isTabbable).filter((element) => {
      // Tab reaches one radio of a group: the checked one, else the first.
      if (element.type !== 'radio') { return true; }
      const group = `${element.form && element.form.id} ${element.name}`;
      if (seen.has(group)) { return false; }
      seen.add(group);
      return true;
    });
    document.activeElement.blur();
    window.scrollTo(0, 0);
    return window.kaikuExpected.length;
  });
  const found = [];
  const reached = new Set();
  // Start at the top of the document, wherever a click or a script put the focus.
  await page.evaluate(() => {
    const start = document.createRange();
    start.setStart(document.body, 0);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(start);
    selection.collapseToStart();
  });
  for (let step = 0; step < expected + 5 && reached.size < expected; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) { return null; }
      const isRadio = (one) => one.type === 'radio' && one.name === element.name && one.form === element.form;
      const n = window.kaikuExpected.findIndex((one) => one === element || (element.type === 'radio' && isRadio(one)));
      const shown = [element, ...(element.labels || [])].filter((one) => getComputedStyle(one).opacity !== '0');
      const isShown = shown.some((one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      });
      // If a link wraps over several lines, its first line is checked.
      const box = element.getClientRects()[0];
      const isInWindow = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      const hit = document.elementFromPoint(
        Math.min(Math.max((box.left + box.right) / 2, 0), innerWidth - 1),
        Math.min(Math.max((box.top + box.bottom) / 2, 0), innerHeight - 1),
      );
      const isCovered = isInWindow && hit && !element.contains(hit) && ![...(element.labels || [])].some((label) => label.contains(hit));
      return { n, isShown, isInWindow, isCovered, said: element.outerHTML.replace(/\s+/g, ' ').slice(0, 120) };
    });
    if (!at) { continue; }
    if (at.n >= 0) { reached.add(at.n); }
    if (!at.isShown) { found.push(`the focus is not shown: ${at.said}`); }
    if (!at.isInWindow) { found.push(`what has the focus is outside of the window: ${at.said}`); }
    if (at.isCovered) { found.push(`what has the focus is covered: ${at.said}`); }
  }
  if (reached.size < expected) {
    const missed = await page.evaluate((held) => window.kaikuExpected.filter((_, n) => !held.includes(n))
      .map((element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 120)), [...reached]);
    found.push(...missed.map((said) => `not reached with Tab: ${said}`));
  }
  return [...new Set(found)];
}

/** In forced colours, the checked choice of a group still differs from the others in more than its colour. */
export function chosen(page) {
  return page.evaluate(() => {
    const look = (label) => {
      const [own, ring] = [getComputedStyle(label), getComputedStyle(label, '::before')];
      return [own.outlineStyle, own.outlineWidth, own.borderTopWidth, own.fontWeight, ring.borderTopWidth].join(' ');
    };
    const found = [];
    for (const input of document.querySelectorAll('.opts > input:checked')) {
      const labelOf = (one) => one.labels[0];
      if (!input.labels.length || !labelOf(input).getClientRects().length) { continue; }
      const others = [...input.parentElement.querySelectorAll('input:not(:checked)')]
        .filter((other) => other.name === input.name && other.labels.length && !other.matches('.clr'));
      if (others.some((other) => look(labelOf(other)) === look(labelOf(input)))) {
        found.push(`the chosen one looks like the others: ${labelOf(input).outerHTML.slice(0, 120)}`);
      }
    }
    return found;
  });
}
