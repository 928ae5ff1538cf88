"""The Markdown that lessons are written in: notes, references, terms, anchors. One place reads it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

NOTES = ("warning", "tip", "today", "practice")
OPENING = re.compile(r"^(:{3,})[ \t]*([a-z]+)(?:[ \t]+([a-z0-9-]+))?[ \t]*$")
CLOSING = re.compile(r"^:{3,}[ \t]*$")
_REFERENCE = re.compile(r"\[@([a-z0-9-]+)\]")
_TERM = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]|\n]+))?\]\]")
_ANCHOR = re.compile(r"(?<![ \t])[ \t]*+\{#([^{}]*+)\}[ \t]*+$")


def parse(markdown: str) -> list[Token]:
    """Tokens of a lesson's text. Beside CommonMark's own there are:

    `container_open/close` (`info`: warning, tip, today, practice or for; `meta["audience"]`),
    inline `reference` (`meta["id"]`) and `term` (`meta["term"]`, `content` = words shown),
    and `meta["anchor"]` on headings. Fresh tokens every time: the caller may change them.
    """
    return _PARSER.parse(markdown)


@lru_cache(maxsize=128)
def read(markdown: str) -> tuple[Token, ...]:
    """The same tokens, shared between callers who only look at them: never change one."""
    return tuple(parse(markdown))


def is_container(name: str, audience: str | None) -> bool:
    """Whether `::: name audience` is one of the containers of the format."""
    return (name in NOTES and audience is None) or (name == "for" and bool(audience))


def plain_text(inline: Token) -> str:
    """Words of an inline token as a person would read them out; line breaks are kept."""
    return "".join(_spoken(child) for child in inline.children or ())


def words_of(markdown: str) -> str:
    """All words of a text, headings included, a line for each paragraph; nothing of its markup."""
    return "\n".join(plain_text(token) for token in read(markdown) if token.type == "inline")


def lone_image(tokens: Sequence[Token], place: int) -> Token | None:
    """The image, if the paragraph opening at `place` holds a picture and nothing else."""
    if tokens[place].type != "paragraph_open":
        return None
    children = [child for child in tokens[place + 1].children or () if child.type != "softbreak"]
    return children[0] if len(children) == 1 and children[0].type == "image" else None


def alternative_text(image: Token) -> str:
    """What a picture shows, in words."""
    return "".join(_spoken(child) for child in image.children or ()).strip()


def _spoken(token: Token) -> str:
    if token.type in ("text", "code_inline", "term"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return ""


def _container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: name` to its own `:::`; containers may stand inside each other with the same colons."""
    opening = OPENING.match(_line(state, start))
    if opening is None or state.sCount[start] - state.blkIndent >= 4:
        return False
    if not is_container(opening[2], opening[3]):
        return False
    if silent:
        return True
    last = _closing_line(state, start, end)
    _push(state, "container_open", 1, opening, start, last)
    parent, limit = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", last
    state.md.block.tokenize(state, start + 1, last)
    state.parentType, state.lineMax = parent, limit
    _push(state, "container_close", -1, opening, start, last)
    state.line = min(last + 1, end)
    return True


def _closing_line(state: StateBlock, start: int, end: int) -> int:
    depth = 1
    for line in range(start + 1, end):
        text = _line(state, line)
        if OPENING.match(text):
            depth += 1
        elif CLOSING.match(text):
            depth -= 1
        if depth == 0:
            return line
    return end


def _push(
    state: StateBlock, kind: str, nesting: Literal[-1, 1], opening: re.Match, start: int, last: int
) -> None:
    token = state.push(kind, "div", nesting)
    token.block = True
    token.info = opening[2]
    token.meta = {"audience": opening[3]}
    token.map = [start, last]


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _reference(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("reference", "", 0).meta = {"id": found[1]}
    state.pos = found.end()
    return True


def _term(state: StateInline, silent: bool) -> bool:
    found = _TERM.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("term", "", 0)
        token.meta = {"term": found[1].strip()}
        token.content = (found[2] or found[1]).strip()
    state.pos = found.end()
    return True


def _anchors(state: StateCore) -> None:
    for place, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        inline = state.tokens[place + 1]
        found = _ANCHOR.search(inline.content)
        token.meta = {"anchor": found[1] if found else ""}
        if found:
            inline.content = inline.content[: found.start()]


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    parser.block.ruler.before("fence", "container", _container, {"alt": ["paragraph", "list", "blockquote"]})
    parser.inline.ruler.before("link", "reference", _reference)
    parser.inline.ruler.before("reference", "term", _term)
    parser.core.ruler.after("block", "anchors", _anchors)
    return parser


_PARSER = _make_parser()


OPTIONS = _PARSER.options
"""The parser's settings, for whoever renders its tokens."""
