"""Kept pages and files wait for nobody, and nobody waits for them."""

import asyncio
import gzip

from lms.serving import gateway
from lms.serving.gateway import Gateway
from tests.lms.serving.fake_granian import ask


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
