"""Asking about records: by name, among near-same names, by tapping a choice, and after another import."""

import pytest

from assistant.answering.from_record import heading_last
from assistant.evaluation.probe import Probe
from assistant.indexing import procedures
from assistant.knowledge.store import KnowledgeStore
from assistant.procedures import sayings as asked_procedures
from assistant.procedures.answers.wording import short_title
from assistant.procedures.importing import import_procedures
from assistant.procedures.sayings import Phrase
from tests.assistant.procedures.test_importing import AUGUST, JULY, TODAY
from tests.factories import channel, paper, record

LONG = "Cấp giấy phép cho người nuôi chim yến trong khu dân cư của xã miền núi"
CASES = "\n".join(
    line
    for kind in ("tằm dâu", "tằm sắn")
    for line in (f"  [ Trường hợp nuôi {kind} ]", *(paper(f"Giấy nuôi {kind} số {n}") for n in range(7)))
)
FEES = " | ".join(f"{1000 + n * 1000} VNĐ (Lồng loại {n})" for n in range(6))
DEARER = FEES.replace("000 VNĐ", "500 VNĐ")
RECORDS = {
    "9.000001": record(),
    "9.000002": record("9.000002", "Đăng ký nuôi tằm", "15/QĐ-TAM", papers=CASES),
    "9.000003": record(
        "9.000003", f"{LONG} thuộc thẩm quyền của Chủ tịch", "16/QĐ-YEN",
        channels="\n".join((channel("ONLINE", fees=FEES), channel(fees=DEARER))),
    ),
    "9.000004": record("9.000004", "Cấp lại giấy chứng nhận bè cá", "17/QĐ-CA"),
    "9.000005": record("9.000005", "Cấp lại giấy chứng nhận bè hàu", "18/QĐ-CA"),
}  # fmt: skip


@pytest.fixture
def bring(store_engine, tmp_path):
    """Import records by code."""

    def run(texts, read_on=JULY):
        folder = tmp_path / f"records-{read_on}"
        folder.mkdir(exist_ok=True)
        for code, text in texts.items():
            (folder / f"{code}.txt").write_text(text, encoding="utf-8")
        return import_procedures(KnowledgeStore(store_engine), folder, today=TODAY, read_on=read_on)

    return run


@pytest.fixture
def asked(assistant, bring):
    """Ask an assistant that knows the records above."""
    bring(RECORDS)
    assistant.build_index()
    return assistant.ask


def test_a_record_called_by_its_name_answers_from_its_fields(asked):
    answer = asked("Đăng ký nuôi ong hết bao nhiêu tiền?")
    assert (answer.outcome, answer.engine) == ("answered", "fields")
    assert "7.000 đồng" in answer.text and "15.000 đồng" in answer.text
    cited = answer.citations[0]
    assert cited.url == "/thu-tuc/9.000001#cach-nop" and "9.000001" in cited.source
    assert cited.checked_on == JULY


def test_two_that_are_called_nearly_the_same_are_asked_back_and_each_choice_leads_to_its_own(asked):
    answer = asked("cấp lại giấy chứng nhận bè mất bao lâu?")
    assert answer.outcome == "clarify" and len(answer.choices) == 2
    for choice, code in zip(answer.choices, ("9.000004", "9.000005"), strict=True):
        assert asked(choice, history=[answer]).citations[0].url == f"/thu-tuc/{code}#cach-nop"


def test_a_case_that_was_tapped_gives_its_papers_whatever_its_words_say(asked):
    answer = asked("Đăng ký nuôi tằm cần giấy tờ gì?")
    assert answer.outcome == "clarify"
    tapped = asked(answer.choices[1], history=[answer])
    assert [line.split(" (")[0] for line in tapped.steps] == [f"Giấy nuôi tằm sắn số {n}" for n in range(7)]


def test_a_way_that_was_tapped_gives_its_fees_though_the_title_was_shortened(asked):
    answer = asked(f"{LONG} thuộc thẩm quyền của Chủ tịch hết bao nhiêu tiền?")
    assert answer.outcome == "clarify"
    assert answer.choices[1].startswith(f"{short_title(LONG)} – Trực tiếp")
    tapped = asked(answer.choices[1], history=[answer])
    assert tapped.outcome == "answered" and "1.500 đồng" in tapped.text and "1.000 đồng" not in tapped.text


def test_a_retired_record_is_not_found_by_its_title(asked, assistant):
    assistant.store.retire_entry(assistant.store.current_entry("procedure", "9.000001").id)
    answer = asked("Đăng ký nuôi ong: hết bao nhiêu tiền?")
    assert not any("9.000001" in one.url for one in answer.citations)


def test_a_newer_import_is_answered_from_at_once(asked, bring):
    asked("Đăng ký nuôi ong: hết bao nhiêu tiền?")
    bring({"9.000001": record(channels=channel(fees="9000 VNĐ ()"))}, AUGUST)
    answer = asked("Đăng ký nuôi ong: hết bao nhiêu tiền?")
    assert "9.000 đồng" in answer.text and "7.000" not in answer.text
    assert answer.citations[0].checked_on == AUGUST


@pytest.fixture
def sayings(monkeypatch):
    """Sayings made up for the records above stand in for those that come with the program."""
    made_up = (
        Phrase("Nhà tui gài mấy thùng mật sau vườn", ("9.000001",)),
        Phrase("muốn giăng lồng dưới sông", ("9.000004",)),
    )
    monkeypatch.setattr(asked_procedures, "load", lambda: made_up)
    procedures._saying_words.cache_clear()
    yield
    procedures._saying_words.cache_clear()


def test_what_heads_a_list_stands_right_before_it(asked):
    answer = asked("Đăng ký nuôi ong cần giấy tờ gì?")
    assert answer.text.split("\n")[-1] == "Bạn cần:" and "9.000001" in answer.text
    assert answer.steps[0].startswith("Tờ khai nuôi ong")


def test_a_note_does_not_come_between_a_heading_and_its_list():
    text = "Trường hợp: nuôi tằm.\nBạn cần:\nHồ sơ còn lời ghi chú.\nTheo thủ tục 9.000002."
    assert heading_last(text).split("\n")[-2:] == ["Theo thủ tục 9.000002.", "Bạn cần:"]
    assert heading_last("Không có gì.\nTheo thủ tục 9.000002.") == "Không có gì.\nTheo thủ tục 9.000002."


def test_a_level_that_was_asked_for_holds_for_titles_too(asked):
    found = asked("Đăng ký nuôi ong: hết bao nhiêu tiền?", level="Cấp Tỉnh")
    assert not any("9.000001" in one.url for one in found.citations)


def test_what_people_say_leads_to_a_record_that_shares_no_word_with_it(sayings, asked, assistant):
    _parts, codes = Probe(assistant).record_evidence("gài thùng mật sau vườn hết bao nhiêu tiền")
    assert codes[0] == "9.000001"


def test_a_saying_is_never_shown(sayings, asked):
    answer = asked("gài thùng mật hết bao nhiêu tiền")
    shown = "\n".join((answer.text, *answer.steps, *(one.quote for one in answer.citations)))
    assert "sau vườn" not in shown


def test_every_saying_of_the_program_has_a_place_and_is_said_once():
    texts = [one.text.lower() for one in asked_procedures.load()]
    assert len(texts) == len(set(texts)) and len(texts) > 2000
    assert all(one.codes for one in asked_procedures.load())


def test_sayings_under_a_code_nobody_knows_are_named(tmp_path):
    (tmp_path / "asked.yaml").write_text('"9.999999":\n  - nuôi ong\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"9\.999999"):
        asked_procedures.load(tmp_path / "asked.yaml")
