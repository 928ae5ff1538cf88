"""What people ask of a document: proposed, ticked and mended by staff, kept with it."""

import pytest

from assistant.documents.document import Document
from assistant.knowledge.entry import DOCUMENT
from lms.knowledge import asked
from tests.lms.knowledge.shelf_forms import published, upload
from tests.lms.site import soup
from tests.lms.words_only import words

pytestmark = pytest.mark.usefixtures("empty_shelf")

TITLE = "Quyết định về chợ Cầu Mẫu"
MARKET = """# Mức thu chỗ bán hàng

- Sạp vải, quần áo: 180.000 đồng một tháng.
- Quầy rau, củ, quả: 90.000 đồng một tháng.

# Đăng ký thuê sạp

Nộp đơn và bản sao thẻ căn cước. Trả lời trong 5 ngày.
"""
OWN = "Ngồi bán bánh giò ngoài chợ mấy tiền?"


def drafted(editor, content=MARKET, **more) -> str:
    """A document was read; the path of its draft."""
    return upload(editor, content, title=TITLE, **more).location


def form_at(editor, path):
    """The form of the questions on a page, and what a browser would send of it: a list of pairs."""
    form = editor.page(path).select_one("form#f-cau")
    sent = {"cau": [one.get_text().strip("\n") for one in form.select("textarea")]}
    for name in ("muc", "giu"):
        sent[name] = [
            one["value"]
            for one in form.select(f"input[name={name}]")
            if one["type"] == "hidden" or one.has_attr("checked")
        ]
    sent |= {one["name"]: one["value"] for one in form.select("input[name=once_token]")}
    return form, sent


def send(editor, form, sent, save=True):
    """Press one of the two buttons below the questions."""
    to = form.select_one("button[formaction]")["formaction"] if save else form["action"]
    return editor.client.post(to, data=sent)


def kept(store, key=None) -> list[tuple[str, ...]]:
    """The questions of the only document there is."""
    [only] = store.summaries(DOCUMENT)
    return list(Document.from_entry(store.entry(only.id)).asked)


def test_questions_are_proposed_below_each_section_before_the_document_is_used(editor, store):
    path = drafted(editor)
    page = editor.page(path)
    assert "Nhờ các câu này, trợ lý tìm đúng mục" in words(page)
    first, second = page.select("section details.asked")
    said = [one.get_text().strip() for one in first.select("textarea")]
    assert "Sạp vải, quần áo hết bao nhiêu tiền?" in said and "Chỗ bán hàng hết bao nhiêu tiền?" not in said
    assert any("cần giấy gì" in one.get_text() for one in second.select("textarea"))
    assert len(first.select("input[type=checkbox][checked]")) == len(kept(store)[0]) > 2
    assert first.has_attr("open") and not [one for one in said if "5 ngày" in one]


def test_what_was_unticked_mended_and_added_is_kept_with_the_document_that_is_used(site, editor, store):
    form, sent = form_at(editor, drafted(editor))
    gone, mended = sent["cau"][0], sent["cau"][1]
    sent["giu"].remove("0")
    sent["cau"][1] = "Sạp vải ngoài chợ thu mấy đồng?"
    own = [place for place, text in enumerate(sent["cau"]) if not text]
    sent["cau"][own[0]] = OWN
    path = send(editor, form, sent, save=False).location
    first, second = kept(store)
    assert gone not in first and mended not in first
    assert {"Sạp vải ngoài chợ thu mấy đồng?", OWN} <= set(first) and OWN not in second
    page = editor.page(path)
    assert not page.select_one("details.asked").has_attr("open"), "of a document in use they are folded"
    ticked = {
        line.select_one("textarea").get_text().strip("\n"): line.select_one("[name=giu]").has_attr("checked")
        for line in page.select(".asked-line")
    }
    assert ticked[OWN] and not ticked[gone], "what was left out is still offered, without its tick"
    assert OWN not in words(site.visitor().page("/tai-lieu/quyet-dinh-ve-cho-cau-mau?hoi"))


def test_questions_are_changed_later_on_the_page_of_the_document(editor, store):
    path = published(editor, content=MARKET, title=TITLE)
    form, sent = form_at(editor, path)
    sent["cau"][-1] = "Xin thuê sạp đợi mấy bữa?"
    before = Document.from_entry(store.entry(store.summaries(DOCUMENT)[0].id))
    came = send(editor, form, sent)
    assert came.status_code == 303 and "Đã lưu câu hỏi" in words(editor.page(came.location))
    [only] = store.summaries(DOCUMENT)
    entry = store.entry(only.id)
    after = Document.from_entry(entry)
    assert "Xin thuê sạp đợi mấy bữa?" in after.asked[1] and after.asked[0] == before.asked[0]
    assert (after.sections, after.key, after.read_on) == (before.sections, before.key, before.read_on)
    assert entry.review_due is not None and not entry.flags


def test_a_draft_stays_one_while_its_questions_are_kept(editor, store):
    form, sent = form_at(editor, drafted(editor))
    sent["giu"] = [place for place, text in enumerate(sent["cau"]) if not text]
    came = send(editor, form, sent)
    assert "Xem lại rồi dùng" in words(editor.page(came.location))
    assert kept(store) == [(), ()]
    editor.post(editor.page(came.location).select_one("form[action*='/dung']")["action"])
    assert kept(store) == [(), ()], "nothing comes back that was left out"


def test_the_button_alone_takes_what_the_machine_was_sure_of(editor, store):
    editor.post(drafted(editor) + "/dung")
    assert "Sạp vải, quần áo hết bao nhiêu tiền?" in kept(store)[0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Hết bao nhiêu tiền?", "chưa nói hỏi về việc gì"),
        ("rau", "chưa nói hỏi về việc gì"),
        ("Sạp vải " + "rất " * 60 + "đắt?", "dài quá"),
        ("Ông có số căn cước 001099012345 thuê sạp nào?", "số của một người"),
    ],
)
@pytest.mark.parametrize("save", [True, False])
def test_a_question_that_cannot_be_kept_comes_back_with_all_that_was_typed(editor, store, typed, told, save):
    form, sent = form_at(editor, drafted(editor))
    sent["cau"][0], sent["cau"][-1] = typed, OWN
    sent["giu"].remove("1")
    came = send(editor, form, sent, save)
    assert came.status_code == 422 and told in words(soup(came))
    shown = [one.get_text().strip("\n") for one in soup(came).select("form#f-cau textarea")]
    assert OWN in shown and typed in shown
    boxes = soup(came).select("form#f-cau [type=checkbox]")
    assert boxes[0].has_attr("checked") and not boxes[1].has_attr("checked")
    assert store.summaries(DOCUMENT)[0].flags, "it is not used"


@pytest.mark.parametrize(
    "sent",
    [
        {"cau": ["Sạp vải mấy tiền?"], "muc": [], "giu": ["0"]},
        {"cau": ["Sạp vải mấy tiền?"], "muc": ["0"], "giu": ["0"]},
        {"cau": ["Sạp vải mấy tiền?"], "muc": ["99"], "giu": ["0"]},
        {"cau": ["Sạp vải mấy tiền?"], "muc": ["-1"], "giu": ["0"]},
        {"cau": ["Sạp vải mấy tiền?"], "muc": ["9" * 500], "giu": ["x"]},
        {"cau": [f"Sạp vải loại {n} mấy tiền?" for n in range(31)], "muc": ["1"] * 31,
         "giu": [str(n) for n in range(31)]},
    ],
)  # fmt: skip
def test_what_no_page_sends_changes_nothing(editor, store, sent):
    path = drafted(editor)
    before = kept(store)
    came = editor.client.post(path + "/cau-hoi", data=sent)
    assert came.status_code == 422 and kept(store) == before
    assert editor.client.post(path + "/cau-hoi", json=sent).status_code == 422


def test_tapped_twice_they_are_kept_once(editor, store):
    form, sent = form_at(editor, published(editor, content=MARKET, title=TITLE))
    sent["cau"][-1] = OWN
    came = [send(editor, form, sent) for _tap in range(2)]
    assert [one.status_code for one in came] == [303, 303] and came[0].location == came[1].location
    assert sum(OWN in one for one in kept(store)) == 1


def test_who_was_overtaken_reads_it_and_loses_nothing(editor, store):
    form, sent = form_at(editor, published(editor, content=MARKET, title=TITLE))
    sent["cau"][-1] = OWN
    editor.client.post(form["action"], data={**sent, "once_token": "a", "cau": ["", *sent["cau"][1:]]})
    late = send(editor, form, {**sent, "once_token": "b"})
    assert late.status_code == 409 and "Người khác vừa sửa mục này" in words(soup(late))
    again = soup(late).select_one("form#f-cau")
    assert OWN in again.get_text()
    assert send(editor, again, {**sent, "once_token": "c"}).status_code == 303


def test_only_who_keeps_the_shelf_changes_the_questions(site, editor, store):
    path = published(editor, content=MARKET, title=TITLE)
    before = kept(store)
    form, sent = form_at(editor, path)
    sent["cau"][-1] = OWN
    stranger = site.on("canbo-xa-khac", "officer", "Xã Khác")
    assert send(stranger, form, sent).status_code == 404
    assert send(site.on("thay-giao", "teacher"), form, sent).status_code == 403
    assert kept(store) == before


def test_a_new_version_keeps_what_was_written_by_hand_under_the_same_heading(editor, store):
    path = published(editor, content=MARKET, title=TITLE)
    form, sent = form_at(editor, path)
    sent["cau"][-1] = OWN
    path = send(editor, form, sent).location
    came = upload(editor, MARKET.replace("90.000", "95.000"), to=path + "/sua", title=TITLE)
    page = editor.page(came.location)
    assert OWN in [one.get_text().strip("\n") for one in page.select(".asked-line textarea")]


def test_a_long_document_is_asked_about_page_by_page(editor, store):
    long = "\n\n".join(f"# Sạp dãy {n} chợ\n\nMỗi sạp {n}.000 đồng một tháng." for n in range(1, 20))
    path = drafted(editor, long)
    form, sent = form_at(editor, path)
    assert set(sent["muc"]) == set(map(str, range(1, asked.SECTIONS_A_PAGE + 1)))
    before = kept(store)
    sent["giu"].remove("0")
    came = send(editor, form, sent)
    assert "trang=2" in came.location
    after = kept(store)
    assert after[0] != before[0] and after[1:] == before[1:]
    assert set(form_at(editor, came.location)[1]["muc"]) == set(map(str, range(9, 17)))


def test_a_document_from_before_is_asked_about_when_somebody_looks_at_it(editor, store, here):
    path = published(editor, content=MARKET, title=TITLE)
    [only] = store.summaries(DOCUMENT)
    entry = store.entry(only.id)
    data = {name: value for name, value in entry.data.items() if name != "asked"}
    made = store.put_entry(DOCUMENT, entry.key, title=entry.title, data=data, unit=here, source="Xã")
    assert Document.from_entry(store.entry(made.id)).asked is None
    form, sent = form_at(editor, path.rpartition("/")[0] + f"/{made.id}")
    send(editor, form, sent)
    assert "Sạp vải, quần áo hết bao nhiêu tiền?" in kept(store)[0]
