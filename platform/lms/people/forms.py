"""What an administrator types about people."""

from __future__ import annotations

from lms.accounts import fields
from lms.accounts import service as accounts
from lms.core.forms import SEARCH_LIMIT, Field, Form, Kind
from lms.core.language import lazy

ROLE_NAMES = (
    ("teacher", lazy("Thầy cô, người dạy")),
    ("officer", lazy("Cán bộ bàn hỗ trợ")),
    ("admin", lazy("Quản trị")),
)
"""The roles as people call them."""

SEARCH = Form(
    (
        Field(
            "tim",
            lazy("Tìm theo tên hoặc tên đăng nhập"),
            Kind.SEARCH,
            hint=lazy("Không cần dấu: “nguyen sau” tìm được Nguyễn Thị Sáu."),
            required=False,
            longest=SEARCH_LIMIT,
        ),
        Field("can-bo", lazy("Chỉ người có quyền"), Kind.TICK),
        Field("dong", lazy("Tài khoản đã đóng"), Kind.TICK),
    )
)
ADD_PERSON = Form(
    (
        fields.NAME,
        fields.LOGIN,
        Field("role", lazy("Quyền"), Kind.CHOICE, options=ROLE_NAMES, reads=accounts.known_role),
    ),
    once=True,
)
CORRECT = Form((fields.NAME_TO_CORRECT, fields.LOGIN_TO_CORRECT), once=True)
CHANGE_ROLE = Form((Field("role", kind=Kind.BUTTON), Field("take", kind=Kind.BUTTON, required=False)))
CLOSE = Form((Field("open", kind=Kind.BUTTON, required=False),))
AUDIT_LOG = Form(
    (
        Field("den", lazy("Từ ngày này trở về trước"), Kind.DATE, required=False),
        Field("loai", lazy("Loại việc"), Kind.SELECT, required=False),
    )
)
"""In the address: it only looks something up."""
