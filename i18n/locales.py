"""Which languages there are, which ones the screens speak, and which one a visitor gets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from i18n import tables
from i18n.vietnamese.letters import nfc

DEFAULT = "vi"
_LANGUAGES = Path(__file__).parent / "data" / "languages.yaml"
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)((?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?"
)
_LONGEST_HEADER = 500


@dataclass(frozen=True)
class Locale:
    """A language of the screens: `id` names its catalogue, `html_lang` stands in <html lang>."""

    id: str
    own_name: str
    html_lang: str
    babel: str
    fallback: str | None


@dataclass(frozen=True)
class Language:
    """A language that people speak: for recordings, glossary words and community translations."""

    id: str
    iso639_3: str
    name: str
    own_name: str
    own_name_reviewed: bool
    script: str
    fallback: str | None


class LanguageTableError(ValueError):
    """The table of languages has a row that is incomplete or falls back to nothing known."""


LOCALES: Mapping[str, Locale] = MappingProxyType(
    {
        locale.id: locale
        for locale in (
            Locale("vi", "Tiếng Việt", "vi", "vi", None),
            Locale("vi-simple", "Tiếng Việt dễ hiểu", "vi", "vi", "vi"),
            Locale("en", "English", "en", "en", "vi"),
        )
    }
)


def negotiate(accept_language: str | None = None, wanted: str | None = None) -> str:
    """The id in LOCALES for a visitor: their own choice, else what their browser accepts, else Vietnamese.

    A browser that accepts Vietnamese at all gets it; English is given only to one that asks for
    English and not for Vietnamese. Anything malformed is ignored.
    """
    if wanted in LOCALES:
        return str(wanted)
    accepted = _accepted(accept_language or "")
    if "vi" not in accepted and "en" in accepted:
        return "en"
    return DEFAULT


def chain(locale_id: str) -> tuple[str, ...]:
    """Ids to look in, best first, for a locale of the screens or a language of the table; Vietnamese last."""
    found: list[str] = []
    current: str | None = locale_id
    while current and current not in found:
        if current not in LOCALES and current not in languages():
            break
        found.append(current)
        current = (LOCALES.get(current) or languages()[current]).fallback
    return tuple(found) if DEFAULT in found else (*found, DEFAULT)


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Language]:
    """Every language of the table by its id, in the table's order. Raises LanguageTableError."""
    return read_languages(_LANGUAGES)


def read_languages(path: Path) -> Mapping[str, Language]:
    """Read a table of languages. Raises LanguageTableError naming the row that is wrong."""
    found: dict[str, Language] = {}
    for number, row in enumerate(tables.read(nfc(path.read_text(encoding="utf-8"))) or [], 1):
        try:
            language = Language(**{**row, "fallback": row["fallback"] or None})
        except (TypeError, KeyError) as error:
            raise LanguageTableError(f"{path.name}, row {number}: {error}") from error
        found[language.id] = language
    for language in found.values():
        if language.fallback not in {None, *found}:
            raise LanguageTableError(f"{path.name}: {language.id} falls back to {language.fallback}, unknown")
    return MappingProxyType(found)


def _accepted(header: str) -> set[str]:
    """Primary language subtags with a quality above zero in an Accept-Language header."""
    accepted = set()
    for part in header[:_LONGEST_HEADER].split(","):
        match = _RANGE.fullmatch(part)
        if match and float(match[3] or 1) > 0:
            accepted.add(match[1].lower())
    return accepted
