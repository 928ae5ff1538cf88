"""Fields of a person that several rooms ask for: said here once."""

from __future__ import annotations

from lms.accounts import service
from lms.core.forms import Field, Kind
from lms.core.language import lazy

LOGIN_ROOM = 40
"""Letters of a user name or telephone number as somebody types it, with signs between."""

NAME = Field("name", lazy("Tên"), longest=service.NAME_LIMIT, too_long=None, reads=service.person_name)
LOGIN = Field(
    "login",
    lazy("Số điện thoại hoặc tên đăng nhập"),
    longest=LOGIN_ROOM,
    too_long=None,
    reads=service.login_form,
)
NAME_TO_CORRECT = NAME.but(keeps_seen=True)
LOGIN_TO_CORRECT = LOGIN.but(keeps_seen=True, required=False, says_optional=False, reads=None)
"""Not read by the form: one from before a rule was made stays as it is until it is changed."""
SECRET = Field(
    "secret",
    lazy("Mã PIN hoặc mật khẩu"),
    Kind.SECRET,
    hint_again=lazy("Vì an toàn, máy không giữ mã vừa gõ. Bạn gõ lại mã."),
    autocomplete="current-password",
)
