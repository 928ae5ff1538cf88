"""What stands on the buttons of a question back."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import NOT_THESE

MOST = 6
"""More fill a telephone's screen and are read by nobody."""
JOINT = " – "
"""Between a lesson's title and its section's heading, as the assistant writes them."""
ASKED = ": "
"""Between a procedure's name and what is asked of it, which is the same on all buttons."""
LONGEST = 14
"""Words on a button; official names have up to a hundred."""
HEAD, TAIL, SEEN = 5, 10, 4
"""Words kept of the beginning and of what differs, where two long names begin alike; and how many words of
a name must be its own before its beginning alone tells it apart."""
CUT = "…"


def told_apart(choices: Sequence[str]) -> list[tuple[str, str]]:
    """(choice, words on its button) of the first ones: no more of each than tells it apart.

    The way to a person is no question: every page has it beside the choices, whether it is named or not.
    """
    shown = [choice for choice in choices if choice != NOT_THESE][:MOST]
    words = _distinct([choice.rpartition(JOINT)[2] for choice in shown], shown)
    words = _distinct(_without_common_end(words), words)
    words = _distinct(_shortened(words), words)
    return list(zip(shown, words, strict=True))


def _distinct(shorter: list[str], longer: list[str]) -> list[str]:
    """The shorter words, unless two of them are the same."""
    return shorter if len(set(shorter)) == len(shorter) else longer


def _without_common_end(choices: list[str]) -> list[str]:
    """“Làm căn cước” of “Làm căn cước: hết bao nhiêu tiền?”, where all ask the same; the page says what."""
    cut = [choice.rpartition(ASKED) for choice in choices]
    is_same = len(choices) > 1 and len({end for _name, _joint, end in cut}) == 1
    return [name for name, _joint, _end in cut] if is_same and all(name for name, _, _ in cut) else choices


def _shortened(choices: list[str]) -> list[str]:
    """Long ones with their beginning only, or with what differs from others that begin alike."""
    words = [choice.split() for choice in choices]
    return [_short(one, [other for other in words if other is not one]) for one in words]


def _short(words: list[str], others: list[list[str]]) -> str:
    if len(words) <= LONGEST:
        return " ".join(words)
    alike = max((_in_common(words, other) for other in others), default=0)
    if alike + SEEN <= LONGEST:
        return _cut(words, LONGEST)
    begin = min(alike - 1, len(words) - TAIL)
    return f"{' '.join(words[:HEAD])} {CUT} {_cut(words[begin:], TAIL)}"


def _in_common(words: list[str], other: list[str]) -> int:
    """How many words two names begin with alike; a comma does not tell them apart."""
    pairs = zip(words, other, strict=False)
    bare = (one.strip(",;.").lower() == two.strip(",;.").lower() for one, two in pairs)
    return next((place for place, same in enumerate(bare) if not same), min(len(words), len(other)))


def _cut(words: list[str], most: int) -> str:
    kept = " ".join(words[:most])
    return kept if len(words) <= most or kept.endswith(CUT) else f"{kept.rstrip(' ,;(/')} {CUT}"
