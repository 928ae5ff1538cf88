"""The commands `backup` and `restore` of `wsgi.py`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from lms.backup import service, state
from lms.backup.archive import BackupError
from lms.backup.restoring import SETTINGS_ASIDE
from lms.backup.restoring import restore as bring_back
from lms.backup.verifying import Report, verify
from lms.core.config import SettingError, WebSettings, instance_folder
from lms.core.database import StorageError, make_engine


def backup_arguments(parser: argparse.ArgumentParser) -> None:
    """`backup [FILE]`, `backup verify FILE [--json]`; without FILE as each night."""
    parser.add_argument("words", nargs="*", metavar="FILE | verify FILE", help="tệp mới, hoặc: verify TỆP")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")


def backup(arguments: argparse.Namespace) -> int:
    """Make a backup, or verify one; returns the exit code."""
    words: list[str] = arguments.words
    if words and words[0] == "verify":
        if len(words) != 2:
            print("Cách dùng: python wsgi.py backup verify TỆP [--json]", file=sys.stderr)
            return 2
        return _verify(Path(words[1]), arguments.json)
    if len(words) > 1:
        print("Cách dùng: python wsgi.py backup TỆP", file=sys.stderr)
        return 2
    return _make(Path(words[0]) if words else None, arguments.json)


def _make(target: Path | None, as_json: bool) -> int:
    settings = WebSettings.load()
    shared, instance = settings.shared, settings.instance
    if not instance.is_dir():
        raise BackupError(f"Chưa có gì để sao lưu: không có thư mục “{instance}”.")
    engine = make_engine(shared.database_url)
    try:
        if target is None:
            folder = service.nightly_folder(instance, shared.backup_folder)
            made = service.make_nightly(engine, instance, folder, shared.backup_keep, _problem_of)
        else:
            made = service.make(engine, instance, target)
        state.succeeded(instance, made.path, made.manifest.made_at, verified=target is None)
    except Exception as error:
        if target is None:
            # Nobody looks on; a mistyped FILE was told to whoever typed it.
            state.failed(instance, str(error) if isinstance(error, BackupError) else service.reason(error))
        raise
    finally:
        engine.dispose()
    rows = sum(made.manifest.rows.values())
    if as_json:
        words = {"ok": True, "file": str(made.path), "bytes": made.bytes, "rows": made.manifest.rows}
        print(json.dumps(words, ensure_ascii=False))
    else:
        print(f"Đã sao lưu vào {made.path}: {rows} dòng, {made.bytes / 1e6:.1f} MB.")
        print("Tệp này có khóa và dữ liệu của mọi người: hãy giữ kín, và chép sang một đĩa khác.")
    return 0


def _problem_of(path: Path) -> str:
    report = verify(path)
    return "" if report.ok else report.problems[0]


def _verify(path: Path, as_json: bool) -> int:
    report = verify(path, _database_url())
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        _say(path, report)
    return 0 if report.ok else 1


def _database_url() -> str:
    """The configured database; "" where the settings cannot be read: a check needs none."""
    try:
        return WebSettings.load().shared.database_url
    except SettingError:
        return ""


def _say(path: Path, report: Report) -> None:
    for problem in report.problems:
        print(f"✗ {problem}")
    for words in report.not_tried:
        print(f"! {words}")
    if report.ok:
        tables, rows = len(report.rows), sum(report.rows.values())
        counted = f" {tables} bảng, {rows} dòng." if report.rows else ""
        print(f"✓ Bản sao lưu “{path}” còn nguyên, tạo lúc {report.made_at:%Y-%m-%d %H:%M} UTC.{counted}")
    else:
        print(f"Bản sao lưu “{path}” không dùng được.")


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """`restore FILE`."""
    parser.add_argument("file", metavar="TỆP", help="bản sao lưu")


def restore(arguments: argparse.Namespace) -> int:
    """Bring a backup back into an empty instance; returns the exit code."""
    instance = instance_folder(os.environ)
    try:
        done = bring_back(Path(arguments.file), instance, dict(os.environ))
    except StorageError as error:
        print(f"Học Số: {error}", file=sys.stderr)
        return 1
    rows = sum(done.manifest.rows.values())
    print(f"Đã phục hồi vào {instance} ({done.database}): {rows} dòng, {done.files} tệp.")
    if done.settings_aside:
        print(f"Cài đặt đang có được giữ; cài đặt của bản sao lưu nằm ở {SETTINGS_ASIDE}.")
    print("Chạy lại như thường: make run. Chỉ mục tìm kiếm được dựng lại lúc khởi động.")
    return 0
