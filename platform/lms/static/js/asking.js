/* An answer of the assistant, while it is looked at. */
(function () {
  "use strict";
  var doc = document;

  /* An answer in easier words, where a language model writes them. Until they are whole, and if they
     never are, the answer stays as it is. */
  doc.querySelectorAll("[data-rewriting]").forEach(function (box) {
    var url = box.getAttribute("data-rewriting");
    var status = box.querySelector("[role=status]");
    var preview = box.querySelector("[lang]");
    var button = box.querySelector("button");
    var busy = status.textContent;
    var text = "";
    /* What was stopped, or came to nothing, does not begin anew each time the page is opened. */
    var was = function (set) {
      try { return set ? sessionStorage.setItem(url, "1") : sessionStorage.getItem(url); } catch (none) { return null; }
    };
    if (!window.EventSource || was()) return;
    var source = new EventSource(url);
    var on = function (name, work) {
      source.addEventListener(name, function (event) { work(JSON.parse(event.data)); });
    };
    var end = function (words) {
      source.close();
      var answer = doc.getElementById("loi-dap");
      if (box.contains(doc.activeElement) && answer) { answer.tabIndex = -1; answer.focus({ preventScroll: true }); }
      button.parentNode.remove(); preview.remove();
      status.textContent = words;
      box.hidden = !words;
    };
    source.onopen = function () { box.hidden = false; };
    source.onerror = function () { end(""); };
    on("waiting", function (told) {
      status.textContent = told.before ? box.getAttribute("data-waiting").replace("{n}", told.before) : busy;
    });
    on("text", function (told) {
      text += told.text;
      preview.textContent = "";
      text.split("\n").forEach(function (line) {
        preview.appendChild(doc.createElement("p")).textContent = line;
      });
    });
    on("answer", function (told) {
      if (told.written) {
        doc.querySelectorAll("[data-part]").forEach(function (part) {
          part.innerHTML = told[part.getAttribute("data-part")];
        });
      } else was(true);
      end(told.written ? box.getAttribute("data-done") : "");
    });
    button.addEventListener("click", function () { was(true); end(""); });
    window.addEventListener("pagehide", function () { if (button.isConnected) end(""); });
  });
})();
