"""Words typed with a slip are read as what was meant."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.vietnamese import Restorer, is_well_formed, place_tones, syllables
from i18n.vietnamese.telex import decoded, readings

CORPUS = [
    "Đăng ký lại khai tử cần giấy tờ gì? Người nhà nộp tờ khai thuế, được nhận giấy xác nhận khuyết tật.",
    "Thế nào là lệ phí? Gia hạn giấy phép lao động ở nước ngoài, mất phí không? Thanh kiếm của ông nội.",
    "Chuyển hồ sơ thương binh. Sổ đỏ bị mất. Trả hết nợ tiền sử dụng đất. Công nhận bằng. Khai sinh.",
]
KEYS = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
WORDS = sorted({one for text in CORPUS for one in syllables(text) if one.isalpha()})


def keys_of(word: str) -> str:
    """A word as it is typed with Telex, its tone last."""
    apart = unicodedata.normalize("NFD", word)
    tone = "".join(TONES[mark] for mark in apart if mark in TONES)
    bare = unicodedata.normalize("NFC", "".join(one for one in apart if one not in TONES))
    return "".join(KEYS.get(letter, letter) for letter in bare) + tone


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nhaf", "nhà"), ("ngoaif", "ngoài"), ("thees", "thế"), ("tuwr", "tử"), ("dduwowcj", "được"),
        ("đâtss", "đất"), ("noọp", "nộp"), ("kieếm", "kiếm"), ("đawng", "đăng"), ("nhânj", "nhận"),
        ("giâý", "giấy"), ("chuyểnr", "chuyển"), ("hạnn", "hạn"), ("đựơc", "được"), ("ngừoi", "người"),
        ("thuơng", "thương"), ("đỏo", "đỏ"), ("nôị", "nội"),
    ],
)  # fmt: skip
def test_keys_left_standing_and_letters_struck_twice_are_read(typed, meant):
    assert meant in list(readings(typed))


@given(st.sampled_from(WORDS))
def test_every_word_is_read_from_its_keys(word):
    assert decoded(keys_of(word)) == place_tones(word)


@given(st.text(max_size=12))
def test_any_letters_can_be_read(word):
    assert all(isinstance(one, str) for one in readings(word))


@pytest.mark.parametrize("word", ["khuyết", "giấy", "nghiêng", "quý", "ở", "mất", "y", "hòa", "thủy"])
def test_words_as_they_are_written_are_well_formed(word):
    assert is_well_formed(word)


@pytest.mark.parametrize(
    "word", ["khuyêt", "mat", "nhaf", "đâtss", "bằg", "phsi", "ngừoi", "", "zalo", "gìấy"]
)
def test_words_that_cannot_be_written_so_are_not(word):
    assert not is_well_formed(word)


@pytest.fixture(scope="module")
def restorer():
    return Restorer.train(CORPUS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gia hạnn giấy phép lao độg có mât phí không", "gia hạn giấy phép lao động có mất phí không"),
        ("công nhận bằg ở nước ngoaif", "công nhận bằng ở nước ngoài"),
        ("giấy khai sihn", "giấy khai sinh"),
        ("xin giấy xac nhan khuyêt tật", "xin giấy xác nhận khuyết tật"),
        ("Khai sihn mất, lệ phsi?", "Khai sinh mất, lệ phí?"),
    ],
)
def test_misspelt_words_are_put_right_by_their_neighbours(restorer, typed, meant):
    assert restorer.mend(typed, folded=False) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("dang ky lai khai tu", "đăng ký lại khai tử"), ("dang kyy lai khaii tu", "đăng ký lại khai tử")],
)
def test_without_marks_slips_and_marks_are_mended_together(restorer, typed, meant):
    assert restorer.mend(typed, folded=True) == meant


@pytest.mark.parametrize("text", ["Cô Bhăm ở Chứt", "xì dầu rẻ", "gọi 1900 tới OTPX", "Zalo, VssID", ""])
def test_names_and_rare_words_stay_as_they_were_typed(restorer, text):
    assert restorer.mend(text, folded=False) == text


@given(st.lists(st.sampled_from(WORDS), max_size=10))
def test_what_was_written_right_is_never_changed(words):
    text = " ".join(words)
    assert Restorer.train(CORPUS).mend(text, folded=False) == text


@given(st.text(max_size=60), st.booleans())
def test_any_text_can_be_mended(text, folded):
    Restorer.train(CORPUS, everyday=False).mend(text, folded)
