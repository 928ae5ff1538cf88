/* What helps in the fields of a form. */
(function () {
  "use strict";
  var doc = document;

  /* A PIN that one can see is typed right more often. */
  doc.querySelectorAll("[data-show]").forEach(function (button) {
    var field = doc.getElementById(button.getAttribute("aria-controls"));
    var show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      var seen = field.type === "password";
      field.type = seen ? "text" : "password";
      button.textContent = seen ? button.getAttribute("data-show") : show;
      button.setAttribute("aria-pressed", seen ? "true" : "false");
    });
    field.form.addEventListener("submit", function () { field.type = "password"; });
  });

  /* Choosing an answer opens the part of the form that it asks for. */
  doc.querySelectorAll("[data-open-for]").forEach(function (part) {
    var name = part.getAttribute("data-open-for").split("=");
    part.closest("form").addEventListener("change", function (event) {
      if (event.target.name === name[0] && event.target.value === name[1]) part.open = true;
    });
  });
})();
