"""What a model may say of a passage, and what is taken from it before anybody reads it."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.generation.checking import check
from assistant.knowledge.passage import POINTS, Part, Passage
from i18n.vietnamese import sentences

TABLE = yaml.safe_load((Path(__file__).parent / "grounding_cases.yaml").read_text(encoding="utf-8"))
PASSAGES = {
    name: Passage(name, "lesson", tuple(one["titles"]), (Part(POINTS, tuple(one["items"])),), f"/{name}", "")
    for name, one in TABLE["passages"].items()
}
DROPPED = [(kind, name, text) for kind, cases in TABLE["dropped"].items() for name, text in cases]
TRUE = [
    (name, sentence)
    for name, passage in PASSAGES.items()
    for item in passage.items
    for sentence in sentences(item)
]
STRICT = {"Người dưới 14 tuổi phải đi cùng cha, mẹ hoặc người giám hộ.", "Nữ phải từ đủ 18 tuổi."}
"""True paraphrases that are lost all the same: “phải” where the source only tells what people do."""


def reason(text: str, passage: Passage) -> str:
    """Why a sentence is dropped; empty if it is kept."""
    checked = check([(text, 1)], [passage])
    assert len(checked.kept) + len(checked.dropped) == 1
    return checked.dropped[0].reason if checked.dropped else ""


@pytest.mark.parametrize(("kind", "name", "text"), DROPPED)
def test_what_the_source_does_not_say_is_dropped(kind, name, text):
    assert reason(text, PASSAGES[name])


@pytest.mark.parametrize(("name", "text"), [case for case in TABLE["kept"] if case[1] not in STRICT])
def test_a_true_paraphrase_is_kept(name, text):
    assert reason(text, PASSAGES[name]) == ""


def test_the_table_is_large_enough_to_mean_something():
    assert len(DROPPED) >= 80
    assert len(STRICT) / len(TABLE["kept"]) < 0.05


def test_dollars_are_not_dong():
    passage = PASSAGES["ho-chieu"]
    assert reason("Lệ phí cấp mới là 160.000 đồng.", passage) == ""
    assert reason("Lệ phí cấp mới là 160.000 đô la.", passage) == "amount"
    assert reason("Lệ phí cấp mới là 160.000 đô-la.", passage) == "amount"


def test_a_sentence_must_name_a_passage_that_there_is():
    passage = PASSAGES["otp"]
    checked = check([(passage.items[-1], 0), (passage.items[-1], 2), (passage.items[-1], 1)], [passage])
    assert [one.reason for one in checked.dropped] == ["passage", "passage"]
    assert [one.passage for one in checked.kept] == [1]


def test_a_sentence_is_held_against_its_own_passage_only():
    passages = [PASSAGES["otp"], PASSAGES["ho-chieu"]]
    fee = "Lệ phí cấp mới là 160.000 đồng."
    assert [one.passage for one in check([(fee, 1), (fee, 2)], passages).kept] == [2]


def test_a_piece_of_a_denial_is_no_quote():
    """“Đọc mã OTP cho bất kỳ ai” stands in “Không đọc mã OTP cho bất kỳ ai” letter for letter."""
    assert reason("Đọc mã OTP cho bất kỳ ai.", PASSAGES["otp"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7.000 đồng", "7000 đồng"),
        ("7.000 đồng", "7 nghìn đồng"),
        ("7.000 đồng", "bảy nghìn đồng"),
        ("7.000 đồng", "7.000đ"),
        ("7.000 đồng", "7k"),
        ("1,5 triệu đồng", "1.500.000 đồng"),
        ("1,5 triệu đồng", "một triệu năm trăm nghìn đồng"),
        ("3 ngày", "ba ngày"),
        ("15 ngày", "mười lăm ngày"),
        ("25 ngày", "hai mươi lăm ngày"),
        ("23 giờ", "23:00"),
        ("23 giờ", "23h"),
        ("8 giờ 30 phút", "8h30"),
        ("ngày 15/8/2023", "ngày 15 tháng 8 năm 2023"),
        ("tháng 7/2026", "tháng 7 năm 2026"),
        ("số 1900.0368", "số 1900 0368"),
        ("50%", "50 phần trăm"),
        ("05 ngày", "5 ngày"),
        ("05 ngày", "năm ngày"),
        ("05 (năm) ngày làm việc", "5 ngày làm việc"),
        ("70.000,00 đồng", "70.000 đồng"),
        ("05-10 ngày", "5-10 ngày"),
    ],
)
def test_two_ways_of_writing_one_amount_are_one(one, other):
    for here, there in ((one, other), (other, one)):
        passage = Passage(
            "p", "lesson", ("Bài",), (Part(POINTS, (f"Bà con nhớ giúp con số này: {here}",)),), "/", ""
        )
        assert reason(f"Bà con nhớ con số này: {there}", passage) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 ngày", "3 ngày làm việc"),
        ("3 ngày", "3 tháng"),
        ("3 ngày", "không quá 3 ngày"),
        ("trước 3 ngày", "sau 3 ngày"),
        ("7.000 đồng", "7.000"),
        ("7.000 đồng", "7 đồng"),
        ("7.000 đồng", "7.000 đô"),
        ("mức 2", "2 mức"),
        ("tháng 7", "7 tháng"),
        ("thứ Ba", "thứ Tư"),
        ("23:00", "23:30"),
        ("2 ảnh", "2 người"),
        ("từ 14 tuổi trở lên", "14 tuổi trở xuống"),
    ],
)
def test_amounts_that_look_alike_are_two(one, other):
    for here, there in ((one, other), (other, one)):
        passage = Passage(
            "p", "lesson", ("Bài",), (Part(POINTS, (f"Bà con nhớ giúp con số này: {here}",)),), "/", ""
        )
        assert reason(f"Bà con nhớ con số này: {there}", passage)


@given(st.sampled_from(TRUE))
def test_a_sentence_of_the_source_is_always_kept(case):
    name, text = case
    assert reason(text, PASSAGES[name]) == ""
    assert reason(f"- {text.rstrip('.')}", PASSAGES[name]) == ""


@given(st.sampled_from(TRUE), st.integers(0, 10**7), st.data())
def test_another_number_is_always_dropped(case, number, data):
    name, text = case
    places = list(re.finditer(r"\d+(?:[.,]\d+)*", text))
    assume(places)
    place = data.draw(st.sampled_from(places))
    assume(str(number) not in re.sub(r"\D", " ", " ".join(PASSAGES[name].items).replace(".", "")).split())
    assert reason(text[: place.start()] + str(number) + text[place.end() :], PASSAGES[name])


UNITS = [
    "đồng",
    "đô la",
    "euro",
    "ngày",
    "ngày làm việc",
    "tháng",
    "năm",
    "giờ",
    "phút",
    "tuổi",
    "trang",
    "lần",
]


@given(st.sampled_from(TRUE), st.sampled_from(UNITS), st.data())
def test_another_unit_is_always_dropped(case, unit, data):
    name, text = case
    places = list(re.finditer(r"(?<=\d )(?:đồng|ngày làm việc|ngày|giờ|tháng|tuổi|số)(?!\w)", text))
    assume(places)
    place = data.draw(st.sampled_from(places))
    assume(place[0] != unit)
    assert reason(text[: place.start()] + unit + text[place.end() :], PASSAGES[name])


_ENDS = [
    "ngày làm việc",
    "ngày",
    "giờ làm việc",
    "giờ",
    "tháng",
    "năm",
    "tuần",
    "tuổi",
    "đồng",
    "bản chính",
    "bản sao",
]
_WRITTEN = [
    "{}",
    "0{}",
    "00{}",
    "0{} ({spelt})",
    "{} ({spelt})",
    "({})",
    "1/{}",
    "1.234,{}",
    "0{}-10",
    "{}.5.7",
]
_FRAMES = [
    "Thời hạn giải quyết là {} kể từ ngày nhận đủ hồ sơ.",
    "Không quá {} thì cơ quan công an trả lời người yêu cầu.",
    "Trong thời hạn {}, cán bộ tiếp nhận chuyển hồ sơ lên cấp trên.",
    "Người từ đủ {} trở lên được cấp thẻ.",
]


@given(st.sampled_from(_FRAMES), st.integers(2, 9), st.sampled_from(_WRITTEN), st.data())
def test_however_a_number_is_written_its_unit_and_value_are_held(frame, number, written, data):
    spelt = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    unit, other = data.draw(st.lists(st.sampled_from(_ENDS), min_size=2, max_size=2, unique=True))
    amount = written.format(number, spelt=spelt[number])
    changed = written.format(number % 8 + 2, spelt=spelt[number % 8 + 2])
    passage = Passage("p", "lesson", ("Bài",), (Part(POINTS, (frame.format(f"{amount} {unit}"),)),), "/", "")
    assert reason(frame.format(f"{amount} {unit}"), passage) == ""
    assert reason(frame.format(f"{amount} {other}"), passage), "another unit"
    assert reason(frame.format(f"{changed} {unit}"), passage), "another number"


def test_a_number_lends_its_unit_and_bound_to_no_other_one():
    passage = Passage(
        "p",
        "lesson",
        ("Bài",),
        (
            Part(
                POINTS,
                (
                    "Trẻ từ đủ 06 tuổi đến dưới 14 tuổi thì cha mẹ đi cùng.",
                    "Thẻ tạm có hạn 06 tháng kể từ ngày cấp.",
                    "Mẫu TK01 dành cho người từ 14 tuổi trở lên; mẫu TK01a dành cho người chưa đủ 14 tuổi.",
                    "Giờ hành chính các ngày làm việc từ thứ Hai đến thứ Sáu.",
                ),
            ),
        ),
        "/",
        "",
    )
    assert reason("Trẻ từ đủ 06 tháng đến dưới 14 tuổi thì cha mẹ đi cùng.", passage)
    assert reason(
        "Mẫu TK01 dành cho người từ 14 tuổi trở lên; mẫu TK01a dành cho người từ đủ 14 tuổi.", passage
    )
    assert reason("Giờ hành chính các ngày từ thứ Hai đến thứ Sáu.", passage) == "unit"


@pytest.mark.parametrize(
    ("source", "swapped"),
    [
        ("Kẻ xấu gọi cho bạn và đòi mã.", "Bạn gọi cho kẻ xấu và đòi mã."),
        ("Không đọc, không chụp mã OTP cho ai.", "Ai không đọc, không chụp mã OTP cho bạn."),
        ("Cha hoặc mẹ khai sinh cho con trong 60 ngày.", "Con khai sinh cho cha hoặc mẹ trong 60 ngày."),
        ("Hãy đọc giá trên màn hình rồi mới gửi.", "Mới gửi rồi hãy đọc giá trên màn hình."),
        ("Xem hàng rồi trả tiền.", "Trả tiền rồi xem hàng."),
        ("Nộp ở xã hoặc phòng công chứng.", "Nộp ở xã và phòng công chứng."),
        ("Mang thẻ và tờ khai đến quầy.", "Mang thẻ hoặc tờ khai đến quầy."),
    ],
)
def test_who_and_whom_order_and_choice_are_not_exchanged(source, swapped):
    passage = Passage("p", "lesson", ("Bài",), (Part(POINTS, (source,)),), "/", "")
    assert reason(source, passage) == ""
    assert reason(swapped, passage)


def test_a_denial_that_makes_another_word_with_its_neighbour_is_dropped():
    said = "Giấy chứng chỉ sinh đã có bản điện tử thì không phải nộp bản giấy."
    assert reason(said, PASSAGES["khai-sinh"])


@given(st.sampled_from(TRUE), st.sampled_from(["không", "chưa", "đừng", "chỉ", "trừ"]), st.data())
def test_a_denial_more_is_always_dropped(case, denial, data):
    name, text = case
    words = text.split()
    place = data.draw(st.integers(0, len(words) - 1))
    assert reason(" ".join((*words[:place], denial, *words[place:])), PASSAGES[name])


@given(st.sampled_from(TRUE), st.data())
def test_a_denial_less_is_always_dropped(case, data):
    name, text = case
    pattern = r"(?<!\w)(?:Không|không|Chưa|chưa|Đừng|đừng|Chỉ|(?<!địa )chỉ|trừ)\s"
    places = list(re.finditer(pattern, text))
    assume(places)
    place = data.draw(st.sampled_from(places))
    less = text[: place.start()] + text[place.end() :]
    assert reason(less[:1].upper() + less[1:], PASSAGES[name])


@given(st.sampled_from(TRUE), st.sampled_from(["Zalo", "Sở Ngoại vụ", "Facebook", "VssID"]), st.data())
def test_another_name_is_always_dropped(case, new, data):
    name, text = case
    pattern = (
        r"VNeID|OTP|Cổng Dịch vụ công|Ủy ban nhân dân|Công an tỉnh|Phòng Quản lý xuất nhập cảnh|CT01|TK01"
    )
    places = list(re.finditer(pattern, text))
    assume(places)
    place = data.draw(st.sampled_from(places))
    assume(new not in text)  # a name that the sentence has already is not another one
    assert reason(text[: place.start()] + new + text[place.end() :], PASSAGES[name])


@given(st.text(max_size=300), st.sampled_from(sorted(PASSAGES)))
def test_any_text_at_all_can_be_checked(text, name):
    check([(text, 1)], [PASSAGES[name]])
