"""One field of a form, said once as data, and how its value is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from werkzeug.datastructures import FileStorage, MultiDict

from i18n.dates import read_date
from i18n.vietnamese import clean
from lms.core.language import lazy
from lms.core.pages.errors import Refusal

TOO_LONG = lazy("Chỗ này dài quá. Bạn viết ngắn lại.")
NO_DAY = lazy("Bạn chọn ngày trong lịch.")
NOT_IN_LIST = lazy("Bạn chọn trong danh sách.")
NO_NUMBER = lazy("Chỗ này chỉ ghi số.")
WRONG_KIND = lazy("Máy chưa hiểu chỗ này. Bạn xem lại rồi gửi lại.")
FILE_AGAIN = lazy("Bạn chọn lại tệp: máy không giữ tệp khi còn chỗ cần sửa.")
"""Said of a file that came with a form that was refused."""
SEARCH_LIMIT = 80
"""Letters of what somebody looks for that are looked at."""
ROOM = 20
"""What cleaning takes away counts as well where a text has so many times the letters it may have."""
MOST_CHOSEN = 1000


class Kind(StrEnum):
    """What a field is on the page, and what its value is."""

    TEXT = "text"  # a line: str, clean
    SEARCH = "search"
    TEL = "tel"
    AREA = "area"  # several lines: str, as typed
    SECRET = "password"  # str, as typed; never given back
    DATE = "date"  # date or None
    NUMBER = "number"  # int or None
    CHOICE = "choice"  # radio buttons: str
    SELECT = "select"  # a list: str
    CHOICES = "choices"  # boxes to tick: tuple of str
    TICK = "tick"  # one box: bool
    FILE = "file"  # Upload or None; never given back
    HIDDEN = "hidden"  # str, put in by the page
    BUTTON = "button"  # str: the button of this name that was pressed


LINES = {Kind.TEXT, Kind.SEARCH, Kind.TEL}
LISTS = {Kind.CHOICE, Kind.SELECT}
NEVER_GIVEN_BACK = {Kind.SECRET, Kind.FILE}
Options = Iterable[tuple[str, str]]


class Upload(NamedTuple):
    """A file that was sent and is not empty: its name, and at most one byte more than its field allows."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Field:
    """One field of a form. Texts for people are keys of the catalogues (`lazy`).

    `missing`: said where nothing was typed. Without it an empty value goes to `reads`, or is a value.
    `longest`: letters of a text, bytes of a file (one more is read, and the service says so), boxes ticked;
    `too_long` None leaves the text as it was typed, however long, for `reads` or the service to judge.
    `reads`: a function of the service that makes the value of what was read, or raises a Refusal. It is not
    called for nothing where a field may be left empty (`required` False).
    `hint_again`: instead of the hint, where the form came back and this field, in which something was sent,
    has to be filled again; for a file FILE_AGAIN, unless another sentence stands here.
    `keeps_seen`: sent as it stood there when the page was opened, it is None: left as it is now.
    `when`: whether the field is part of the form, for this request.
    """

    name: str
    label: str = ""
    kind: Kind = Kind.TEXT
    hint: str = ""
    hint_again: str = ""
    required: bool = True
    says_optional: bool = True
    missing: str = ""
    longest: int = 0
    too_long: str | None = TOO_LONG
    least: int | None = None
    most: int | None = None
    earliest: Callable[[], date] | None = None
    latest: Callable[[], date] | None = None
    too_early: str = NO_DAY
    too_late: str = NO_DAY
    no_day: str = NO_DAY
    wrong_kind: str = WRONG_KIND
    options: Options | Callable[[], Options] | None = None
    not_in_list: str = NOT_IN_LIST
    reads: Callable[[Any], Any] | None = None
    keeps_seen: bool = False
    when: Callable[[], bool] | None = None
    starts: Callable[[], object] | None = None
    autocomplete: str = "off"
    inputmode: str = ""
    rows: int = 4
    is_code: bool = False

    def but(self, **other: Any) -> Field:
        """The same field, but for what is said here."""
        return replace(self, **other)

    def choices(self) -> list[tuple[str, str]]:
        """Values and words to choose from; empty where they are not said here."""
        options = self.options() if callable(self.options) else self.options
        return list(options or ())

    def read(self, source: MultiDict[str, Any], files: Mapping[str, FileStorage]) -> Any:
        """The value of this field in what was sent. Raises Refusal with the field's name."""
        try:
            value = self._shape(source, files)
            if not self.required and value in ("", None, ()):
                return value
            return value if self.reads is None else self.reads(value)
        except Refusal as refusal:
            refusal.field = self.name
            raise

    def _shape(self, source: MultiDict[str, Any], files: Mapping[str, FileStorage]) -> Any:
        if self.kind is Kind.FILE:
            return self._file(files.get(self.name))
        if self.kind is Kind.CHOICES:
            return self._many(source.getlist(self.name))
        sent = source.get(self.name)
        if self.kind is Kind.TICK:
            return self._ticked(sent)
        if self.kind is Kind.NUMBER:
            sent = str(sent) if isinstance(sent, int) and not isinstance(sent, bool) else sent
        if sent is None:
            sent = ""
        elif not isinstance(sent, str):
            raise Refusal(self.wrong_kind)
        return self._text(sent)

    def _text(self, sent: str) -> Any:
        if self.longest and self.too_long is not None and len(sent) > self.longest * ROOM:
            raise Refusal(self.too_long, limit=self.longest)
        # A line of more than a form's limits is not cleaned where nothing says how long it may be.
        text = clean(sent) if self.kind in LINES and self.too_long is not None else sent
        if self.missing and not text.strip():
            raise Refusal(self.missing)
        if self.longest and self.too_long is not None and len(clean(text)) > self.longest:
            raise Refusal(self.too_long, limit=self.longest)
        if self.kind is Kind.DATE:
            return self._day(text)
        if self.kind is Kind.NUMBER:
            return self._number(text.strip())
        if self.kind in LISTS and self.options is not None and self.reads is None:
            self._must_be_known(text)
        return text

    def _day(self, text: str) -> date | None:
        day = read_date(text)
        if day is None:
            if text.strip():
                raise Refusal(self.no_day)
            return None
        if self.earliest is not None and day < self.earliest():
            raise Refusal(self.too_early)
        if self.latest is not None and day > self.latest():
            raise Refusal(self.too_late)
        return day

    def _number(self, text: str) -> int | None:
        if not text:
            return None
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(2**63))):
            raise Refusal(NO_NUMBER)
        number = int(text)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise Refusal(NO_NUMBER)
        return number

    def _must_be_known(self, text: str) -> None:
        if text not in dict(self.choices()) and (text or self.required):
            raise Refusal(self.not_in_list)

    def _many(self, sent: list[Any]) -> tuple[str, ...]:
        if not all(isinstance(one, str) for one in sent):
            raise Refusal(self.wrong_kind)
        chosen = tuple(sent[: self.longest or MOST_CHOSEN])
        if self.missing and not chosen:
            raise Refusal(self.missing)
        if self.options is not None and not set(chosen) <= set(dict(self.choices())):
            raise Refusal(self.not_in_list)
        return chosen

    def _ticked(self, sent: object) -> bool:
        if not isinstance(sent, str | bool | None):
            raise Refusal(self.wrong_kind)
        if self.missing and not sent:
            raise Refusal(self.missing)
        return bool(sent)

    def _file(self, sent: FileStorage | None) -> Upload | None:
        data = sent.stream.read(self.longest + 1 if self.longest else -1) if sent and sent.filename else b""
        if self.missing and not data:
            raise Refusal(self.missing)
        return Upload(sent.filename or "", data) if sent and data else None
