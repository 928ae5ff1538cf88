/* The officer's desk. */
(function () {
  "use strict";
  var doc = document;

  /* The desk is made for a keyboard: Enter asks, F2 begins with the next citizen. */
  var ask = doc.querySelector("[data-desk-question]");
  if (ask) {
    ask.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      if (ask.form.requestSubmit) ask.form.requestSubmit(); else ask.form.submit();
    });
    doc.addEventListener("keydown", function (event) {
      if (event.key !== "F2") return;
      event.preventDefault();
      var next = doc.querySelector("[data-next-citizen]");
      /* What the last citizen asked is not heard with what the next one asks. */
      if (next) { location.assign(next.href); return; }
      ask.value = "";
      ask.focus();
    });
  }
})();
