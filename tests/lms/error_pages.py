"""What every error page has, and forms with their tokens."""

from tests.lms.site import soup
from tests.lms.words_only import words


def check(came, code: int) -> str:
    """The page says what happened and offers a way on; returns its words."""
    page = soup(came)
    assert came.status_code == code
    assert page.select_one("h1").get_text().strip()
    assert page.select_one('main a.btn[href="/"]'), "a way back"
    assert "Traceback" not in came.get_data(as_text=True)
    assert page.select_one("html")["lang"] == "vi"
    return words(page)


def token_of(someone, path: str = "/dang-nhap") -> str:
    """The token of a form as this visitor sees it."""
    return someone.page(path).select_one("input[name=csrf_token]")["value"]
