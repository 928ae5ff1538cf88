"""Bringing a backup back, into an instance that is empty and never over something."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from assistant import copying
from assistant.knowledge.store import MIGRATIONS as ASSISTANT_MIGRATIONS
from assistant.knowledge.store import VERSION_TABLE as ASSISTANT_VERSION
from lms.backup import archive, kept
from lms.backup.archive import BackupError, Manifest, Reader
from lms.backup.service import LOCK, TAG, reason
from lms.backup.verifying import must_have_room, must_hold_what_it_says, restore_dump
from lms.core.config import SettingError, Settings, read_file, sqlite_url
from lms.core.database import MIGRATIONS as LMS_MIGRATIONS
from lms.core.database import VERSION_TABLE as LMS_VERSION
from lms.core.database import StorageError, make_engine
from lms.core.storage.claim import LOCK as CLAIM
from lms.core.storage.claim import Claimed, only_server

SETTINGS = "config.toml"
SETTINGS_ASIDE = "config.from-backup.toml"
MAY_STAND = {SETTINGS, SETTINGS_ASIDE, LOCK, "backups", "demo"}
HISTORIES = {LMS_VERSION: LMS_MIGRATIONS, ASSISTANT_VERSION: ASSISTANT_MIGRATIONS}


@dataclass(frozen=True)
class Restored:
    """What was brought back, and where."""

    manifest: Manifest
    files: int
    database: str
    """The database's address, without its password."""
    settings_aside: bool
    """The instance had settings of its own, which stayed; those of the backup lie beside them."""


def restore(path: Path, instance: Path, environ: dict[str, str]) -> Restored:
    """Bring everything in a backup into an empty instance and an empty database.

    Settings that stand there, or come from the environment, win over those in the backup: so a backup
    can move to another machine. Raises BackupError, in one sentence, before anything is written: the
    place is not empty, the file is damaged, or of a newer version.
    """
    _must_be_empty(instance)
    with archive.opened(path) as reader:
        _must_be_known(reader.manifest)
        made = not instance.exists()
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        instance.chmod(0o700)
        try:
            with only_server(instance, "lệnh restore"):
                # Again: a server may have begun a database here a moment ago.
                _must_be_empty(instance)
                for left in instance.glob(".restoring-*"):
                    shutil.rmtree(left, ignore_errors=True)
                _tag(instance)
                with tempfile.TemporaryDirectory(prefix=".restoring-", dir=instance) as folder:
                    return _restore(reader, instance, Path(folder), environ)
        except Claimed as error:
            raise BackupError(str(error)) from error
        except (OSError, SQLAlchemyError, copying.CopyFailed) as error:
            raise BackupError(f"Chưa phục hồi được: {reason(error)}") from error
        finally:
            if made and {path.name for path in instance.iterdir()} <= {CLAIM, TAG}:
                for name in (CLAIM, TAG):
                    (instance / name).unlink(missing_ok=True)
                instance.rmdir()


def _tag(instance: Path) -> None:
    """First of all: without it the nightly backups of this instance would push out those of the first one."""
    with open(
        instance / TAG, "w", encoding="utf-8", opener=lambda path, how: os.open(path, how, 0o600)
    ) as file:
        file.write(secrets.token_hex(3))
        file.flush()
        os.fsync(file.fileno())


def _must_be_empty(instance: Path) -> None:
    if not instance.exists():
        return
    found = sorted(
        path.name
        for path in instance.iterdir()
        if path.name not in MAY_STAND and not kept.NOT_KEPT.fullmatch(path.name)
    )
    if found:
        raise BackupError(
            f"Thư mục “{instance}” không trống (có {', '.join(found[:3])}…), nên chưa phục hồi: "
            "không ghi đè lên dữ liệu nào. Hãy đặt HOCSO_INSTANCE là một thư mục mới."
        )


def _must_be_known(manifest: Manifest) -> None:
    for table, revision in manifest.schemas.items():
        scripts = HISTORIES.get(table)
        if scripts is None or revision not in _revisions(scripts):
            raise BackupError(
                f"Bản sao lưu của phiên bản mới hơn ({table} {revision}). "
                "Hãy cài Học Số bản mới rồi phục hồi."
            )


def _revisions(scripts: Path) -> set[str]:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


def _restore(reader: Reader, instance: Path, folder: Path, environ: dict[str, str]) -> Restored:
    files = reader.instance_files()
    must_have_room(folder, sum(one.bytes for one in reader.manifest.members.values()))
    for name, place in files:
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        reader.extract(name, target)
    own = (instance / SETTINGS).exists()
    if own and (folder / SETTINGS).exists():
        (folder / SETTINGS).rename(folder / SETTINGS_ASIDE)
    settings = _settings(instance if own else folder, instance, environ)
    engine_url = settings.database_url
    copy = folder / ".database"
    reader.extract(reader.manifest.database, copy)
    if reader.manifest.backend == "sqlite":
        must_hold_what_it_says(reader.manifest, copy)
        database = _empty_sqlite(engine_url)
        if not own and not environ.get("HOCSO_DATABASE_URL"):
            _must_be_inside(database, instance)
        _must_leave_alone(database, instance, [one for _name, one in files])
        # On another disk than the instance, too, the database appears at once and whole.
        part = database.with_name(database.name + ".part")
        shutil.copyfile(copy, part)
        part.chmod(0o600)
        copying.sync(part)
        copy.unlink()
        _move_files(folder, instance)
        _must_be_free(database)
        part.rename(database)
        copying.sync(database)
    else:
        engine = make_engine(engine_url)
        try:
            _empty_postgres(engine)
            restore_dump(engine, copy)
        finally:
            engine.dispose()
        copy.unlink()
        _move_files(folder, instance)
    shown = make_engine(engine_url).url.render_as_string(hide_password=True)
    return Restored(reader.manifest, len(files), shown, own and (instance / SETTINGS_ASIDE).exists())


def _settings(source: Path, instance: Path, environ: dict[str, str]) -> Settings:
    """The settings as they will be in force; those of `source` are read, for the folder `instance`."""
    try:
        read_file(source)
        settings = Settings.load({**environ, "HOCSO_INSTANCE": str(source)})
    except SettingError as error:
        raise BackupError(f"Cài đặt không đọc được: {error}") from error
    address = settings.database_url
    if address == sqlite_url(source.resolve() / "hocso.db"):
        address = sqlite_url(instance.resolve() / "hocso.db")
    return Settings(instance=instance, database_url=address)


def _must_leave_alone(place: Path, instance: Path, files: list[PurePosixPath]) -> None:
    """No file of the backup becomes the database, or a journal that SQLite would read into it."""
    if not place.resolve().is_relative_to(instance.resolve()):
        return
    name = place.resolve().relative_to(instance.resolve()).as_posix()
    for one in files:
        if kept.is_of_database(one, name):
            raise BackupError(f"Bản sao lưu có tệp “{one}” ngoài cơ sở dữ liệu: không phải do Học Số tạo.")


def _empty_sqlite(address: str) -> Path:
    engine = make_engine(address)
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise BackupError(
            "Bản sao lưu là của SQLite, còn cài đặt nêu PostgreSQL. Hãy bỏ database_url rồi phục hồi."
        )
    place = Path(engine.url.database)
    _must_be_free(place)
    return place


def _must_be_free(place: Path) -> None:
    """Neither a database stands there nor what SQLite would read into the one that comes."""
    found = next((path for end in ("", *kept.JOURNALS) if (path := Path(f"{place}{end}")).exists()), None)
    if found is not None:
        raise BackupError(f"Đã có cơ sở dữ liệu “{found}”: phục hồi không ghi đè lên dữ liệu nào.")


def _must_be_inside(place: Path, instance: Path) -> None:
    """A backup alone does not decide that a file is made elsewhere on this machine: it may be anybody's."""
    if not place.resolve().is_relative_to(instance.resolve()):
        raise BackupError(
            f"Cài đặt trong bản sao lưu để cơ sở dữ liệu ở “{place}”, ngoài thư mục “{instance}”. "
            f"Đúng ý bạn thì chạy lại với: HOCSO_DATABASE_URL={sqlite_url(place)}"
        )


def _empty_postgres(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        raise BackupError(
            "Bản sao lưu là của PostgreSQL, còn cài đặt nêu SQLite. "
            "Hãy đặt database_url là một cơ sở dữ liệu PostgreSQL trống rồi phục hồi."
        )
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        raise StorageError(f"database_url: không mở được cơ sở dữ liệu: {reason(error)}") from error
    if tables:
        raise BackupError(
            f"Cơ sở dữ liệu trong database_url không trống (có bảng {tables[0]}…): "
            "phục hồi không ghi đè lên dữ liệu nào."
        )


def _move_files(folder: Path, instance: Path) -> None:
    """Put what was unpacked into its place: folders 0700, files 0600."""
    for here, below, names in os.walk(folder):
        place = instance / Path(here).relative_to(folder)
        place.mkdir(mode=0o700, exist_ok=True)
        place.chmod(0o700)
        for name in names:
            (Path(here) / name).rename(place / name)
        below.sort()
