// What a script adds to the form. Without it the form is whole: the server makes key and code, links lead from step to step.
(function () {
  'use strict';

  var form = document.getElementById('form');
  if (!form) { return; }
  // ---- a key and a code of this device, once for each form that is opened: a page from a cache would bring the same key
  // twice. They stand in the entry of the browser's history, so that going back to a form that was sent finds them again
  // and what is sent unchanged stays one feedback. A page that the server made in answer to what was typed keeps its own.
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

  // ---- where the buttons lead
  // Another language or easy words show the same step again. What only changes the page goes to an address that the service
  // worker leaves alone: the browser then holds the page with what was typed, and brings it when the giver goes back.
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
    // The step's heading takes the focus, so that it is read out.
    window.addEventListener('hashchange', function () {
      var step = document.getElementById(location.hash.slice(1));
      var heading = step && step.querySelector('h2');
      if (heading) { heading.focus(); }
    });
    // Enter in a field leads on, as the filled button does.
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

  // ---- read aloud, where the browser has a voice of the language
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
