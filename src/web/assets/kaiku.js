// What scripts add on every page. Nothing depends on it: buttons that need it are hidden until it is here.
(function () {
  'use strict';

  // The quick way out: the page is replaced, so that going back does not show it. Esc three times within two seconds.
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

  // Buttons that print, or copy the text of the element they name.
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
})();
