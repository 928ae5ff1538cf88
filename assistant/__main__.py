"""python -m assistant ask | index | bench | calibrate | weights | doctor.

Standard output carries only JSON.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from assistant.answer import REGISTERS
from assistant.answering import trust
from assistant.doctor import examine
from assistant.evaluation import (
    danger_fit,
    fitted,
    fitting,
    fitting_meaning,
    fitting_ranker,
    fitting_trust,
    retrieval_bench,
)
from assistant.evaluation.calibrating import calibrate
from assistant.evaluation.figures import unread
from assistant.evaluation.measure import measure
from assistant.evaluation.question_sets import half, read_questions, seen_ids
from assistant.indexing import background, procedures
from assistant.indexing.vector_cache import SHIPPED, VectorCache
from assistant.knowledge.store import KnowledgeStore, prepare
from assistant.models import commands as model_commands
from assistant.procedures import import_command
from assistant.retrieval import calibration, ranker
from assistant.retrieval.embedding import EmbedderMissing, open_embedder
from assistant.service import Assistant
from assistant.settings import SettingError, Settings
from assistant.storage import StorageError, make_engine
from assistant.understanding.danger import save_meaning
from courses.reading import reader
from courses.urgent import UrgentBroken

QUESTIONS = Path(__file__).resolve().parent.parent / "benchmarks" / "questions"

EXPLAINED = (
    fitting_ranker.FitError,
    ranker.NoRanker,
    SettingError,
    StorageError,
    retrieval_bench.BenchError,
    EmbedderMissing,
    UrgentBroken,
    *model_commands.EXPLAINED,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    os.umask(0o077)  # what running makes holds names and questions
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s")
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except EXPLAINED as error:
        say(str(error))
        return 2
    except (OSError, SQLAlchemyError, UnicodeDecodeError) as error:
        # A folder that cannot be made, a disk, a file of another kind: no error of the program.
        say(f"{type(error).__name__}: {str(error).splitlines()[0]}")
        return 2
    except KeyboardInterrupt:
        say("stopped; what was done is kept")
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m assistant", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="answer one question, or a file of them")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--batch", type=Path, metavar="FILE.jsonl", help='{"id", "question", "history"} a line')
    ask.add_argument("--register", choices=REGISTERS, default="standard")
    ask.add_argument("--audience", metavar="ID")
    ask.add_argument("--lesson", metavar="COURSE/LESSON")
    ask.add_argument("--level", metavar="NAME", help="only procedures of this level, such as “Cấp Xã”")
    ask.add_argument("--after", action="append", default=[], metavar="QUESTION", help="asked before this one")
    ask.add_argument("--json", action="store_true", help="for clarity: it is always JSON")
    ask.add_argument(
        "--explain", action="store_true", help="also what was heard, looked at, and how sure it is"
    )
    ask.set_defaults(run=run_ask)

    index = commands.add_parser("index", help="bring the search index up to date")
    index.add_argument("--ship", action="store_true", help="also write the courses' vectors into the program")
    index.add_argument("--beside", action="store_true", help="do nothing if another process is indexing")
    index.add_argument("--for", type=int, dest="starter", metavar="PID", help="stop when this parent ends")
    index.add_argument("--json", action="store_true")
    index.set_defaults(run=run_index)

    import_command.add_command(commands, after=index_in_background)

    measure_ = commands.add_parser("bench", help="measure retrieval or answers")
    source = measure_.add_mutually_exclusive_group(required=True)
    source.add_argument("--beir", type=Path, metavar="DIR")
    source.add_argument("--questions", type=Path, metavar="FILE.jsonl")
    measure_.add_argument("--typed", choices=retrieval_bench.TYPED, default="plain")
    measure_.add_argument("--register", choices=REGISTERS, default="standard")
    measure_.add_argument("--half", choices=("tune", "held-out"), help="only one half of the questions")
    measure_.add_argument("--json", action="store_true")
    measure_.set_defaults(run=run_bench)

    tune = commands.add_parser("calibrate", help="fit “I don't know” on one half of files of questions")
    tune.add_argument("questions", type=Path, nargs="+", metavar="FILE.jsonl")
    tune.set_defaults(run=run_calibrate)

    weights_ = commands.add_parser(
        "weights", help="a question that turns on each weight; --fit: other values"
    )
    weights_.add_argument("questions", type=Path, nargs="+", metavar="FILE.jsonl")
    weights_.add_argument("--fit", action="store_true", help="values that answer more questions right (slow)")
    weights_.set_defaults(run=run_weights)

    fit = commands.add_parser("fit", help="fit the ranker of records and “I don't know” from what people say")
    fit.add_argument("questions", type=Path, nargs="*", metavar="FILE.jsonl")
    fit.add_argument("--check", action="store_true", help="only say whether what was fitted is current")
    fit.set_defaults(run=run_fit)

    model_commands.add_commands(commands)

    doctor = commands.add_parser("doctor", help="what is installed, loaded and missing")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=run_doctor)
    return top


def open_assistant(settings: Settings, serves: bool = False) -> Assistant:
    """An assistant on an up-to-date database; no vectors are made. `serves`: see `load_models`."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url, synchronous=settings.synchronous)
    prepare(engine, settings.instance / "backups" if settings.backup_before_migration else None)
    library = reader.load(settings.courses or None)
    for problem in library.errors:
        say(f"left out: {problem}")
    assistant = Assistant(settings, library, engine)
    assistant.load_models(serves)
    return assistant


def open_complete(settings: Settings) -> Assistant:
    """An assistant whose vectors are all there: what is missing is made first, with progress."""
    assistant = open_assistant(settings)
    with progress("waiting for another process") as waited, background.alone(settings, waited) as turn:
        assert turn is not None, "it was waited for"
        make_vectors(assistant, turn)
    return assistant


def make_vectors(assistant: Assistant, turn: background.Turn, starter: int | None = None) -> int:
    """Make what is missing, tell how far it is, and name what had to be left out; how many were made."""
    with progress("vectors") as shown:

        def both(done: int, total: int) -> None:
            shown(done, total)
            turn.note(done, total)

        made = assistant.fill_vectors(background.still_wanted(starter, both))
    for one in assistant.skipped():
        say(f"no vector can be made of “{one['text']}” ({one['place']}): {one['why']}; words find it")
    return made


def run_ask(options: argparse.Namespace) -> int:
    """Answer on standard output, one JSON object a line."""
    if (options.question is None) == (options.batch is None):
        say("give one question, or --batch FILE.jsonl")
        return 2
    batch = read_batch(options.batch) if options.batch else [{"question": options.question}]
    assistant = open_assistant(Settings.load(), serves=True)
    if waiting := assistant.status()["vectors"]["waiting"]:
        say(f"{waiting} vectors are still to be made (python -m assistant index); until then words count")
    for one in batch:
        put: dict[str, Any] = {
            "register": options.register,
            "audience": options.audience,
            "lesson": options.lesson,
            "level": options.level,
            "history": one.get("history") or options.after,
        }
        answer = assistant.ask(one["question"], **put)
        shown = answer.to_json()
        if options.explain:
            shown |= assistant.explain(one["question"], answer, **put)
        if "id" in one:
            shown["id"] = one["id"]
        show(shown)
    return 0


def read_batch(path: Path) -> list[dict[str, Any]]:
    """The questions of a batch file. Raises BenchError."""
    batch = retrieval_bench.read_lines(path)
    for number, one in enumerate(batch, 1):
        if not isinstance(one.get("question"), str):
            raise retrieval_bench.BenchError(f"{path}, object {number}: “question” is missing or not a text")
        earlier = one.get("history") or []
        if not isinstance(earlier, list) or not all(isinstance(turn, str) for turn in earlier):
            raise retrieval_bench.BenchError(f"{path}, object {number}: “history” is a list of texts")
    return batch


def run_index(options: argparse.Namespace) -> int:
    """Bring database, lexical index and vectors up to date."""
    settings = Settings.load()
    with progress("waiting for another process") as waited:
        waiting = None if options.beside else waited
        with background.alone(settings, waiting) as turn:
            return index_all(settings, options, turn) if turn else 0


def index_all(settings: Settings, options: argparse.Namespace, turn: background.Turn) -> int:
    """Words first: they are quick, and search is right with them alone."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url, synchronous=settings.synchronous)
    prepare(engine, settings.instance / "backups" if settings.backup_before_migration else None)
    procedures.build(KnowledgeStore(engine), settings.instance / "index")
    engine.dispose()
    assistant = open_assistant(settings)
    made = make_vectors(assistant, turn, options.starter)
    result = {**assistant.status(), "vectors_made": made}
    if options.ship:
        result["shipped"] = assistant.ship_vectors(SHIPPED)
        result["shipped_bytes"] = SHIPPED.stat().st_size
    show(result)
    return 0


def index_in_background(settings: Settings, store: KnowledgeStore) -> None:
    """After an import: index the words now, and leave the vectors to a process that goes on alone."""
    say("indexing the words of all procedures; search is right with them alone")
    procedures.build(store, settings.instance / "index")
    background.start(settings, outlives=True)
    say("vectors are being made in the background; python -m assistant doctor tells how many are missing")


def run_bench(options: argparse.Namespace) -> int:
    """Measure and show the figures."""
    settings = Settings.load()
    if options.questions:
        questions = read_questions(options.questions)
        if options.half:
            questions = half(questions, options.half == "held-out", seen_ids(options.questions))
        assistant = open_complete(settings)
        figures = measure(assistant, questions, options.typed, options.register)
        show(unread(figures) if options.half == "held-out" else figures)
        return 0
    collection = retrieval_bench.read_folder(options.beir)
    embedder = open_embedder(settings.embedder)
    cache = VectorCache(settings.instance / "vectors", embedder.identity, shipped=None) if embedder else None
    with progress("vectors") as shown:
        show(retrieval_bench.measure(collection, embedder, cache, options.typed, shown))
    return 0


def run_calibrate(options: argparse.Namespace) -> int:
    """Fit the curves on the half for tuning and keep them."""
    assistant = open_complete(Settings.load())
    questions = [one for path in options.questions for one in read_questions(path)]
    curves = calibrate(assistant, half(questions, held_out=False))
    calibration.save(assistant.status()["evidence"], curves)
    show({name: vars(curve) for name, curve in curves.items()})
    return 0


def run_fit(options: argparse.Namespace) -> int:
    """Fit what is shipped as data, from what people say and the halves to tune on; or look whether it is."""
    files = options.questions or sorted(QUESTIONS.glob("*.jsonl"))
    current = fitted.stamps(files)
    if options.check:
        changed = fitted.changed(current)
        show({"current": not changed, "changed": changed})
        return 1 if changed else 0
    questions = half([one for path in files for one in read_questions(path)], held_out=False)
    assistant = open_complete(Settings.load())
    with progress("questions") as shown:
        ranker.save(fitting_ranker.fit(assistant, questions, shown))
    calibration.save(assistant.status()["evidence"], calibrate(assistant, questions))
    with progress("answers") as shown:
        ranker.save(fitting_trust.fit(assistant, questions, shown), trust.FILE)
    with progress("danger") as shown:
        save_meaning(fitting_meaning.fit(assistant, danger_fit.sentences(), shown))
    fitted.keep(current)
    show({"fitted": sorted(current)})
    return 0


def run_weights(options: argparse.Namespace) -> int:
    """Show what turns on each weight, or what a fit on the halves to tune on would change; keep nothing."""
    assistant = open_complete(Settings.load())
    questions = half([one for path in options.questions for one in read_questions(path)], held_out=False)
    with progress("weights") as shown:
        look = fitting.fit if options.fit else fitting.turning
        show(look(assistant, questions, lambda _name, done, total: shown(done, total)))
    return 0


def run_doctor(options: argparse.Namespace) -> int:
    """Show what works; exit code 1 if no question can be answered."""
    report = examine(Settings.load(), lambda settings: open_assistant(settings, serves=True))
    show(report)
    return 0 if report["can_answer"] else 1


class progress:
    """A bar on standard error that appears only if there is something to wait for."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: tqdm | None = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self._show

    def _show(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, desc=self._what, file=sys.stderr, unit="")
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()


def show(value: dict[str, Any]) -> None:
    """One JSON object on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(words: str) -> None:
    """A sentence on standard error."""
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main())
