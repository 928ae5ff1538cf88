"""Facts of a place on the editor's shelf, and the numbers of a unit among them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from assistant.knowledge import facts
from assistant.knowledge.entry import FACT
from assistant.knowledge.facts import Fact
from assistant.knowledge.store import KnowledgeStore
from i18n.dates import today
from lms.core.forms import Form
from lms.knowledge import queries, service
from lms.units import service as units
from tests.lms.knowledge.shelf_forms import errors, form_of, typed_again
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")
FACT_FIELDS = {
    "topic": "hours",
    "place": "Ủy ban xã Mẫu",
    "label": "Giờ làm việc",
    "value": "7 giờ đến 16 giờ 30",
    "checked_on": "2026-11-01",
}


def test_a_fact_is_kept_shown_and_found_without_marks(site, editor, store, here):
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    assert "7 giờ đến 16 giờ 30" in words(editor.page(path))
    page = site.visitor().page("/dia-phuong")
    assert "Giờ làm việc: 7 giờ đến 16 giờ 30" in words(page) and "01/11/2026" in words(page)
    assert "Giờ làm việc" in words(editor.page("/kho?loai=dia-phuong&tim=gio+lam"))
    assert "Không tìm thấy mục nào" in words(editor.page("/kho?loai=dia-phuong&tim=le+phi"))


def test_a_fact_with_holes_is_not_kept(editor, store):
    came = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"value": "", "checked_on": "2999-01-01"})
    assert errors(came) == {
        "value": "Bạn ghi nội dung thông tin.",
        "checked_on": "Ngày này chưa tới. Bạn chọn ngày đã xem lại.",
    }
    assert store.summaries(FACT) == []


def test_two_places_whose_names_differ_by_a_mark_or_late_are_two(editor, store):
    """“Thôn Mạ” and “Thôn Mã” had one key: what one officer saved took the other's out of use, unsaid."""
    long = "Lịch họp của ban quản lý nhà văn hóa và đội văn nghệ cùng tổ hòa giải ở cơ sở của thôn"
    places = ("Thôn Mạ", "Thôn Mã", "Thôn Má")
    for place in places:
        for label in ("Giờ họp", long):
            sent = FACT_FIELDS | {"place": place, "label": label, "value": f"lúc của {place}"}
            assert editor.post("/kho/dia-phuong/moi", **sent).status_code == 303
    kept = [Fact.from_entry(one) for one in store.each_entry(FACT)]
    assert len(kept) == 6 and {one.value for one in kept} == {f"lúc của {place}" for place in places}
    assert len({one.key for one in kept}) == 6


def test_what_is_said_already_is_not_replaced_by_adding(editor, store):
    editor.post("/kho/dia-phuong/moi", **FACT_FIELDS)
    again = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"value": "9 giờ"})
    assert again.status_code == 409 and "sửa" in errors(again)["label"]
    assert typed_again(editor, again)["value"] == "9 giờ"
    [only] = store.each_entry(FACT)
    assert Fact.from_entry(only).value == FACT_FIELDS["value"]


def test_the_second_of_two_who_correct_a_fact_loses_nothing(editor, store):
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    editor.post(path + "/sua", **FACT_FIELDS | {"value": "8 giờ"})
    late = editor.post(path + "/sua", **FACT_FIELDS | {"value": "9 giờ", "detail": "Trừ thứ Bảy."})
    assert late.status_code == 409 and "Người khác vừa sửa" in words(soup(late))
    assert [Fact.from_entry(one).value for one in store.each_entry(FACT)] == ["8 giờ"], "not yet"
    editor.post(form_of(late)["action"], **typed_again(editor, late))
    [only] = store.each_entry(FACT)
    assert (Fact.from_entry(only).value, Fact.from_entry(only).detail) == ("9 giờ", "Trừ thứ Bảy.")
    editor.post(f"/kho/muc/{only.id}/thoi-dung")
    gone = editor.post(f"/kho/muc/{only.id}/sua", **FACT_FIELDS | {"value": "10 giờ"})
    assert gone.status_code == 409 and typed_again(editor, gone)["value"] == "10 giờ"
    assert store.summaries(FACT) == [], "what was taken down stays down"


def test_of_two_who_correct_a_fact_at_one_moment_one_is_told(site, editor, store, monkeypatch):
    """The entry was looked at before the transaction: both were told “Đã lưu”, and one was out of use."""
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    together, real, met = threading.Barrier(2, timeout=20), Form.sent, threading.local()

    def read(form):
        if not getattr(met, "once", False):
            met.once = True
            together.wait()
        return real(form)

    monkeypatch.setattr(Form, "sent", read)

    def send(number: int):
        with site.app.test_client() as client:
            client.set_cookie("hs_phien", editor.client.get_cookie("hs_phien").value)
            return client.post(path + "/sua", data=FACT_FIELDS | {"value": f"{number} giờ"}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (7, 8))) == [303, 409]


def test_a_fact_is_corrected_under_its_key(editor, store):
    path = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS).location
    editor.post(path + "/sua", **FACT_FIELDS | {"value": "8 giờ", "label": "Giờ mở cửa"})
    [only] = store.each_entry(FACT)
    assert Fact.from_entry(only).value == "8 giờ" and only.key == "gio-lam-viec-uy-ban-xa-mau"


def test_an_old_fact_is_good_for_another_while_with_one_press(editor, store):
    editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"checked_on": "2026-01-01"})
    page = editor.page("/kho/can-xem-lai")
    form = next(one for one in page.select("form") if one.get_text(strip=True) == "Vẫn đúng")
    came = editor.post(form["action"], ve="can-xem-lai")
    assert came.location.endswith("/kho/can-xem-lai")
    assert "Không có gì phải xem lại" in words(editor.page(came.location))
    [only] = store.each_entry(FACT)
    assert only.read_on == today()


def test_the_units_numbers_become_facts_when_the_administrator_saves_them(site, editor, store):
    admin = site.on("quantri", "admin")
    number = {"label": "Trạm y tế", "number": "0251 000 009", "checked_on": "2026-01-05", "hours": "cả ngày"}
    admin.post("/quan-tri/so-dien-thoai", **number)
    assert "Trạm y tế" in words(site.visitor().page("/dia-phuong?so"))
    fact = next(one for one in store.each_entry(FACT) if "Trạm y tế" in one.title)
    page = editor.page(f"/kho/muc/{fact.id}")
    assert "danh sách của đơn vị" in words(page)
    assert editor.get(f"/kho/muc/{fact.id}/sua").status_code == 404
    refused = editor.post(f"/kho/muc/{fact.id}/thoi-dung")
    assert "Người quản trị bỏ" in words(editor.page(refused.location))
    editor.post(f"/kho/muc/{fact.id}/van-dung")
    with site.reading() as db:
        contact = next(one for one in units.main_unit(db).contacts if one.label == "Trạm y tế")
        assert contact.checked_on == today(), "the list and the fact carry the same day"
    admin.post(f"/quan-tri/so-dien-thoai/{contact.id}/bo")
    assert not [one for one in store.each_entry(FACT) if "Trạm y tế" in one.title]


def test_lists_of_numbers_that_are_older_than_the_shelf_are_caught_up_with(site, editor, store):
    # `site.add` wrote a number of the unit straight into its table.
    with site.database() as db:
        assert service.follow_all_contacts(db, store) >= 1
        db.commit()
    assert "Trực bàn hỗ trợ: 0251 000 000" in words(site.visitor().page("/dia-phuong?cu"))
    with site.database() as db:
        assert service.follow_all_contacts(db, store) == 0


def test_a_list_is_read_again_only_when_something_changed(store, monkeypatch, here):
    facts.put(store, Fact("a", "other", "Xã", "Chợ", "Chủ nhật", date(2026, 1, 1), unit=here), owner="")
    first = queries.rows(store, FACT)
    monkeypatch.setattr(KnowledgeStore, "summaries", lambda *_: pytest.fail("read without need"))
    assert queries.rows(store, FACT) is first
    monkeypatch.undo()
    facts.put(store, Fact("b", "other", "Xã", "Lễ", "Tháng Ba", date(2026, 1, 1), unit=here), owner="")
    assert len(queries.rows(store, FACT)) == 2


def test_a_fact_is_not_changed_into_what_another_one_says(editor, store):
    editor.post("/kho/dia-phuong/moi", **FACT_FIELDS)
    other = editor.post("/kho/dia-phuong/moi", **FACT_FIELDS | {"label": "Giờ nghỉ"}).location
    came = editor.post(other + "/sua", **FACT_FIELDS | {"value": "8 giờ"})
    assert came.status_code == 409 and "sửa" in errors(came)["label"]
    assert (
        editor.post(other + "/sua", **FACT_FIELDS | {"label": "Giờ nghỉ", "value": "trưa"}).status_code == 303
    )
