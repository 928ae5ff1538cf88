"""Ports, instances and addresses, without a server."""

import errno
import os
import socket
import sqlite3
import stat
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest
from sqlalchemy.exc import OperationalError

from assistant.settings import SettingError
from lms.core.config import WebSettings
from lms.core.storage.claim import Claimed, only_server
from lms.serving import addresses
from lms.serving.claims import refuse_taken_port
from lms.serving.failures import explain


def listening(host: str, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    if shared:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, 0))
    except OSError:
        pytest.skip(f"this machine has no {host}")
    server.listen()
    return server


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "0.0.0.0"),
        ("127.0.0.1", "localhost"),
        ("0.0.0.0", "127.0.0.1"),
        ("127.0.0.1", "::"),
        ("::", "127.0.0.1"),
        ("::1", "::"),
    ],
)
def test_a_port_in_use_is_refused_however_the_addresses_overlap(theirs, ours, shared):
    with listening(theirs, shared) as server:
        port = server.getsockname()[1]
        with pytest.raises(Claimed, match=f"Cổng {port} đang có chương trình khác dùng.*HOCSO_PORT"):
            refuse_taken_port(ours, port)
    refuse_taken_port(ours, port)


@pytest.mark.parametrize("host", ["203.0.113.7", "không-có-máy-này.invalid"])
def test_an_address_that_is_not_ours_is_named(host):
    with pytest.raises(Claimed, match=host):
        refuse_taken_port(host, 8000)


def test_an_instance_has_one_server(tmp_path):
    other = pytest.raises(Claimed, match=r"http://127\.0\.0\.1:8000")
    with only_server(tmp_path, "http://127.0.0.1:8000"), other, only_server(tmp_path, "x"):
        pytest.fail("two servers on one instance")
    assert stat.S_IMODE((tmp_path / "serving.lock").stat().st_mode) == 0o600
    with only_server(tmp_path, "y"):
        pass


def settings(tmp_path: Path, **environ: str) -> WebSettings:
    given = {f"HOCSO_{name.upper()}": value for name, value in environ.items()}
    return WebSettings.load({"HOCSO_INSTANCE": str(tmp_path), **given}, tmp_path)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_open_to_the_network_prints_an_address_that_a_phone_opens(tmp_path, monkeypatch, host):
    monkeypatch.setattr(addresses, "network_address", lambda: "192.168.1.5")
    here = settings(tmp_path, host=host, port="8123")
    assert addresses.outside(here) == "http://192.168.1.5:8123"
    lines = " ".join(addresses.where_to_look(here))
    assert "http://127.0.0.1:8123" in lines and "http://192.168.1.5:8123" in lines
    assert "0.0.0.0" not in lines and "[::]" not in lines

    monkeypatch.setattr(addresses, "network_address", lambda: None)
    assert addresses.outside(here) == "http://127.0.0.1:8123"
    assert "chưa vào mạng" in " ".join(addresses.where_to_look(here))


def test_the_address_of_the_settings_comes_first_and_ipv6_is_bracketed(tmp_path):
    assert addresses.outside(settings(tmp_path, public_url="https://hoc.xa.vn/")) == "https://hoc.xa.vn"
    assert addresses.outside(settings(tmp_path, host="::1")) == "http://[::1]:8000"


class OperationalErrorOfPsycopg(Exception):
    """Made up to look like psycopg's; the real one is met in test_serving_failures."""


OperationalErrorOfPsycopg.__module__, OperationalErrorOfPsycopg.__name__ = "psycopg", "OperationalError"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/d/x"), "Đĩa đã đầy"),
        (sqlite3.OperationalError("database or disk is full"), "Đĩa đã đầy"),
        (OperationalError("x", {}, sqlite3.OperationalError("database or disk is full")), "Đĩa đã đầy"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "HOCSO_INSTANCE"),
        (sqlite3.OperationalError("unable to open database file"), "HOCSO_INSTANCE"),
        (sqlite3.OperationalError("disk I/O error"), "df -h"),
        (sqlite3.OperationalError("database is locked"), "đang bận"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/x"), "/srv/x"),
        (OSError(errno.EROFS, "Read-only file system", "/srv/x"), "HOCSO_INSTANCE"),
        (OSError(errno.EMFILE, "Too many open files"), "ulimit -n"),
        (ZoneInfoNotFoundError("No time zone found"), "tzdata"),
        (MemoryError(), "bộ nhớ"),
        (ModuleNotFoundError("No module", name="faiss"), "faiss"),
        (SettingError("port must be a number"), "port must be a number"),
        (OperationalErrorOfPsycopg("connection refused\nIs it running?"), "PostgreSQL (connection refused)"),
    ],
)
def test_an_error_of_the_machine_is_a_sentence(tmp_path, error, words):
    said = explain(error, tmp_path)
    assert words in said and "\n" not in said and "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_an_error_nobody_knows_is_written_down_without_numbers_of_people(tmp_path):
    try:
        raise RuntimeError("số 0912345678 lạ")
    except RuntimeError as error:
        said = explain(error, tmp_path)
    log = tmp_path / "errors.log"
    assert str(log) in said and "\n" not in said
    written = log.read_text(encoding="utf-8")
    assert "Traceback" in written and "test_serving_claims" in written
    assert "0912345678" not in said + written
