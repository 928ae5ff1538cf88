"""What a guess costs, counted out, and that no clock makes anybody wait long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from lms.accounts import tries
from lms.accounts.models import FamiliarPlace
from lms.core import current, throttle
from lms.core.throttle import Limit, Throttle, TooManyTries

KEY = "the key of these tests"
NOON = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DAY = timedelta(days=1)
LIMIT = Limit("a" * 64, 5, 10 * MINUTE, 30 * SECOND, 15 * MINUTE)


@pytest.fixture
def db(site):
    """A session whose changes are forgotten after the test."""
    with site.database() as db:
        db.execute(delete(Throttle))
        db.execute(delete(FamiliarPlace))
        yield db
        db.rollback()


def attempt(db, limits: list[Limit], now: datetime) -> int:
    """One try: 0 if it would be compared, else the seconds that it has to wait."""
    try:
        throttle.take(db, limits, now)
    except TooManyTries as wait:
        return wait.seconds
    return 0


def guess(db, limits_of, hours: int) -> int:
    """How many guesses of the quickest guesser are compared in so many hours.

    Who guesses as soon as the wait is over gets as many in as who guesses all the time: what is refused
    counts for nothing. `limits_of(n, now)`: what guess n is counted under.
    """
    compared, now = 0, NOON
    while now < NOON + timedelta(hours=hours):
        wait = attempt(db, limits_of(compared, now), now)
        compared += wait == 0
        now += timedelta(seconds=wait)
    return compared


# One limit


def test_waits_grow_from_half_a_minute_to_a_quarter_of_an_hour(db):
    now, waits = NOON, []
    for _ in range(14):
        wait = attempt(db, [LIMIT], now)
        if wait:
            waits.append(wait)
            now += timedelta(seconds=wait)
            assert attempt(db, [LIMIT], now) == 0, "the wait is over: one more try"
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits) <= 900


def test_a_refused_try_costs_nothing(db):
    for _ in range(5):
        attempt(db, [LIMIT], NOON)
    for _ in range(20):
        assert attempt(db, [LIMIT], NOON + SECOND) == 29
    assert db.get(Throttle, LIMIT.key).failures == 5


def test_failures_are_forgiven_one_by_one(db):
    for _ in range(4):
        attempt(db, [LIMIT], NOON)
    later = NOON + 21 * MINUTE
    attempt(db, [LIMIT], later)
    assert db.get(Throttle, LIMIT.key).failures == 3, "two of four are forgiven, and one came"
    assert attempt(db, [LIMIT], NOON + 2 * DAY) == 0
    assert db.get(Throttle, LIMIT.key).failures == 1


def test_a_right_try_is_given_back_and_the_failures_of_others_stay(db):
    for _ in range(3):
        attempt(db, [LIMIT], NOON)
    throttle.give_back(db, LIMIT, NOON)
    assert db.get(Throttle, LIMIT.key).failures == 2


@settings(max_examples=10)
@given(st.lists(st.integers(0, 2000), max_size=40))
def test_no_wait_is_ever_longer_than_the_longest(site, seconds):
    with site.database() as db:
        now = NOON
        for step in seconds:
            now += timedelta(seconds=step)
            assert attempt(db, [LIMIT], now) <= LIMIT.longest_wait.total_seconds()
        db.rollback()


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(hours=1), timedelta(days=400)])
def test_what_a_wrong_clock_wrote_counts_for_nothing(db, ahead):
    for _ in range(30):
        attempt(db, [LIMIT], NOON + ahead)
    throttle.check(db, [LIMIT], NOON)
    assert attempt(db, [LIMIT], NOON) == 0
    assert db.get(Throttle, LIMIT.key).failures == 1


@pytest.mark.parametrize("back", [40 * SECOND, 4 * MINUTE])
def test_a_clock_that_is_set_back_a_little_makes_nobody_wait_longer(db, back):
    for _ in range(5):
        attempt(db, [LIMIT], NOON)
    assert attempt(db, [LIMIT], NOON - back) <= 900


def test_a_wait_that_the_old_program_wrote_is_cut(db):
    db.add(Throttle(key=LIMIT.key, failures=40, updated_at=NOON, blocked_until=NOON + 400 * DAY))
    db.flush()
    throttle.check(db, [LIMIT], NOON)


def test_tries_at_the_same_moment_are_all_counted_before_any_is_compared(site):
    with site.database() as db:
        db.execute(delete(Throttle))
        db.commit()

    def once(_) -> int:
        with site.database() as db:
            try:
                return attempt(db, [LIMIT], NOON)
            finally:
                db.commit()

    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(once, range(24)))
    assert waits.count(0) == 5, "of 24 at once five are compared"


def test_old_rows_and_those_of_a_wrong_clock_are_deleted(db):
    ages = {"old": -3 * DAY, "new": 0 * DAY, "wrong": 30 * DAY, "kept": -9 * DAY}
    for name, moment in ((name, NOON + age) for name, age in ages.items()):
        db.add(Throttle(key=name, failures=1, updated_at=moment))
    db.flush()
    assert throttle.forget_old(db, NOON, keep=["kept"]) == 2
    assert set(db.scalars(select(Throttle.key))) == {"new", "kept"}


# Who tries


def test_keys_hold_no_number(db):
    limits = tries.sign_in_limits(db, KEY, "0912345678", "10.1.2.3", tries.Device("d" * 16))
    assert len(limits) == 3
    for limit in limits:
        assert len(limit.key) == 64 and "0912345678" not in limit.key and "10.1.2.3" not in limit.key
    others = tries.sign_in_limits(db, "another key", "0912345678", "10.1.2.3", tries.Device("d" * 16))
    assert {one.key for one in limits}.isdisjoint(one.key for one in others)


@pytest.mark.parametrize(
    ("address", "kept"),
    [("10.1.2.3", "10.1.2.3"), ("::ffff:10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
     ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"), ("fe80::1%eth0", "fe80::"), ("unknown", "unknown")],
)  # fmt: skip
def test_one_household_is_one_address(address, kept):
    assert current.network(address) == kept


@given(st.text(max_size=300))
def test_any_cookie_is_a_device(text):
    device = tries.Device.read(text)
    assert tries.Device.read(device.cookie()) == device
    assert not device.knows(KEY, "quantri")


def test_a_device_knows_the_accounts_of_its_own_cookie_only():
    device = tries.Device.read(None).with_account(KEY, "quantri")
    assert tries.Device.read(device.cookie()).knows(KEY, "quantri")
    assert not device.knows(KEY, "canbo") and not device.knows("another key", "quantri")
    stolen = tries.Device(tries.Device.read(None).id, device.marks)
    assert not stolen.knows(KEY, "quantri"), "a mark fits one device"
    for number in range(60):
        device = device.with_account(KEY, f"em{number}")
    assert len(device.marks) == tries.MARKS and len(device.cookie()) < 1000
    assert device.knows(KEY, "em59") and not device.knows(KEY, "quantri")


# Whole days


def strangers(db, account: str, address: str, now: datetime = NOON) -> list[Limit]:
    return tries.sign_in_limits(db, KEY, account, address, tries.Device("x" * 16), now=now)


def test_one_account_from_ten_thousand_addresses(db):
    compared = guess(db, lambda n, now: strangers(db, "quantri", f"10.{n % 250}.{n // 250}.1", now), hours=24)
    assert 20 < compared <= 260


def test_one_account_from_one_network_of_many_addresses(db):
    for address in ("10.0.0.{}", "2001:db8:0:{}::1"):
        compared = guess(db, lambda n, now, of=address: strangers(db, of, of.format(n % 250), now), hours=24)
        assert compared <= 170, "two at once and six hours later again are all it has besides"


def test_a_guesser_who_never_stops_keeps_no_owner_out_who_comes_from_elsewhere(db):
    """On a new telephone, in the town: the right PIN was refused 21 times of 21."""
    for second in range(0, 24 * 3600, 30):
        now = NOON + timedelta(seconds=second)
        attempt(db, strangers(db, "quantri", "10.9.9.9", now), now)
        if second % 7200 == 3600:
            attempt(db, strangers(db, "quantri", f"10.8.{second // 7200}.1", now), now)
    assert attempt(db, strangers(db, "quantri", "10.9.9.9", now), now) > 0
    limits = strangers(db, "quantri", "10.7.7.7", now)
    assert attempt(db, limits, now) == 0
    tries.succeeded(db, KEY, limits, "quantri", "10.7.7.7")
    assert len(tries.sign_in_limits(db, KEY, "quantri", "10.7.7.7", tries.Device("x" * 16), now=now)) == 2


def test_many_accounts_from_one_address(db):
    compared = guess(db, lambda n, now: [tries.of_address(KEY, "10.0.0.1")], hours=2)
    assert 60 < compared <= 60 + 2 * 180 + 10, "4,400 a day"


def test_a_guesser_elsewhere_does_not_make_a_known_device_or_a_familiar_place_wait(db):
    device = tries.Device.read(None).with_account(KEY, "quantri")
    tries.remember_place(db, KEY, "quantri", "10.0.0.1")
    for _ in range(65):
        attempt(db, strangers(db, "quantri", "10.9.9.9"), NOON)
        attempt(db, strangers(db, "someone", "10.0.0.1"), NOON)
    assert attempt(db, strangers(db, "quantri", "10.9.9.9"), NOON) > 0, "a stranger waits"
    assert attempt(db, tries.sign_in_limits(db, KEY, "quantri", "10.7.7.7", device), NOON) == 0
    assert attempt(db, strangers(db, "quantri", "10.0.0.1"), NOON) == 0


def test_a_known_device_that_guesses_waits_too(db):
    device = tries.Device.read(None).with_account(KEY, "quantri")
    limits = tries.sign_in_limits(db, KEY, "quantri", "10.0.0.1", device)
    assert guess(db, lambda n, now: limits, hours=3) <= 110, "about 740 a day"


def test_many_known_devices_guess_no_more_than_a_few(db):
    """Each had a counter of its own, and whoever had been in the account once could gather any number."""
    known = [tries.Device.read(None).with_account(KEY, "quantri") for _each in range(60)]
    compared = guess(
        db,
        lambda n, now: tries.sign_in_limits(db, KEY, "quantri", "10.0.0.1", known[n % 60], now=now),
        hours=24,
    )
    assert compared <= 40 + 720 + 260


def test_an_address_with_one_mistake_a_day_never_waits(db):
    for day in range(70):
        assert attempt(db, strangers(db, f"nguoi{day}", "10.0.0.1"), NOON + day * DAY) == 0


def test_three_hundred_people_sign_up_on_one_day(db):
    """Eighty at once, and then one each eleven seconds, without anybody waiting."""
    limit = tries.of_sign_ups(KEY, "10.0.0.1")
    moments = [NOON] * 79 + [NOON + number * 11 * SECOND for number in range(1, 222)]
    assert [attempt(db, [limit], moment) for moment in moments] == [0] * 300


def test_places_are_forgotten_after_two_months(db):
    tries.remember_place(db, KEY, "quantri", "10.0.0.1")
    db.flush()
    today = db.scalars(select(FamiliarPlace.seen_at)).one()
    assert tries.forget_places(db, today + timedelta(days=59)) == 0
    assert tries.forget_places(db, today + timedelta(days=61)) == 1
