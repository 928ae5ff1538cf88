"""Writing catalogues so that only real changes show, bringing them up to date, checking them."""

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from i18n.locales import DEFAULT, LOCALES
from i18n.messages.extraction import Problem
from i18n.messages.translations import CATALOGUES, catalogue_path, read_catalogue
from i18n.vietnamese.letters import nfc, place_tones

TEMPLATE = "messages.pot"
_COMPLETE = frozenset(("en",))
"""Locales that must have every message; the others may fall back to the source."""

_VALUE = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([sdifr])")
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)")
# Header lines that change by themselves, or that Babel fills with examples.
_NOISE = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team'
    rb"|Report-Msgid-Bugs-To):.*\n",
    re.MULTILINE,
)


def write_template(template: Catalog, folder: Path = CATALOGUES) -> Path:
    """Write the extracted messages to messages.pot for translators' tools; returns its path."""
    path = folder / TEMPLATE
    _write(template, path, LOCALES[DEFAULT].id)
    return path


def update(template: Catalog, folder: Path = CATALOGUES) -> dict[str, int]:
    """Bring the catalogue of every locale up to date; returns messages still without words, by locale.

    What was translated stays, what is no longer used is kept as a comment, nothing is guessed.
    """
    missing = {}
    for locale_id in LOCALES:
        catalogue = read_catalogue(locale_id, folder)
        catalogue.update(template, no_fuzzy_matching=True)
        write_catalogue(catalogue, locale_id, folder)
        missing[locale_id] = sum(1 for message in catalogue if message.id and not all(strings(message)))
    return missing


def write_catalogue(catalogue: Catalog, locale_id: str, folder: Path = CATALOGUES) -> None:
    """Write the catalogue of a locale, without dates and line numbers, sorted by file."""
    _write(catalogue, catalogue_path(locale_id, folder), locale_id)


def check(template: Catalog, folder: Path = CATALOGUES) -> list[Problem]:
    """What keeps the words of `template` from reaching people in every locale."""
    problems: list[Problem] = []
    for locale_id in LOCALES:
        catalogue = read_catalogue(locale_id, folder)
        name = f"{locale_id}/{catalogue_path(locale_id, folder).name}"
        for message in template:
            if message.id:
                problems += [Problem(name, 0, text) for text in _faults(message, catalogue, locale_id)]
    return problems


def strings(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form; empty where there is none."""
    return (message.string or "",) if not isinstance(message.string, tuple | list) else tuple(message.string)


def sources(message: Message) -> tuple[str, ...]:
    """The source texts of a message: one, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def mismatch(message: Message, translation: str) -> str | None:
    """What a translation lost or invented: a value to fill in, or a tag. None if it fits."""
    originals = sources(message)
    if not any(_values(translation) == _values(original) for original in originals):
        return f"other values than {originals[-1]!r}: {translation!r}"
    if not any(_tags(translation) == _tags(original) for original in originals):
        return f"other tags than {originals[-1]!r}: {translation!r}"
    return None


def _faults(message: Message, catalogue: Catalog, locale_id: str) -> list[str]:
    source = sources(message)[0]
    faults = []
    if locale_id == DEFAULT:
        faults += [
            f"tone or letter form: {text!r}" for text in sources(message) if place_tones(nfc(text)) != text
        ]
        faults += [f"spaces at the edge: {text!r}" for text in sources(message) if text != text.strip()]
        faults += [
            f"line break, write {{% trans trimmed %}}: {text!r}" for text in sources(message) if "\n" in text
        ]
    entry = catalogue.get(message.id, message.context)
    if entry is None:
        return [*faults, f"missing, run update: {source!r}"]
    if entry.fuzzy:
        faults.append(f"marked fuzzy, so not shown: {source!r}")
    if locale_id in _COMPLETE and not all(strings(entry)):
        faults.append(f"not translated: {source!r}")
    found = (mismatch(message, text) for text in strings(entry) if text)
    return [*faults, *filter(None, found)]


def _values(text: str) -> Counter[tuple[str, str]]:
    return Counter(_VALUE.findall(text.replace("%%", "")))


def _tags(text: str) -> Counter[str]:
    return Counter(tag.lower() for tag in _TAG.findall(text))


def _write(catalogue: Catalog, path: Path, locale_id: str) -> None:
    """Write only if the content differs, so that running twice changes nothing."""
    catalogue.header_comment = f"# Học Số: {LOCALES[locale_id].own_name}"
    catalogue.project, catalogue.version, catalogue.fuzzy = "Học Số", "1", False
    out = BytesIO()
    _put_in_order(catalogue)
    write_po(out, catalogue, width=0, include_lineno=False)
    content = _NOISE.sub(b"", out.getvalue())
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _put_in_order(catalogue: Catalog) -> None:
    """By the files they stand in, then by their text; what is no longer used by text.

    Babel's own order goes by line numbers, which a catalogue that was read from its file does not have:
    a merged or imported one came out in another order than an updated one.
    """
    messages = sorted((message for message in catalogue if message.id), key=_place)
    for message in messages:
        catalogue.delete(message.id, message.context)
    for message in messages:
        catalogue[message.id] = message
    unused = sorted(catalogue.obsolete.items(), key=lambda item: _text(item[1]))
    catalogue.obsolete.clear()
    catalogue.obsolete.update(unused)


def _place(message: Message) -> tuple[list[str], tuple[str, ...], str]:
    return sorted({name for name, _line in message.locations}), *_text(message)


def _text(message: Message) -> tuple[tuple[str, ...], str]:
    return sources(message), message.context or ""
