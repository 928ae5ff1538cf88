"""Vectors stand once on a machine: workers map the same files, and find what each would find alone."""

import numpy as np
import pytest

from assistant.indexing import mapped_vectors
from assistant.indexing.vector_cache import VectorCache, keys_of
from assistant.retrieval import vectors as searched
from assistant.retrieval.vectors import Vectors

TEXTS = [f"Thủ tục số {number}" for number in range(50)]


class FakeMaker:
    """A vector for each text, always the same one."""

    def passages(self, texts):
        made = [np.random.default_rng(len(text) * 1000 + ord(text[-1])).random(16) for text in texts]
        return np.array([one / np.linalg.norm(one) for one in made], np.float32)

    questions = passages


@pytest.fixture
def filled(tmp_path):
    made = VectorCache(tmp_path, "fake-1", shipped=None)
    made.fill(TEXTS, FakeMaker())
    return tmp_path


def test_a_second_worker_maps_what_the_first_unpacked(filled, monkeypatch):
    first = VectorCache(filled, "fake-1", shipped=None)
    monkeypatch.setattr(mapped_vectors.Vectors, "_unpacked", lambda *given: pytest.fail("unpacked again"))
    second = VectorCache(filled, "fake-1", shipped=None)
    assert isinstance(second._own.rows, np.memmap)
    assert np.array_equal(second.rows(TEXTS), first.rows(TEXTS))
    assert second.missing([*TEXTS, "khác"]) == ["khác"]
    places, rows = second.known_rows(keys_of(["khác", TEXTS[7], TEXTS[3]]))
    assert places.tolist() == [1, 2]
    assert np.array_equal(rows, first.rows([TEXTS[7], TEXTS[3]]))


def test_what_is_mapped_is_what_was_kept(filled):
    with np.load(filled / "fake-1.npz") as stored:
        kept = dict(zip(map(bytes, stored["keys"]), stored["vectors"], strict=True))
    mapped = VectorCache(filled, "fake-1", shipped=None)._own
    assert {bytes(key): row.tolist() for key, row in zip(mapped.keys, mapped.rows, strict=True)} == {
        key: row.tolist() for key, row in kept.items()
    }


@pytest.mark.parametrize("broken", [b"", b"half of", b"\x93NUMPY\x01\x00"])
def test_a_broken_copy_is_made_again(filled, broken):
    before = VectorCache(filled, "fake-1", shipped=None).rows(TEXTS)
    (copy,) = (filled / "mapped").glob("*.vectors")
    copy.write_bytes(broken)
    assert np.array_equal(VectorCache(filled, "fake-1", shipped=None).rows(TEXTS), before)


def test_a_folder_that_takes_no_copy_costs_nothing_but_memory(filled):
    (filled / "mapped").write_text("in the way")
    assert VectorCache(filled, "fake-1", shipped=None).missing(TEXTS) == []


def test_a_copy_of_older_vectors_is_not_taken_for_the_newer(filled):
    reader = VectorCache(filled, "fake-1", shipped=None)
    for number in range(4):
        VectorCache(filled, "fake-1", shipped=None).fill([f"Mới {number}"], FakeMaker())
        assert reader.read_again()
        assert reader.missing([*TEXTS, f"Mới {number}"]) == []
    assert len(list((filled / "mapped").glob("*.vectors"))) <= mapped_vectors.KEPT


def test_an_index_in_a_file_finds_what_one_in_memory_finds(tmp_path, monkeypatch):
    monkeypatch.setattr(searched, "WORTH_SHARING", 1)
    rows, numbers = FakeMaker().passages(TEXTS), np.arange(100, 150)
    alone, shared = Vectors(numbers, rows), Vectors(numbers, rows, tmp_path)
    assert len(list(tmp_path.glob("*.faiss"))) == 1
    monkeypatch.setattr(Vectors, "_write", lambda *given: pytest.fail("written again"))
    again = Vectors(numbers, rows, tmp_path)
    for vector in rows:
        want = alone.nearest(vector, 7)
        for other in (shared, again):
            assert all(np.array_equal(a, b) for a, b in zip(other.nearest(vector, 7), want, strict=True))
    (file,) = tmp_path.glob("*.faiss")
    del shared, again
    file.unlink()
    file.write_bytes(b"broken")
    assert len(Vectors(numbers, rows, tmp_path).nearest(rows[0], 3)[0]) == 3


def test_old_indexes_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(searched, "WORTH_SHARING", 1)
    for number in range(searched.KEPT + 3):
        Vectors(np.arange(50), FakeMaker().passages(TEXTS) + number, tmp_path)
    assert len(list(tmp_path.glob("*.faiss"))) == searched.KEPT
