/* Makes every page nicer; every page works without it. */
(function () {
  "use strict";
  var doc = document;

  /* Going back to a form that had a mistake opens its page, and asks nobody to send it again. */
  var standsAt = doc.body.getAttribute("data-stands-at");
  if (standsAt && history.replaceState) history.replaceState(null, "", standsAt);

  /* The bar at the bottom stays there only while it is low: in large text it would hide the page. */
  var tools = doc.querySelector(".tools");
  if (tools && window.ResizeObserver) {
    var low = function () {
      doc.documentElement.classList.toggle("tall", tools.lastElementChild.offsetHeight > innerHeight / 5);
    };
    new ResizeObserver(low).observe(tools);
    window.addEventListener("resize", low);
  }

  /* A form sent twice by an impatient finger is sent once. Its buttons are marked, not disabled: the one that
     was pressed keeps its name and value, and the focus. After a file, or on coming back, they work again. */
  var WAIT = 20000;
  doc.querySelectorAll("form").forEach(function (form) {
    var buttons = form.querySelectorAll("[type=submit]");
    var words = null, busy = null;
    var say = function (button, text) { busy = button; words = button.textContent; button.textContent = text; };
    /* The button that was pressed says that it works; on a slow line the page alone would not. */
    var mark = function (on, pressed) {
      for (var i = 0; i < buttons.length; i++) {
        if (on) buttons[i].setAttribute("aria-disabled", "true"); else buttons[i].removeAttribute("aria-disabled");
      }
      form.sent = on;
      if (!on) {
        if (busy) busy.textContent = words;
        busy = null;
        return;
      }
      var button = pressed || form.querySelector("[data-wait]") || buttons[0];
      if (!button || button.children.length) return;
      var wait = button.getAttribute("data-wait");
      if (wait) say(button, wait);
      else setTimeout(function () { if (form.sent && !busy) say(button, doc.body.getAttribute("data-sending")); }, 500);
    };
    form.addEventListener("submit", function (event) {
      if (form.sent) { event.preventDefault(); return; }
      mark(true, event.submitter);
      setTimeout(mark, WAIT, false);
    });
    window.addEventListener("pageshow", function (event) { if (event.persisted) mark(false); });
  });
})();
