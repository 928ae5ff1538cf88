"""The fields of an answer that a person writes, at the desk and on the editor's shelf.

They are read as they were typed: `service.checked` says what is wrong with an answer, all of it at once,
and covers personal numbers in it.
"""

from __future__ import annotations

from i18n.dates import read_date
from lms.core.forms import Field, Filled, Kind
from lms.core.language import lazy
from lms.desk import service

ANSWER = (
    Field(
        "text",
        lazy("Câu trả lời"),
        Kind.AREA,
        hint=lazy("Câu ngắn, mỗi câu một ý. Mỗi bước một dòng. Không ghi tên hay số giấy tờ của ai."),
        rows=8,
    ),
    Field("source_title", lazy("Nguồn: tên văn bản hoặc tài liệu"), too_long=None),
    Field(
        "source_url",
        lazy("Địa chỉ của nguồn"),
        hint=lazy("Bắt đầu bằng https://, hoặc địa chỉ một bài học."),
        required=False,
        too_long=None,
        inputmode="url",
    ),
    Field("checked_on", lazy("Ngày đã xem lại nguồn"), Kind.DATE, starts=service.today),
)


def draft_of(filled: Filled) -> service.Draft:
    """The answer in a form; a date that is none becomes None."""
    return service.Draft(
        text=filled.raw("text"),
        source_title=filled.raw("source_title"),
        source_url=filled.raw("source_url"),
        checked_on=read_date(filled.raw("checked_on")),
    )
