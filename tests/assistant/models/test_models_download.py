"""Getting a model: from a local server that breaks off, lies, or has something else."""

import errno
import hashlib
import http.server
import struct
import threading
from dataclasses import replace

import pytest

from assistant.models import downloads
from assistant.models.download import DownloadError, pull
from assistant.models.known_models import Entry

MODEL = b"GGUF" + struct.pack("<IQQ", 3, 5, 2) + bytes(range(256)) * 4000
SHA = hashlib.sha256(MODEL).hexdigest()


class Served(http.server.BaseHTTPRequestHandler):
    """Serves MODEL with ranges, as the server's own fields tell it."""

    def do_GET(self):
        server = self.server
        server.asked.append(self.headers.get("Range"))
        if server.status != 200:
            self.send_error(server.status)
            return
        start = 0
        if self.headers.get("Range") and server.knows_ranges:
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(server.body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(server.body)}")
                self.end_headers()
                return
        body = server.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = server.cuts.pop(0) if server.cuts else len(body)
        self.wfile.write(body[:cut])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served)
    made.body, made.status, made.knows_ranges, made.cuts, made.asked = MODEL, 200, True, [], []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def entry(server):
    address = f"http://127.0.0.1:{server.server_port}/tiny.gguf"
    return Entry("tiny", "tiny.gguf", address, "Apache-2.0", size=len(MODEL))


def get(entry, instance, **more):
    return pull(entry, instance, spare=0, **more)


def test_a_model_arrives_with_its_checksum_recorded(entry, tmp_path):
    told = []
    path = get(entry, tmp_path, progress=lambda done, total: told.append((done, total)))
    assert path.read_bytes() == MODEL
    assert downloads.records(tmp_path)["tiny.gguf"].sha256 == SHA
    assert (len(MODEL), len(MODEL)) in told
    assert not list(path.parent.glob("*.part"))


def test_what_is_there_and_sound_is_not_got_again(entry, server, tmp_path):
    get(entry, tmp_path)
    get(entry, tmp_path)
    assert len(server.asked) == 1


def test_what_is_there_and_damaged_is_got_again(entry, server, tmp_path):
    path = get(entry, tmp_path)
    path.write_bytes(MODEL[:-1] + b"x")
    assert get(entry, tmp_path).read_bytes() == MODEL
    assert len(server.asked) == 2


def test_a_broken_connection_is_taken_up_where_it_broke(entry, server, tmp_path):
    server.cuts = [300_000, 200_000]
    assert get(entry, tmp_path).read_bytes() == MODEL
    assert server.asked == [None, "bytes=300000-", "bytes=500000-"]


def test_a_second_command_goes_on_with_what_the_first_left(entry, server, tmp_path):
    part = downloads.folder(tmp_path) / "tiny.gguf.part"
    part.parent.mkdir()
    part.write_bytes(MODEL[:100_000])
    assert get(entry, tmp_path).read_bytes() == MODEL
    assert server.asked == ["bytes=100000-"]


def test_a_server_without_ranges_begins_again(entry, server, tmp_path):
    server.knows_ranges = False
    server.cuts = [300_000]
    assert get(entry, tmp_path).read_bytes() == MODEL


def test_a_part_that_is_whole_already_is_only_checked(entry, server, tmp_path):
    part = downloads.folder(tmp_path) / "tiny.gguf.part"
    part.parent.mkdir()
    part.write_bytes(MODEL)
    assert get(replace(entry, size=0), tmp_path).read_bytes() == MODEL
    assert server.asked == [f"bytes={len(MODEL)}-"]


def test_a_connection_that_brings_nothing_is_said_and_what_came_is_kept(entry, server, tmp_path):
    server.cuts = [300_000, 0]
    with pytest.raises(DownloadError, match="run the same command again"):
        get(entry, tmp_path)
    assert (downloads.folder(tmp_path) / "tiny.gguf.part").stat().st_size == 300_000


def test_another_checksum_than_the_list_says_is_refused(entry, tmp_path):
    with pytest.raises(DownloadError, match="checksum"):
        get(replace(entry, sha256="0" * 64), tmp_path)
    assert not list(downloads.folder(tmp_path).glob("tiny*"))


def test_a_page_of_words_is_no_model(entry, server, tmp_path):
    server.body = b"<html>" + b"x" * (len(MODEL) - 6)
    with pytest.raises(DownloadError, match="no model"):
        get(entry, tmp_path)
    assert not list(downloads.folder(tmp_path).glob("tiny*"))


@pytest.mark.parametrize("body", [MODEL[:-1000], MODEL + b"x" * 1000])
def test_another_size_than_the_list_says_is_refused(entry, server, tmp_path, body):
    server.body = body
    with pytest.raises(DownloadError, match="bytes"):
        get(entry, tmp_path)
    assert not (downloads.folder(tmp_path) / "tiny.gguf").exists()


def test_a_file_that_is_not_there_is_said(entry, server, tmp_path):
    server.status = 404
    with pytest.raises(DownloadError, match="404"):
        get(entry, tmp_path)


def test_a_server_that_cannot_be_reached_is_said(entry, tmp_path):
    with pytest.raises(DownloadError, match="cannot be reached"):
        get(replace(entry, address="http://127.0.0.1:9/tiny.gguf"), tmp_path)


def test_too_little_room_on_the_disk_is_said_before_anything_is_got(entry, server, tmp_path):
    with pytest.raises(DownloadError, match="disk is too full"):
        pull(entry, tmp_path, spare=1 << 60)
    assert server.asked == []


def test_a_disk_that_fills_up_on_the_way_is_said(entry, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("assistant.models.download.copy", full)
    with pytest.raises(DownloadError, match="disk is full"):
        get(entry, tmp_path)


def test_a_model_changed_later_is_found_out(entry, tmp_path):
    path = get(entry, tmp_path)
    downloads.quick_check(tmp_path, path)
    path.write_bytes(MODEL[:-1] + b"y")
    with pytest.raises(downloads.ModelDamaged, match="download it again"):
        downloads.full_check(tmp_path, path)
    path.write_bytes(MODEL[:-1])
    with pytest.raises(downloads.ModelDamaged):
        downloads.quick_check(tmp_path, path)
