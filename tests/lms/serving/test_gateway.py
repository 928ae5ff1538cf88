"""The way in: granian's language and WSGI's, and a full house says so."""

import asyncio
import json
import time
from types import SimpleNamespace

from lms.core import language
from lms.serving import gateway
from lms.serving.gateway import Gateway, environ_of
from tests.lms.serving.fake_granian import FakeProtocol, ask, scope_of


def test_a_full_house_refuses_in_words_and_healthz_is_still_answered(open_gateway, monkeypatch):
    monkeypatch.setattr(gateway, "STANDSTILL", 0.2)

    async def run():
        gate = open_gateway(threads=2)
        waiting = [asyncio.create_task(ask(gate, path="/wait")) for _ in range(3)]
        await asyncio.sleep(0.3)
        refused = await ask(gate)
        program = await ask(gate, path="/api/v1/x")
        healthy = await ask(gate, path="/healthz")
        gate_app = gate.wsgi.__self__
        gate_app.gate.set()
        served = await asyncio.gather(*waiting)
        after = await ask(gate)
        return refused, program, healthy, [one.status for one in served], after

    refused, program, healthy, served, after = asyncio.run(run())
    assert refused.status == 503 and refused.headers["Retry-After"] == "5"
    assert "nhiều người dùng" in refused.body.decode() and "<script" not in refused.body.decode()
    assert json.loads(program.body)["error"]["code"] == 503
    assert healthy.status == 200
    assert served == [200, 200, 200], "who waited in line was served"
    assert after.status == 200


def test_a_burst_after_a_quiet_hour_is_no_standstill(open_gateway):
    async def run():
        gate = open_gateway(threads=2)
        gate.threads.last_done = time.monotonic() - 3600
        return await asyncio.gather(*(ask(gate) for _ in range(20)))

    assert {one.status for one in asyncio.run(run())} == {200}


def test_a_stream_comes_piece_by_piece_and_ends_when_its_reader_leaves(open_gateway):
    async def run():
        gate = open_gateway()
        whole = await ask(gate, path="/stream")
        gone = FakeProtocol()
        gone.left = True
        await ask(gate, gone, path="/stream")
        return whole, gone

    whole, gone = asyncio.run(run())
    assert whole.body == b"abc" and whole.headers["Content-Type"].startswith("text/event-stream")
    assert gone.body == b""


def test_an_application_that_fails_is_a_sentence():
    broken = SimpleNamespace(
        wsgi_app=lambda environ, start: 1 / 0, extensions={}, config={"SESSION_COOKIE_NAME": "s"}
    )
    came = asyncio.run(ask(Gateway(broken, 1)))
    assert came.status == 500 and "không phải do bạn" in came.body.decode()


def test_the_environment_is_as_wsgi_has_it():
    scope = scope_of(
        path="/hoc/thẻ cũ",
        query="x=%C3%A1",
        headers=[
            ("host", "a.vn"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("x-a", "2"),
            ("x_forwarded_for", "1.2.3.4"), ("content-type", "text/plain"),
        ],
    )  # fmt: skip
    environ = environ_of(scope)
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/hoc/thẻ cũ"
    assert environ["HTTP_COOKIE"] == "a=1; b=2" and environ["HTTP_X_A"] == "1,2"
    assert environ["CONTENT_TYPE"] == "text/plain" and "HTTP_CONTENT_TYPE" not in environ
    assert "HTTP_X_FORWARDED_FOR" not in environ, "an underscore must not pass for a hyphen"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    scope.client = "[::1]:80"
    assert environ_of(scope)["REMOTE_ADDR"] == "::1"


def test_a_refusal_speaks_the_readers_language():
    scope = scope_of(headers=[("cookie", f"{language.LANGUAGE_COOKIE}=en")])
    said = gateway.sentence(environ_of(scope), gateway.HTTPStatus.SERVICE_UNAVAILABLE, 5).body.decode()
    assert 'lang="en"' in said and "Đang có nhiều" not in said
