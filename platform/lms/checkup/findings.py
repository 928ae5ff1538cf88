"""What a check of an installation finds, one sentence each. Nothing is changed and nothing is made."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.knowledge import tables as knowledge_tables
from assistant.knowledge.store import MIGRATIONS as ASSISTANT_MIGRATIONS
from assistant.knowledge.store import VERSION_TABLE as ASSISTANT_VERSION
from lms.backup import service as backup
from lms.backup import state
from lms.core.config import SHORTEST_KEY, SettingError, WebSettings
from lms.core.database import MIGRATIONS, VERSION_TABLE, Base, UtcDateTime
from lms.core.storage import connections as pools
from lms.core.storage import disk

OK, MAY_WAIT, BROKEN = "ok", "may wait", "must be mended"
SIGNS = {OK: "✓", MAY_WAIT: "!", BROKEN: "✗"}

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time than this program was written at."""
PAST = re.compile(
    r"at|(?:created|retired|granted|revoked|ended|made|withdrawn|given|used|asked|closed|enrolled|left"
    r"|assigned|answered|reviewed|seen|happened|saved|opened|finished|last|started|taken|updated)_at"
)
"""Columns that hold what has happened: none of them lies in the future, unless a clock was wrong."""
LITTLE_ROOM = 500 << 20
NEW = timedelta(days=2)
"""So long a fresh installation may be without a backup."""
SCHEMAS = (
    (VERSION_TABLE, MIGRATIONS, Base.metadata),
    (ASSISTANT_VERSION, ASSISTANT_MIGRATIONS, knowledge_tables.Base.metadata),
)
SHOWN = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. state: OK, MAY_WAIT or BROKEN; words: a sentence, and what to do."""

    what: str
    state: str
    words: str


def rights(instance: Path) -> Iterator[Finding]:
    """Whether others on this machine can read names, questions and keys."""
    loose = [path for path in disk.loose(instance) if path.name not in {"README.md", "config.example.toml"}]
    if not loose:
        yield Finding("rights", OK, "Chỉ chủ máy đọc được thư mục dữ liệu.")
        return
    names = ", ".join(path.name for path in loose[:SHOWN])
    yield Finding(
        "rights",
        BROKEN,
        f"Người khác trên máy đọc được {len(loose)} tệp, thư mục ({names}…). "
        "Chạy: python wsgi.py prepare, máy tự sửa.",
    )


def room(instance: Path) -> Iterator[Finding]:
    """Whether the disk takes what is saved, and for how long it will."""
    word = disk.probe(instance)
    free = shutil.disk_usage(instance).free
    if word != "ok":
        said = {"full": "Đĩa đã đầy", "read-only": "Không ghi được vào thư mục dữ liệu"}
        yield Finding(
            "disk", BROKEN, f"{said.get(word, 'Đĩa báo lỗi')}: {instance}. Hãy dọn đĩa hoặc xem quyền."
        )
    elif free < LITTLE_ROOM:
        yield Finding("disk", MAY_WAIT, f"Đĩa chỉ còn {free >> 20} MB. Hãy dọn bớt.")
    else:
        yield Finding("disk", OK, f"Ghi được, đĩa còn {free >> 20} MB.")


def key(instance: Path) -> Iterator[Finding]:
    """The key that signs sign-ins and forms."""
    path = instance / "secret.key"
    if not path.exists():
        yield Finding(
            "key", MAY_WAIT, "Chưa có secret.key: lần chạy đầu sẽ tạo. Nếu từng có, hãy phục hồi nó."
        )
    elif len(path.read_text(encoding="utf-8", errors="replace").strip()) < SHORTEST_KEY:
        yield Finding("key", BROKEN, f"{path} không có khóa. Phục hồi tệp này từ bản sao lưu.")
    else:
        yield Finding("key", OK, "Có khóa ký đăng nhập.")


def _revisions(scripts: Path) -> tuple[str | None, set[str]]:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    return script.get_current_head(), {one.revision for one in script.walk_revisions()}


def schemas(connection: Connection) -> Iterator[Finding]:
    """Whether the tables are those of this version."""
    found = backup.schemas_in(connection)
    for table, scripts, _ in SCHEMAS:
        newest, known = _revisions(scripts)
        revision = found.get(table)
        if revision == newest:
            yield Finding("schema", OK, f"{table}: {revision}, mới nhất.")
        elif revision is None or revision in known:
            yield Finding(
                "schema", MAY_WAIT, f"{table}: {revision or 'chưa có'}; lần chạy tới nâng lên {newest}."
            )
        else:
            yield Finding(
                "schema", BROKEN, f"{table}: {revision} là của phiên bản mới hơn. Hãy cài Học Số bản mới."
            )


def soundness(connection: Connection) -> Iterator[Finding]:
    """The database's own checks (SQLite; PostgreSQL keeps both by itself)."""
    if connection.dialect.name != "sqlite":
        return
    said = [row[0] for row in connection.execute(text("PRAGMA quick_check(5)"))]
    if said != ["ok"]:
        yield Finding(
            "database",
            BROKEN,
            f"Cơ sở dữ liệu bị hỏng ({said[0][:100]}). Dừng máy, phục hồi bản sao lưu gần nhất.",
        )
    broken = list(connection.execute(text("PRAGMA foreign_key_check")))
    if broken:
        yield Finding(
            "database",
            BROKEN,
            f"{len(broken)} dòng nhắc đến dòng không còn (bảng {broken[0][0]}). Báo người viết mã.",
        )
    if said == ["ok"] and not broken:
        yield Finding("database", OK, "Cơ sở dữ liệu toàn vẹn.")


def indexes(connection: Connection) -> Iterator[Finding]:
    """Whether each index of the tables is there; without them pages grow slow."""
    if backup.schemas_in(connection) != {table: _revisions(scripts)[0] for table, scripts, _ in SCHEMAS}:
        return  # an older schema lacks what its upgrade brings
    looker = inspect(connection)
    there = set(looker.get_table_names())
    missing = [
        str(index.name)
        for _, _, metadata in SCHEMAS
        for table in metadata.sorted_tables
        if table.name in there
        for index in table.indexes
        if index.name not in {one["name"] for one in looker.get_indexes(table.name)}
    ]
    if missing:
        yield Finding(
            "indexes", BROKEN, f"Thiếu chỉ mục: {', '.join(missing[:SHOWN])}. Chạy: python wsgi.py prepare."
        )
    else:
        yield Finding("indexes", OK, "Đủ chỉ mục.")


def clock(connection: Connection | None, instance: Path, now: datetime) -> Iterator[Finding]:
    """Whether the clock can be right: not before the program, the newest row or the newest backup."""
    if now < BUILT:
        yield Finding("clock", BROKEN, f"Đồng hồ máy chỉ {now:%Y-%m-%d}, quá sớm. Hãy chỉnh đồng hồ.")
        return
    ahead = _newest(connection, [metadata for _, _, metadata in SCHEMAS], now) if connection else None
    if ahead:
        table, moment = ahead
        yield Finding(
            "clock",
            BROKEN,
            f"Bảng {table} có giờ {moment:%Y-%m-%d %H:%M} UTC, sau giờ của máy. "
            "Đồng hồ đang chậm, hoặc đã từng chạy trước. Hãy chỉnh đồng hồ.",
        )
    made_at = state.read(instance).made_at
    if made_at and made_at > now + state.AHEAD:
        yield Finding("clock", BROKEN, "Đồng hồ chậm hơn bản sao lưu gần nhất. Hãy chỉnh đồng hồ.")
    elif not ahead:
        yield Finding("clock", OK, "Đồng hồ có vẻ đúng.")


def _newest(connection: Connection, schemas_: list[MetaData], now: datetime) -> tuple[str, datetime] | None:
    """A table with a moment in the future, and that moment."""
    there = set(inspect(connection).get_table_names())
    for metadata in schemas_:
        for table in metadata.sorted_tables:
            columns = [
                column
                for column in table.columns
                if isinstance(column.type, UtcDateTime) and PAST.fullmatch(column.name)
            ]
            if table.name not in there or not columns:
                continue
            with suppress(SQLAlchemyError), connection.begin_nested():
                # A table of an older schema may lack a column.
                for moment in connection.execute(select(*[func.max(column) for column in columns])).one():
                    if moment is not None and moment > now + state.AHEAD:
                        return table.name, moment
    return None


def last_backup(settings: WebSettings, now: datetime) -> Iterator[Finding]:
    """How old the last backup is, and whether it lies where it helps."""
    instance, shared = settings.instance, settings.shared
    last = state.read(instance)
    word = last.word(now)
    when = f"{last.made_at:%Y-%m-%d %H:%M} UTC" if last.made_at else ""
    if word == "ok":
        yield Finding("backup", OK, f"Bản sao lưu gần nhất: {when}.")
    elif word == "failed":
        yield Finding("backup", BROKEN, f"Lần sao lưu gần nhất bị lỗi: {last.error}")
    elif word == "old":
        yield Finding("backup", BROKEN, f"Bản sao lưu gần nhất đã cũ: {when}. Chạy: python wsgi.py backup.")
    else:
        key_file = instance / "secret.key"
        fresh = not key_file.exists() or now.timestamp() - key_file.stat().st_mtime < NEW.total_seconds()
        yield Finding(
            "backup", MAY_WAIT if fresh else BROKEN, "Chưa có bản sao lưu nào. Chạy: python wsgi.py backup."
        )
    folder = Path(shared.backup_folder).expanduser() if shared.backup_folder else instance / "backups"
    if shared.backup_folder and not folder.is_dir():
        yield Finding("backup", BROKEN, f"Không có thư mục sao lưu “{folder}”. USB hoặc đĩa đã cắm chưa?")
    elif not folder.is_dir() or os.stat(folder).st_dev == os.stat(instance).st_dev:
        yield Finding(
            "backup", MAY_WAIT, "Bản sao lưu nằm cùng đĩa với dữ liệu. Hãy đặt backup_folder sang đĩa khác."
        )
    if not shared.backup_nightly:
        yield Finding("backup", MAY_WAIT, "Sao lưu hằng đêm đang tắt (backup_nightly = false).")


def connections(engine: Engine, settings: WebSettings) -> Iterator[Finding]:
    """Whether PostgreSQL allows as many connections as the workers may hold."""
    allowed = pools.allowed(engine)
    if allowed is None:
        return
    needed = pools.needed(settings)
    words = f"PostgreSQL cho {allowed} kết nối, Học Số dùng nhiều nhất {needed}."
    try:
        pools.of_worker(settings, allowed)
    except SettingError:
        yield Finding("connections", BROKEN, f"{words} Hãy tăng max_connections, hoặc giảm workers.")
        return
    if allowed < needed:
        yield Finding("connections", MAY_WAIT, f"{words} Khi đông người, máy sẽ chậm hơn.")
    else:
        yield Finding("connections", OK, words)


def vectors(instance: Path) -> Iterator[Finding]:
    """Texts that no vector can be made of: they are found by their words alone."""
    count = 0
    for path in (instance / "vectors").glob("*.skipped.json"):
        with suppress(OSError, ValueError):
            count += len(json.loads(path.read_text(encoding="utf-8")))
    if count:
        yield Finding(
            "vectors", MAY_WAIT, f"{count} đoạn chữ chỉ tìm được theo từ. Xem: python -m assistant doctor."
        )
    else:
        yield Finding("vectors", OK, "Không đoạn chữ nào bị bỏ qua khi tạo véc-tơ.")
