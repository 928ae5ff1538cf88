"""The plain form of real texts says the same: every passage of the library, and many procedure records.

The records are no part of the project. They are read from the folder `shared` beside it, where there is one.
"""

import os
import random
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.lessons import lesson_passages
from courses.reading import reader
from i18n.plain import rewrite, rewrite_lines, word_count
from i18n.plain.abbreviations import opened
from i18n.plain.clauses import lexicon
from i18n.plain.kept_facts import differences, lost_words
from i18n.vietnamese.letters import nfc
from i18n.vietnamese.splitting import sentences

RECORDS = Path(__file__).parents[3] / "shared/data/procedures/national-2026-07.tar.gz"
SEED = 20260722
HOW_MANY = 500 if os.environ.get("HOCSO_TEST_ALL") else 150
SHORT = re.compile(r"[A-ZĐƯ]{2,}")
READ = 1_200
"""Letters of a record that are rewritten, from its steps on."""


def faults(text: str) -> list[str]:
    """What the plain form of `text` does wrong, in words; nothing of it may ever happen."""
    own, plain = nfc(text), rewrite(text).text
    longer = longest(plain) - longest(own) - room_for_short_forms(own)
    found = {
        "facts changed": dict(differences(own, plain)),
        "words lost": dict(without(lost_words(own, plain), lexicon().dropped)),
        "words put in": dict(without(lost_words(plain, own), lexicon().added)),
        "changed when rewritten again": rewrite(plain).changed,
        "not NFC": nfc(plain) != plain,
        "longer sentences": longer > 0,
        "nothing left": bool(own.strip()) and not plain.strip(),
        "a sentence that begins with a loose end": loose_ends(plain) > loose_ends(own),
    }
    return [f"{fault}: {what!r}" for fault, what in found.items() if what]


def longest(text: str) -> int:
    return max(map(word_count, sentences(text)), default=0)


def room_for_short_forms(text: str) -> int:
    """Words by which opening the short forms of a sentence may lengthen it."""
    return max(
        (
            sum(len(opened()[short].split()) for short in SHORT.findall(sentence) if short in opened())
            for sentence in sentences(text)
        ),
        default=0,
    )


def loose_ends(text: str) -> int:
    return sum(one.startswith(("Tuy nhiên", "Nhưng", "Và ", "Hoặc ", "Mà ")) for one in sentences(text))


def without(words: Counter[str], allowed: frozenset[str]) -> Counter[str]:
    return Counter({word: count for word, count in words.items() if word not in allowed})


def test_every_passage_of_the_library_keeps_its_facts():
    passages = lesson_passages(reader.load())
    assert len(passages) > 200
    wrong = {passage.key: found for passage in passages if (found := faults(passage.text))}
    assert wrong == {}


def test_the_steps_of_the_library_stay_as_many():
    for passage in lesson_passages(reader.load()):
        for part in passage.parts:
            plain, _ = rewrite_lines(part.items)
            assert len(plain) == len(part.items)


def records() -> Iterator[tuple[str, str]]:
    """(name, text) of 150 records (500 in `make test-all`), the same every time."""
    with tarfile.open(RECORDS) as archive:
        files = sorted((one for one in archive if one.isfile()), key=lambda one: one.name)
        for one in random.Random(SEED).sample(files, HOW_MANY):
            content = archive.extractfile(one)
            assert content is not None
            yield one.name, content.read().decode("utf-8")


@pytest.mark.slow
def test_procedure_records_keep_their_facts():
    if not RECORDS.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the procedure records are not at {RECORDS}")
        pytest.skip(f"no procedure records beside the project ({RECORDS})")
    wrong = {name: found for name, text in records() if (found := faults(whole_lines(text)))}
    assert wrong == {}


def whole_lines(text: str) -> str:
    steps = text[text.find("Trình tự thực hiện:") :]
    return steps[: steps.rfind("\n", 0, READ)] if len(steps) > READ else steps


AGENCIES = (
    "Ủy ban nhân dân cấp xã",
    "Sở Y tế",
    "cơ quan cấp phép",
    "UBND tỉnh",
    "cán bộ tiếp nhận",
    "BHXH huyện",
)
DUTIES = (
    "kiểm tra hồ sơ",
    "cấp Giấy chứng nhận cho cá nhân",
    "phải trả lời bằng văn bản và nêu rõ lý do",
    "thu 160.000 đồng hoặc 20.000 VNĐ mỗi bản",
    "không thu phí, trừ trường hợp cấp lại",
    "chỉ tiếp nhận bản chính (nếu có)",
    "gửi trực tiếp hoặc qua dịch vụ bưu chính đến UBND xã",
    "sử dụng mẫu CT01 theo quy định tại khoản 2 Điều 9 Nghị định số 16/2024/NĐ-CP",
    "thông báo cho người nộp, trong đó nêu cụ thể 02 lý do",
)
CONDITIONS = (
    "",
    "trường hợp hồ sơ không hợp lệ, ",
    "nếu người nộp chưa đủ 14 tuổi thì ",
    "trong thời hạn 03 ngày làm việc kể từ ngày nhận đủ hồ sơ, ",
    "trong thời hạn không quá 15 ngày, kể từ ngày 01/7/2025, ",
    "đối với trường hợp ủy quyền, ",
    "khi nhận kết quả, ",
)
JOINTS = (
    "; ",
    ", ",
    " và ",
    ", đồng thời ",
    ", trường hợp không cấp thì ",
    "; hoặc ",
    ". ",
    ": a) ",
    "; b) ",
    "\n- ",
)
LABELS = ("", "Bước 2: ", "- ", "a) ", "1. ")


@st.composite
def record_like(draw: st.DrawFn) -> str:
    """Sentences put together as records put them together, sensible or not."""
    clause = st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(AGENCIES), st.sampled_from(DUTIES))
    clauses = draw(st.lists(clause, min_size=1, max_size=4))
    told = draw(st.sampled_from(LABELS))
    for number, (condition, agency, duty) in enumerate(clauses):
        told += (draw(st.sampled_from(JOINTS)) if number else "") + f"{condition}{agency} {duty}"
    return told + draw(st.sampled_from((".", ";", "", ":")))


@given(record_like())
def test_whatever_a_record_says_keeps_its_facts(text):
    assert faults(text) == []


@given(st.text(max_size=200))
def test_any_text_can_be_rewritten(text):
    plain = rewrite(text)
    assert rewrite(plain.text).text == plain.text
    assert nfc(plain.text) == plain.text
