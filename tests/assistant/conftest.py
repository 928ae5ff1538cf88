"""A small library of our own and an assistant without an embedder: quick, and the same everywhere."""

from pathlib import Path

import pytest

from assistant.answering import trust
from assistant.knowledge.store import prepare
from assistant.retrieval import calibration
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.storage import make_engine
from courses.reading import reader

SMALL = Path(__file__).parent / "small_library"


@pytest.fixture(scope="session")
def library():
    """Two short lessons in both registers."""
    found = reader.load(SMALL)
    assert not found.errors, found.errors
    return found


@pytest.fixture(autouse=True)
def _curve_of_a_small_library(monkeypatch):
    """The shipped curves are fitted to our courses, and change with them; these tests do not."""
    monkeypatch.setattr(calibration, "load", lambda identity, folded: calibration.START_LEXICAL)
    monkeypatch.setattr(trust, "load", lambda dense: None)
    monkeypatch.setattr(
        calibration, "load_records", lambda identity, folded: calibration.START_RECORDS[identity != "none"]
    )


@pytest.fixture
def settings(tmp_path):
    return Settings.load({"HOCSO_INSTANCE": str(tmp_path), "HOCSO_EMBEDDER": "none"})


@pytest.fixture
def store_engine(settings):
    made = make_engine(settings.database_url)
    prepare(made)
    yield made
    made.dispose()


@pytest.fixture
def assistant(settings, library, store_engine):
    """An assistant that searches by words alone."""
    return Assistant.open(settings, library, store_engine)
