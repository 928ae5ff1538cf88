"""Finding the words of the screens in templates and code, and those that are in no catalogue."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from jinja2 import Environment, TemplateSyntaxError

from i18n.vietnamese.letters import has_diacritics

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "lazy": None}
TEMPLATES = "platform/lms/templates"
PYTHON = ("wsgi.py", "platform/lms", "assistant", "courses", "i18n")
"""Where words of the screens may stand, relative to the project's root."""

_SCREEN_CODE = "platform/lms"
_NOT_SCREEN = frozenset(
    (
        "cli.py",
        "config.py",
        "claim.py",
        "connections.py",
        "serving",
        "backup",
        "checkup",
        "demo.py",
        "migrations",
    )
)
"""What speaks to whoever runs the machine, in Vietnamese only."""
_JINJA_OPTIONS = {
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
    "newstyle_gettext": "true",
    "silent": "false",
}
_TEMPLATE_ENDINGS = frozenset((".html", ".txt", ".xml", ".svg", ".md", ".jinja"))
_IGNORE = "i18n: ignore"
_SPOKEN_ATTRIBUTES = re.compile(r"\b(?:alt|title|placeholder|aria-label)\s*=\s*(\"[^\"]*\"|'[^']*')")
_UNSPOKEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*(?:>|$)|^[^<>]*>", re.DOTALL)
_ENTITY = re.compile(r"&#?\w+;")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Names that are the same in every language.
_NAMES = re.compile(
    r"\b(?:Học Số|VNeID|Zalo|Facebook|Messenger|YouTube|Google|Wi-Fi|PIN|OTP|QR|SMS|CSV|PDF|VND?|ID"
    r"|Enter|Ctrl|Esc|Tab)\b"
)


@dataclass(frozen=True, order=True)
class Problem:
    """Something to mend before the words reach a person."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def extract(root: Path) -> Catalog:
    """Every message in the project under `root`, with the files it stands in; an empty tree gives none.

    Raises ValueError naming the file that is neither a template nor Python code.
    """
    template = Catalog(project="Học Số", charset="utf-8")
    for path, method in _sources(root):
        options = _JINJA_OPTIONS if method == "jinja2" else {}
        name = path.relative_to(root).as_posix()
        try:
            found = list(
                extract_from_file(
                    method, str(path), keywords=KEYWORDS, comment_tags=["i18n:"], options=options
                )
            )
        except (SyntaxError, TemplateSyntaxError, UnicodeDecodeError) as error:
            raise ValueError(f"{name}: {error}") from error
        for line, message, comments, context in found:
            template.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return template


def hard_coded(root: Path) -> list[Problem]:
    """Words in templates, and Vietnamese in the code of the screens, that pass through no catalogue.

    A line with "i18n: ignore" is let through: data, examples, log lines.
    """
    problems: list[Problem] = []
    for path, method in _sources(root):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        if method == "jinja2" and path.suffix == ".html":
            found = _bare_in_template(source)
        elif name.startswith(_SCREEN_CODE) and _NOT_SCREEN.isdisjoint(path.parts):
            found = _bare_in_python(source)
        else:
            continue
        lines = source.splitlines()
        problems += [
            Problem(name, line, f"not in a catalogue: {words}")
            for line, words in found
            if _IGNORE not in lines[min(line, len(lines)) - 1]
        ]
    return sorted(problems)


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    """Files to look through, in a fixed order, with Babel's name for their kind."""
    templates = root / TEMPLATES
    for path in sorted(templates.rglob("*")):
        if path.is_file() and path.suffix in _TEMPLATE_ENDINGS:
            yield path, "jinja2"
    for place in PYTHON:
        start = root / place
        for path in sorted(start.rglob("*.py")) if start.is_dir() else [start]:
            if path.is_file():
                yield path, "python"


def _bare_in_template(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of the text between tags and in spoken attributes, outside {% trans %}."""
    for start, markup in _untranslated_markup(source):
        visible = _UNSPOKEN.sub(_blank, markup)
        spoken = [(match.start(1), match[1]) for match in _SPOKEN_ATTRIBUTES.finditer(visible)]
        between = [(0, _TAG.sub(_blank, visible))]
        for offset, text in spoken + between:
            for line_offset, line in enumerate(text.split("\n")):
                words = _NAMES.sub(" ", _ENTITY.sub(" ", line))
                if _WORD.search(words):
                    yield start + markup.count("\n", 0, offset) + line_offset, line.strip()


def _untranslated_markup(source: str) -> Iterator[tuple[int, str]]:
    """The template as one text with every expression and translated block blanked, lines kept."""
    kept: list[str] = []
    statement: list[str] = []
    inside_trans = False
    lines = 1
    for line, kind, value in Environment(extensions=["jinja2.ext.i18n"]).lex(source):  # noqa: S701 - renders nothing
        # A line break that `{%-` takes away reaches nobody, but it counts.
        kept.append("\n" * (line - lines))
        lines = max(line, lines) + value.count("\n")
        if kind == "block_begin":
            statement = []
        if kind == "name":
            statement.append(value)
        if kind == "block_end":
            inside_trans = (inside_trans or statement[:1] == ["trans"]) and statement[:1] != ["endtrans"]
        kept.append(value if kind == "data" and not inside_trans else _blanked(kind, value))
    yield 1, "".join(kept)


def _blanked(kind: str, value: str) -> str:
    """What stands for a piece of template code: its line breaks, and a digit for a value."""
    return "\n" * value.count("\n") + ("0" if kind == "variable_begin" else "")


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n") or " "


def _bare_in_python(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of Vietnamese strings that are neither documentation nor marked for translation."""
    tree = ast.parse(source)
    excused: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in KEYWORDS:
            excused.update(ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            excused.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in excused:
            bare = _NAMES.sub(" ", node.value)
            if has_diacritics(bare) and _WORD.search(bare):
                yield node.lineno, node.value.strip()[:80]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
