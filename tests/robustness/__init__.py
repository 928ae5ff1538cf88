"""Scripts that try to stop it, lock people out of it, or lose something: run by hand, with figures.

Each is `python -m tests.robustness.<name>`, says what it did and what was lost, and exits 1 if anything was.
Small versions of them are among the tests; docs/security.md tells which.
"""

import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for _folder in (ROOT, ROOT / "platform"):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))


def _end(_number: int, _frame: object) -> None:
    # What was begun is taken down; a second signal does not stop that half-way.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


if any(word.startswith("tests.robustness.") for word in sys.orig_argv):
    # Told to end, a script still stops its servers and takes away its folders and mounts.
    signal.signal(signal.SIGTERM, _end)
