"""One Unicode form, one tone style, and text without its marks."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.vietnamese import clean, fold, has_diacritics, nfc, place_tones

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
words = st.text(VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=8)
texts = st.one_of(st.text(), st.text(VIETNAMESE + VIETNAMESE.upper() + " .,0123456789-\n\u0301\u0323\u200b"))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("hoà", "hòa"),
        ("hoá", "hóa"),
        ("thuỷ", "thủy"),
        ("khoẻ", "khỏe"),
        ("toà", "tòa"),
        ("xoá", "xóa"),
        ("TOÀ ÁN", "TÒA ÁN"),
        ("Khoẻ mạnh", "Khỏe mạnh"),
        ("uỷ ban", "ủy ban"),
        ("qủa", "quả"),
        ("qúy", "quý"),
        ("gìa", "già"),
        ("hòan", "hoàn"),
        ("muợn", "muợn"),
    ],
)
def test_tones_stand_where_most_keyboards_write_them(typed, written):
    assert place_tones(typed) == written


@pytest.mark.parametrize(
    "text",
    [
        "hoàn huỳnh quý già giếng gìn thuở khuỷu khuỵu ngoài của mùa thuế",
        "nguyễn quốc ngoáy được người thuyền khuya boóng xoèn giữa mưa ý",
    ],
)
def test_words_that_are_right_stay(text):
    assert place_tones(text) == text


@pytest.mark.parametrize("word", ["Québec", "café", "voilà", "Krông Búk", "Đăk Nông", "naïve", "hoà̱n"])
def test_names_and_foreign_words_stay(word):
    assert place_tones(word) == nfc(word)


@given(texts)
def test_placing_tones_moves_marks_and_nothing_else(text):
    placed = place_tones(text)
    assert fold(placed) == fold(text)
    # Of a heap of marks on one letter only the first few are kept, by nfc already.
    assert sorted(unicodedata.normalize("NFD", placed)) == sorted(unicodedata.normalize("NFD", nfc(text)))
    assert place_tones(placed) == placed


@given(words)
def test_decomposed_input_gives_the_same_text(word):
    assert place_tones(unicodedata.normalize("NFD", word)) == place_tones(word)
    assert fold(unicodedata.normalize("NFD", word)) == fold(word)
    assert has_diacritics(unicodedata.normalize("NFD", word)) == has_diacritics(word)


@given(texts)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(words)
def test_folded_vietnamese_is_bare_letters_of_the_same_length(word):
    assert fold(word).isascii()
    assert len(fold(word)) == len(word)


def test_folding_knows_the_letter_that_unicode_cannot_take_apart():
    assert fold("Đường Điện Biên Phủ") == "duong dien bien phu"


@given(texts)
def test_clean_text_is_one_visible_line(text):
    tidy = clean(text)
    assert clean(tidy) == tidy
    assert tidy == tidy.strip()
    assert "\n" not in tidy
    assert "  " not in tidy
    assert tidy.isprintable() or any(unicodedata.category(letter) in {"Cf", "Co", "Cn"} for letter in tidy)


def test_clean_text_keeps_words_apart_and_drops_what_nobody_sees():
    assert clean(" Xin\u00a0 chào\r\n\tba\u0300\u200b con\x00\ufeff ") == "Xin chào bà con"


@pytest.mark.parametrize(
    ("text", "expected"), [("tam tru", False), ("tạm tru", True), ("d", False), ("Đ", True)]
)
def test_whether_marks_were_typed(text, expected):
    assert has_diacritics(text) is expected


def test_a_letter_keeps_the_marks_that_a_word_needs_and_no_heap_of_them():
    assert clean("a" + "\u0301\u0323" * 300) == "ạ\u0323\u0301"
    assert len(clean("e\u0302\u0323\u0301\u0300")) == 3
    for word in ("Ê-đê", "M'Nông", "čŏ̆", "ƀ", "ễ", "Kơho", "l̆ěp", "🙂🙂🙂🙂🙂", "“…”"):
        for form in ("NFC", "NFD"):
            assert clean(unicodedata.normalize(form, word)) == unicodedata.normalize("NFC", word)


def test_a_million_marks_cost_no_more_than_their_length():
    """Python puts the marks of one letter in order by moving each past all before it."""
    text = "a" + "\u0301\u0323" * 300_000
    started = time.process_time()
    assert len(clean(text)) < 5
    assert fold(text) == "a"
    assert time.process_time() - started < 10
