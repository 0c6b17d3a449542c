// Prints the table of `tests/browser/weigh`: what each page costs a first visitor on a slow phone connection.
//
// A proxy between browser and server counts every byte that the server sends, with headers and the requests of a service
// worker. TLS is not counted. The kinds of files are counted by the browser, for the page's own requests.

import net from 'node:net';
import { once } from 'node:events';

import { Kaiku, openContext, startChromium } from './support.mjs';

// Budget of a whole page, headers included.
const BUDGET_BYTES = 60_000;
// Budget of files that block the first rendering, after the page itself: one style sheet.
const BUDGET_BLOCKING = 1;
// A slow 3G connection: minimum latency in ms, and bytes per second.
const SLOW = { latency: 400, downloadThroughput: 50_000, uploadThroughput: 25_000 };
// How long nothing must arrive until a page counts as loaded.
const QUIET_MS = 1000;
const LOAD_MS = 60_000;

/** The pages that a giver may open first. */
const pages = {
  'start': '/',
  'unit': '/u/koivuranta',
  'unit, sensitive': '/u/suvanto',
  'form, all': '/u/koivuranta/asiakastyytyvaisyys',
  'form, one at a time': '/u/koivuranta/asiakastyytyvaisyys?view=one',
  'receipt code': '/r',
  'board': '/u/koivuranta/board',
  'poster': '/u/koivuranta/board/poster',
  'results': '/u/koivuranta/results',
  'privacy notice': '/privacy',
  'kiosk': '/k/koivuranta',
  'accessibility': '/accessibility',
  'problem page': '/u/nowhere',
};

/** Forwards everything to a port and counts the bytes that come back. */
async function countingProxy(port) {
  const counted = { bytes: 0 };
  const sockets = new Set();
  const server = net.createServer((client) => {
    const upstream = net.connect(port, '127.0.0.1');
    upstream.on('data', (chunk) => { counted.bytes += chunk.length; });
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => { client.destroy(); upstream.destroy(); });
      socket.on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => { sockets.forEach((socket) => socket.destroy()); server.close(); };
  return { base: `http://127.0.0.1:${server.address().port}`, counted, end };
}

/** Measures one first visit. */
async function weigh(browser, kaiku, address) {
  const proxy = await countingProxy(kaiku.port);
  const context = await openContext(browser, { base: proxy.base });
  try {
    let requests = 0;
    context.on('request', () => { requests += 1; });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const kinds = { Document: 0, Stylesheet: 0, Script: 0 };
    const kindOf = new Map();
    devtools.on('Network.responseReceived', ({ requestId, type }) => kindOf.set(requestId, type));
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kindOf.get(requestId);
      kinds[kind] = (kinds[kind] || 0) + encodedDataLength;
    });
    const answer = await page.goto(address, { timeout: LOAD_MS });
    // A service worker fetches files after the page has loaded.
    for (let before = -1; before !== proxy.counted.bytes;) {
      before = proxy.counted.bytes;
      await page.waitForTimeout(QUIET_MS);
    }
    const seen = await page.evaluate(() => ({
      nodes: document.querySelectorAll('*').length,
      blocking: performance.getEntriesByType('resource').filter((entry) => entry.renderBlockingStatus === 'blocking').length,
    }));
    return {
      status: answer.status(),
      requests,
      bytes: proxy.counted.bytes,
      html: kinds.Document,
      css: kinds.Stylesheet,
      js: kinds.Script,
      plain: (await answer.body()).length,
      ...seen,
    };
  } finally {
    await context.close();
    proxy.end();
  }
}

/** When something is first shown, and when the page can be used without waiting for scripts, in seconds. */
async function slowly(browser, kaiku, address) {
  const context = await openContext(browser, kaiku);
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', { offline: false, ...SLOW });
    await page.goto(address, { timeout: LOAD_MS });
    return await page.evaluate(() => new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime / 1000))
        .observe({ type: 'paint', buffered: true });
    }));
  } finally {
    await context.close();
  }
}

const kaiku = await Kaiku.start();
const browser = await startChromium();
const faults = [];
try {
  const rows = [['page', 'requests', 'bytes', 'html', 'css', 'js', 'html plain', 'nodes', 'waits for', 'shown after']];
  for (const [name, address] of Object.entries(pages)) {
    const page = await weigh(browser, kaiku, address);
    const shown = await slowly(browser, kaiku, address);
    const { requests, bytes, html, css, js, plain, nodes, blocking } = page;
    rows.push([name, requests, bytes, html, css, js, plain, nodes, blocking, `${shown.toFixed(1)} s`]);
    if (bytes > BUDGET_BYTES) { faults.push(`${name}: ${bytes} bytes, the budget is ${BUDGET_BYTES}`); }
    if (blocking > BUDGET_BLOCKING) { faults.push(`${name} waits for ${blocking} files, the budget is ${BUDGET_BLOCKING}`); }
    // An error page instead of the page would weigh little.
    if ((page.status === 200) === (name === 'problem page')) { faults.push(`${name}: ${address} answers ${page.status}`); }
  }
  console.log('First visit with an empty cache. Bytes as sent, compressed, with headers; html, css and js of the page itself,');
  console.log('the rest is pictures and what the service worker keeps. "waits for": files without which nothing is shown.');
  console.log(`"shown after": on a connection with ${SLOW.latency} ms a round trip and ${SLOW.downloadThroughput * 8 / 1000} kbit/s.\n`);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    console.log(row.map((cell, column) => (column === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[column]))).join('  '));
  }
  console.log();
} finally {
  await browser.close();
  await kaiku.end();
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`Every page is within ${BUDGET_BYTES} bytes, and waits for one file at most.`);
