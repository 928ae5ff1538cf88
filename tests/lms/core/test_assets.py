"""Styles and scripts: written by room, served joined and small."""

import shutil
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, render_template_string

from lms.core.pages import assets, security
from lms.core.pages.assets import STATIC, Assets
from lms.core.pages.security import hash_source
from tests.lms.site import soup


@pytest.fixture
def folder(tmp_path):
    """A copy of `static` that a test may change."""
    shutil.copytree(STATIC, tmp_path / "static")
    return tmp_path / "static"


def add_room(folder, css):
    (folder / "css" / "garden.css").write_text(css, encoding="utf-8")
    return Assets.read(folder)


def page_with(folder):
    """Answer of a page that stands on this `static`, as any page of the site does."""
    app = Flask("garden")
    assets.init_app(app, folder)
    security.init_app(app, secure_cookies=False)
    app.add_url_rule(
        "/", view_func=lambda: render_template_string("{{ inline_style() }}{{ script('print') }}")
    )
    return app.test_client().get("/")


def test_a_sheet_that_is_added_is_served(folder):
    add_room(folder, "/* The garden. */\n.gate {\n  color: var(--rice);\n}\n")
    page = page_with(folder).get_data(as_text=True)
    assert ".gate{color:var(--rice)}" in page and "The garden" not in page


def test_a_rule_that_changes_is_a_rule_that_the_policy_allows(folder):
    policies = []
    for colour in ("red", "#09583f"):
        add_room(folder, f".gate {{ color: {colour}; }}")
        came = page_with(folder)
        [style] = soup(came).find_all("style")
        policies.append(came.headers["Content-Security-Policy"])
        assert hash_source(style.string) in policies[-1]
    assert policies[0] != policies[1]


def test_a_sheet_of_a_room_stands_after_what_all_share_and_before_the_paper(folder):
    style = add_room(folder, ".gate { color: red; }").style
    places = [
        style.index(part) for part in (":root{", ".btn{", ".foot{", ".gate{", ".tall .tools{", "@media print")
    ]
    assert places == sorted(places)


def test_every_sheet_with_a_place_of_its_own_is_there():
    named = {*assets.STYLES_FIRST, *assets.STYLES_LAST}
    assert named <= {path.stem for path in (STATIC / "css").glob("*.css")}


def test_words_for_who_reads_the_sheet_cost_nothing(folder):
    said = add_room(folder, "/* The gate is red. */\n.gate {\n  color: red;\n}\n").style
    assert add_room(folder, ".gate { color: red; }").style == said


def test_the_page_carries_the_joined_sheet_once(site):
    [style] = soup(site.visitor().get("/")).find_all("style")
    assert style.string == site.app.extensions["assets"].style


def test_a_line_that_changes_changes_the_address_of_the_script(folder):
    addresses = [soup(page_with(folder)).find("script")["src"]]
    for name in ("listen", "print"):
        with (folder / "js" / f"{name}.js").open("a", encoding="utf-8") as script:
            script.write("window.name = 'x';\n")
        addresses.append(soup(page_with(folder)).find("script")["src"])
    first, other_part_changed, changed = map(urlsplit, addresses)
    assert first == other_part_changed
    assert first.path == changed.path == "/static/js/base-print.js" and first.query != changed.query


def test_a_script_is_served_small_and_kept_for_a_year(site):
    came = site.visitor().get("/static/js/base-print.js")
    text = came.get_data(as_text=True)
    assert came.mimetype == "text/javascript" and "window.print()" in text
    assert "Print buttons" not in text and "\n  " not in text
    assert "max-age=31536000" in came.headers["Cache-Control"] and "Set-Cookie" not in came.headers
    again = site.visitor().client.get(
        "/static/js/base-print.js", headers={"If-None-Match": came.headers["ETag"]}
    )
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize(
    "name", ["print", "print-base", "base-base", "base-print-listen", "base-nobody", "-", "a"]
)
def test_a_script_has_one_address(site, name):
    assert site.visitor().get(f"/static/js/{name}.js").status_code == 404


def test_the_address_in_a_page_is_that_of_what_is_served(site):
    visitor = site.visitor()
    [script] = soup(visitor.get("/dang-nhap")).find_all("script")
    address = urlsplit(script["src"])
    assert address.path == "/static/js/base-fields.js"
    served = visitor.get(script["src"]).get_data()
    assert parse_qs(address.query)["v"] == [assets.fingerprint_of(served)]
