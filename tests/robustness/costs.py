"""What each request costs at its worst: every route × each place where words may stand × each worst text.

    python -m tests.robustness.costs [--seconds 0.7] [--people "" banam canbo …] [--part 1/2]

One commune with the real embedder. In turn the address, the query, the form, the JSON, the headers and the
cookies of every request that somebody can make are filled with each text of `tests.worst`, as long as that
place takes. Prints one line for each that costs more CPU than --seconds, dearest first; exit 1 if there is
one, or if an answer is a 500. Measured in the process itself, behind the reading of bodies.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.robustness import ROOT
from tests.robustness.fuzz_requests import KEPT_OUT, Fuzzer

IN_PATH, IN_QUERY, IN_HEADER, IN_FORM = 3_000, 15_000, 15_000, 240_000
"""Letters or bytes that are put into each place: near to what is let in."""
HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Host",
    "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Origin", "Range", "Referer",
    "Sec-Fetch-Site", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
)  # fmt: skip
SIGNS = ("bytes=0-1,", "a;q=0.1,", "a=b; ", "hs_lang=vi; ", '"a",', "vi-VN,", "1.1.1.1, ", *"\\%=;")
"""What headers repeat besides: their own signs."""
_PART = re.compile(r"<(?:[^:<>]+:)?[^<>]+>")
Request = tuple[str, str, str, dict]
"""Method, path, what was filled and with what, and what else goes to the client."""
NAME_OF_FIELD = re.compile(r'(?:args|form|values)\.get(?:list)?\(\s*"([\w-]+)"')


def names_read() -> tuple[str, ...]:
    """The name of every field that a view reads from an address or a form."""
    found: set[str] = {"once_token", "csrf_token", "utm_source"}
    for file in (ROOT / "platform" / "lms").rglob("*.py"):
        found.update(NAME_OF_FIELD.findall(file.read_text("utf-8")))
    return tuple(sorted(found))


class Walk(Fuzzer):
    """Everything that each person can ask, one place at a time at its worst."""

    def requests(self, person: str, texts: tuple[str, ...]) -> Iterator[Request]:
        """Each part of an address, a third of all names at once in the query, each field of each form."""
        names = names_read()
        for rule, path in self.addresses(person):
            takes_words = re.search(r"<(?!int:|uuid:)", rule.rule)
            for text in texts:
                if takes_words:
                    long = quote((text * IN_PATH)[:IN_PATH])
                    yield "GET", _PART.sub(lambda _part, word=long: word, rule.rule), f"path {text!r}", {}
                if "GET" not in rule.methods:
                    continue
                for some in (names[0::3], names[1::3], names[2::3]):
                    times = max(1, IN_QUERY // len(some) // len(quote_plus(text)))
                    yield "GET", path, f"query {text!r}", {"query_string": dict.fromkeys(some, text * times)}
        for owner, method, action, fields in self.forms:
            if owner != person or method != "POST" or action.startswith(KEPT_OUT):
                continue
            for text in texts:
                times = IN_FORM // len(text.encode("utf-8", "surrogatepass"))
                for name in fields:
                    data = {"data": fields | {name: text * times}, "content_type": "multipart/form-data"}
                    yield "POST", action, f"field {name} {text!r}", data

    def addresses(self, person: str) -> list[tuple]:
        """(rule, an address of it that is there, or one made up) of each route."""
        from werkzeug.exceptions import HTTPException

        adapter = self.app.url_map.bind("localhost")
        seen: dict[str, str] = {}
        for _owner, _method, path, _fields in self.forms:
            try:
                endpoint, _values = adapter.match(path.split("?")[0], method="GET")
            except HTTPException:
                continue
            seen.setdefault(endpoint, path.split("?")[0])
        return [
            (rule, seen.get(rule.endpoint) or _PART.sub("1", rule.rule))
            for rule in self.rules
            if not rule.rule.startswith(KEPT_OUT)
        ]

    def of_headers(self, texts: tuple[str, ...]) -> Iterator[Request]:
        """Each header at its worst, on a page, a picture, an export and a question."""
        for path in ("/", "/hoi", "/api/v1/ask", "/static/icon.svg", "/healthz", "/tai-lieu/x"):
            for name in HEADERS:
                for text in texts + SIGNS:
                    value = (text * IN_HEADER)[:IN_HEADER].encode("utf-8", "replace").decode("latin-1")
                    if "\n" not in value and "\r" not in value:
                        yield "GET", path, f"header {name} {text!r}", {"headers": {name: value}}

    def of_json(self, texts: tuple[str, ...]) -> Iterator[Request]:
        """The programmable ask and the report of a browser, each field at its worst."""
        fields = ("question", "register", "history", "language", "unit", "audience")
        for path in ("/api/v1/ask", "/bao-loi-csp", "/csp"):
            for text in texts:
                for name in fields:
                    long = (text * IN_FORM)[: IN_FORM // 4]
                    body = {"question": "Làm căn cước ở đâu?", name: [long] if name == "history" else long}
                    yield "POST", path, f"json {name} {text!r}", {"json": body}
                yield "POST", path, f"list {text!r}", {"json": {"history": [text] * 5_000, "question": "a"}}

    def measure(self, person: str, seconds: float, texts: tuple[str, ...]) -> list[tuple]:
        """(CPU seconds, status, method, path, what was filled) of what is too dear, or failed."""
        dear, number = [], 0
        work = [self.requests(person, texts)]
        if not person:
            work += [self.of_headers(texts), self.of_json(texts)]
        for method, path, filled, sent in chain(*work):
            number += 1
            if number % 150 == 0:
                self.clients[person] = self.sign_in(person)
            cost, status = self.cost(person, method, path, sent)
            if seconds < cost < 3 * seconds:
                # Something may have been made for the first time, or another process have had the caches.
                cost = min(cost, self.cost(person, method, path, sent)[0])
            if cost > seconds or (status >= 500 and status not in (503, 507)):
                dear.append((round(cost, 2), status, method, path[:60], filled[:60]))
                print(*dear[-1], file=sys.stderr, flush=True)
            if number % 2_000 == 0:
                print(f"{person or 'guest'}: {number} requests", file=sys.stderr, flush=True)
        print(json.dumps({"person": person or "guest", "requests": number, "dear": len(dear)}), flush=True)
        return dear

    def cost(self, person: str, method: str, path: str, sent: dict) -> tuple[float, int]:
        """(CPU seconds, status) of one request."""
        began = time.process_time()
        try:
            came = self.clients[person].open(path, method=method, **sent)
            came.get_data()
            status = came.status_code
        except (UnicodeError, ValueError):
            # The client could not write it down: no server was asked.
            return 0.0, 0
        return time.process_time() - began, status


def main() -> int:
    """Run it; 1 if something is too dear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.7)
    parser.add_argument("--people", nargs="*", default=["", "banam", "cohoa", "canbo", "quantri"])
    parser.add_argument("--part", default="1/1")
    chosen = parser.parse_args()
    from tests.worst import PIECES

    part, of = (int(one) for one in chosen.part.split("/"))
    texts = PIECES[part - 1 :: of]
    dear = []
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(Path(folder), 1)
        for person in chosen.people:
            dear += walk.measure(person, chosen.seconds, texts)
    for line in sorted(dear, reverse=True)[:60]:
        print(*line)
    return 1 if dear else 0


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    raise SystemExit(main())
