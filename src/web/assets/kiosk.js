// The kiosk with script: the giver touches a face and may add a text, then the next giver finds the start page. All of
// it is one page, so there is nothing to go back to. Without script the same form is sent as it is.
(function () {
  'use strict';

  // Slows down one person who touches again and again, but not a queue of people: four answers may come at once, and
  // people who each take ten seconds never wait. The count stays on the device, since to the server a lobby is one
  // client. Whoever has to wait has not answered yet, so nothing is lost.
  var ANSWERS_AT_ONCE = 4;
  var SECONDS_FOR_ONE_MORE = 10;

  // Without a touch: seconds until the page asks whether somebody is still there, and until it continues without a
  // reply.
  var IDLE_SECONDS = 25;
  var WRITING_SECONDS = 60;
  var STILL_THERE_SECONDS = 20;

  // What appears under a finger takes no touch for so long: the second tap of two was meant for what stood there before.
  var SETTLE_MS = 700;

  // How often a start that nobody touches looks for a newer page, and how often what could not be sent is tried again
  // where there is no service worker to do so: in seconds.
  var REFRESH_SECONDS = 1800;
  var RETRY_SECONDS = 15;
  // The maximum number of answers that wait in memory; each has a few hundred bytes.
  var WAITING_MOST = 200;

  if (!window.fetch || !window.DOMParser || !window.URLSearchParams || !window.kaikuReceipt) { return; }
  var screen = document.getElementById('screen');
  var home = screen.getAttribute('data-home');
  var step = '';
  var ticking = null;
  var waiting = [];

  function one(selector) { return screen.querySelector(selector); }
  function show(selector, shown) { var found = one(selector); if (found) { found.hidden = !shown; } }

  // A page that was shown once is not shown again when somebody goes back.
  window.addEventListener('pageshow', function (event) { if (event.persisted) { location.replace(home); } });

  // ---- the bucket

  function bucket() {
    var held = null;
    try { held = JSON.parse(sessionStorage.getItem('kaiku-answers')); } catch (ignored) { held = null; }
    var now = Date.now();
    if (!held || !(held.at <= now)) { held = { left: ANSWERS_AT_ONCE, at: now }; }
    held.left = Math.min(ANSWERS_AT_ONCE, held.left + (now - held.at) / 1000 / SECONDS_FOR_ONE_MORE);
    held.at = now;
    return held;
  }

  function countAnswer() {
    var held = bucket();
    held.left = Math.max(0, held.left - 1);
    try { sessionStorage.setItem('kaiku-answers', JSON.stringify(held)); } catch (ignored) { return; }
  }

  function secondsToWait() { return Math.ceil((1 - bucket().left) * SECONDS_FOR_ONE_MORE - 0.001); }

  // ---- time

  // Calls `each` with the seconds that are left, and `end` when there are none; by the clock that nobody can set.
  function count(seconds, each, end) {
    clearInterval(ticking);
    var until = performance.now() + seconds * 1000;
    var tick = function () {
      var left = Math.ceil((until - performance.now()) / 1000);
      if (left > 0) { each(left); return; }
      clearInterval(ticking);
      end();
    };
    ticking = setInterval(tick, 250);
    tick();
  }

  function write(selector, seconds) {
    var found = one(selector + ' [data-count]');
    if (found && found.textContent !== String(seconds)) { found.textContent = seconds; }
  }

  function nothing() { }

  var settling = null;
  function settle() {
    var changed = screen;
    clearTimeout(settling);
    changed.classList.add('settling');
    settling = setTimeout(function () { changed.classList.remove('settling'); }, SETTLE_MS);
  }

  // ---- the start

  var first = document.getElementById('kiosk');
  if (first) { first.reset(); }
  var pristine = first && !screen.querySelector('[role=alert]') ? screen.cloneNode(true) : null;

  function replaceScreen(next) {
    screen.parentNode.replaceChild(next, screen);
    screen = next;
  }

  function goHome() {
    clearInterval(ticking);
    if (!pristine || location.pathname + location.search !== home) { location.replace(home); return; }
    replaceScreen(pristine.cloneNode(true));
    document.title = startTitle;
    window.scrollTo(0, 0);
    start();
  }
  var startTitle = document.title;

  function start() {
    var form = one('#kiosk');
    form.elements.key.value = window.kaikuReceipt.newKey();
    form.elements.code.value = window.kaikuReceipt.newCode();
    wire();
    toFaces();
    settle();
    var wait = secondsToWait();
    if (wait > 0) {
      one('.kface').disabled = true;
      show('.kwait', true);
      count(wait, function (left) { write('.kwait', left); }, function () {
        one('.kface').disabled = false;
        show('.kwait', false);
        idleStart();
      });
    } else {
      idleStart();
    }
  }

  // Nobody is there: the previous giver's language is reset, and from time to time a newer page is loaded.
  function idleStart() {
    if (location.pathname + location.search !== home || one('input[type=radio]:checked')) {
      count(IDLE_SECONDS, nothing, goHome);
      return;
    }
    count(REFRESH_SECONDS, nothing, function () {
      fetch(home, { cache: 'no-store' }).then(function (answer) {
        if (answer.ok) { location.replace(home); } else { idleStart(); }
      }, idleStart);
    });
  }

  function toFaces() {
    step = 'faces';
    screen.setAttribute('data-step', step);
    show('.kacts', false);
    show('.kstill', false);
  }

  function chosen() { return one('input[type=radio]:checked'); }

  function onward() {
    if (!chosen()) { return; }
    if (!one('.kwhy')) { send(false, true); return; }
    step = 'why';
    screen.setAttribute('data-step', step);
    ['.kacts', '.ksend', '[data-without]', '[data-change]', '.kleave'].forEach(function (part) { show(part, true); });
    show('.knext', false);
    var label = one('.kwhy .lab');
    label.tabIndex = -1;
    label.focus();
    settle();
    idleWhy();
  }

  function idleWhy() {
    show('.kstill', false);
    var field = one('#why');
    count(field && field.value.trim() ? WRITING_SECONDS : IDLE_SECONDS, nothing, function () {
      show('.kstill', true);
      write('.kstill', STILL_THERE_SECONDS);
      // A text that was not sent belongs to the giver: the face is sent without it.
      count(STILL_THERE_SECONDS, function (left) { write('.kstill', left); }, function () { send(false, false); });
    });
  }

  function wire() {
    var form = one('#kiosk');
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      if (step === 'faces') { onward(); } else { send(true, true); }
    });
    form.addEventListener('click', function (event) {
      if (event.target.type !== 'radio') { return; }
      // A touch continues at once. Arrow keys only choose, and the button continues.
      if (event.detail > 0) { onward(); return; }
      ['.kacts', '.knext'].forEach(function (part) { show(part, true); });
      ['.ksend', '[data-without]', '[data-change]'].forEach(function (part) { show(part, false); });
    });
    var button = function (selector, act) {
      var found = one(selector);
      if (found) { found.addEventListener('click', act); }
    };
    button('[data-without]', function () { send(false, true); });
    button('[data-here]', function () { idleWhy(); one('#why').focus(); });
    button('[data-change]', function () {
      var radio = chosen();
      if (radio) { radio.checked = false; }
      toFaces();
      settle();
      idleStart();
    });
    screen.querySelectorAll('.klangs a').forEach(function (link) {
      link.addEventListener('click', function (event) {
        event.preventDefault();
        location.replace(link.href);
      });
    });
  }

  // ---- sending

  var sending = false;

  // Sends the face, and the text if `withWords`. `seen` says whether the giver is there to see the outcome.
  function send(withWords, seen) {
    if (sending) { return; }
    var form = one('#kiosk');
    var field = one('#why');
    var words = Boolean(withWords && field && field.value.trim());
    var body = new URLSearchParams(new FormData(form));
    if (field && !words) { body.delete(field.name); }
    body.append('to', 'send');
    sending = true;
    clearInterval(ticking);
    form.setAttribute('aria-busy', 'true');
    var request = { to: form.getAttribute('action'), body: body.toString() };
    post(request).then(function (answer) {
      sending = false;
      countAnswer();
      if (seen) { finish(answer, words); } else { goHome(); }
    }, function () {
      sending = false;
      form.removeAttribute('aria-busy');
      if (seen) { failed(request); return; }
      keep(request);
      goHome();
    });
  }

  function post(request) {
    return fetch(request.to, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: request.body,
      redirect: 'error'
    }).then(function (answer) {
      if (answer.status === 429 || answer.status >= 500) { throw new Error('later'); }
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, 'text/html');
        var next = page.getElementById('screen');
        if (!next) { throw new Error('not ours'); }
        return { ok: answer.ok, title: page.title, screen: document.importNode(next, true) };
      });
    });
  }

  // Shows the page of the response.
  function finish(answer, words) {
    replaceScreen(answer.screen);
    document.title = answer.title;
    window.scrollTo(0, 0);
    settle();
    if (one('#kiosk')) {
      // Something must be corrected: what was typed is still there.
      wire();
      onward();
      one('[role=alert]').focus();
      return;
    }
    end(words);
  }

  // Thanks or a problem, shown for a short time.
  function end(words) {
    if (!words && one('[data-kept]')) { show('.kcode', false); show('.kclears', false); }
    var seconds = Number(screen.getAttribute(!words && one('[data-kept]') ? 'data-back-without' : 'data-back-after'));
    var title = one('h1');
    title.tabIndex = -1;
    title.focus();
    show('.kclears', words || !one('[data-kept]'));
    one('[data-done]').addEventListener('click', function (event) {
      event.preventDefault();
      goHome();
    });
    count(seconds, function (left) { write('.kclears', left); }, goHome);
  }

  // There is no network, and no service worker to keep the answer.
  function failed(request) {
    var form = one('#kiosk');
    var said = one('.kfailed');
    if (!said) {
      said = document.createElement('p');
      said.className = 'msg-e kfailed';
      said.setAttribute('role', 'alert');
      form.querySelector('.kacts').parentNode.insertBefore(said, form.querySelector('.kacts'));
    }
    said.textContent = form.getAttribute('data-failed');
    show('.kacts', true);
    settle();
    // Who goes now has answered all the same: it is tried again from memory, with the same key.
    count(IDLE_SECONDS, nothing, function () {
      keep(request);
      goHome();
    });
  }

  function keep(request) {
    if (waiting.length < WAITING_MOST) { waiting.push(request); }
  }

  setInterval(function () {
    var request = waiting[0];
    if (!request) { return; }
    // One that is not taken in goes behind the others, and holds up none.
    var others = function () { return waiting.filter(function (other) { return other !== request; }); };
    post(request).then(function (answer) { waiting = answer.ok ? others() : others().concat(request); }, function () {
      waiting = others().concat(request);
    });
  }, RETRY_SECONDS * 1000);

  // ---- whenever something is touched, somebody is there

  ['pointerdown', 'touchstart', 'keydown', 'input'].forEach(function (kind) {
    document.addEventListener(kind, function () {
      if (sending || one('.kfailed')) { return; }
      if (step === 'why' && one('#kiosk')) { idleWhy(); }
    }, true);
  });

  if (pristine) {
    if (navigator.storage && navigator.storage.persist) { navigator.storage.persist(); }
    start();
  } else if (first) {
    wire();
    onward();
  } else {
    end(true);
  }
})();
