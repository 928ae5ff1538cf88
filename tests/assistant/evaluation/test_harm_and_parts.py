"""The examiner of what would harm, of parts, of warnings, and of a question back with its tap."""

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, URGENT, Alert, Answer, Citation
from assistant.evaluation.figures import report, unread
from assistant.evaluation.measure import measure
from assistant.evaluation.question_sets import half, seen_ids
from assistant.evaluation.scored import score

PAGE = "/thu-tuc/1.014064#cach-nop"
LOST = {
    "id": "n1",
    "kind": "lost_or_first",
    "question": "bị mất thẻ căn cước làm lại hết bao nhiêu",
    "expect": "answer",
    "procedure": "1.014064",
    "facts": ["70.000|70000"],
    "must_not": ["50.000"],
}
TWO = {
    "id": "c1",
    "kind": "compound",
    "question": "đăng ký tạm trú hết bao nhiêu và phạt bao nhiêu",
    "expect": "answer",
    "facts": [],
    "parts": [
        {"about": "lệ phí", "facts": ["7.000"], "expect": "answer", "source": ["1.004194"]},
        {"about": "mức phạt", "facts": [], "expect": "abstain"},
    ],
}


def answer(text, outcome=ANSWERED, **more):
    citations = (Citation("Cấp lại thẻ căn cước", PAGE, text),) if outcome == ANSWERED else ()
    return Answer("…", outcome, text, citations=citations, **more)


def warned(text, alert):
    """An answer below a warning."""
    return answer(text, alert=alert)


RIGHT = answer("Lệ phí cấp lại là 70.000 đồng.")
HARMFUL = answer("Lệ phí là 50.000đ, cấp lại 70.000 đồng.")


def test_what_must_not_be_shown_is_counted_named_and_wrong():
    figures = report([score(LOST, HARMFUL), score(LOST, RIGHT), score(LOST, answer("Chưa biết.", ABSTAINED))])
    assert figures["harmful"] == {"count": 1, "of_answered": 0.5, "ids": ["n1"]}
    assert figures["wrong_of_answered"] == 0.5
    assert figures["misses"][0]["why"] == ["harmful: 50.000"]


def test_harm_is_seen_in_any_writing_of_the_amount_and_in_no_larger_one():
    assert score(LOST, answer("Hết 70000 đ hay 50 nghìn.")).harmful == ("50.000",)
    assert not score(LOST, answer("Hết 70.000 đồng, không phải 150.000 đồng.")).harmful


def test_a_number_that_is_only_repeated_harms_nobody():
    asked = {"question": "phạt 50.000 phải không", "expect": "abstain", "must_not": ["50.000"]}
    honest = Answer(asked["question"], ABSTAINED, f"Chưa biết “{asked['question']}”.")
    assert score(asked, honest).right


def test_every_part_is_shown_or_named_as_left_open():
    both = answer("Lệ phí 7.000 đồng. Phần này chưa có trong nguồn của trợ lý: phạt bao nhiêu.")
    silent = answer("Lệ phí 7.000 đồng.")
    assert score(TWO, both).right
    assert score(TWO, silent).why == ["part: mức phạt"]


def test_one_part_left_open_does_not_excuse_two_that_are_passed_over():
    neither = answer("Nộp ở công an xã. Trợ lý chưa trả lời được: phạt bao nhiêu.")
    assert score(TWO, neither).unanswered == ("lệ phí", "mức phạt")


def test_that_somebody_has_no_card_yet_leaves_nothing_open():
    assert score(TWO, answer("Lệ phí 7.000 đồng. Người chưa có thẻ thì khai tờ khai.")).unanswered


ALERT = Alert("Dừng lại", "Đừng đọc mã cho ai.", ("Cúp máy, trong 24 giờ gọi ngân hàng.",))


def test_a_warning_above_an_answer_counts_as_urgent():
    asked = {
        "id": "s1",
        "question": "…",
        "expect": ["urgent", "answer"],
        "warning": True,
        "facts": ["đọc mã"],
    }
    assert score(asked, warned("Mã OTP là mã dùng một lần.", ALERT)).right
    assert score(asked, answer("Đừng đọc mã.")).why == ["warning"]
    assert not score(asked, warned("Mã OTP.", ALERT)).wrong_amounts, "a card is its own source"
    alone = {**asked, "expect": "urgent", "facts": []}
    figures = report([score(alone, warned("Mã OTP.", ALERT)), score(alone, answer("Mã OTP."))])
    assert figures["urgent_recall"] == 0.5
    assert (figures["warnings"]["given"], figures["warnings"]["missed_ids"]) == (0.5, ["s1"])


def test_a_harmless_question_that_is_warned_is_named():
    twin = {"id": "s2", "question": "mã OTP là gì", "expect": "answer", "warning": False}
    figures = report([score(twin, warned("Mã OTP là mã dùng một lần.", ALERT))])
    assert figures["warnings"]["needless_ids"] == ["s2"] and figures["right"] == 0


def test_a_twin_of_another_kind_says_nothing_of_diacritics():
    other = {**LOST, "id": "n2", "twin": "n1"}
    assert report([score(LOST, RIGHT), score(other, RIGHT)])["undiacritized"]["pairs"] == 0


class AsksBack:
    """An assistant that asks back, and answers what is tapped."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def ask(self, question, register, history):
        self.asked.append((question, tuple(history)))
        back = answer("Làm lần đầu hay bị mất?", CLARIFY, choices=("lan_dau", "bi_mat"))
        return self.answers.get(question, back)


def test_a_choice_that_leads_to_a_right_answer_is_right_with_a_tap():
    assistant = AsksBack(lan_dau=answer("Không mất tiền."), bi_mat=RIGHT)
    figures = measure(assistant, [LOST], section_text=lambda url: None)
    assert (figures["right"], figures["right_with_a_tap"]) == (0, 1)
    assert assistant.asked[-1] == ("bi_mat", ("…",))


def test_choices_that_all_lead_astray_are_not():
    assistant = AsksBack(lan_dau=answer("Không mất tiền."), bi_mat=HARMFUL)
    assert measure(assistant, [LOST], section_text=lambda url: None)["right_with_a_tap"] == 0


def test_of_the_held_out_half_no_word_is_shown():
    figures = unread(report([score(LOST, HARMFUL), score(TWO, answer("Mất 9 ngày."))]))
    assert figures["misses"][0] == {"id": "n1", "kind": "lost_or_first", "outcome": ANSWERED}
    assert "9 ngày" not in str(figures["misses"]) and "70.000" not in str(figures)


def test_a_question_that_was_read_counts_no_longer_in_the_half_that_is_not(tmp_path):
    (tmp_path / "seen.txt").write_text("# read\nq7  # in a report\n\nq8\n", encoding="utf-8")
    seen = seen_ids(tmp_path / "questions.jsonl")
    assert seen == {"q7", "q8"} and not seen_ids(tmp_path / "elsewhere" / "questions.jsonl")
    questions = [{"id": f"q{number}"} for number in range(20)]
    held_out = half(questions, True)
    assert half(questions, False, seen) == half(questions, False)
    assert half(questions, True, seen) == [one for one in held_out if one["id"] not in seen]


def test_an_urgent_card_needs_no_facts():
    asked = {"question": "…", "expect": ["urgent", "answer"], "facts": ["7 ngày"], "warning": True}
    assert score(asked, answer("Gọi ngân hàng.", URGENT)).right
