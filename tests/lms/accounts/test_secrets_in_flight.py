"""A secret or a card that is taken away while somebody is signing in with it opens nothing any more.

Comparing a secret takes a tenth of a second, before anything is locked. Whoever knows an old PIN and sends it
again and again would be in that tenth when a teacher sets a new one, and keep the account.
"""

import pytest

from lms.accounts import service as accounts
from lms.accounts import views
from lms.accounts.models import Person
from tests.lms.words_only import PIN

OTHER = "739174"


def reset(site, person_id: str) -> str:
    """What a teacher, officer or administrator does for somebody whose PIN is known to others."""
    with site.database() as db:
        made = accounts.reset_secret(db, db.get(Person, person_id), by=site.person("quantri"))
        db.commit()
    return made


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile("verify", deed)`: once that function of the accounts has looked, others do `deed`."""

    def arrange(name: str, deed) -> None:
        looked = getattr(accounts, name)
        left = [deed]

        def look(*args, **values):
            found = looked(*args, **values)
            # What was read is let go, as at the end of the statement in a server with two threads.
            for one in args[:1]:
                getattr(one, "commit", lambda: None)()
            if left:
                left.pop()()
            return found

        monkeypatch.setattr(views.service, name, look)

    return arrange


def signs_in(site, login: str, secret: str) -> bool:
    return site.visitor().post("/dang-nhap", login=login, secret=secret).status_code == 303


def test_an_old_pin_that_was_under_way_when_a_new_one_was_set_opens_nothing(site, meanwhile):
    person_id, made = site.add("dang-vao"), []
    thief = site.visitor()
    meanwhile("verify", lambda: made.append(reset(site, person_id)))
    came = thief.post("/dang-nhap", login="dang-vao", secret=PIN)
    assert came.status_code == 422
    assert "đăng nhập lại bằng mã mới" in came.get_data(as_text=True)
    assert thief.post("/tai-khoan/pin", secret=OTHER, secret_again=OTHER).status_code == 403
    assert not signs_in(site, "dang-vao", OTHER)
    assert signs_in(site, "dang-vao", made[0]), "the owner's temporary code is good"


def test_a_change_of_the_pin_that_was_under_way_does_not_undo_a_new_one(site, meanwhile):
    person_id, made = site.add("dang-doi"), []
    thief = site.member("dang-doi")
    meanwhile("hash_secret", lambda: made.append(reset(site, person_id)))
    came = thief.post("/tai-khoan/pin", old_secret=PIN, secret=OTHER, secret_again=OTHER)
    assert came.status_code in {403, 422}
    assert not signs_in(site, "dang-doi", OTHER)
    assert signs_in(site, "dang-doi", made[0])


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/tai-khoan/sua", {"name": "Kẻ Gian", "login": "ke-gian", "secret": PIN}),
        ("/tai-khoan/xoa", {"secret": PIN, "sure": "1"}),
    ],
)
def test_with_an_old_pin_nobody_takes_the_login_or_the_account_away(site, meanwhile, path, form):
    login = f"dang-mat-{path[-3:]}"
    person_id, made = site.add(login), []
    thief = site.member(login)
    meanwhile("secret_fits", lambda: made.append(reset(site, person_id)))
    assert thief.post(path, **form).status_code == 422
    assert signs_in(site, login, made[0])


def test_a_pin_that_was_changed_by_two_taps_at_once_is_changed(site, meanwhile):
    person_id = site.add("hai-lan-bam")
    person = site.member("hai-lan-bam")

    def first_tap():
        with site.database() as db:
            accounts.set_secret(db.get(Person, person_id), OTHER)
            db.commit()

    meanwhile("secret_fits", first_tap)
    came = person.post("/tai-khoan/pin", old_secret=PIN, secret=OTHER, secret_again=OTHER)
    assert came.status_code == 303
    assert signs_in(site, "hai-lan-bam", OTHER)


def test_a_card_that_is_withdrawn_while_somebody_signs_in_with_it_opens_nothing(site, meanwhile):
    class_id = site.class_of("co-the")
    [learner] = site.fill(class_id, [["Trần Thị Thẻ"]], by="co-the")
    teacher = site.person("co-the")
    with site.database() as db:
        token = accounts.issue_card(db, db.get(Person, learner), teacher)
        db.commit()

    def withdraw():
        with site.database() as db:
            accounts.withdraw_cards(db, learner, teacher)
            db.commit()

    meanwhile("card_owner", withdraw)
    finder = site.visitor()
    came = finder.post(f"/the/{token}")
    assert came.status_code == 404
    assert "hết dùng" in came.get_data(as_text=True)
    assert finder.get("/tai-khoan").status_code == 302


def test_no_role_makes_a_pin_end_that_was_set_on_a_cards_device(site):
    """It would end with the cards, and nobody could sign in to the account that got the role."""
    person_id = site.add("the-roi-quyen")
    with site.database() as db:
        accounts.set_secret(db.get(Person, person_id), PIN, by_card=True)
        db.commit()
    admin = site.device_of(site.person("quantri"))
    admin.post(f"/quan-tri/nguoi/{person_id}/quyen", role="teacher")
    assert "Bạn đặt mã mới cho họ" in admin.get(f"/quan-tri/nguoi/{person_id}").get_data(as_text=True)
    assert signs_in(site, "the-roi-quyen", PIN)
    reset(site, person_id)
    admin.post(f"/quan-tri/nguoi/{person_id}/quyen", role="teacher")
    with site.database() as db:
        assert not db.get(Person, person_id).roles, "whoever handed the code out would have the role"
        accounts.change_secret(db.get(Person, person_id), accounts.hash_secret(PIN), False, db)
        db.commit()
    admin.post(f"/quan-tri/nguoi/{person_id}/quyen", role="teacher")
    with site.reading() as db:
        assert db.get(Person, person_id).roles == {"teacher"}
