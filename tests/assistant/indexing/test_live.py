"""A server follows what staff save beside the questions, and nothing broken gets in."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from assistant.indexing import embedder_switch, vector_filling
from assistant.indexing import live as live_module
from assistant.indexing import vector_cache as cache_module
from assistant.indexing.vector_cache import VectorCache, question_key, text_key
from assistant.knowledge.tables import EntryRow
from assistant.service import Assistant
from tests.assistant.indexing.saved import ASKED, SAID, put_answer, put_document


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_what_is_saved_is_answered_without_a_restart(assistant):
    assistant.follow_in_background()
    put_answer(assistant)
    put_document(assistant)
    wait_until(lambda: assistant.ask(ASKED).text == SAID)
    wait_until(lambda: "8.000" in assistant.ask("Làm thẻ thư viện xã hết bao nhiêu tiền?").text)
    assistant.stop()


def test_a_burst_of_savings_is_one_building(served, monkeypatch):
    built, build = [], live_module.build_shelf
    monkeypatch.setattr(live_module, "build_shelf", lambda *given: built.append(1) or build(*given))
    for number in range(12):
        put_document(served, f"Quy định số {number}")
        put_answer(served, f"Câu số {number} hỏi gì?")
    served._live.turn()
    served._live.turn()
    assert built == [1]


def test_a_checked_answer_does_not_build_the_shelf(served, monkeypatch):
    monkeypatch.setattr(live_module, "build_shelf", lambda *given: pytest.fail("built"))
    put_answer(served)
    served._live.turn()
    assert served.ask(ASKED).text == SAID


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("away")), KeyError("broken")])
def test_what_cannot_be_loaded_leaves_the_old_in_use_and_is_told(served, monkeypatch, error):
    def broken(*given):
        raise error

    put_answer(served)
    monkeypatch.setattr(live_module, "read_verified", broken)
    assert served._live.turn() > 1
    assert served.ask("Mã OTP là gì?").outcome == "answered"
    assert type(error).__name__ in " ".join(served.status()["problems"])
    monkeypatch.undo()
    served._live.turn()
    assert served.ask(ASKED).text == SAID
    assert served.status()["problems"] == []


def test_a_document_that_cannot_be_read_stops_no_start_and_is_named(
    settings, library, store_engine, assistant
):
    put_document(assistant)
    broken = put_document(assistant, "Văn bản hỏng")
    with store_engine.begin() as connection:
        connection.execute(update(EntryRow).where(EntryRow.id == broken.id).values(data={"sections": 5}))
    opened = Assistant.open(settings, library, store_engine)
    assert "8.000" in opened.ask("Làm thẻ thư viện xã hết bao nhiêu tiền?").text
    assert "van-ban-hong" in " ".join(opened.status()["problems"])


class FakeEmbedder:
    """Directions by letters; counts what it is asked in this process."""

    identity, size = "fake-1", 8

    def __init__(self):
        self.asked = []

    def query(self, text):
        self.asked.append(text)
        made = np.bincount([ord(letter) % 8 for letter in text] or [0], minlength=8).astype(np.float32)
        return made / np.linalg.norm(made)

    def passages(self, texts):
        pytest.fail("a stored text was embedded in the process that answers")


@pytest.fixture
def embedded(settings, library, store_engine, monkeypatch):
    """A server with a fake embedder and no vectors; `started` counts the processes that make them."""
    embedder, started = FakeEmbedder(), []
    monkeypatch.setattr(embedder_switch, "open_embedder", lambda name: embedder)
    monkeypatch.setattr(
        live_module.background, "start", lambda settings, soon: started.append(soon) or Gone()
    )
    opened = Assistant.open(settings, library, store_engine)
    opened.embedder, opened.started = embedder, started
    return opened


class Gone:
    """A fake process that has ended already."""

    def poll(self):
        return 0


def test_saving_a_checked_answer_embeds_none_of_the_others(embedded):
    for number in range(50):
        put_answer(embedded, f"Hỏi điều thứ {number} ở đâu?")
    embedded._live.turn()
    embedded.embedder.asked.clear()
    put_answer(embedded)
    embedded._live.turn()
    assert embedded.ask(ASKED).text == SAID
    assert len(embedded.embedder.asked) <= 1
    assert embedded.status()["vectors"]["waiting"] >= 51


def test_what_was_published_has_its_vectors_made_without_a_restart(embedded, monkeypatch):
    put_document(embedded)
    embedded._live.turn()
    assert len(embedded.started) == 1
    embedded._live.turn()
    assert len(embedded.started) == 1, "one after the other, with a rest between"
    monkeypatch.setattr(live_module.background, "is_busy", lambda settings: True)
    embedded._live._maker_after = 0.0
    embedded._live.turn()
    assert len(embedded.started) == 1, "another process of this machine is at it"


def test_a_question_asked_again_is_not_embedded_again(embedded):
    made = FakeMaker(lambda: None)
    embedded._live.cache.fill(embedded._texts(), made)
    embedded.refresh()
    first = embedded.ask("Mã OTP là gì?")
    asked = len(embedded.embedder.asked)
    again = embedded.ask("Mã OTP là gì?")
    assert len(embedded.embedder.asked) == asked == 1
    assert (again.text, again.confidence) == (first.text, first.confidence)
    embedded.ask("Mã OTP dùng mấy lần?")
    assert len(embedded.embedder.asked) == 2


@pytest.mark.parametrize(("few", "soon"), [(10_000, True), (1, False)])
def test_a_few_texts_do_not_wait_for_an_idle_machine(embedded, monkeypatch, few, soon):
    monkeypatch.setattr(live_module, "FEW", few)
    put_document(embedded)
    embedded._live.turn()
    assert embedded.started == [soon]


class FakeMaker(FakeEmbedder):
    """Makes vectors in this process; `meanwhile` is called when the first texts are under way."""

    def __init__(self, meanwhile):
        super().__init__()
        self.meanwhile = meanwhile

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def passages(self, texts):
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return [self.query(text) for text in texts]

    def questions(self, texts):
        return [self.query(text) for text in texts]


def test_what_is_published_while_an_import_is_under_way_comes_before_the_rest_of_it(embedded, monkeypatch):
    def published():
        put_answer(embedded)
        put_document(embedded)

    maker, told = FakeMaker(published), []
    monkeypatch.setattr(vector_filling, "Maker", lambda name: maker)
    monkeypatch.setattr(vector_filling, "ROUND", 8)
    before = embedded.status()["vectors"]["waiting"]
    assert before > 20
    made = embedded.fill_vectors(lambda done, total: told.append((done, total)))
    assert made == len(maker.asked) == len(set(maker.asked)) > before
    assert ASKED in maker.asked[8:9]
    assert "8.000" in " ".join(maker.asked[9:17])
    assert embedded.status()["vectors"] == {"waiting": 0, "skipped": 0}
    assert told[-1] == (made, made)


def test_what_was_made_is_saved_after_some_seconds_and_then_more_seldom(tmp_path, monkeypatch):
    """With a clock on which eight texts take two seconds."""
    saved, now = [], [0.0]

    class FakeSlow(FakeMaker):
        def passages(self, texts):
            now[0] += 2.0
            return super().passages(texts)

    monkeypatch.setattr(cache_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(VectorCache, "save", lambda self: saved.append(now[0]))
    texts = [f"Thủ tục số {number}" for number in range(8 * 60)]
    assert VectorCache(tmp_path, "fake-1", shipped=None).fill(texts, FakeSlow(lambda: None)) == len(texts)
    assert saved == [6.0, 16.0, 36.0, 76.0, 120.0]


def test_vectors_made_elsewhere_are_taken_in_and_no_word_is_indexed_again(embedded, settings, monkeypatch):
    monkeypatch.setattr(live_module, "build_shelf", lambda *given: pytest.fail("indexed again"))
    texts = embedded._texts()
    cache = VectorCache(settings.instance / "vectors", "fake-1", shipped=None)
    maker = FakeEmbedder()
    maker.passages = lambda texts: [maker.query(text) for text in texts]
    cache.fill(texts, maker)
    assert embedded.status()["search"] == "lexical"
    embedded._live.turn()
    assert embedded.status()["search"] == "hybrid"
    assert embedded.status()["vectors"]["waiting"] == 0


def test_a_batch_of_new_vectors_reloads_nothing_else(embedded, settings, monkeypatch):
    put_answer(embedded)
    embedded._live.turn()
    folder, maker, texts = settings.instance / "vectors", FakeMaker(lambda: None), embedded._texts()
    for name in ("build_shelf", "read_verified", "more_verified", "_restorer"):
        monkeypatch.setattr(live_module, name, lambda *given: pytest.fail("loaded again"))
    monkeypatch.setattr(live_module.indexed, "load", lambda *given: pytest.fail("loaded again"))
    half = len(texts) // 2
    for batch, key in ((texts[:half], text_key), (texts[half:], text_key), ([ASKED], question_key)):
        before = embedded.status()["vectors"]["waiting"]
        VectorCache(folder, "fake-1", shipped=None).fill(batch, maker, key=key)
        embedded._live.turn()
        assert embedded.status()["vectors"]["waiting"] == before - len(batch)
    assert embedded.status()["search"] == "hybrid"
    assert embedded.ask(ASKED).text == SAID


def test_the_thread_ends_with_its_assistant(settings, library, store_engine):
    import gc

    opened = Assistant.open(settings, library, store_engine)
    opened.follow_in_background()
    keeper = opened._live._keeper
    del opened
    gc.collect()
    keeper.join(20)
    assert not keeper.is_alive()
