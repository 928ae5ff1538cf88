"""The forms that the application declares, and what may be typed into them."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lms.core.forms import Form, Kind
from lms.core.pages.errors import FormRefused
from lms.core.submission import forms_of

WITHOUT_A_FORM = {"api_ask": "a contract for programs: its own words, status 400, and nothing is kept"}


"""Endpoints that take POST and declare no form, each with its reason."""


UNSEEN = {Kind.HIDDEN, Kind.BUTTON}


GENTLE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80)


TYPED = st.one_of(
    LINE,
    st.sampled_from(
        ["2026-11-01", "1/2/2027", "31/02/2026", "16", "under16", "teacher", "1", "-5", "0912345678"]
    ),
    st.sampled_from(["a" * 201, "ộ" * 5000, "https://xa.example.vn", " ", "\u200b", "\t\r\n"]),
)


def refused(form: Form, source) -> dict[str, str]:
    """Field → sentence of all that a form refuses."""
    try:
        form.read(source).values()
    except FormRefused as error:
        return {name: one.say() for name, one in error.errors.items()}
    return {}


def declared(site) -> dict[str, Form]:
    """Every form of the application: endpoint (and number, if it has several) → form."""
    return {
        f"{name}:{number}": form
        for name, view in site.app.view_functions.items()
        for number, form in enumerate(forms_of(view))
    }
