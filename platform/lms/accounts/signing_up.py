"""Reading a form that makes an account or a secret: everything that must be mended is found at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy.orm import Session

from lms.accounts import service
from lms.accounts.service import AccountError
from lms.core.language import lazy

CHILD, GROWN_UP = "under16", "16"
"""What the form says for somebody under 16."""


class Mistakes(Exception):
    """A form with mistakes; `said` is field -> sentence, in the order of the page."""

    def __init__(self, said: dict[str, str]) -> None:
        super().__init__(", ".join(said))
        self.said = said


def guardian_of(form: Mapping[str, str]) -> service.Guardian:
    """The parent or guardian as typed."""
    return service.Guardian(form.get("guardian_name", ""), form.get("guardian_relation", ""))


def check(db: Session, form: Mapping[str, str]) -> None:
    """Look at every field. Raises Mistakes with all that must be mended.

    Whether the user name is taken is asked only beside other mistakes: alone, it may be a button that
    was tapped twice, which is not a mistake.
    """
    login = form.get("login", "")
    said = _said(_rules(form, login))
    if not said:
        return
    if "login" not in said and service.login_taken(db, service.login_form(login)):
        said["login"] = service.LoginTaken().say()
    raise Mistakes({name: said[name] for name in FIELDS if name in said})


def tells_who_is_here(form: Mapping[str, str]) -> bool:
    """Whether what is said of this form tells if somebody has an account: it names one that may be."""
    try:
        return bool(service.login_form(form.get("login", "")))
    except AccountError:
        return False


def check_sign_in(form: Mapping[str, str]) -> None:
    """Look for empty fields, which are no wrong guess. Raises Mistakes."""
    _refuse(
        lambda: _filled(form, "login", lazy("Bạn gõ số điện thoại hoặc tên đăng nhập.")),
        lambda: _filled(form, "secret", lazy("Bạn gõ mã PIN hoặc mật khẩu.")),
    )


def check_first_administrator(form: Mapping[str, str]) -> None:
    """Look at every field of the page that names the unit. Raises Mistakes."""
    _refuse(
        lambda: _filled(form, "unit_name", lazy("Bạn gõ tên xã, phường hoặc đơn vị vào đây.")),
        lambda: service.person_name(form.get("name", "")),
        lambda: service.login_form(form.get("login", "")),
        lambda: service.secret_kind(form.get("secret", "")),
        lambda: _typed_twice(form),
    )


def check_new_secret(form: Mapping[str, str], asks_for_old: bool) -> None:
    """Look at a new secret, typed twice, and whether the one in use was typed. Raises Mistakes."""
    old = lazy("Bạn gõ mã PIN hoặc mật khẩu đang dùng.")
    _refuse(
        *([lambda: _filled(form, "old_secret", old)] if asks_for_old else []),
        lambda: service.secret_kind(form.get("secret", "")),
        lambda: _typed_twice(form),
    )


def check_erasing(form: Mapping[str, str], asks_for_secret: bool) -> None:
    """Look whether the secret was typed and the box ticked. Raises Mistakes."""
    typed = lazy("Bạn gõ mã PIN hoặc mật khẩu đang dùng.")
    _refuse(
        *([lambda: _filled(form, "secret", typed)] if asks_for_secret else []),
        lambda: _ticked(form, "sure", lazy("Bạn đánh dấu vào ô để xác nhận.")),
    )


def _refuse(*rules: Callable[[], object]) -> None:
    if said := _said(rules):
        raise Mistakes(said)


def _said(rules: Iterable[Callable[[], object]]) -> dict[str, str]:
    """What the broken ones of these rules say: field -> sentence, the first of each field."""
    said: dict[str, str] = {}
    for rule in rules:
        try:
            rule()
        except AccountError as error:
            said.setdefault(error.field, error.say())
    return said


FIELDS = (
    "name",
    "login",
    "secret",
    "secret_again",
    "age",
    "guardian_name",
    "guardian_consent",
    "consent",
)
"""Fields that may hold a mistake, as they stand on the page."""


def _rules(form: Mapping[str, str], login: str) -> list[Callable[[], object]]:
    rules = [
        lambda: service.person_name(form.get("name", "")),
        lambda: service.login_form(login),
        lambda: service.secret_kind(form.get("secret", "")),
        lambda: _typed_twice(form),
        lambda: _age(form),
    ]
    if form.get("age") == CHILD:
        agrees = lazy("Cha mẹ hoặc người giám hộ đánh dấu vào ô đồng ý.")
        rules += [
            lambda: service.checked_guardian(guardian_of(form)),
            lambda: _ticked(form, "guardian_consent", agrees),
        ]
    return [*rules, lambda: _ticked(form, "consent", service.CONSENT_MISSING)]


def _typed_twice(form: Mapping[str, str]) -> None:
    if not service.same_secret(form.get("secret", ""), form.get("secret_again", "")):
        raise AccountError(lazy("Hai lần gõ chưa giống nhau. Bạn gõ lại."), "secret_again")


def _age(form: Mapping[str, str]) -> None:
    # Anything else than these two is no age: a child must not pass for a grown-up by it.
    if form.get("age") not in (CHILD, GROWN_UP):
        raise AccountError(lazy("Bạn chọn tuổi."), "age")


def _ticked(form: Mapping[str, str], name: str, sentence: str) -> None:
    if not form.get(name):
        raise AccountError(sentence, name)


def _filled(form: Mapping[str, str], name: str, sentence: str) -> None:
    if not form.get(name, "").strip():
        raise AccountError(sentence, name)
