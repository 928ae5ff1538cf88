"""Forms: each field is said once, as data; from that it is read, checked, shown and given back.

A room declares its forms in its `forms.py`; `lms.core.submission.takes` hands what was sent to a view.
A form knows shapes and limits: what is empty, too long, no day, not in the list. What is taken, allowed or
there at all is said by the room's service, whose function a field may name (`reads`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import abort, request
from werkzeug.datastructures import FileStorage, MultiDict

from lms.core.fields import FILE_AGAIN, LINES, NEVER_GIVEN_BACK, SEARCH_LIMIT, Field, Kind, Upload
from lms.core.language import gettext as _
from lms.core.pages.errors import FormRefused, Refusal

__all__ = [
    "BUTTON",
    "BUTTON_ONCE",
    "SEARCH_LIMIT",
    "Field",
    "Filled",
    "Form",
    "Kind",
    "Shown",
    "Upload",
    "from_json",
    "sent",
]

SEEN = "_seen"
"""The end of the name under which a page sends along what stood in a field when it was opened."""


@dataclass(frozen=True)
class Form:
    """The fields of a form, in the order of the page.

    `once`: a second submission of the same page does nothing, and leads where the first one led.
    `rules`: what hangs on several fields; each is called with the Filled, whatever else is wrong, and
    raises a Refusal with the name of its field.
    """

    fields: tuple[Field, ...] = ()
    once: bool = False
    rules: tuple[Callable[[Filled], object], ...] = ()

    def here(self) -> tuple[Field, ...]:
        """The fields that the form has for this request."""
        return tuple(one for one in self.fields if one.when is None or one.when())

    def blank(self, **values: object) -> Filled:
        """The form as a page shows it first, with what stands there already."""
        return Filled(self, MultiDict(), is_sent=False).start(**values)

    def read(self, source: MultiDict[str, Any], files: Mapping[str, FileStorage] | None = None) -> Filled:
        """What was sent under the names of the fields; nothing is refused yet."""
        return Filled(self, source, files or {}, is_sent=True)

    def sent(self) -> Filled:
        """What this request sent: a form, or JSON with the same names."""
        return self.read(sent(), request.files)

    def asked(self) -> Filled:
        """What stands in the address of this request, for a form that only looks something up."""
        return self.read(request.args)


class Filled:
    """A form with what somebody typed in it, and what was wrong with that."""

    def __init__(
        self,
        form: Form,
        source: MultiDict[str, Any],
        files: Mapping[str, FileStorage] | None = None,
        *,
        is_sent: bool,
    ) -> None:
        self.form, self.is_sent = form, is_sent
        self.fields = {one.name: one for one in form.here()}
        self.errors: dict[str, str] = {}
        """Field → sentence, in the order of the page; "" for what belongs to no field."""
        self.found: dict[str, Any] = {}
        """What the view found before it refused the form, for the page."""
        self._source, self._files = source, files or {}
        self._shown: dict[str, object] = {}
        self._values: dict[str, Any] | None = None

    def start(self, **values: object) -> Filled:
        """Show these values, unless somebody has typed already; returns the same form."""
        if not self.is_sent:
            for one in self.fields.values():
                value = values[one.name] if one.name in values else one.starts() if one.starts else None
                if value is not None:
                    self._shown[one.name] = value.isoformat() if isinstance(value, date) else value
        return self

    def instead(self, **values: object) -> Filled:
        """Show these values, whatever was typed; returns the same form."""
        self._shown |= values
        return self

    def of(self, form: Form) -> Filled:
        """This, if it is that form, else that form left blank: for a page with several.

        What was wrong with a button, which has no field of its own, stands on top of the form.
        """
        if self.form is form:
            return self
        blank = form.blank()
        blank.errors = {} if self.fields else self.errors
        return blank

    def raw(self, name: str) -> str:
        """What was typed in a field, as it was typed; empty for what is no text."""
        sent = self._source.get(name, "")
        return sent if isinstance(sent, str) else ""

    def has(self, name: str) -> bool:
        """Whether a field of this name was sent, empty or not."""
        return name in self._source

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked, or a button of this name pressed."""
        return bool(self._source.get(name))

    def is_untouched(self, name: str) -> bool:
        """Whether a field came as it stood there when the page was opened."""
        return f"{name}{SEEN}" in self._source and self.raw(f"{name}{SEEN}") == self.raw(name)

    def values(self) -> dict[str, Any]:
        """Name → value of every field. Raises FormRefused with all that must be mended."""
        if self._values is None:
            self._values = self._checked()
        return self._values

    def __getitem__(self, name: str) -> Any:
        return self.values()[name]

    def _checked(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        refused: dict[str, Refusal] = {}
        for name, one in self.fields.items():
            if one.keeps_seen and self.is_untouched(name):
                found[name] = None
                continue
            try:
                found[name] = one.read(self._source, self._files)
            except Refusal as refusal:
                refused[name] = refusal
        for rule in self.form.rules:
            try:
                rule(self)
            except Refusal as refusal:
                refused.setdefault(refusal.field, refusal)
        if refused:
            raise FormRefused(refused)
        return found

    def refuse(self, refusal: Refusal) -> Filled:
        """Take down what is wrong, beside each field, and what is shown instead of what was typed."""
        said = {name: one.say() for name, one in refusal.errors.items()}
        known = [name for name in self.fields if name in said]
        self.errors = {name: said[name] for name in (*known, *said)}
        self._shown |= refusal.shown
        return self

    def value_of(self, name: str) -> Any:
        """What is shown in a field: what was typed, or what stands there; secrets and files never."""
        one = self.fields[name]
        if one.kind in NEVER_GIVEN_BACK:
            return ""
        if name in self._shown or not self.is_sent:
            return self._shown.get(name, () if one.kind is Kind.CHOICES else "")
        if one.kind is Kind.CHOICES:
            return [value for value in self._source.getlist(name) if isinstance(value, str)]
        return bool(self._source.get(name)) if one.kind is Kind.TICK else self.raw(name)

    @property
    def typed(self) -> dict[str, Any]:
        """Name → what is shown in each field."""
        return {name: self.value_of(name) for name in self.fields}

    def shown(self, name: str, **other: Any) -> Shown:
        """A field as the page shows it, in the language of the request; `other`: said by the page itself."""
        one = self.fields[name]
        error = self.errors.get(name, "")
        hint = self._hint_again(one) or one.hint
        found = Shown(
            name=name,
            label=_(one.label) if one.label else "",
            kind=str(one.kind),
            hint=_(hint) if hint else "",
            error=error,
            value=self.value_of(name),
            required=one.required,
            says_optional=one.says_optional and one.kind is not Kind.SEARCH,
            autocomplete=one.autocomplete,
            inputmode=one.inputmode,
            maxlength=one.longest if one.kind in LINES else 0,
            options=[(value, _(words)) for value, words in one.choices()],
            rows=one.rows,
            is_code=one.is_code,
        )
        return replace(found, **other)

    def _hint_again(self, one: Field) -> str:
        """What is said of a field that has to be filled again; empty where it is not so."""
        if not self.errors or self.errors.get(one.name):
            return ""
        if one.kind is not Kind.FILE:
            return one.hint_again if self.raw(one.name) else ""
        # One that need not be chosen would be lost in silence: the rest is saved without it.
        file = self._files.get(one.name)
        return (one.hint_again or FILE_AGAIN) if file is not None and file.filename else ""

    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that the page sends along unseen."""
        found = []
        for name, one in self.fields.items():
            if one.kind is Kind.HIDDEN and self.value_of(name):
                found.append((name, str(self.value_of(name))))
            if one.keeps_seen:
                seen = self.raw(name + SEEN) if self.is_sent else str(self.value_of(name))
                found.append((name + SEEN, seen))
        return found


@dataclass(frozen=True)
class Shown:
    """A field on the page: words of the request's language, and what stands in it."""

    name: str
    label: str
    kind: str
    hint: str
    error: str
    value: Any
    required: bool
    says_optional: bool
    autocomplete: str
    inputmode: str
    maxlength: int
    options: list[tuple[str, str]]
    rows: int
    is_code: bool


def sent() -> MultiDict[str, Any]:
    """What this request sent, under its names: a form, or a JSON object. 400 for JSON that is none."""
    return from_json(_json()) if request.is_json else request.form


def from_json(body: object) -> MultiDict[str, Any]:
    """A JSON object as a form has it; null is as if the name were not there. 400 for anything else."""
    if not isinstance(body, dict):
        abort(400)
    found: MultiDict[str, Any] = MultiDict()
    for name, value in body.items():
        if isinstance(value, list):
            found.setlist(name, [_letters(one) for one in value])
        elif value is not None:
            found[name] = _letters(value)
    return found


def _letters(value: object) -> object:
    """A text as a browser sends it: half of a surrogate pair, which nothing can keep, is U+FFFD there.

    400 for a NUL, as in a form. What is no text stays as it is: each field refuses it.
    """
    if not isinstance(value, str):
        return value
    if "\x00" in value:
        abort(400)
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _json() -> object:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


BUTTON = Form()
"""A button alone: it does one thing, and nothing is typed."""
BUTTON_ONCE = Form(once=True)
"""As BUTTON, where pressing it twice would make two."""
