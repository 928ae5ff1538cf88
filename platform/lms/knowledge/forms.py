"""What editors type, as they typed it: a form that is refused shows it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from assistant.documents.document import Document
from assistant.knowledge.facts import Fact
from i18n.dates import read_date
from lms.desk.service import Draft


class _Typed:
    @classmethod
    def read(cls, form: Mapping[str, str]) -> Self:
        """The fields of a form; one that is missing is empty."""
        return cls(**{field.name: form.get(field.name, "") for field in fields(cls)})


@dataclass(frozen=True)
class DocumentForm(_Typed):
    """Everything about a document but the file."""

    title: str = ""
    number: str = ""
    source: str = ""
    source_url: str = ""
    read_on: str = ""
    in_force_on: str = ""
    expires_on: str = ""

    @classmethod
    def of(cls, document: Document) -> Self:
        """The form of a document that is there."""
        return cls(
            document.title,
            document.number,
            document.source,
            document.source_url,
            _typed(document.read_on),
            _typed(document.in_force_on),
            _typed(document.expires_on),
        )


@dataclass(frozen=True)
class FactForm(_Typed):
    """A local fact."""

    topic: str = ""
    place: str = ""
    label: str = ""
    value: str = ""
    detail: str = ""
    source: str = ""
    checked_on: str = ""

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """The form of a fact that is there."""
        return cls(
            fact.topic, fact.place, fact.label, fact.value, fact.detail, fact.source, _typed(fact.checked_on)
        )


def read_answer(form: Mapping[str, str]) -> Draft:
    """The answer to a group of questions."""
    return Draft(
        form.get("text", ""),
        form.get("source_title", ""),
        form.get("source_url", ""),
        read_date(form.get("checked_on", "")),
    )


def _typed(day: date | None) -> str:
    return day.isoformat() if day else ""
