/* “Nghe”: the page read aloud. */
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
      var spoken = "h1 h2 p li legend .choice .said".split(" ").map(function (one) {
        return "[data-speak] " + one;
      });
      var nodes = doc.querySelectorAll(spoken.join());
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
      if (window.speechSynthesis && speechSynthesis.addEventListener) {
        speechSynthesis.addEventListener("voiceschanged", findVoice);
      }
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
})();
