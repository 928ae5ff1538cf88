"""A real model, tiny: in this process, in the model process, and behind llama.cpp's Python server.

Its Vietnamese is gibberish, so the right end of every answer here is the extractive one.
"""

import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from assistant.generation import prompt
from assistant.generation.checking import check
from assistant.generation.rewrite import improve
from assistant.models.generator import USER, GeneratorError, Message, OutOfTime, PromptTooLong, Stopped
from assistant.models.llama import LlamaFile, has_matrix_units
from assistant.models.server import OpenAIServer
from assistant.models.shared import SharedModel
from tests.assistant.generation.test_rewrite import EXTRACT, FEES
from tests.assistant.models.tiny_model import MISSING, tiny_model

pytestmark = pytest.mark.slow

HELLO = (Message(USER, "Xin chào"),)
LONG = (Message(USER, "Nơi nhận: công an xã, phường nơi bạn đang ở. " * 24),)
SERVER = """
import runpy, sys, llama_cpp
from assistant.models.llama import without_broken_matrix_units
sys.argv[0] = "llama_cpp.server"
with without_broken_matrix_units(llama_cpp):
    runpy.run_module("llama_cpp.server", run_name="__main__")
"""


@pytest.fixture(scope="module")
def in_process():
    model = LlamaFile(tiny_model(), context=2048, threads=2)
    yield model
    model.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    model = SharedModel(tiny_model(), tmp_path_factory.mktemp("instance"), context=2048, threads=1)
    yield model
    model.end()


@pytest.fixture(scope="module")
def server():
    if importlib.util.find_spec("sse_starlette") is None or importlib.util.find_spec("fastapi") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--model", str(tiny_model()), "--port", str(port), "--host", "127.0.0.1", "--n_ctx", "2048"]
    started = subprocess.Popen(
        [sys.executable, "-c", SERVER, *words, "--n_threads", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    client = OpenAIServer(f"http://127.0.0.1:{port}")
    end = time.monotonic() + 60
    while client.status()["state"] != "ready" and time.monotonic() < end:
        assert started.poll() is None, "the server ended at once"
        time.sleep(0.2)
    yield client
    started.kill()
    started.wait()


@pytest.fixture(params=["in_process", "process", "server"])
def model(request):
    return request.getfixturevalue(request.param)


def write(model, messages=HELLO, limit=12, seconds=240.0, stop=None):
    pieces = []
    text = model.generate(
        messages, limit=limit, deadline=time.monotonic() + seconds, stop=stop or threading.Event()
    )
    for piece in text:
        pieces.append(piece)
    return pieces


def test_it_writes_piece_by_piece(model):
    pieces = write(model)
    assert len(pieces) > 3
    assert "".join(pieces).strip()


def test_it_stops_when_told_and_writes_again(model):
    stop, pieces = threading.Event(), []
    with pytest.raises(Stopped):
        for piece in model.generate(HELLO, limit=400, deadline=time.monotonic() + 60, stop=stop):
            pieces.append(piece)
            stop.set()
    assert len(pieces) < 20
    assert write(model)


def test_it_stops_while_it_still_reads(in_process):
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    with pytest.raises(Stopped):
        write(in_process, LONG, stop=stop)
    assert write(in_process)


def test_it_ends_when_the_time_is_over_and_writes_again(model):
    with pytest.raises(OutOfTime):
        write(model, limit=1000, seconds=0.3)
    assert write(model)


def test_a_prompt_beyond_its_context_is_refused(in_process, process):
    for one in (in_process, process):
        with pytest.raises(PromptTooLong):
            write(one, (Message(USER, "Xin chào bà con. " * 2000),))
        assert write(one)


def test_gibberish_leaves_the_extractive_answer(model, monkeypatch):
    # With all rules this model takes a minute to read its prompt; what it then writes is no better.
    monkeypatch.setattr(prompt, "_RULES", "Viết lại, cuối câu ghi [1].")
    shown = []
    found = improve(EXTRACT, (FEES,), model, deadline=time.monotonic() + 40, on_text=shown.append)
    assert all(check([(one.strip(), 1)], (FEES,)).kept for one in shown)
    assert found.answer is EXTRACT
    assert found.reason


def test_too_little_time_leaves_the_extractive_answer(model):
    found = improve(EXTRACT, (FEES,), model, deadline=time.monotonic() + 0.2)
    assert (found.answer, found.reason) == (EXTRACT, "time")


def test_two_workers_share_one_process(process):
    write(process)
    first = process.status()
    words = (
        "import sys, time, threading, pathlib\n"
        "from assistant.models.shared import SharedModel\n"
        "from assistant.models.generator import Message\n"
        "model = SharedModel(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), context=2048, threads=1)\n"
        "text = ''.join(model.generate([Message('user', 'Xin chào')], limit=5, "
        "deadline=time.monotonic() + 60, stop=threading.Event()))\n"
        "print(model.status()['pid'], len(text))\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", words, str(process.path), str(process._place.folder.parent)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    pid, length = other.stdout.split()
    assert int(pid) == first["pid"] == process.status()["pid"]
    assert int(length) > 0


def test_a_process_that_dies_is_noticed_and_the_answer_stands(tmp_path):
    model = SharedModel(tiny_model(), tmp_path, context=2048, threads=1)
    stop = threading.Event()
    pieces = model.generate(HELLO, limit=1000, deadline=time.monotonic() + 60, stop=stop)
    next(pieces)
    os.kill(model.status()["pid"], 9)
    with pytest.raises(GeneratorError, match="ended while it wrote"):
        list(pieces)
    found = improve(EXTRACT, (FEES,), model, deadline=time.monotonic() + 5)
    assert (found.answer, found.reason) == (EXTRACT, "missing")
    assert model.status()["state"] == "failed"


def test_matrix_units_are_looked_for_without_fail(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("flags : fpu amx_bf16 amx_tile amx_int8")
    assert has_matrix_units(info)
    info.write_text("flags : fpu avx2")
    assert not has_matrix_units(info)
    assert not has_matrix_units(tmp_path / "nothing")
