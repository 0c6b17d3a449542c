// A code in the fragment of the address, to which the QR code on the receipt links: it is removed from the address
// before anything else, and sent as the form would send it. Without script the giver types it.
(function () {
  'use strict';

  var sent = false;

  function send(code) {
    var field = document.getElementById('code');
    if (field) {
      field.value = code;
      document.getElementById('open').click();
      return;
    }
    // On the page of another story: a separate form, so that nothing of that story is sent.
    var form = document.createElement('form');
    form.method = 'post';
    form.action = '/r';
    [['code', code], ['lang', document.documentElement.lang]].forEach(function (pair) {
      var input = document.createElement('input');
      input.type = 'hidden';
      input.name = pair[0];
      input.value = pair[1];
      form.appendChild(input);
    });
    document.body.appendChild(form);
    form.submit();
  }

  function take() {
    var typed = location.hash.slice(1);
    // Other fragments are anchors on the page.
    if (!/^[0-9A-Za-z]{4}(-?[0-9A-Za-z]{4}){3}$/.test(typed)) { return; }
    history.replaceState(null, '', location.pathname + location.search);
    send(typed);
  }

  // A second press is ignored while the first is being sent.
  var form = document.getElementById('receipt');
  if (form) {
    form.addEventListener('submit', function (event) {
      if (sent) { event.preventDefault(); return; }
      sent = true;
      setTimeout(function () { sent = false; }, 4000);
    });
  }

  take();
  // The QR code may be read again while the page is open, and a page from the back-forward cache runs no script.
  window.addEventListener('hashchange', take);
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) { sent = false; take(); }
  });
})();
