"""Lists of people stand in Vietnamese order, and a name is found however it was typed."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.person_names import KEY_LIMIT, order_key, same_name, search_form

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
words = st.text(alphabet=LETTERS, min_size=1, max_size=7).map(str.capitalize)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)


def in_order(*people: str) -> bool:
    keys = [order_key(name) for name in people]
    return keys == sorted(keys)


@pytest.mark.parametrize(
    "people",
    [
        ("Đinh Văn An", "Ẩn Văn Bình", "Lê Dũng", "Lê Đông", "Zơ Râm Út"),
        ("Giàng Đức", "Giàng Thu"),
        ("Lê An", "Lê Ăn", "Lê Ân", "Lê Ba"),
        ("Lê Ma", "Lê Mà", "Lê Mả", "Lê Mã", "Lê Má", "Lê Mạ"),
        ("Bùi Thị Hoa", "Đinh Thị Hoa", "Lê Thị Hoa", "Yên Thị Hoa"),
        ("Lê Hà", "Bùi Hạ"),  # the given name first, with its tone
        ("Lê Văn An", "Lê Văn Anh"),
        ("Lê Dân", "Lê Đan"),  # đ after all d
        ("Y Blơ Niê", "Ksor H'Lan", "Lò Thị Mai", "Y Thịnh Êban", "Lê Văn Út"),
        ("Lê Văn Hải", "H'Lan Niê", "Lê Văn Hùng"),
        ("Lê Văn An 2009", "Lê Văn An 2010", "Lê Văn Ba"),
        ("Lê Văn An (con bà Tám)", "Lê Văn Ba"),
        ("Lê Anh", "Wang Anh", "Lê Zung"),
    ],
)
def test_a_list_stands_in_vietnamese_order(people):
    assert in_order(*people)


@given(names)
def test_spelling_changes_nothing(name):
    for other in (unicodedata.normalize("NFD", name), name.upper(), f"  {name.replace(' ', '   ')} "):
        assert order_key(other) == order_key(name)
        assert search_form(other) == search_form(name)
        assert same_name(other) == same_name(name)


@given(names)
def test_a_key_is_digits_of_bounded_length(name):
    key = order_key(name)
    assert key.isdecimal() and key.isascii() and len(key) <= KEY_LIMIT


@given(st.text(max_size=80))
def test_any_text_has_a_key(text):
    key = order_key(text)
    assert key.isascii() and key.isdecimal() and len(key) <= KEY_LIMIT
    same_name(text), search_form(text)


@given(words, words, words)
def test_the_given_name_decides_before_the_family_name(family, other, given_name):
    if any(re.match("y$|h$|h[bcdđjklmnprstvw]", one.lower()) for one in (family, other)):
        return  # names of Ê Đê women and men begin with the given name
    left, right = order_key(f"{family} {given_name}"), order_key(f"{other} {given_name}")
    assert (left < right) == (order_key(family) < order_key(other)) or left == right


@pytest.mark.parametrize(
    ("left", "right"),
    [("Hoà", "Hòa"), ("H'Bia", "H’Bia"), ("Thuỷ", "Thủy"), ("lê  văn an", "Lê Văn An")],
)
def test_two_spellings_of_one_name(left, right):
    assert same_name(left) == same_name(right)
    assert order_key(left) == order_key(right)
    assert search_form(left) == search_form(right)


def test_tones_tell_two_names_apart():
    assert same_name("Lành") != same_name("Lanh")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sau", "Nguyễn Thị Sáu"),
        ("nguyen thi sau", "Nguyễn Thị Sáu"),
        ("đỗ", "Đỗ Quang Trí"),
        ("H’Bia", "H'Bia Niê"),
        ("hbia", "H'Bia Niê"),
        ("Hoà", "Lê Văn Hòa"),
        ("ban", "Y Thịnh Ban"),
    ],
)
def test_a_name_is_found_as_it_is_typed(typed, name):
    assert search_form(typed) in search_form(name)
