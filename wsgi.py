"""The door: the WSGI application, and the commands of `python wsgi.py`.

`platform/` is a source root, not a package, and is appended: put first, it would hide Python's own
`platform` module.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
for folder in (ROOT, ROOT / "platform"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

# Names, questions and keys are nobody else's on this machine: whatever is made is for its owner only.
os.umask(0o077)

# Before any library of numbers is imported: one thread a question is quicker than several that fight.
os.environ.setdefault("OMP_NUM_THREADS", "1")

if __name__ == "__main__":
    try:
        from lms.cli import main
    except ModuleNotFoundError as error:
        # With another Python than the one in .venv no library is there.
        if (ROOT / str(error.name).split(".")[0]).exists() or str(error.name).startswith("lms"):
            raise
        print(f"Học Số: thiếu thư viện “{error.name}”. Bạn hãy chạy: make run", file=sys.stderr)
        raise SystemExit(2) from None

    raise SystemExit(main(sys.argv[1:]))


def __getattr__(name: str):
    # Made when a server asks for it, so that the commands above do not build an application first.
    if name in {"app", "application"}:
        from lms.app import create_served_app

        globals()["app"] = globals()["application"] = create_served_app()
        return globals()[name]
    if name == "gateway":
        from lms.serving.gateway import open_gateway

        globals()["gateway"] = open_gateway()
        return globals()[name]
    raise AttributeError(name)
