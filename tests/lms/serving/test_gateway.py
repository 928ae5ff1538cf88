"""The way in: slow senders hold no thread, kept pages wait for nobody, and a full house says so."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time
from types import SimpleNamespace

import pytest
from flask import Flask, request

from lms.accounts.visitor import STAFF
from lms.core import language
from lms.core.pages import sessions
from lms.serving import bodies, gateway
from lms.serving.gateway import Gateway, environ_of


class FakeProtocol:
    """Stands for granian's protocol: gives chunks of a body, and keeps what is answered."""

    def __init__(self, chunks=(), pause: float = 0.0) -> None:
        self.chunks, self.pause = chunks, pause
        self.status, self.headers, self.body = None, {}, b""
        self.left = False

    def __aiter__(self):
        return self._pieces()

    async def _pieces(self):
        for chunk in self.chunks:
            await asyncio.sleep(self.pause)
            yield chunk

    def response_bytes(self, status, headers, body) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_stream(self, status, headers):
        self.status, self.headers = status, dict(headers)
        return self

    async def send_bytes(self, piece: bytes) -> None:
        if self.left:
            raise RuntimeError("closed")
        self.body += piece


class FakeHeaders(list):
    def items(self):
        return self


def scope_of(path="/", method="GET", headers=(), query=""):
    """Stands for granian's scope."""
    return SimpleNamespace(
        proto="http", method=method, path=path, query_string=query, http_version="1.1", scheme="http",
        client="127.0.0.1:50000", server="127.0.0.1:8000", authority=None, headers=FakeHeaders(headers),
    )  # fmt: skip


@pytest.fixture
def app() -> Flask:
    """A small application with a page, an echo, a stream and a page that waits for `app.gate`."""
    app = Flask(__name__)
    app.gate = threading.Event()

    @app.route("/", methods=["GET", "POST"])
    @app.route("/healthz")
    def page():
        return json.dumps({"got": len(request.get_data()), "from": request.remote_addr})

    @app.get("/wait")
    def wait():
        app.gate.wait(10)
        return "waited"

    @app.get("/stream")
    def stream():
        return app.response_class(iter(["a", "b", "c"]), mimetype="text/event-stream")

    return app


@pytest.fixture
def open_gateway(app):
    """Makes gateways with few threads; lets go whatever waits at the end."""
    made = []

    def make(threads: int = 2) -> Gateway:
        made.append(Gateway(app, threads))
        return made[-1]

    yield make
    app.gate.set()
    for one in made:
        one.__rsgi_del__(None)


async def ask(gate: Gateway, protocol: FakeProtocol | None = None, **scope) -> FakeProtocol:
    protocol = protocol or FakeProtocol()
    await gate.__rsgi__(scope_of(**scope), protocol)
    return protocol


def post(length: int):
    return {"method": "POST", "headers": [("content-length", str(length)), ("host", "a")]}


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("length", ["0" * 5_000, "9" * 5_000, "-1", "1e3", "", "١"])
def test_a_length_that_is_none_is_refused_in_words(open_gateway, caplog, method, length):
    """Five thousand zeros are more than Python counts: an error of ours, a page of log each."""
    came = asyncio.run(
        ask(open_gateway(), method=method, headers=[("content-length", length), ("host", "a")])
    )
    assert came.status == 400 and not caplog.records


def test_a_body_arrives_whole_however_it_was_cut(open_gateway):
    async def run():
        return await ask(open_gateway(), FakeProtocol([b"ab", b"", b"c" * 70_000]), **post(70_002))

    came = asyncio.run(run())
    assert came.status == 200 and json.loads(came.body) == {"got": 70_002, "from": "127.0.0.1"}


def test_senders_who_never_end_hold_no_thread(open_gateway, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.5)

    async def run():
        gate = open_gateway(threads=1)
        forever = [b"x"] * 10_000
        slow = [
            asyncio.create_task(ask(gate, FakeProtocol(forever, pause=0.01), **post(60_000)))
            for _ in range(50)
        ]
        await asyncio.sleep(0.05)
        assert gate.bodies.small.total() > 1, "more than there are threads"
        came = await ask(gate)
        assert came.status == 200
        return [one.status for one in await asyncio.gather(*slow)], gate.bodies.small.total()

    statuses, under_way = asyncio.run(run())
    assert set(statuses) == {408} and under_way == 0


def test_who_sends_too_slowly_is_told_in_words(open_gateway, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.05)

    async def run():
        return await ask(open_gateway(), FakeProtocol([b"x"] * 50, pause=0.02), **post(60_000))

    came = asyncio.run(run())
    assert came.status == 408 and came.headers["Connection"] == "close"
    assert "Mạng quá chậm" in came.body.decode()


@pytest.mark.parametrize(
    ("size", "allowed"),
    [(0, 10), (19_000, 10), (100_000, 50), (1_000_000, 500), (20_000_000, 900)],
)
def test_an_honest_list_over_2g_has_time_enough(size, allowed):
    """1 MB at 10 kB a second takes 100 seconds."""
    assert bodies.allowed_seconds(size, bodies.LONGEST_LARGE) == allowed
    assert size / 10_000 < bodies.LONGEST_LARGE or size > 9_000_000


@pytest.mark.parametrize(
    ("slow", "one_more", "other"),
    [
        (["127.0.0.1"] * 3, "127.0.0.1", "10.0.0.9"),
        (["[2001:db8::1]", "[2001:db8::2]", "[2001:db8::a:3]"], "[2001:db8::ffff]", "[2001:db8:0:1::1]"),
    ],
    ids=["one address", "one network of IPv6"],
)
def test_half_bodies_from_one_place_leave_the_others_room(open_gateway, monkeypatch, slow, one_more, other):
    monkeypatch.setattr(bodies, "MOST_SMALL_OF_ADDRESS", 3)

    async def run():
        gate = open_gateway()

        async def send(address: str, length: int, protocol: FakeProtocol) -> int:
            scope = scope_of(**post(length))
            scope.client = f"{address}:1"
            await gate.__rsgi__(scope, protocol)
            return protocol.status

        half = [asyncio.create_task(send(one, 9, FakeProtocol([b"x"] * 1000, pause=0.01))) for one in slow]
        await asyncio.sleep(0.02)
        said = [await send(address, 1, FakeProtocol([b"x"])) for address in (one_more, other)]
        for task in half:
            task.cancel()
        await asyncio.gather(*half, return_exceptions=True)
        return *said, gate.bodies.small.total()

    assert asyncio.run(run()) == (503, 200, 0)


def test_only_so_many_large_bodies_at_once_and_not_all_from_one_address(open_gateway):
    async def run():
        gate = open_gateway()
        hold = [b"x"] * 1000
        for number in range(3):
            for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
                scope = scope_of(**post(1_000_000))
                scope.client = f"{address}:{number}"
                task = asyncio.create_task(gate.__rsgi__(scope, FakeProtocol(hold, pause=0.01)))
                await asyncio.sleep(0)
                tasks.append(task)
        await asyncio.sleep(0.02)
        refused = await ask(gate, FakeProtocol([b"x"]), **post(1_000_000))
        small = await ask(gate, FakeProtocol([b"x"]), **post(1))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return refused, small, gate.bodies.large.total()

    tasks: list[asyncio.Task] = []
    refused, small, left = asyncio.run(run())
    assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
    assert small.status == 200, "forms still come through"
    assert left == 0


def test_strangers_who_send_large_things_slowly_take_no_place_of_staff(app, open_gateway):
    """Twenty-four connections at 2 kB a second, their cookies made up, stopped all uploads of a commune."""
    sessions.init_app(app)
    app.secret_key = "a key of this test"
    signed = app.session_interface.get_signing_serializer(app)

    async def run():
        gate, tasks = open_gateway(), []
        for number in range(12):
            scope = scope_of(**with_cookie(signed.dumps({"_user_id": "guest"}) if number % 2 else "made-up"))
            scope.client = f"10.0.0.{number}:1"
            tasks.append(asyncio.create_task(gate.__rsgi__(scope, FakeProtocol([b"x"] * 1000, pause=0.01))))
        await asyncio.sleep(0.05)
        learner, forged, officer = [
            await ask(gate, FakeProtocol([b"x"]), **with_cookie(cookie))
            for cookie in (
                signed.dumps({"_user_id": "a"}),
                signed.dumps({STAFF: True}) + "x",
                signed.dumps({STAFF: True}),
            )
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return learner.status, forged.status, officer.status, gate.bodies.of_staff.total()

    assert asyncio.run(run()) == (503, 503, 200, 0)


def with_cookie(session: str):
    made = post(1_000_000)
    return {**made, "headers": [*made["headers"], ("cookie", f"session={session}")]}


@pytest.mark.parametrize("headers", [[("content-length", "999999999")], [("transfer-encoding", "chunked")]])
def test_more_than_anybody_may_send_is_left_to_the_application(open_gateway, monkeypatch, headers):
    monkeypatch.setattr(gateway, "LARGEST_OF_STRANGERS", 1000)

    async def run():
        protocol = FakeProtocol([b"x" * 600] * 3)
        return await ask(open_gateway(), protocol, method="POST", headers=headers)

    assert asyncio.run(run()).status in (200, 413)


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


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": [("cookie", "a;" * gateway.LONGEST_LINE)]},
        # A browser may send them in several lines.
        {"headers": [("cookie", "a=1;" * 2000)] * 4},
        {"headers": [("cookie", f'a="{chr(92)}001' * gateway.LONGEST_LINE)]},
        {"query": "a=%41&" * gateway.LONGEST_LINE},
    ],
)
@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_long_lines_are_refused_before_anybody_reads_them(app, open_gateway, monkeypatch, sent, path):
    def read(*_):
        pytest.fail("the event loop read it, and everybody else waited")

    gate = open_gateway()
    gate.kept = gate.wsgi = read
    monkeypatch.setattr(language, "parse_cookie", read)
    said = asyncio.run(ask(gate, path=path, **sent))
    assert said.status == 431
    assert "cookie" in said.body.decode()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("content-type", 400), ("host", 400), ("accept-language", 20_000), ("if-none-match", 20_000)],
)
def test_a_long_header_is_refused_before_anybody_reads_it(app, open_gateway, name, letters):
    """From a boundary of 390,000 letters two patterns were made: two CPU seconds and ten megabytes each."""
    gate, value = open_gateway(), "multipart/form-data; boundary=" + "a" * letters
    gate.kept = gate.wsgi = None
    for method in ("GET", "POST"):
        said = asyncio.run(ask(gate, method=method, headers=[("content-length", "3"), (name, value)]))
        assert said.status == 431


def test_an_address_without_end_is_not_sent_back(open_gateway):
    said = asyncio.run(ask(open_gateway(), path="/quan-tri/nguoi/" + "a" * 65_000))
    assert said.status == 431 and len(said.body) < 3_000
    asked = "/vao-lop/" + "ệ" * 200
    assert asyncio.run(ask(open_gateway(), path=asked)).status == 404, "what somebody may paste is"


def test_a_flood_of_scripts_takes_no_thread_and_healthz_is_answered(app, open_gateway):
    made = []

    @app.get("/static/<name>", endpoint="files")
    def files(name):
        made.append(name)
        response = app.response_class(f"// {name}", mimetype="text/javascript")
        response.set_etag("abc")
        if name == "mine.js":
            response.set_cookie("a", "b")
        return response

    async def run():
        gate = open_gateway()
        first = await ask(gate, path="/static/app.js", query="v=1")
        flood = await asyncio.gather(*(ask(gate, path="/static/app.js") for _ in range(200)))
        known = await ask(gate, path="/static/app.js", headers=[("if-none-match", '"abc"')])
        part = await ask(gate, path="/static/app.js", headers=[("range", "bytes=0-1")])
        other = [await ask(gate, path="/static/mine.js") for _ in range(2)]
        healthy = await ask(gate, path="/healthz")
        return first, flood, known, part, other, healthy

    first, flood, known, part, other, healthy = asyncio.run(run())
    assert {(one.status, one.body) for one in flood} == {(200, first.body)} and first.body == b"// app.js"
    assert (known.status, known.body) == (304, b"") and known.headers["ETag"] == '"abc"'
    assert (part.status, part.body) == (200, first.body)
    assert [one.status for one in other] == [200, 200]
    assert made == ["app.js", "mine.js", "mine.js"], "what sets a cookie is made for each"
    assert healthy.status == 200


def test_healthz_does_not_wait_behind_pictures(app, open_gateway):
    @app.get("/static/slow.js", endpoint="slow")
    def slow():
        app.gate.wait(10)
        return "slow"

    async def run():
        gate = open_gateway()
        waiting = [asyncio.create_task(ask(gate, path="/static/slow.js")) for _ in range(40)]
        await asyncio.sleep(0.2)
        healthy = await ask(gate, path="/healthz")
        app.gate.set()
        await asyncio.gather(*waiting)
        return healthy.status

    assert asyncio.run(run()) == 200


def test_cookies_of_a_device_that_many_people_share_are_short_enough(open_gateway):
    from lms.accounts.tries import MARK_LENGTH, MARKS

    device = "hs_may=" + "x" * 16 + ("." + "f" * MARK_LENGTH) * MARKS
    others = "; hs_phien=" + "x" * 500 + "; hs_lang=en; hs_doc=plain; hs_nhom=nguoi-cao-tuoi"
    # Other programs at this address may have left as much again, four times.
    assert asyncio.run(ask(open_gateway(), headers=[("cookie", (device + others) * 5)])).status == 200
    # The longest question in an address: 500 letters of nine bytes each, and where to go on, quoted twice.
    asked = "cau=" + "%E1%BB%85" * 500 + "&tiep=" + "a" * 6000
    assert asyncio.run(ask(open_gateway(), query=asked)).status == 200


@pytest.mark.parametrize(("behind_proxy", "lines"), [(False, 1), (True, 0)])
def test_a_proxy_that_the_settings_do_not_know_is_said_once(app, caplog, behind_proxy, lines):
    app.extensions["settings"] = SimpleNamespace(behind_proxy=behind_proxy)
    gate = Gateway(app, 1)
    for _ in range(3):
        asyncio.run(ask(gate, headers=[("x-forwarded-for", "10.0.0.9")]))
    assert caplog.text.count("behind_proxy") == lines
    assert "10.0.0.9" not in caplog.text


@pytest.mark.parametrize(("behind_proxy", "said"), [(True, [503, 200]), (False, [503, 503])])
def test_behind_a_proxy_each_sender_has_places_of_its_own(app, open_gateway, monkeypatch, behind_proxy, said):
    """A proxy that hands on what has come so far would make one sender of a whole commune."""
    monkeypatch.setattr(bodies, "MOST_SMALL_OF_ADDRESS", 1)
    app.extensions["settings"] = SimpleNamespace(behind_proxy=behind_proxy)

    async def run():
        gate = open_gateway()

        def sent_for(address: str, length: int = 1) -> dict:
            request = post(length)
            return request | {
                "headers": [*request.get("headers", ()), ("x-forwarded-for", f"6.6.6.6, {address}")]
            }

        hold = FakeProtocol([b"x"] * 1000, pause=0.01)
        slow = asyncio.create_task(gate.__rsgi__(scope_of(**sent_for("10.0.0.1", 9)), hold))
        await asyncio.sleep(0.02)
        came = [await ask(gate, FakeProtocol([b"x"]), **sent_for(one)) for one in ("10.0.0.1", "10.0.0.2")]
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        return [one.status for one in came]

    assert asyncio.run(run()) == said


def test_a_page_is_made_anew_behind_the_answer_and_nobody_waits(app, open_gateway):
    """The database may say nothing just when a kept page has grown old."""
    calls = []

    def kept(environ, start_response):
        environ[gateway.RENEWS] = True
        start_response("200 OK", [("Content-Length", "3")])
        return [b"old"]

    def waits(environ, start_response):
        calls.append(environ["PATH_INFO"])
        app.gate.wait(10)
        start_response("200 OK", [("Content-Length", "3")])
        return [b"new"]

    async def run():
        gate = open_gateway(threads=1)
        gate.kept, gate.wsgi = kept, waits
        came = [await ask(gate, path="/hoc") for _ in range(5)]
        await asyncio.sleep(0.05)
        app.gate.set()
        await asyncio.gather(*gate.renewing)
        return came

    assert [one.body for one in asyncio.run(run())] == [b"old"] * 5
    assert calls == ["/hoc"], "with the one thread taken, the others leave it at the old page"


ENCODINGS = {"": "", "gzip, deflate": "gzip", "gzip, deflate, br, zstd": "br", "br;q=0, gzip;q=0.5": "gzip"}


def test_files_are_kept_packed_as_each_browser_takes_them(site, monkeypatch):
    """Packed as a stream, no browser's file was kept: a flood of them took the time of every other."""
    made, real = [], site.app.wsgi_app

    def counting(environ, start):
        made.append(environ["PATH_INFO"])
        return real(environ, start)

    monkeypatch.setattr(site.app, "wsgi_app", counting)
    gate = Gateway(site.app, 2)

    async def run():
        plain = await ask(gate, path="/static/js/base-listen.js")
        for accepts, packing in ENCODINGS.items():
            headers = [("accept-encoding", accepts)] if accepts else []
            several = [await ask(gate, path="/static/js/base-listen.js", headers=headers) for _ in range(3)]
            assert {one.headers.get("Content-Encoding", "") for one in several} == {packing}
            assert len({one.body for one in several}) == 1
            packed = several[-1].body
            assert (packed != plain.body) if packing else (packed == plain.body)
            assert packing != "gzip" or gzip.decompress(packed) == plain.body

    try:
        asyncio.run(run())
    finally:
        gate.__rsgi_del__(None)
    assert len(made) == 3
