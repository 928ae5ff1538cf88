"""Refusals that need nothing: no database, no thread, no catalogue of the request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus

from markupsafe import Markup

from i18n.messages import translations
from lms.core.language import lazy

HEADERS = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
]
"""For a page made here: it holds no script, and nothing that somebody typed runs."""

SENTENCES = {
    HTTPStatus.BAD_REQUEST: (
        lazy("Máy không đọc được yêu cầu này"),
        lazy("Bạn mở lại trang rồi thử lại."),
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        lazy("Mạng quá chậm nên máy chưa nhận đủ"),
        lazy("Bạn quay lại và gửi lại. Tệp lớn thì bạn tìm chỗ mạng khỏe hơn."),
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        lazy("Trình duyệt gửi kèm quá nhiều thứ"),
        lazy("Bạn xóa cookie của trang này, rồi mở lại từ trang đầu."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        lazy("Đang có nhiều người dùng cùng lúc"),
        lazy("Bạn chờ một chút, quay lại rồi gửi lại. Điều bạn đã gõ vẫn còn ở trang trước."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        lazy("Máy gặp lỗi"),
        lazy("Lỗi này không phải do bạn. Bạn chờ một phút rồi thử lại."),
    ),
}

_PAGE = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    "<style>body{{font:1.1rem/1.6 sans-serif;margin:0 auto;max-width:40rem;padding:1rem}}"
    "pre{{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}}"
    "a{{display:inline-block;padding:.6rem 0}}</style></head><body><main><h1>{title}</h1>"
    '<p>{advice}</p>{more}<p><a class="btn" href="/">{back}</a></p></main></body></html>'
)


BACK = lazy("Về trang đầu")


def refusal(path: str, status: HTTPStatus, locale: str = "vi") -> tuple[str, bytes]:
    """The content type and body of a refusal: a page, or JSON for programs. `locale`: a catalogue's name."""
    say = translations.translations(locale).gettext
    title, advice = map(say, SENTENCES.get(status, SENTENCES[HTTPStatus.INTERNAL_SERVER_ERROR]))
    if path.startswith("/api/") or path == "/healthz":
        error = {"code": int(status), "message": f"{title}. {advice}"}
        return "application/json", json.dumps({"error": error}, ensure_ascii=False).encode("utf-8")
    html = page(title, advice, say(BACK), lang="en" if locale == "en" else "vi")
    return "text/html; charset=utf-8", html.encode("utf-8")


def page(
    title: str, advice: str, back: str, *, lang: str = "vi", typed: Iterable[str] = (), heading: str = ""
) -> str:
    """A page of words alone; `typed`: what somebody had typed, under `heading`."""
    # A list is copied back line by line.
    words = [Markup("<pre>{}</pre>").format(one) for one in typed]
    more = Markup("<h2>{}</h2>").format(heading) + Markup().join(words) if words else Markup()
    return str(_PAGE.format(lang=lang, title=title, advice=advice, back=back, more=more))
