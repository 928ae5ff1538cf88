"""Lesson to safe HTML, for one audience and one register."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import nh3
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from courses import markup
from courses.digest import digest
from courses.model import EXAMPLE, Course, Drawing, Lesson, Library, Source
from i18n.dates import day_past, show_date, today
from i18n.plain.glossary import Entry, Glossary
from i18n.plain.glossary import load as load_glossary
from i18n.vietnamese import fold

Tokens = Sequence[Token]
Env = MutableMapping[str, Any]

SOURCES_ANCHOR, TERMS_ANCHOR = "nguon", "tu-ngu"
LABELS = {"warning": "Cẩn thận:", "tip": "Mẹo:", "today": "Việc hôm nay:", "practice": "Tập làm:"}
OVER = "Mức này chỉ đến hết ngày {day}. Ngày đó đã qua."
_DATE_WORDS = ("năm", "tháng", "ngày")
SURETY = {"official": "nguồn chính thức", "press": "báo chí", "own": "tự soạn"}

MediaUrl = Callable[[str, str], str]
PageUrl = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A lesson ready to be put in a page.

    `html` is safe and begins below the lesson's title (its headings start at level 2); `sections` are
    (anchor, heading) in order; `sources` and `glossary_entries` are those the text uses, in order;
    `words` counts the words shown; `register` is the one found; `version` names exactly this HTML.
    """

    html: str
    sections: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]
    glossary_entries: tuple[Entry, ...]
    words: int
    register: str
    version: str


def lesson_html(
    library: Library,
    course: Course,
    lesson: Lesson,
    register: str,
    audience: str | None = None,
    media_url: MediaUrl | None = None,
    page_url: PageUrl | None = None,
    glossary: Glossary | None = None,
    locale: str = "vi",
    day: date | None = None,
) -> Rendered:
    """The lesson in a register (the other one where it is missing) for one audience.

    `media_url(course_id, file)` gives a picture's address, `file` relative to the course's media folder;
    `page_url(address)` may change links to other pages of the site. Blocks for an audience are shown to
    that audience alone, and to nobody when `audience` is None. A sentence that says itself until when it
    holds is marked when that is over on `day` (today, if none is given).
    """
    text = lesson.text(register, locale)
    page = _Page(course, media_url or _media_beside, page_url or str, glossary or load_glossary())
    tokens = _labelled(_for_audience(markup.parse(text.markdown), audience))
    _mark_what_is_over(tokens, day or today())
    sections = _sections(tokens)
    body = "".join(_section_html(section, page) for section in sections)
    html = _CLEANER.clean(body + _terms_html(page) + _sources_html(page))
    return Rendered(
        html=html,
        sections=tuple((one.anchor, one.heading) for one in sections if one.anchor),
        sources=tuple(page.sources),
        glossary_entries=tuple(page.terms.values()),
        words=sum(len(markup.plain_text(token).split()) for token in tokens if token.type == "inline"),
        register=text.register,
        version=digest([html]),
    )


def fragment_html(markdown: str) -> str:
    """Safe HTML of a short text that belongs to no lesson, such as a handout. References show nothing."""
    page = _Page(None, _media_beside, str, None)
    tokens = _labelled(markup.parse(markdown))
    for token in tokens:
        if token.tag == "h1":  # the page it stands in has its own title
            token.tag = "h2"
    return _CLEANER.clean(_RENDERER.render(tokens, markup.OPTIONS, {"page": page}))


def term_anchor(term: str) -> str:
    """Anchor of a term's explanation at the lesson's end."""
    return "tu-" + re.sub(r"[^a-z0-9]+", "-", fold(term)).strip("-")


@dataclass
class _Page:
    """What one rendering needs, and what it meets on its way."""

    course: Course | None
    media_url: MediaUrl
    page_url: PageUrl
    glossary: Glossary | None
    sources: list[Source] = field(default_factory=list)
    terms: dict[str, Entry] = field(default_factory=dict)

    def number_of(self, source_id: str) -> int | None:
        """Number of a source in this lesson's list, which it joins when first met."""
        source = self.course.source(source_id) if self.course else None
        if source is None:
            return None
        if source not in self.sources:
            self.sources.append(source)
        return self.sources.index(source) + 1

    def anchor_of(self, term: str) -> str | None:
        """Anchor of a term's explanation, which joins the list when first met."""
        entry = self.glossary.get(term) if self.glossary else None
        if entry is None:
            return None
        anchor = term_anchor(entry.term)
        self.terms.setdefault(anchor, entry)
        return anchor

    def drawing(self, src: str) -> Drawing | None:
        """The course's picture behind an address such as `media/x.svg`."""
        return self.course.drawing(src) if self.course and src.startswith("media/") else None


@dataclass
class _Section:
    anchor: str
    heading: str
    tokens: list[Token]


def _media_beside(course_id: str, file: str) -> str:
    return f"media/{file}"


def _for_audience(tokens: list[Token], audience: str | None) -> list[Token]:
    kept, hidden = [], 0
    for token in tokens:
        foreign = token.meta.get("audience") not in (None, audience)
        if token.type == "container_open" and foreign:
            hidden += 1
        if not hidden:
            kept.append(token)
        if token.type == "container_close" and foreign:
            hidden -= 1
    return kept


def _labelled(tokens: list[Token]) -> list[Token]:
    """A bold first word in every note, unless its author wrote one."""
    labelled = []
    for place, token in enumerate(tokens):
        labelled.append(token)
        if token.type != "container_open" or token.info not in LABELS:
            continue
        inside = tokens[place + 1 : place + 3]
        if len(inside) == 2 and inside[0].type == "paragraph_open":
            children = inside[1].children or []
            if not _begins_bold(children):
                inside[1].children = [*_bold(LABELS[token.info]), *children]
        else:
            label = Token("inline", "", 0, children=_bold(LABELS[token.info]))
            labelled += [Token("paragraph_open", "p", 1), label, Token("paragraph_close", "p", -1)]
    return labelled


def _mark_what_is_over(tokens: list[Token], day: date) -> None:
    """A warning behind every paragraph of which a sentence held until a day that is over.

    It stands at the paragraph's end: what follows that sentence there may lean on it.
    """
    for token in tokens:
        if token.type != "inline":
            continue
        past = day_past(markup.plain_text(token), day)
        if past is not None:
            said = OVER.format(day=show_date(past))
            note = [*_bold(said)[:3]]
            token.children = [*(token.children or []), Token("text", "", 0, content=" "), *note]


def _begins_bold(children: list[Token]) -> bool:
    return (
        next((child.type for child in children if child.type != "text" or child.content), "") == "strong_open"
    )


def _bold(words: str) -> list[Token]:
    return [
        Token("strong_open", "strong", 1),
        Token("text", "", 0, content=words),
        Token("strong_close", "strong", -1),
        Token("text", "", 0, content=" "),
    ]


def _sections(tokens: list[Token]) -> list[_Section]:
    """The text cut at its level 2 headings; a section that holds only its heading is left out."""
    sections = [_Section("", "", [])]
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            heading = markup.plain_text(tokens[place + 1]).strip()
            sections.append(_Section(token.meta["anchor"] or term_anchor(heading)[3:], heading, []))
        sections[-1].tokens.append(token)
    return [one for one in sections if len(one.tokens) > (3 if one.anchor else 0)]


def _section_html(section: _Section, page: _Page) -> str:
    html = _RENDERER.render(section.tokens, markup.OPTIONS, {"page": page})
    return f'<section id="{escapeHtml(section.anchor)}">\n{html}</section>\n' if section.anchor else html


def _terms_html(page: _Page) -> str:
    if not page.terms:
        return ""
    rows = "".join(
        f'<dt id="{anchor}">{escapeHtml(entry.term)}</dt><dd>{escapeHtml(entry.plain)}</dd>\n'
        for anchor, entry in page.terms.items()
    )
    return _list_html(TERMS_ANCHOR, "terms", "Từ mới trong bài", f"<dl>\n{rows}</dl>")


def _sources_html(page: _Page) -> str:
    if not page.sources:
        return ""
    rows = "".join(f'<li id="nguon-{one.id}">{_source_html(one)}</li>\n' for one in page.sources)
    return _list_html(SOURCES_ANCHOR, "sources", "Nguồn", f"<ol>\n{rows}</ol>")


def _list_html(anchor: str, name: str, heading: str, rows: str) -> str:
    return f'<section id="{anchor}" class="{name}">\n<h2>{heading}</h2>\n{rows}\n</section>\n'


def _source_html(source: Source) -> str:
    title = escapeHtml(source.title)
    if source.url:
        title = f'<a href="{escapeHtml(source.url)}" rel="noopener noreferrer">{title}</a>'
    facts = [escapeHtml(source.publisher), SURETY[source.sure]]
    if source.dated:
        facts.append(f"ra {_DATE_WORDS[source.dated.count('-')]} {_vietnamese_date(source.dated)}")
    seen = _vietnamese_date(source.checked_on.isoformat())
    return f"{title}. {', '.join(facts)}. Xem lại ngày {seen}."


def _vietnamese_date(iso: str) -> str:
    return "/".join(part.lstrip("0") for part in reversed(iso.split("-")))


class _LessonRenderer(RendererHTML):
    """HTML of the format's own marks; everything else is as markdown-it writes it.

    Each public method is named after a token type, as markdown-it looks them up.
    """

    def reference(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        source_id = tokens[idx].meta["id"]
        number = None if source_id == EXAMPLE else env["page"].number_of(source_id)
        if number is None:
            return ""
        return f'<sup class="ref"><a href="#nguon-{source_id}" aria-label="Nguồn {number}">{number}</a></sup>'

    def term(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        shown = escapeHtml(tokens[idx].content)
        anchor = env["page"].anchor_of(tokens[idx].meta["term"])
        return f'<a class="term" href="#{anchor}">{shown}</a>' if anchor else shown

    def code_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"<kbd>{escapeHtml(tokens[idx].content)}</kbd>"

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        page, token = env["page"], tokens[idx]
        words = escapeHtml(markup.alternative_text(token))
        drawing = page.drawing(str(token.attrGet("src") or ""))
        if drawing is None:
            return f'<span class="no-drawing">{words}</span>'
        address = escapeHtml(page.media_url(page.course.id, drawing.file))
        size = f'width="{drawing.width}" height="{drawing.height}"'
        return f'<img src="{address}" alt="{words}" {size} loading="lazy" decoding="async">'

    def paragraph_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        if markup.lone_image(tokens, idx):
            return '<figure class="drawing">'
        return self.renderToken(tokens, idx, options, env)

    def paragraph_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        if markup.lone_image(tokens, idx - 2):
            return "</figure>\n"
        return self.renderToken(tokens, idx, options, env)

    def heading_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        anchor = tokens[idx].meta.get("anchor")
        if anchor and tokens[idx].tag != "h2":
            tokens[idx].attrSet("id", anchor)
        return self.renderToken(tokens, idx, options, env)

    def ordered_list_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        tokens[idx].attrSet("class", "steps")
        return self.renderToken(tokens, idx, options, env)

    def container_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        name = tokens[idx].info
        if name == "for":
            return f'<div class="for for-{tokens[idx].meta["audience"]}">\n'
        return f'<div class="note note-{name}">\n'

    def container_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</div>\n"

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        address = str(tokens[idx].attrGet("href") or "")
        if address.startswith("/"):
            tokens[idx].attrSet("href", env["page"].page_url(address))
        elif not address.startswith("#"):
            tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)


_RENDERER = _LessonRenderer()
_TEXT_TAGS = "p br hr h2 h3 h4 strong em kbd sup ul li blockquote dl dt dd table thead tbody tr pre code"
_CLEANER = nh3.Cleaner(
    tags={*_TEXT_TAGS.split(), "section", "div", "figure", "span", "img", "a", "ol", "th", "td"},
    attributes={
        "section": {"id", "class"},
        "div": {"class"},
        "figure": {"class"},
        "span": {"class"},
        "sup": {"class"},
        "ol": {"class", "start"},
        "li": {"id"},
        "dt": {"id"},
        "h3": {"id"},
        "h4": {"id"},
        "a": {"href", "class", "rel", "aria-label"},
        "img": {"src", "alt", "width", "height", "loading", "decoding"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
