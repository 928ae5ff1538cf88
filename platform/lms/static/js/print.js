/* Printing from the page itself. */
(function () {
  "use strict";
  var doc = document;

  /* Print buttons show only where printing can be started. */
  doc.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
