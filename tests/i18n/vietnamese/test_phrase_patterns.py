"""How a phrase of the word lists is written, and what is heard of it."""

import pytest

from i18n.vietnamese import fold
from i18n.vietnamese.phrase_language import PhraseError, parse
from i18n.vietnamese.phrase_patterns import EITHER, WITH_MARKS, between, pattern


def hears(phrase: str, text: str, **how) -> bool:
    """Whether a single phrase is heard in a text without marks."""
    return pattern([phrase], **how).search(fold(text)) is not None


@pytest.mark.parametrize(
    ("phrase", "heard", "not_heard"),
    [
        ("mất bao lâu", "Mất bao lâu thì có?", "mất rất lâu"),
        ("nộp (ở|tại) đâu", "nop tai dau", "nộp cho đâu"),
        ("nộp (ở|tại cơ quan) nào", "nộp tại cơ quan nào", "nộp tại nào"),
        ("khi nào [thì|mới] có", "khi nào mới có", "khi nào thì mới có"),
        ("khi nào [thì|mới]+ có", "khi nào thì mới có", "khi nào sẽ có"),
        ("làm (thì|mới)+ được", "làm thì mới được", "làm được"),
        ("nộp [thay]", "tôi nộp", "tôi thay"),
        ("phải …2 trong", "phải nộp đơn trong", "phải nộp đơn này trong"),
        ("phải …* trước khi", "phải nộp, nhưng nộp trước khi", "trước khi phải nộp"),
        ("~(học|viện) phí", "lệ phí", "học phí"),
        ("giá ~(hạn)", "giá xe", "gia hạn"),
        ("^hạn nộp", "Hạn nộp là bao giờ", "quá hạn nộp"),
        ("được mấy$", "được mấy?", "được mấy đồng"),
        ("hồ sơ _", "hồ sơ gồm", "làm hồ sơ"),
        ("tiền _2", "tiền thì nộp", "tiền nộp"),
        ("sổ", "mất sổ rồi", "mất sống"),
    ],
)
def test_a_phrase_is_heard_as_it_is_written(phrase, heard, not_heard):
    assert hears(phrase, heard)
    assert not hears(phrase, not_heard)


def test_in_a_list_that_hears_inside_words_only_a_stroke_ends_a_word():
    assert hears("là gì", "là giấy", whole_words=False)
    assert not hears("là gì/", "là giấy", whole_words=False)
    assert not hears("/ai làm", "mai làm", whole_words=False)


def test_what_may_be_left_out_or_only_looked_at_is_not_taken_along():
    listens = pattern(["không mất tiền _2"], whole_words=False)
    assert listens.sub("", "khong mat tien nop o dau") == "nop o dau"


def test_with_marks_a_bare_word_is_another_word():
    listens = pattern(["^thế"], marks=WITH_MARKS)
    assert listens.search("Thế còn phí?")
    assert not listens.search("thẻ của tôi")


def test_a_word_may_have_all_its_marks_or_none():
    listens = pattern(["có …* không"], marks=EITHER)
    assert listens.search("Có phải nộp không?")
    assert listens.search("co phai nop khong")
    assert not listens.search("cỏ phải nộp không")


def test_a_group_is_named_in_angle_brackets():
    groups = {"thẻ": ["căn cước", "chứng minh thư"]}
    assert pattern(["mất <thẻ>"], groups).search("mat chung minh thu")
    with pytest.raises(PhraseError, match="no group"):
        pattern(["mất <sổ>"], groups)


@pytest.mark.parametrize(
    "wrong", ["", "(", "a)", "a|b", "[thì]…", "~ai", "[thì]", "a (b", "làm + ", "…3", "^$", "a <b", "… nộp"]
)
def test_a_phrase_that_cannot_be_read_is_refused(wrong):
    with pytest.raises(PhraseError):
        parse(wrong)


def test_a_dialect_word_is_told_by_its_neighbours():
    listens = between({"said": "mô", "before": "ở đi", "not_before": "rất", "after": "$ rứa"})
    assert listens.sub("dau", "nop o mo?") == "nop o dau?"
    assert listens.sub("dau", "di mo rua") == "di dau rua"
    assert listens.sub("dau", "o mo hinh") == "o mo hinh"
    assert listens.sub("dau", "vo mo rua") == "vo mo rua"
