"""Each thing the check finds, with file, line and what to do."""

import unicodedata

import pytest

BUTTON_STEP = """4. Bấm nút `Chụp`. Tên nút có thể khác một chút trên máy của bạn.
5. Phóng to ảnh, đọc thử dòng chữ nhỏ nhất."""

CASES = [
    # file, what stands there, what it becomes, what the author reads
    ("lesson", "Ảnh mờ thì", "## A {#a}\n\nẢnh mờ thì", "Thiếu lời mở đầu"),
    ("lesson", "Chụp đúng cách", "chữ " * 70 + "Chụp đúng cách", "Lời mở đầu dài quá"),
    ("lesson", "Đặt giấy trên bàn", "chữ " * 900 + "Đặt giấy trên bàn", "quá 900"),
    ("lesson", "[@ban-sao]", "[@ban-goc]", "Không có nguồn “ban-goc”"),
    ("lesson", "[@ban-sao]", "", "“2.000 đồng” (số tiền, mức phí) chưa có nguồn"),
    ("lesson", BUTTON_STEP, "4. Bấm nút `Chụp`.\n\n## Phí {#phi}", "Tên nút “Chụp” chưa có nguồn"),
    ("lesson", "Lau ống kính", "Lau [[ống kính]]", "“ống kính” chưa có trong bảng từ"),
    ("lesson", "Lau ống kính", "Lau <b>ống kính</b>", "không dùng mã HTML"),
    ("lesson", "## Chụp từng bước {#tung-buoc}", "# Chụp {#tung-buoc}", "chỉ dùng ## cho tên mục"),
    ("lesson", " {#tung-buoc}", "", "Hãy thêm {#chup-tung-buoc}"),
    ("lesson", "{#tung-buoc}", "{#Từng}", "chỉ được có chữ thường không dấu"),
    ("lesson", "{#tung-buoc}", "{#chuan-bi}", "“chuan-bi” đã dùng"),
    ("lesson", "{#tung-buoc}", "{#nguon}", "“nguon” đã dùng"),
    ("lesson", "::: today", "::: tip", "Thiếu khung ::: today"),
    (
        "lesson",
        "::: warning",
        "::: warning\nThứ nhất.\n:::\n\n::: warning",
        "Bài đã có một khung ::: warning",
    ),
    ("lesson", "::: for nguoi-cao-tuoi", "::: for ong-ba", "Không có nhóm “ong-ba”"),
    ("lesson", "![Tờ giấy đặt phẳng", "Hình: [Tờ giấy đặt phẳng", "Thiếu hình"),
    ("lesson", "media/cho-chup.svg", "media/khac.svg", "Không thấy hình “media/khac.svg”"),
    ("lesson", "media/cho-chup.svg", "https://a.vn/b.png", "không dùng được"),
    (
        "lesson",
        "![Tờ giấy đặt phẳng trên bàn cạnh cửa sổ, điện thoại giữ ngay phía trên tờ giấy]",
        "![]",
        "thiếu lời tả",
    ),
    ("lesson", "Lau ống kính", "Lau [ống kính](/hoc/chup-anh-ro/khac)", "không có bài “khac”"),
    ("lesson", "Lau ống kính", "Lau [ống kính](/hoc/khac)", "Không có khóa học “khac”"),
    ("lesson", "Lau ống kính", "Lau [ống kính](/hoc/chup-anh-ro/chup-ro#khac)", "không có mục “#khac”"),
    ("lesson", "Lau ống kính", "Lau [ống kính](#khac)", "Bài không có mục “#khac”"),
    ("lesson", "Lau ống kính", "Lau [ống kính](/trang-la)", "Không có trang “/trang-la”"),
    ("lesson", "Lau ống kính", "Lau [ống kính](/lo-trinh/la)", "Không có lộ trình"),
    ("lesson", "Lau ống kính", "Lau [ống kính](dichvucong)", "“dichvucong” không đúng"),
    ("lesson", "Lau ống kính", "Tiến hành lau ống kính", "“tiến hành” là lời hành chính. Hãy nói: làm."),
    ("lesson", "Lau ống kính", "Mở app rồi lau ống kính", "“app” chưa có lời giải thích. Hãy nói: ứng dụng"),
    ("lesson", "Lau ống kính", "Xem UBND rồi lau ống kính", "“UBND” chưa có lời giải thích"),
    ("lesson", "Lau ống kính", "Xoá bụi trên ống kính", "“Xoá” đặt dấu kiểu khác. Hãy viết “Xóa”"),
    ("lesson", "Lau ống kính", unicodedata.normalize("NFD", "Lau ống kính"), "không ở dạng NFC"),
    ("lesson", 'skills: ["1.3", "5.1"]', 'skills: ["9.9"]', "Không có năng lực “9.9”"),
    ("lesson", 'skills: ["1.3", "5.1"]', "skills: []", "chưa ghi năng lực"),
    ("lesson", "minutes: 5", "minutes: 12", "Hãy để từ 5 đến 8 phút"),
    ("lesson", "Đừng để bóng tay", "Đừng " + "để " * 33 + "bóng tay", "quá 35"),
    ("plain", "Đặt tờ giấy lên bàn.", "Đặt tờ giấy " + "thật phẳng " * 7 + "lên bàn.", "có 19 chữ, quá 15"),
    ("plain", "Đặt tờ giấy", "Sử dụng tờ giấy", "“sử dụng” là lời hành chính"),
    ("course", "[nguoi-dan, nguoi-cao-tuoi]", "[nguoi-dan, ai-do]", "Không có nhóm “ai-do”"),
    ("course", "checked_on: 2026-11-22", "checked_on: 2999-01-01", "ở tương lai"),
    ("course", "sources:", "screens: [la]\nsources:", "Không có nguồn “la”"),
    ("questions", "Nên đặt tờ giấy ở đâu khi chụp?", "Chụp xong, làm gì trước khi gửi?", "Câu này đã hỏi ở"),
    ("questions", "Chụp xong rồi, bạn", "Chụp " + "xong " * 16 + "bạn", "quá 15 chữ"),
    (
        "questions",
        "Chỗ tối làm ảnh mờ.",
        "Phạt 5.000 đồng.",
        "“5.000 đồng” (số tiền, mức phí) chưa có trong bài",
    ),
    ("questions", "Dưới gầm bàn cho khỏi lóa mắt", "Cạnh cửa sổ, trên bàn", "hai lựa chọn giống nhau"),
    ("teaching", '"25–30"', '"25–35"', "Hãy sắp đúng 30 phút"),
    ("teaching", '"5–15"', '"6–15"', "không nối tiếp phút 5"),
    ("teaching", "lessons: [chup-ro]", "lessons: [la]", "Không có bài “la”"),
    ("teaching", "lessons: [chup-ro]", "lessons: []", "Chưa buổi nào dạy bài “chup-ro”"),
    ("teaching", "Kính chào bà con.", "Chào " * 60, "Hãy viết từ 150 đến 220 chữ"),
    ("teaching", "Kính chào bà con.", "Xem https://a.vn nhé.", "không đọc lên được"),
    ("teaching", "led: Chụp", "led: " + "Chụp " * 12, "quá 60"),
    ("teaching", "  1. Đặt giấy", "  Dòng.\n\n" * 40 + "  1. Đặt giấy", "vừa trang A4"),
    ("teaching", "Máy cũ chụp có được không?", "Phí 9.000 đồng à?", "“9.000 đồng”"),
    ("asked", "section: chuan-bi", "section: la", "không có mục “la”"),
    ("asked", "để đèn ở đâu?", "để đèn " + "đèn " * 16 + "ở đâu?", "Hãy viết nhiều nhất 18 chữ"),
    ("asked", "Chụp buổi tối thì để đèn ở đâu?", "Làm sao chụp giấy tờ cho khỏi mờ?", "Câu này đã có ở"),
    ("asked", "chup-ro:", "la:", "Không có bài “la”"),
    ("asked", "    section: chuan-bi\n", "", "Thiếu “section”"),
    ("asked", "Làm sao chụp giấy tờ cho khỏi mờ?", '""', "Thiếu “ask”"),
    ("audiences", "path: [chup-anh-ro]", "path: [chup-anh-ro, la]", "Lộ trình có khóa “la”"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), CASES)
def test_what_is_wrong_is_named_where_it_stands(shelf, name, old, new, says):
    file = "audiences.yaml" if name == "audiences" else getattr(shelf, name)
    shelf.replace(file, old, new)
    errors = shelf.check().errors
    found = [problem for problem in errors if says in problem.message]
    assert found, [str(problem) for problem in errors]
    assert found[0].file == file
    assert 1 <= found[0].line <= shelf.text(file).count("\n") + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "shift"),
    [
        ("lesson", "Lau ống kính", "Mở app", 0),
        ("lesson", "đỡ được khoản này.", "đỡ được.\nMở app.", 1),
        ("plain", "Chọn chỗ sáng", "Mở app", 0),
        ("lesson", "[@ban-sao]", "[@la]", 0),
        ("lesson", "media/cho-chup.svg", "media/la.svg", 0),
        ("lesson", "{#tung-buoc}", "", 0),
        ("questions", "prompt: Chụp xong, làm gì trước khi gửi?", "prompt: Mở app?", -3),
        ("course", "title: Chụp ảnh giấy tờ", "title: Mở app", 0),
    ],
)
def test_the_line_is_the_line(shelf, name, old, new, shift):
    line = shelf.replace(getattr(shelf, name), old, new)
    lines = {problem.line for problem in shelf.check().errors if problem.file == getattr(shelf, name)}
    assert line + shift in lines


def test_a_missing_plain_text_questions_and_teaching_sheet_are_missed(shelf):
    for name in (shelf.plain, shelf.questions, shelf.teaching):
        (shelf.folder / name).unlink()
    messages = " ".join(map(str, shelf.check().errors))
    assert "01-chup-ro.md:1: Thiếu bản dễ hiểu. Hãy viết tệp 01-chup-ro.plain.md." in messages
    assert "có 0 câu hỏi" in messages
    assert "Thiếu teaching.yaml" in messages


def test_a_heavy_drawing_is_named(shelf):
    svg = shelf.text(shelf.drawing)
    shelf.write(shelf.drawing, svg.replace("</svg>", "<!-- " + "x" * 41_000 + " --></svg>"))
    assert any(
        problem.file == shelf.drawing and "40 KB" in problem.message for problem in shelf.check().errors
    )


def test_right_answers_that_can_be_guessed_are_named(shelf):
    shelf.replace(shelf.questions, "kind: many", "kind: one")
    shelf.replace(
        shelf.questions, "Cạnh cửa sổ, trên bàn", "Cạnh cửa sổ, trên bàn phẳng, nơi có thật nhiều ánh sáng"
    )
    shelf.replace(
        shelf.questions,
        "Cán bộ ở quầy của xã, khi bạn nộp hồ sơ",
        "Cán bộ ở quầy của xã, khi bạn đến tận nơi nộp hồ sơ",
    )
    assert any("3/3 câu có lựa chọn đúng dài nhất" in problem.message for problem in shelf.check().errors)


def test_right_answers_always_in_one_place_are_named(shelf):
    text = shelf.text(shelf.questions).replace("kind: many", "kind: one")
    first = text.index("    - text: Cạnh"), text.index("    - text: Dưới"), text.index("    - text: Trên tay")
    swapped = text[: first[0]] + text[first[1] : first[2]] + text[first[0] : first[1]] + text[first[2] :]
    shelf.write(shelf.questions, swapped)
    assert any("3/3 câu có lựa chọn đúng ở vị trí 2" in problem.message for problem in shelf.check().errors)


def test_only_five_audiences_fit_on_the_first_page(shelf):
    row = shelf.text("audiences.yaml").split("- {")[1]
    more = "".join("- {" + row.replace("nguoi-dan", f"nhom-{number}") for number in range(4))
    shelf.write("audiences.yaml", shelf.text("audiences.yaml") + more)
    assert [problem.file for problem in shelf.check().errors] == ["audiences.yaml"]


def test_a_word_is_free_once_explained_quoted_or_on_a_button(shelf):
    for words in (
        "Đừng tin [[deepfake]], vì deepfake rất giống",
        "Xem UBND (ủy ban nhân dân)",
        "Chữ “ANTT” nghĩa là an ninh, trật tự",
        "Kẻ lừa viết: “Click vào link”",
        "Bấm `Upload`",
        "Mở dichvucong.gov.vn",
        "Mở Zalo bằng Wi-Fi, quét mã QR",
    ):
        line = shelf.replace(shelf.lesson, "Lau ống kính", words)
        assert shelf.check().errors == (), words
        assert line == shelf.replace(shelf.lesson, words, "Lau ống kính")


def test_skills_nobody_teaches_sources_and_drawings_nobody_uses_are_notices_only(shelf):
    shelf.replace("skills.yaml", "frames:", "frames:")
    shelf.write("skills.yaml", shelf.text("skills.yaml") + '      - {id: "6.1", name: Hiểu AI}\n')
    shelf.write("library/chup-anh-ro/media/thua.svg", shelf.text(shelf.drawing))
    report = shelf.check()
    assert report.errors == ()
    notices = " ".join(map(str, report.notices))
    assert "6.1 Hiểu AI" in notices
    assert "Nguồn “kinh-nghiem” chưa bài nào dùng" in notices
    assert "media/thua.svg chưa bài nào dùng" in notices


def test_the_length_of_a_lesson_is_that_of_the_audience_with_most_to_read(shelf):
    from courses.checking.lesson_text import longest_reading

    lesson = shelf.load().lessons[0].text("standard")
    before = longest_reading(lesson)
    shelf.replace(shelf.lesson, "::: today", "::: for nong-dan\n" + "chữ " * 5 + "\n:::\n\n::: today")
    assert longest_reading(shelf.load().lessons[0].text("standard")) == before
    shelf.replace(shelf.lesson, "chữ chữ", "chữ " * 20)
    assert longest_reading(shelf.load().lessons[0].text("standard")) > before


def test_everyday_words_are_only_proposed_for_words_that_may_have_their_place(shelf):
    line = shelf.replace(shelf.plain, "Chọn chỗ sáng", "Hỏi về tiền hỗ trợ")
    report = shelf.check()
    assert report.errors == ()
    assert [(one.file, one.line) for one in report.notices if "hỗ trợ" in one.message] == [
        (shelf.plain, line)
    ]


def test_a_translation_into_a_language_nobody_listed_is_named(shelf):
    text = "---\ntitle: T\nreviewed_by: H'Hen\nreviewed_on: 2026-11-01\n---\nChữ.\n"
    shelf.write("library/chup-anh-ro/01-chup-ro.rad.md", text)
    assert shelf.check().errors == ()
    shelf.write("library/chup-anh-ro/01-chup-ro.xx.md", text)
    assert [problem.file for problem in shelf.check().errors] == ["library/chup-anh-ro/01-chup-ro.xx.md"]


def test_an_urgent_card_that_leads_nowhere_is_named(shelf):
    from courses import urgent

    shelf.write("urgent.yaml", urgent.FILE.read_bytes())
    messages = [problem.message for problem in shelf.check().errors if problem.file == "urgent.yaml"]
    assert any("dẫn tới một mục không có" in message for message in messages)
    shelf.write("urgent.yaml", "cards: [")
    assert [problem.file for problem in shelf.check().errors] == ["urgent.yaml"]


def test_what_the_reader_left_out_is_in_the_report(shelf):
    shelf.write(shelf.plain, "hỏng")
    assert shelf.plain in {problem.file for problem in shelf.check().errors}
