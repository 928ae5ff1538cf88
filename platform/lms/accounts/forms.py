"""What people type about themselves: signing in and up, the secret, the name, and leaving."""

from __future__ import annotations

from lms.accounts import fields, service, visitor
from lms.accounts.service import AccountError
from lms.core.forms import Field, Filled, Form, Kind
from lms.core.language import lazy
from lms.units import service as units

CHILD, GROWN_UP = "under16", "16"
"""What the form says for somebody under 16."""

SECRET_IN_USE = lazy("Bạn gõ mã PIN hoặc mật khẩu đang dùng.")
GO_ON = Field("tiep", kind=Kind.HIDDEN, required=False)
"""Where somebody wanted to go who was asked to sign in first."""


def _strong(typed: str) -> str:
    service.secret_kind(typed)
    return typed


NAME = fields.NAME.but(label=lazy("Tên của bạn"), autocomplete="name")
LOGIN = fields.LOGIN.but(autocomplete="username")
NEW_SECRET = fields.SECRET.but(autocomplete="new-password", reads=_strong)
SECRET_AGAIN = Field("secret_again", kind=Kind.SECRET, autocomplete="new-password")


def _typed_twice(filled: Filled) -> None:
    if not service.same_secret(filled.raw("secret"), filled.raw("secret_again")):
        raise AccountError(lazy("Hai lần gõ chưa giống nhau. Bạn gõ lại."), "secret_again")


def guardian_of(filled: Filled) -> service.Guardian:
    """The parent or guardian as typed."""
    return service.Guardian(filled.raw("guardian_name"), filled.raw("guardian_relation"))


def _guardian(filled: Filled) -> None:
    if filled.raw("age") == CHILD:
        service.checked_guardian(guardian_of(filled))


def _guardian_agrees(filled: Filled) -> None:
    if filled.raw("age") == CHILD and not filled.is_ticked("guardian_consent"):
        raise AccountError(lazy("Cha mẹ hoặc người giám hộ đánh dấu vào ô đồng ý."), "guardian_consent")


SIGN_IN = Form(
    (
        GO_ON,
        LOGIN.but(
            longest=0,
            reads=None,
            missing=lazy("Bạn gõ số điện thoại hoặc tên đăng nhập."),
        ),
        fields.SECRET.but(missing=lazy("Bạn gõ mã PIN hoặc mật khẩu.")),
    )
)

SIGN_UP = Form(
    (
        GO_ON,
        NAME,
        LOGIN.but(hint=lazy("Ví dụ: hoa1958. Không cần số điện thoại cũng được.")),
        NEW_SECRET.but(
            label=lazy("Mã PIN 6 số"),
            hint=lazy("Bạn chọn 6 số dễ nhớ, khó đoán. Đổi sang mật khẩu dài lúc nào cũng được."),
            inputmode="numeric",
        ),
        SECRET_AGAIN.but(label=lazy("Gõ lại mã PIN"), inputmode="numeric"),
        # Anything else than these two is no age: a child must not pass for a grown-up by it.
        Field(
            "age",
            lazy("Bạn bao nhiêu tuổi?"),
            Kind.CHOICE,
            options=((GROWN_UP, lazy("Từ 16 tuổi trở lên")), (CHILD, lazy("Dưới 16 tuổi"))),
            missing=lazy("Bạn chọn tuổi."),
            not_in_list=lazy("Bạn chọn tuổi."),
        ),
        Field(
            "guardian_name",
            lazy("Tên cha, mẹ hoặc người giám hộ"),
            required=False,
            says_optional=False,
            longest=service.NAME_LIMIT,
            too_long=None,
            autocomplete="section-guardian name",
        ),
        Field(
            "guardian_relation",
            lazy("Người đó là gì của bạn?"),
            hint=lazy("Ví dụ: mẹ, ông, bác."),
            required=False,
            longest=service.RELATION_LIMIT,
        ),
        Field(
            "guardian_consent",
            lazy("Tôi là người giám hộ. Tôi đồng ý cho em học và lưu kết quả ở đây."),
            Kind.TICK,
        ),
        Field(
            "consent",
            lazy("Tôi đồng ý để Học Số lưu tên và kết quả học của tôi."),
            Kind.TICK,
            missing=service.CONSENT_MISSING,
        ),
    ),
    rules=(_typed_twice, _guardian, _guardian_agrees),
)

FIRST_ADMINISTRATOR = Form(
    (
        Field(
            "unit_name",
            lazy("Tên xã, phường hoặc đơn vị"),
            hint=lazy("Ví dụ: Xã Ea Kao."),
            longest=units.NAME_LIMIT,
            too_long=None,
            reads=units.checked_name,
        ),
        NAME,
        LOGIN,
        NEW_SECRET.but(
            label=lazy("Mật khẩu"), hint=lazy("Người quản trị nên dùng mật khẩu từ 8 chữ trở lên.")
        ),
        SECRET_AGAIN.but(label=lazy("Gõ lại mật khẩu")),
    ),
    rules=(_typed_twice,),
)


def _asks_for_old_secret() -> bool:
    account = visitor.account()
    return account is not None and bool(account.secret_hash) and not visitor.has_temporary_secret()


def _has_a_secret() -> bool:
    account = visitor.account()
    return account is not None and bool(account.secret_hash)


CHANGE_SECRET = Form(
    (
        fields.SECRET.but(
            name="old_secret",
            label=lazy("Mã PIN hoặc mật khẩu đang dùng"),
            missing=SECRET_IN_USE,
            when=_asks_for_old_secret,
        ),
        NEW_SECRET.but(label=lazy("Mã mới"), hint=lazy("6 số, hoặc mật khẩu từ 8 chữ trở lên.")),
        SECRET_AGAIN.but(label=lazy("Gõ lại mã mới")),
    ),
    rules=(_typed_twice,),
)

CORRECT = Form(
    (
        fields.NAME_TO_CORRECT.but(label=lazy("Tên của bạn"), autocomplete="name"),
        fields.LOGIN_TO_CORRECT.but(
            hint=lazy("Lần sau bạn đăng nhập bằng tên hoặc số này."), autocomplete="username"
        ),
        fields.SECRET.but(
            label=lazy("Mã PIN hoặc mật khẩu đang dùng"),
            hint=lazy("Chỉ cần khi bạn đổi số hoặc tên đăng nhập."),
            required=False,
            says_optional=False,
        ),
    )
)

ERASE = Form(
    (
        fields.SECRET.but(
            label=lazy("Mã PIN hoặc mật khẩu đang dùng"),
            hint=lazy("Để chắc chắn đúng là bạn."),
            missing=SECRET_IN_USE,
            when=_has_a_secret,
        ),
        Field(
            "sure",
            lazy("Tôi muốn xóa tài khoản của tôi."),
            Kind.TICK,
            missing=lazy("Bạn đánh dấu vào ô để xác nhận."),
        ),
    )
)

END_DEVICE = Form(
    (
        Field("device", kind=Kind.BUTTON, required=False),
        Field("all", kind=Kind.BUTTON, required=False),
    )
)
