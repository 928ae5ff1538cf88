"""What the documentation names is there: somebody who looks for a file by it finds it."""

import re

HOUSES = ("", "assistant/", "platform/", "platform/lms/", "i18n/", "courses/")
MADE_BY_RUNNING = "instance/"
MADE_UP = "courses/library/chup-anh-ro/"
"""The course that docs/courses.md writes as an example."""

PATH = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|yaml|html|css|js|toml|sh|json))`")


def test_every_path_in_the_docs_is_a_file(root):
    pages = [*(root / "docs").rglob("*.md"), root / "README.md", root / "CONTRIBUTING.md"]
    wrong = [
        f"{page.relative_to(root)}: {path}"
        for page in pages
        for path in PATH.findall(page.read_text(encoding="utf-8"))
        if not path.startswith((MADE_BY_RUNNING, MADE_UP))
        and not any((root / house / path).is_file() for house in HOUSES)
    ]
    assert not wrong, "\n".join(wrong)
