"""What the fitted files were fitted from: so that one command says whether they are current."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from assistant.retrieval import ranker
from assistant.retrieval.record_features import NAMES

DATA = ranker.FILE.parent
STAMPS = DATA / "fitted.json"
_READ = ("asked_*.yaml", "colloquial.yaml", "frames/*.yaml", "weights.yaml", "danger_sentences.yaml")


def stamps(questions: Iterable[Path]) -> dict[str, str]:
    """What everything is fitted from, by its name: a short hash of each file, and of the features' names."""
    files = [path for pattern in _READ for path in sorted(DATA.glob(pattern))]
    found = {path.relative_to(DATA).as_posix(): _hash(path.read_bytes()) for path in files}
    found |= {path.name: _hash(path.read_bytes()) for path in questions}
    return found | {"features": _hash(" ".join(NAMES).encode())}


def keep(current: Mapping[str, str], path: Path = STAMPS) -> None:
    """Write down from what the files beside were fitted."""
    path.write_text(json.dumps(current, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def changed(current: Mapping[str, str], path: Path = STAMPS) -> list[str]:
    """What changed since the last fit; all of it if there was none."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return sorted(name for name in current.keys() | before.keys() if current.get(name) != before.get(name))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
