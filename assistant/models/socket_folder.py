"""Where the model process of an instance is met: its socket, its lock and the note of its last failure."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

LONGEST_ADDRESS = 100
"""Bytes that the path of a Unix socket may have on every system."""

RETRY_SECONDS = 60.0
"""How long a model that could not be loaded, or took its process down, is left alone."""


class PlaceError(OSError):
    """The folder for the socket is not safe to use."""


@dataclass(frozen=True)
class Place:
    """The meeting place of one instance on one machine."""

    folder: Path

    @classmethod
    def of(cls, instance: Path) -> Place:
        """In the instance folder; if that path is too long, in the system's folder for short-lived files."""
        folder = instance / "model"
        if len(os.fsencode(folder / "model.sock")) > LONGEST_ADDRESS:
            name = hashlib.sha256(os.fsencode(instance)).hexdigest()[:16]
            folder = Path(tempfile.gettempdir()) / f"hocso-{os.getuid()}-{name}"
        return cls(folder)

    @property
    def socket(self) -> Path:
        """Where the model process listens."""
        return self.folder / "model.sock"

    @property
    def lock(self) -> Path:
        """Held by the model process as long as it lives."""
        return self.folder / "process.lock"

    @property
    def starting(self) -> Path:
        """Held by whoever is about to start the model process."""
        return self.folder / "starting.lock"

    @property
    def failure(self) -> Path:
        """Why the model could not be used the last time."""
        return self.folder / "failure.json"

    def make(self) -> None:
        """Make the folder, for this user alone. Raises PlaceError if somebody else's stands there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = self.folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PlaceError(f"{self.folder} belongs to somebody else")
        self.folder.chmod(0o700)

    def note_failure(self, identity: str, why: str) -> None:
        """Keep why a model failed, so that not every question tries it again."""
        words = json.dumps({"model": identity, "why": why, "at": time.time()}, ensure_ascii=False)
        with contextlib.suppress(OSError):
            self.failure.write_text(words, encoding="utf-8")

    def forget_failure(self) -> None:
        """A model was loaded: what was before does not matter."""
        self.failure.unlink(missing_ok=True)

    def recent_failure(self, identity: str) -> str:
        """Why this very model failed within the last minute, or ""."""
        try:
            noted = json.loads(self.failure.read_text(encoding="utf-8"))
            is_recent = 0 <= time.time() - float(noted["at"]) < RETRY_SECONDS
            return str(noted["why"]) if noted["model"] == identity and is_recent else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""


def identity_of(path: Path, context: int) -> str:
    """What tells one loaded model from another: its file, as it is now, and its context."""
    found = path.stat()
    return f"{path}|{found.st_size}|{int(found.st_mtime)}|{context}"
