"""How many connections to the database are needed, allowed, and taken by each worker.

A request holds at most two at a time: one that reads and one that writes. Where PostgreSQL, or the role,
allows fewer than all threads could use, fewer requests are in the database at once and the others wait.
"""

from __future__ import annotations

from sqlalchemy import Engine, text

from lms.core.config import SettingError, WebSettings

SPARE = 5
"""For the command line, the maker of vectors, a backup, and whoever looks."""
LEAST = 3
"""A worker with fewer cannot serve one request and look whether the database is there."""


def wanted(settings: WebSettings) -> int:
    """Connections of one worker when every thread has work that reads and writes."""
    return 2 * settings.threads + 2


def needed(settings: WebSettings) -> int:
    """Connections of the whole site, as `max_connections` of PostgreSQL must allow them."""
    return settings.workers * wanted(settings) + SPARE


def allowed(engine: Engine) -> int | None:
    """How many connections the server grants this role to this database; None on SQLite: no limit."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT current_setting('max_connections')::int"
                " - current_setting('superuser_reserved_connections')::int"
                " - coalesce(current_setting('reserved_connections', true), '0')::int,"
                " (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),"
                " (SELECT datconnlimit FROM pg_database WHERE datname = current_database())"
            )
        ).one()
    return min(number for number in row if number is not None and number >= 0)


def of_worker(settings: WebSettings, allowed: int | None) -> int:
    """The size of one worker's pool. Raises SettingError where not even the least would fit."""
    if allowed is None or allowed >= needed(settings):
        return wanted(settings)
    each = (allowed - SPARE) // settings.workers
    if each < LEAST:
        each = (allowed - 1) // settings.workers
    if each < LEAST:
        raise SettingError(
            f"PostgreSQL cho {allowed} kết nối, mà {settings.workers} tiến trình cần ít nhất "
            f"{settings.workers * LEAST + 1}. Bạn giảm workers, hoặc tăng max_connections (giới hạn của vai)."
        )
    return each


def advice(settings: WebSettings, allowed: int | None) -> str | None:
    """A sentence for who runs the site if requests will have to wait for connections; else None."""
    if allowed is None or allowed >= needed(settings):
        return None
    return (
        f"PostgreSQL cho {allowed} kết nối; {settings.workers} workers × {settings.threads} threads "
        f"dùng nhiều nhất {needed(settings)}. Máy vẫn chạy, khi đông người thì chậm hơn. "
        "Bạn tăng max_connections (hoặc giới hạn của vai), hoặc giảm threads."
    )


def places(pool_size: int) -> int:
    """How many requests of a worker may be in the database at once: each may need a second connection."""
    return max(1, (pool_size - 1) // 2)
