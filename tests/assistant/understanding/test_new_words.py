"""A linguist who knows no Python writes a line in a list: from then on the assistant understands it."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.procedures import everyday_names
from courses.urgent import FILE as URGENT
from courses.yamlfile import parse
from i18n.vietnamese.phrases import Ways
from i18n.vietnamese.typed_words import TypedWords

HOUSE = Path(__file__).resolve().parents[3]
ASKS = """
import json, sys
from assistant.understanding.intents import intent_of, way_of
from assistant.understanding.query import content_words
from i18n.vietnamese import expand_short_forms
from i18n.vietnamese.quantities import read
print(json.dumps([{
    "intent": intent_of(text), "way": way_of(text), "words": content_words(text),
    "written out": expand_short_forms(text), "units": [one.unit for one in read(text).quantities],
} for text in json.loads(sys.argv[1])]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, list[dict]]:
    """What is understood of each text of LINES: by the lists as they are, and by a copy with the lines."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(HOUSE / "i18n", copy / "i18n", ignore=shutil.ignore_patterns("__pycache__"))
    before = understood(copy)
    for new in LINES:
        write(copy / "i18n" / "data" / f"{new.name}.yaml", new.behind, new.line)
    return {"before": before, "after": understood(copy)}


def understood(copy: Path) -> list[dict]:
    """What a program that starts with the lists of this copy understands of each text of LINES."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", ASKS, json.dumps([new.text for new in LINES])],
        env={"PYTHONPATH": f"{copy}:{HOUSE}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(path: Path, behind: str, line: str) -> None:
    """Write a line into a list, behind one that stands there."""
    text = path.read_text(encoding="utf-8")
    assert f"{behind}\n" in text
    path.write_text(text.replace(f"{behind}\n", f"{behind}\n{line}\n", 1), encoding="utf-8")


@dataclass(frozen=True)
class Line:
    """A line that is written in a list behind another, and what it changes in a question."""

    name: str
    behind: str
    line: str
    text: str
    what: str
    before: object
    after: object


LINES = (
    Line(
        name="dialect",
        behind="  example: Nộp hồ sơ ở mô?",
        line="- said: khúc mô\n  means: ở đâu\n  example: Làm thẻ khúc mô?",
        text="Làm thẻ căn cước khúc mô?",
        what="intent",
        before="other",
        after="place",
    ),
    Line(
        name="short_forms",
        behind="# Central dialect",
        line="- {short: mằn, full: làm}",
        text="Mằn giấy khai sinh",
        what="written out",
        before="Mằn giấy khai sinh",
        after="Làm giấy khai sinh",
    ),
    Line(
        name="intents",
        behind="    - tốn kém",
        line="    - đắt rẻ ra sao",
        text="Khai sinh cho cháu đắt rẻ ra sao?",
        what="intent",
        before="how",
        after="fee",
    ),
    Line(
        name="channels",
        behind="    - chuyển phát",
        line="    - (nhờ|gửi) bưu tá",
        text="nho buu ta gui ho so",
        what="way",
        before=None,
        after="postal",
    ),
    Line(
        name="stop_words",
        behind="    biết đấy bao mất lâu hè hỉ dậy bây tụi chớ ổng bả má đứa tía nghen nè nớ nọ rứa chừ",
        line="    hén",
        text="Khai tử hén",
        what="words",
        before=["khai", "tu", "hen"],
        after=["khai", "tu"],
    ),
    Line(
        name="units",
        behind="  phrases: [tuần, tuần lễ]",
        line="\nfortnight:\n  example: 1 nửa tháng\n  phrases: [nửa tháng]",
        text="chờ 1 nửa tháng",
        what="units",
        before=["next:nửa"],
        after=["fortnight"],
    ),
)


@pytest.mark.parametrize("number", range(len(LINES)), ids=[new.name for new in LINES])
def test_a_line_in_a_list_changes_what_is_understood(answers, number):
    new = LINES[number]
    assert answers["before"][number][new.what] == new.before
    assert answers["after"][number][new.what] == new.after


def test_an_everyday_name_that_is_written_down_leads_to_its_procedure(tmp_path):
    copy = tmp_path / "colloquial.yaml"
    shutil.copy(HOUSE / "assistant" / "data" / "colloquial.yaml", copy)
    question = "Mần sổ ở chung cho con dâu"
    assert "1.004222" not in [one.code for one in everyday_names.load().heard(question)]
    write(copy, "    title: Đăng ký thường trú", "    exact: [(làm|mần) sổ ở chung]")
    assert "1.004222" in [one.code for one in everyday_names.read(copy).heard(question)]


def test_a_way_of_speaking_of_a_fraud_that_is_written_down_is_heard(tmp_path):
    copy = tmp_path / "urgent.yaml"
    shutil.copy(URGENT, copy)

    def heard() -> bool:
        groups = parse(copy.read_text(encoding="utf-8"))["words"]
        return Ways(groups).said(TypedWords("Bị úp sọt mất sạch"), next(iter(groups)))

    assert not heard()
    write(copy, "  toi:", "    - úp sọt")
    assert heard()
