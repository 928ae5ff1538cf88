"""The one process that holds a model: what workers get from it, and when it starts and ends.

The process itself runs in a thread here with a FakeGenerator for a model; test_models_real.py starts it.
"""

import os
import struct
import subprocess
import sys
import threading
import time

import pytest

from assistant.models import llama
from assistant.models.generator import (
    USER,
    GeneratorBusy,
    GeneratorError,
    GeneratorMissing,
    Message,
    OutOfTime,
    Stopped,
)
from assistant.models.process import ModelServer, is_alive, started_at
from assistant.models.queue import Queue
from assistant.models.shared import SharedModel
from assistant.models.socket_folder import Place, PlaceError, identity_of
from tests.assistant.generation.fake_generator import FakeGenerator

MESSAGES = (Message(USER, "Xin chào"),)


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(llama, "is_there", lambda: True)
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 5, 2) + bytes(2000))
    return path


@pytest.fixture
def serve(tmp_path, file):
    """Run a model process in a thread with this for a model; returns the worker's side of it."""
    threads = []

    def start(model, idle_seconds=60.0):
        load = model if callable(model) else lambda: model
        server = ModelServer(Place.of(tmp_path), identity_of(file, 4096), load, idle_seconds)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        threads.append(thread)
        client = SharedModel(file, tmp_path)
        end = time.monotonic() + 10
        while client.status()["state"] not in ("ready", "failed") and time.monotonic() < end:
            time.sleep(0.01)
        return client

    yield start
    SharedModel(file, tmp_path).end()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def write(client, seconds=20.0, stop=None, **more):
    pieces = client.generate(
        MESSAGES, limit=100, deadline=time.monotonic() + seconds, stop=stop or threading.Event(), **more
    )
    return "".join(pieces)


def test_what_the_model_writes_arrives_piece_by_piece(serve):
    client = serve(FakeGenerator("Bà con chào nhau.", size=4))
    assert write(client) == "Bà con chào nhau."
    assert client.status()["state"] == "ready"


def test_a_failure_in_the_middle_is_told(serve):
    client = serve(FakeGenerator("Nửa câu", error=GeneratorError("broken")))
    with pytest.raises(GeneratorError, match="broken"):
        write(client)


def test_the_time_for_an_answer_ends(serve):
    with pytest.raises(OutOfTime):
        write(serve(FakeGenerator("…", hold=True)), seconds=0.3)


def test_a_stop_ends_the_writing_on_the_other_side_too(serve):
    model = FakeGenerator("…", hold=True)
    client, stop = serve(model), threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(Stopped):
        write(client, stop=stop)
    wait_until(lambda: model.is_closed)
    wait_until(lambda: client.status()["queue"] == 0)


def test_a_client_that_goes_away_makes_room(serve):
    model = FakeGenerator("Một hai ba", hold=True)
    client = serve(model)
    pieces = client.generate(MESSAGES, limit=9, deadline=time.monotonic() + 60, stop=threading.Event())
    next(pieces)
    pieces.close()
    wait_until(lambda: model.is_closed)
    wait_until(lambda: client.status()["queue"] == 0)


def test_one_writes_at_a_time_and_the_others_are_told_their_place(serve):
    class Counting(FakeGenerator):
        now = most = 0

        def generate(self, *arguments, **more):
            Counting.now += 1
            Counting.most = max(Counting.most, Counting.now)
            yield from super().generate(*arguments, **more)
            time.sleep(0.2)
            Counting.now -= 1

    client, told = serve(Counting("Xong.")), []
    threads = [
        threading.Thread(target=write, args=(client,), kwargs={"on_waiting": told.append}) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Counting.most == 1
    assert set(told) == {0, 1, 2}
    assert told.count(0) == 3


def test_too_many_are_turned_away():
    queue, stop = Queue(most_waiting=0), threading.Event()
    queue.wait("one", time.monotonic() + 9, stop, None)
    with pytest.raises(GeneratorBusy):
        queue.wait("two", time.monotonic() + 9, stop, None)
    queue.leave("one")
    queue.wait("two", time.monotonic() + 9, stop, None)


def test_a_model_that_cannot_be_loaded_is_not_tried_by_every_question(serve):
    tries = []

    def broken():
        tries.append(1)
        raise GeneratorMissing("this file is of another kind")

    client = serve(broken)
    for _ in range(3):
        with pytest.raises(GeneratorMissing, match="another kind"):
            write(client)
    assert len(tries) == 1
    assert client.status()["state"] == "failed"
    assert "another kind" in client.status()["why"]


def test_another_model_takes_the_place_of_the_first(serve, file, tmp_path, monkeypatch):
    serve(FakeGenerator("…"))
    other = SharedModel(file, tmp_path, context=512)
    monkeypatch.setattr(other, "_start", lambda identity: None)
    with pytest.raises(OutOfTime):
        write(other, seconds=1.0)
    wait_until(lambda: not other._is_running())


def test_the_process_ends_when_nobody_asks(serve, tmp_path):
    client = serve(FakeGenerator("…"), idle_seconds=0.5)
    wait_until(lambda: client.status()["state"] == "asleep" and not client._is_running(), 10)
    assert not Place.of(tmp_path).socket.exists()


def test_the_process_ends_when_all_its_workers_are_gone(serve):
    gone = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = serve(FakeGenerator("…"))
    lines = client._connect()
    lines.send(do="hello", pid=gone.pid)
    lines.receive(5)
    assert client.status()["state"] == "ready"
    gone.communicate()
    wait_until(lambda: not client._is_running(), 10)
    lines.close()


def test_a_second_process_leaves_at_once(serve, file, tmp_path):
    client = serve(FakeGenerator("Đây."))
    ModelServer(Place.of(tmp_path), "other", lambda: FakeGenerator("…")).run()
    assert write(client) == "Đây."


def test_nobody_else_can_reach_the_socket(serve, tmp_path):
    serve(FakeGenerator("…"))
    place = Place.of(tmp_path)
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert place.socket.stat().st_mode & 0o777 == 0o600


def test_a_folder_of_somebody_else_is_not_used(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "model").symlink_to(tmp_path / "elsewhere")
    with pytest.raises((PlaceError, OSError)):
        Place.of(tmp_path).make()


def test_a_long_path_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("x" * 90) / ("y" * 90)
    assert len(os.fsencode(Place.of(deep).socket)) <= 107
    assert Place.of(deep) == Place.of(deep)
    assert Place.of(deep) != Place.of(deep / "z")


def test_a_connection_that_speaks_otherwise_harms_nobody(serve):
    client = serve(FakeGenerator("Vẫn đây."))
    for words in (b"GET / HTTP/1.1\r\n\r\n", b"[]\n", b'{"do": "write"}\n', b'{"do": 7}\n', b"\xff\xfe\n"):
        lines = client._connect()
        lines._connection.sendall(words)
        lines.close()
    assert write(client) == "Vẫn đây."


def test_too_little_memory_is_said_instead_of_tried(file, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.models.memory.available", lambda: 1 << 20)
    client = SharedModel(file, tmp_path)
    with pytest.raises(GeneratorMissing, match="not enough memory"):
        write(client)
    assert client.status()["state"] == "failed"


def test_a_missing_file_or_program_is_said(file, tmp_path, monkeypatch):
    missing = SharedModel(tmp_path / "nowhere.gguf", tmp_path)
    assert missing.status()["state"] == "missing"
    with pytest.raises(GeneratorMissing):
        write(missing)
    monkeypatch.setattr(llama, "is_there", lambda: False)
    assert "llama-cpp-python" in SharedModel(file, tmp_path).status()["why"]


def test_a_process_is_not_mistaken_for_a_later_one_of_its_number():
    assert is_alive(os.getpid(), started_at(os.getpid()))
    assert not is_alive(os.getpid(), "1")
    assert not is_alive(2**22 - 1, started_at(2**22 - 1))


def wait_until(is_so, seconds=5.0):
    """Wait for what another thread is about to do."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)
