"""The table of docs/security.md: every point of ASVS 5.0 up to level 2 once, with a test that is there."""

import re
from collections import Counter
from pathlib import Path

POINTS = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3), 11: (2, 3, 3, 4, 1, 1), 12: (3, 2, 4), 13: (1, 5, 2, 5), 14: (2, 4, 3),
    15: (3, 3, 7), 16: (1, 5, 4, 3, 3), 17: (1, 4, 2),
}  # fmt: skip
"""Points of each section of each chapter, levels 1 and 2 of the standard."""

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (yes|partly|no|–) \| (.+) \|$")


def rows(root: Path) -> list[tuple[str, str, str, str]]:
    text = (root / "docs" / "security.md").read_text(encoding="utf-8")
    return [found.groups() for line in text.splitlines() if (found := ROW.match(line))]


def test_every_point_stands_there_once(root):
    counted = Counter(point for point, *_ in rows(root))
    wanted = {
        f"{chapter}.{section}.{number}"
        for chapter, sections in POINTS.items()
        for section, points in enumerate(sections, 1)
        for number in range(1, points + 1)
    }
    assert set(counted) == wanted and max(counted.values()) == 1
    assert len(wanted) == 253


def test_every_point_has_its_way_or_its_reason(root):
    assert all(len(reason) > 5 for _, _, state, reason in rows(root) if state != "yes")


def test_the_tests_that_are_named_are_there(root):
    named = {name for *_, how in rows(root) for name in re.findall(r"`((?:tests|docs)/[\w/.]+)`", how)}
    assert named and not [name for name in sorted(named) if not (root / name).exists()]
