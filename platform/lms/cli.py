"""The commands of `python wsgi.py`. What they do stands in `lms/serving/` and in the rooms."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from assistant import memory
from lms.backup.commands import backup, backup_arguments, restore, restore_arguments
from lms.checkup.commands import check, check_arguments
from lms.core import log
from lms.core.config import ROOT, WebSettings, instance_folder
from lms.core.storage.claim import only_server
from lms.serving.addresses import announce, first_administrator, outside
from lms.serving.administrators import admin_password, admin_password_arguments, must_be_installed
from lms.serving.claims import refuse_taken_port
from lms.serving.failures import explain
from lms.serving.preparing import must_be_an_instance, prepare, step
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
    """Run one command; returns the exit code. Errors are one sentence, no traceback."""
    arguments = make_parser().parse_args(argv)
    os.umask(0o077)  # what running makes holds names and questions
    log.set_up()
    try:
        return arguments.run(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(f"Học Số: {explain(error, instance_folder(os.environ))}", file=sys.stderr)
        return 2


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
    must_be_installed(settings)
    address = first_administrator(settings)
    print(address or "Đã có người quản trị. Người đó giao thêm quyền trong trang Quản trị.")
    return 0 if address else 1


def serve(arguments: argparse.Namespace) -> int:
    """`serve`: prepare, print the address, and serve until stopped."""
    return open_site(WebSettings.load(), "Học Số đang chuẩn bị")


def demo(arguments: argparse.Namespace) -> int:
    """`demo`: the same as serve, in an instance of its own with a believable commune in it."""
    from lms import demo as commune

    os.environ.setdefault("HOCSO_INSTANCE", str(ROOT / "instance" / "demo"))
    return open_site(WebSettings.load(), "Học Số (bản xem thử) đang chuẩn bị", commune.fill)


def open_site(
    settings: WebSettings, words: str, fill: Callable[[WebSettings], list[str]] | None = None
) -> int:
    """Claim port and instance before anything else, prepare, `fill` with a sample, and serve."""
    memory.give_back()
    refuse_taken_port(settings.host, settings.port)
    must_be_an_instance(settings.instance)
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_server(settings.instance, outside(settings)):
        print(words, file=sys.stderr)
        prepare(settings, apart=True)
        lines: list[str] = []
        if fill is not None:
            with step("Xã mẫu"):
                lines = fill(settings)
        # Again, before a link is printed that leads to another program: preparing took its time.
        refuse_taken_port(settings.host, settings.port)
        announce(settings)
        for line in lines:
            print(f"  {line}", flush=True)
        return run_server(settings)


COMMANDS: dict[str, Command] = {
    "serve": Command("chuẩn bị rồi chạy (mặc định)", serve),
    "prepare": Command("cập nhật cơ sở dữ liệu, bài học, chỉ mục", prepare_only),
    "demo": Command("chạy với một xã mẫu", demo),
    "backup": Command("sao lưu tất cả vào một tệp, hoặc kiểm tra một bản sao lưu", backup, backup_arguments),
    "check": Command("xem cài đặt, đĩa, dữ liệu, đồng hồ, bản sao lưu có ổn không", check, check_arguments),
    "restore": Command("phục hồi một bản sao lưu vào nơi còn trống", restore, restore_arguments),
    "admin-link": Command("in đường dẫn tạo người quản trị đầu tiên", admin_link),
    "admin-password": Command(
        "in mật khẩu tạm cho người quản trị quên mật khẩu", admin_password, admin_password_arguments
    ),
}
