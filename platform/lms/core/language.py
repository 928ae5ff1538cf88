"""The language and register of a request, and the words on the screen.

The interface speaks `vi`, `vi-simple` (when one reads in the plain register) or `en`. What was chosen
is remembered in cookies that say nothing about a person, so that a page can be kept for everybody
who chose the same.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, g, request

from i18n import dates, messages

LANGUAGE_COOKIE, REGISTER_COOKIE, AUDIENCE_COOKIE = "hs_lang", "hs_doc", "hs_nhom"
REGISTERS = ("standard", "plain")
A_YEAR = 365 * 24 * 3600


def chosen_language() -> str:
    """`vi` or `en`: what the reader chose, else what their browser prefers, else Vietnamese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in {"vi", "en"}:
        return chosen
    return "vi"


def chosen_register(default: str = "standard") -> str:
    """The register the reader chose on this device, else `default`."""
    chosen = request.cookies.get(REGISTER_COOKIE, "")
    return chosen if chosen in REGISTERS else default


def chosen_audience() -> str | None:
    """The audience the reader chose on this device, as typed in the cookie: check it before use."""
    return request.cookies.get(AUDIENCE_COOKIE) or None


def interface_locale() -> str:
    """The catalogue of this request: `vi`, `vi-simple` or `en`."""
    if "locale" not in g:
        language = chosen_language()
        plain = language == "vi" and chosen_register() == "plain"
        g.locale = "vi-simple" if plain else language
    return g.locale


def remember(response: Response, name: str, value: str) -> None:
    """Keep a choice on the device for a year."""
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)


def gettext(message: str, **values: Any) -> str:
    """The words for `message` in this request's catalogue, with `%(name)s` filled in."""
    found = messages.translations(interface_locale()).gettext(message)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """As `gettext`, for a number of things."""
    found = messages.translations(interface_locale()).ngettext(singular, plural, num)
    return found % {"num": num, **values}


def lazy(message: str) -> str:
    """Mark a message for the catalogues where no request is at hand; the template translates it."""
    return message


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext`, and the filters for dates and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(
        lambda message: messages.translations(interface_locale()).gettext(message),
        lambda one, many, n: messages.translations(interface_locale()).ngettext(one, many, n),
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
    from assistant.storage import utc_now

    return dates.ago(moment, utc_now(), interface_locale())
