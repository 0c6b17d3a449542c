// Script for every page. Nothing depends on it: buttons that need it are hidden until it runs.
(function () {
  'use strict';

  // The quick exit: the page is replaced, so that going back does not show it. Also by pressing Esc three times in two
  // seconds.
  var leave = document.getElementById('leave');
  if (leave) {
    var pressed = [];
    var go = function () { location.replace(leave.href); };
    leave.addEventListener('click', function (event) { event.preventDefault(); go(); });
    document.addEventListener('keydown', function (event) {
      if (event.key !== 'Escape') { pressed = []; return; }
      pressed = pressed.filter(function (at) { return event.timeStamp - at < 2000; });
      pressed.push(event.timeStamp);
      if (pressed.length >= 3) { go(); }
    });
    document.getElementById('leave-how').hidden = false;
  }

  // Buttons that print the page, or copy the text of the element that they name.
  document.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });
  document.querySelectorAll('[data-copy]').forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).dataset.text).then(function () {
        var said = document.getElementById(button.dataset.said);
        if (said) { said.hidden = false; }
      });
    });
  });

  // Messages on this device that wait for the network. Old phones and pages without TLS do not have this.
  var FLUSH_SECONDS = 30;
  var worker = navigator.serviceWorker;
  if (!worker || window.isSecureContext === false || !window.indexedDB || !window.crypto || !crypto.subtle) { return; }

  function tell(message) { worker.ready.then(function (held) { if (held.active) { held.active.postMessage(message); } }); }

  // Asks the worker to keep this page with what it needs for times without a network. The other languages of a kiosk
  // follow after a while, so that a first visit does not load them.
  var OTHERS_AFTER_SECONDS = 20;
  function keepAll(selector, more) {
    if (!/^\/((u|k)\/|r$)/.test(location.pathname)) { return; }
    var needed = document.querySelectorAll(selector);
    var pages = Array.prototype.map.call(needed, function (named) { return named.src || named.href; });
    if (pages.length) { tell({ kaiku: 'pages', pages: pages.concat(more), lang: document.documentElement.lang }); }
  }
  function keepPages() {
    keepAll('script[src], link[rel=stylesheet]', [location.href]);
    setTimeout(function () { keepAll('.klangs a', []); }, OTHERS_AFTER_SECONDS * 1000);
  }

  // Shows the outcome on a page that says that something waits.
  function outcome(event) {
    var said = event.data || {};
    var place = said.id && document.querySelector('[data-kept="' + said.id + '"]');
    if (!place) { return; }
    document.querySelectorAll('[data-is]').forEach(function (text) { text.hidden = text.getAttribute('data-is') !== said.kaiku; });
    place.setAttribute('data-outcome', said.kaiku);
    var title = document.querySelector('h1 [data-is="' + said.kaiku + '"]');
    if (title) { document.title = title.textContent; }
  }

  function flush() {
    tell({ kaiku: 'flush' });
    document.querySelectorAll('[data-kept]:not([data-outcome])').forEach(function (place) {
      tell({ kaiku: 'ask', id: place.getAttribute('data-kept') });
    });
  }

  worker.addEventListener('message', outcome);
  if (worker.startMessages) { worker.startMessages(); }
  window.addEventListener('online', flush);
  setInterval(flush, FLUSH_SECONDS * 1000);
  // After everything else, so that the page is not delayed.
  window.addEventListener('load', function () {
    worker.register('/sw.js').then(function () {
      if (worker.controller) { keepPages(); }
      flush();
    }, function () { /* it goes without */ });
  });
  // The first worker, or a new release's worker, which keeps nothing of the old one.
  worker.addEventListener('controllerchange', keepPages);
})();
