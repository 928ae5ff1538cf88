"""Who may see and change what stands on a shelf, and what is kept of it in the log."""

import pytest
from sqlalchemy import select

from assistant.documents import document
from assistant.documents.document import Document
from lms.core.audit import AuditEntry
from lms.knowledge import service
from lms.units.models import Unit
from tests.lms.knowledge.shelf_forms import FIELDS, published
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")


def test_what_staff_did_is_in_the_log_without_names_of_things(site, editor):
    published(editor)
    with site.reading() as db:
        deeds = [
            (one.action, one.subject)
            for one in db.scalars(
                select(AuditEntry).where(AuditEntry.action.startswith("knowledge.")).order_by(AuditEntry.id)
            )
        ]
    assert deeds[-2][0] == "knowledge.read" and deeds[-1][0] == "knowledge.used"
    assert deeds[-1][1].startswith("entry:")
    assert "Cho trợ lý dùng tài liệu" in words(site.on("quantri", "admin").page("/quan-tri/nhat-ky"))


def test_another_units_shelf_is_neither_seen_nor_touched(site, editor, store, here):
    path = published(editor)
    answer = store.put_verified("Hỏi riêng?", "Đáp.", "Nguồn", "", here, "Bàn")
    stranger = site.on("canbo-xa-khac", "officer", "Xã Khác")
    assert "Thông báo tiếp dân" not in words(stranger.page("/kho"))
    assert stranger.get(path).status_code == 404
    for deed in ("/sua", "/dung", "/van-dung", "/thoi-dung"):
        assert stranger.post(path + deed, **FIELDS).status_code == 404
    for deed in ("", "/sua", "/van-dung", "/thoi-dung"):
        came = stranger.client.open(f"/kho/cau-tra-loi/{answer}{deed}", method="POST" if deed else "GET")
        assert came.status_code == 404
    assert stranger.get("/tai-lieu/thong-bao-tiep-dan?la").status_code == 404


def test_what_is_for_everybody_is_changed_only_by_who_hosts_the_site(site, editor, store):
    for_all = Document(
        key="chung", title="Chung", number="", source="Bộ", source_url="", unit=None, sections=()
    )
    made = document.put(store, for_all, owner="Bộ")
    stranger = site.on("canbo-xa-khac", "officer", "Xã Khác")
    assert stranger.get(f"/kho/muc/{made.id}").status_code == 200
    assert stranger.post(f"/kho/muc/{made.id}/thoi-dung").status_code == 404
    with site.reading() as db:
        host = db.scalars(select(Unit).order_by(Unit.id).limit(1)).one()
    assert service.may_change(None, host.id, host.id) and not service.may_change(None, host.id + 1, host.id)
