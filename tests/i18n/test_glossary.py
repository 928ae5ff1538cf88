"""Every technical word has a plain explanation."""

import unicodedata

import pytest

from i18n.glossary import GlossaryError, load, read
from i18n.vietnamese import nfc, place_tones, sentences


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("mã otp", "mã OTP"),
        ("OTP", "mã OTP"),
        ("  Mã  Hoá ", "mã hóa"),
        ("app", "ứng dụng"),
        ("xe đạp", None),
    ],
)
def test_a_word_is_found_by_term_or_alias_however_it_is_typed(asked, term):
    for form in ("NFC", "NFD"):
        entry = load().get(unicodedata.normalize(form, asked))
        assert (entry.term if entry else None) == term


def test_words_in_a_text_are_found_longest_first_and_once():
    found = load().find("Quét mã QR giả rồi gõ mật khẩu, mã QR giả đó mở trang web.")
    assert [entry.term for entry in found] == ["quét mã", "mật khẩu", "dán đè mã QR", "trang mạng"]


def test_nobody_meets_an_empty_glossary():
    assert len(load()) >= 150


@pytest.mark.parametrize("entry", load().entries, ids=lambda entry: entry.term)
def test_an_explanation_is_short_plain_and_does_not_age(entry):
    told = sentences(entry.plain)
    assert 1 <= len(told) <= 2
    assert all(len(sentence.split()) <= 15 for sentence in told), told
    assert not any(letter.isdigit() for letter in entry.plain)
    assert entry.plain == place_tones(nfc(entry.plain))
    assert entry.plain.endswith(".")
    assert entry.plain[0].isupper()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {term: a}", "entry 1"),
        ("- {term: a, plain: A.}\n- {term: b, aliases: [A], plain: B.}", "both 'a' and 'b'"),
        ("- {term: a, plain: A., locales: {rad: {word: x}}}", "no reviewer for rad"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, text, complaint):
    (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(GlossaryError, match=complaint):
        read(tmp_path / "glossary.yaml")
