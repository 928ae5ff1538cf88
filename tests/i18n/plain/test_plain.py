"""What makes a text hard to read is counted and named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.plain import main, measure

PLAIN = "Bạn mở máy. Bạn bấm nút xanh. Máy hiện ra ba ô."


def test_a_plain_text_passes():
    measures = measure(PLAIN)
    assert measures.is_plain
    assert (measures.sentences, measures.words, measures.longest) == (3, 12, 5)
    assert measures.mean_words == 4.0


def test_a_long_sentence_is_named():
    sentence = "Bạn " + "rất " * 14 + "vui."
    assert measure(PLAIN + " " + sentence).too_long == (sentence,)
    assert measure("Bạn " + "rất " * 13 + "vui.").too_long == ()


@pytest.mark.parametrize(
    ("text", "unexplained"),
    [
        ("Bạn mang thẻ BHYT.", ("BHYT",)),
        ("Bạn mang thẻ BHYT (bảo hiểm y tế). Nhớ thẻ BHYT.", ()),
        ("Bạn mang bảo hiểm y tế (BHYT).", ()),
        ("Bạn mang giấy này (BHYT).", ("BHYT",)),
        ("OTP là mã dùng một lần.", ()),
        ("Số 757/QĐ-BKHCN, mẫu TK01, chương II.", ()),
        ("HƯỚNG DẪN CÀI ỨNG DỤNG", ()),
        ("Ở TP. HCM.", ()),
        ("Gửi UBND xã. UBND (ủy ban nhân dân) nhận.", ("UBND",)),
    ],
)
def test_an_abbreviation_needs_its_meaning_at_its_first_use(text, unexplained):
    assert measure(text).unexplained_abbreviations == unexplained


def test_what_is_explained_elsewhere_on_the_page_is_let_through():
    assert measure("Gõ OTP vào.", explained=("mã OTP",)).unexplained_abbreviations == ()


def test_office_words_are_named_with_an_everyday_word():
    (hit,) = measure("Bạn Tiến  hành nộp.").officialese
    assert (hit.found, hit.say) == ("Tiến hành", "làm")
    assert [hit.found for hit in measure("Triển khai thực hiện ngay.").officialese] == [
        "Triển khai thực hiện"
    ]


def test_an_office_word_inside_an_explained_term_is_let_through():
    assert measure("Mở phần Hỗ trợ tiếp cận.", explained=("hỗ trợ tiếp cận",)).officialese == ()


def test_chains_of_nouns_are_named():
    assert measure("Việc nộp hồ sơ cho việc cấp thẻ.").chains == ("Việc nộp hồ sơ cho việc",)
    assert measure("Việc này nhẹ. Việc kia nặng.").chains == ()


def test_words_that_people_seldom_use_are_a_share():
    assert measure("Bạn làm ở đâu?").uncommon == 0
    assert measure("khải hoàn môn").uncommon > 0.5
    assert measure("").uncommon == 0


@given(st.text())
def test_any_text_can_be_measured(text):
    measures = measure(text)
    assert measures.longest <= measures.words
    assert (measures.longest > 15) == bool(measures.too_long)
    assert 0 <= measures.uncommon <= 1


LESSON = """---
title: VIẾT TẮT QH
---
Bạn gõ [[mã OTP]] và [[mã PIN|số PIN]].

## Làm gì {#lam-gi}
1. Bấm `Đăng nhập`.
2. Xem [trang](https://a.vn/THTT).[@nguon]

![Hình ABC](media/x.svg)

::: warning
Đừng đọc mã cho ai.
:::
"""


def test_a_lesson_is_measured_by_what_a_person_reads(tmp_path, capsys):
    lesson = tmp_path / "01-bai.plain.md"
    lesson.write_text(LESSON, encoding="utf-8")
    assert main([str(lesson), "--json"]) == 0
    measures = json.loads(capsys.readouterr().out)
    assert measures["before"]["unexplained_abbreviations"] == []
    assert measures["before"]["sentences"] == measures["after"]["sentences"] == 5


def test_a_text_that_is_not_plain_is_told_so(tmp_path, capsys):
    text = tmp_path / "thongbao.txt"
    text.write_text("UBND đề nghị bà con.", encoding="utf-8")
    assert main([str(text)]) == 1
    told = capsys.readouterr().out
    assert "chưa giải thích: UBND" in told
    assert "đề nghị → nhờ" in told


def test_what_is_no_text_is_refused(tmp_path, capsys):
    (tmp_path / "anh.png").write_bytes(b"\x89PNG\xff\xfe")
    assert main([str(tmp_path / "anh.png")]) == 2
    assert main([str(tmp_path / "khong-co.md")]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_a_file_is_measured_before_and_after_and_rewritten_on_request(tmp_path, capsys):
    text = tmp_path / "thongbao.txt"
    text.write_text("Bạn sử dụng thẻ BHYT.", encoding="utf-8")
    assert main([str(text), "--rewrite"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("trước: 1 câu")
    assert "sau: 1 câu" in told
    assert "Bạn dùng thẻ bảo hiểm y tế." in told
    assert main([str(text), "--rewrite", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["before"]["unexplained_abbreviations"] == ["BHYT"]
    assert record["after"]["unexplained_abbreviations"] == []
    assert "bảo hiểm y tế" in record["explanations"]
