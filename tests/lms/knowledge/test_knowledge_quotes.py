"""What a source says is marked where it stands: on the page of a procedure, and of a document."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.documents.sections import Line, Section
from assistant.procedures.record import Procedure, Step
from courses.rendering import quote

CODE, KEY = "1.004194", "thong-bao-tiep-dan"
STEP = "Nộp hồ sơ ở công an xã nơi mình đang ở."
LINE = "Sao y một trang hết 2.000 đồng."


@pytest.fixture(scope="module", autouse=True)
def _on_the_shelf(site):
    store, unit = site.app.extensions["assistant"].store, str(site.unit())
    steps = (Step("", "Điền tờ khai."), Step("", STEP))
    procedure = Procedure(code=CODE, title="Đăng ký tạm trú", steps=steps)
    store.put_entry("procedure", CODE, title=procedure.title, data=procedure.to_json())
    sections = (Section("Giờ", (Line("text", "Mở từ 7 giờ."),)), Section("Lệ phí", (Line("text", LINE),)))
    document = Document(KEY, "Thông báo", "", "Xã", "", unit, sections, read_on=date(2026, 11, 1))
    documents.put(store, document, owner="Xã Mẫu")


@pytest.mark.parametrize(
    ("page", "section", "sentence"),
    [(f"/thu-tuc/{CODE}", "cac-buoc", STEP), (f"/tai-lieu/{KEY}", "muc-2", LINE)],
)
def test_the_page_of_a_source_marks_the_sentence_that_was_quoted(site, page, section, sentence):
    opened = site.visitor().page(quote.link(f"{page}#{section}", sentence))
    [marked] = opened.select("mark#trich")
    assert sentence.startswith(marked.get_text().strip(" .")[:20])
    assert marked.find_parent(id=section)
    assert not site.visitor().page(page).select("mark"), "the page by itself has no mark"


def test_a_made_up_name_of_a_sentence_changes_nothing(site):
    assert not site.visitor().page(f"/thu-tuc/{CODE}?trich=99-0123456789&muc=khong-co").select("mark, #trich")
