"""The addresses that a start prints: where to look, and where the first administrator begins."""

from __future__ import annotations

from assistant.storage import make_engine
from lms.core.config import WebSettings
from lms.core.database import Database


def first_administrator(settings: WebSettings) -> str | None:
    """The address for making the first administrator, or None if there is one."""
    from lms.accounts import service as accounts

    engine = make_engine(settings.shared.database_url)
    with Database(engine).writer.begin() as db:
        token = accounts.first_administrator_link(db)
    engine.dispose()
    if token is None:
        return None
    base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"{base}/bat-dau/{token}"


def announce(settings: WebSettings) -> None:
    """Say where to look, and how the first administrator begins."""
    link = first_administrator(settings)
    print(f"\n  Học Số: http://{settings.host}:{settings.port}", flush=True)
    if link:
        print(f"  Người quản trị đầu tiên (dùng một lần): {link}", flush=True)
    print("  Dừng: Ctrl+C\n", flush=True)
