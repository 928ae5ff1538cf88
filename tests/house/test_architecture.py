"""The map of the house has every room, and no room that is not there."""

import re

import pytest

HOUSES = ("assistant", "courses", "i18n", "platform/lms")
ROW = re.compile(rf"^\| `((?:{'|'.join(HOUSES)})(?:/\w+)*)/` \| (.*) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rooms_on_the_map(root) -> list[tuple[str, str]]:
    """(folder, what stands there) of every line of the map."""
    return ROW.findall((root / "docs" / "architecture.md").read_text(encoding="utf-8"))


def test_every_room_has_one_line_on_the_map(root, rooms_on_the_map):
    rooms = {
        found.parent.relative_to(root).as_posix()
        for house in HOUSES
        for found in (root / house).rglob("__init__.py")
    }
    named = [room for room, _words in rooms_on_the_map]
    assert len(named) == len(set(named)), "a room stands on the map twice"
    unnamed, gone = sorted(rooms - set(named)), sorted(set(named) - rooms)
    assert unnamed == [], "say in docs/architecture.md what people find there"
    assert gone == [], "docs/architecture.md names rooms that are gone"


def test_every_line_of_the_map_says_something(rooms_on_the_map):
    assert [room for room, words in rooms_on_the_map if len(words.split()) < 3] == []
