"""Questions proposed for the sections and rows of a document: each is answered there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.documents import proposing
from assistant.documents.proposing import (
    LONGEST,
    OF_A_SECTION,
    OF_ITS_ROWS,
    as_json,
    forms,
    proposals,
    propose_apart,
    told_apart,
)
from assistant.documents.sections import POINT, TEXT, Line, Section
from assistant.documents.topics import everyday, row_of, topic_of
from assistant.understanding.frames import contradiction, frame_of
from assistant.understanding.intents import AMOUNT, FEE, intent_of

MARKET = "Quyết định về mức thu ở chợ Cầu Mẫu"
THINGS = (
    "Sạp vải", "Quầy thịt", "Gánh rau", "Xe máy", "Cấp lại thẻ căn cước bị mất", "Đổi giấy phép lái xe",
    "Bản sao khai sinh", "Đăng ký tạm trú", "Sạp loại 3", "Gia hạn hộ chiếu", "Người trên 60 tuổi",
)  # fmt: skip
SAYS = (
    "{sum} đồng một lượt.", "trong {days} ngày làm việc", "nộp đơn và bản sao thẻ căn cước", "miễn phí",
    "sáng ngày {days}/12/2026, tại nhà văn hóa", "từ {days} giờ đến 17 giờ hằng ngày", "theo quy định.",
)  # fmt: skip
HEADINGS = ("Điều 2. Mức thu", "Lệ phí cấp lại", "", "III.", "Giờ mở cửa", "Đối tượng được hỗ trợ", "Sạp chợ")


def asked(title, *sections):
    """The texts that are proposed for each section."""
    return [[one.text for one in some] for some in proposals(title, sections)]


def section(heading, *lines, kind=POINT):
    return Section(heading, tuple(Line(kind, line) for line in lines))


@st.composite
def documents(draw):
    """Sections whose rows each have a number of their own."""
    numbers = iter(draw(st.lists(st.integers(2, 28), min_size=16, max_size=16, unique=True)))
    made = []
    for heading in draw(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=3)):
        rows = draw(
            st.lists(st.tuples(st.sampled_from(THINGS), st.sampled_from(SAYS)), min_size=1, max_size=4)
        )
        mark = draw(st.sampled_from((": ", " | ")))
        lines = []
        for thing, says in rows:
            number = next(numbers)
            lines.append(f"{thing}{mark}{says.format(sum=f'{number}.000', days=number)}")
        made.append(section(heading, *lines, kind=draw(st.sampled_from((POINT, TEXT)))))
    return draw(st.sampled_from((MARKET, "Nội quy nhà văn hóa thôn Hạ", "Thông báo"))), tuple(made)


@given(documents())
def test_each_question_is_heard_as_it_was_meant_and_contradicts_nothing_of_its_section(made):
    title, sections = made
    heard = frozenset[str]().union(*(form.reads for form in forms()))
    for one, some in zip(sections, proposals(title, sections), strict=True):
        whole = "\n".join((one.heading, title, *(line.text for line in one.lines)))
        for proposal in some:
            assert not contradiction(frame_of(proposal.text), frame_of(whole)), proposal.text
            assert intent_of(proposal.text) in heard and len(proposal.text) <= LONGEST
            assert proposal.text.endswith("?") and proposal.text[0].isupper()


@given(documents())
def test_no_question_has_a_number_that_its_row_is_not_called_by(made):
    title, sections = made
    for one, some in zip(sections, proposals(title, sections), strict=True):
        labels = " ".join((title, one.heading, *(row_of(line.text).label for line in one.lines)))
        named = set(re.findall(r"\d+", labels))
        for proposal in some:
            assert set(re.findall(r"\d+", proposal.text)) <= named, proposal.text


@given(documents())
def test_money_is_asked_for_only_where_a_sum_or_none_to_pay_stands(made):
    title, sections = made
    for one, some in zip(sections, asked(title, *sections), strict=True):
        text = "\n".join(line.text for line in one.lines)
        if not re.search("đồng|miễn", text):
            assert not [text for text in some if intent_of(text) in (FEE, AMOUNT)]


@given(documents())
def test_there_are_few_and_none_is_asked_twice_of_one_document(made):
    found = proposals(*made)
    for some in found:
        assert len([one for one in some if not one.of_a_row]) <= OF_A_SECTION
        assert len([one for one in some if one.of_a_row]) <= OF_ITS_ROWS
    keys = [told_apart(one.text) for some in found for one in some]
    assert len(keys) == len(set(keys))


def test_each_row_of_a_table_has_its_question():
    [some] = asked(
        MARKET,
        section(
            "Mức thu",
            "STT | Loại hàng | Mức thu",
            "1 | Sạp vải, quần áo | 180.000 đồng",
            "2 | Rau | 5.000 đồng",
        ),
    )
    assert "Sạp vải, quần áo hết bao nhiêu tiền?" in some
    assert "Rau, chợ Cầu Mẫu hết bao nhiêu tiền?" in some, "a short name is told with the document's"
    assert not [one for one in some if "STT" in one or "Loại hàng" in one]


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("Người lấn chiếm lối đi bị phạt 200.000 đồng.", "Người lấn chiếm lối đi bị phạt bao nhiêu?"),
        ("Không hút thuốc trong hội trường.", "Có được hút thuốc trong hội trường không?"),
        ("Hộ bị sập nhà được hỗ trợ 40 triệu đồng.", "Hộ bị sập nhà được bao nhiêu tiền?"),
    ],
)
def test_a_sentence_that_tells_of_one_thing_has_its_question(line, question):
    [some] = asked("Nội quy nhà văn hóa thôn Hạ", section("Các việc khác", line))
    assert question in some


@pytest.mark.parametrize(
    ("line", "never"),
    [
        ("Sạp vải do Ban quản lý xếp chỗ.", "tiền|bao lâu|mấy ngày|giấy gì|những ai|tuổi"),
        ("Sạp vải: 180.000 đồng.", "bao lâu|mấy ngày|giấy gì|những ai|tuổi|được bao nhiêu"),
        ("Trả lời trong 5 ngày làm việc.", "tiền|giấy gì|những ai|tuổi"),
    ],
)
def test_what_does_not_stand_there_is_not_asked(line, never):
    [some] = asked(MARKET, section("Sạp vải ở chợ", line))
    assert not [one for one in some if re.search(never, one)]


def test_what_a_thing_is_called_at_home_comes_beside_its_name():
    [some] = asked("Quy định", section("Cấp đổi giấy phép lái xe", "Lệ phí 115.000 đồng, trong 5 ngày."))
    assert any("bằng lái" in one for one in some) and any("giấy phép lái xe" in one for one in some)
    assert everyday("đổi giấy phép lái xe") == "đổi bằng lái" and everyday("sạp vải") == ""


@pytest.mark.parametrize(
    ("title", "heading", "words", "is_clear"),
    [
        (MARKET, "Điều 2. Mức thu chỗ bán hàng cố định", "chỗ bán hàng cố định", True),
        (MARKET, "Điều 5.", "chợ Cầu Mẫu", False),
        ("Nội quy nhà văn hóa thôn Hạ", "GIỜ MỞ CỬA", "nhà văn hóa thôn Hạ", True),
        ("Nội quy nhà văn hóa thôn Hạ", "Tủ sách", "tủ sách nhà văn hóa thôn Hạ", True),
        ("Kế hoạch tiêm vắc xin sởi năm 2026", "V. Theo dõi sau tiêm", "sau tiêm vắc xin sởi", True),
    ],
)
def test_what_a_section_is_about(title, heading, words, is_clear):
    topic = topic_of(title, heading)
    assert (topic.words, topic.is_clear) == (words, is_clear)


def test_of_what_nobody_can_tell_nothing_is_asked_unseen():
    found = proposals("Thông báo", (section("", "Hết 5.000 đồng."), section("1.", "Trong 3 ngày.")))
    assert not [one for some in found for one in some if one.is_sure]


def test_a_process_of_its_own_proposes_the_same():
    sections = tuple(section(heading, "Sạp vải: 180.000 đồng.", "Trong 5 ngày.") for heading in HEADINGS)
    assert propose_apart(MARKET, sections) == proposals(MARKET, sections)


def test_what_there_is_no_time_for_has_no_questions(monkeypatch):
    monkeypatch.setattr(proposing, "SECONDS", -1)
    assert as_json(b'{"title": "A", "sections": [{"heading": "B", "lines": []}]}') == {"proposals": []}
    monkeypatch.setattr(proposing.sandbox, "call", unwell)
    assert propose_apart(MARKET, (section("Sạp vải", "Giá 5.000 đồng."),)) == ((),)


def unwell(*_arguments):
    raise proposing.sandbox.Busy


def test_a_word_of_a_region_makes_no_other_question():
    assert told_apart("Chích ngừa nhiêu tiền?") == told_apart("Tiêm ngừa bao nhiêu tiền")
