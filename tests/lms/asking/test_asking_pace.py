"""How much one may ask: a window that begins again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.core import rate_limit
from lms.core.throttle import TooManyTries
from lms.tables import upgrade_schema

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def db(engine: Engine):
    """A session on a database with every table; what a test did is undone."""
    upgrade_schema(engine, None)
    with Session(engine) as session:
        yield session
        session.rollback()


def test_the_window_closes_after_the_most_and_opens_again(db):
    limits = [rate_limit.Pace("a", 2, 10 * MINUTE)]
    for _ in range(2):
        rate_limit.check(db, limits, NOON)
        rate_limit.count(db, limits, NOON)
    with pytest.raises(TooManyTries) as wait:
        rate_limit.check(db, limits, NOON + 4 * MINUTE)
    assert wait.value.seconds == 360
    rate_limit.check(db, limits, NOON + 10 * MINUTE)
    rate_limit.count(db, limits, NOON + 10 * MINUTE)
    rate_limit.check(db, limits, NOON + 11 * MINUTE)


def test_one_key_does_not_slow_another(db):
    rate_limit.count(db, [rate_limit.Pace("a", 1, MINUTE)], NOON)
    with pytest.raises(TooManyTries):
        rate_limit.check(db, [rate_limit.Pace("b", 1, MINUTE), rate_limit.Pace("a", 1, MINUTE)], NOON)
    rate_limit.check(db, [rate_limit.Pace("b", 1, MINUTE)], NOON)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400), timedelta(days=365 * 60)])
def test_a_window_that_a_wrong_clock_opened_in_the_future_counts_as_none(db, ahead):
    """A box without a battery was ahead while somebody asked; then its clock was put right."""
    limits = [rate_limit.Pace("a", 2, 10 * MINUTE)]
    for _ in range(2):
        rate_limit.count(db, limits, NOON + ahead)
    rate_limit.check(db, limits, NOON)
    rate_limit.count(db, limits, NOON)
    rate_limit.check(db, limits, NOON)
    rate_limit.count(db, limits, NOON)
    with pytest.raises(TooManyTries) as wait:
        rate_limit.check(db, limits, NOON + MINUTE)
    assert wait.value.seconds == 540


def test_a_clock_that_was_put_back_a_little_opens_nothing_and_never_waits_longer_than_the_window(db):
    limits = [rate_limit.Pace("a", 1, 10 * MINUTE)]
    rate_limit.count(db, limits, NOON + timedelta(seconds=40))
    with pytest.raises(TooManyTries) as wait:
        rate_limit.check(db, limits, NOON)
    assert wait.value.seconds <= 600
