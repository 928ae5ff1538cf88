"""What teachers type about a class, and learners who enter one."""

from __future__ import annotations

from lms.accounts import fields
from lms.accounts import service as accounts
from lms.classes import roster, service
from lms.core.forms import SEARCH_LIMIT, Field, Form, Kind
from lms.core.language import lazy

NEW_CLASS = Form(
    (
        Field(
            "name",
            lazy("Tên lớp"),
            hint=lazy("Ví dụ: Lớp tối thứ Ba, buôn Cư Êbur."),
            longest=service.NAME_LIMIT,
            too_long=None,
            reads=service.checked_name,
        ),
        Field("place", lazy("Học ở đâu?"), required=False, longest=service.PLACE_LIMIT),
    ),
    once=True,
)

SEARCH = Form(
    (
        Field("tim", lazy("Tìm lớp"), Kind.SEARCH, required=False, longest=SEARCH_LIMIT),
        Field("dong", lazy("Lớp đã đóng"), Kind.TICK),
    )
)

WHOLE_LIST, ONE_LEARNER = "list", "name"
"""By which of the two a page says what it sends: a list, or one learner in single fields."""
WITHOUT_LOGIN = lazy("Để trống nếu chỉ vào bằng thẻ.")

LEARNERS = Form(
    (
        # What is wrong with a learner is said by line, as it is for a list.
        fields.NAME.but(label=lazy("Tên học viên"), reads=None),
        fields.LOGIN.but(hint=WITHOUT_LOGIN, required=False, reads=None),
        Field("child", lazy("Dưới 16 tuổi"), Kind.TICK),
        Field(
            "guardian",
            lazy("Tên cha, mẹ hoặc người giám hộ"),
            hint=lazy("Chỉ cần khi học viên dưới 16 tuổi."),
            required=False,
            says_optional=False,
            longest=accounts.NAME_LIMIT,
            too_long=None,
        ),
        Field("relation", kind=Kind.HIDDEN, required=False),
        Field(
            WHOLE_LIST,
            lazy("Dán danh sách vào đây"),
            Kind.AREA,
            hint=lazy(
                "Mỗi người một dòng. Các cột: tên, tên đăng nhập, x nếu dưới 16 tuổi, người giám hộ. "
                "Chỉ có tên cũng được. Bảng của trường có cột STT, ngày sinh: bạn chỉ chép cột họ tên."
            ),
            required=False,
            says_optional=False,
            rows=8,
        ),
        Field(
            "file",
            lazy("Hoặc chọn tệp"),
            Kind.FILE,
            hint=lazy("Tệp .xlsx hoặc .csv, dưới 1 MB."),
            required=False,
            says_optional=False,
            longest=roster.FILE_LIMIT,
        ),
        Field(
            "consent",
            lazy(
                "Học viên đã đồng ý lưu tên và kết quả học. Em dưới 16 tuổi có giấy đồng ý của cha mẹ "
                "hoặc người giám hộ."
            ),
            Kind.TICK,
        ),
        Field("save", kind=Kind.BUTTON, required=False),
    ),
    once=True,
)

CORRECT = Form(
    (
        fields.NAME_TO_CORRECT.but(label=lazy("Tên học viên")),
        fields.LOGIN_TO_CORRECT.but(hint=WITHOUT_LOGIN, says_optional=True),
    ),
    once=True,
)

CARDS = Form(
    (
        Field("person", lazy("Học viên"), Kind.CHOICES, required=False),
        Field("missing", kind=Kind.BUTTON, required=False),
    )
)
"""Buttons: cards of one learner, of those without one, or of all. A form sent twice shows the same cards."""

ASSIGN = Form(
    (
        Field(
            "target",
            lazy("Giao lộ trình hoặc khóa"),
            Kind.SELECT,
            hint=lazy("Số trong ngoặc là số bài bên trong."),
        ),
        Field("due_on", lazy("Học xong đến hết ngày"), Kind.DATE, required=False),
    ),
    once=True,
)

ENTER = Form(
    (
        Field(
            "ma",
            lazy("Mã lớp"),
            hint=lazy("Mã có 6 chữ và số, thầy cô đưa cho bạn."),
            longest=200,
            too_long=None,
            is_code=True,
        ),
        Field(
            "thay",
            lazy("Tên thầy cô của lớp"),
            hint=lazy("Ví dụ: cô Hoa."),
            longest=service.TEACHER_LIMIT,
            too_long=None,
        ),
    )
)
"""In the address: it only leads to the class."""
