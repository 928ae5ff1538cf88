"""The command `check` of `wsgi.py`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from lms.backup.service import reason
from lms.checkup import findings
from lms.checkup.findings import BROKEN, MAY_WAIT, OK, SIGNS, Finding
from lms.core.config import SettingError, WebSettings
from lms.core.database import StorageError, make_engine


def check_arguments(parser: argparse.ArgumentParser) -> None:
    """`check [--json]`."""
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")


def check(arguments: argparse.Namespace) -> int:
    """Look at everything and say it; 1 if something must be mended."""
    found = list(look())
    broken = [one for one in found if one.state == BROKEN]
    if arguments.json:
        listed = [{"what": one.what, "state": one.state, "words": one.words} for one in found]
        print(json.dumps({"ok": not broken, "findings": listed}, ensure_ascii=False))
    else:
        for one in found:
            print(f"{SIGNS[one.state]} {one.words}")
        print(f"\nCó {len(broken)} điều phải sửa." if broken else "\nKhông có gì phải sửa.")
    return 1 if broken else 0


def look() -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    try:
        settings = WebSettings.load()
    except SettingError as error:
        yield Finding("settings", BROKEN, f"Cài đặt sai: {error}")
        return
    yield Finding("settings", OK, "Cài đặt đọc được.")
    instance, now = settings.instance, datetime.now(UTC)
    if instance.exists() and not instance.is_dir():
        yield Finding("instance", BROKEN, f"{instance} là một tệp. Bạn xem lại HOCSO_INSTANCE.")
        return
    if not instance.is_dir():
        yield Finding("instance", MAY_WAIT, f"Chưa có thư mục {instance}: lần chạy đầu sẽ tạo.")
        return
    for part in (findings.rights, findings.room, findings.key):
        yield from _tried(part.__name__, part, instance)
    yield from _database(settings, instance, now)
    yield from _tried("backup", findings.last_backup, settings, now)
    yield from _tried("vectors", findings.vectors, instance)


def _tried(what: str, part: Callable[..., Iterator[Finding]], *given: object) -> Iterator[Finding]:
    """The findings of one part; what it trips over is a finding too."""
    try:
        yield from part(*given)
    except (OSError, SQLAlchemyError, StorageError) as error:
        yield Finding(what, BROKEN, f"Không kiểm tra được ({what}): {reason(error)}")


def _database(settings: WebSettings, instance: Path, now: datetime) -> Iterator[Finding]:
    try:
        engine = make_engine(settings.shared.database_url)
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
            yield Finding("database", MAY_WAIT, "Chưa có cơ sở dữ liệu: lần chạy đầu sẽ tạo.")
            yield from findings.clock(None, instance, now)
            return
        with engine.connect() as connection:
            for part in (findings.soundness, findings.schemas, findings.indexes):
                yield from _tried(part.__name__, part, connection)
            yield from _tried("clock", findings.clock, connection, instance, now)
        yield from _tried("connections", findings.connections, engine, settings)
        engine.dispose()
    except (StorageError, SQLAlchemyError, OSError) as error:
        yield Finding("database", BROKEN, f"Không mở được cơ sở dữ liệu: {reason(error)}")
