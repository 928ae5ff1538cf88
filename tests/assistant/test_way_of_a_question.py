"""The way of a question through the code: one value, few stations, and the map of them is true."""

import re
import sys
from pathlib import Path

import pytest

from assistant.answering.asked import Asked
from assistant.knowledge.store import KnowledgeStore
from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.importing import import_procedures
from assistant.understanding.query import Query
from tests.assistant.procedures.test_importing import JULY, TODAY
from tests.factories import record

MOST_STATIONS = 32
CARRIES = (Asked, Query, RecordQuery)
QUESTIONS = (
    "Mã OTP là gì?",
    "Đăng ký nuôi ong hết bao nhiêu tiền?",
    "Đăng ký nuôi ong cần giấy tờ gì?",
    "Giá vàng hôm nay bao nhiêu?",
    "otp",
    "tôi vừa chuyển tiền cho kẻ lừa đảo",
    "",
)


class Way:
    """Where the value of a question is handed to while one is answered, and under which names."""

    def __init__(self, root: Path) -> None:
        self.stations: list[str] = []
        self.steps: set[tuple[str, str]] = set()
        self.names: set[str] = set()
        self._root = root

    def __call__(self, frame, event: str, _argument: object) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(str(self._root / "assistant")):
            return
        for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            if name != "self" and isinstance(frame.f_locals.get(name), CARRIES):
                self.names.add(name)
                station = str(Path(code.co_filename).relative_to(self._root))
                if self.stations[-1:] != [station]:
                    # Answers that might be given are made one after the other, each on the same way.
                    self.steps.add((self.stations[-1] if self.stations else "", station))
                    self.stations.append(station)


@pytest.fixture
def ways(root, assistant, store_engine, tmp_path):
    """The way of each question, by the question."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "9.000001.txt").write_text(record(), encoding="utf-8")
    import_procedures(KnowledgeStore(store_engine), folder, today=TODAY, read_on=JULY)
    assistant.build_index()
    found = {}
    for question in QUESTIONS:
        found[question] = way = Way(root)
        before = sys.getprofile()
        sys.setprofile(way)
        try:
            assistant.ask(question)
        finally:
            sys.setprofile(before)
    return found


def test_a_question_is_one_value_with_one_name_on_a_short_way(ways):
    assert {name for way in ways.values() for name in way.names} == {"asked", "query"}
    longest = max(len(way.steps) for way in ways.values())
    assert 0 < longest <= MOST_STATIONS


def test_the_map_of_the_way_names_every_station(root, ways):
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = page.split("## The way of a question")[1].split("\n## ")[0]
    mapped = {f"assistant/{path}" for path in re.findall(r"`assistant/([\w/]+\.py)`", told)}
    walked = {station for way in ways.values() for station in way.stations}
    assert walked <= mapped, f"not on the map: {sorted(walked - mapped)}"
    assert all((root / path).is_file() for path in mapped)
