// What the tests of the pages share: Kaiku's demo on a free port, one Chromium for a file of tests, and a browser window
// of its own for each test, watched: whatever a page asks of another host, says in the console, breaks of its policy or
// keeps as a cookie fails the test.
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

// Requests of service workers are seen like those of pages.
process.env.PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS = '1';

const CHROMIUM = process.env.KAIKU_CHROMIUM || '/usr/bin/chromium';
// No page needs a name to be looked up; Chromium's own services are not for tests.
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
  /** Starts one. `env`: settings such as KAIKU_PAGES__LEAVE_URL. */
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
    // What the caller's own Kaiku is set to is not for this one. All requests come from one address.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KAIKU_')));
    for (const limit of [
      'PUBLIC_PER_CLIENT_PER_MINUTE',
      'PUBLIC_BURST',
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

  /** Stops serving; nothing listens on the port until `up`. */
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

  /** Stops serving and forgets everything. */
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
   * A call of the API: `kaiku.api('GET', '/api/v1/cases')`. `as`: a principal's short name, `null` without a token.
   * Gives the parsed answer, or fails when it is not a good one.
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

  /** A feedback of a giver as the public API takes it: `{id, receipt, promise}`. */
  give(feedback) {
    const body = { channel: 'web', language: 'fi', instrument: 'asiakastyytyvaisyys', ...feedback };
    return this.api('POST', '/api/v1/feedback', { as: null, body });
  }

  /** The case whose feedback holds this text. The newest come last in an inbox, so it is read from the end. */
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

  /** A case as its handler reads it. */
  async case(id) {
    const { handler } = await this.api('GET', `/api/v1/cases/${id}`);
    return this.api('GET', `/api/v1/cases/${id}`, { as: handler });
  }

  /** A step of a case, taken by its handler: `acknowledge`, `ask` {question}, `decide` {kind, text}, `tell` {how}, … */
  async step(id, name, body = undefined) {
    const { handler, version } = await this.api('GET', `/api/v1/cases/${id}`);
    return this.api('POST', `/api/v1/cases/${id}/${name}`, { as: handler, body, headers: { 'if-match': `"${version}"` } });
  }

  /** A post on a unit's board: `{said, done, …}` in Finnish, or as `language` says. */
  post(unit, post) {
    return this.api('POST', `/api/v1/units/${unit}/board`, { body: { language: 'fi', ...post } });
  }
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Chromium, with a new profile. */
export function startChromium(flags = []) {
  const { chromium } = required('playwright-core');
  return chromium.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_FLAGS, ...flags] });
}

/**
 * What a window is set to:
 *   lang           'fi' (default), 'sv', 'en': what the browser asks for
 *   scheme         'light' (default), 'dark'
 *   width, height  CSS pixels; 390 × 844 by default
 *   script         false: without JavaScript
 *   forcedColors, reducedMotion, print   true: emulated
 *   scale          device pixels a CSS pixel
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
 * Watches everything that a window does. `faults()` is empty when no page asked another host, said anything in the
 * console that is a fault, broke its policy, threw, or kept a cookie.
 *   allow   patterns of faults that belong to the test, such as /ERR_CONNECTION_REFUSED/ while the server is down
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
      // A page that says with 404 or 422 what is wrong is as it should be.
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
 * The tests of one file: one server and one Chromium for all of them, and a window for each test. Gives
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
  // The server is there when a test runs, not yet when the file is read.
  const kaiku = new Proxy({}, {
    get: (_, name) => {
      const value = held.kaiku[name];
      return typeof value === 'function' ? value.bind(held.kaiku) : value;
    },
  });
  return { test, kaiku };
}

/** Opens an address and expects its status: `await visit('/u/koivuranta')`, `await visit('/u/nowhere', 404)`. */
export function visitor(page) {
  return async (address, status = 200) => {
    const answer = await page.goto(address);
    // Only the fragment changed: there is no answer.
    if (answer) { assert.equal(answer.status(), status, address); }
    return answer;
  };
}

/** A button or link that sends or leads on, and the page that comes: gives its answer. */
export async function press(page, locator, { status } = {}) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.frame() === page.mainFrame()),
    locator.click(),
  ]);
  await page.waitForLoadState();
  if (status !== undefined) { assert.equal(answer.status(), status, answer.url()); }
  return answer;
}
