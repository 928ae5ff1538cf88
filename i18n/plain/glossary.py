"""Technical words and their plain explanation, and the word in a community's language where reviewed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from i18n import tables
from i18n.vietnamese.letters import clean, is_well_formed, place_tones
from i18n.vietnamese.splitting import syllables, written_syllables

_DATA = Path(__file__).parents[1] / "data" / "glossary.yaml"


class GlossaryError(ValueError):
    """The glossary has an entry that is incomplete, or two entries for one word."""


@dataclass(frozen=True)
class Entry:
    """One technical word.

    `plain` is one or two sentences of at most 15 words. `locales` maps ISO 639-3 to
    {"word": …, "reviewer": …}: nothing stands there that no speaker reviewed.
    """

    term: str
    plain: str
    aliases: tuple[str, ...] = ()
    locales: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The term and its aliases."""
        return (self.term, *self.aliases)


class Glossary:
    """Entries by term or alias; read-only."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self._by_word: dict[str, Entry] = {}
        for entry in entries:
            for word in entry.words:
                known = self._by_word.setdefault(_key(word), entry)
                if known is not entry:
                    raise GlossaryError(f"{word!r} stands for both {known.term!r} and {entry.term!r}")
        # “AI” in small letters is who, “PIN” a battery: such words count as they are written.
        self._as_written = {
            tuple(syllables(word)): {
                tuple(written_syllables(own)) for own in entry.words if _key(own) == word
            }
            for word, entry in self._by_word.items()
            if all(_is_name_only(own) for own in entry.words if _key(own) == word)
        }
        self._by_syllables = {tuple(syllables(word)): entry for word, entry in self._by_word.items()}
        self._longest = max(map(len, self._by_syllables), default=0)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def get(self, term: str) -> Entry | None:
        """The entry for a term or an alias, whatever its Unicode form or tone style; else None.

        Its case counts only where small letters make another Vietnamese word of it.
        """
        written = self._as_written.get(tuple(syllables(term)))
        if written is not None and tuple(written_syllables(term)) not in written:
            return None
        return self._by_word.get(_key(term))

    def find(self, text: str) -> tuple[Entry, ...]:
        """Entries whose term or alias stands in `text`, in order of first appearance, longest word first."""
        tokens, written = syllables(text), written_syllables(text)
        is_shouted = text.isupper()
        found: dict[str, Entry] = {}
        start = 0
        while start < len(tokens):
            size = self._size_at(tokens, start)
            here = tuple(tokens[start : start + size])
            names = self._as_written.get(here)
            if names is not None and (
                (is_shouted and len(tokens) > size) or tuple(written[start : start + size]) not in names
            ):
                start += size
                continue
            if size:
                entry = self._by_syllables[here]
                found.setdefault(entry.term, entry)
            start += size or 1
        return tuple(found.values())

    def _size_at(self, tokens: list[str], start: int) -> int:
        """How many tokens the longest known word at `start` has; 0 if none begins there."""
        longest = min(self._longest, len(tokens) - start)
        sizes = range(longest, 0, -1)
        return next((size for size in sizes if tuple(tokens[start : start + size]) in self._by_syllables), 0)


@lru_cache(maxsize=1)
def load() -> Glossary:
    """The project's glossary, read once. Raises GlossaryError."""
    return read(_DATA)


def read(path: Path) -> Glossary:
    """A glossary from a YAML file. Raises GlossaryError naming the entry that is wrong."""
    rows = tables.read(path.read_text(encoding="utf-8")) or []
    return Glossary(tuple(_entry(number, row) for number, row in enumerate(rows, 1)))


def _entry(number: int, row: object) -> Entry:
    if not isinstance(row, dict) or not row.get("term") or not row.get("plain"):
        raise GlossaryError(f"entry {number}: it needs a term and a plain explanation")
    locales = row.get("locales") or {}
    unreviewed = [iso for iso, word in locales.items() if not word.get("word") or not word.get("reviewer")]
    if unreviewed:
        raise GlossaryError(f"{row['term']!r}: no word or no reviewer for {', '.join(unreviewed)}")
    return Entry(
        term=clean(str(row["term"])),
        plain=clean(str(row["plain"])),
        aliases=tuple(clean(str(alias)) for alias in row.get("aliases") or ()),
        locales=MappingProxyType({iso: MappingProxyType(dict(word)) for iso, word in locales.items()}),
    )


def _is_name_only(word: str) -> bool:
    """Whether a word is all capitals, and its letters in small would be Vietnamese: AI, PIN."""
    return word.isupper() and all(is_well_formed(one) for one in syllables(word))


def _key(word: str) -> str:
    return place_tones(clean(word).lower())
