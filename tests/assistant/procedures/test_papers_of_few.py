"""Papers that few people need stand behind those that everybody brings."""

from datetime import date

from assistant.procedures.answers.fields import fields_answer
from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.record import Paper, Procedure
from assistant.understanding.intents import DOCUMENTS

DAY = date(2026, 12, 1)
HEADING = "Trường hợp ủy quyền thực hiện thủ tục thì hồ sơ phải kèm theo"
PROXY = "(iv) Trường hợp ủy quyền cho cá nhân thì phải có văn bản ủy quyền"


def told(asked: str, *papers: Paper) -> tuple[str, ...]:
    record = Procedure("9.1", "Đăng ký hộ kinh doanh", papers=papers, read_on=DAY)
    answer = fields_answer(RecordQuery(record, DOCUMENTS, "standard", DAY, case=asked))
    assert answer is not None
    return answer.steps


def test_a_proxy_comes_last_and_a_heading_of_all_papers_is_no_case():
    lines = told("cần giấy gì", Paper(PROXY, 0, 1, case=HEADING), Paper("Giấy đề nghị", 1, 0, case=HEADING))
    assert [line.split(" (")[0] for line in lines] == [
        "Giấy đề nghị",
        "Trường hợp ủy quyền cho cá nhân thì phải có văn bản ủy quyền",
    ]


def test_a_found_child_and_surrogacy_come_behind_the_paper_of_a_birth():
    lines = told(
        "",
        Paper("Trường hợp trẻ em bị bỏ rơi thì phải có biên bản", 1, 0, case="Giấy tờ phải nộp"),
        Paper("Giấy chứng sinh", 1, 0, case="Giấy tờ phải nộp"),
    )
    assert "Giấy chứng sinh" in lines[0] and "bỏ rơi" in lines[1]
