// What the tests of the pages share: Kaiku's demo on a free port, one Chromium for each test file, and a new browser
// window for each test. The window is watched: a request to another host, an error in the console, a violation of the
// content security policy or a cookie fails the test.
//
//     import { suite } from './support.mjs';
//     const { test, kaiku } = suite();
//     test('what it shows', { lang: 'sv', script: false }, async ({ page, visit }) => {
//       await visit('/u/koivuranta');
//     });

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import nodeTest, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
// tests/browser/install puts them there.
export const required = createRequire(path.join(root, 'target/test-browser/package.json'));

// Requests of service workers are recorded like those of pages.
process.env.PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS = '1';

const CHROMIUM = process.env.KAIKU_CHROMIUM || '/usr/bin/chromium';
// No page needs a DNS lookup, and Chromium's own services are not wanted in tests.
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const READY_MS = 60_000;
const STOP_MS = 60_000;
// A test that waits longer than this has failed. Long, since a busy machine is no fault of a page.
export const TEST_MS = 300_000;
const ACTION_MS = 60_000;

/** Kaiku's demo, served from a temporary directory. */
export class Kaiku {
  /** Starts it. `env`: settings such as KAIKU_PAGES__LEAVE_URL. */
  static async start({ env = {} } = {}) {
    const program = process.env.KAIKU_PROGRAM || path.join(root, 'target/debug/kaiku');
    assert.ok(existsSync(program), `${program} is missing: cargo build`);
    const kaiku = new Kaiku();
    kaiku.program = program;
    kaiku.directory = await mkdtemp(path.join(os.tmpdir(), 'kaiku-browser-'));
    kaiku.port = await freePort();
    kaiku.base = `http://127.0.0.1:${kaiku.port}`;
    kaiku.env = env;
    try {
      await kaiku.up();
    } catch (fault) {
      await kaiku.end();
      throw fault;
    }
    return kaiku;
  }

  /** Serves again after `down`, on the same port with the same data. */
  async up() {
    // The caller's own Kaiku settings must not apply here. All requests come from one address.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KAIKU_')));
    for (const limit of [
      'PUBLIC_PER_CLIENT_PER_MINUTE',
      'PUBLIC_BURST',
      'PAGE_VIEWS_PER_CLIENT_PER_MINUTE',
      'PUBLIC_PER_UNIT_PER_MINUTE',
      'RECEIPT_LOOKUPS_PER_CLIENT_PER_MINUTE',
      'RECEIPT_FAILURES_PER_CLIENT_PER_MINUTE',
      'TOKEN_CALLS_PER_MINUTE',
    ]) {
      env[`KAIKU_RATES__${limit}`] = '1000000';
    }
    const credentials = path.join(this.directory, 'credentials.json');
    const options = ['demo', '--bind', `127.0.0.1:${this.port}`, '--data', path.join(this.directory, 'data')];
    this.log = '';
    const server = spawn(this.program, [...options, '--credentials', credentials], {
      env: { ...env, KAIKU_LOG__LEVEL: 'warn', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.server = server;
    server.stdout.on('data', (text) => { this.log += text; });
    server.stderr.on('data', (text) => { this.log += text; });
    const until = Date.now() + READY_MS;
    while (!(await this.isReady()) || !existsSync(credentials)) {
      assert.equal(server.exitCode, null, `the demo ended before it was ready:\n${this.log}`);
      assert.ok(Date.now() < until, `the demo was not ready in ${READY_MS} ms:\n${this.log}`);
      await sleep(50);
    }
    this.credentials = JSON.parse(await readFile(credentials, 'utf8'));
  }

  /** Stops the server; nothing listens on the port until `up`. */
  async down() {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null) { return; }
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    const killer = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(killer);
  }

  /** Stops the server and deletes its data. */
  async end() {
    await this.down();
    await rm(this.directory, { recursive: true, force: true });
  }

  async isReady() {
    try {
      return (await fetch(`${this.base}/healthz`, { signal: AbortSignal.timeout(2000) })).ok;
    } catch {
      return false;
    }
  }

  /**
   * Calls the API: `kaiku.api('GET', '/api/v1/cases')`. `as`: the short name of a principal, or `null` for no token.
   * Returns the parsed response, or fails if its status is not a success.
   */
  async api(method, address, { as = 'kaija-kaikki', body, headers = {} } = {}) {
    const answer = await fetch(this.base + address, {
      method,
      headers: {
        ...(as && { authorization: `Bearer ${this.credentials.tokens[as]}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${address}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Gives feedback through the public API: `{id, receipt, promise}`. */
  give(feedback) {
    const body = { channel: 'web', language: 'fi', instrument: 'asiakastyytyvaisyys', ...feedback };
    return this.api('POST', '/api/v1/feedback', { as: null, body });
  }

  /** The case whose feedback has this text, searched for from the inbox's end, where the newest cases are. */
  async caseOf(unit, text) {
    const cases = [];
    for (let cursor = ''; cursor !== null;) {
      const page = await this.api('GET', `/api/v1/cases?unit=${unit}&limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      cases.push(...page.items);
      cursor = page.next_cursor;
    }
    for (const { id } of cases.reverse()) {
      const found = await this.case(id);
      if (found.texts && found.texts.some((held) => held.text.includes(text))) { return found; }
    }
    return assert.fail(`${unit} has no case with '${text}'`);
  }

  /** A case as its handler sees it. */
  async case(id) {
    const { handler } = await this.api('GET', `/api/v1/cases/${id}`);
    return this.api('GET', `/api/v1/cases/${id}`, { as: handler });
  }

  /** Takes a step of a case as its handler: `acknowledge`, `ask` {question}, `decide` {kind, text}, `tell` {how}, … */
  async step(id, name, body = undefined) {
    const { handler, version } = await this.api('GET', `/api/v1/cases/${id}`);
    return this.api('POST', `/api/v1/cases/${id}/${name}`, { as: handler, body, headers: { 'if-match': `"${version}"` } });
  }

  /** Posts on a unit's board: `{said, done, …}` in Finnish, or in another `language`. */
  post(unit, post) {
    return this.api('POST', `/api/v1/units/${unit}/board`, { body: { language: 'fi', ...post } });
  }
}

/** A port that was free when it was asked for. */
async function freePort() {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts Chromium with a new profile. */
export function startChromium(flags = []) {
  const { chromium } = required('playwright-core');
  return chromium.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_FLAGS, ...flags] });
}

/**
 * Opens a browser context with these options:
 *   lang           'fi' (default), 'sv', 'en': the language that the browser asks for
 *   scheme         'light' (default), 'dark'
 *   width, height  CSS pixels; 390 × 844 by default
 *   script         false: without JavaScript
 *   forcedColors, reducedMotion, print   true: emulated
 *   scale          device pixels per CSS pixel
 *   touch          true: a touch screen
 */
export async function openContext(browser, kaiku, options = {}) {
  const locale = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' }[options.lang || 'fi'];
  const context = await browser.newContext({
    baseURL: kaiku.base,
    locale,
    timezoneId: 'Europe/Helsinki',
    colorScheme: options.scheme || 'light',
    viewport: { width: options.width || 390, height: options.height || 844 },
    deviceScaleFactor: options.scale || 1,
    hasTouch: Boolean(options.touch),
    javaScriptEnabled: options.script !== false,
    forcedColors: options.forcedColors ? 'active' : 'none',
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(ACTION_MS);
  return context;
}

/**
 * Watches everything that a window does. `faults()` is empty if no page sent a request to another host, logged an error
 * in the console, violated its policy, threw an exception, or kept a cookie.
 *   allow   patterns of faults that the test expects, such as /ERR_CONNECTION_REFUSED/ while the server is down
 */
export class Watch {
  constructor(context, kaiku, { allow = [] } = {}) {
    this.context = context;
    this.allow = allow;
    /** Every request, as `{method, url, body, resourceType}`. */
    this.requests = [];
    this.found = [];
    const own = new URL(kaiku.base).host;
    const documents = new Set();
    context.on('request', (request) => {
      const url = request.url();
      const resourceType = request.resourceType();
      this.requests.push({ method: request.method(), url, body: request.postData(), resourceType });
      if (resourceType === 'document') { documents.add(url.split('#')[0]); }
      if (/^(https?|wss?):/.test(url) && new URL(url).host !== own) { this.found.push(`asked another host: ${url}`); }
    });
    context.on('response', async (response) => {
      const headers = await response.allHeaders().catch(() => ({}));
      if ('set-cookie' in headers) { this.found.push(`a cookie is set: ${response.url()}`); }
    });
    context.on('console', (message) => {
      const [kind, text, where] = [message.type(), message.text(), message.location().url];
      // A page whose own status is 404 or 422 is expected.
      const isPage = text.startsWith('Failed to load resource: the server responded') && documents.has(where.split('#')[0]);
      if ((kind === 'error' || kind === 'warning' || /Content Security Policy|violates/.test(text)) && !isPage) {
        this.found.push(`console ${kind}: ${text} (${where})`);
      }
    });
    context.on('weberror', (fault) => { this.found.push(`thrown: ${fault.error().stack}`); });
  }

  async faults() {
    const cookies = (await this.context.cookies()).map((cookie) => `a cookie is kept: ${cookie.name}`);
    return [...this.found, ...cookies].filter((fault) => !this.allow.some((pattern) => pattern.test(fault)));
  }
}

/**
 * The tests of one file: one server and one Chromium for all of them, and a window for each test. Returns
 *   kaiku       the server: `kaiku.base`, `kaiku.api(…)`; `await kaiku.down()` and `up()`
 *   test(name, options, async ({page, context, visit, watch, kaiku, browser}) => …)
 *               options: those of `openContext` and `Watch`, and node's `skip`, `todo`, `timeout`
 */
export function suite({ env, flags } = {}) {
  const held = {};
  before(async () => {
    [held.kaiku, held.browser] = await Promise.all([Kaiku.start({ env }), startChromium(flags)]);
  });
  after(async () => {
    await held.browser?.close();
    await held.kaiku?.end();
  });
  const test = (name, options, body) => {
    if (typeof options === 'function') { return test(name, {}, options); }
    const { skip, todo, timeout = TEST_MS } = options;
    return nodeTest(name, { skip, todo, timeout }, async (t) => {
      const { kaiku, browser } = held;
      const context = await openContext(browser, kaiku, options);
      try {
        const watch = new Watch(context, kaiku, options);
        const page = await context.newPage();
        const visit = visitor(page);
        await body({ page, context, visit, watch, kaiku, browser, t });
        assert.deepEqual(await watch.faults(), []);
      } finally {
        await context.close();
      }
    });
  };
  // The server exists when a test runs, but not yet when the file is loaded.
  const kaiku = new Proxy({}, {
    get: (_, name) => {
      const value = held.kaiku[name];
      return typeof value === 'function' ? value.bind(held.kaiku) : value;
    },
  });
  return { test, kaiku };
}

/** Opens a path and expects its status: `await visit('/u/koivuranta')`, `await visit('/u/nowhere', 404)`. */
export function visitor(page) {
  return async (address, status = 200) => {
    const answer = await page.goto(address);
    // If only the fragment changes there is no response.
    if (answer) { assert.equal(answer.status(), status, address); }
    return answer;
  };
}

/** Presses a button or link that leads to another page; returns the response of that page. */
export function press(page, locator, expected) {
  return arrive(page, () => locator.click(), expected);
}

/** Does what leads to another page, and waits until that page has loaded; returns its response. */
export async function arrive(page, act, { status } = {}) {
  // The answer alone is not enough: until the browser has put the new page in its place, the old one is looked at.
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.frame() === page.mainFrame()),
    page.waitForNavigation(),
    act(),
  ]);
  if (status !== undefined) { assert.equal(answer.status(), status, answer.url()); }
  return answer;
}
