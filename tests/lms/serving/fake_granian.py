"""Asking a gateway as granian does, without a server."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from lms.serving.gateway import Gateway


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


async def ask(gate: Gateway, protocol: FakeProtocol | None = None, **scope) -> FakeProtocol:
    protocol = protocol or FakeProtocol()
    await gate.__rsgi__(scope_of(**scope), protocol)
    return protocol


def post(length: int):
    return {"method": "POST", "headers": [("content-length", str(length)), ("host", "a")]}
