"""What was asked: the words as heard, and the form of answer they call for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from i18n.vietnamese import Restorer, clean, expand_short_forms, fold, has_diacritics, syllables

LONGEST = 500
"""Letters that are read; a longer text is cut there."""

FEW_MARKS = 0.2
"""Share of marked syllables under which a question counts as typed without diacritics; text that was
typed with them has three in four."""

KEPT_TURNS = 5

FEE, TIME, DOCUMENTS, PLACE, DEFINITION, SCAM, HOW, LISTING, OTHER = (
    "fee", "time", "documents", "place", "definition", "scam", "how", "listing", "other",
)  # fmt: skip
_FORMS = (
    (FEE, r"bao nhieu tien|mat tien|ton tien|ton phi|le phi|\bphi\b|mat bao nhieu|bao nhieu dong|mien phi"),
    (TIME, r"bao lau|may ngay|bao nhieu ngay|khi nao|may gio|luc nao|bao gio|thoi han|mat may"),
    (DOCUMENTS, r"giay to gi|can gi|mang gi|mang theo|can nhung gi|chuan bi gi|ho so gi|gom nhung|can giay"),
    (SCAM, r"lua dao (?:khong|k|ko)|co phai (?:la )?lua|lua khong|that khong|that hay gia|co nen|co sao"),
    (DEFINITION, r"la gi|nghia gi|nghia la|la cai gi|la sao\b|la the nao|la nhu the nao"),
    (LISTING, r"\b(?:nhung|cac) (?:\S+ ){0,5}(?:gi|nao)\b|gom gi|ke ra|liet ke"),
    (HOW, r"lam sao|the nao|cach|lam gi|cac buoc|huong dan|nhu nao|phai lam|sao de|chi (?:toi|giup)|ra sao"),
    (PLACE, r"o dau|cho nao|noi nao|den dau|di dau"),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _FORMS)
_LEANS_BACK = re.compile(
    r"^(?:the|vay|con|roi|neu|nhung|the con|vay con|the neu)\b|^(?:mat )?(?:bao lau|bao nhieu tien|o dau)\W*$"
)
STOP = frozenset(
    """ạ à ai anh ba bà bác bạn bằng bên bị bởi các cách cái cần cháu chắc chị cho chú chưa chúng chút chỗ
    có con còn cô của cũng cứ cụ dạ đã đang đâu đây để đến đi đó được em gì giờ giúp hả hay hãy hết
    hỏi hộ khi không kiểu là làm lại lên lúc mà mấy mẹ mình mới một muốn nào này nên nếu ngay người
    nha nhà nhé nhỉ nhiều nhiêu những như nhưng nó nơi ơi ông phải qua quá ra rằng rất rồi sao sau
    sẽ ta tại thấy thế theo thì thôi tôi trên trong từ tui và vẫn vào vậy về vì việc với vừa xin
    biết đấy bao mất lâu""".split()  # noqa: SIM905
)
"""Words that tell nothing of the topic, with their marks: bare "the" may be "thế" or "thẻ"."""


@dataclass(frozen=True)
class Question:
    """A question made ready: `asked` as it may be shown and stored, `heard_as` as it is searched.

    `form` says what kind of answer it calls for; `folded` whether it was typed without diacritics;
    `leans_back` whether the turn before was needed to understand it.
    """

    asked: str
    heard_as: str
    form: str
    folded: bool
    leans_back: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Its telling words, without diacritics, each once."""
        return content_words(self.heard_as)


def understand(asked: str, restorer: Restorer, history: Sequence[str] = ()) -> Question:
    """Read a question that was cleaned and masked. `history`: earlier questions, newest last."""
    folded = lacks_marks(asked)
    heard = expand_short_forms(asked)
    if folded:
        heard = restorer.restore(fold(heard))
    before = history[-KEPT_TURNS:]
    leans_back = bool(before) and leans_on_the_past(heard)
    form = form_of(heard)
    if leans_back:
        earlier = restorer.restore(before[-1]) if lacks_marks(before[-1]) else before[-1]
        heard = f"{clean(earlier).rstrip('?!. ')}: {heard}"
    return Question(asked, heard, form, folded, leans_back)


def lacks_marks(text: str) -> bool:
    """Whether a text was typed without diacritics, or nearly so."""
    words = [word for word in syllables(text) if not word[0].isdigit()]
    marked = sum(has_diacritics(word) for word in words)
    return not words or marked / len(words) < FEW_MARKS


def leans_on_the_past(heard: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    return len(content_words(heard)) <= 3 and _LEANS_BACK.search(fold(heard).strip()) is not None


def form_of(text: str) -> str:
    """The form of answer that is asked for."""
    folded = fold(text)
    return next((name for name, pattern in _COMPILED if pattern.search(folded)), OTHER)


def content_words(text: str) -> tuple[str, ...]:
    """The words that tell what a text is about, without diacritics, each once."""
    return tuple(dict.fromkeys(fold(word) for word in syllables(text) if word not in STOP))
