"""Bodies on their way in: slow senders hold no thread, and leave the others room."""

import asyncio
import json

import pytest

from lms.accounts.visitor import STAFF
from lms.core.pages import sessions
from lms.serving import bodies, gateway
from tests.lms.serving.fake_granian import FakeProtocol, ask, post, scope_of


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
