"""What officers type."""

from __future__ import annotations

from lms.accounts import fields as person_fields
from lms.asking import service as asking
from lms.core.forms import Field, Form, Kind
from lms.core.language import lazy
from lms.desk import fields, service

SEEN = Field("seen", kind=Kind.HIDDEN, required=False)
"""The state of a ticket as its officer saw it."""

QUESTION = Form(
    (
        Field("question", lazy("Hỏi giúp người dân"), Kind.AREA, rows=2, reads=asking.checked_question),
        Field("truoc", kind=Kind.HIDDEN, required=False),
    ),
    once=True,
)
"""`truoc`: the answer that the same citizen's question follows; empty for the next citizen."""
ANSWER = Form((SEEN, *fields.ANSWER, Field("xem", kind=Kind.BUTTON, required=False)), once=True)
"""`xem`: only look how plain it is."""
DEED = Form((SEEN,), once=True)
CLOSE = Form(
    (
        SEEN,
        Field(
            "reason",
            lazy("Lý do, người hỏi sẽ đọc"),
            Kind.SELECT,
            options=(("", lazy("Chọn lý do")), *service.CLOSE_REASONS.items()),
        ),
    ),
    once=True,
)
TEMPORARY_CODE = Form(
    (
        person_fields.LOGIN.but(
            longest=0, reads=None, missing=lazy("Bạn gõ số điện thoại hoặc tên đăng nhập.")
        ),
        Field("person", kind=Kind.BUTTON, required=False),
    ),
    once=True,
)
"""First who it is; `person`, once the officer has looked at the name."""
