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


def test_every_list_of_words_stands_on_the_map(root):
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = page.split("## Words and lists that are data")[1].split("\n## ")[0]
    named = set(re.findall(r"`((?:assistant|courses|i18n)/data/[\w.-]+)`", told))
    lists = {
        path.relative_to(root).as_posix()
        for folder in ("assistant/data", "courses/data", "i18n/data")
        for path in (root / folder).iterdir()
        if path.suffix in {".yaml", ".txt", ".css"}
    }
    assert named == lists


def test_every_template_stands_on_the_map_in_its_room(root):
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = page.split("## Pages and their templates")[1].split("\n## ")[0]
    named = {
        room: set(re.findall(r"`(\w+)`", templates))
        for room, templates in re.findall(r"^\| `(\w+)` \| (.*) \|$", told, re.MULTILINE)
    }
    folders = [one for one in (root / "platform" / "lms" / "templates").iterdir() if one.is_dir()]
    assert named == {one.name: {page.stem for page in one.glob("*.html")} for one in folders}
