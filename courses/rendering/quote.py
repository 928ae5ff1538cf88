"""A quoted sentence: its short name in an address, and its place in a page, marked.

A citation leads to the very sentence. The address carries no words, only a name made of the quote's
length and hash; the server finds the sentence again and marks it, so no script is needed.
"""

import hashlib
import html as entities
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import urlencode

from i18n.vietnamese.letters import MOST_MARKS, few_marks

MARK_ID = "trich"
"""The anchor of the marked sentence, and the name of the address's parameter that names it."""

SECTION = "muc"
"""The address's parameter with the anchor of the section that the sentence stands in."""

REGISTER = "doc"
"""The address's parameter with the register (standard, plain) that the sentence was read in."""

LONGEST = 6000
"""Letters of a quote that may be marked; a longer one has no name."""

LARGEST = 60_000
"""Characters of a page that are searched: of a longer one only so many from the section that is named.

Anybody may open such an address, with any name in it, and a published law has half a million letters."""

_NAME = re.compile(r"([1-9]\d{0,3})-([0-9a-f]{10})")
_ANCHOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_PAGES = ("/hoc/", "/thu-tuc/", "/tai-lieu/")
_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*+>|[^<]+|<", re.DOTALL)
_UNIT = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNSPOKEN = re.compile(
    r"<(?:sup\b[^>]*\bref\b|(?:head|title|script|style|template|textarea|select|svg)\b)", re.IGNORECASE
)
_OPENING = "“‘«\"'(["


def quote_id(quote: str) -> str:
    """The name of a quote: how many letters it has and a hash of them; "" if it has none, or too many.

    Spaces, punctuation, upper case and the Unicode form do not count: the name stays the same when a
    link or a bold word is put into the sentence. A quote with a label ("Nộp qua mạng: 7.000 đồng") gets
    the name of what follows the label too, since a table may have them in cells that lie apart.
    """
    whole = _name(quote)
    after_label = _name(quote.partition(": ")[2])
    return f"{whole}.{after_label}" if whole and after_label else whole


def _name(text: str) -> str:
    letters = "".join(_words(text))
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
    `section` or after it counts, else the first of all. Is the sentence not there, then an empty
    `<span id="trich">` opens that element, so that the address leads to it all the same; without it the
    HTML is returned as it came. Never raises for a name that somebody made up. Of a page
    longer than LARGEST only the part from the section on is searched, else its beginning.
    """
    names = (wanted or "").split(".")[:2]
    named = [found for found in map(_NAME.fullmatch, names) if found]
    if len(named) < len(names):
        return html
    begin, end = _searched(html, section)
    tokens = _TOKEN.findall(html[begin:end])
    start = _start_of(tokens, section)
    words = _Words(tokens)
    for name in named:
        place = words.find(int(name[1]), name[2], start)
        if place is not None:
            return html[:begin] + _marked(tokens, *place) + html[end:]
    if start is None:
        return html
    here = (*tokens[: start + 1], f'<span id="{MARK_ID}"></span>', *tokens[start + 1 :])
    return html[:begin] + "".join(here) + html[end:]


def _searched(html: str, section: str) -> tuple[int, int]:
    """Which part of a page is searched; it begins and ends between an element's tag and what is before."""
    if len(html) <= LARGEST:
        return 0, len(html)
    named = html.find(f' id="{section}"') if _ANCHOR.fullmatch(section or "") else -1
    begin = max(0, html.rfind("<", 0, named)) if named >= 0 else 0
    if begin + LARGEST >= len(html):
        return begin, len(html)
    return begin, max(begin, html.rfind("<", begin, begin + LARGEST))


def mark_at(html: str, arguments: Mapping[str, str]) -> str:
    """The page with the sentence marked that the arguments of its address name (as `link` wrote them).

    `arguments`: the values after the address's question mark; without a quote the page stays as it is.
    """
    wanted = arguments.get(MARK_ID, "")
    return mark(html, wanted, arguments.get(SECTION, "")) if wanted else html


class _Folding(dict[int, str]):
    """What a character counts as, by its number: its letters in lower case, or a space for all else."""

    def __missing__(self, number: int) -> str:
        folded = unicodedata.normalize("NFD", chr(number).casefold())
        self[number] = "".join(one if unicodedata.category(one)[0] in "LNM" else " " for one in folded)
        return self[number]


_FOLDING = _Folding()


def _words(text: str) -> list[str]:
    """The words of a text as they are compared: letters and digits, lower case and decomposed."""
    return unicodedata.normalize("NFD", few_marks(text, MOST_MARKS)).translate(_FOLDING).split()


def _hash(letters: str) -> str:
    return hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a page: which token it stands in, and the how manieth word it is there."""

    token: int
    number: int


def _texts(tokens: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The tokens that are read, with their places: not numbers of sources, not what a browser alone reads."""
    unspoken, depth = "", 0
    for place, token in enumerate(tokens):
        tag = _TAG.match(token)
        if unspoken:
            if tag is not None and tag[2].lower() == unspoken:
                depth += -1 if tag[1] else 1
                unspoken = unspoken if depth else ""
        elif tag is not None and _UNSPOKEN.match(token):
            unspoken, depth = tag[2].lower(), 1
        elif tag is None and not token.startswith("<!"):
            yield place, token


def _start_of(tokens: Sequence[str], section: str) -> int | None:
    """Which token opens the element with this id, if there is one."""
    if not _ANCHOR.fullmatch(section or ""):
        return None
    opening = re.compile(rf'<[a-zA-Z][^>]*\sid="{re.escape(section)}"')
    return next((place for place, token in enumerate(tokens) if opening.match(token)), None)


class _Words:
    """The words of a page in their order, for finding sentences by their names."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._places: list[_Word] = []
        words: list[str] = []
        for token, text in _texts(tokens):
            own = _words(entities.unescape(text))
            self._places += [_Word(token, number) for number in range(len(own))]
            words += own
        self._letters = "".join(words)
        self._offsets = [0, *accumulate(map(len, words))]
        self._ends = {offset: number for number, offset in enumerate(self._offsets)}

    def find(self, length: int, wanted: str, start: int | None) -> tuple[_Word, _Word] | None:
        """The first and the last word of a sentence, if it is there; see `mark` for `start`."""
        found = None
        for first, offset in enumerate(self._offsets[:-1]):
            last = self._ends.get(offset + length)
            if last is None or _hash(self._letters[offset : offset + length]) != wanted:
                continue
            place = (self._places[first], self._places[last - 1])
            if start is None or place[0].token > start:
                return place
            found = found or place
        return found


def _marked(tokens: Sequence[str], first: _Word, last: _Word) -> str:
    """The tokens as one text again, with marks around every piece of text from `first` to `last`."""
    new = list(tokens)
    opening = f'<mark id="{MARK_ID}">'
    for token, text in _texts(tokens):
        if not first.token <= token <= last.token:
            continue
        units = _UNIT.findall(text)
        start = _start_of_word(units, first.number) if token == first.token else 0
        end = _end_of_word(units, last.number) if token == last.token else len(units)
        inside = "".join(units[start:end])
        if inside.strip():  # blank text between two blocks is left alone
            new[token] = f"{''.join(units[:start])}{opening}{inside}</mark>{''.join(units[end:])}"
            opening = "<mark>"
    return "".join(new)


def _spans(units: Sequence[str]) -> list[tuple[int, int]]:
    """Where each word begins and ends among the characters of a text; an entity is one character."""
    spans: list[tuple[int, int]] = []
    before = False
    for place, unit in enumerate(units):
        counts = bool(_words(entities.unescape(unit)))
        if counts and before:
            spans[-1] = (spans[-1][0], place + 1)
        elif counts:
            spans.append((place, place + 1))
        before = counts
    return spans


def _start_of_word(units: Sequence[str], number: int) -> int:
    """Where a word begins, with a quotation mark or bracket before it."""
    start = _spans(units)[number][0]
    while start > 0 and entities.unescape(units[start - 1]) in _OPENING:
        start -= 1
    return start


def _end_of_word(units: Sequence[str], number: int) -> int:
    """Where a word ends, with the full stop behind it."""
    end = _spans(units)[number][1]
    while end < len(units):
        character = entities.unescape(units[end])
        if character.isspace() or character in _OPENING[:3] + "([" or _words(character):
            break
        end += 1
    return end
