"""Backups for tests: a real one of an empty site, and small ones made by hand with a sound seal."""

from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lms import cli
from lms.backup import archive
from lms.backup.verifying import verify
from lms.core.config import WebSettings

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def make_by_hand(path: Path, change=None, members: dict[str, bytes] | None = None) -> Path:
    """A small backup with a sound seal; `change` gets the manifest's words before they are written."""
    writer = archive.Writer(path)
    members = {"database/hocso.db": b"none", **(members or {})}
    for name, data in members.items():
        writer.add(name, io.BytesIO(data))
    manifest = archive.Manifest(NOON, "sqlite", {"lms_version": "0001"}, {}, writer.members)
    if change:
        words = json.loads(manifest.to_json())
        change(words)

        class Changed:
            def to_json(self) -> bytes:
                return json.dumps(words).encode()

        manifest = Changed()
    writer.close(manifest)
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> bytes:
    """The bytes of a whole backup of a real (empty) site on SQLite."""
    folder = tmp_path_factory.mktemp("sound")
    os.environ["HOCSO_INSTANCE"], kept = str(folder / "instance"), os.environ["HOCSO_INSTANCE"]
    os.environ["HOCSO_EMBEDDER"] = "none"
    try:
        cli.prepare(WebSettings.load())
        assert cli.main(["backup", str(folder / "a.zip")]) == 0
    finally:
        os.environ["HOCSO_INSTANCE"] = kept
        del os.environ["HOCSO_EMBEDDER"]
    assert verify(folder / "a.zip").ok
    return (folder / "a.zip").read_bytes()
