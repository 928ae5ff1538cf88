"""All words that are listened for, found in a question at once: one look for each word that was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from i18n.vietnamese.typed_words import DOUBTFUL, SURE, TypedWords, Word, how_it_fits

MOST_KNOWN = 8192
"""Typed words whose fits are remembered; people use the same few thousand."""

Places = Mapping[str, list[tuple[int, int]]]
"""For each wanted word that was typed, by its letters: (place, how it fits) in their order."""


class WantedWords:
    """The words of many phrases, ready to be looked for together."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._by_letter: dict[str, list[Word]] = {}
        for one in {one.typed: one for one in words}.values():
            self._by_letter.setdefault(one.bare[:1], []).append(one)
        self._known: dict[str, list[tuple[str, int]]] = {}
        """What a typed word may be: (wanted word, how it fits), less sure in a text that has marks."""
        self._known_unmarked: dict[str, list[tuple[str, int]]] = {}

    def places_in(self, heard: TypedWords) -> Places:
        """Where each wanted word stands in a question; words that do not are left out."""
        found: dict[str, list[tuple[int, int]]] = {}
        for place, typed in enumerate(heard.words):
            for wanted, fit in self._fits(typed, heard.marked and not typed.marked):
                found.setdefault(wanted, []).append((place, fit))
        return found

    def _fits(self, typed: Word, marks_left_out: bool) -> list[tuple[str, int]]:
        known = self._known_unmarked if marks_left_out else self._known
        fits = known.get(typed.typed)
        if fits is None:
            if len(known) >= MOST_KNOWN:
                known.clear()
            near = self._by_letter.get(typed.bare[:1], ())
            fits = known[typed.typed] = [
                (wanted.typed, _less_sure(fit, wanted) if marks_left_out else fit)
                for wanted in near
                if (fit := how_it_fits(typed, wanted)) is not None
            ]
        return fits


def _less_sure(fit: int, wanted: Word) -> int:
    """Who writes marks means "quen" by "quen": then it is at best a slip for "quên"."""
    return DOUBTFUL if fit == SURE and wanted.marked else fit
