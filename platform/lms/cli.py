"""The commands of `python wsgi.py`. What they do stands in `lms/serving/` and in the rooms."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from assistant.settings import ROOT, SettingError
from assistant.storage import StorageError
from lms.backup.commands import backup, backup_arguments, restore, restore_arguments
from lms.core import log
from lms.core.config import WebSettings
from lms.serving.addresses import announce, first_administrator
from lms.serving.preparing import prepare, step
from lms.serving.server import run_server


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """For a command that takes none."""


@dataclass(frozen=True)
class Command:
    """One word after `wsgi.py`: what it does, in Vietnamese, and the function that returns its exit code."""

    words: str
    run: Callable[[argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], None] = no_arguments


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors a person can mend are one sentence, no traceback."""
    arguments = make_parser().parse_args(argv)
    log.set_up()
    try:
        return arguments.run(arguments)
    except (SettingError, StorageError) as error:
        print(f"Học Số: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; without a command it is `serve`."""
    parser = argparse.ArgumentParser(prog="wsgi.py", description="Học Số")
    commands = parser.add_subparsers(dest="command")
    for name, command in COMMANDS.items():
        words = commands.add_parser(name, help=command.words, description=command.words)
        command.arguments(words)
        words.set_defaults(run=command.run)
    parser.set_defaults(run=serve)
    return parser


def prepare_only(arguments: argparse.Namespace) -> int:
    """`prepare`: all that must be done before serving, then stop."""
    return prepare()


def admin_link(arguments: argparse.Namespace) -> int:
    """`admin-link`: print a fresh one-time link while there is no administrator."""
    settings = WebSettings.load()
    address = first_administrator(settings)
    print(address or "Đã có người quản trị. Người đó giao thêm quyền trong trang Quản trị.")
    return 0 if address else 1


def serve(arguments: argparse.Namespace) -> int:
    """`serve`: prepare, print the address, and serve until stopped."""
    settings = WebSettings.load()
    print("Học Số đang chuẩn bị", file=sys.stderr)
    prepare(settings, apart=True)
    announce(settings)
    return run_server(settings)


def demo(arguments: argparse.Namespace) -> int:
    """`demo`: the same as serve, in an instance of its own with a believable commune in it."""
    from lms import demo as commune

    os.environ.setdefault("HOCSO_INSTANCE", str(ROOT / "instance" / "demo"))
    settings = WebSettings.load()
    print("Học Số (bản xem thử) đang chuẩn bị", file=sys.stderr)
    prepare(settings, apart=True)
    with step("Xã mẫu"):
        lines = commune.fill(settings)
    announce(settings)
    for line in lines:
        print(f"  {line}", flush=True)
    return run_server(settings)


COMMANDS: dict[str, Command] = {
    "serve": Command("chuẩn bị rồi chạy (mặc định)", serve),
    "prepare": Command("cập nhật cơ sở dữ liệu, bài học, chỉ mục", prepare_only),
    "demo": Command("chạy với một xã mẫu", demo),
    "backup": Command("sao lưu tất cả vào một tệp, hoặc kiểm tra một bản sao lưu", backup, backup_arguments),
    "restore": Command("phục hồi một bản sao lưu vào nơi còn trống", restore, restore_arguments),
    "admin-link": Command("in đường dẫn tạo người quản trị đầu tiên", admin_link),
}
