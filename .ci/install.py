"""Run pip for one requirements file and say in Vietnamese how far it is: `install.py NAME [pip options …]`.

Called by .ci/python with the Python of .venv. Pip's own eighty lines go to .venv/install-NAME.log. Exit
code 1 after a sentence that names the cause: a full disk, no network, or pip's own words.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ABOUT = {"core": (40, 157)}
"""Packages and MB that a first installation fetches, about; of the others it is not said beforehand."""
FETCHED = re.compile(
    r"^\s*(?:Downloading|Using cached|Processing|Building wheel for)\s+(\S+)(?:.*\(([\d.]+) ([kM]B)\))?"
)
FULL = ("No space left on device", "Errno 28", "Disk quota exceeded")
NO_NETWORK = (
    "NewConnectionError", "Temporary failure in name resolution", "Name or service not known", "ReadTimeout",
    "ConnectTimeout", "Max retries exceeded", "No matching distribution found", "Network is unreachable",
    "Connection refused", "timed out",
)  # fmt: skip
NO_COMPILER = ("CMAKE_CXX_COMPILER", "No such file or directory: 'cmake'", "CMake must be installed", "g++")


def main(name: str, *options: str) -> int:
    """Install requirements/NAME.txt into this Python; returns the exit code."""
    log = Path(sys.prefix) / f"install-{name}.log"
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-color"]
    command += ["--progress-bar", "off", *options, "-r", f"requirements/{name}.txt"]
    lines: list[str] = []
    progress = Progress(*ABOUT.get(name, (None, None)))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", encoding="utf-8") as pip:  # fmt: skip
        assert pip.stdout is not None
        for line in pip.stdout:
            lines.append(line)
            progress.read(line)
    progress.end()
    words = "".join(lines)
    try:
        log.write_text(words, encoding="utf-8")
    except OSError:
        log = None
    if pip.returncode == 0:
        return 0
    say(why(name, words))
    if log:
        say(f"Lời của pip: {log}")
    return 1


class Progress:
    """Packages and MB so far, on one line in a window, else on a line for each package."""

    def __init__(self, packages: int | None, megabytes: int | None) -> None:
        self.packages, self.megabytes = packages, megabytes
        self.fetched, self.done = 0, 0.0
        self.window = sys.stderr.isatty()

    def read(self, line: str) -> None:
        """Take in one line of pip."""
        found = FETCHED.match(line)
        if found and ".metadata" not in found[1]:
            self.fetched += 1
            if found[2]:
                self.done += float(found[2]) / (1000 if found[3] == "kB" else 1)
            self.show(found[1].rsplit("/", 1)[-1].split("-")[0])
        elif line.startswith("Installing collected packages"):
            count = line.count(",") + 1
            self.end()
            say(f"  đã lấy đủ; đang đặt {count} gói vào .venv (chừng một phút) …")

    def show(self, package: str) -> None:
        """Tell how far it is, with the name of the package that came last."""
        count = f"{self.fetched}" + (f"/khoảng {max(self.packages, self.fetched)}" if self.packages else "")
        size = f"{self.done:.0f}" + (
            f"/khoảng {max(self.megabytes, round(self.done))}" if self.megabytes else ""
        )
        words = f"  gói {count}, {size} MB: {package}"
        if self.window:
            print(f"\r{words:<70.70}", end="", file=sys.stderr, flush=True)
        else:
            say(words)

    def end(self) -> None:
        """Leave the line that is written over and over."""
        if self.window and self.fetched:
            print(file=sys.stderr)
            self.fetched = 0


def why(name: str, words: str) -> str:
    """One sentence or two for pip's failure."""
    begin = f"Chưa cài được requirements/{name}.txt: "
    if any(sign in words for sign in FULL):
        free = shutil.disk_usage(".").free // 1_000_000
        return begin + f"đĩa đã đầy (ở đây còn {free} MB; có thể /tmp đầy). Bạn xóa bớt tệp rồi chạy lại."
    if any(sign in words for sign in NO_NETWORK):
        return begin + "không tải được. Bạn kiểm tra mạng rồi chạy lại."
    if any(sign in words for sign in NO_COMPILER):
        return begin + "máy thiếu trình biên dịch (sudo apt install g++ cmake)."
    errors = [line.strip() for line in words.splitlines() if "ERROR" in line or "error:" in line]
    return begin + (errors[-1][:300] if errors else "pip dừng mà không nói vì sao.")


def say(words: str) -> None:
    """Write a line to standard error."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    raise SystemExit(main(*sys.argv[1:]))
