// The service worker: pages that were open once are available without a network. What is sent then is encrypted and
// kept until it has arrived. The service puts self.KAIKU in front of this file: the release, what to keep, and its
// public key.
'use strict';

const { release, assets, languages, script, seal } = self.KAIKU;
importScripts(script);

// One cache holds everything of one release; caches of other releases are deleted when this one takes over.
const CACHES = 'kaiku-';
const CACHE = CACHES + release;
// How long to wait for a page if there is an older copy, and for something that is sent, in milliseconds.
const PAGE_PATIENCE_MS = 4000;
const SEND_PATIENCE_MS = 20000;
// The maximum number of pages kept besides the release's own; the page stored longest ago is deleted first.
const PAGES_MOST = 60;
// The maximum number of addresses that a page may name at once to be kept.
const HELD_AT_ONCE = 16;
// The maximum number of messages in the queue. A message that finds no space is not kept, and its giver is told so at
// once.
const QUEUE_MOST = 500;
// The maximum number of outcomes remembered for pages that ask.
const OUTCOMES_MOST = 500;
// Messages that fail one after another before a round of sending ends; the next round begins with those that failed least.
const FAILURES_MOST = 5;
// What the service can never read is kept for so many days, for whoever looks into it; a new release tries it again.
const REFUSED_DAYS = 30;
// A key that the service does not know may be on its way to one of its machines: so many days a message waits for it.
const UNKNOWN_KEY_DAYS = 30;
const DAY_MS = 86400000;
// A message is padded to a multiple of this many bytes, so that its length does not reveal how much was written.
const FILLED_TO_BYTES = 1024;
const INFO = 'kaiku form 1';

const FORM = /^\/(u|k)\/[a-z0-9-]+(\/[a-z0-9-]+)?$/;
const PAGE = /^\/((u|k)\/|r$)/;
const OWN = '/kept';
const NO_COPY = { ignoreVary: true };

// ---- release

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(assets);
    // The pages of the old cache are fetched again, so that a device that loses the network now has them.
    for (const name of await caches.keys()) {
      if (!name.startsWith(CACHES) || name === CACHE) { continue; }
      const old = await (await caches.open(name)).keys();
      await Promise.all(old.map((request) => hold(request.url, '')));
    }
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(CACHES) && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
    await tryRefusedAgain();
    await flush();
  })());
});

// ---- pages

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) { return; }
  // Going back to a page that was the response to a POST uses the browser's own copy, without a network. The browser
  // must do that: the worker would see a network that is down, and send again what nobody pressed.
  if (request.method === 'POST' && (request.isHistoryNavigation || request.cache === 'only-if-cached' || request.cache === 'force-cache')) { return; }
  const gives = url.pathname.startsWith('/k/') || url.searchParams.has('send');
  if (request.method === 'POST' && gives && FORM.test(url.pathname)) { event.respondWith(give(event, url)); return; }
  if (request.method !== 'GET') { return; }
  if (url.pathname.startsWith('/assets/')) { event.respondWith(asset(request)); return; }
  if (request.mode === 'navigate' && PAGE.test(url.pathname)) { event.respondWith(page(event, url)); }
});

async function asset(request) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request);
  if (held) { return held; }
  const answer = await fetch(request);
  if (answer.status === 200) { await cache.put(request, await whole(answer.clone())); }
  return answer;
}

// Rejects if the promise takes longer than `ms`.
function within(ms, promise) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('too late')), ms);
    promise.then(resolve, reject);
  });
}

// A proxy responds with this status if the service is down.
const isGone = (answer) => answer.status === 502 || answer.status === 504;

// Network first; the copy if the network takes too long or is down.
async function page(event, url) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(event.request, NO_COPY);
  const fetched = fetch(event.request);
  // Before the response is returned, so that the copy is made before the browser reads the response.
  const copied = fetched.then((answer) => (mayKeep(url, answer) ? put(cache, event.request.url, answer.clone()) : undefined));
  event.waitUntil(copied.catch(() => undefined));
  try {
    const answer = await (held ? within(PAGE_PATIENCE_MS, fetched) : fetched);
    return held && isGone(answer) ? held : answer;
  } catch (down) {
    return held || own('no-page', languageOf(url.searchParams.get('lang')), url, 503, { HOME: attribute(url.pathname + url.search) });
  }
}

// A page requested by GET contains nothing that a giver said. A page that must not be kept has `no-store`; on the
// kiosk's start page that applies to the browser only.
function mayKeep(url, answer) {
  const kept = !/no-store/.test(answer.headers.get('cache-control') || '') || url.pathname.startsWith('/k/');
  return answer.status === 200 && answer.type === 'basic' && !answer.redirected && kept;
}

// The response in the form in which it is kept: complete, so that a network lost in between does not destroy the older
// copy.
async function whole(answer) {
  return new Response(await answer.blob(), { status: answer.status, headers: plainHeaders(answer) });
}

// The body that is read here is already decompressed.
function plainHeaders(answer) {
  const headers = new Headers(answer.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return headers;
}

async function put(cache, address, answer) {
  await cache.put(address, await whole(answer));
  const held = (await cache.keys()).filter((request) => PAGE.test(new URL(request.url).pathname));
  await Promise.all(held.slice(0, Math.max(0, held.length - PAGES_MOST)).map((request) => cache.delete(request)));
}

// Keeps a page that was open before the worker was active, or in another language, together with the release's own
// page; and scripts and styles that it needs, which the browser already has.
async function hold(address, language) {
  const url = new URL(address, self.location.origin);
  if (url.origin !== self.location.origin) { return; }
  url.hash = '';
  const cache = await caches.open(CACHE);
  try {
    if (url.pathname.startsWith('/assets/')) {
      await asset(new Request(url.href));
      return;
    }
    if (url.pathname !== OWN && !PAGE.test(url.pathname)) { return; }
    const answer = await fetch(url.href, { credentials: 'same-origin' });
    if (mayKeep(url, answer)) { await put(cache, url.href, answer); }
    if (url.pathname === OWN) { return; }
    const beside = ownAddress(languageOf(url.searchParams.get('lang') || language), url);
    if (!(await cache.match(beside, NO_COPY))) { await hold(beside, language); }
  } catch (down) {
    return;
  }
}

const languageOf = (tag) => (languages.indexOf(tag) < 0 ? languages[0] : tag);
const attribute = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const ownAddress = (language, url) => `${OWN}?lang=${language}${url.pathname.startsWith('/k/') ? '&at=kiosk' : ''}`;

// The release's own page in the given state, with values from the device. Another language is better than none.
async function own(state, language, url, status, values) {
  const cache = await caches.open(CACHE);
  let held;
  for (const tag of [language].concat(languages)) {
    held = held || (await cache.match(ownAddress(tag, url), NO_COPY));
  }
  if (!held) { return Response.error(); }
  let text = (await held.text())
    .replace(/%%\[([a-z-]+)%%([\s\S]*?)%%\]%%/g, (all, name, inner) => (name === state ? inner : ''));
  for (const name of Object.keys(values)) { text = text.split(`%%${name}%%`).join(values[name]); }
  const headers = plainHeaders(held);
  headers.set('cache-control', 'no-store');
  return new Response(text, { status, headers });
}

// ---- sending

async function give(event, url) {
  const { request } = event;
  const body = await request.clone().text();
  const kiosk = url.pathname.startsWith('/k/');
  try {
    const answer = await within(SEND_PATIENCE_MS, fetch(request));
    // A lobby's giver is not asked to come again because many come at once, or because something is wrong in the service.
    if (!isGone(answer) && !(kiosk && (answer.status === 429 || answer.status >= 500))) { return answer; }
  } catch (down) {
    // It may have arrived all the same; because of the key it is one feedback.
  }
  const fields = new URLSearchParams(body);
  const language = languageOf(fields.get('lang'));
  const to = fields.getAll('to').pop();
  const home = { HOME: attribute(url.pathname + url.search) };
  if (to === 'check' || to === 'next') {
    fields.delete('to');
    const hidden = Array.from(fields, ([name, value]) =>
      `<input type="hidden" name="${attribute(name)}" value="${attribute(value)}">`).join('');
    return own('check', language, url, 503, { HOME: home.HOME, FIELDS: hidden });
  }
  if (to !== 'send') { return own('no-page', language, url, 503, home); }
  try {
    const id = await keep(url.pathname, body);
    const code = fields.get('code') || '';
    return await own('kept', language, url, 202, { HOME: home.HOME, ID: id, TEXT: attribute(code), CODE: shown(code) });
  } catch (full) {
    return own('full', language, url, 503, home);
  }
}

// The code in groups of four, and symbol by symbol for screen readers.
function shown(code) {
  const groups = code.split('-').map(attribute);
  const spelled = groups.map((group) => group.split('').join(' ')).join(', ');
  return `<span class="vh">${spelled}</span>${groups.map((group) => `<span aria-hidden="true">${group}</span>`).join('')}`;
}

// ---- the queue: encrypted bytes, a random id, the day

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened = null;
function database() {
  if (!opened) {
    const request = indexedDB.open('kaiku', 2);
    request.onupgradeneeded = () => {
      const made = request.result;
      const add = (name) => made.objectStoreNames.contains(name) || made.createObjectStore(name, { keyPath: 'n', autoIncrement: true });
      add('queue');
      if (!made.objectStoreNames.contains('outcomes')) { add('outcomes').createIndex('id', 'id'); }
      add('refused');
    };
    opened = done(request);
    // A newer worker waits until this one lets go.
    opened.then((held) => { held.onversionchange = () => { held.close(); opened = null; }; }, () => { opened = null; });
  }
  return opened;
}

async function store(name, mode) {
  return (await database()).transaction(name, mode).objectStore(name);
}

const today = () => Math.floor(Date.now() / DAY_MS);
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join('');
}

async function keep(address, body) {
  const plain = new TextEncoder().encode(JSON.stringify({ address, body }));
  const filled = new Uint8Array(Math.ceil(plain.length / FILLED_TO_BYTES) * FILLED_TO_BYTES).fill(32);
  filled.set(plain);
  const sealed = await self.kaikuSeal.seal(bytesOf(seal.public), new TextEncoder().encode(INFO), filled);
  const key = new TextEncoder().encode(seal.key);
  const message = new Uint8Array(1 + key.length + sealed.length);
  message[0] = key.length;
  message.set(key, 1);
  message.set(sealed, 1 + key.length);
  const id = randomId();
  const queue = await store('queue', 'readwrite');
  if ((await done(queue.count())) >= QUEUE_MOST) { throw new Error('full'); }
  await done(queue.add({ id, day: today(), message }));
  if (self.registration.sync) { self.registration.sync.register('kaiku-queue').catch(() => undefined); }
  return id;
}

// Sends the queue, oldest first, until the network is down again. Concurrent calls share one run.
let flushing = null;
function flush() {
  if (!flushing) {
    const over = () => { flushing = null; };
    flushing = sendAll();
    flushing.then(over, over);
  }
  return flushing;
}

async function sendAll() {
  await forgetRefused();
  const waiting = await done((await store('queue', 'readonly')).getAll());
  // One that fails each time holds up no other.
  waiting.sort((one, other) => (one.failed || 0) - (other.failed || 0) || one.n - other.n);
  let inARow = 0;
  let failed = false;
  for (const item of waiting) {
    const outcome = await send(item);
    if (outcome === 'waiting') { continue; }
    if (outcome !== 'later') {
      inARow = 0;
      await end(item, outcome);
      continue;
    }
    failed = true;
    inARow += 1;
    await done((await store('queue', 'readwrite')).put(Object.assign({}, item, { failed: (item.failed || 0) + 1 })));
    if (inARow >= FAILURES_MOST) { break; }
  }
  if (failed) { throw new Error('later'); }
}

// What became of a message. Only what the service itself says of it counts: others may answer in its place.
async function send(item) {
  const answer = await within(SEND_PATIENCE_MS, fetch('/sealed', {
    method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: item.message
  }));
  const said = await answer.json().catch(() => ({}));
  switch (said && said.outcome) {
    case 'taken':
    case 'taken-before':
      return 'sent';
    case 'held':
      return 'held';
    case 'refused':
      return said.why === 'unknown-key' && today() - item.day < UNKNOWN_KEY_DAYS ? 'waiting' : 'refused';
    default:
      return 'later';
  }
}

async function end(item, outcome) {
  const change = (await database()).transaction(['queue', 'refused', 'outcomes'], 'readwrite');
  change.objectStore('queue').delete(item.n);
  if (outcome === 'refused') {
    const { id, day, message } = item;
    change.objectStore('refused').add({ id, day, message, refused: item.refused || today() });
  }
  const outcomes = change.objectStore('outcomes');
  const n = await done(outcomes.add({ id: item.id, outcome }));
  outcomes.delete(IDBKeyRange.upperBound(n - OUTCOMES_MOST));
  const clients = await self.clients.matchAll({ includeUncontrolled: true });
  clients.forEach((client) => client.postMessage({ kaiku: outcome, id: item.id }));
}

async function tryRefusedAgain() {
  const change = (await database()).transaction(['queue', 'refused'], 'readwrite');
  const refused = change.objectStore('refused');
  for (const { n, id, day, message, refused: since } of await done(refused.getAll())) {
    change.objectStore('queue').add({ id, day, message, refused: since });
    refused.delete(n);
  }
}

async function forgetRefused() {
  const refused = await store('refused', 'readwrite');
  for (const item of await done(refused.getAll())) {
    if (today() - item.refused >= REFUSED_DAYS) { refused.delete(item.n); }
  }
}

// The last word counts: what was refused may have been taken in later.
async function outcomeOf(id) {
  const found = await done((await store('outcomes', 'readonly')).index('id').getAll(id));
  return found.length ? found[found.length - 1].outcome : undefined;
}

const later = () => undefined;
self.addEventListener('sync', (event) => { event.waitUntil(flush()); });
self.addEventListener('message', (event) => {
  const said = event.data || {};
  if (said.kaiku === 'pages' && Array.isArray(said.pages)) {
    event.waitUntil(Promise.all(said.pages.slice(0, HELD_AT_ONCE).map((address) => hold(address, said.lang))));
  }
  if (said.kaiku === 'flush') { event.waitUntil(flush().catch(later)); }
  if (said.kaiku === 'ask' && event.source) {
    event.waitUntil(outcomeOf(said.id).then((outcome) => {
      if (outcome) { event.source.postMessage({ kaiku: outcome, id: said.id }); }
    }));
  }
});
flush().catch(later);
