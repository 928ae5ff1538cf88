"""A quoted sentence: its short name in an address, and its place in a page, marked.

A citation leads to the very sentence. The address carries no words, only a name made of the quote's
length and hash; the server finds the sentence again and marks it, so no script is needed.
"""

import hashlib
import html as entities
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from urllib.parse import urlencode

MARK_ID = "trich"
"""The anchor of the marked sentence, and the name of the address's parameter that names it."""

SECTION = "muc"
"""The address's parameter with the anchor of the section that the sentence stands in."""

REGISTER = "doc"
"""The address's parameter with the register (standard, plain) that the sentence was read in."""

LONGEST = 2000
"""Letters of a quote that may be marked; a longer one has no name."""

_NAME = re.compile(r"([1-9]\d{0,3})-([0-9a-f]{10})")
_ANCHOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_PAGES = ("/hoc/", "/thu-tuc/", "/tai-lieu/")
_TOKEN = re.compile(r"<!--.*?-->|<(?:\"[^\"]*\"|'[^']*'|[^'\">])*+>|[^<]+|<", re.DOTALL)
_UNIT = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNSPOKEN = re.compile(
    r"<(?:sup\b[^>]*\bref\b|(?:head|title|script|style|template|textarea|select|svg)\b)", re.IGNORECASE
)
_OPENING = "“‘«\"'(["


def quote_id(quote: str) -> str:
    """The name of a quote: how many letters it has and a hash of them; "" if it has none, or too many.

    Spaces, punctuation, upper case and the Unicode form do not count: the name stays the same when a
    link or a bold word is put into the sentence.
    """
    letters = "".join(map(_letters, quote))
    return f"{len(letters)}-{_hash(letters)}" if 0 < len(letters) <= LONGEST else ""


def link(url: str, quote: str, register: str = "") -> str:
    """The address that opens a page of ours at a quote; any other address stays as it is.

    `url` leads to the page or a section of it (`/hoc/a/b#c`); `register` is the one the quote was read
    in, where a page is written in two. The page calls `mark` with what stands in the address.
    """
    page, _, anchor = url.partition("#")
    name = quote_id(quote)
    if not name or "?" in page or not page.startswith(_PAGES):
        return url
    values = {MARK_ID: name}
    if _ANCHOR.fullmatch(anchor):
        values[SECTION] = anchor
    if register:
        values[REGISTER] = register
    return f"{page}?{urlencode(values)}#{MARK_ID}"


def mark(html: str, wanted: str, section: str = "") -> str:
    """The HTML with the sentence named `wanted` (see `quote_id`) in `<mark>`, the first with id `trich`.

    `html` is safe and well formed, as our renderer and templates make it, and may be a whole page.
    Nothing of it is changed but for the marks put around pieces of text: what stands between them may
    be links, bold words or new paragraphs. Of several places, the first one in the element with the id
    `section` counts, else the first of all. Is the sentence not there, then an empty `<span id="trich">`
    opens that element, so that the address leads to it all the same; without it the HTML is returned
    as it came. Never raises for a name that somebody made up.
    """
    named = _NAME.fullmatch(wanted or "")
    if named is None:
        return html
    tokens = _TOKEN.findall(html)
    start = _start_of(tokens, section)
    runs = _runs(tokens)
    place = _find(runs, int(named[1]), named[2], start)
    if place is not None:
        return _marked(tokens, runs, *place)
    if start is None:
        return html
    return "".join((*tokens[: start + 1], f'<span id="{MARK_ID}"></span>', *tokens[start + 1 :]))


@dataclass(frozen=True)
class _Run:
    """One stretch of text between two tags.

    `token` is its place among the tokens, `units` its characters as they are written (an entity is
    one), `letters` what each of them counts as ("" for a space or a full stop).
    """

    token: int
    units: list[str]
    letters: list[str]


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    """What a character counts as: its letters or digits, lower case and decomposed."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", character).casefold())
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LNM")


def _hash(letters: str) -> str:
    return hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def _runs(tokens: Sequence[str]) -> list[_Run]:
    """The text that is read: not the numbers of sources, not what only a browser reads."""
    runs, unspoken = [], ""
    depth = 0
    for place, token in enumerate(tokens):
        tag = _TAG.match(token)
        if unspoken:
            if tag is not None and tag[2].lower() == unspoken:
                depth += -1 if tag[1] else 1
                unspoken = unspoken if depth else ""
        elif tag is not None and _UNSPOKEN.match(token):
            unspoken, depth = tag[2].lower(), 1
        elif tag is None and not token.startswith("<!"):
            units = _UNIT.findall(token)
            runs.append(_Run(place, units, [_letters(entities.unescape(unit)) for unit in units]))
    return runs


def _start_of(tokens: Sequence[str], section: str) -> int | None:
    """Which token opens the element with this id, if there is one."""
    if not _ANCHOR.fullmatch(section or ""):
        return None
    opening = re.compile(rf'<[a-zA-Z][^>]*\sid="{re.escape(section)}"')
    return next((place for place, token in enumerate(tokens) if opening.match(token)), None)


def _find(
    runs: Sequence[_Run], length: int, wanted: str, start: int | None
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """(run, unit) of the first and the last character of the sentence."""
    places, letters = _stream(runs)
    first_of_section = next(
        (number for number, (run, _) in enumerate(places) if start is not None and runs[run].token > start), 0
    )
    offsets = [0, *accumulate(map(len, letters))]
    text = "".join(letters)
    by_offset = {offset: number for number, offset in enumerate(offsets)}
    ends = {number for number in range(len(places)) if _ends_word(runs, *places[number])}
    found = None
    for number, place in enumerate(places):
        last = by_offset.get(offsets[number] + length, 0) - 1
        if last not in ends or not _begins_word(runs, *place):
            continue
        if _hash(text[offsets[number] : offsets[number] + length]) != wanted:
            continue
        if number >= first_of_section:
            return place, places[last]
        found = found or (place, places[last])
    return found


def _stream(runs: Sequence[_Run]) -> tuple[list[tuple[int, int]], list[str]]:
    """Every character that counts, where it stands and as what it counts."""
    places, letters = [], []
    for run_number, run in enumerate(runs):
        for unit_number, counted in enumerate(run.letters):
            if counted:
                places.append((run_number, unit_number))
                letters.append(counted)
    return places, letters


def _begins_word(runs: Sequence[_Run], run: int, unit: int) -> bool:
    return unit == 0 or not runs[run].letters[unit - 1]


def _ends_word(runs: Sequence[_Run], run: int, unit: int) -> bool:
    return unit + 1 == len(runs[run].letters) or not runs[run].letters[unit + 1]


def _marked(
    tokens: Sequence[str], runs: Sequence[_Run], first: tuple[int, int], last: tuple[int, int]
) -> str:
    """The tokens as one text again, with marks around every piece of text from `first` to `last`."""
    new = list(tokens)
    opening = f'<mark id="{MARK_ID}">'
    for number, start, end in _pieces(runs, first, last):
        run = runs[number]
        before, inside, after = run.units[:start], run.units[start:end], run.units[end:]
        new[run.token] = "".join((*before, opening, *inside, "</mark>", *after))
        opening = "<mark>"
    return "".join(new)


def _pieces(
    runs: Sequence[_Run], first: tuple[int, int], last: tuple[int, int]
) -> Iterator[tuple[int, int, int]]:
    """(run, start, end) of what is marked; blank text between two blocks is left alone."""
    for number in range(first[0], last[0] + 1):
        run = runs[number]
        start = _with_opening(run, first[1]) if number == first[0] else 0
        end = _with_ending(run, last[1] + 1) if number == last[0] else len(run.units)
        if "".join(run.units[start:end]).strip():
            yield number, start, end


def _with_opening(run: _Run, start: int) -> int:
    """Take a quotation mark or bracket before the first word along."""
    while start > 0 and entities.unescape(run.units[start - 1]) in _OPENING:
        start -= 1
    return start


def _with_ending(run: _Run, end: int) -> int:
    """Take the full stop after the last word along."""
    while end < len(run.units) and not run.letters[end]:
        character = entities.unescape(run.units[end])
        if character.isspace() or character in _OPENING[:3] + "([":
            break
        end += 1
    return end
