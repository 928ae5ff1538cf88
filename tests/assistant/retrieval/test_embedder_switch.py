"""Going over from one embedder to another, with two made-up ones: who serves until when."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from assistant.indexing import embedder_switch
from assistant.indexing.embedder_switch import InUse, Serving, choose, read_note, remember
from assistant.indexing.vector_cache import VectorCache
from assistant.retrieval.embedding import EmbedderMissing, unit_length

TEXTS = [f"Bài {number}" for number in range(40)]
BUSY = OperationalError("the store is away", None, Exception())


class FakeEmbedder:
    """Vectors of `size` numbers that depend on a text's length alone."""

    def __init__(self, name: str, size: int) -> None:
        self.identity, self.size = f"{name}-1", size

    def query(self, text):
        return self.passages([text])[0]

    def passages(self, texts):
        return unit_length([[len(text)] + [1] * (self.size - 1) for text in texts])


class FakeHouse:
    """Two embedders of different sizes, `cu` and `moi`; `loaded` tells which were opened, in their order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes = {"cu": 4, "moi": 6}
        self.loaded: list[str] = []
        self.away = False
        self.now: tuple[FakeEmbedder | None, VectorCache | None] = (None, None)
        self.texts = list(TEXTS)

    def open(self, name):
        if name not in self.sizes:
            raise EmbedderMissing(f"{name} is not installed")
        self.loaded.append(name)
        return FakeEmbedder(name, self.sizes[name])

    def make_vectors(self, name, count=len(TEXTS)):
        """What the process beside does."""
        cache = VectorCache(self.folder, f"{name}-1", shipped=None)
        cache.fill(self.texts[:count], FakeEmbedder(name, self.sizes[name]))

    def needed(self, cache):
        return len(cache.missing(self.texts))

    def use(self, embedder, cache):
        if self.away:
            raise BUSY
        self.now = (embedder, cache)

    def served(self, wanted):
        """A server that starts with this setting."""
        in_use = InUse(wanted, self.folder, lambda: self.texts, self.use)
        in_use.open(serves=True)
        return in_use

    def ask(self, in_use):
        """The identity of the embedder that a question meets, once what it set going is done."""
        with in_use.question():
            met = self.now[0].identity
        if in_use.change:
            in_use.change.wait()
        return met


@pytest.fixture
def house(tmp_path, monkeypatch):
    made = FakeHouse(tmp_path / "vectors")
    monkeypatch.setattr(embedder_switch, "open_embedder", made.open)
    monkeypatch.setattr(embedder_switch, "identity_of", lambda name: name if name == "none" else f"{name}-1")
    monkeypatch.setattr(embedder_switch, "LOOK_AGAIN_SECONDS", 0)
    return made


@pytest.fixture
def after_cu(house):
    """`cu` has served with all its vectors; its server has ended."""
    house.make_vectors("cu")
    house.served("cu").has_loaded(0)
    house.loaded.clear()
    return house


def test_the_first_start_uses_what_the_settings_name(house):
    assert choose("moi", house.folder, house.needed) == Serving("moi", "moi")


def test_the_old_one_serves_while_the_new_one_lacks_vectors(after_cu):
    assert choose("moi", after_cu.folder, after_cu.needed) == Serving("cu", "moi")
    after_cu.make_vectors("moi", 37)
    assert choose("moi", after_cu.folder, after_cu.needed) == Serving("cu", "moi")
    after_cu.make_vectors("moi", 38)
    assert choose("moi", after_cu.folder, after_cu.needed) == Serving("moi", "moi")


def test_the_same_setting_as_before_counts_nothing(after_cu):
    asked = choose("cu", after_cu.folder, lambda cache: pytest.fail("vectors were counted"))
    assert asked == Serving("cu", "cu")


def test_words_alone_are_had_at_once(after_cu):
    assert choose("none", after_cu.folder, after_cu.needed) == Serving("none", "none")


def test_an_old_one_whose_vectors_are_gone_does_not_serve(after_cu):
    (after_cu.folder / "cu-1.npz").unlink()
    assert choose("moi", after_cu.folder, after_cu.needed) == Serving("moi", "moi")


def test_an_old_one_whose_model_was_exchanged_does_not_serve(after_cu, monkeypatch):
    monkeypatch.setattr(embedder_switch, "identity_of", lambda name: f"{name}-2")
    assert choose("moi", after_cu.folder, after_cu.needed) == Serving("moi", "moi")


@pytest.mark.parametrize(
    "note",
    ["", "[]", "{", '{"embedder": "cu"}', '{"embedder": 3, "identity": "cu-1"}', "\xff", " " * 20_000],
)
def test_a_note_that_is_none_is_as_good_as_absent(house, note):
    house.folder.mkdir()
    (house.folder / embedder_switch.SERVED).write_text(note, encoding="latin-1")
    assert choose("moi", house.folder, house.needed) == Serving("moi", "moi")


def test_a_folder_that_cannot_be_written_stops_nobody(house, tmp_path):
    (tmp_path / "a file").write_text("")
    remember(tmp_path / "a file", "cu", "cu-1")


def test_a_server_goes_over_when_the_vectors_are_made_and_loads_one_model_until_then(after_cu):
    in_use = after_cu.served("moi")
    assert in_use.status() == {"embedder_wanted": "moi-1", "embedder_wanted_missing": len(TEXTS)}
    after_cu.make_vectors("moi", 20)
    assert after_cu.ask(in_use) == "cu-1"
    assert in_use.status()["embedder_wanted_missing"] == 20
    assert after_cu.loaded == ["cu"]
    after_cu.make_vectors("moi")
    assert after_cu.ask(in_use) == "cu-1", "the question that looked does not wait"
    assert after_cu.ask(in_use) == "moi-1"
    embedder, cache = after_cu.now
    assert cache.rows(TEXTS).shape[1] == embedder.size == 6
    assert in_use.status() == {"embedder_wanted": "moi-1", "embedder_wanted_missing": 0}
    in_use.has_loaded(0)
    assert read_note(after_cu.folder / embedder_switch.SERVED) == {"embedder": "moi", "identity": "moi-1"}
    assert after_cu.loaded == ["cu", "moi"]


def test_an_embedder_is_remembered_only_with_its_vectors(house):
    in_use = house.served("moi")
    in_use.has_loaded(len(TEXTS))
    assert read_note(house.folder / embedder_switch.SERVED) == {}
    in_use.has_loaded(2)
    assert read_note(house.folder / embedder_switch.SERVED)["embedder"] == "moi"


def test_a_question_under_way_keeps_its_embedder(after_cu):
    in_use = after_cu.served("moi")
    after_cu.make_vectors("moi")
    taken = threading.Event()
    with in_use.question():
        change = in_use.change
        threading.Thread(target=lambda: (change.wait(), taken.set()), daemon=True).start()
        assert not taken.wait(0.3)
        assert after_cu.now[0].identity == "cu-1"
    assert taken.wait(30)
    assert after_cu.now[0].identity == "moi-1"


def test_while_the_store_is_away_the_change_waits(after_cu):
    in_use = after_cu.served("moi")
    after_cu.make_vectors("moi")
    after_cu.away = True
    after_cu.ask(in_use)
    assert in_use.status()["embedder_wanted"] == "moi-1"
    after_cu.away = False
    assert after_cu.ask(in_use) == "cu-1"
    assert after_cu.ask(in_use) == "moi-1"
    assert after_cu.loaded == ["cu", "moi"]


def test_a_setting_that_names_nothing_leaves_the_old_one_and_says_why(after_cu):
    in_use = after_cu.served("nham")
    maker = InUse("nham", after_cu.folder, lambda: after_cu.texts, lambda embedder, cache: None)
    maker.open(serves=False)
    assert maker.problem == in_use.problem == "nham is not installed"
    assert after_cu.ask(in_use) == "cu-1"
    after_cu.sizes["nham"] = 3
    maker.open(serves=False)
    assert in_use.problem == ""


def test_one_that_opens_nowhere_but_in_the_maker_is_tried_once(after_cu, monkeypatch):
    in_use = after_cu.served("moi")
    after_cu.make_vectors("moi")
    del after_cu.sizes["moi"]
    for _ in range(3):
        assert after_cu.ask(in_use) == "cu-1"
    assert in_use.problem == "moi is not installed"


def test_where_the_old_one_opens_no_more_the_new_one_serves_as_far_as_it_is(after_cu):
    del after_cu.sizes["cu"]
    in_use = after_cu.served("moi")
    assert after_cu.now[0].identity == "moi-1"
    assert in_use.problem == ""


def test_the_process_that_makes_vectors_opens_the_wanted_one(after_cu):
    maker = InUse("moi", after_cu.folder, lambda: after_cu.texts, after_cu.use)
    maker.open(serves=False)
    assert after_cu.loaded == ["moi"]
