"""What was asked: the words as heard, and the form of answer they call for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.forms import FIELD_FORMS, HOW, OTHER, form_of, way_of, without_forms
from i18n.vietnamese import Restorer, clean, expand_short_forms, fold, has_diacritics, syllables

LONGEST = 500
"""Letters that are read; a longer text is cut there."""

FEW_MARKS = 0.2
"""Share of marked syllables under which a question counts as typed without diacritics; text that was
typed with them has three in four."""

KEPT_TURNS = 5

_LEANS_BACK = re.compile(
    r"^(?:the|vay|con|roi|neu|nhung|thi|ma|u)\b"
    r"|^(?:mat |het |ton |can |nop |lam |vay |the )*(?:bao lau|bao nhieu(?: tien| ngay)?|o dau|giay to gi"
    r"|giay gi|gi|may ngay|may tien|phi|le phi|ai lam|khi nao)\b"
)
_PAPERWORK = frozenset(
    """tien phi le phi thu tuc ho so giay to nop xong dang ngay lam viec mang truc tuyen online buu dien
    can mat het ton bao nhieu may lau dau gi nao chi vay hong a voi cho xin chuan bi theo ngan
    dong""".split()  # noqa: SIM905
)
"""Words without marks that tell how something is asked, not what record it is about."""

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
    `leans_back` whether the turn before was needed to understand it; `way` whether it asks of doing
    something online, in person or by post.
    """

    asked: str
    heard_as: str
    form: str
    folded: bool
    leans_back: bool = False
    way: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Its telling words, without diacritics, each once."""
        return content_words(self.heard_as)

    @property
    def topic(self) -> tuple[str, ...]:
        """The telling words that are not about fees, times or papers: what a record is called by.

        All telling words, if nothing else is left.
        """
        kept = set(syllables(without_forms(self.heard_as)))
        topic = tuple(word for word in self.words if word in kept and word not in _PAPERWORK)
        return topic or self.words


def understand(asked: str, restorer: Restorer, history: Sequence[str] = ()) -> Question:
    """Read a question that was cleaned and masked. `history`: earlier questions, newest last.

    A question that leans on the one before takes its topic from there, and its form too if it has none
    of its own; the one before may lean on its own past, up to five turns back.
    """
    read: Question | None = None
    for turn in (*history[-KEPT_TURNS:], asked):
        read = _understand_after(turn, restorer, read)
    return read


def _understand_after(asked: str, restorer: Restorer, before: Question | None) -> Question:
    folded = lacks_marks(asked)
    heard = expand_short_forms(asked)
    if folded:
        heard = restorer.restore(fold(heard))
    form, way = form_of(heard), way_of(heard)
    leans_back = before is not None and leans_on_the_past(heard)
    if before is not None and leans_back:
        form = before.form if form in (OTHER, HOW) and (way or before.form in FIELD_FORMS) else form
        heard = f"{clean(topic_of(before)).rstrip('?!. ')}: {heard}"
    return Question(asked, heard, form, folded, leans_back, way)


def topic_of(question: Question) -> str:
    """The words of a question that the next one may lean on: without what it asked of its topic before."""
    return question.heard_as.split(": ")[0] if question.leans_back else question.heard_as


def lacks_marks(text: str) -> bool:
    """Whether a text was typed without diacritics, or nearly so."""
    words = [word for word in syllables(text) if not word[0].isdigit()]
    marked = sum(has_diacritics(word) for word in words)
    return not words or marked / len(words) < FEW_MARKS


def leans_on_the_past(heard: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    return len(content_words(heard)) <= 3 and _LEANS_BACK.search(fold(heard).strip()) is not None


def content_words(text: str) -> tuple[str, ...]:
    """The words that tell what a text is about, without diacritics, each once."""
    return tuple(dict.fromkeys(fold(word) for word in syllables(text) if word not in STOP))
