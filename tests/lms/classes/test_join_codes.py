"""Codes of classes survive the keyboards, the voices and the clipboards they pass through."""

from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.classes import join_codes
from tests.worst import at_best

TELEX = {"KAS3DD": "KÁ3Đ", "VGDDKH": "VGĐKH", "HUWABC": "HƯABC", "BEEGAF": "BÊGÀ", "KABS34": "KÁB34"}
VNI = {"KA3BCD": "KẢBCD", "D9E6GH": "ĐÊGH"}


def test_a_new_code_holds_nothing_that_a_vietnamese_keyboard_changes():
    for _ in range(300):
        code = join_codes.make()
        assert len(code) == 6
        assert not set(code) & set("AEIOUYDWZJL012")
        assert all(one != two for one, two in pairwise(code))


@given(st.text(alphabet=join_codes.LETTERS, min_size=6, max_size=6))
def test_a_code_is_read_from_what_people_paste(code):
    lower = code.lower()
    for typed in (
        code, lower, f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}", f"Mã lớp: {code}",
        f"mã lớp {lower}",
        f"https://hoc.xa.vn/vao-lop/{code}", f"http://10.0.0.2:8000/vao-lop/{lower}?x=1",
        f"/vao-lop?ma={code}",
    ):  # fmt: skip
        assert code in join_codes.written(typed), typed


@pytest.mark.parametrize(("code", "typed"), [*TELEX.items(), *VNI.items()])
def test_an_old_code_is_read_after_a_keyboard_mangled_it(code, typed):
    assert code in join_codes.mangled(typed)
    assert code in join_codes.mangled(f"Mã lớp: {typed.lower()}")


@given(st.text(max_size=60))
def test_any_text_is_read_within_bounds(text):
    assert all(len(code) == 6 for code in join_codes.written(text))
    assert len(join_codes.mangled(text)) <= 400
    assert "/" not in join_codes.for_address(text)


def test_no_letters_that_a_keyboard_made_cost_much():
    # Each may have been typed in six ways, so six of them in 46,656; anybody may open such an address.
    assert at_best(lambda: join_codes.mangled("Ứ" * join_codes.LENGTH), 0.05) <= 0.05
    texts = [
        "".join(letters)
        for size in range(1, join_codes.LENGTH + 1)
        for letters in combinations_with_replacement("ỨẤƯĐÁB", size)
    ]
    assert at_best(lambda: [join_codes.mangled(text) for text in texts], 2.0) <= 2.0, len(texts)


@pytest.mark.parametrize("typed", ["KÁ3Đ", "Mã lớp: kas3dd", "http://xa.vn/vao-lop/KAS3DD", "kas-3dd"])
def test_a_class_is_found_on_the_page_by_any_of_these(site, typed):
    class_id = site.class_of("comama")
    with site.database() as db:
        from lms.classes.models import Class

        for other in db.query(Class).filter(Class.join_code == "KAS3DD"):
            other.join_code = f"X{other.id:05}"
        db.flush()
        db.get(Class, class_id).join_code = "KAS3DD"
        db.commit()
    came = site.visitor().client.get("/vao-lop", query_string={"ma": typed}, follow_redirects=True)
    assert came.status_code == 200 and "Lớp tối" in came.get_data(as_text=True)


def test_an_unknown_code_is_refused_in_words(site):
    came = site.visitor().client.get("/vao-lop", query_string={"ma": "///"}, follow_redirects=True)
    assert came.status_code == 404
