"""Every technical word has a plain explanation."""

import unicodedata

import pytest

from i18n.plain.glossary import GlossaryError, load, read
from i18n.vietnamese import is_well_formed, nfc, place_tones, sentences


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


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Không ai làm được qua điện thoại, ai gọi cũng thôi.", []),
        ("KHÔNG AI LÀM ĐƯỢC", []),
        ("Hỏi AI trước khi làm", ["trí tuệ nhân tạo"]),
        ("Thay pin, sạc pin", []),
        ("Nhập PIN", ["mã PIN"]),
        ("nhập mã pin", ["mã PIN"]),
        ("thay sim", ["SIM"]),
        ("mã otp", ["mã OTP"]),
    ],
)
def test_a_name_in_capitals_is_no_everyday_word(text, terms):
    assert [entry.term for entry in load().find(text)] == terms


def test_no_name_in_capitals_of_ours_is_an_everyday_word_in_small_letters():
    """Each that is gets asked for as it is written, or is named in small letters too, on purpose."""
    for entry in load():
        for word in entry.words:
            if word.isupper() and word.lower() not in entry.words and is_well_formed(word.lower()):
                assert entry not in load().find(f"cái {word.lower()} này"), word


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
