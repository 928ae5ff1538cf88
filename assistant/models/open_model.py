"""From the setting `model` to something that writes: a file in the model process, or a server."""

from __future__ import annotations

import logging
from pathlib import Path

from assistant.models import downloads
from assistant.models.generator import Generator
from assistant.models.server import OpenAIServer
from assistant.models.shared import SharedModel

log = logging.getLogger(__name__)

CONTEXT, IDLE_SECONDS = 4096, 600.0
NONE = "none"


class ModelSettingError(ValueError):
    """The setting `model` names nothing that can be used; the sentence says what is wrong."""


def wanted_model(setting: str, instance: Path) -> str:
    """The setting, or else what `python -m assistant model use` chose; "none" and "" mean no model."""
    chosen = setting.strip() or downloads.used(instance)
    return "" if chosen == NONE else chosen


def open_generator(
    setting: str,
    instance: Path,
    *,
    context: int = CONTEXT,
    threads: int = 0,
    idle_seconds: float = IDLE_SECONDS,
    key: str = "",
) -> Generator | None:
    """What writes, or None if no model is wanted. Loads nothing: that is done by the first text, or `warm`.

    `setting`: a GGUF file (its path, or its name in instance/models), or “http://host:port/v1#model”;
    `key`: for a server. Raises ModelSettingError.
    """
    wanted = wanted_model(setting, instance)
    if not wanted:
        return None
    try:
        if wanted.startswith(("http://", "https://")):
            return OpenAIServer(wanted, key)
        path = path_of(wanted, instance)
        if not path.is_file():
            raise ModelSettingError(f"the model {path} is not there: python -m assistant model list")
        downloads.quick_check(instance, path)
    except ValueError as error:
        raise ModelSettingError(str(error)) from error
    return SharedModel(path, instance, context=context, threads=threads, idle_seconds=idle_seconds)


def path_of(written: str, instance: Path) -> Path:
    """The file that is meant: a plain name is one in the instance's folder of models."""
    path = Path(written).expanduser()
    return path.resolve() if path.parent != Path() or path.is_file() else downloads.folder(instance) / path
