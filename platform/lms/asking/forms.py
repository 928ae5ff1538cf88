"""What people ask, and what they say of an answer."""

from __future__ import annotations

from lms.asking import service
from lms.core.forms import Field, Form, Kind
from lms.core.language import lazy

QUESTION = Form(
    (
        Field(
            "question",
            lazy("Câu hỏi của bạn"),
            Kind.AREA,
            hint=lazy("Gõ như khi nói, có dấu hay không dấu đều được."),
            rows=3,
            reads=service.checked_question,
        ),
        Field("lan", kind=Kind.HIDDEN, required=False),
        Field("truoc", kind=Kind.HIDDEN, required=False),
        Field("bai", kind=Kind.HIDDEN, required=False),
    )
)
"""`lan`: what tells this page from every other one, for the question is kept once under it; `truoc`: the
answer that the question follows; `bai`: the lesson it was asked in."""
JUDGE = Form((Field("y", kind=Kind.BUTTON, required=False),))
