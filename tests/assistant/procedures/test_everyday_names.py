"""Everyday names lead to the right record, with diacritics or without, and never to two at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.procedures.everyday_names import Colloquial, ColloquialError, load, read, related
from i18n.vietnamese import fold

GOOD = """
groups:
  thẻ: [căn cước, thẻ căn cước, cccd]
procedures:
  - codes: ["1.000001", "1.000002"]
    title: Đăng ký thường trú
    say: [nhập khẩu, "nhập khẩu cho (con dâu|con rể)"]
    not: [nhập khẩu hàng hóa]
    hint: Ở lâu dài
  - codes: ["2.000001"]
    title: Cấp lại thẻ căn cước
    say: ["(mất|rớt) <thẻ>"]
    exact: [ma cà]
    hint: Thẻ bị mất
words:
  - say: [bằng lái]
    means: giấy phép lái xe
    unless: [bằng lái tàu]
"""


@pytest.fixture(scope="module")
def names() -> Colloquial:
    return load()


@pytest.fixture
def written(tmp_path):
    """A function that writes a file of names and reads it."""

    def read_text(text: str) -> Colloquial:
        path = tmp_path / "names.yaml"
        path.write_text(text, encoding="utf-8")
        return read(path)

    return read_text


def first(names: Colloquial, question: str) -> str | None:
    """The code of the record that is heard first."""
    heard = names.heard(question)
    return heard[0].code if heard else None


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Tôi muốn nhập khẩu cho con dâu thì cần gì?", "1.004222"),
        ("ra riêng tách hộ khẩu làm sao", "1.010038"),
        ("nhà có khách ngủ lại phải báo ai", "2.001159"),
        ("tui rớt mất cái căn cước rồi", "1.014064"),
        ("căn cước công dân của mẹ tôi bị hết hạn", "1.014063"),
        ("làm căn cước cho bé 5 tuổi", "1.014062"),
        ("lên VNeID mức 2 ở đâu", "3.000228"),
        ("bị mất điện thoại có VNeID", "3.000283"),
        ("mất giấy khai sinh bản chính", "1.004884"),
        ("xin bản sao giấy khai sinh", "2.000635"),
        ("giấy khai sinh của con bị sai tên", "1.004859"),
        ("xin giấy độc thân để mua đất", "1.004873"),
        ("lấy chồng Hàn Quốc cần giấy tờ gì", "2.000806"),
        ("đi sao y bản chính", "2.000815"),
        ("mất hộ chiếu thì báo ai", "1.010386"),
        ("làm hộ chiếu cho con", "1.001456"),
        ("bằng lái xe máy hết hạn", "3.000347"),
        ("mua xe cũ sang tên ở đâu", "1.013076"),
        ("xin lý lịch tư pháp số 2", "3.000333"),
        ("mở tiệm tóc cần giấy gì", "1.001612"),
        ("dẹp quán luôn", "1.001266"),
        ("mở quán karaoke", "1.001029"),
        ("mở tiệm net", "1.013792"),
        ("đất chưa có sổ đỏ", "1.013978"),
        ("hàng xóm lấn đất", "1.012812"),
        ("ruộng nhà tôi lên thổ cư được không", "1.013949"),
        ("xin phép xây nhà", "1.013225"),
        ("bà cụ 82 tuổi không có lương hưu", "1.014027"),
        ("làm giấy khuyết tật cho con", "1.001699"),
        ("xin vào hộ nghèo", "1.011607"),
        ("đổi thẻ bảo hiểm y tế bị sai tên", "1.002759"),
        ("nghỉ việc làm hồ sơ thất nghiệp", "1.014748"),
        ("chuyển trường cho con về quê", "2.002854"),
        ("heo chết do dịch có được đền bù không", "1.013997"),
        ("nhờ luật sư miễn phí", "2.000829"),
    ],
)
def test_an_everyday_question_leads_to_its_record(names, question, code):
    assert first(names, question) == code


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("mat can cuoc lam sao", "1.014064"),
        ("giay doc than lam o dau", "1.004873"),
        ("nhap khau cho con dau", "1.004222"),
        ("mo tiem tap hoa can gi", "1.001612"),
        ("bang lai xe het han", "3.000347"),
    ],
)
def test_a_question_without_diacritics_leads_there_too(names, question, code):
    assert first(names, question) == code


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("công ty nhập khẩu hàng từ Trung Quốc", "1.004222"),
        ("mẹ mất căn cước", "1.000656"),
        ("tách thửa đất", "1.010038"),
        ("mở tiệm thuốc tây", "1.001612"),
        ("đổi tên trên sổ đỏ", "1.004859"),
        ("mất bằng tốt nghiệp", "3.000348"),
        ("mo hinh mat so", "1.012786"),
    ],
)
def test_a_question_about_something_else_does_not_lead_there(names, question, wrong):
    assert wrong not in {heard.code for heard in names.heard(question)}


def test_one_phrase_never_leads_to_two_unrelated_records(names):
    leads_to = {}
    for entry in names.names:
        for pattern in (*entry.said, *entry.exact):
            for phrase in pattern.spellings():
                other = leads_to.setdefault(phrase.lower(), entry)
                assert related(other, entry), f"{phrase!r}: {other.title} / {entry.title}"


def test_each_entry_is_heard_in_its_own_names(names):
    for entry in names.names:
        heard = {one.code for phrase in entry.say for one in names.heard(phrase)}
        assert entry.codes[0] in heard, entry.title


def test_entries_of_one_family_are_told_apart_by_their_hints(names):
    hints = [(entry.family, entry.hint) for entry in names.names]
    assert len(set(hints)) == len(hints)


def test_a_longer_phrase_hides_the_shorter_one_in_it(written):
    heard = written(GOOD).heard("nhập khẩu cho con dâu")
    assert [(one.code, one.phrase) for one in heard] == [
        ("1.000001", "nhập khẩu cho con dâu"),
        ("1.000002", "nhập khẩu cho con dâu"),
    ]
    assert heard[0].weight > heard[1].weight


def test_what_was_typed_bare_weighs_less(written):
    names = written(GOOD)
    assert names.heard("mat can cuoc")[0].weight < names.heard("mất căn cước")[0].weight


def test_small_words_may_stand_between(written):
    assert first(written(GOOD), "mất mẹ con nhà tôi rồi thẻ căn cước") is None
    assert first(written(GOOD), "mất cái thẻ căn cước") == "2.000001"


def test_an_exact_phrase_needs_its_marks(written):
    names = written(GOOD)
    assert first(names, "ma cà") == "2.000001"
    assert first(names, "ma ca") is None


def test_another_word_with_the_same_letters_is_not_heard(written):
    assert written(GOOD).heard("nhấp khâu") == ()


def test_names_are_found_by_any_of_their_codes(names):
    entry = names.for_code("2.001194")
    assert entry is not None and entry.codes[0] == "1.014064" and "mất căn cước" in entry.say
    assert names.for_code("9.999999") is None


@pytest.mark.parametrize(
    ("question", "official"),
    [
        ("giấy độc thân làm ở đâu", "giấy xác nhận tình trạng hôn nhân"),
        ("mat so do thi sao: mất sổ đỏ", "cấp lại Giấy chứng nhận do bị mất"),
        ("tiền thất nghiệp được mấy tháng", "trợ cấp thất nghiệp"),
        ("bằng lái B2", "giấy phép lái xe"),
    ],
)
def test_official_words_are_added_for_the_search(names, question, official):
    assert official in names.expand(question)


def test_words_that_would_mislead_are_not_added(written, names):
    assert written(GOOD).expand("bằng lái tàu") == "bằng lái tàu"
    assert "thường trú" not in names.expand("thuế nhập khẩu xe hơi")


def test_official_words_are_not_said_twice(written):
    question = "bằng lái là giấy phép lái xe"
    assert written(GOOD).expand(question) == question


@given(st.text())
def test_any_text_can_be_asked_and_is_kept(text):
    names = load()
    assert names.expand(text).startswith(text)
    assert all(0 < heard.weight <= 1 for heard in names.heard(text))


_WORDS = sorted({word for entry in load().names[:80] for phrase in entry.say for word in phrase.split()})


@given(st.lists(st.sampled_from(_WORDS), max_size=30), st.booleans())
def test_heard_records_are_known_and_come_once(words, bare):
    text = fold(" ".join(words)) if bare else " ".join(words)
    codes = [heard.code for heard in load().heard(text)]
    assert len(codes) == len(set(codes))
    assert all(load().for_code(code) for code in codes)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"2.000001"', '"2.1"', "no procedure code"),
        ('"2.000001"', '"1.000002"', "1.000002 stands in"),
        ("hint: Thẻ bị mất", "hint:", "it lacks hint"),
        ("hint: Thẻ bị mất", "hint: " + "một " * 16, "longer than 15 words"),
        ("<thẻ>", "<sổ>", "no group sổ"),
        ("(mất|rớt)", "(mất|rớt", "a bracket is not closed"),
        ("exact: [ma cà]", "exact: ma cà", "exact must be a list"),
        ("exact: [ma cà]", "heard: [ma cà]", "nobody knows heard"),
        ("exact: [ma cà]", 'exact: ["(a|)"]', "may be no word at all"),
    ],
)
def test_a_wrong_entry_is_named(written, old, new, complaint):
    with pytest.raises(ColloquialError) as caught:
        written(GOOD.replace(old, new, 1))
    assert complaint in str(caught.value) and "names.yaml" in str(caught.value)


@pytest.mark.parametrize("text", ["- a list", "procedures: [", "words: text", "groups: {a: b}", "other: 1"])
def test_a_file_of_another_kind_is_refused(written, text):
    with pytest.raises(ColloquialError, match=r"names\.yaml"):
        written(text)
