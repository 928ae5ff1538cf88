"""Syllables for search, sentences for reading."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.vietnamese import place_tones, sentences, syllables


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Phí 7.000đ một lần", ["phí", "7.000", "đ", "một", "lần"]),
        ("mã 3.000228.", ["mã", "3.000228"]),
        ("Kế hoạch 01-KH/BCĐTW", ["kế", "hoạch", "01-kh", "bcđtw"]),
        ("ngày 21/3/2025, 23:00", ["ngày", "21/3/2025", "23:00"]),
        ("Luật 91/2025/QH15", ["luật", "91/2025", "qh15"]),
        ("đi 30km trong 2giờ", ["đi", "30", "km", "trong", "2", "giờ"]),
        ("Mẫu TK01, mạng 4G", ["mẫu", "tk01", "mạng", "4g"]),
        ("10%", ["10"]),
        ("snake_case", ["snake", "case"]),
        ("UỶ BAN", ["ủy", "ban"]),
        ("ti\u200bền\u00ad", ["tiền"]),
        ("ខ្មែរ", ["ខ្មែរ"]),
        ("", []),
        ("...?!", []),
    ],
)
def test_tokens_that_search_compares(text, tokens):
    assert syllables(text) == tokens


@given(st.text())
def test_tokens_do_not_depend_on_unicode_form_case_or_tone_style(text):
    assert syllables(unicodedata.normalize("NFD", text)) == syllables(unicodedata.normalize("NFC", text))
    for token in syllables(text):
        assert token
        assert not any(letter.isspace() for letter in token)


@given(st.lists(st.sampled_from(["hoà", "TOÁN", "thuỷ", "Nguyễn", "7.000", "01-KH", "3.000228", "tk01"])))
def test_tokens_are_the_words_between_spaces(parts):
    assert syllables("  ".join(parts)) == [place_tones(part.lower()) for part in parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tôi ở TP. HCM. Bạn ở đâu?", ["Tôi ở TP. HCM.", "Bạn ở đâu?"]),
        ("Phí là 1.000 đồng. Nộp ngay.", ["Phí là 1.000 đồng.", "Nộp ngay."]),
        ("Gạo, ngô, v.v. đều có.", ["Gạo, ngô, v.v. đều có."]),
        ("Có gạo, ngô, v.v. Bạn mang đi.", ["Có gạo, ngô, v.v.", "Bạn mang đi."]),
        ("1. Mở máy. 2. Bấm nút.", ["1. Mở máy.", "2. Bấm nút."]),
        ("a. Mở máy.\nb. Bấm nút.", ["a. Mở máy.", "b. Bấm nút."]),
        ("Bước 1. Mở máy. Bước 2. Bấm.", ["Bước 1. Mở máy.", "Bước 2. Bấm."]),
        ("Từ năm 2024. Ai cũng dùng.", ["Từ năm 2024.", "Ai cũng dùng."]),
        ("ThS. Nguyễn Lan dạy. PGS.TS. Hà hỏi.", ["ThS. Nguyễn Lan dạy.", "PGS.TS. Hà hỏi."]),
        ("Nhà ở Q. 1, P. Bến Nghé.", ["Nhà ở Q. 1, P. Bến Nghé."]),
        ("Ông nói: “Đi đi!” Rồi đi.", ["Ông nói: “Đi đi!”", "Rồi đi."]),
        ("Chờ... rồi bấm. Xong… Nghỉ.", ["Chờ... rồi bấm.", "Xong…", "Nghỉ."]),
        ("Vào dichvucong.gov.vn rồi bấm.", ["Vào dichvucong.gov.vn rồi bấm."]),
        ("Nộp hồ sơ.Bạn chờ nhé", ["Nộp hồ sơ.", "Bạn chờ nhé"]),
        ("Dòng này\nchưa hết.\nDòng mới", ["Dòng này chưa hết.", "Dòng mới"]),
        ("mở máy. bấm nút.", ["mở máy.", "bấm nút."]),
        (" \n ", []),
    ],
)
def test_sentences_as_a_reader_sees_them(text, expected):
    assert sentences(text) == expected


@given(st.text(st.sampled_from("aăđBẾ1. .?!\n,…)”v")))
def test_no_letter_is_lost_between_sentences(text):
    def visible(value):
        return "".join(unicodedata.normalize("NFC", value).split())

    found = sentences(text)
    assert visible("".join(found)) == visible(text)
    assert all(sentence == sentence.strip() and sentence for sentence in found)
