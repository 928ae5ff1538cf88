"""Behind a proxy, each sender is told from the others."""

import asyncio
from types import SimpleNamespace

import pytest

from lms.serving import bodies
from lms.serving.gateway import Gateway
from tests.lms.serving.fake_granian import FakeProtocol, ask, post, scope_of


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
