"""English is told from Vietnamese that was typed without marks."""

import json
from pathlib import Path

import pytest

import i18n
from i18n.foreign import is_foreign
from i18n.vietnamese import expand_short_forms, fold

EVERYDAY = (Path(i18n.__file__).parent / "data" / "everyday.txt").read_text(encoding="utf-8").splitlines()
TUNING = Path(i18n.__file__).parents[1] / "benchmarks" / "questions" / "tuning.jsonl"


@pytest.mark.parametrize(
    "asked",
    [
        "How do I register for VNeID?",
        "Where can I get a new ID card?",
        "I lost my phone, what should I do?",
        "How much is the fee for a birth certificate?",
        "Can you help me?",
        "Ich habe mein Handy verloren",
    ],
)
def test_a_question_in_another_language_is_told(asked):
    assert is_foreign(asked)


def test_no_everyday_question_without_marks_is_taken_for_english():
    asked = [json.loads(line)["question"] for line in TUNING.read_text(encoding="utf-8").splitlines() if line]
    assert len(asked) > 100
    assert [line for line in EVERYDAY + asked if is_foreign(fold(line))] == []


@pytest.mark.parametrize(
    "asked",
    [
        "lafm theer cawn cuwowcs owr ddaau",
        "toi bi mat dien thoai dang nhap VNeID tren may moi",
        "app zalo online facebook bi hack",
        "tai app vneid android",
        "dt bi mat, ngta goi video call lua tien, lam sao",
        "ko vao dc vneid",
        "OTP la gi",
        "",
        "123",
    ],
)
def test_vietnamese_with_borrowed_words_short_forms_or_telex_stays_vietnamese(asked):
    assert not is_foreign(asked)
    assert not is_foreign(expand_short_forms(asked))
