"""A small shelf to break on purpose: the example that docs/courses.md teaches, in a folder of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from courses.checking.library import Report, check
from courses.model import Library
from courses.reading.reader import load

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "courses.md"
_FILE = re.compile(r"Tệp `courses/([^`]+)`:\n\n```\w+\n(.*?)\n```", re.S)
COURSE = "library/chup-anh-ro"

AUDIENCES = """\
- {id: nguoi-dan, name: Mọi người, tagline: Việc thường ngày, promise: Bạn tự làm được., register: standard,
   icon: home, first_page: true, path: [chup-anh-ro]}
- {id: nguoi-cao-tuoi, name: Người cao tuổi, tagline: Chữ to, promise: Bạn tự làm được., register: plain,
   icon: elder, first_page: true, path: [chup-anh-ro]}
- {id: nong-dan, name: Bà con nông dân, tagline: Việc nhà nông, promise: Bạn tự làm được., register: plain,
   icon: sprout, first_page: false, path: [chup-anh-ro]}
"""
SKILLS = """\
frames:
  - id: khung
    title: Khung thử
    version: "1"
    source: Tự đặt để thử
    checked: false
    skills:
      - {id: "1.3", name: Quản lý dữ liệu}
      - {id: "5.1", name: Vấn đề kỹ thuật}
"""


@dataclass(frozen=True)
class FakeEntry:
    term: str
    plain: str


class FakeGlossary:
    """Knows three terms, whatever the project's glossary holds today."""

    terms = {
        "mã otp": FakeEntry("mã OTP", "Mã dùng một lần, gửi về máy bạn."),
        "ứng dụng": FakeEntry("ứng dụng", "Phần mềm <cài> trong máy."),
        "deepfake": FakeEntry("deepfake", "Hình và giọng do máy làm giả."),
    }

    def get(self, term: str) -> FakeEntry | None:
        return self.terms.get(term.lower())


@dataclass(frozen=True)
class Shelf:
    """A library's folder. `lesson`, `plain` and so on name the files of the example course."""

    folder: Path
    lesson: str = f"{COURSE}/01-chup-ro.md"
    plain: str = f"{COURSE}/01-chup-ro.plain.md"
    course: str = f"{COURSE}/course.yaml"
    questions: str = f"{COURSE}/questions.yaml"
    teaching: str = f"{COURSE}/teaching.yaml"
    asked: str = f"{COURSE}/asked.yaml"
    drawing: str = f"{COURSE}/media/cho-chup.svg"

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> int:
        """Replace the first `old`; the line it stood on."""
        text = self.text(name)
        assert old in text, f"{name} holds no {old!r}"
        self.write(name, text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    def load(self) -> Library:
        return load(self.folder)

    def check(self) -> Report:
        return check(self.load(), FakeGlossary())


@pytest.fixture(scope="session")
def guide_files() -> dict[str, str]:
    """The files that docs/courses.md has its reader write, by name."""
    return {name: text + "\n" for name, text in _FILE.findall(GUIDE.read_text(encoding="utf-8"))}


@pytest.fixture
def shelf(tmp_path: Path, guide_files: dict[str, str]) -> Shelf:
    """A library with one good course."""
    shelf = Shelf(tmp_path)
    for name, text in {**guide_files, "audiences.yaml": AUDIENCES, "skills.yaml": SKILLS}.items():
        shelf.write(name, text)
    return shelf


@pytest.fixture
def glossary() -> FakeGlossary:
    return FakeGlossary()


@pytest.fixture
def written(shelf: Shelf, glossary: FakeGlossary) -> Callable[..., str]:
    """Renders a text as the body of the example lesson: `written(markdown, audience=None) -> html`."""
    from courses.rendering.render import lesson_html

    def render(markdown: str, **options) -> str:
        shelf.write(shelf.lesson, f"---\ntitle: T\nminutes: 5\ngoal: G\nskills: []\n---\n{markdown}\n")
        library = shelf.load()
        assert not library.errors, library.errors
        course = library.courses[0]
        return lesson_html(library, course, course.lessons[0], "standard", glossary=glossary, **options).html

    return render
