/* Makes pages nicer; every page works without it. */
(function () {
  "use strict";
  var doc = document;

  /* Listen: a recording if the page has one, else a Vietnamese voice of the browser, else why there is none. */
  var listen = doc.querySelector("[data-listen]");
  if (listen) {
    var label = listen.querySelector("span") || listen;
    var words = { play: label.textContent, stop: listen.getAttribute("data-stop") };
    var sound = doc.querySelector("audio[data-recording]");
    var voice = null;
    var why = doc.querySelector("[data-no-voice]");
    listen.hidden = false;
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
        if (/^vi\b/i.test(voices[i].lang)) { voice = voices[i]; why.hidden = true; return; }
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
      } else if (!voice) {
        why.hidden = !why.hidden;
      } else {
        speechSynthesis.cancel(); set(true); say(parts());
      }
    });
    window.addEventListener("pagehide", function () { if (window.speechSynthesis) speechSynthesis.cancel(); });
  }

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

  /* Choosing an answer opens the part of the form that it asks for. */
  each("[data-open-for]", function (part) {
    var name = part.getAttribute("data-open-for").split("=");
    part.closest("form").addEventListener("change", function (event) {
      if (event.target.name === name[0] && event.target.value === name[1]) part.open = true;
    });
  });

  /* Print buttons show only where printing can be started. */
  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* A form sent twice by an impatient finger is sent once. Its buttons are marked, not disabled: the one that
     was pressed keeps its name and value, and the focus. After a file, or on coming back, they work again. */
  var WAIT = 20000;
  each("form", function (form) {
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

  /* Easier or standard words: the reader stays in the same section, as far into it as before. */
  var sections = doc.querySelectorAll("main section[id]");
  each("[data-keep-place]", function (link) {
    var to = link.href;
    link.addEventListener("click", function () {
      var eye = innerHeight / 3;
      for (var i = sections.length; i--;) {
        var box = sections[i].getBoundingClientRect();
        if (box.top > eye) continue;
        link.href = to + "%23" + sections[i].id;
        try { sessionStorage.setItem("place", (eye - box.top) / box.height); } catch (none) { /* the section will do */ }
        break;
      }
    });
  });
  window.addEventListener("load", function () {
    try { var far = sessionStorage.getItem("place"); sessionStorage.removeItem("place"); } catch (none) { return; }
    var section = far && location.hash && doc.getElementById(location.hash.slice(1));
    if (!section) return;
    var box = section.getBoundingClientRect();
    window.scrollTo({ top: scrollY + box.top + far * box.height - innerHeight / 3, behavior: "instant" });
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
