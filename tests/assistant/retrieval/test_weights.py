"""Each weight and each threshold of the search among records turns one example: switched off, it goes wrong.

The records are made up. An example that comes out the same without its weight would prove nothing, so each
is looked at twice: as it is, and with that one weight at nought.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from assistant.answering.routing import (
    ASK_BACK,
    LESSON,
    NEITHER,
    RECORD,
    Sureness,
    choose,
    is_named,
    tied_records,
)
from assistant.indexing import procedures
from assistant.retrieval import records
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.record_hits import Called, RecordHit, RecordRanking
from assistant.retrieval.record_signals import Sayings
from assistant.retrieval.records import RecordIndex
from assistant.retrieval.search import Index
from assistant.understanding.intents import DEFINITION, FEE, HOW, SCAM
from assistant.understanding.query import Query, content_words
from assistant.weights import changed, weight

FRUITS = ["cam", "quýt", "mận", "đào", "ổi", "xoài", "dừa"]
OTHERS = [(f"Thủ tục số {fruit}", f"giấy {fruit} nộp tại quầy") for fruit in FRUITS]
"""Records that nobody asks for: without them no word would weigh more than another."""

EAST, NORTH, WEST, SOUTH = np.eye(4, dtype=np.float32)
LONG = "quầy nộp tờ khai, trả kết quả, thu tiền, ghi sổ, hẹn ngày, báo tin, lưu giấy"
LONGER = "tờ khai nộp quầy trả kết quả sổ ghi hẹn tin lưu thu tiền bản sao bản chính"


@dataclass(frozen=True)
class Example:
    """Two records of which the second is meant, and only this weight tells. `records`: (names, body)."""

    weight: str
    question: str
    first: tuple[str, str]
    second: tuple[str, str]
    called: Called | None = None
    sayings: tuple[str, str] = ()
    vectors: tuple[np.ndarray, np.ndarray] = ()
    said_vectors: tuple[np.ndarray, np.ndarray] = ()


EXAMPLES = [
    Example("records.name", "nuôi ong mật", ("Nuôi cá", "nuôi ong mật, nuôi ong mật, ong mật"),
            ("Nuôi ong mật", "quầy")),
    Example("records.body", "đăng ký nuôi gà vườn đồi", ("Đăng ký nuôi gà", "chuồng trại"),
            ("Đăng ký nuôi gà", "vườn đồi ở vườn đồi")),
    Example("records.dense", "đăng ký nuôi gà", ("Đăng ký nuôi gà", "trại"), ("Đăng ký nuôi gà", "trại"),
            vectors=(EAST, NORTH)),
    Example("records.said", "gài mấy thùng sau vườn", ("Đăng ký nuôi gà", "trại"),
            ("Đăng ký nuôi ong", "trại"), sayings=("muốn thả vịt", "gài mấy thùng sau vườn")),
    Example("records.meant", "gài mấy thùng mật", ("Đăng ký nuôi gà", "trại"), ("Đăng ký nuôi ong", "trại"),
            sayings=("muốn thả vịt", "muốn thả bầy"), said_vectors=(EAST, NORTH), vectors=(SOUTH, SOUTH)),
]  # fmt: skip


def best(example: Example) -> int:
    """The number of the record that comes first."""
    known = [example.first, example.second, *OTHERS]
    names, bodies = [name for name, _ in known], [f"{name} {body}" for name, body in known]
    vectors = numbers = sayings = None
    if example.vectors:
        vectors = np.array([*example.vectors, *[SOUTH] * len(OTHERS)], np.float32)
        numbers = np.arange(len(known))
    if example.sayings:
        said = np.array(example.said_vectors, np.float32) if example.said_vectors else None
        index = Index(Lexical.build(list(example.sayings)), said)
        sayings = Sayings(index, np.arange(2), np.arange(2))
    pieces = [(Lexical.build(names), Lexical.build(bodies))]
    found = RecordIndex(names, pieces, np.zeros(len(known)), vectors, numbers, sayings).search(
        example.question,
        content_words(example.question),
        NORTH if example.vectors or example.said_vectors else None,
        called={1: example.called} if example.called else None,
    )
    return found.hits[0].number


FIRST = ("records.name", "records.body", "records.dense", "records.said", "records.meant")
"""What the first ordering weighs: it says which records are looked at, and trees which of them is meant."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.weight)
def test_a_weight_turns_its_example(example, monkeypatch):
    if example.weight in FIRST:
        monkeypatch.setattr(records, "LOOKED_AT", 1)
        monkeypatch.setattr(records, "OF_ONE_SIGNAL", 0)
    assert best(example) == 1
    with changed({example.weight: 0.0}):
        assert best(example) == 0, f"{example.weight} makes no difference here"


@pytest.mark.parametrize(
    ("name", "level", "who", "kind"),
    [
        ("records.commune", "Cấp Xã", "Tổ chức", ""),
        ("records.citizen", "Cấp Tỉnh", "Công dân Việt Nam", ""),
        ("records.local", "Cấp Tỉnh", "Tổ chức", "TTHC của tỉnh (LOCAL)"),
    ],
)
def test_what_a_record_gets_for_itself(name, level, who, kind):
    def prior() -> float:
        made = type("Record", (), {"level": level, "who": (who,), "kind": kind, "code": "9.999999"})()
        return procedures.prior_of(made)

    assert weight(name) and prior() == pytest.approx(weight(name))
    with changed({name: 0.0}):
        assert prior() == 0.0


def test_a_record_that_people_have_a_name_for_gets_something_for_it():
    made = type("Record", (), {"level": "", "who": (), "kind": "", "code": "1.004194"})()
    own = procedures.prior_of(made)
    with changed({"records.often": 0.0}):
        assert own > 0 == procedures.prior_of(made)


def hit(number=0, score=1.0, asked=0.9, titled=0.0, called=0.0, share=0.5) -> RecordHit:
    return RecordHit(number, score, asked, titled, called, 0.0, 0.0, share=share)


def with_intent(form: str) -> Query:
    return Query("hộ chiếu", "hộ chiếu", form, False, False, None)


def sure(lesson: float, record: float, spoken_of: float = 1.0) -> Sureness:
    return Sureness(lesson, 0.5, record, 0.5, spoken_of)


SLIGHTLY = 0.02
AHEAD, SPOKEN_OF = weight("choice.clearly_better"), weight("choice.spoken_of")
ALL_ASKED, FAR_AHEAD = weight("choice.all_asked"), weight("choice.far_ahead")
WELL_CALLED, MOSTLY_TITLED = weight("choice.well_called"), weight("choice.mostly_titled")


@pytest.mark.parametrize(
    ("form", "sureness", "alike", "chosen"),
    [
        # Neither is sure; only one of them is.
        (FEE, sure(0.4, 0.4), 1, NEITHER),
        (FEE, sure(0.6, 0.4), 1, LESSON),
        (FEE, sure(0.4, 0.6), 1, RECORD),
        (FEE, sure(0.4, 0.6), 2, ASK_BACK),
        # Both are: a fee stands in a record, unless the lesson is clearly better.
        (FEE, sure(0.6, 0.6), 1, RECORD),
        (FEE, sure(0.6 + AHEAD + SLIGHTLY, 0.6), 1, LESSON),
        (FEE, sure(0.6 + AHEAD - SLIGHTLY, 0.6), 1, RECORD),
        # A lesson that hardly speaks of the topic gives way, however sure it is.
        (FEE, sure(0.99, 0.6, SPOKEN_OF - SLIGHTLY), 1, RECORD),
        (FEE, sure(0.99, 0.6, SPOKEN_OF - SLIGHTLY), 2, ASK_BACK),
        (FEE, sure(0.99, 0.6, SPOKEN_OF + SLIGHTLY), 1, LESSON),
        # How to do it on the phone stands in a lesson, unless the record is clearly better.
        (HOW, sure(0.6, 0.6 + AHEAD - SLIGHTLY), 1, LESSON),
        (HOW, sure(0.6, 0.6 + AHEAD + SLIGHTLY), 1, RECORD),
        # What a word means and what is a scam: the lesson, whatever the record says.
        (DEFINITION, sure(0.6, 0.99), 1, LESSON),
        (SCAM, sure(0.6, 0.99), 1, LESSON),
    ],
)  # fmt: skip
def test_lesson_or_record(form, sureness, alike, chosen):
    assert choose(with_intent(form), alike, sureness) == chosen


NAMED = hit(asked=ALL_ASKED, titled=MOSTLY_TITLED)
PLAINLY, HARDLY = FAR_AHEAD + SLIGHTLY, FAR_AHEAD - SLIGHTLY


@pytest.mark.parametrize(
    ("best", "share", "named"),
    [
        (NAMED, PLAINLY, True),
        (hit(asked=ALL_ASKED, called=WELL_CALLED), PLAINLY, True),
        (hit(asked=ALL_ASKED - SLIGHTLY, titled=1.0, called=1.0), PLAINLY, False),
        (hit(asked=1.0, titled=MOSTLY_TITLED - SLIGHTLY), PLAINLY, False),
        (hit(asked=1.0, called=WELL_CALLED - SLIGHTLY), PLAINLY, False),
        (NAMED, HARDLY, False),
    ],
)
def test_a_record_is_named_by_all_its_words_and_far_before_any_other(best, share, named):
    assert is_named(RecordRanking((best, hit(1)), False, share=share)) is named


def alike(*hits: RecordHit, often=(), names=("Nuôi ong", "Nuôi gà", "Nuôi cá")) -> list[int]:
    found = tied_records(RecordRanking(hits, False), lambda one: one in often, lambda one: names[one])
    return [one.number for one in found]


def test_records_meant_alike_lie_close_together():
    as_good = weight("records.as_good")
    close, far = 0.5 * as_good + 0.001, 0.5 * as_good - 0.001
    assert alike(hit(0), hit(1, share=close)) == [0, 1]
    assert alike(hit(0), hit(1, share=far)) == [0]


def test_records_are_not_alike_when_the_question_tells_them_apart():
    assert alike(hit(0, called=0.9), hit(1)) == [0], "only one was called by its everyday name"
    assert alike(hit(0), hit(1, asked=0.8)) == [0], "more of the question stands in the first"
    assert alike(hit(0), hit(1), often={0}) == [0], "nobody asks for the second"
    assert alike(hit(0), hit(1), names=("Nuôi ong", "Nuôi ong (cấp tỉnh)")) == [0], "one thing at two levels"
