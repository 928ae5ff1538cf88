"""Diacritics come back from what was read before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.vietnamese import Restorer, RestorerError, fold, syllables

CORPUS = [
    "Đăng ký tạm trú cần giấy tờ gì? Bạn đăng ký tạm trú ở công an xã.",
    "Cấp lại thẻ căn cước bị mất làm ở đâu? Làm ở công an xã.",
    "Tôi ở Hà Nội. Thuỷ khoẻ.",
]


@pytest.fixture(scope="module")
def restorer():
    return Restorer.train(CORPUS)


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("dang ky tam tru can giay to gi", "đăng ký tạm trú cần giấy tờ gì"),
        ("Dang ky TAM TRU o Ha Noi?", "Đăng ký TẠM TRÚ ở Hà Nội?"),
        ("cap lai xyz123 can cuoc", "cấp lại xyz123 căn cước"),
        ("thuy khoe", "thủy khỏe"),
        ("", ""),
    ],
)
def test_bare_text_gets_its_marks_back(restorer, typed, restored):
    assert restorer.restore(typed) == restored


def test_text_with_marks_is_left_alone(restorer):
    assert restorer.restore("đang ky tam tru") == "đang ky tam tru"


def test_a_restorer_that_read_nothing_changes_nothing():
    assert Restorer.train([], everyday=False).restore("dang ky") == "dang ky"


def test_everyday_questions_are_understood_without_any_corpus():
    assert Restorer.train([]).restore("Can giay to gi? Lam o dau?") == "Cần giấy tờ gì? Làm ở đâu?"


def test_everyday_words_outweigh_rare_readings_of_official_text():
    official = ["Điều kiện làm địa đầu cán bộ."] * 500
    assert Restorer.train(official).restore("can gi, lam o dau") == "cần gì, làm ở đâu"


def test_text_without_marks_teaches_nothing():
    assert Restorer.train(["dang ky tam tru"], everyday=False).known == 0


@given(st.text())
def test_only_marks_are_added(text):
    restorer = Restorer.train(CORPUS)
    assert fold(restorer.restore(text)) == fold(text)


@given(
    st.lists(st.sampled_from(sorted({token for text in CORPUS for token in syllables(text)})), max_size=12)
)
def test_known_words_come_back_as_known_words(words):
    restorer = Restorer.train(CORPUS, everyday=False)
    known = {token for text in CORPUS for token in syllables(text)}
    assert set(syllables(restorer.restore(fold(" ".join(words))))) <= known


def test_saved_and_loaded_it_answers_the_same(restorer, tmp_path):
    restorer.save(tmp_path / "restorer")
    again = Restorer.load(tmp_path / "restorer")
    assert again.restore("cap lai can cuoc bi mat") == "cấp lại căn cước bị mất"


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "other").write_text("xin chào")
    with pytest.raises(RestorerError, match="not a saved restorer"):
        Restorer.load(tmp_path / "other")
