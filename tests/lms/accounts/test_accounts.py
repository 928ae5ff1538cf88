"""Accounts as rules: names and numbers as people type them, secrets, throttling, roles, leaving."""

import re
from datetime import timedelta

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from i18n.dates import utc_now
from lms.accounts import service
from lms.accounts.models import Consent, Person, SignInCard, SignInSession
from lms.accounts.service import AccountError, login_form, secret_kind
from lms.classes.models import Class
from lms.core import audit
from lms.core.database import Base
from tests.lms.words_only import PIN as SITE_PIN

PIN = "739184"
TYPED = st.one_of(
    st.text(max_size=40),
    st.text("0123456789 +.-()", max_size=20),
    st.text("abcĂăÂâĐđÊêÔôƠơƯưấầẩẫậ._- '", max_size=35),
)


@pytest.fixture
def db(site):
    """A session whose changes are forgotten after the test."""
    with site.database() as db:
        yield db
        db.rollback()


def sign_up(db, login="lanh1958", **more) -> Person:
    values = {"name": "Nguyễn Thị Lành", "login": login, "secret": PIN, "consent": True, **more}
    return service.sign_up(db, **values)


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "+84 912 345 678",
        "0912.345.678",
        "84912345678",
        "0084 912-345-678",
        " (0912) 345 678 ",
        "0912/345/678",
        "0912,345,678",
        "0912 – 345 – 678",
    ],
)
def test_one_number_however_it_is_written(typed):
    assert login_form(typed) == "0912345678"


@pytest.mark.parametrize(
    ("typed", "kept"), [("Hoa1958", "hoa1958"), ("Hòa 1958", "hoa1958"), ("y.moan_niê", "y.moan_nie")]
)
def test_a_user_name_is_compared_without_capitals_and_marks(typed, kept):
    assert login_form(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "ab", "a" * 31, "lan@nhà", "09123", "091234567890", "+1 202 555 0100"]
)
def test_what_is_neither_is_refused_at_its_field(typed):
    with pytest.raises(AccountError) as refused:
        login_form(typed)
    assert refused.value.field == "login"


@given(TYPED)
def test_a_login_compared_again_is_the_same_and_nothing_else_is_raised(typed):
    try:
        kept = login_form(typed)
    except AccountError:
        return
    assert login_form(kept) == kept
    assert len(kept) <= 30 and re.fullmatch(r"[a-z0-9._-]+", kept)


@pytest.mark.parametrize("pin", ["000000", "111111", "123456", "654321", "890123", "123123", "210987"])
def test_a_pin_that_is_easy_to_guess_is_refused(pin):
    with pytest.raises(AccountError) as refused:
        secret_kind(pin)
    assert refused.value.field == "secret"


@pytest.mark.parametrize("secret", ["", "12345", "ngắn", "x" * 201, "1234567"])
def test_a_short_or_endless_password_is_refused(secret):
    with pytest.raises(AccountError):
        secret_kind(secret)


def test_pins_and_passwords_are_told_apart():
    assert (secret_kind(PIN), secret_kind("con trâu đi trước")) == ("pin", "password")


@given(st.integers(0, 2**30))
def test_pins_that_we_make_are_good_ones(_):
    assert secret_kind(service.new_pin()) == "pin"
    assert secret_kind(service.new_password()) == "password"


def test_the_hash_is_argon2_of_the_decided_cost(db):
    person = sign_up(db)
    cost = extract_parameters(person.secret_hash)
    assert person.secret_hash.startswith("$argon2id$")
    assert (cost.time_cost, cost.memory_cost, cost.parallelism) == (2, 19456, 1)
    assert PIN not in person.secret_hash


def test_one_login_one_account(db):
    sign_up(db, "0912345678")
    with pytest.raises(AccountError) as refused:
        sign_up(db, "+84 912 345 678")
    assert refused.value.field == "login"


def test_a_wrong_pin_and_an_unknown_name_say_the_same(db):
    sign_up(db)
    for login, secret in (("lanh1958", "111222"), ("khongaica", PIN), ("!", PIN)):
        with pytest.raises(service.WrongSecret) as refused:
            service.verify(db, login, secret)
        assert refused.value.message == "Tên hoặc mã PIN chưa đúng. Bạn xem lại rồi gõ lại."
    assert service.verify(db, "LÀNH 1958", PIN).login == "lanh1958"


def test_a_closed_account_says_the_same_too(db, site):
    person = sign_up(db)
    service.retire(db, person, by=site.person("quantri"))
    with pytest.raises(service.WrongSecret):
        service.verify(db, "lanh1958", PIN)
    service.restore(db, person, by=site.person("quantri"))
    assert service.verify(db, "lanh1958", PIN) is person


# Sessions and cards


def test_a_session_is_kept_as_a_hash_and_ends(db):
    person = sign_up(db)
    first, second = (service.start_session(db, person, "pin") for _ in range(2))
    assert db.get(SignInSession, first) is None, "only its hash is there"
    assert service.load_session(db, first) is person
    service.end_session(db, first)
    db.flush()
    assert service.load_session(db, first) is None and service.load_session(db, second) is person
    assert service.load_session(db, second, now=utc_now() + timedelta(days=181)) is None
    assert service.end_all_sessions(db, person.id) == 1
    assert service.load_session(db, second) is None


def test_one_device_may_stay_while_the_others_end(db):
    person = sign_up(db)
    mine, other = (service.start_session(db, person, "pin") for _ in range(2))
    service.end_all_sessions(db, person.id, but=mine)
    assert service.load_session(db, mine) and not service.load_session(db, other)


def test_nobody_ends_the_device_of_somebody_else(db):
    mine, hers = sign_up(db, "mot"), sign_up(db, "hai")
    token = service.start_session(db, hers, "pin")
    device = db.scalars(select(SignInSession.token_hash).where(SignInSession.person_id == hers.id)).one()
    service.end_device(db, mine.id, device)
    assert service.load_session(db, token) is hers


def test_retiring_ends_devices_and_cards_at_once(db, site):
    admin = site.person("quantri")
    person = sign_up(db)
    token, card = service.start_session(db, person, "pin"), service.issue_card(db, person, admin)
    db.flush()
    service.retire(db, person, by=admin)
    db.expire_all()
    assert service.load_session(db, token) is None
    with pytest.raises(AccountError):
        service.card_owner(db, card)


def test_a_card_is_kept_as_a_hash_and_a_new_one_replaces_it(db, site):
    person = sign_up(db)
    old = service.issue_card(db, person, site.person("quantri"))
    db.flush()
    kept = db.scalars(select(SignInCard)).all()
    assert old not in " ".join(card.token_hash for card in kept) and len(old) >= 43
    opened = service.start_session(db, person, "card", card_id=service.card_owner(db, old).id)
    new = service.issue_card(db, person, site.person("quantri"))
    db.flush()
    db.expire_all()
    with pytest.raises(AccountError):
        service.card_owner(db, old)
    assert service.load_session(db, opened) is None, "what the old card opened is shut too"
    assert service.card_owner(db, new).person_id == person.id


def test_staff_never_sign_in_by_card(db, site):
    person = sign_up(db)
    card = service.issue_card(db, person, site.person("quantri"))
    db.flush()
    service.grant_role(db, person, "teacher", site.unit(), site.person("quantri"))
    with pytest.raises(AccountError):
        service.card_owner(db, card)
    with pytest.raises(AccountError):
        service.issue_card(db, person, site.person("quantri"))


# Children


@pytest.mark.parametrize("guardian", [None, service.Guardian("", "mẹ"), service.Guardian(" \u200b ", "")])
def test_a_child_needs_a_guardian(db, guardian):
    with pytest.raises(AccountError) as refused:
        sign_up(db, is_child=True, guardian=guardian)
    assert refused.value.field == "guardian_name"


def test_the_guardians_consent_is_recorded(db):
    person = sign_up(db, is_child=True, guardian=service.Guardian("Vàng A Páo", "bố"))
    kinds = {one.kind: one for one in db.scalars(select(Consent).where(Consent.person_id == person.id))}
    assert set(kinds) == {"data", "guardian"}
    assert (kinds["guardian"].guardian_name, kinds["guardian"].guardian_relation) == ("Vàng A Páo", "bố")
    assert kinds["guardian"].text_version == service.CONSENT_VERSION


def test_without_consent_there_is_no_account(db):
    with pytest.raises(AccountError) as refused:
        sign_up(db, consent=False)
    assert refused.value.field == "consent"


# Roles


def test_the_last_administrator_stays(db, site):
    unit = site.unit()
    admin = db.get(Person, site.person("quantri"))
    with pytest.raises(AccountError):
        service.revoke_role(db, admin, "admin", unit, by=admin.id)
    with pytest.raises(AccountError):
        service.retire(db, admin, by="")
    second = sign_up(db)
    service.grant_role(db, second, "admin", unit, by=admin.id)
    service.revoke_role(db, admin, "admin", unit, by=second.id)
    assert admin.roles == frozenset() and second.roles == {"admin"}


def test_a_retired_administrator_can_lose_the_role(db, site):
    admin = db.get(Person, site.person("quantri"))
    gone = sign_up(db)
    service.grant_role(db, gone, "admin", site.unit(), by=admin.id)
    service.retire(db, gone, by=admin.id)
    service.revoke_role(db, gone, "admin", site.unit(), by=admin.id)
    assert gone.roles == frozenset()


@pytest.mark.parametrize("role", ["", "vua", "ADMIN"])
def test_a_role_that_is_none_is_refused(db, site, role):
    with pytest.raises(AccountError):
        service.grant_role(db, sign_up(db), role, site.unit(), by=None)


def test_a_guest_and_a_card_learner_get_no_role(db, site):
    for person in (service.new_guest(db), Person(name="Y Moan")):
        db.add(person)
        db.flush()
        with pytest.raises(AccountError):
            service.grant_role(db, person, "teacher", site.unit(), by=None)


def test_a_role_given_twice_is_held_once(db, site):
    person = sign_up(db)
    for _ in range(2):
        service.grant_role(db, person, "teacher", site.unit(), by=None)
    assert len(person.grants) == 1


def test_the_audit_log_holds_ids_and_no_names(db, site):
    admin = site.person("quantri")
    before = db.scalar(select(func.max(audit.AuditEntry.id))) or 0
    person, _ = service.make_staff(
        db, name="Nguyễn Thị Lành", login="0912345678", role="teacher", unit_id=site.unit(), by=admin
    )
    service.revoke_role(db, person, "teacher", site.unit(), by=admin)
    service.issue_card(db, person, admin)
    service.withdraw_cards(db, person.id, admin)
    service.reset_secret(db, person, admin)
    service.retire(db, person, admin)
    db.flush()
    entries = db.scalars(select(audit.AuditEntry).where(audit.AuditEntry.id > before)).all()
    assert {one.action for one in entries} >= {
        "accounts.staff_made", "accounts.role_granted.teacher", "accounts.role_revoked.teacher",
        "accounts.card_issued", "accounts.card_withdrawn", "accounts.secret_reset", "accounts.retired",
    }  # fmt: skip
    for one in entries:
        assert one.actor_id == admin
        assert not re.search(r"Lành|lanh|0912", f"{one.action} {one.subject}")


# Leaving


def rows_of(db, person_id: str) -> dict[str, int]:
    """Table.column → rows that point to this person, in every table there is."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "people" for key in column.foreign_keys):
                count = db.scalar(select(func.count()).select_from(table).where(column == person_id))
                found[f"{table.name}.{column.name}"] = count
    return found


def test_erasing_leaves_no_row_of_the_person(site):
    class_id = site.class_of("thay-tam")
    someone = site.on("sap-di")
    person_id, lesson = site.person("sap-di"), site.lesson
    someone.post(f"/hoc/{lesson.course_id}/{lesson.id}/cau-hoi/1", choice="0", event="2" * 32)
    path = someone.ask("Bón phân cho sầu riêng ra hoa trái vụ thế nào?")
    someone.post(f"{path}/nguoi-that")
    with site.reading() as db:
        code = db.get(Class, class_id).join_code
    someone.post(f"/vao-lop/{code}")
    with site.reading() as db:
        held = rows_of(db, person_id)
    assert {name for name, count in held.items() if count} >= {
        "events.person_id", "lesson_progress.person_id", "asked.person_id", "enrolments.person_id",
        "consents.person_id", "sign_in_sessions.person_id",
    }  # fmt: skip
    assert someone.post("/tai-khoan/xoa", secret=SITE_PIN).status_code == 422, "a box has to be ticked"
    assert someone.post("/tai-khoan/xoa", sure="1").status_code == 422, "the secret is asked for again"
    assert someone.post("/tai-khoan/xoa", sure="1", secret="000001").status_code == 422
    assert someone.post("/tai-khoan/xoa", sure="1", secret=SITE_PIN).status_code == 303
    with site.reading() as db:
        assert db.get(Person, person_id) is None
        assert not any(rows_of(db, person_id).values())
    assert someone.get("/tai-khoan").status_code == 302


def test_staff_hand_their_role_back_before_they_go(db, site):
    person = sign_up(db)
    service.grant_role(db, person, "teacher", site.unit(), by=None)
    with pytest.raises(AccountError):
        service.erase(db, person)


def test_a_former_teacher_can_go_and_the_class_stays(site):
    class_id = site.class_of("thay-cu")
    teacher, admin = site.on("thay-cu"), site.person("quantri")
    with site.database() as db:
        person = db.get(Person, site.person("thay-cu"))
        service.revoke_role(db, person, "teacher", person.unit_id, by=admin)
        db.commit()
    assert teacher.post("/tai-khoan/xoa", sure="1", secret=SITE_PIN).status_code == 303
    with site.reading() as db:
        assert db.get(Class, class_id).teacher_id == admin, "the administrator has it now"
    assert site.on("quantri").get(f"/lop/{class_id}").status_code == 200


def test_guests_are_forgotten_when_nothing_of_them_can_be_opened_any_more(db):
    old, live, young = (service.new_guest(db) for _ in range(3))
    long_ago = utc_now() - timedelta(days=200)
    old.created_at = live.created_at = long_ago
    service.start_session(db, old, "guest")
    service.start_session(db, live, "guest")
    db.flush()
    for row in db.scalars(select(SignInSession).where(SignInSession.person_id == old.id)):
        row.expires_at = long_ago
    member = sign_up(db)
    member.created_at = long_ago
    db.flush()
    service.forget_guests(db)
    db.expire_all()
    assert db.scalars(select(Person.id).where(Person.id == old.id)).first() is None
    for stays in (live, young, member):
        assert db.get(Person, stays.id) is not None


def test_who_uses_a_code_that_others_know_gets_no_role_by_it(site):
    """A teacher who had just handed it out would have signed in as staff."""
    site.add("mu-ma-tam")
    with site.database() as db:
        person = db.scalar(select(Person).where(Person.login == "mu-ma-tam"))
        service.reset_secret(db, person, by=site.person("quantri"))
        with pytest.raises(service.AccountError, match="mã tạm"):
            service.grant_role(db, person, "officer", site.unit(), site.person("quantri"))
        db.rollback()
