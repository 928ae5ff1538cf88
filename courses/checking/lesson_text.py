"""What a good lesson text holds: its build, its words, its pictures, links, terms and claims."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from courses import markup
from courses.blocks import leaves
from courses.checking import wording
from courses.checking.claims import BUTTON, claims_of, kind_name
from courses.checking.sentences import Sentence, sentences_of
from courses.data_files import data
from courses.model import EXAMPLE, PLAIN, STANDARD, Course, Lesson, LessonText, Library
from courses.reading.drawings import LIMIT
from courses.rendering.render import SOURCES_ANCHOR, TERMS_ANCHOR, term_anchor
from courses.validation import Problem
from i18n.plain import MOST_WORDS
from i18n.plain.glossary import Glossary

WORDS_IN_STANDARD = 900
WORDS_IN_SENTENCE = {STANDARD: 35, PLAIN: MOST_WORDS}
WORDS_IN_OPENING = 60
_ANCHOR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HTML = re.compile(r"</?[a-zA-Z][^>]*>|<!--")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_WEB = re.compile(
    r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?|tel:\+?\d{3,15}|mailto:[^\s@]++@[^\s@.]++(?:\.[^\s@.]++)++"
)

Found = tuple[int, str]
"""A line of the file, and what to do."""


def check_course_texts(library: Library, course: Course, glossary: Glossary) -> Iterator[Problem]:
    """Everything to mend in the lesson texts of a course."""
    for lesson in course.lessons:
        for text in lesson.texts.values():
            file = library.relative(text.file)
            for line, message in _check_text(library, course, text, glossary):
                yield Problem(file, line, message)
        yield from _check_pair(library, lesson)
    for claim in claims_of(library, course):
        if not claim.covered_by:
            yield Problem(claim.file, claim.line, _unsourced(claim.kind, claim.figure))


def linked_terms(text: LessonText) -> frozenset[str]:
    """The terms a text links to its explanations, in lower case, with the words shown for them."""
    found = set()
    for leaf in leaves(markup.read(text.markdown)):
        for child in leaf.inline.children or ():
            if child.type == "term":
                found |= {child.meta["term"].lower(), child.content.lower()}
    return frozenset(found)


def without_quotes(text: str) -> str:
    """The text with blanks for what is quoted."""
    return _QUOTED.sub(lambda quote: " " * len(quote[0]), text)


def check_words(text: str, register: str, explained: frozenset[str] = frozenset()) -> Iterator[str]:
    """What to mend in the words of a text without markup. Words that are quoted are somebody else's."""
    own = without_quotes(text)
    for word, instead in wording.officialese(own, register):
        if not any(word in term for term in explained):
            yield f"“{word}” là lời hành chính. Hãy nói: {instead}."
    for word, in_vietnamese in wording.foreign_words(own):
        if not any(word.lower() in term for term in explained):
            help_ = f"Hãy nói: {in_vietnamese}" if in_vietnamese else "Hãy nói bằng tiếng Việt"
            yield f"“{word}” chưa có lời giải thích. {help_}, hoặc viết [[{word}]] nếu có trong bảng từ."


def _check_text(library: Library, course: Course, text: LessonText, glossary: Glossary) -> Iterator[Found]:
    tokens = markup.read(text.markdown)
    sentences = sentences_of(text)
    yield from _check_build(tokens, text)
    yield from _check_anchors(tokens, text, course)
    yield from _check_notes(tokens, text, library)
    yield from _check_inlines(tokens, text, library, course, glossary)
    yield from _check_lengths(sentences, text)
    explained = linked_terms(text)
    for sentence in sentences:
        yield from (
            (sentence.line, message) for message in check_words(sentence.words, text.register, explained)
        )
    for line, what in ((2, text.title), (2, text.goal)):
        yield from ((line, message) for message in check_words(what, text.register, explained))


def _check_build(tokens: Sequence[Token], text: LessonText) -> Iterator[Found]:
    first = next(iter(leaves(tokens, text.first_line)), None)
    if first is None or first.kind != "text" or first.anchor:
        yield text.first_line, "Thiếu lời mở đầu. Hãy viết một đoạn nói vì sao nên học, trước mục đầu tiên."
    elif len(markup.plain_text(first.inline).split()) > WORDS_IN_OPENING:
        yield first.line, f"Lời mở đầu dài quá {WORDS_IN_OPENING} chữ. Hãy rút còn khoảng hai dòng."
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h1":
            yield _line(token, text), "Trong bài chỉ dùng ## cho tên mục. Hãy thêm một dấu #."
    for line, words in enumerate(text.markdown.split("\n"), text.first_line):
        if _HTML.search(re.sub(r"`[^`]*`", "", words)):
            yield line, "Bài không dùng mã HTML. Hãy viết bằng Markdown."


def _check_anchors(tokens: Sequence[Token], text: LessonText, course: Course) -> Iterator[Found]:
    seen = {SOURCES_ANCHOR, TERMS_ANCHOR}
    seen |= {f"nguon-{source.id}" for source in course.sources} | set(map(term_anchor, linked_terms(text)))
    for place, token in enumerate(tokens):
        if token.type != "heading_open" or token.tag != "h2":
            continue
        anchor = token.meta["anchor"]
        if not anchor:
            heading = markup.plain_text(tokens[place + 1])
            yield (
                _line(token, text),
                f"Mục này thiếu tên neo. Hãy thêm {{#{term_anchor(heading)[3:]}}} ở cuối dòng.",
            )
        elif not _ANCHOR.fullmatch(anchor):
            yield _line(token, text), f"Neo “{anchor}” chỉ được có chữ thường không dấu, số và gạch ngang."
        elif anchor in seen:
            yield _line(token, text), f"Neo “{anchor}” đã dùng. Hãy đặt tên khác."
        seen.add(anchor)


def _check_notes(tokens: Sequence[Token], text: LessonText, library: Library) -> Iterator[Found]:
    notes: dict[str, list[int]] = {"today": [], "warning": []}
    inside: list[str] = []
    for token in tokens:
        if token.type == "container_close":
            inside.pop()
        if token.type != "container_open":
            continue
        inside.append(token.info)
        if token.info == "for" and library.audience(token.meta["audience"]) is None:
            yield _line(token, text), f"Không có nhóm “{token.meta['audience']}”. Hãy xem audiences.yaml."
        if token.info in notes and "for" not in inside:
            notes[token.info].append(_line(token, text))
    if not notes["today"]:
        yield text.first_line, "Thiếu khung ::: today. Hãy thêm một việc làm ngay hôm nay."
    for name, lines in notes.items():
        for line in lines[1:]:
            yield line, f"Bài đã có một khung ::: {name}. Hãy gộp lại, chỉ để một khung."


def _check_inlines(
    tokens: Sequence[Token], text: LessonText, library: Library, course: Course, glossary: Glossary
) -> Iterator[Found]:
    pictures = 0
    for leaf in leaves(tokens, text.first_line):
        line = leaf.line
        for child in leaf.inline.children or ():
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "image":
                pictures += 1
                yield from ((line, message) for message in _check_image(child, course))
            elif child.type == "link_open":
                yield from ((line, one) for one in _check_link(str(child.attrGet("href")), tokens, library))
            elif child.type == "reference" and child.meta["id"] not in _known_sources(course):
                yield line, f"Không có nguồn “{child.meta['id']}”. Hãy thêm vào sources trong course.yaml."
            elif child.type == "term" and glossary.get(child.meta["term"]) is None:
                yield line, f"Từ “{child.meta['term']}” chưa có trong bảng từ (i18n/data/glossary.yaml)."
    if not pictures:
        yield text.first_line, "Thiếu hình. Hãy thêm ít nhất một hình: ![lời tả hình](media/ten-hinh.svg)."


def _known_sources(course: Course) -> set[str]:
    return {EXAMPLE, *(source.id for source in course.sources)}


def _check_image(image: Token, course: Course) -> Iterator[str]:
    file = str(image.attrGet("src") or "")
    if not markup.alternative_text(image):
        yield f"Hình {file} thiếu lời tả. Hãy viết hình vẽ gì vào trong ![…]."
    if not file.startswith("media/") or not file.endswith(".svg"):
        yield f"Hình “{file}” không dùng được. Hãy để hình SVG trong media/, viết như media/ten-hinh.svg."
    elif (drawing := course.drawing(file)) is None:
        yield f"Không thấy hình “{file}”, hoặc hình bị lỗi. Hãy xem lại tên tệp."
    elif drawing.size > LIMIT:
        yield f"Hình {file} nặng {drawing.size // 1024} KB, quá {LIMIT // 1024} KB. Hãy vẽ đơn giản hơn."


def _check_link(address: str, tokens: Sequence[Token], library: Library) -> Iterator[str]:
    path, _, anchor = address.partition("#")
    if not path:
        if anchor not in _anchors(tokens):
            yield f"Bài không có mục “#{anchor}”. Hãy sửa đường dẫn."
    elif path.startswith("/hoc/"):
        yield from _check_lesson_link(path, anchor, library)
    elif path.startswith("/lo-trinh/"):
        if library.audience(path.removeprefix("/lo-trinh/")) is None:
            yield f"Không có lộ trình “{path}”. Hãy xem tên nhóm trong audiences.yaml."
    elif path.startswith("/"):
        if path not in data("pages"):
            yield f"Không có trang “{path}”. Hãy sửa đường dẫn."
    elif not _WEB.fullmatch(address):
        yield f"Đường dẫn “{address}” không đúng. Hãy viết đủ, như https://dichvucong.gov.vn hoặc /hoc/…"


def _check_lesson_link(path: str, anchor: str, library: Library) -> Iterator[str]:
    course_id, _, lesson_id = path.removeprefix("/hoc/").partition("/")
    course = library.course(course_id)
    lesson = course.lesson(lesson_id) if course else None
    if course is None:
        yield f"Không có khóa học “{course_id}”. Hãy sửa đường dẫn."
    elif lesson_id and lesson is None:
        yield f"Khóa “{course_id}” không có bài “{lesson_id}”. Hãy sửa đường dẫn."
    elif lesson and anchor:
        for text in lesson.texts.values():
            if anchor not in _anchors(markup.read(text.markdown)):
                yield f"Bài “{lesson_id}” ({text.file.name}) không có mục “#{anchor}”. Hãy sửa đường dẫn."


def _anchors(tokens: Sequence[Token]) -> set[str]:
    return {token.meta["anchor"] for token in tokens if token.type == "heading_open"}


def _check_lengths(sentences: tuple[Sentence, ...], text: LessonText) -> Iterator[Found]:
    limit = WORDS_IN_SENTENCE[text.register]
    for sentence in sentences:
        if sentence.length > limit:
            start = " ".join(sentence.text.split()[:6])
            yield sentence.line, f"Câu “{start} …” có {sentence.length} chữ, quá {limit}. Hãy tách làm hai."
    if text.register == STANDARD and (words := longest_reading(text)) > WORDS_IN_STANDARD:
        yield text.first_line, f"Bài dài {words} chữ, quá {WORDS_IN_STANDARD}. Hãy rút gọn hoặc tách bài."


def longest_reading(text: LessonText) -> int:
    """Words of a text for the audience that has most to read."""
    words: dict[str | None, int] = {None: 0}
    for leaf in leaves(markup.read(text.markdown)):
        words[leaf.audience] = words.get(leaf.audience, 0) + len(markup.plain_text(leaf.inline).split())
    common = words.pop(None)
    return common + max(words.values(), default=0)


def _check_pair(library: Library, lesson: Lesson) -> Iterator[Problem]:
    standard = lesson.text(STANDARD)
    file = library.relative(standard.file)
    if not lesson.has(PLAIN):
        yield Problem(file, 1, f"Thiếu bản dễ hiểu. Hãy viết tệp {standard.file.stem}.plain.md.")
        return
    plain = lesson.text(PLAIN)
    ours = _anchors(markup.read(standard.markdown)) - {""}
    theirs = _anchors(markup.read(plain.markdown)) - {""}
    if ours and theirs and not ours & theirs:
        message = f"Hai bản không có mục nào chung neo. Hãy dùng cùng neo với {standard.file.name}."
        yield Problem(library.relative(plain.file), plain.first_line, message)


def _unsourced(kind: str, figure: str) -> str:
    if kind == BUTTON:
        return (
            f"Tên nút “{figure}” chưa có nguồn. Hãy thêm [@nguồn] trong mục, "
            "hoặc viết câu “Tên nút có thể khác một chút.”"
        )
    return (
        f"“{figure}” ({kind_name(kind)}) chưa có nguồn. Hãy thêm [@nguồn] sau câu, "
        "hoặc [@vi-du] nếu chỉ là ví dụ."
    )


def _line(token: Token, text: LessonText) -> int:
    return text.first_line + (token.map[0] if token.map else 0)
