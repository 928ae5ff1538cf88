"""Reading a record text: each shape that the catalogue has, and any text at all."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.procedures.reading.fees import last_day, read_fees, whole_number
from assistant.procedures.reading.flags import speaks_of_districts
from assistant.procedures.reading.record_text import RecordError, read_duration, read_record
from assistant.procedures.record import Duration, Procedure
from assistant.procedures.terms import number_words
from tests.factories import channel, paper, record


def test_a_whole_record_is_read_into_its_fields():
    procedure = read_record(record())
    assert (procedure.code, procedure.title, procedure.decision) == (
        "9.000001",
        "Đăng ký nuôi ong",
        "12/QĐ-ONG",
    )
    online, direct = procedure.channels
    assert (online.way, online.duration.number, online.duration.unit) == ("online", 3, "working_day")
    assert [fee.amount for fee in (*online.fees, *direct.fees)] == [7000, 15000]
    assert direct.note == "Nộp tại quầy một cửa của xã."
    assert [(one.name, one.originals, one.copies) for one in procedure.papers] == [
        ("Tờ khai nuôi ong", 1, 0),
        ("Giấy tờ của người nuôi ong", 0, 2),
    ]
    assert [step.title for step in procedure.steps] == ["Bước 1", "Bước 2"]
    assert procedure.who[1:] == ("Cán bộ, công chức, viên chức", "Tổ chức (không bao gồm doanh nghiệp, HTX)")
    assert procedure.laws[0].number == "1/2020/QH14"
    assert procedure.requirements == "Có ít nhất một đàn ong."
    assert procedure.description == "", "the portal repeats the requirements as description"
    assert procedure.competent == "", "“Không có thông tin” is nothing"
    assert procedure.unread == ()


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("3 WORKING_DAY", 3, "working_day"),
        ("7.5 WORKING_DAY", 7.5, "working_day"),
        ("30 ngày", 30, "day"),
        ("8 HOUR", 8, "hour"),
        ("2 MONTH", 2, "month"),
        ("1 YEAR", 1, "year"),
        ("Không quá 20 ngày làm việc. OTHER", 20, "working_day"),
        ("03 (ba) ngày làm việc OTHER", 3, "working_day"),
    ],
)
def test_times_are_read_with_their_unit(text, number, unit):
    duration = read_duration(text)
    assert (duration.number, duration.unit) == (number, unit)


def test_a_time_in_words_keeps_its_words_and_is_marked():
    told = "5 ngày làm việc đối với đàn nhỏ, 9 ngày đối với đàn lớn"
    procedure = read_record(record(channels=channel(duration=f"{told} OTHER")))
    assert procedure.channels[0].duration == Duration(None, "other", told)
    assert procedure.unread == ("durations",)


@pytest.mark.parametrize("text", ["OTHER", "Theo mô tả OTHER", "Xem phần mô tả OTHER", "", "- OTHER"])
def test_a_time_that_says_nothing_is_none(text):
    assert read_duration(text) is None


def test_a_number_without_a_unit_is_no_time():
    procedure = read_record(record(channels=channel(duration="1 OTHER", note="Làm ngay trong ngày.")))
    assert procedure.channels[0].duration is None
    assert procedure.unread == ("durations",)


@given(st.integers(1000, 10**9), st.sampled_from(["{}", "{} ", " {}"]), st.booleans())
def test_an_amount_is_read_with_any_dots_and_spaces(amount, spaced, dotted):
    written = number_words(amount) if dotted else str(amount)
    fee = read_fees(f"{spaced.format(written)} VNĐ (mỗi lần)".strip())[0]
    assert (fee.amount, fee.condition, fee.doubt) == (amount, "mỗi lần", "")


@pytest.mark.parametrize("text", ["7.5", "1.00", "", "abc", "1.000.00", "²"])
def test_what_is_no_whole_number_is_not_made_one(text):
    assert whole_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "20 VNĐ (20.000 vnđ /tờ khai)",
        "10 VNĐ (10 USD/người)",
        "70 VNĐ (Cấp sổ nuôi ong)",
        "800000 VNĐ (áp dụng mức phí 400.000 đồng/hồ sơ)",
        "200 VNĐ ()",
    ],
)
def test_a_number_that_its_condition_contradicts_is_doubted(text):
    fee = read_fees(text)[0]
    assert fee.doubt
    assert fee.words == text


def test_dollars_in_the_note_throw_doubt_on_a_small_amount():
    fee = read_fees("10 VNĐ (/bản)", "Ở nước ngoài: 10 USD/bản.")[0]
    assert "USD" in fee.doubt


def test_an_amount_that_its_condition_repeats_is_trusted():
    fees = read_fees("160000 VNĐ (160.000/sổ, mất sổ: 320.000đ/sổ) | 0 VNĐ ()")
    assert [(fee.amount, fee.doubt) for fee in fees] == [(160000, "")], "an empty zero beside a fee is no fee"


@pytest.mark.parametrize("text", ["Không có thông tin", "không có thông tin"])
def test_no_information_is_no_fee(text):
    assert read_fees(text) == ()


@pytest.mark.parametrize(
    "text", ["0 VNĐ ()", "0 VNĐ (Không có)", "0 VNĐ (Miễn phí)", "0 VNĐ (Không thu lệ phí)"]
)
def test_zero_is_zero_where_nothing_speaks_against_it(text):
    assert read_fees(text)[0].amount == 0


@pytest.mark.parametrize(
    "text",
    [
        "0 VNĐ (Mức lệ phí do Hội đồng nhân dân tỉnh quyết định. Miễn lệ phí cho hộ nghèo.)",
        "0 VNĐ (50.000 đồng/giấy)",
        "0 VNĐ (75% mức thu lần đầu)",
        "0 VNĐ (Phí thẩm định)",
        "Do Hội đồng nhân dân tỉnh quy định",
    ],
)
def test_zero_beside_words_about_money_is_unread(text):
    procedure = read_record(record(channels=channel(fees=text)))
    assert procedure.channels[0].fees[0].amount is None
    assert procedure.channels[0].fees[0].text in text
    assert procedure.unread == ("fees",)


def test_leftovers_of_the_form_are_taken_off_a_condition():
    fee = read_fees("0 VNĐ ( Miễn phí Đồng - Trường hợp hộ nghèo thì được miễn)")[0]
    assert (fee.amount, fee.condition) == (0, "Trường hợp hộ nghèo thì được miễn")


def test_the_last_day_of_an_amount_is_found():
    assert last_day("giảm nửa đến hết ngày 31/12/2026 theo quy định").isoformat() == "2026-12-31"
    assert last_day("đến hết ngày 31/02/2026") is None


def test_papers_keep_their_case():
    listed = "\n".join(
        (
            "  [ * Trường hợp nuôi lần đầu: ]",
            paper("- + Tờ khai"),
            "  [ KQ.G04.000398 ]",
            paper("Ảnh đàn ong", 2, 1),
        )
    )
    papers = read_record(record(papers=listed)).papers
    assert [(one.name, one.case) for one in papers] == [
        ("Tờ khai", "Trường hợp nuôi lần đầu"),
        ("Ảnh đàn ong", ""),
    ]


def test_no_papers_is_none():
    assert read_record(record(papers="  Không có thông tin thành phần hồ sơ.")).papers == ()


def test_starred_steps_keep_title_and_lines_and_broken_lines_are_joined():
    first = "  * Bước 1:\n    Viết tờ khai cho đàn ong hợp\n    lệ."
    steps = f"{first}\n  * b) Nhận giấy\n    - Đến quầy.\n    + Ký tên."
    made = read_record(record(steps=steps)).steps
    assert [(step.title, step.text) for step in made] == [
        ("Bước 1", "Viết tờ khai cho đàn ong hợp lệ."),
        ("b) Nhận giấy", "Đến quầy.\nKý tên."),
    ]


def test_headings_between_steps_are_steps_of_their_own():
    steps = (
        "    a) Người mới nuôi:\n    Bước 1: Viết tờ khai.\n    b) Người nuôi lâu năm:\n    Bước 1: Gọi điện."
    )
    assert [step.lines[0] for step in read_record(record(steps=steps)).steps] == [
        "a) Người mới nuôi",
        "Bước 1: Viết tờ khai.",
        "b) Người nuôi lâu năm",
        "Bước 1: Gọi điện.",
    ]


def test_old_places_of_tones_become_those_of_the_house():
    assert read_record(record(title="Xoá thẻ nuôi ong khoẻ")).title == "Xóa thẻ nuôi ong khỏe"


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Nộp tại Ủy ban nhân dân cấp huyện", True),
        ("Công an quận nơi ở", True),
        ("Trung tâm y tế huyện", True),
        ("Bảo hiểm xã hội huyện", True),
        ("Nộp tại Ủy ban nhân dân đặc khu Côn Đảo", False),
        ("Số 5 đường Nguyễn Trãi, Quận 1", False),
        ("Người dân ở các huyện nghèo", False),
        ("Nay không còn cấp huyện", False),
        ("đường huyện, đường xã", False),
        ("Sở Y tế", False),
    ],
)
def test_districts_are_heard_as_offices_not_as_places(text, speaks):
    assert speaks_of_districts(text) is speaks


@pytest.mark.parametrize(
    "text", ["", "Chào bạn", record(code="x y"), record(title=" "), record(code="a" * 60)]
)
def test_what_is_no_record_is_named(text):
    with pytest.raises(RecordError):
        read_record(text)


def read_or_named(text):
    try:
        return read_record(text)
    except RecordError:
        return None


@given(st.text(max_size=400))
@example("Mã thủ tục: 1\nTên thủ tục: a\nCách thức thực hiện:\n* Hình thức nộp: BOAT\n Phí, lệ phí: ² VNĐ ()")
def test_any_text_is_read_or_named(text):
    read_or_named(text)


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_record_is_read_or_named(data):
    text = record()
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 200)))
    damaged = text[:begin] + data.draw(st.text(max_size=30)) + text[end:]
    found = read_or_named(damaged)
    if found is not None:
        assert Procedure.from_json(found.to_json()) == found
        found.full_text()
