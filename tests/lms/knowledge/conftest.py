"""The shelf of a unit, and who keeps it."""

import pytest

from assistant.knowledge.entry import DOCUMENT, FACT
from assistant.knowledge.store import KnowledgeStore


@pytest.fixture
def store(site) -> KnowledgeStore:
    return site.app.extensions["assistant"].store


@pytest.fixture
def editor(site):
    return site.on("canbo", "officer")


@pytest.fixture
def empty_shelf(site, store):
    """Nothing is left from the test before."""
    yield
    for kind in (DOCUMENT, FACT, "procedure"):
        for one in list(store.each_entry(kind)):
            store.retire_entry(one.id)
    for one in store.in_use():
        store.retire(one.id)


@pytest.fixture
def here(site, editor) -> str:
    """The unit of these people, as the store knows it."""
    return str(site.unit())
