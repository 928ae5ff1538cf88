"""Lists of learners: whatever a teacher pastes or uploads, each bad row is named and nobody is merged."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.classes import roster
from lms.classes.roster import RosterError
from lms.classes.roster_views import sheet_text
from tests.lms.classes.lists import checked, names_of, rows, workbook

REAL = st.sampled_from(
    ["Nguyễn Thị Lành", "H'Bia Niê Kdăm", "Y Thịnh Êban", "Giàng A Sử", "Ksor H'Lan", "Lò Thị Mai (em)",
     "Trần Văn Bốn, con bà Tám", 'Lê "Tư" Định', "Rơ Châm H'Nhi; sinh 2013", "Đinh-Thị Hồng", "=Lan",
     "'Bà Năm", '"Bà Năm"', "-Nụ", "@Khải", "+ Thạch Sô Phia", "Tên",
     "Nguyễn Phúc Công Tằng Tôn Nữ Thị Hương Giang"]
)  # fmt: skip
LETTERS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyAĐH ,;'\"()-=+@|\t\u0301\u0323\u200b", max_size=60)
NAMES = st.one_of(REAL, LETTERS, REAL.map(lambda name: unicodedata.normalize("NFD", name)))


@given(st.lists(st.tuples(NAMES, st.sampled_from(["", "lan.huong", "0912345678"])), min_size=1, max_size=6))
def test_export_and_import_again_change_nothing(people):
    in_class, kept = {}, []
    for typed, login in people:
        try:
            name = roster.accounts.person_name(typed)
        except roster.accounts.AccountError:
            continue
        if roster.name_key(name) not in in_class and login not in in_class.values():
            in_class[roster.name_key(name)] = login or None
            kept.append((name, login))
    if not kept:
        return
    heading = ["Tên", "Tên đăng nhập", "Dưới 16 tuổi"]
    exported = roster.write_csv([heading, *([name, login, ""] for name, login in kept)])
    for cells in (
        roster.read_file("lop.csv", exported.encode("utf-8")),
        roster.read_file("lop.csv", exported.encode("utf-16")),
        roster.read_text(sheet_text(roster.read_text(exported))),
    ):
        again = checked(cells, in_class, taken=[login for _, login in kept if login])
        assert [(row.name, row.login, row.known, row.problem) for row in again] == [
            (name, login, True, None) for name, login in kept
        ]


@example([" '"])
@given(st.lists(NAMES, min_size=1, max_size=5))
def test_what_is_looked_over_is_what_is_saved(names):
    """The list goes to the page and comes back from it: the same people, line by line."""
    cells = [[name, "", "x", "Vàng A Páo", "bố"] for name in names]
    try:
        before = checked(cells)
    except RosterError:
        return
    after = checked(roster.read_text(sheet_text(cells)))
    assert [(one.name, one.is_child, one.guardian_name) for one in after] == [
        (one.name, one.is_child, one.guardian_name) for one in before
    ]


@given(NAMES)
def test_one_learner_typed_alone_is_the_same_after_looking_over(name):
    cells = [[name, "", "", "", ""]]
    try:
        before = checked(cells)
    except RosterError:
        return
    after = checked(roster.read_text(sheet_text(cells)))
    assert [one.name for one in after] == [one.name for one in before]


@given(NAMES.filter(bool))
def test_no_cell_is_a_formula(name):
    [[cell]] = csv.reader(io.StringIO(roster.write_csv([[name]]).removeprefix("\ufeff")))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_or_refused_in_words(text):
    try:
        for row in checked(roster.read_text(text)):
            assert row.problem is not None or 0 < len(row.name) <= 80
    except RosterError as refused:
        assert refused.message


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.xls", "a"]))
def test_any_file_at_all_is_read_or_refused_in_words(data, name):
    try:
        checked(roster.read_file(name, data))
    except RosterError as refused:
        assert refused.message


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("Lan\nHuệ\n\n  \nMai", ["Lan", "Huệ", "Mai"]),
        ("Lan\r\nHuệ\rMai", ["Lan", "Huệ", "Mai"]),
        ("Họ và tên\nLan", ["Lan"]),
        ("Lan\tlan1\nHuệ\thue1", ["Lan", "Huệ"]),
        ("Lan;lan1\nHuệ;hue1", ["Lan", "Huệ"]),
        ("Lan, lan1\nHuệ, hue1", ["Lan", "Huệ"]),
        ('"Tư Nguyễn\nLan', ['"Tư Nguyễn', "Lan"]),
        ('"Tư" Nguyễn\nLan', ['"Tư" Nguyễn', "Lan"]),
        ('Lê "Tư" Định\nLan', ['Lê "Tư" Định', "Lan"]),
        ("Ho\u0300a\nHòa", ["Hòa"]),
    ],
)
def test_lists_as_people_paste_them(pasted, names):
    assert names_of(roster.read_text(pasted)) == names


@pytest.mark.parametrize(
    ("cells", "line", "word"),
    [
        ([["Lan"], ["lan "]], 2, "Trùng tên"),
        ([["Lan", "lan1"], ["Huệ", "Lan1"]], 2, "Trùng số"),
        ([["Lan"], ["Huệ", "09"]], 2, "10 chữ số"),
        ([["Lan"], ["", "hue1"]], 2, "gõ tên"),
        ([["Lan"], ["L" * 81]], 2, "dài quá"),
        ([["Tên"], ["Lan"], ["Huệ", "", "x"]], 3, "người giám hộ"),
        ([["Tên"], ["Lan", "", "mười hai"]], 2, "ghi x"),
        ([["Lan"], ["Huệ", "taken1"]], 2, "đã có tài khoản"),
        ([["Bà Năm", "other1"]], 1, "tên đăng nhập khác"),
    ],
)
def test_each_bad_row_is_named_with_its_line(cells, line, word):
    found = checked(cells, {"bà năm": "banam"}, ["taken1"])
    [bad] = [row for row in found if row.problem]
    assert bad.number == line and word in bad.problem.message


SCHOOL = "STT\tHọ và tên\tNgày sinh\n1\tPhạm Seo Hùng\t01/02/2015\n2\tLê Thị Bé\t3/4/2015"


@pytest.mark.parametrize(
    ("pasted", "word"),
    [
        ("STT;Họ và tên\n1;Nguyễn Văn An\n2;Lê Thị Bé", "1 “STT”"),
        ("STT\tHọ và tên\n1\tNguyễn Văn An", "2 “Họ và tên”"),
        (SCHOOL, "3 “Ngày sinh”"),
        ("PHÒNG GD&ĐT\nDANH SÁCH LỚP 5A\n" + SCHOOL, "1 “STT”"),
        ("TRƯỜNG TIỂU HỌC SỐ 1\n\nHọ và tên:\nLan\nHuệ", "1 “Họ và tên:”"),
        ("MaHS,HoTen,Lop\nHS1,Nguyễn An,5A", "1 “MaHS”"),
        ("Họ đệm\tTên\tNgày sinh\nNguyễn Văn\tHùng\t1/2/2015", "2 “Tên”"),
        ("Họ và tên\tNgày sinh\nNguyễn Văn Hùng\t1/2/2015", "2 “Ngày sinh”"),
        ("Họ và tên;SĐT;Lớp\nNguyễn Văn Hùng;0912345670;5A", "3 “Lớp”"),
        ("Nguyễn Văn\tHùng\nLê Thị\tBé", "Hùng"),
        ("Nguyễn Văn\tHung", "Hung"),
        ("1\tPhạm Seo Hùng\n2\tLê Thị Bé", "ghi “1”"),
        ("Phạm Seo Hùng\t\t01/02/2015", "01/02/2015"),
        ("First name,Surname,Email\nAn,Nguyen,a@b.vn", "First name"),
    ],
)
def test_a_table_of_other_columns_is_refused_whole_and_named(pasted, word):
    with pytest.raises(RosterError) as refused:
        checked(roster.read_text(pasted))
    said = refused.value.message % refused.value.values
    assert word in said, said


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("DANH SÁCH HỌC SINH LỚP 5A", "tiêu đề"),
        ("Trường Tiểu học Nguyễn Du", "tiêu đề"),
        ("Giáo viên chủ nhiệm: Lê Thị B", "tiêu đề"),
        ("sep=|", "tiêu đề"),
        ("17", "số hoặc mã"),
        ("HS0012", "số hoặc mã"),
        ("---", "số hoặc mã"),
        ("lan@truong.edu.vn", "thư"),
        ("=A2&B2", "công thức"),
        ("=PROPER(A2)", "công thức"),
    ],
)
def test_what_is_no_name_becomes_nobody(name, word):
    found = checked([["Lan"], [name], ["Huệ"]])
    assert [row.name for row in found if not row.problem] == ["Lan", "Huệ"]
    assert word in found[1].problem.message


@pytest.mark.parametrize(
    "name", ["Trương Văn Lớp", "Danh Thị Sách", "Lan 2", "Tổng Thị Hoa", "Y Học", "H'Số Niê"]
)
def test_unusual_names_are_names(name):
    assert names_of([[name]]) == [name]


@pytest.mark.parametrize("number", ["1. ", "1) ", "12 - ", "3.", "4 ", "05/ "])
def test_the_number_in_a_list_is_no_part_of_a_name(number):
    assert names_of([[f"{number}Nguyễn Văn An"]]) == ["Nguyễn Văn An"]


@pytest.mark.parametrize("name", ["'Bia", "H'Bia", "H’Bia", "''Bia", "Bia;'b", "Bia; 'b"])
def test_a_mark_before_a_name_stays(name):
    if ";" not in name and not name.startswith("''"):
        assert names_of(roster.read_text(f"{name}\nLan")[:1]) == [name]
    exported = roster.write_csv([["Tên", ""], [name, ""]])
    assert names_of(roster.read_file("lop.csv", exported.encode())) == [name]


def test_two_spellings_of_one_name_are_one():
    [row] = checked([["HOÀ’H"]], {roster.name_key("hòa'h"): None})
    assert row.known


@pytest.mark.parametrize(
    "name", ["A;=cmd|'/C calc'!A0;", "＝1+1", "＋1", "－1", "＠SUM", "A; @x", "A;\t=1", "=1", "A;'=1", "\t=1"]
)
def test_no_part_of_a_cell_is_a_formula_for_any_spreadsheet(name):
    text = roster.write_csv([[name, "x"]]).removeprefix("\ufeff").strip()
    assert text.startswith('"') and text.endswith('","x"'), "every cell stands in quotes"
    inside = text[1 : -len('","x"')]
    for part in inside.split(";"):
        assert not part.lstrip().startswith(tuple("=+-@＝＋－＠")), part
    cells = roster.read_text(text)
    assert cells == [[roster.clean(name), "x"]] or cells == [[roster.clean(name.replace("\t", " ")), "x"]]


def test_a_name_made_by_a_formula_is_named_not_dropped():
    data = workbook([["Tên"], ["Lan"], ['=PROPER("bé")'], ["Huệ"]])
    found = checked(roster.read_file("lop.xlsx", data))
    assert [row.name for row in found if not row.problem] == ["Lan", "Huệ"]
    [bad] = [row for row in found if row.problem]
    assert bad.number == 3 and "công thức" in bad.problem.message


def test_names_in_the_class_are_known_whatever_their_case_and_form():
    decomposed = unicodedata.normalize("NFD", "BÀ NĂM")
    [row] = checked([[decomposed]], {"bà năm": "banam"})
    assert row.known and not row.problem


def test_a_child_who_is_in_the_class_needs_no_guardian_again():
    """Our export has no guardian where the consent was withdrawn: taken in again it changes nothing."""
    (again,) = checked([["Lò Thị Mai", "", "x"]], {roster.name_key("Lò Thị Mai"): None})
    assert (again.known, again.problem) == (True, None)
    (new,) = checked([["Lò Thị Mai", "", "x"]])
    assert new.problem is not None and "giám hộ" in str(new.problem.message)


@pytest.mark.parametrize("text", ["", " \n \t", "Tên", "họ và tên\n\n"])
def test_an_empty_list_is_refused(text):
    with pytest.raises(RosterError, match="trống"):
        checked(roster.read_text(text))


def test_a_very_long_list_is_refused():
    with pytest.raises(RosterError) as refused:
        checked(rows(*(f"Người {number}" for number in range(501))))
    assert refused.value.values == {"limit": 500}
    assert len(checked(rows(*(f"Người {number}" for number in range(500))))) == 500
