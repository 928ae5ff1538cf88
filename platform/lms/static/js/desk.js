/* The officer's desk. */
(function () {
  "use strict";
  var doc = document;

  /* The desk is made for a keyboard: Enter asks, F2 begins a new question. */
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
      ask.value = "";
      ask.focus();
    });
  }
})();
