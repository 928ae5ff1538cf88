"""Thousands of spoilt files before each reader: none may hang, fill the memory, or fail without a refusal.

    python -m tests.robustness.fuzz_files --files 40000 [--seed 1] [--processes 2]

The readers are called as the process beside the pages calls them, within a limit of memory; a process for
each file would take most of the time, so one spreadsheet in fifty goes the whole way. Exit 1 for an
exception that is no refusal, or a file that takes longer than --seconds of CPU.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from tests.robustness import nasty

MEMORY = 2 * 1024**3


def _list(dice: random.Random) -> bytes:
    names = ("Nguyễn Thị Lành", "H'Bia Niê", "Đỗ Văn Sáu", "=1+1", "Lò Thị Mai;x")
    mark = dice.choice((",", ";", "\t"))
    lines = [mark.join(("Họ và tên", "Tên đăng nhập", "Dưới 16 tuổi"))]
    lines += [
        mark.join((dice.choice(names) + str(number), "", dice.choice(("", "x")))) for number in range(30)
    ]
    return "\r\n".join(lines).encode(dice.choice(("utf-8", "utf-8-sig", "utf-16")))


def _sheet(dice: random.Random) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for number in range(20):
        book.active.append([f"Nguyễn Văn {number}", 912345678 + number, dice.choice(("x", None, "=A1"))])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(_dice: random.Random) -> bytes:
    return ("<html><head><title>Phí</title></head><body><h1>Điều 1</h1><p>Lệ phí 8.000 đồng.</p><table><tr>"
            "<td>Bản sao</td><td>2.000</td></tr></table></body></html>" * 3).encode()  # fmt: skip


def _word(_dice: random.Random) -> bytes:
    from tests.assistant.documents.document_samples import docx

    return docx()


def _pdf(_dice: random.Random) -> bytes:
    from tests.assistant.documents.document_samples import DECISION, pdf

    return pdf(DECISION, DECISION)


def _record(_dice: random.Random) -> bytes:
    from tests.factories import record

    return record().encode()


def read_document(data: bytes) -> None:
    """As the process beside the pages reads it."""
    from assistant.documents.refusals import DocumentFileError
    from assistant.documents.upload import read

    with suppress(DocumentFileError):
        read(data)


def read_list(data: bytes, name: str = "lop.csv") -> None:
    """As a list of learners."""
    from lms.classes import roster
    from lms.core.pages.errors import Refusal

    with suppress(Refusal):
        roster.check(roster.read_file(name, data), {}, ())


def read_sheet(data: bytes) -> None:
    """As a list of learners in a spreadsheet: what its process does, and what is made of its answer."""
    from unittest import mock

    from lms.classes import spreadsheet

    if zlib.crc32(data) % 50 == 0:
        return read_list(data, "lop.xlsx")
    told = json.loads(json.dumps(spreadsheet.cells(data)))
    with mock.patch("lms.classes.roster.sandbox.call", return_value=told):
        read_list(data, "lop.xlsx")
    return None


def read_one_record(data: bytes) -> None:
    """As a record of a procedure, and what is answered from it."""
    from assistant.procedures.reading.flags import flags_of
    from assistant.procedures.reading.record_text import RecordError, read_record

    try:
        text = data.decode("utf-8")
        flags_of(read_record(text), text)
    except (RecordError, UnicodeDecodeError):
        pass


def read_archive(data: bytes) -> None:
    """As an archive of records."""
    from assistant.procedures.reading.archives import SourceRefused, open_source

    with tempfile.NamedTemporaryFile(suffix=".tar.gz") as file:
        file.write(data)
        file.flush()
        try:
            for _one in open_source(Path(file.name)).files():
                pass
        except (SourceRefused, OSError, EOFError):
            pass


def _archive(dice: random.Random) -> bytes:
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=dice.choice(("w:gz", "w"))) as archive:
        for number in range(4):
            data = _record(dice)
            entry = tarfile.TarInfo(f"records/9.00000{number}.txt")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


KINDS: dict[str, tuple[Callable[[random.Random], bytes], Callable[[bytes], None], float]] = {
    "list": (_list, read_list, 0.22),
    "spreadsheet": (_sheet, read_sheet, 0.15),
    "html": (_page, read_document, 0.15),
    "word": (_word, read_document, 0.14),
    "pdf": (_pdf, read_document, 0.08),
    "record": (_record, read_one_record, 0.16),
    "archive": (_archive, read_archive, 0.10),
}
"""Each kind: a good file, its reader, and its share of all."""


def _work(arguments: tuple[int, int, float]) -> tuple[Counter, list[str]]:
    seed, count, seconds = arguments
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    dice = random.Random(seed)
    done: Counter = Counter()
    bad: list[str] = []
    for kind, (make, read, share) in KINDS.items():
        good = [make(dice) for _ in range(4)]
        for number in range(int(count * share)):
            data = nasty.spoiled(dice.choice(good), dice)
            began = time.process_time()
            try:
                read(data)
            except Exception as error:
                bad.append(f"{kind} #{number} of seed {seed}: {type(error).__name__}: {str(error)[:200]}")
            spent = time.process_time() - began
            done[kind] += 1
            if spent > seconds:
                bad.append(f"{kind} #{number} of seed {seed}: {spent:.1f} CPU s")
    return done, bad


def main() -> int:
    """Run it; 1 if something must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    share = chosen.files // chosen.processes
    work = [(chosen.seed + number, share, chosen.seconds) for number in range(chosen.processes)]
    with ProcessPoolExecutor(chosen.processes, multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_work, work))
    done = sum((result[0] for result in results), Counter())
    bad = [line for result in results for line in result[1]]
    print(json.dumps({"files": sum(done.values()), "bad": len(bad), "by_kind": done}))
    print("\n".join(bad[:20]), file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
