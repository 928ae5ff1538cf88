"""What is read of an answer: buttons of few words, a name at its head, numbers apart from long quotes."""

import pytest

from assistant.answer import NOT_THESE
from lms.asking.choice_buttons import LONGEST, told_apart
from lms.asking.laying_out import LONGEST_NAME, laid_out

FREE = "Đề nghị miễn, giảm học phí trong cơ sở giáo dục nghề nghiệp"
CHOICES = {
    "asked of all": (
        ("Làm thẻ căn cước: hết bao nhiêu tiền?", "Đăng ký tạm trú: hết bao nhiêu tiền?"),
        ["Làm thẻ căn cước", "Đăng ký tạm trú"],
    ),
    "asked of each": (
        ("Làm thẻ căn cước: hết bao nhiêu tiền?", "Đăng ký tạm trú: mất bao lâu?"),
        ["Làm thẻ căn cước: hết bao nhiêu tiền?", "Đăng ký tạm trú: mất bao lâu?"],
    ),
    "only one": (("Đăng ký tạm trú: mất bao lâu?", NOT_THESE), ["Đăng ký tạm trú: mất bao lâu?"]),
    "same heading": (("Bài một – Ở đâu", "Bài hai – Ở đâu"), ["Bài một – Ở đâu", "Bài hai – Ở đâu"]),
    "a way of each": (
        ("Tách thửa: nộp qua mạng: hết bao nhiêu tiền?", "Tách thửa: nộp trực tiếp: hết bao nhiêu tiền?"),
        ["Tách thửa: nộp qua mạng", "Tách thửa: nộp trực tiếp"],
    ),
    "begin alike": (
        (
            f"{FREE} và cơ sở giáo dục đại học công lập",
            f"{FREE}, cơ sở giáo dục đại học tư thục và cơ sở giáo dục thuộc tổ chức kinh tế",
        ),
        [
            "Đề nghị miễn, giảm học … nghiệp và cơ sở giáo dục đại học công lập",
            "Đề nghị miễn, giảm học … nghiệp, cơ sở giáo dục đại học tư thục và …",
        ],
    ),
}


@pytest.mark.parametrize("choices", CHOICES)
def test_a_button_says_what_tells_it_apart_and_asks_all_of_it(choices):
    questions, words = CHOICES[choices]
    assert told_apart(questions) == list(zip(questions, words, strict=False))


def test_buttons_of_official_names_are_short_and_differ():
    long = " ".join(f"chữ{n}" for n in range(40))
    for names in (
        (f"Cấp {long}", f"Sửa {long}"),
        (f"{long} lần đầu", f"{long} lần hai"),
        (f"{long}: cần giấy tờ gì?", f"Đất – {long} khác: cần giấy tờ gì?", f"{long} nữa: cần giấy tờ gì?"),
    ):
        words = [one for _choice, one in told_apart(names)]
        assert len(set(words)) == len(names)
        assert max(len(one.split()) for one in words) <= LONGEST + 3


def fields(text: str, title: str = "Đăng ký tạm trú") -> dict:
    return {"engine": "fields", "text": text, "citations": [{"title": title}]}


def test_the_procedure_heads_its_answer_and_its_decision_ends_it():
    shown = laid_out(
        fields("Đăng ký tạm trú.\nNộp trực tiếp: 15.000 đồng.\nTheo thủ tục 1.1, đọc ngày 1/7/2026.")
    )
    assert (shown.name, shown.record) == ("Đăng ký tạm trú", "Theo thủ tục 1.1, đọc ngày 1/7/2026.")
    assert [line.words for line in shown.lines] == ["Nộp trực tiếp: 15.000 đồng."]


def test_a_name_of_a_hundred_words_stands_there_once_and_cut():
    title = " ".join(f"Chữ{n}" for n in range(50))
    begin = " ".join(title.split()[:30])
    shown = laid_out(fields(f"{begin} ….\n{title}.\nNộp trực tiếp: 0 đồng.", title))
    assert [line.words for line in shown.lines] == ["Nộp trực tiếp: 0 đồng."]
    assert shown.name == " ".join(title.split()[:LONGEST_NAME]) + " …"


@pytest.mark.parametrize("engine", ["extractive", "verified", "generative"])
def test_words_that_are_no_records_stand_as_they_are(engine):
    text = "Đăng ký tạm trú.\nTheo thủ tục của xã."
    shown = laid_out({"engine": engine, "text": text, "citations": [{"title": "Đăng ký tạm trú"}]})
    assert (shown.name, shown.record) == ("", "")
    assert "\n".join(line.words for line in shown.lines) == text


def test_the_heading_of_a_section_heads_its_steps():
    cited = [{"title": "Lên mức 2 – Làm ở đâu"}]
    shown = laid_out({"engine": "extractive", "text": "Làm ở đâu\nĐến công an xã.", "citations": cited})
    assert (shown.name, [line.words for line in shown.lines]) == ("Làm ở đâu", ["Đến công an xã."])


def test_long_words_of_the_record_stand_apart_from_the_number_and_short_ones_do_not():
    long = f"“{'miễn cho hộ nghèo ' * 8}”"
    shown = laid_out(fields(f"Nộp trực tiếp: 15.000 đồng. Hồ sơ ghi: {long}\nHồ sơ ghi “Không”."))
    assert shown.lines[0] == ("Nộp trực tiếp: 15.000 đồng. Hồ sơ ghi:", long)
    assert shown.lines[1] == ("Hồ sơ ghi “Không”.", "")


def test_a_part_is_headed_by_the_name_among_the_sources_of_the_whole():
    whole = {"citations": [{"title": "Cấp hộ chiếu"}, {"title": "Đăng ký tạm trú"}]}
    shown = laid_out({"engine": "fields", "text": "Đăng ký tạm trú.\n3 ngày."}, whole)
    assert shown.name == "Đăng ký tạm trú"
