"""A lesson's text cut into pieces that can be read out, searched and measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from courses import markup


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a lesson.

    `kind`: text, steps, list, drawing, heading, table, quote, warning, tip, today or practice.
    `anchor` and `heading` are those of its section (empty before the first one), `text` its words without
    any markup (steps keep their numbers, one a line), `audience` the only group that sees it, or None;
    `sources` the ids cited in it, `line` the file's line it begins on.
    """

    kind: str
    anchor: str
    heading: str
    text: str
    audience: str | None
    line: int
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One run of inline text with everything that surrounds it.

    `group` is equal for leaves of one piece, `item` the number of the step it stands in (0 for none).
    """

    inline: Token
    kind: str
    anchor: str
    heading: str
    audience: str | None
    line: int
    group: int
    item: int


_GROUPS = {
    "ordered_list_open": "steps",
    "bullet_list_open": "list",
    "blockquote_open": "quote",
    "table_open": "table",
}


def cut(markdown: str, first_line: int = 1) -> tuple[Block, ...]:
    """Pieces of a lesson's text in reading order."""
    blocks: list[Block] = []
    group = None
    for leaf in leaves(markup.parse(markdown), first_line):
        piece = _block(leaf)
        if group == leaf.group:
            blocks[-1] = _joined(blocks[-1], piece)
        else:
            blocks.append(piece)
        group = leaf.group
    return tuple(block for block in blocks if block.text)


def leaves(tokens: Sequence[Token], first_line: int = 1) -> Iterator[Leaf]:
    """Every run of inline text of a parsed lesson. Section headings (level 2) are context, not leaves."""
    anchor = heading = ""
    audiences: list[str | None] = []
    groups: list[tuple[str, int]] = []
    items: list[int] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor, heading = token.meta["anchor"], markup.plain_text(tokens[place + 1]).strip()
        elif token.type == "container_open":
            audiences.append(token.meta["audience"])
            if token.info != "for":
                groups.append((token.info, place))
        elif token.type == "container_close":
            audiences.pop()
            if token.info != "for":
                groups.pop()
        elif token.type in _GROUPS:
            groups.append((_GROUPS[token.type], place))
            items.append(int(token.attrGet("start") or 1) - 1 if token.type == "ordered_list_open" else -1)
        elif token.type.replace("_close", "_open") in _GROUPS:
            groups.pop()
            items.pop()
        elif token.type == "list_item_open" and items[-1] >= 0:
            items[-1] += 1
        elif token.type == "inline" and not _is_section_heading(tokens, place):
            kind, group = groups[0] if groups else _own_group(tokens, place)
            audience = next((one for one in reversed(audiences) if one), None)
            item = items[-1] if items and _opens_item(tokens, place) else 0
            line = first_line + (token.map[0] if token.map else 0)
            yield Leaf(token, kind, anchor, heading, audience, line, group, max(item, 0))


def _is_section_heading(tokens: Sequence[Token], place: int) -> bool:
    return tokens[place - 1].type == "heading_open" and tokens[place - 1].tag == "h2"


def _own_group(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    if tokens[place - 1].type == "heading_open":
        return "heading", place
    return ("drawing" if markup.lone_image(tokens, place - 1) else "text"), place


def _opens_item(tokens: Sequence[Token], place: int) -> bool:
    return place >= 2 and tokens[place - 2].type == "list_item_open"


def _block(leaf: Leaf) -> Block:
    text = markup.plain_text(leaf.inline)
    if leaf.kind == "drawing":
        text = markup.alternative_text((leaf.inline.children or [])[0])
    text = " ".join(text.split())
    if leaf.item and text:
        text = f"{leaf.item}. {text}"
    sources = tuple(child.meta["id"] for child in leaf.inline.children or () if child.type == "reference")
    return Block(leaf.kind, leaf.anchor, leaf.heading, text, leaf.audience, leaf.line, sources)


def _joined(block: Block, more: Block) -> Block:
    text = "\n".join(part for part in (block.text, more.text) if part)
    return replace(block, text=text, sources=block.sources + more.sources)
