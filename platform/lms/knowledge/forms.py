"""What editors type: documents, local facts, and answers to what nobody had answered."""

from __future__ import annotations

from assistant.documents.upload import LIMIT, DocumentText
from assistant.knowledge import facts
from i18n.dates import read_date
from i18n.vietnamese import clean
from lms.asking import service as asking
from lms.core.database import done_reading
from lms.core.forms import SEARCH_LIMIT, Field, Filled, Form, Kind, Upload
from lms.core.language import lazy
from lms.desk import fields
from lms.knowledge import asked, service

WHEN_LOOKED = lazy("Bạn chọn ngày đã xem lại.")
NO_DAY = lazy("Ngày ghi như 22/11/2026.")
TOPIC_MISSING = lazy("Bạn chọn một loại thông tin.")
TOPIC_WORDS = {
    facts.HOURS: lazy("Giờ làm việc"),
    facts.ADDRESS: lazy("Địa chỉ"),
    facts.PHONE: lazy("Số điện thoại"),
    facts.FEE: lazy("Tiền phải nộp"),
    facts.OTHER: lazy("Việc khác"),
}

CHECKED_ON = Field(
    "checked_on",
    lazy("Ngày kiểm tra"),
    Kind.DATE,
    missing=WHEN_LOOKED,
    no_day=WHEN_LOOKED,
    latest=service.today,
    too_late=lazy("Ngày này chưa tới. Bạn chọn ngày đã xem lại."),
    starts=service.today,
)


SEARCH = Form(
    (
        Field("loai", kind=Kind.HIDDEN, required=False),
        Field(
            "tim", lazy("Tìm theo tên, mã hoặc số hiệu"), Kind.SEARCH, required=False, longest=SEARCH_LIMIT
        ),
        Field("dau", lazy("Chỉ những mục"), Kind.SELECT, required=False),
    )
)


def _document(sent: Upload | None) -> DocumentText:
    # A file may be read for a while: nobody else waits for this request's connection.
    done_reading()
    return service.read_file(sent.data if sent else b"")


def _ends_after_it_begins(filled: Filled) -> None:
    begins, ends = read_date(filled.raw("in_force_on")), read_date(filled.raw("expires_on"))
    if begins and ends and ends < begins:
        told = lazy("Ngày hết hiệu lực đứng trước ngày có hiệu lực.")
        raise service.KnowledgeError(told, "expires_on")


FILE = Field(
    "file",
    lazy("Tệp tài liệu"),
    Kind.FILE,
    hint=lazy("PDF có chữ, Word (.docx), HTML hoặc văn bản. Tối đa 20 MB."),
    longest=LIMIT,
    reads=_document,
)
DETAILS = (
    Field(
        "title",
        lazy("Tên tài liệu"),
        missing=lazy("Bạn ghi tên tài liệu."),
        longest=service.TITLE_LIMIT,
    ),
    Field(
        "number",
        lazy("Số hiệu"),
        hint=lazy("Ví dụ: 12/QĐ-UBND."),
        required=False,
        longest=service.NUMBER_LIMIT,
        too_long=lazy("Số hiệu dài quá. Bạn viết ngắn lại."),
    ),
    Field(
        "source",
        lazy("Nơi ban hành"),
        hint=lazy("Ví dụ: Ủy ban nhân dân xã."),
        missing=lazy("Bạn ghi nơi ban hành tài liệu."),
        longest=service.TITLE_LIMIT,
    ),
    Field(
        "source_url",
        lazy("Địa chỉ trên mạng"),
        hint=lazy("Bắt đầu bằng https://."),
        required=False,
        too_long=None,
        reads=service.web_address,
        inputmode="url",
    ),
    Field("in_force_on", lazy("Có hiệu lực từ ngày"), Kind.DATE, required=False, no_day=NO_DAY),
    Field(
        "expires_on",
        lazy("Hết hiệu lực sau ngày"),
        Kind.DATE,
        hint=lazy("Để trống nếu chưa có ngày."),
        required=False,
        no_day=NO_DAY,
    ),
    CHECKED_ON.but(name="read_on", label=lazy("Ngày đã xem lại nguồn")),
)
DOCUMENT = Form((FILE, *DETAILS), once=True, rules=(_ends_after_it_begins,))
DOCUMENT_AGAIN = Form(
    (FILE.but(label=lazy("Tệp mới"), required=False), *DETAILS),
    once=True,
    rules=(_ends_after_it_begins,),
)
"""Of a document that is there: without a file only its details change."""


def details_of(filled: Filled) -> service.Details:
    """Everything about a document but its file. Raises FormRefused."""
    values = filled.values()
    return service.Details(**{one.name: values[one.name] for one in DETAILS})


FACT = Form(
    (
        Field(
            "topic",
            lazy("Loại thông tin"),
            Kind.CHOICE,
            options=tuple(TOPIC_WORDS.items()),
            missing=TOPIC_MISSING,
            not_in_list=TOPIC_MISSING,
        ),
        Field(
            "place",
            lazy("Của nơi nào?"),
            missing=lazy("Bạn ghi tên nơi này."),
            longest=service.TITLE_LIMIT,
        ),
        Field(
            "label",
            lazy("Thông tin gì?"),
            hint=lazy("Ví dụ: Giờ tiếp dân."),
            missing=lazy("Bạn ghi đây là thông tin gì."),
            longest=service.TITLE_LIMIT,
        ),
        Field(
            "value",
            lazy("Nội dung"),
            hint=lazy("Ví dụ: Thứ Hai đến thứ Sáu, 7 giờ 30 đến 11 giờ 30."),
            missing=lazy("Bạn ghi nội dung thông tin."),
            longest=service.VALUE_LIMIT,
        ),
        Field(
            "detail",
            lazy("Dặn thêm"),
            Kind.AREA,
            required=False,
            longest=service.VALUE_LIMIT,
            rows=2,
            reads=clean,
        ),
        Field("source", lazy("Biết điều này từ đâu?"), required=False, longest=service.VALUE_LIMIT),
        CHECKED_ON,
    ),
    once=True,
)
TRY = Form((Field("question", lazy("Hỏi thử một câu khác"), too_long=None, reads=asking.checked_question),))
"""A question that an editor tries on what is kept."""
ASKED = Form(
    (
        Field("cau", lazy("Câu người dân hay hỏi"), Kind.CHOICES, required=False),
        Field("muc", lazy("Mục"), Kind.CHOICES, required=False),
        Field("giu", lazy("Dùng câu này"), Kind.CHOICES, required=False),
        Field("ve", kind=Kind.BUTTON, required=False),
    ),
    once=True,
)
"""What people ask of a document: the questions, the section of each, the places of those ticked."""


def asked_lines(filled: Filled) -> list[asked.Typed]:
    """The questions that were sent. Raises FormRefused, and KnowledgeError for what no page sends."""
    return asked.typed(filled["cau"], filled["muc"], filled["giu"])


ANSWER = Form(fields.ANSWER, once=True)
ANSWER_GROUP = Form((Field("cau", lazy("Câu hỏi"), Kind.CHOICES), *fields.ANSWER), once=True)
DEED = Form((Field("ve", kind=Kind.BUTTON, required=False),), once=True)
"""A button of an entry; `ve`: the list it stood in."""
