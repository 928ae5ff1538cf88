"""Connections to the database: enough for the threads, no more than allowed, and an end to every wait."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError, TimeoutError

from assistant.settings import SettingError
from assistant.storage import make_engine
from lms.core.config import WebSettings
from lms.core.database import Database
from lms.core.storage import availability, connections
from lms.core.storage.availability import Availability, DatabaseAway


def settings(**values) -> WebSettings:
    return WebSettings.load({f"HOCSO_{name.upper()}": str(value) for name, value in values.items()})


@pytest.mark.parametrize(("threads", "workers", "total"), [(16, 2, 73), (4, 2, 25), (64, 1, 135)])
def test_the_number_needed_follows_from_the_threads(threads, workers, total):
    assert connections.needed(settings(threads=threads, workers=workers)) == total


@pytest.mark.parametrize(
    ("allowed", "pool", "places"),
    [(None, 34, 16), (100, 34, 16), (50, 22, 10), (15, 5, 2), (10, 4, 1), (7, 3, 1)],
)
def test_a_worker_takes_its_share_of_what_is_allowed(allowed, pool, places):
    ours = settings(threads=16, workers=2)
    size = connections.of_worker(ours, allowed)
    assert (size, connections.places(size)) == (pool, places)
    assert allowed is None or 2 * size <= allowed
    assert (connections.advice(ours, allowed) is None) == (allowed in (None, 100))


@pytest.mark.parametrize("allowed", [0, 1, 6])
def test_a_setting_that_cannot_work_is_refused_in_a_sentence(allowed):
    with pytest.raises(SettingError, match=r"PostgreSQL cho \d+ kết nối.*Bạn giảm workers"):
        connections.of_worker(settings(threads=16, workers=2), allowed)


def test_there_are_never_more_connections_than_the_pool_has(database_url):
    engine = make_engine(database_url, 3, serving=True)
    held = [engine.connect() for _ in range(3)]
    engine.pool._timeout = 0.05
    with pytest.raises(TimeoutError):
        engine.connect()
    for one in held:
        one.close()
    engine.dispose()


def test_requests_wait_for_a_place_and_all_have_their_turn(database_url):
    ours = Database(make_engine(database_url, 3, serving=True), places=1)

    def work(_):
        ours.enter()
        try:
            with ours.reader() as one, ours.writer() as two:
                return one.scalar(text("SELECT 1")) + two.scalar(text("SELECT 1"))
        finally:
            ours.leave()

    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(work, range(40))) == [2] * 40
    ours.engine.dispose()


def test_who_runs_the_site_is_asked_for_nothing_on_sqlite(engine):
    allowed = connections.allowed(engine)
    assert (allowed is None) == (engine.dialect.name == "sqlite")


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(availability, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(availability, "AGAIN_SECONDS", 0.05)


def test_a_database_that_is_there_is_said_to_be_there(engine, quick):
    assert Availability(engine).now(wait=10) == "ok"


def test_looking_leaves_nothing_behind(engine, quick):
    Availability(engine).now(wait=10)
    with engine.connect() as connection:
        assert not engine.dialect.has_table(connection, "hocso_asks")


def test_a_database_that_cannot_be_written_is_said_and_still_read(tmp_path, quick):
    path = tmp_path / "one.db"
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE one (id INTEGER)"))
    engine.dispose()
    assert availability.ask(engine) == "ok"
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        assert availability.ask(engine) == "busy", "somebody else writes: that passes"
    engine.dispose()
    path.rename(tmp_path / "elsewhere.db")
    assert availability.ask(engine) == "down"


def test_a_database_that_says_nothing_is_away_and_nobody_waits(engine, quick, monkeypatch):
    silent = threading.Event()
    monkeypatch.setattr(availability, "ask", lambda _engine: silent.wait(30) and "ok")
    ours = Availability(engine)
    began = time.monotonic()
    assert ours.now(wait=0.2) == "down"
    assert time.monotonic() - began < 10, "it did not wait for the thirty seconds"
    silent.set()


def test_requests_are_refused_while_it_is_away_and_served_when_it_is_back(engine, quick, monkeypatch):
    state = ["down"]
    monkeypatch.setattr(availability, "ask", lambda _engine: state[0])
    ours = Database(engine, places=2)
    assert ours.availability.now(wait=10) == "down"
    with pytest.raises(DatabaseAway):
        ours.enter()
    state[0] = "ok"
    until = time.monotonic() + 20
    while ours.availability.is_away and time.monotonic() < until:
        time.sleep(0.02)
    ours.enter()
    ours.leave()


@pytest.fixture
def away(site, monkeypatch):
    """A site whose database does not answer."""
    ours = site.app.extensions["database"].availability
    monkeypatch.setattr(ours, "state", "down")
    monkeypatch.setattr(ours, "asked_at", time.monotonic() + 3600)
    monkeypatch.setattr(ours, "look", lambda: None)
    return site


@pytest.mark.parametrize("path", ["/dang-nhap", "/hoi", "/khong-co", "/cua-toi"])
def test_a_page_says_so_and_when_to_come_again(away, path):
    came = away.visitor().get(path)
    if path == "/cua-toi" and came.status_code in (302, 303):
        return  # who is not known is sent to sign in, which needs no database
    assert came.status_code in (503, 404)
    assert "Traceback" not in came.get_data(as_text=True)
    if came.status_code == 503:
        assert "Bạn chờ một phút" in came.get_data(as_text=True)
        assert int(came.headers["Retry-After"]) > 0


def test_healthz_says_down_at_once(away):
    came = away.visitor().client.get("/healthz")
    assert came.status_code == 503
    assert came.get_json()["status"] == came.get_json()["database"] == "down"


def test_healthz_says_what_is_there(site):
    came = site.visitor().client.get("/healthz")
    said = came.get_json()
    assert came.status_code == 200 and said["status"] == said["database"] == said["disk"] == "ok"
    assert "vectors" in said


@pytest.fixture
def small_role(database_url):
    """The address of the database for a role that may have three connections."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has no roles")
    keeper = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS hocso_small"))
        connection.execute(text("CREATE ROLE hocso_small LOGIN CONNECTION LIMIT 3"))
    yield make_url(database_url).set(username="hocso_small").render_as_string(hide_password=False)
    with keeper.connect() as connection:
        connection.execute(text("DROP ROLE hocso_small"))
    keeper.dispose()


def test_the_limit_of_a_role_is_seen_and_who_finds_it_reached_waits(small_role):
    engine = make_engine(small_role, 8, serving=True)
    assert connections.allowed(engine) == 3

    def work(_):
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_sleep(0.05)"))
            connection.detach()  # the next one must open a connection of its own
            return True

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(work, range(12)))
    engine.dispose()


def test_a_statement_and_a_lock_end_by_themselves_only_while_serving(database_url):
    if not database_url.startswith("postgresql"):
        pytest.skip("limits of PostgreSQL")
    for serving, statement, lock in ((True, "20s", "8s"), (False, "0", "0")):
        engine = make_engine(database_url, serving=serving)
        with engine.connect() as connection:
            shown = [connection.scalar(text(f"SHOW {name}_timeout")) for name in ("statement", "lock")]
        assert shown == [statement, lock]
        engine.dispose()


def test_a_connection_that_hears_nothing_is_closed(database_url):
    if not database_url.startswith("postgresql"):
        pytest.skip("a connection of PostgreSQL")
    from assistant.postgres import TimedConnection

    engine = make_engine(database_url, serving=True)
    with engine.connect() as connection:
        connection.connection.driver_connection.longest = 0.2
        with pytest.raises(OperationalError, match="said nothing"):
            connection.execute(text("SELECT pg_sleep(5)"))
        assert connection.invalidated
    assert TimedConnection.longest > 20, "longer than the server's own limit"
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_who_waits_is_let_go_when_the_server_answers_nobody(database_url):
    if not database_url.startswith("postgresql"):
        pytest.skip("a connection of PostgreSQL")
    engine = make_engine(database_url, serving=True)
    ours = Availability(engine)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        ours.state = "down"
        with pytest.raises(OperationalError, match="says nothing"):
            connection.execute(text("SELECT pg_sleep(15)"))
        assert connection.invalidated
    with pytest.raises(OperationalError, match="does not answer"):
        engine.connect()
    ours.state = "ok"
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_a_server_asked_in_vain_is_away_before_the_answer_is_due(database_url, monkeypatch):
    """With somebody waiting nobody has to ask for it: the watching thread looks by itself."""
    if not database_url.startswith("postgresql"):
        pytest.skip("PostgreSQL")
    silent = threading.Event()
    monkeypatch.setattr(availability, "ask", lambda _engine: silent.wait(60) and "ok")
    engine = make_engine(database_url, serving=True)
    ours = Database(engine)
    ours.enter()
    with pytest.raises(OperationalError, match="says nothing"), engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(15)"))
    with pytest.raises(DatabaseAway):
        ours.enter()
    silent.set()
    until = time.monotonic() + 20
    while ours.availability.is_away and time.monotonic() < until:
        time.sleep(0.02)
    ours.enter()
    engine.dispose()
