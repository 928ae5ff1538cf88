"""A real server and a real Chromium: what a person sees, on a phone and at a desk."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import BACKENDS, fresh_database

if TYPE_CHECKING:
    from tests.browser.sample_site import SampleSite

IN_CI = os.environ.get("CI") == "true"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
    "user_agent": "Mozilla/5.0 (Linux; Android 9; SM-A105F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36",
}
DESKTOP = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
START_SECONDS = 180
ACTION_MS = 20_000


EVERYTHING = bool(os.environ.get("HOCSO_TEST_ALL"))
"""Set by `make test-all`. `make test` leaves out what costs minutes and repeats what others look at."""
ON_EVERY_DATABASE = "test_journey_" if EVERYTHING else "test_journey_learner"
"""Files whose tests write as people do run on each kind of database; the others look at pages, once.

The rules behind all journeys run on both without a browser (tests/lms, mark `postgres`).
"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What shares a server stays on one worker (`--dist loadgroup`); pages are looked at on SQLite alone."""
    left_out = []
    for item in items:
        if "browser" not in item.path.relative_to(config.rootpath).parts:
            continue
        backend = "postgresql" if item.get_closest_marker("postgres") else "sqlite"
        if backend == "postgresql" and not item.path.name.startswith(ON_EVERY_DATABASE):
            left_out.append(item)
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{backend}"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


ONLY_LOOKED_AT = {"test_asking", "test_asking_sources", "test_weight"}
"""Modules whose tests are guests on a server with nobody in it: they share one."""
SEVERAL_WORKERS = {"test_knowledge", "test_journey_assistant", "test_journey_learner"}
"""Modules that look at what one worker saved and another shows; the others start one, which is quicker."""


@dataclass
class LiveServer:
    """`python wsgi.py VERB` in an instance folder of its own; `url` has no slash at its end."""

    url: str
    instance: Path
    database_url: str
    log: Path
    process: subprocess.Popen = field(repr=False)
    workers: int

    def words(self) -> str:
        """All that the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def first_administrator_link(self) -> str:
        """The one-time link that the start prints, at this server's address."""
        found = re.search(r"/bat-dau/[\w-]+", self.words())
        assert found, f"no link for the first administrator was printed:\n{self.words()}"
        return self.url + found.group()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command (`python wsgi.py …`) on the same instance; it must succeed."""
        return subprocess.run(
            [sys.executable, "wsgi.py", *arguments],
            env=_server_environment(self.instance, self.database_url, _port_of(self.url), self.workers),
            capture_output=True,
            text=True,
            check=True,
            timeout=START_SECONDS,
        )


def _port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def _server_environment(instance: Path, database_url: str, port: int, workers: int) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOCSO_")}
    return ours | {
        "HOCSO_INSTANCE": str(instance),
        "HOCSO_DATABASE_URL": database_url,
        "HOCSO_HOST": "127.0.0.1",
        "HOCSO_PORT": str(port),
        "HOCSO_WORKERS": str(workers),
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(server: LiveServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            pytest.fail(f"the server stopped with code {server.process.returncode}:\n{server.words()}")
        try:
            with urlopen(server.url + "/healthz", timeout=5):
                return
        except HTTPError as error:
            if error.code != 503:  # 503: still warming up
                pytest.fail(f"/healthz answers {error.code}:\n{server.words()}")
        except (URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not answer within {START_SECONDS} s:\n{server.words()}")


def _stop(process: subprocess.Popen) -> None:
    """End the server and its workers: they are a process group of their own."""
    for how, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, how)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def _servers(
    root: Path, factory: pytest.TempPathFactory, backend: str, workers: int
) -> Iterator[Callable[[str], LiveServer]]:
    """What starts servers, each with a fresh instance and database; they are stopped at the end."""
    started: list[LiveServer] = []
    with ExitStack() as databases:

        def start(verb: str = "serve") -> LiveServer:
            instance = factory.mktemp("instance")
            database_url = databases.enter_context(fresh_database(backend, instance))
            port = _free_port()
            log = instance / "server.log"
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "wsgi.py", verb],
                    cwd=root,
                    env=_server_environment(instance, database_url, port, workers),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            server = LiveServer(f"http://127.0.0.1:{port}", instance, database_url, log, process, workers)
            started.append(server)
            _wait_until_it_answers(server)
            return server

        yield start
        for server in started:
            _stop(server.process)


@pytest.fixture(scope="module", params=BACKENDS)
def server_factory(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], LiveServer]]:
    """Start servers: `server_factory("serve")` or `("demo")`, each with a fresh instance and database."""
    workers = 2 if EVERYTHING or request.path.stem in SEVERAL_WORKERS else 1
    with _servers(root, tmp_path_factory, request.param, workers) as start:
        yield start


@pytest.fixture(scope="session")
def server_to_look_at(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server that was just installed, on SQLite, for guests."""
    with _servers(root, tmp_path_factory, "sqlite", workers=1) as start:
        yield start("serve")


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleSite]:
    """The sample commune; shared by all who look at pages, or act as guests who were never here."""
    from tests.browser.sample_site import filled  # it is built on what stands here

    with filled(tmp_path_factory.mktemp("instance")) as site:
        yield site


@pytest.fixture(scope="module")
def live_server(request: pytest.FixtureRequest, server_factory: Callable[[str], LiveServer]) -> LiveServer:
    """A server that was just installed: courses, and nobody in it. Shared by the tests of a module."""
    if request.path.stem in ONLY_LOOKED_AT:
        return request.getfixturevalue("server_to_look_at")
    return server_factory("serve")


@pytest.fixture(scope="module")
def demo_server(server_factory: Callable[[str], LiveServer]) -> LiveServer:
    """A server with the sample commune in it. Shared by the tests of a module."""
    return server_factory("demo")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless. Missing: skipped, but a failure when CI=true."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        (pytest.fail if IN_CI else pytest.skip)("Chromium is missing: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What the browser complained of: errors of our scripts, broken files, breaches of the page's policy."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to `page` from now on."""
        page.on("pageerror", lambda error: self.found.append(f"script error on {page.url}: {error}"))
        page.on("console", self._on_console)

    def _on_console(self, message) -> None:
        # The browser logs every page that is refused on purpose (403, 404 …) as an error too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console on {message.location.get('url')}: {message.text}")


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts (`new_context(**PHONE)`): each is another device. No script may fail in any."""
    contexts: list[BrowserContext] = []
    complaints = Complaints()

    def make(**options) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(ACTION_MS)
        context.on("page", complaints.watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not complaints.found, "\n".join(complaints.found)


@pytest.fixture
def new_phone(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`new_phone()` opens a page on one more phone (360×640, touch, Vietnamese); options as Playwright's."""
    return lambda **options: new_context(**(PHONE | options)).new_page()


@pytest.fixture
def new_desktop(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`new_desktop()` opens a page on one more computer (1280×800, Vietnamese)."""
    return lambda **options: new_context(**(DESKTOP | options)).new_page()


@pytest.fixture
def phone_page(new_phone: Callable[..., Page]) -> Page:
    """A page on a phone that was never here before."""
    return new_phone()


@pytest.fixture
def desktop_page(new_desktop: Callable[..., Page]) -> Page:
    """A page on a computer that was never here before."""
    return new_desktop()


LOOKED_AT: set[str] = set()
"""Pages that axe had no complaint of in this run: the same page on the same screen is not asked twice."""

SEEN_AS = """() => [document.documentElement.outerHTML.replace(/\\d+|[0-9a-f-]{16,}|nonce="[^"]*"/g, ''),
    innerWidth, matchMedia('(prefers-color-scheme: dark)').matches,
    getComputedStyle(document.documentElement).fontSize].join(' ')"""


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """`assert_accessible(page)`: axe finds no breach of WCAG 2.2 A and AA on the page as it is now.

    `colours_alone=True` looks at contrast only: for a page that was seen whole in its other scheme.
    """
    axe = Axe()

    def check(page: Page, colours_alone: bool = False) -> None:
        looked = f"{page.evaluate(SEEN_AS)} {colours_alone}"
        seen_as = hashlib.sha256(looked.encode()).hexdigest()
        if seen_as in LOOKED_AT:
            return
        only = {"type": "tag", "values": WCAG_22_AA}
        if colours_alone:
            only = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
        options = {"runOnly": only, "resultTypes": ["violations"]}
        violations = axe.run(page, options=options).response["violations"]
        assert not violations, f"{page.url}\n" + "\n".join(map(_in_words, violations))
        LOOKED_AT.add(seen_as)

    return check


def _in_words(violation: dict) -> str:
    places = "\n".join(f"    {node['html'][:160]}" for node in violation["nodes"][:5])
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


@pytest.fixture
def screenshot(root: Path) -> Callable[[Page, str], None]:
    """`screenshot(page, "lesson")` writes build/screens/lesson.png if HOCSO_SCREENS is set."""

    def take(page: Page, name: str, whole: bool = False) -> None:
        if not os.environ.get("HOCSO_SCREENS"):
            return
        folder = root / "build" / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=whole)

    return take
