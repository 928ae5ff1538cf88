"""Procedures as readers see them and as editors search them."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from assistant.knowledge.store import KnowledgeStore
from assistant.knowledge.tables import EntryRow
from assistant.procedures.record import Channel, Duration, Fee, Paper, Procedure, Step
from i18n.dates import utc_now
from lms.knowledge import queries
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")
RECORD = Procedure(
    code="1.004194",
    title="Đăng ký tạm trú",
    decision="1234/QĐ-BCA",
    channels=(
        Channel("online", Duration(3, "working_day", "03"), (Fee(7000, "VND", "mỗi lần", "7.000"),), ""),
        Channel("direct", None, (Fee(20, "VND", "20.000", "20 VNĐ (20.000)", "20?"),), "Buổi sáng."),
    ),
    papers=(Paper("Tờ khai", 1, 0, ""), Paper("Hợp đồng thuê", 0, 1, "Khi thuê nhà")),
    steps=(Step("Bước 1", "Nộp hồ sơ."),),
    address="Trụ sở Công an xã",
    who=("Công dân Việt Nam",),
    result="Thông báo kết quả",
    read_on=date(2026, 7, 1),
    flags=("districts",),
)  # fmt: skip


def put_record(store: KnowledgeStore, record: Procedure, **more) -> None:
    store.put_entry(
        "procedure", record.code, title=record.title, data=record.to_json(), number=record.decision,
        read_on=record.read_on, flags=record.flags, **more,
    )  # fmt: skip


def test_the_page_of_a_procedure(site, store):
    put_record(store, RECORD)
    page = site.visitor().page("/thu-tuc/1.004194")
    sections = [one["id"] for one in page.select("section[id]")]
    assert sections == ["cach-nop", "giay-to", "cac-buoc", "noi-nop", "doi-tuong", "ket-qua"]
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th,td")]
        for row in page.select("tbody tr")
    ]
    assert rows[0] == ["Nộp qua mạng 3 ngày làm việc", "7.000 đồng (mỗi lần)"]
    assert rows[1][1] == "20 VNĐ (20.000) ⚠ 20?", "a doubtful number stands with its doubt"
    assert page.select_one("#giay-to h3").get_text() == "Khi thuê nhà"
    assert "còn nhắc cấp huyện" in words(page)
    for told in ("1.004194", "1234/QĐ-BCA", "01/07/2026", "Tờ khai (1 bản chính)", "Trụ sở Công an xã"):
        assert told in words(page)


def test_a_new_fee_stands_on_the_page_at_once_for_guests_too(site, store):
    put_record(store, Procedure(code="1.004194", title="Tạm trú", result="Giấy cũ."))
    assert "Giấy cũ" in words(site.visitor().page("/thu-tuc/1.004194"))
    put_record(store, Procedure(code="1.004194", title="Tạm trú", result="Giấy mới."))
    page = words(site.visitor().page("/thu-tuc/1.004194"))
    assert "Giấy mới" in page and "Giấy cũ" not in page


def test_a_procedure_that_is_not_there(site):
    assert site.visitor().get("/thu-tuc/9.999999").status_code == 404


def test_procedures_are_searched_by_name_code_and_flag(editor, store):
    put_record(store, RECORD)
    put_record(store, Procedure(code="2.000815", title="Chứng thực bản sao"))
    both = editor.page("/kho?loai=thu-tuc")
    assert [one.get_text() for one in both.select(".tile .what > span")] == [
        "Chứng thực bản sao",
        "Đăng ký tạm trú",
    ]
    for search in ("tim=tam+tru", "tim=T%E1%BA%A0M", "tim=1.004194", "dau=districts"):
        found = editor.page(f"/kho?loai=thu-tuc&{search}")
        assert [one.get_text() for one in found.select(".tile .what > span")] == ["Đăng ký tạm trú"], search


def test_ten_thousand_entries_are_paged(editor, store):
    many = [
        {"kind": "procedure", "key": f"3.{n:06}", "title": f"Việc số {n}", "data": {}, "fingerprint": str(n)}
        for n in range(10_000)
    ]
    with store.bulk("procedure") as connection:
        connection.execute(insert(EntryRow), many)
    page = editor.page("/kho?loai=thu-tuc")
    assert len(page.select(".tile")) == queries.PAGE and "Trang 1 trong 400" in words(page)
    assert "Trang 400 trong 400" in words(editor.page("/kho?loai=thu-tuc&trang=9999"))
    assert "3.004321" in words(editor.page("/kho?loai=thu-tuc&tim=4321"))
    with store.bulk("procedure") as connection:
        connection.execute(update(EntryRow).values(retired_at=utc_now()))
    assert "Chưa nạp thủ tục" in words(editor.page("/kho?loai=thu-tuc"))
