"""The unit: its name, its numbers with the day they were checked, its emblem."""

import io
import struct
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from i18n.dates import today
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.units import service
from lms.units.models import Contact, Unit
from tests.lms.site import soup
from tests.lms.words_only import words


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff"))
    + chunk(b"IEND", b"")
)
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 20


@pytest.fixture(scope="module")
def admin(site):
    return site.on("quantri")


@pytest.fixture(autouse=True)
def fresh_unit(site, monkeypatch):
    """Pages read the unit anew, not from the five seconds that a process keeps it."""
    monkeypatch.setattr(service, "FRESH_SECONDS", -1)
    site.app.extensions["page_cache"].pages.clear()


def save(admin, data: bytes | None = None, **form):
    files = {"emblem": (io.BytesIO(data), "bieu-trung.png")} if data is not None else {}
    return admin.client.post(
        "/quan-tri/don-vi", data={"name": "Xã Mẫu", "desk_name": "Bàn hỗ trợ", **form, **files}
    )


def test_the_units_name_stands_on_every_page(site, admin):
    assert save(admin, name="Xã Ea Kao").status_code == 303
    assert "Xã Ea Kao" in site.visitor().page("/").select_one("header").get_text()
    save(admin)


@pytest.mark.parametrize("name", ["", " \u200b ", "X" * 121])
def test_a_unit_needs_a_name(admin, name):
    came = save(admin, name=name)
    assert came.status_code == 422 and soup(came).select_one("#e-name")
    assert soup(came).select_one("#f-desk_name")["value"] == "Bàn hỗ trợ"


@pytest.mark.parametrize(("data", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
def test_an_emblem_is_known_by_its_content(site, admin, data, kind):
    assert save(admin, data).status_code == 303
    mark = soup(admin.get("/quan-tri")).select_one('main img[src^="/bieu-trung/"]')
    came = site.visitor().get(mark["src"])
    assert came.mimetype == kind and came.get_data() == data
    assert "immutable" in came.headers["Cache-Control"]
    assert came.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + b"\x00" * 40,
        b"RIFF\x00\x00\x00\x00WAVE",
        b"%PDF-1.7",
        PNG + b"\x00" * service.EMBLEM_LIMIT,
    ],
    ids=["svg", "html", "gif", "wav", "pdf", "large"],
)
def test_what_is_no_picture_is_refused_whatever_its_name(site, admin, data):
    came = save(admin, data, name="Tên Mới")
    assert came.status_code == 422 and soup(came).select_one("#e-emblem")
    with site.reading() as db:
        assert service.main_unit(db).name != "Tên Mới", "nothing of the form is half saved"


def test_an_emblem_is_taken_away(site, admin):
    save(admin, PNG)
    version = soup(admin.get("/quan-tri")).select_one('main img[src^="/bieu-trung/"]')["src"]
    save(admin, no_emblem="1")
    assert soup(admin.get("/quan-tri")).select_one("main img") is None
    assert site.visitor().get(version).status_code == 404


CONTACT = {"label": "Công an xã", "number": "0262 3 555 123", "hours": "giờ hành chính", "source": "gọi thử"}


def contacts(site) -> list[Contact]:
    with site.reading() as db:
        return list(db.scalars(select(Contact).where(Contact.label == "Công an xã")))


def test_a_number_is_shown_with_the_day_it_was_checked(site, admin):
    day = today() - timedelta(days=3)
    assert admin.post("/quan-tri/so-dien-thoai", **CONTACT, checked_on=day.isoformat()).status_code == 303
    page = site.visitor().page("/gioi-thieu")
    assert page.select_one('a[href="tel:02623555123"]')
    assert f"{day:%d/%m/%Y}" in words(page)
    [one] = contacts(site)
    admin.post(f"/quan-tri/so-dien-thoai/{one.id}/bo")
    assert contacts(site) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"checked_on": ""}, "checked_on"),
        ({"checked_on": "hôm qua"}, "checked_on"),
        ({"checked_on": "9999-12-31"}, "checked_on"),
        ({"label": ""}, "label"),
        ({"number": ""}, "number"),
        ({"number": "gọi bác Tám"}, "number"),
        ({"number": "12"}, "number"),
        ({"number": "1" * 14}, "number"),
    ],
)
def test_a_number_without_a_real_day_or_digits_is_refused(site, admin, change, field):
    form = {**CONTACT, "checked_on": today().isoformat(), **change}
    came = admin.post("/quan-tri/so-dien-thoai", **form)
    assert came.status_code == 422 and soup(came).select_one(f"#e-{field}")
    assert contacts(site) == []


def test_tomorrow_is_no_day_on_which_a_number_was_checked(site, admin):
    tomorrow = today() + timedelta(days=1)
    came = admin.post("/quan-tri/so-dien-thoai", **CONTACT, checked_on=tomorrow.isoformat())
    assert came.status_code == 422 and contacts(site) == []


def test_a_number_of_another_unit_is_not_removed(site, admin):
    with site.database() as db:
        other = Unit(name="Xã Khác")
        other.contacts = [Contact(label="Công an xã", number="111", checked_on=today())]
        db.add(other)
        db.commit()
        theirs = other.contacts[0].id
    admin.post(f"/quan-tri/so-dien-thoai/{theirs}/bo")
    with site.database() as db:
        assert db.get(Contact, theirs) is not None
        db.delete(db.get(Contact, theirs))
        db.commit()


def test_the_audit_page_says_what_was_done(site, admin):
    save(admin)
    page = admin.page("/quan-tri/nhat-ky")
    assert "Người quantri" in words(page)
    with site.reading() as db:
        newest = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert newest.action.startswith("units.")


def test_the_log_leads_to_nobody_who_is_gone(site, admin):
    gone = site.add("di-roi")
    admin.post(f"/quan-tri/nguoi/{gone}/pin")
    link = f'a[href="/quan-tri/nguoi/{gone}"]'
    assert admin.page("/quan-tri/nhat-ky").select(link)
    with site.database() as db:
        accounts.erase(db, db.get(Person, gone))
        db.commit()
    page = admin.page("/quan-tri/nhat-ky")
    assert not page.select(link) and "tài khoản đã xóa" in words(page) and "Chính người đó" in words(page)


def test_people_are_found_by_name_and_login_also_with_signs_of_the_database(site, admin):
    site.add("tim.thay")
    assert "tim.thay" in words(admin.page("/quan-tri/nguoi?tim=TIM.THAY"))
    assert "Người tim.thay" in words(admin.page("/quan-tri/nguoi?tim=người+tim"))
    for sign in ("%25", "_", "'", '"', "\\"):
        page = admin.page(f"/quan-tri/nguoi?tim={sign}{sign}")
        assert "Không tìm thấy ai" in words(page), sign


def test_ten_thousand_people_come_in_pages(site, admin):
    with site.database() as db:
        db.add_all(Person(name=f"Người Đông {number:05}", login=f"dong{number}") for number in range(120))
        db.commit()
    address, seen = "/quan-tri/nguoi?tim=Người+Đông", []
    while address:
        page = admin.page(address)
        rows = [one.get_text() for one in page.select("main ul.tiles a")]
        assert 0 < len(rows) <= 25
        seen += [row.split("dong")[0] for row in rows]
        more = page.select_one("a[rel=next]")
        address = more["href"] if more else ""
        assert "Người Đông" not in address.partition("sau=")[2], "no name travels but the one searched for"
    assert len(seen) == len(set(seen)) == 120 and seen == sorted(seen)


def test_the_health_page_tells_programs_how_it_is(site, monkeypatch):
    came = site.visitor().get("/healthz")
    assert came.status_code == 200
    told = came.get_json()
    assert (told["status"], told["database"], told["assistant"], told["search"]) == (
        "ok",
        "ok",
        "ok",
        "lexical",
    )
    assert told["vectors"] == {"waiting": 0, "skipped": 0}
    assistant = site.app.extensions["assistant"]
    monkeypatch.setattr(assistant, "status", lambda: {"ready": False, "search": "lexical", "vectors": {}})
    came = site.visitor().get("/healthz")
    assert came.status_code == 503 and came.get_json()["status"] == "warming up"


@pytest.mark.parametrize(("behind", "comes_by_proxy"), [(False, True), (False, False), (True, True)])
def test_a_proxy_that_the_settings_do_not_know_is_said_with_what_to_do(
    site, admin, monkeypatch, behind, comes_by_proxy
):
    changed = replace(site.app.extensions["settings"], behind_proxy=behind)
    monkeypatch.setitem(site.app.extensions, "settings", changed)
    headers = {"X-Forwarded-For": "203.0.113.9"} if comes_by_proxy else {}
    page = admin.client.get("/quan-tri", headers=headers).get_data(as_text=True)
    assert ("behind_proxy = true" in page) is (comes_by_proxy and not behind)


@pytest.mark.parametrize(
    ("address", "only_here"),
    [
        ("", True),  # the tests come by http://localhost
        ("http://127.0.0.1:8000", True),
        ("http://0.0.0.0:8000", True),
        ("http://[::1]:8000", True),
        ("http://192.168.1.5:8000", False),
        ("https://hoc.xa.vn", False),
    ],
)
def test_an_address_of_this_machine_alone_is_said_beside_every_qr_code(
    site, admin, monkeypatch, address, only_here
):
    changed = replace(site.app.extensions["settings"], public_url=address)
    monkeypatch.setitem(site.app.extensions, "settings", changed)
    asked = admin.post("/hoi", question="VNeID là gì?")
    for page in (admin.page("/quan-tri"), admin.page(asked.location)):
        assert ("Địa chỉ này chỉ mở được trên máy này" in words(page)) is only_here
        assert ("public_url" in words(page)) is only_here


LONG_NUMBERS = {
    "+84 (251) - 3 123 456": "+842513123456",
    "0 2 5 1 3 1 2 3 4 5 6": "02513123456",
    "0251 3 123 456": "0251 3 123 456",
}


@pytest.mark.parametrize("typed", LONG_NUMBERS)
def test_a_long_number_loses_its_signs_and_never_a_digit(typed):
    """It was cut at twenty signs: another subscriber's number, told to everybody."""
    assert service.phone_number(typed) == LONG_NUMBERS[typed]


def test_an_old_page_of_the_unit_puts_no_old_name_back(site, admin):
    page = admin.page("/quan-tri").select_one("form[action*='don-vi']")
    sent = {
        one["name"]: one.get("value", "") for one in page.select("input[name]") if one.get("type") != "file"
    }
    assert admin.post("/quan-tri/don-vi", name="Xã Vừa Đổi", desk_name="").status_code == 303
    sent.pop("no_emblem", None)
    assert admin.post("/quan-tri/don-vi", **sent | {"desk_name": "Bàn mới"}).status_code == 303
    shown = admin.page("/quan-tri").select_one("form[action*='don-vi']")
    assert shown.select_one("input[name=name]")["value"] == "Xã Vừa Đổi"
    assert shown.select_one("input[name=desk_name]")["value"] == "Bàn mới"
