"""Getting a model over HTTP: with progress, going on where it broke off, checked before it counts."""

from __future__ import annotations

import errno
import http.client
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from assistant.models import downloads, gguf
from assistant.models.downloads import Progress
from assistant.models.known_models import Entry

BLOCK = 1 << 18
SPARE = 256 << 20
"""Bytes of the disk that a download leaves free."""

WAIT_SECONDS = 30.0
KEPT = "What came is kept; run the same command again"
TRIES = 5
"""How often a broken connection is taken up again, if each try brings something."""


class DownloadError(RuntimeError):
    """A model could not be got; the sentence says why and what to do."""


def pull(entry: Entry, instance: Path, progress: Progress | None = None, spare: int = SPARE) -> Path:
    """Get a model into the instance folder; its path. What is there already and sound is left alone.

    A part of an earlier try (“….part”) is gone on with. Raises DownloadError.
    """
    folder = downloads.folder(instance)
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / entry.file, folder / f"{entry.file}.part"
    if path.is_file() and is_sound(entry, instance, path):
        return path
    check_space(entry, folder, part, spare)
    fetch(entry, part, progress)
    try:
        sha256 = checked(entry, part, progress)
    except DownloadError:
        # Going on with a wrong file would never make it right.
        part.unlink(missing_ok=True)
        raise
    part.replace(path)
    downloads.remember(instance, path, sha256, entry.address)
    return path


def is_sound(entry: Entry, instance: Path, path: Path) -> bool:
    """Whether a file that is there is the wanted one, by its recorded checksum."""
    record = downloads.records(instance).get(path.name)
    if record is None or (entry.sha256 and record.sha256 != entry.sha256):
        return False
    try:
        return downloads.full_check(instance, path)
    except downloads.ModelDamaged:
        return False


def check_space(entry: Entry, folder: Path, part: Path, spare: int) -> None:
    """Raises DownloadError if the disk has no room for what is still to come."""
    there = part.stat().st_size if part.is_file() else 0
    missing = max(0, entry.size - there) + spare
    free = shutil.disk_usage(folder).free
    if free < missing:
        raise DownloadError(
            f"the disk is too full for {entry.name}: "
            f"{missing >> 20} MiB are needed, {free >> 20} MiB are free"
        )


def fetch(entry: Entry, part: Path, progress: Progress | None) -> None:
    """Bring all of the file into `part`. Raises DownloadError."""
    for number in range(TRIES):
        before = part.stat().st_size if part.is_file() else 0
        try:
            fetch_once(entry, part, progress)
            return
        except (http.client.HTTPException, urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = explain(error, entry)
            came = (part.stat().st_size if part.is_file() else 0) > before
            if isinstance(error, urllib.error.HTTPError) or not came or number == TRIES - 1:
                raise DownloadError(reason) from error
        except OSError as error:
            raise DownloadError(explain_disk(error, entry)) from error


def fetch_once(entry: Entry, part: Path, progress: Progress | None) -> None:
    """One connection: what is missing of the file, appended to `part`."""
    there = part.stat().st_size if part.is_file() else 0
    if entry.size and there == entry.size:
        return
    if entry.size and there > entry.size:
        part.unlink()
        there = 0
    asked = urllib.request.Request(entry.address, headers={"User-Agent": "hocso"})  # noqa: S310 - http or https: see known_models
    if there:
        asked.add_header("Range", f"bytes={there}-")
    try:
        answer = urllib.request.urlopen(asked, timeout=WAIT_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code == 416 and there:
            # All of it is there already, or the file on the server is another one now.
            if not entry.size and total_of(error.headers.get("Content-Range", "")) == there:
                return
            part.unlink()
            fetch_once(entry, part, progress)
            return
        raise
    with answer:
        # A server that does not know ranges sends all of it from the start.
        goes_on = answer.status == 206
        with part.open("ab" if goes_on else "wb") as file:
            copy(answer, file, there if goes_on else 0, entry, progress)


def copy(
    answer: http.client.HTTPResponse, file: BinaryIO, there: int, entry: Entry, progress: Progress | None
) -> None:
    """Bytes from the connection to the file. Raises http.client.IncompleteRead if it breaks off."""
    left = int(answer.headers.get("Content-Length") or 0)
    total = there + left if left else entry.size
    done = there
    while block := answer.read(BLOCK):
        file.write(block)
        done += len(block)
        if entry.size and done > entry.size:
            raise DownloadError(f"{entry.address} sends more than the {entry.size} bytes of {entry.name}")
        if progress:
            progress(done, total)
    if left and done < there + left:
        raise http.client.IncompleteRead(b"", there + left - done)


def total_of(content_range: str) -> int:
    """The whole size in “bytes */123”; 0 if it is not told."""
    total = content_range.rpartition("/")[2]
    return int(total) if total.isdigit() else 0


def checked(entry: Entry, part: Path, progress: Progress | None) -> str:
    """The checksum of a whole download. Raises DownloadError if it is not the wanted model."""
    size = part.stat().st_size
    if entry.size and size != entry.size:
        raise DownloadError(f"{entry.name} has {size} bytes, {entry.size} were expected; it was thrown away")
    try:
        gguf.check(part)
    except gguf.NotAModel as error:
        raise DownloadError(f"what {entry.address} sends is no model: {error}") from error
    sha256 = downloads.checksum(part, progress)
    if entry.sha256 and sha256 != entry.sha256:
        raise DownloadError(
            f"{entry.name} has another checksum than the list says; it was thrown away. "
            "Somebody may have changed it: ask whoever keeps the list"
        )
    return sha256


def explain(error: Exception, entry: Entry) -> str:
    """Why nothing came, for an operator."""
    if isinstance(error, urllib.error.HTTPError):
        return f"{entry.address} answers {error.code}: correct the address in models.yaml"
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, OSError):
        return f"{entry.address} cannot be reached: {error.reason}. {KEPT}"
    return f"the connection broke off ({type(error).__name__}). {KEPT}"


def explain_disk(error: OSError, entry: Entry) -> str:
    """Why it could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk is full: make room for {entry.name} and run the same command again; what came is kept"
        )
    return f"{entry.name} cannot be written: {error.strerror or error}"
