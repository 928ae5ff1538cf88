"""Scripts that try to stop it, lock people out of it, or lose something: run by hand, with figures.

Each is `python -m tests.robustness.<name>`, says what it did and what was lost, and exits 1 if anything was.
Small versions of them are among the tests; docs/security.md tells which.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for _folder in (ROOT, ROOT / "platform"):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))
