"""The forms of the editor's shelf, filled in and sent, and what comes back."""

import io

from tests.lms.site import soup
from tests.lms.words_only import words

NOTICE = """# Giờ tiếp dân

Bàn một cửa mở từ 7 giờ đến 11 giờ 30.

# Lệ phí

- Sao y: 2.000 đồng một trang.
"""
FIELDS = {
    "title": "Thông báo tiếp dân",
    "number": "3/TB-UBND",
    "source": "Ủy ban nhân dân xã Mẫu",
    "read_on": "2026-01-02",
    "in_force_on": "2026-01-01",
}


def upload(editor, content: str | bytes = NOTICE, name: str = "thong-bao.md", to="/kho/tai-lieu/moi", **more):
    """Send the form of a document with a file."""
    data = content.encode() if isinstance(content, str) else content
    return editor.client.post(to, data=FIELDS | more | {"file": (io.BytesIO(data), name)})


def published(editor, **more) -> str:
    """Upload a document and put it to use; the path of its entry."""
    came = upload(editor, **more)
    assert came.status_code == 303, words(soup(came))
    return editor.post(came.location + "/dung").location


def press_use(editor, path: str):
    """Press the button of a draft's page: it says which document the page showed as replaced."""
    return editor.post(editor.page(path).select_one("form[action*='/dung']")["action"])


def errors(came) -> dict[str, str]:
    """The sentence beside each field of a form that came back."""
    return {one["id"][2:]: one.get_text() for one in soup(came).select(".error[id]")}


def form_of(came):
    """The form in the page that came back."""
    return soup(came).select_one("main form")


def typed_again(editor, came) -> dict[str, str]:
    """What stands in the form of a page that came back, as a browser would send it."""
    found = {one["name"]: one.get("value") or "" for one in form_of(came).select("input[name]")}
    found |= {one["name"]: one.get_text().strip("\n") for one in form_of(came).select("textarea")}
    found |= {one["name"]: one["value"] for one in form_of(came).select("input[type=radio][checked]")}
    return {name: value for name, value in found.items() if name != "file"}
