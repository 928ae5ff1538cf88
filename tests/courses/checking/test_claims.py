"""Figures that need a source, and what counts as one."""

import pytest

from courses.checking.claims import claims_of, figures_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phí là 7.000 đồng.", [("money", "7.000 đồng")]),
        ("Phí 15.000đ một hồ sơ.", [("money", "15.000đ")]),
        ("Gọi 1900.0368 để hỏi.", [("telephone", "1900.0368")]),
        ("Trẻ em gọi 111.", [("telephone", "gọi 111")]),
        ("Số 0912 345 678 là số lạ.", [("telephone", "0912 345 678")]),
        ("Từ ngày 15/6/2024 thì khác.", [("date", "15/6/2024")]),
        ("Từ tháng 7/2026.", [("date", "7/2026")]),
        ("Không quá 3 ngày làm việc.", [("deadline", "3 ngày làm việc")]),
        ("Báo trước 23:00.", [("deadline", "trước 23:00")]),
        ("Theo Nghị định 69/2024/NĐ-CP.", [("law", "Nghị định 69/2024/NĐ-CP.")]),
        ("Luật Căn cước nói rõ.", [("law", "Luật Căn cước")]),
        ("Có 40 triệu người.", [("share", "40 triệu người")]),
        ("Giảm 20% phí.", [("share", "20%")]),
        ("Trẻ dưới 14 tuổi.", [("age", "dưới 14 tuổi")]),
        ("Điền tờ TK01.", [("form", "TK01")]),
    ],
)
def test_figures_that_people_act_on_are_found(text, expected):
    assert [(kind, figure.rstrip(".")) for kind, figure in figures_in(text)] == [
        (kind, figure.rstrip(".")) for kind, figure in expected
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bấm nút 2 lần.",
        "Chờ 5 phút.",
        "Bước 3 là bước cuối.",
        "Kẻ lừa nói: “Nộp 5 triệu đồng trong 2 giờ”.",
        "Luật sư của bạn.",
        "Mở 24/7.",
        "Ba việc cần làm.",
    ],
)
def test_everyday_figures_and_quoted_words_need_no_source(text):
    assert list(figures_in(text)) == []


def covered(shelf, body: str) -> list[tuple[str, str]]:
    head = shelf.text(shelf.lesson).split("---\n")[1]
    shelf.write(shelf.lesson, f"---\n{head}---\n{body}\n")
    (shelf.folder / shelf.plain).unlink()
    library = shelf.load()
    return [(claim.figure, claim.covered_by) for claim in claims_of(library, library.courses[0])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Phí 7.000 đồng.", ""),
        ("Phí 7.000 đồng. [@ban-sao] Xong.", "source"),
        ("Phí 7.000 đồng [@ban-sao]. Xong.", "source"),
        ("Phí 7.000 đồng. Trả ở quầy. [@ban-sao]", "source"),
        ("Xong. [@ban-sao] Phí 7.000 đồng.", ""),
        ("Phí 7.000 đồng.\n\nĐoạn khác. [@ban-sao]", ""),
        ("Bán được 7.000 đồng. [@vi-du]", "example"),
        ("Phí 7.000 đồng. [@khong-co]", ""),
    ],
)
def test_a_reference_covers_what_stands_before_it_in_its_paragraph(shelf, body, expected):
    assert covered(shelf, body) == [("7.000 đồng", expected)]


def test_a_figure_said_again_in_the_same_text_needs_no_second_source(shelf):
    found = covered(shelf, "Mang 7.000 đồng.\n\nPhí là 7.000 đồng. [@ban-sao]\n\nMang 8.000 đồng.")
    assert found == [("7.000 đồng", "repeat"), ("7.000 đồng", "source"), ("8.000 đồng", "")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Bấm `Gửi`.", ""),
        ("Bấm `Gửi`. [@kinh-nghiem]", "source"),
        ("## A {#a}\n\nBấm `Gửi`.\n\nKhác. [@kinh-nghiem]", "section"),
        ("## A {#a}\n\nBấm `Gửi`.\n\n## B {#b}\n\nKhác. [@kinh-nghiem]", ""),
        ("Bấm `Gửi`.\n\nTên nút có thể khác một chút.", "hedge"),
    ],
)
def test_a_button_needs_a_source_in_its_section_or_a_word_of_caution(shelf, body, expected):
    assert covered(shelf, body) == [("Gửi", expected)]


def test_a_course_can_name_one_source_for_all_its_screens(shelf):
    shelf.replace(shelf.course, "sources:", "screens: [kinh-nghiem]\nsources:")
    assert covered(shelf, "Bấm `Gửi`.") == [("Gửi", "course")]


def test_a_claim_tells_where_it_stands_and_what_covers_it(shelf):
    library = shelf.load()
    claim = next(one for one in claims_of(library, library.courses[0]) if one.kind == "money")
    assert (claim.file, claim.figure, claim.source.id) == (shelf.lesson, "2.000 đồng", "ban-sao")
    assert "2.000 đồng" in shelf.text(claim.file).split("\n")[claim.line - 1]
