"""What a person reads of a Markdown lesson: the words, without the marks that lay them out."""

import re

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")
_RULES = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),  # a picture
    (re.compile(r"\[@[^\]]+\]"), ""),  # a source
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),  # a link
    (re.compile(r"^:::.*$", re.MULTILINE), ""),
    (re.compile(r"^#{1,6} *(.*?)(?: *\{#[\w-]+\})? *$", re.MULTILINE), r"\n\1\n"),
    (re.compile(r"^ *(?:[-*+]|\d+[.)]) +", re.MULTILINE), "\n"),
    (re.compile(r"[`*]+"), ""),
)


def words_of(markdown: str) -> str:
    """The text of a lesson file: front matter, pictures, sources, fences and marks left out."""
    text = _TERM.sub(lambda term: term[2] or term[1], _FRONT_MATTER.sub("", markdown))
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def linked_terms(markdown: str) -> tuple[str, ...]:
    """The technical words that the text links to the glossary, as they are shown and as they are named."""
    return tuple(word for term in _TERM.finditer(markdown) for word in term.groups() if word)
