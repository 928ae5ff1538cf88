/* Reading a lesson. */
(function () {
  "use strict";
  var doc = document;

  /* Easier or standard words: the reader stays in the same section, as far into it as before. */
  var sections = doc.querySelectorAll("main section[id]");
  doc.querySelectorAll("[data-keep-place]").forEach(function (link) {
    var to = link.href;
    link.addEventListener("click", function () {
      var eye = innerHeight / 3;
      for (var i = sections.length; i--;) {
        var box = sections[i].getBoundingClientRect();
        if (box.top > eye) continue;
        link.href = to + "%23" + sections[i].id;
        /* Without a place to keep it, the beginning of the section will do. */
        try { sessionStorage.setItem("place", (eye - box.top) / box.height); } catch (none) { return; }
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
})();
