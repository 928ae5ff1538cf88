"""Steps that several journeys take, and what must hold on every page of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.storage import make_engine
from courses.model import Lesson, Library
from courses.reading import reader
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.learning import service as learning
from lms.units.models import Unit
from tests.browser.conftest import LiveServer

UNIT = "Xã Mẫu"
PIN = "258036"
COURSE = "dien-thoai-thong-minh"
SMALLEST_TEXT = 18
SMALLEST_TARGET = 48


@dataclass(frozen=True)
class Walk:
    """A page on its way through the site; `seen()` checks the page it has come to."""

    page: Page
    url: str
    accessible: Callable[[Page], None]

    def go(self, path: str) -> None:
        """Open an address of the site and check the page."""
        self.page.goto(self.url + path)
        self.seen()

    def press(self, name: str, exact: bool = False) -> None:
        """Press the button or follow the link of this name in the page, and check where it leads."""
        self.control(name, exact).click()
        self.page.wait_for_load_state()
        self.seen()

    def control(self, name: str, exact: bool = False) -> Locator:
        """The first button, else link, of this name: in the page itself before the bars around it."""
        for place in ("main", "nav.tools", "header"):
            for role in ("button", "link"):
                found = self.page.locator(place).get_by_role(role, name=name, exact=exact)
                if found.count():
                    return found.first
        raise AssertionError(f"nothing on {self.page.url} is called “{name}”")

    def fill(self, **fields: str) -> None:
        """Type into the fields of these names."""
        for name, text in fields.items():
            self.page.locator(f"main [name={name}]:visible").first.fill(text)

    def seen(self) -> None:
        """Nothing is wider than the screen, and axe has no complaint."""
        assert fits(self.page), f"{self.page.url} is wider than the screen: {too_wide(self.page)}"
        self.accessible(self.page)

    def shows(self, words: str) -> None:
        """The words can be read on the page."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()


def reload_until(page: Page, url: str, words: str) -> None:
    """Open a page until it says so: what all pages show is kept for seconds in each worker."""
    for _ in range(60):
        page.goto(url)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{url} never says “{words}”")


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen on the right: the beginning of its HTML."""
    return page.evaluate(
        """[...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll')
           && one.getBoundingClientRect().right > innerWidth + 1).slice(0, 5)
           .map(one => one.outerHTML.slice(0, 120))"""
    )


@cache
def library() -> Library:
    """The courses that the server teaches."""
    return reader.load()


def lesson(number: int = 1, course: str = COURSE) -> Lesson:
    """A lesson of those courses."""
    return library().course(course).lessons[number - 1]


def path_of(one: Lesson) -> str:
    """The address of a lesson."""
    return f"/hoc/{one.course_id}/{one.id}"


def answer(page: Page, places: list[int]) -> None:
    """Choose the answers in these places and send them."""
    for place in places:
        page.locator("main input[name=choice]").nth(place).check()
    page.get_by_role("button", name="Trả lời").click()
    page.wait_for_url("**tra-loi=*")


def finish(page: Page, url: str, one: Lesson) -> None:
    """Answer every question of a lesson rightly; ends on the page that says so."""
    page.goto(f"{url}{path_of(one)}/cau-hoi")
    for number, question in enumerate(one.questions, 1):
        answer(page, sorted(question.right_choices))
        page.get_by_role("link", name="Câu tiếp" if number < len(one.questions) else "Xem kết quả").click()
    expect(page.get_by_role("heading", name="Bạn đã học xong bài này")).to_be_visible()


def sign_in(page: Page, url: str, login: str, secret: str = PIN) -> None:
    """Sign in with what was typed; ends wherever that leads."""
    page.goto(url + "/dang-nhap")
    page.locator("main [name=login]").fill(login)
    page.locator("main [name=secret]").fill(secret)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_load_state()


def sign_up(page: Page, url: str, name: str, login: str, pin: str = PIN) -> None:
    """Make an account for a grown-up, in any register; ends on the page after it."""
    page.goto(url + "/dang-ky")
    for field, text in {"name": name, "login": login, "secret": pin, "secret_again": pin}.items():
        page.locator(f"main [name={field}]").fill(text)
    page.locator("main [name=age][value='16']").check()
    page.locator("main [name=consent]").check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()


@contextmanager
def database(server: LiveServer) -> Iterator[Session]:
    """The server's database; what was changed is kept when the block ends well."""
    engine = make_engine(server.database_url)
    with Session(engine) as db, db.begin():
        yield db
    engine.dispose()


def finish_unseen(server: LiveServer, name: str, lessons: Iterable[Lesson]) -> None:
    """Somebody finished these lessons, as if on another day."""
    with database(server) as db:
        person = db.scalars(select(Person).where(Person.name == name)).one()
        for one in lessons:
            for question in one.questions:
                learning.answer(db, person.id, one, question, question.right_choices, str(uuid4()))


def make_person(server: LiveServer, name: str, login: str, *roles: str) -> str:
    """An account with the PIN `PIN` and these roles in the unit, made if need be; returns its id."""
    with database(server) as db:
        unit = db.scalar(select(Unit).order_by(Unit.id).limit(1))
        if unit is None:
            unit = Unit(name=UNIT, desk_name=f"Bàn hỗ trợ {UNIT}")
            db.add(unit)
            db.flush()
        person = accounts.sign_up(db, name=name, login=login, secret=PIN, consent=True, unit_id=unit.id)
        for role in roles:
            accounts.grant_role(db, person, role, unit.id, by=None)
        return person.id
