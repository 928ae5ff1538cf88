"""The language and register of a request, and the words on the screen.

The interface speaks `vi`, `vi-simple` (when one reads in the plain register) or `en`. What was chosen
is remembered in cookies that say nothing about a person, so that a page can be kept for everybody
who chose the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_cookie

from i18n import dates
from i18n.messages import translations

LANGUAGE_COOKIE, REGISTER_COOKIE, AUDIENCE_COOKIE = "hs_lang", "hs_doc", "hs_nhom"
LANGUAGES = ("vi", "en")
REGISTERS = ("standard", "plain")
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Choices:
    """What a device remembers, each "" where nothing was chosen. `audience` is as the cookie has it."""

    language: str = ""
    register: str = ""
    audience: str = ""


def cookies_of(environ: Mapping[str, Any]) -> MultiDict[str, str]:
    """The cookies of a WSGI request; none of a line that is no text. The one reading of them."""
    try:
        return parse_cookie({"HTTP_COOKIE": environ.get("HTTP_COOKIE", "")})
    except UnicodeDecodeError:
        return MultiDict()


def cookie_choices(environ: Mapping[str, Any]) -> Choices:
    """The choices in the cookies of a WSGI request, for pages and for kept pages."""
    if not environ.get("HTTP_COOKIE"):
        return Choices()
    cookies = cookies_of(environ)
    language, register = cookies.get(LANGUAGE_COOKIE, ""), cookies.get(REGISTER_COOKIE, "")
    return Choices(
        language if language in LANGUAGES else "",
        register if register in REGISTERS else "",
        cookies.get(AUDIENCE_COOKIE, ""),
    )


def choices() -> Choices:
    """The choices of this request."""
    if "choices" not in g:
        g.choices = cookie_choices(request.environ)
    return g.choices


def chosen_language() -> str:
    """`vi` or `en`: what the reader chose, else Vietnamese."""
    return choices().language or "vi"


def chosen_register(default: str = "standard") -> str:
    """The register the reader chose on this device, else `default`."""
    return choices().register or default


def chosen_audience() -> str | None:
    """The audience the reader chose on this device, as typed in the cookie: check it before use."""
    return choices().audience or None


def interface_of(chosen: Choices) -> str:
    """The catalogue for these choices: `vi`, `vi-simple` or `en`."""
    if chosen.language == "en":
        return "en"
    return "vi-simple" if chosen.register == "plain" else "vi"


def interface_locale() -> str:
    """The catalogue of this request."""
    if "locale" not in g:
        g.locale = interface_of(choices())
    return g.locale


def remember(response: Response, name: str, value: str) -> None:
    """Keep a choice on the device for a year."""
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)


def gettext(message: str, **values: Any) -> str:
    """The words for `message` in this request's catalogue, with `%(name)s` filled in."""
    found = translations.translations(interface_locale()).gettext(message)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """As `gettext`, for a number of things."""
    found = translations.translations(interface_locale()).ngettext(singular, plural, num)
    return found % {"num": num, **values}


def lazy(message: str) -> str:
    """Mark a message for the catalogues where no request is at hand; the template translates it."""
    return message


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext`, and the filters for dates and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension brings it
        lambda message: translations.translations(interface_locale()).gettext(message),
        lambda one, many, n: translations.translations(interface_locale()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["html_lang"] = lambda: "en" if interface_locale() == "en" else "vi"
    app.jinja_env.filters["translate"] = lambda message: gettext(str(message))
    app.jinja_env.filters["day"] = lambda moment: dates.show_date(moment, interface_locale())
    app.jinja_env.filters["moment"] = lambda moment: dates.show_datetime(moment, interface_locale())
    app.jinja_env.filters["number"] = lambda number: dates.show_number(number, interface_locale())
    app.jinja_env.filters["ago"] = _ago
    app.jinja_env.filters["iso_day"] = _iso_day
    app.jinja_env.filters["tel"] = lambda number: re.sub(r"[^\d+]", "", number)


def _iso_day(text: str | None) -> str:
    """A date written YYYY-MM-DD as people write it; anything else as it is."""
    try:
        return dates.show_date(date.fromisoformat(text or ""), interface_locale())
    except ValueError:
        return text or ""


def _ago(moment: datetime) -> str:
    from i18n.dates import utc_now

    return dates.ago(moment, utc_now(), interface_locale())
