"""A model on a server of OpenAI's protocol: what it sends, and how it may fail."""

import http.server
import json
import threading
import time

import pytest

from assistant.models.generator import (
    USER,
    GeneratorBusy,
    GeneratorError,
    GeneratorMissing,
    Message,
    OutOfTime,
    PromptTooLong,
    Stopped,
)
from assistant.models.server import OpenAIServer

MESSAGES = (Message(USER, "Xin chào"),)


def said(*texts):
    """Lines of a stream with these texts."""
    lines = [f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n" for text in texts]
    return ["data: " + json.dumps({"choices": [{"delta": {"role": "assistant"}}]}) + "\n\n", *lines]


class FakeModelServer(http.server.BaseHTTPRequestHandler):
    """Answers with the lines, the status and the hold that its server is given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.wishes.append((self.path, json.loads(body), self.headers.get("Authorization")))
        if self.server.status != 200:
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(self.server.words.encode())
            return
        self.send_response(200)
        self.end_headers()
        for line in self.server.lines:
            self.wfile.write(line.encode())
            self.wfile.flush()
        while self.server.endless and not self.server.held.wait(0.02):
            try:
                self.wfile.write(b": still writing\n\n")
            except OSError:
                self.server.noticed.set()
                return
        self.server.held.wait(self.server.hold)

    def do_GET(self):
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"data": []}')

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeModelServer)
    made.lines, made.status, made.words, made.hold, made.wishes = [], 200, "", 0, []
    made.held, made.noticed, made.endless = threading.Event(), threading.Event(), False
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.held.set()
    made.shutdown()
    made.server_close()


def write(server, seconds=10.0, stop=None, name="", key="", limit=50):
    client = OpenAIServer(f"http://127.0.0.1:{server.server_port}{name}", key)
    deadline = time.monotonic() + seconds
    return "".join(client.generate(MESSAGES, limit=limit, deadline=deadline, stop=stop or threading.Event()))


def test_text_arrives_as_it_is_streamed(server):
    server.lines = [*said("Xin ", "chào", " bà con."), ": ping\n\n", "data: [DONE]\n\n"]
    assert write(server) == "Xin chào bà con."


def test_the_wish_is_what_the_protocol_wants(server):
    server.lines = ["data: [DONE]\n\n"]
    write(server, name="/v1#qwen", key="s3cret", limit=7)
    path, wish, key = server.wishes[0]
    assert path == "/v1/chat/completions"
    assert (wish["model"], wish["max_tokens"], wish["stream"], wish["temperature"]) == ("qwen", 7, True, 0.0)
    assert wish["messages"] == [{"role": "user", "content": "Xin chào"}]
    assert key == "Bearer s3cret"


def test_a_stop_does_not_wait_for_the_server(server):
    server.lines, server.hold = said("Xin"), 30
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(Stopped):
        write(server, stop=stop, seconds=25)


def test_a_server_that_is_too_slow_is_left(server):
    server.lines, server.hold = said("Xin"), 30
    with pytest.raises(OutOfTime):
        write(server, seconds=0.4)


@pytest.mark.parametrize(
    ("status", "words", "error"),
    [
        (429, "", GeneratorBusy),
        (503, "loading", GeneratorBusy),
        (404, "", GeneratorMissing),
        (401, "", GeneratorMissing),
        (500, "", GeneratorError),
        (302, "", GeneratorError),
        (400, "the request exceeds the available context size", PromptTooLong),
    ],
)
def test_a_refusal_is_understood(server, status, words, error):
    server.status, server.words = status, words
    with pytest.raises(error):
        write(server)


@pytest.mark.parametrize(
    "lines",
    [
        said("Nửa câu"),
        ["data: {broken\n\n"],
        ["data: 7\n\n"],
        ['data: {"error": {"message": "out of memory"}}\n\n'],
        ["data: " + "x" * (2 << 20) + "\n\n"],
    ],
)
def test_a_stream_that_breaks_off_is_a_failure(server, lines):
    server.lines = lines
    with pytest.raises(GeneratorError):
        write(server)


def test_a_server_that_is_not_there_is_said():
    client = OpenAIServer("http://127.0.0.1:9")
    with pytest.raises(GeneratorMissing):
        list(client.generate(MESSAGES, limit=5, deadline=time.monotonic() + 5, stop=threading.Event()))
    assert client.status()["state"] == "missing"


def test_the_state_of_a_server_is_asked(server):
    client = OpenAIServer(f"http://127.0.0.1:{server.server_port}")
    assert client.status()["state"] == "ready"
    server.status = 500
    assert client.status()["state"] == "failed"


def test_a_server_that_closes_after_each_answer_is_told_to_stop_too(server):
    """It went on writing for nobody, and the next text began beside it."""
    server.lines, server.endless, stop = said("Xin "), True, threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(Stopped):
        write(server, stop=stop)
    assert server.noticed.wait(5)
