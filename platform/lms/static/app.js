/* Makes pages nicer; every page works without it. */
(function () {
  "use strict";
  var doc = document;

  /* Listen: a recording if the page has one, else a Vietnamese voice of the browser, else no button. */
  var listen = doc.querySelector("[data-listen]");
  if (listen) {
    var label = listen.querySelector("span") || listen;
    var words = { play: label.textContent, stop: listen.getAttribute("data-stop") };
    var sound = doc.querySelector("audio[data-recording]");
    var voice = null;
    var speaking = false;
    var set = function (on) {
      speaking = on;
      label.textContent = on ? words.stop : words.play;
      listen.setAttribute("aria-pressed", on ? "true" : "false");
    };
    var findVoice = function () {
      if (!window.speechSynthesis) return;
      var voices = speechSynthesis.getVoices();
      for (var i = 0; i < voices.length; i++) {
        if (/^vi\b/i.test(voices[i].lang)) { voice = voices[i]; listen.hidden = false; return; }
      }
    };
    var parts = function () {
      var nodes = doc.querySelectorAll("[data-speak] h1,[data-speak] h2,[data-speak] p,[data-speak] li,[data-speak] legend,[data-speak] .choice");
      var out = [];
      for (var i = 0; i < nodes.length; i++) {
        if (nodes[i].closest("[data-silent]")) continue;
        var copy = nodes[i].cloneNode(true);
        var refs = copy.querySelectorAll("sup,ol,ul");
        for (var j = 0; j < refs.length; j++) refs[j].remove();
        var text = copy.textContent.replace(/\s+/g, " ").trim();
        if (text) out.push(text);
      }
      return out;
    };
    var say = function (texts) {
      if (!texts.length || !speaking) { set(false); return; }
      var u = new SpeechSynthesisUtterance(texts[0]);
      u.lang = "vi-VN"; u.voice = voice; u.rate = 0.9;
      u.onend = function () { say(texts.slice(1)); };
      u.onerror = function () { set(false); };
      speechSynthesis.speak(u);
    };
    if (sound) {
      listen.hidden = false;
      sound.addEventListener("ended", function () { set(false); });
    } else {
      findVoice();
      if (window.speechSynthesis && speechSynthesis.addEventListener) speechSynthesis.addEventListener("voiceschanged", findVoice);
    }
    listen.addEventListener("click", function () {
      if (sound) {
        if (speaking) sound.pause(); else sound.play();
        set(!speaking);
      } else if (speaking) {
        speechSynthesis.cancel(); set(false);
      } else {
        speechSynthesis.cancel(); set(true); say(parts());
      }
    });
    window.addEventListener("pagehide", function () { if (window.speechSynthesis) speechSynthesis.cancel(); });
  }

  /* A PIN that one can see is typed right more often. */
  each("[data-show]", function (button) {
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

  /* Print buttons show only where printing can be started. */
  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* A form sent twice by an impatient finger is sent once. */
  each("form[method=post]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
      form.setAttribute("data-sent", "1");
      var button = form.querySelector("[type=submit][data-wait]");
      if (button) button.textContent = button.getAttribute("data-wait");
      setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
    });
  });

  /* An answer in easier words, where a language model writes them. Until they are whole, and if they
     never are, the answer stays as it is. */
  each("[data-rewriting]", function (box) {
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
        each("[data-part]", function (part) { part.innerHTML = told[part.getAttribute("data-part")]; });
      } else was(true);
      end(told.written ? box.getAttribute("data-done") : "");
    });
    button.addEventListener("click", function () { was(true); end(""); });
    window.addEventListener("pagehide", function () { if (button.isConnected) end(""); });
  });

  /* Copy the join code or a link. */
  each("[data-copy]", function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.getAttribute("data-copy")).then(function () {
        button.textContent = button.getAttribute("data-copied");
      });
    });
  });

  /* The desk is made for a keyboard: Enter asks, F2 begins a new question. */
  var ask = doc.querySelector("[data-desk-question]");
  if (ask) {
    ask.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); ask.form.requestSubmit ? ask.form.requestSubmit() : ask.form.submit(); }
    });
    doc.addEventListener("keydown", function (event) {
      if (event.key === "F2") { event.preventDefault(); ask.value = ""; ask.focus(); }
    });
  }

  function each(selector, work) {
    var found = doc.querySelectorAll(selector);
    for (var i = 0; i < found.length; i++) work(found[i]);
  }
})();
