"""The sample commune, served by a thread of the tests: for looking at every page, not for journeys.

It has no embedder and one database, so it is there in seconds; journeys take `live_server` instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from assistant.knowledge.store import prepare as prepare_knowledge
from assistant.storage import make_engine
from lms import demo
from lms.app import create_app
from lms.core.config import WebSettings
from lms.tables import upgrade_schema
from tests.browser.steps import sign_in

LESSON = "/hoc/dien-thoai-thong-minh/nut-va-man-hinh"
FOR_EVERYBODY = (
    "/", "/nhom-khac", "/lo-trinh/nguoi-cao-tuoi", "/hoc", "/hoc/vneid-tu-dau",
    LESSON, LESSON + "/cau-hoi/1", LESSON + "/xong", "/hoc/nhan-ra-lua-dao/dau-hieu-chung", "/hoi",
    "/viec-gap", "/cua-toi", "/dang-ky", "/dang-nhap", "/vao-lop", "/vao-lop/KHONG1",
    "/the/khong-co", "/gioi-thieu", "/du-lieu", "/dia-phuong", "/khong-co",
)  # fmt: skip
FIRST_LOOKS = ("/", "/hoc", LESSON, LESSON + "/cau-hoi/1", "/hoi", "/dang-nhap", "/viec-gap")
"""Pages that somebody sees first, for checks that need a browser of their own."""
NOT_THERE = {"/vao-lop/KHONG1", "/the/khong-co", "/khong-co"}
FOR_PEOPLE = {
    "banam": ("/cua-toi", "/cau-da-hoi", "/tai-khoan", "/tai-khoan/xoa", "/hoc/dien-thoai-thong-minh"),
    "cohoa": ("/cua-toi", "/lop", "/lop/1", "/lop/1/them", "/lop/1/ma-lop"),
    "canbo": ("/quay", "/quay/cau/1", "/kho", "/kho/can-xem-lai", "/kho/tai-lieu/moi",
              "/kho/dia-phuong/moi", "/kho/chua-tra-loi", "/kho/muc/1"),
    "quantri": ("/quan-tri", "/quan-tri/nguoi", "/quan-tri/nhat-ky"),
}  # fmt: skip


class _SilentHandler(WSGIRequestHandler):
    def log(self, *_arguments: object) -> None:
        """Nothing: the tests print what they find."""


@contextmanager
def served(settings: WebSettings) -> Iterator[str]:
    """Serve the application from a thread; the address, without a slash at its end."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_SilentHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    app.extensions["database"].engine.dispose()


def prepared(instance: Path, **settings: str) -> WebSettings:
    """Settings for a site in this folder whose assistant searches by words, its database made."""
    environ = {f"HOCSO_{name.upper()}": value for name, value in settings.items()}
    loaded = WebSettings.load(environ | {"HOCSO_INSTANCE": str(instance), "HOCSO_EMBEDDER": "none"})
    engine = make_engine(loaded.shared.database_url)
    upgrade_schema(engine, None)
    prepare_knowledge(engine)
    engine.dispose()
    return loaded


@dataclass(frozen=True)
class SampleSite:
    """The commune of `make demo` at `url`."""

    url: str

    def pages(
        self, new_context: Callable[..., BrowserContext], register: str = "", **device
    ) -> Iterator[Page]:
        """Every page worth looking at, one after the other, as those see it who may.

        `register`: "standard" or "plain" as the visitor's choice; "" leaves each course its own.
        """
        page = new_context(**device).new_page()
        if register:
            page.goto(f"{self.url}/doc/{register}")
        for path in FOR_EVERYBODY:
            answered = page.goto(self.url + path)
            assert answered.ok or path in NOT_THERE, f"{path} answers {answered.status}"
            yield page
        for login, paths in FOR_PEOPLE.items():
            page = new_context(**device).new_page()
            sign_in(page, self.url, login, demo.PIN)
            if register:
                page.goto(f"{self.url}/doc/{register}")
            for path in paths:
                answered = page.goto(self.url + path)
                assert answered.ok, f"{login} gets {answered.status} at {path}"
                yield page


@contextmanager
def filled(instance: Path) -> Iterator[SampleSite]:
    """The sample commune, served from a thread until the end."""
    settings = prepared(instance)
    demo.fill(settings)
    with served(settings) as url:
        yield SampleSite(url)
