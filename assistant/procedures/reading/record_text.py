"""Reading one procedure record, as the national portal writes it, into typed fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.procedures.reading.fees import NOTHING_SAID, read_fees
from assistant.procedures.reading.steps import bare, joined, read_steps, tight
from assistant.procedures.record import Channel, Duration, Law, Paper, Procedure
from assistant.procedures.terms import (
    DAY,
    DIRECT,
    HOUR,
    MONTH,
    ONLINE,
    OTHER,
    OTHER_WAY,
    POSTAL,
    WORKING_DAY,
    YEAR,
)
from i18n.vietnamese.letters import INVISIBLE, nfc, place_word

LABELS = {
    "code": "Mã thủ tục",
    "decision": "Số quyết định",
    "title": "Tên thủ tục",
    "level": "Cấp thực hiện",
    "kind": "Loại thủ tục",
    "field": "Lĩnh vực",
    "steps": "Trình tự thực hiện",
    "channels": "Cách thức thực hiện",
    "papers": "Thành phần hồ sơ",
    "who": "Đối tượng thực hiện",
    "agency": "Cơ quan thực hiện",
    "competent": "Cơ quan có thẩm quyền",
    "address": "Địa chỉ tiếp nhận HS",
    "authorized": "Cơ quan được ủy quyền",
    "coordinating": "Cơ quan phối hợp",
    "result": "Kết quả thực hiện",
    "laws": "Căn cứ pháp lý",
    "requirements": "Yêu cầu, điều kiện thực hiện",
    "keywords": "Từ khóa",
    "description": "Mô tả",
}
"""The record's labels in its order."""

LONGEST_TITLE = 2000
_TONE_PLACES = re.compile(r"\b\w{0,4}(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ]|[òóỏõọ][ae]\w|[ùúủũụ]y\w)\w*", re.IGNORECASE)
_CODE = re.compile(r"[\w.\-]{1,40}")
_WAYS = {"ONLINE": ONLINE, "DIRECT": DIRECT, "POSTAL": POSTAL}
_UNITS = {"WORKING_DAY": WORKING_DAY, "DAY": DAY, "NGÀY": DAY, "HOUR": HOUR, "GIỜ": HOUR}
_UNITS |= {"MONTH": MONTH, "THÁNG": MONTH, "YEAR": YEAR, "NĂM": YEAR, "NGÀY LÀM VIỆC": WORKING_DAY}
_WAY = re.compile(r"^[ \t]*\*[ \t]*Hình thức nộp:[ \t]*(.*)$", re.M)
_PART = re.compile(r"^[ \t]+(Thời hạn giải quyết|Phí, lệ phí|Mô tả):", re.M)
_NUMBER_UNIT = re.compile(
    r"(?:(?:không quá|tối đa|trong vòng|trong thời hạn|trong|chậm nhất)\s+)*"
    r"(?P<number>\d{1,4}(?:[.,]\d{1,2})?)\s*(?:\([^()]*\)\s*)?"
    r"(?P<unit>WORKING_DAY|DAY|HOUR|MONTH|YEAR|ngày làm việc|ngày|giờ|tháng|năm)\W*",
    re.I,
)
_SEE_NOTE = re.compile(r"(?:theo|xem)(?: phần)? mô tả|\W*", re.I)
_BLANK_OTHER = re.compile(r"(?<!\s)\s*+OTHER\s*+$")
_COUNT = re.compile(r"^\s*Số lượng:\s*Bản chính:\s*(\S+?),\s*Bản sao:\s*(\S+)\s*$")
Counts = tuple[int | None, int | None]
"""Originals and copies of a paper; None for what the record does not count."""

_CASE = re.compile(r"^\s*\[(.*)\]\s*$")
_NO_CASE = re.compile(r"[A-Z0-9.]+|(?:[a-zđ]\)\s*)?(?:thành phần hồ sơ|mặc định)\W*", re.I)
_LAW_NUMBER = re.compile(r"\((?=[^()\d]*+\d)([^()]*+)\)\s*+$")
_NOTHING_ASKED = re.compile(r"\W*(?:không|không có|không quy định|không có thông tin)\W*", re.I)
_NO_INFORMATION = re.compile(r"Không có thông tin(?: (?:căn cứ pháp lý|thành phần hồ sơ))?\W*", re.I)


class RecordError(ValueError):
    """A text that is no procedure record; the sentence says what is missing."""


def read_record(text: str) -> Procedure:
    """The procedure of one record text. Raises RecordError, and nothing else, for any text."""
    parts = split_record(tidied(text))
    code, title = tight(parts.get("code", "")), tight(parts.get("title", ""))
    if not _CODE.fullmatch(code):
        raise RecordError("no code after “Mã thủ tục:”")
    if not title or len(title) > LONGEST_TITLE:
        raise RecordError("no title after “Tên thủ tục:”")
    unread = [name for name, label in LABELS.items() if name not in parts]
    channels = _channels(parts.get("channels", ""), unread)
    papers = _papers(parts.get("papers", ""), unread)
    requirements = _prose(parts.get("requirements", ""))
    description = _prose(parts.get("description", ""))
    return Procedure(
        code=code,
        title=title,
        decision=_line(parts.get("decision", "")),
        level=_line(parts.get("level", "")),
        kind=_line(parts.get("kind", "")),
        field=_line(parts.get("field", "")),
        steps=read_steps(said(parts.get("steps", ""))),
        channels=channels,
        papers=papers,
        who=tuple(_listed(_line(parts.get("who", "")))),
        agency=_line(parts.get("agency", "")),
        competent=_line(parts.get("competent", "")),
        address=_prose(parts.get("address", "")).strip('"'),
        result=_prose(parts.get("result", "")),
        laws=tuple(_laws(parts.get("laws", ""))),
        requirements=requirements,
        keywords=_line(parts.get("keywords", "").replace("Từ khóa:", "")),
        # The portal repeats the requirements as a description.
        description="" if description == requirements else description,
        unread=tuple(dict.fromkeys(unread)),
    )


def tidied(text: str) -> str:
    """NFC text without invisible characters, its tones where the house puts them."""
    visible = nfc(INVISIBLE.sub("", text.replace("\r\n", "\n")))
    # Few words can be placed otherwise; only they are looked at, for the catalogue is long.
    return _TONE_PLACES.sub(lambda found: place_word(found[0]), visible)


def split_record(text: str) -> dict[str, str]:
    """The text after each label. A label counts at the start of a line, after those before it."""
    found: list[tuple[str, int, int]] = []
    begin = 0
    for name, label in LABELS.items():
        match = re.compile(rf"^{re.escape(label)}[ \t]*:", re.M).search(text, begin)
        if match:
            found.append((name, match.start(), match.end()))
            begin = match.end()
    ends = [start for _name, start, _end in found[1:]] + [len(text)] * bool(found)
    return {name: text[end:stop] for (name, _start, end), stop in zip(found, ends, strict=True)}


def said(text: str) -> str:
    """A part without "Không có thông tin", which says that it is empty."""
    return "" if _NO_INFORMATION.fullmatch(text.strip()) else text


def _line(text: str) -> str:
    return tight(said(text))


def _prose(text: str) -> str:
    """Lines without bullets; a sentence that was broken in two lines is joined."""
    lines = (bare(line) for line in joined(said(text).split("\n")))
    prose = "\n".join(line for line in lines if line)
    return "" if _NOTHING_ASKED.fullmatch(prose) else prose


def _channels(text: str, unread: list[str]) -> tuple[Channel, ...]:
    marks = list(_WAY.finditer(text))
    if not marks and _line(text):
        unread.append("channels")
        return (Channel(OTHER_WAY, None, (), _prose(text)),)
    ends = [mark.start() for mark in marks[1:]] + [len(text)] * bool(marks)
    made = []
    for mark, end in zip(marks, ends, strict=True):
        made.append(_channel(tight(mark[1]), text[mark.end() : end], unread))
    return tuple(dict.fromkeys(made))


def _channel(name: str, text: str, unread: list[str]) -> Channel:
    way = _WAYS.get(name.upper(), OTHER_WAY)
    if way == OTHER_WAY:
        unread.append("channels")
    parts = _parts(text)
    note = _prose(parts.get("Mô tả", ""))
    duration = read_duration(parts.get("Thời hạn giải quyết", ""))
    fees = read_fees(parts.get("Phí, lệ phí", ""), note)
    if duration and duration.number is None:
        unread.append("durations")
    if any(fee.amount is None for fee in fees):
        unread.append("fees")
    if duration and not duration.text:
        duration = None
    return Channel(way, duration, fees, note)


def _parts(text: str) -> dict[str, str]:
    """Time, fee and note of a channel. The note comes last and may hold the words of the others."""
    found: dict[str, str] = {}
    name, begin = "", 0
    for match in _PART.finditer(text):
        if name == "Mô tả" or match[1] in found or match[1] == name:
            continue
        if name:
            found[name] = text[begin : match.start()]
        name, begin = match[1], match.end()
    if name:
        found[name] = text[begin:]
    return found


def read_duration(text: str) -> Duration | None:
    """ "3 WORKING_DAY", "30 ngày", "Không quá 20 ngày làm việc. OTHER"; None where nothing is said.

    A number whose unit is OTHER means nothing by itself: it is unread, and its text is empty.
    """
    words = _line(text)
    own = tight(_BLANK_OTHER.sub("", words))
    if _SEE_NOTE.fullmatch(own):
        return None
    match = _NUMBER_UNIT.fullmatch(own)
    if match:
        number = float(match["number"].replace(",", "."))
        return Duration(number, _UNITS[match["unit"].upper()], own)
    if re.fullmatch(r"[\d.,]+", own):
        return Duration(None, OTHER, "")
    return Duration(None, OTHER, own)


def _papers(text: str, unread: list[str]) -> tuple[Paper, ...]:
    case = ""
    names: list[tuple[str, str]] = []
    counts: list[Counts | None] = []
    for raw in text.split("\n"):
        line = tight(raw)
        if not line or _NO_INFORMATION.fullmatch(line):
            continue
        if found := _CASE.match(line):
            case = _case(found[1])
        elif found := _COUNT.match(line):
            if counts and counts[-1] is None:
                counts[-1] = _count(found, unread)
        elif line.startswith("- ") or not names:
            names.append((bare(line), case))
            counts.append(None)
        else:
            names[-1] = (tight(f"{names[-1][0]} {line}"), names[-1][1])
    if None in counts:
        unread.append("papers")
    pairs = zip(names, counts, strict=True)
    papers = (_paper(name, count, case) for (name, case), count in pairs if name)
    return tuple(dict.fromkeys(papers))


def _paper(name: str, count: Counts | None, case: str) -> Paper:
    originals, copies = count or (None, None)
    return Paper(name, originals, copies, case)


def _count(found: re.Match[str], unread: list[str]) -> Counts:
    originals, copies = (int(one) if re.fullmatch(r"[0-9]{1,4}", one) else None for one in found.groups())
    if originals is None or copies is None:
        unread.append("papers")
    return originals, copies


def _case(text: str) -> str:
    """The name of a case, or empty for a technical code or “Thành phần hồ sơ”."""
    name = bare(text).rstrip(" :.;")
    return "" if _NO_CASE.fullmatch(name) else name


def _laws(text: str) -> Iterator[Law]:
    for line in joined_laws(said(text)):
        number = _LAW_NUMBER.search(line)
        if number:
            yield Law(line[: number.start()].rstrip() or number[1], number[1].strip())
        elif line:
            yield Law(line, "")


def joined_laws(text: str) -> list[str]:
    """One law a line: a line without its own bullet belongs to the one before."""
    laws: list[str] = []
    for raw in text.split("\n"):
        line = tight(raw)
        if line.startswith("* ") or not laws:
            laws.append(line.removeprefix("* "))
        else:
            laws[-1] = tight(f"{laws[-1]} {line}")
    return list(dict.fromkeys(law for law in laws if law and not _NO_INFORMATION.fullmatch(law)))


def _listed(text: str) -> Iterator[str]:
    """Names parted by commas; commas inside brackets or before a small letter part nothing."""
    if text.lower() in NOTHING_SAID:
        return
    for name in re.split(r",\s+(?=[^\W\d_a-zà-ỹđ])(?![^()]*\))", text):
        if name.strip():
            yield name.strip()
