"""python -m assistant model list | pull | use | check."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assistant.models import downloads, gguf, known_models, memory
from assistant.models.download import DownloadError, pull
from assistant.models.known_models import CatalogueError, Entry
from assistant.models.open_model import CONTEXT, NONE, ModelSettingError, path_of, wanted_model
from assistant.models.server import Address
from assistant.models.shared import SharedModel
from assistant.settings import Settings

EXPLAINED = (CatalogueError, DownloadError, ModelSettingError, downloads.ModelDamaged, gguf.NotAModel)
"""What these commands raise with a sentence for whoever runs them."""

UNMEASURED = "nobody measured its Vietnamese, as far as we know"


def add_commands(commands: Any) -> None:
    """Add `model` to the commands of `python -m assistant` (what `add_subparsers` returned)."""
    model = commands.add_parser("model", help="language models: list, pull, use, check")
    actions = model.add_subparsers(required=True, metavar="list|pull|use|check")

    listing = actions.add_parser("list", help="which models there are, and which suit this machine")
    listing.add_argument("--json", action="store_true", help="for clarity: it is always JSON")
    listing.set_defaults(run=run_list)

    pulling = actions.add_parser("pull", help="download a model of the list into the instance folder")
    pulling.add_argument("name")
    pulling.set_defaults(run=run_pull)

    using = actions.add_parser("use", help="choose the model that puts answers into easier words")
    using.add_argument("model", metavar="NAME|FILE.gguf|ADDRESS|none")
    using.set_defaults(run=run_use)

    checking = actions.add_parser("check", help="count the checksums of all downloaded models again")
    checking.set_defaults(run=run_check)


def run_list(options: argparse.Namespace) -> int:
    """Show every model of the list, and what is there already."""
    settings = Settings.load()
    total = memory.total()
    show(
        {
            "memory": total,
            "used": wanted_model(settings.model, settings.instance),
            "models": [
                shown(entry, settings.instance, total) for entry in known_models.load(settings.instance)
            ],
        }
    )
    return 0


def shown(entry: Entry, instance: Path, total: int) -> dict[str, Any]:
    """One model as plain JSON values; what is not known is null."""
    return {
        "name": entry.name,
        "size": entry.size or None,
        "licence": entry.licence,
        "memory": entry.wants(CONTEXT) or None,
        "suits_this_machine": entry.suits(CONTEXT, total),
        "languages": list(entry.languages),
        "vietnamese": entry.measured or UNMEASURED,
        "note": entry.note,
        "address": entry.address,
        "downloaded": (downloads.folder(instance) / entry.file).is_file(),
    }


def run_pull(options: argparse.Namespace) -> int:
    """Download one model, with progress on standard error."""
    settings = Settings.load()
    entry = known_models.find(options.name, known_models.load(settings.instance))
    say(f"{entry.name}: {entry.licence}; {entry.measured or UNMEASURED}")
    if entry.suits(CONTEXT, memory.total()) is False:
        say(
            f"{entry.name} wants {entry.wants(CONTEXT) >> 20} MiB of memory; "
            f"this machine has {memory.total() >> 20} MiB in all"
        )
    with Bar(entry.name) as progress:
        path = pull(entry, settings.instance, progress)
    record = downloads.records(settings.instance)[path.name]
    show({"name": entry.name, "file": str(path), "size": record.size, "sha256": record.sha256})
    return 0


def run_use(options: argparse.Namespace) -> int:
    """Choose a model. The setting in config.toml or the environment wins over this choice."""
    settings = Settings.load()
    chosen = chosen_model(options.model, settings.instance)
    before = downloads.used(settings.instance)
    downloads.use(settings.instance, chosen)
    if before and before != chosen and not before.startswith("http"):
        SharedModel(Path(before), settings.instance).end()
    if settings.model and settings.model != chosen:
        say("the setting “model” is still set in config.toml or HOCSO_MODEL, and wins: take it away there")
    say("workers that run already take it after a restart")
    show({"used": chosen, "wins": settings.model or chosen})
    return 0


def chosen_model(written: str, instance: Path) -> str:
    """What to keep for a name of the list, a file or an address. Raises one of EXPLAINED."""
    if written == NONE:
        return NONE
    if written.startswith(("http://", "https://")):
        try:
            Address.parse(written)
        except ValueError as error:
            raise ModelSettingError(str(error)) from error
        return written
    entries = {entry.name: entry for entry in known_models.load(instance)}
    if written in entries:
        path = downloads.folder(instance) / entries[written].file
        if not path.is_file():
            raise ModelSettingError(f"{written} is not downloaded: python -m assistant model pull {written}")
    else:
        path = path_of(written, instance)
    gguf.check(path)
    downloads.quick_check(instance, path)
    return str(path)


def run_check(options: argparse.Namespace) -> int:
    """Count checksums again; exit code 1 if one is wrong."""
    settings = Settings.load()
    report = check_all(settings.instance)
    show({"models": report})
    return 0 if all(one["sound"] is not False for one in report) else 1


def check_all(instance: Path) -> list[dict[str, Any]]:
    """Every GGUF file in the instance folder, counted again; `sound` None: there is nothing to compare."""
    report = []
    for path in sorted(downloads.folder(instance).glob("*.gguf")):
        try:
            with Bar(path.name) as progress:
                sound: bool | None = downloads.full_check(instance, path, progress) or None
            why = ""
        except downloads.ModelDamaged as error:
            sound, why = False, str(error)
        report.append({"file": path.name, "sound": sound, "why": why})
    return report


class Bar:
    """A bar of bytes on standard error, where that is a terminal or a log that wants it."""

    def __init__(self, what: str) -> None:
        self._bar = tqdm(desc=what, unit="B", unit_scale=True, unit_divisor=1024, file=sys.stderr, delay=0.5)

    def __enter__(self) -> Callable[[int, int], None]:
        return self._show

    def _show(self, done: int, total: int) -> None:
        self._bar.total = total or None
        self._bar.update(done - self._bar.n)

    def __exit__(self, *error: object) -> None:
        self._bar.close()


def show(value: dict[str, Any]) -> None:
    """One JSON object on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(words: str) -> None:
    """A sentence on standard error."""
    sys.stderr.write(words + "\n")
