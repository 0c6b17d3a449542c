// Script for the form. The form is complete without it: the server makes key and code, and links lead from step to
// step.
(function () {
  'use strict';

  var form = document.getElementById('form');
  if (!form) { return; }
  // ---- a key and a code made on this device, once for each form that is opened: a cached page would send the same key
  // twice. They are stored in the browser's history entry, so that going back to a sent form finds them again and
  // sending it unchanged stays one feedback. A page that the server rendered with typed values keeps its own key and
  // code.
  function field(name) { return form.querySelector('input[type="hidden"][name="' + name + '"]'); }
  var key = field('key');
  var code = field('code');
  if (form.hasAttribute('data-fresh') && key && code && window.crypto && self.kaikuReceipt) {
    var held = history.state && history.state.form;
    if (!held) {
      held = { key: self.kaikuReceipt.newKey(), code: self.kaikuReceipt.newCode() };
    }
    var keep = function () { history.replaceState({ form: held }, ''); };
    key.value = held.key;
    code.value = held.code;
    keep();
    window.addEventListener('hashchange', keep);
  }

  // ---- the addresses of the buttons
  // Another language or easy language shows the same step again. A button that only changes the page uses an address
  // that the service worker ignores: the browser then keeps the page with what was typed, and shows it when the giver
  // goes back.
  var action = form.getAttribute('action');
  document.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('button') : null;
    if (button && button.form === form && button.type === 'submit') {
      var sends = button.value === 'send' || button.value === 'check' || button.value === 'next';
      var stays = button.name === 'lang' || button.value === 'easy' || button.value === 'plain';
      var address = sends ? action : action.replace('?send', '?change');
      form.setAttribute('action', stays && form.hasAttribute('data-one') ? address + location.hash : address);
    }
  });

  // ---- one question at a time
  if (form.hasAttribute('data-one')) {
    // The step's heading gets the focus, so that it is read out. The event may come late: whoever answers already keeps the
    // focus, or the next key would go nowhere and another answer would stand.
    window.addEventListener('hashchange', function () {
      var step = document.getElementById(location.hash.slice(1));
      var heading = step && step.querySelector('h2');
      var active = document.activeElement;
      var isInside = step && active !== step && step.contains(active);
      if (heading && !isInside) { heading.focus(); }
    });
    // Enter in a field continues, as the main button does.
    form.addEventListener('keydown', function (event) {
      var typing = event.target.tagName === 'INPUT' || event.target.tagName === 'SELECT';
      var step = typing && event.key === 'Enter' && event.target.closest('.step');
      var next = step && step.querySelector('a.go');
      if (next) {
        event.preventDefault();
        next.click();
      }
    });
  }

  // ---- read aloud, if the browser has a voice in the language
  var speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) { return; }
  var speaking = null;

  function voiceOf(language) {
    return speech.getVoices().filter(function (voice) {
      return voice.lang.toLowerCase().replace('_', '-').split('-')[0] === language;
    })[0];
  }

  function partsOf(question) {
    var all = question.querySelectorAll('legend, .lab, .unit-of, .msg-e, .hint, .flow > p, .opts > label:not(.clr), .tick');
    return Array.prototype.map.call(all, function (part) {
      var text = part.textContent.replace(/\s+/g, ' ').trim();
      return /[.?!:]$/.test(text) ? text : text + '.';
    });
  }

  function languageOf(element) {
    return element.closest('[lang]').lang.split('-')[0];
  }

  function offer() {
    form.querySelectorAll('[data-read]').forEach(function (button) {
      var question = button.closest('.q');
      var named = question.querySelector('legend, .lab');
      button.hidden = !voiceOf(languageOf(named));
    });
  }

  form.addEventListener('click', function (event) {
    var button = event.target.closest('[data-read]');
    if (!button) { return; }
    speech.cancel();
    if (speaking === button) { speaking = null; return; }
    var question = button.closest('.q');
    var language = languageOf(question.querySelector('legend, .lab'));
    speaking = button;
    partsOf(question).forEach(function (text, index, all) {
      var part = new SpeechSynthesisUtterance(text);
      part.voice = voiceOf(language);
      part.lang = part.voice ? part.voice.lang : language;
      if (index === all.length - 1) { part.onend = function () { if (speaking === button) { speaking = null; } }; }
      speech.speak(part);
    });
  });
  window.addEventListener('pagehide', function () { speech.cancel(); });
  if (speech.addEventListener) { speech.addEventListener('voiceschanged', offer); } else { speech.onvoiceschanged = offer; }
  offer();
})();
