"""The words of the screens in each language, read from the catalogues without compiled files.

`python -m i18n.messages extract|update|check|export-csv|import-csv` keeps the catalogues in step with
the templates and the code.
"""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from time import monotonic

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from i18n.locales import DEFAULT, LOCALES, chain

CATALOGUES = Path(__file__).parents[1] / "catalogues"
PSEUDO = "x-pseudo"
"""A locale that brackets every word that passes through a catalogue: what has no brackets was hard-coded."""

_SECOND = 1.0
_recent: dict[str, tuple[float, gettext.NullTranslations]] = {}
"""When each locale's files were last looked at, and what was in them."""


class CatalogueError(ValueError):
    """A catalogue could not be read; the message names the file and what is wrong."""


class PseudoTranslations(gettext.NullTranslations):
    """Puts ⟦ ⟧ around every message, for finding words that are in no catalogue."""

    def gettext(self, message: str) -> str:
        """The message itself, marked."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The message itself, marked."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    def pgettext(self, context: str, message: str) -> str:
        """The message itself, marked."""
        return self.gettext(message)


def translations(locale_id: str) -> gettext.NullTranslations:
    """The words for one locale of LOCALES (or PSEUDO); what is missing falls back along its chain.

    Every other id gives Vietnamese. Cheap to call for each word: a catalogue is read once, and its file
    is looked at again at most once a second. Raises CatalogueError for a catalogue that cannot be read.
    """
    looked_at, found = _recent.get(locale_id, (-_SECOND, None))
    now = monotonic()
    if found is None or now - looked_at >= _SECOND:
        found = _current(locale_id)
        if locale_id in LOCALES:
            _recent[locale_id] = (now, found)
    return found


def forget() -> None:
    """Look at every catalogue's file again on the next call."""
    _recent.clear()


def catalogue_path(locale_id: str, folder: Path = CATALOGUES) -> Path:
    """Where the catalogue of a locale is."""
    return folder / locale_id / "LC_MESSAGES" / "messages.po"


def read_catalogue(locale_id: str, folder: Path = CATALOGUES) -> Catalog:
    """The catalogue of a locale, empty if it has no file. Raises CatalogueError."""
    path = catalogue_path(locale_id, folder)
    babel_id = LOCALES[locale_id].babel
    if not path.is_file():
        return Catalog(locale=babel_id)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=babel_id, abort_invalid=True)
    except (PoFileError, ValueError, OSError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def _current(locale_id: str) -> gettext.NullTranslations:
    if locale_id == PSEUDO:
        return PseudoTranslations()
    known = locale_id if locale_id in LOCALES else DEFAULT
    return _chained(tuple((name, _stamp(catalogue_path(name))) for name in chain(known)))


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=32)
def _chained(stamped: tuple[tuple[str, int], ...]) -> gettext.NullTranslations:
    first, *rest = [_load(name) for name, _stamp_of_file in stamped]
    for fallback in rest:
        first.add_fallback(fallback)
    return first


def _load(locale_id: str) -> gettext.NullTranslations:
    catalogue = read_catalogue(locale_id)
    if not any(message.id and message.string and any(message.string) for message in catalogue):
        # Vietnamese is the source: its catalogue may stay empty, and each message stands for itself.
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
