"""Assistants as a server has them; their threads look only when a test says so."""

import pytest

from assistant.indexing import live as live_module
from assistant.service import Assistant
from assistant.storage import make_engine


@pytest.fixture
def served(assistant, monkeypatch):
    """An assistant as a server has it; its thread looks only when the test says so."""
    monkeypatch.setattr(live_module, "_follow", lambda wanted, stop: stop.wait())
    assistant.follow_in_background()
    monkeypatch.undo()
    yield assistant
    assistant.stop()


@pytest.fixture
def workers(settings, library, store_engine, monkeypatch):
    """Two workers of one server, each with a store of its own; their threads never look by themselves."""
    monkeypatch.setattr(live_module, "_follow", lambda wanted, stop: stop.wait())
    opened = [Assistant.open(settings, library, make_engine(settings.database_url)) for _worker in range(2)]
    for one in opened:
        one.follow_in_background()
    yield opened
    for one in opened:
        one.stop()
        one.store.engine.dispose()
