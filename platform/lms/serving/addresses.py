"""The addresses that a start prints: where to look, and where the first administrator begins."""

from __future__ import annotations

import socket

from lms.core.config import WebSettings
from lms.core.database import Database, make_engine

ANYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - what people write to let other machines in
NOWHERE = ("192.0.2.1", 9)
"""An address for examples: nothing is sent there, but the kernel says from where it would go."""


def first_administrator(settings: WebSettings) -> str | None:
    """The address for making the first administrator, or None if there is one."""
    from lms.accounts import service as accounts

    engine = make_engine(settings.shared.database_url)
    with Database(engine).writer.begin() as db:
        token = accounts.first_administrator_link(db)
    engine.dispose()
    return f"{outside(settings)}/bat-dau/{token}" if token else None


def outside(settings: WebSettings) -> str:
    """The address to give to people, without a slash at its end.

    The one of the settings; else, where every machine may come, this machine's own in the network.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    if settings.host in ANYWHERE:
        return _url(network_address() or "127.0.0.1", settings.port)
    return _url(settings.host, settings.port)


def network_address() -> str | None:
    """This machine's address in its network, or None without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
            return probe.getsockname()[0]
        except OSError:
            return None


def announce(settings: WebSettings) -> None:
    """Say where to look, and how the first administrator begins."""
    link = first_administrator(settings)
    print(flush=True)
    for line in where_to_look(settings):
        print(f"  {line}", flush=True)
    if link:
        print(f"  Người quản trị đầu tiên mở đường dẫn này (dùng một lần): {link}", flush=True)
    print("  Dừng: Ctrl+C, hoặc đóng cửa sổ này\n", flush=True)


def where_to_look(settings: WebSettings) -> list[str]:
    """Each address once, with the words who opens it."""
    if settings.host not in ANYWHERE:
        lines = [f"Học Số: {_url(settings.host, settings.port)}"]
    else:
        lines = [f"Học Số, trên máy này: {_url('127.0.0.1', settings.port)}"]
        address = network_address()
        if address is None:
            lines.append("Máy này chưa vào mạng nào, nên máy khác chưa mở được.")
        else:
            lines.append(f"Học Số, từ điện thoại và máy khác cùng mạng: {_url(address, settings.port)}")
    if settings.public_url:
        lines.append(f"Học Số, địa chỉ cho mọi người: {settings.public_url.rstrip('/')}")
    return lines


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
