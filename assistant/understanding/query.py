"""What was asked: the words as heard, and the kind of answer they call for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.understanding.intents import FIELD_INTENTS, HOW, OTHER, intent_of, way_of, without_intents
from i18n.foreign import is_foreign
from i18n.vietnamese import Restorer, clean, expand_short_forms, fold, has_diacritics, syllables

LONGEST = 500
"""Letters that are read; a longer text is cut there."""

FEW_MARKS = 0.2
"""Share of marked syllables under which a question counts as typed without diacritics; text that was
typed with them has three in four."""

KEPT_TURNS = 5
OWN_TOPIC = 3
"""Telling words from which a follow-up speaks of a thing of its own."""

_LEANS_BACK = re.compile(r"^(?:thế|vậy|còn|rồi|nếu|nhưng|thì|mà|ừ)\b")
_ONLY_ASKS = re.compile(
    r"^(?:mat |het |ton |can |nop |lam |vay |the )*(?:bao lau|bao nhieu(?: tien| ngay)?|o dau|giay to gi"
    r"|giay gi|gi|may ngay|may tien|phi|le phi|ai lam|khi nao)\b"
)

STOP = frozenset(
    """ạ à ai anh ba bà bác bạn bằng bên bị bởi các cách cái cần cháu chắc chị cho chú chưa chúng chút chỗ
    có con còn cô của cũng cứ cụ dạ đã đang đâu đây để đến đi đó được em gì giờ giúp hả hay hãy hết
    hỏi hộ khi không kiểu là làm lại lên lúc mà mấy mẹ mình mới một muốn nào này nên nếu ngay người
    nha nhà nhé nhỉ nhiều nhiêu những như nhưng nó nơi ơi ông phải qua quá ra rằng rất rồi sao sau
    sẽ ta tại thấy thế theo thì thôi tôi trên trong từ tui và vẫn vào vậy về vì việc với vừa xin
    biết đấy bao mất lâu hè hỉ dậy bây tụi chớ ổng bả má đứa tía nghen nè nớ nọ rứa chừ""".split()  # noqa: SIM905
)
"""Words that tell nothing of the topic, with their marks: bare "the" may be "thế" or "thẻ"."""

_NAMED = frozenset({"hộ", "lại"})
"""Idle in talk, telling in the name of a record: "hộ chiếu", "cấp lại"."""

_PAPERWORK = frozenset(
    """tiền phí lệ thủ tục hồ sơ tờ nộp xong mấy ngày bao nhiêu lâu đâu gì nào vậy xin online mạng trực
    tuyến chờ đợi nhanh chậm tốn""".split()  # noqa: SIM905
)
"""Words that tell how something is asked, not what record it is about."""

_OF_ANY_PAPER = frozenset(
    """dang ky cap lai don han gia truong hop nho thay o cho khac ket qua ho so giay to tuoi dieu kien buoc
    xa phuong tinh quay nop truc tiep mang online buu dien le phi tien uy quyen duoc can phai dung nhan ra
    bo sung tra loi ban chinh ban sao viet mau ngay thang gio lam xong som muon tre qua dau het""".split()  # noqa: SIM905
)
"""Words without marks that every piece of paperwork has: after an earlier question they tell no new topic."""

_WHO_ASKS = re.compile(
    r"(?i:(?:(?:số|địa chỉ|email|thư|thẻ|mã|tài khoản)(?: [^\W\d_]+){0,5} )?\[[^\]]{2,40}\],?)"
    r"|\b(?i:tôi|em|mình|con|cháu|tui) tên(?: là)?(?: [A-ZĐ]\w*){1,5},?"
)
"""What people say of themselves before they ask: their name, and numbers that were covered."""

_SAYS_HOW = _OF_ANY_PAPER | frozenset(
    """dung that phai duoc tin on nen can chac an toan tot hay xa gan kho de vay the nay kia do sao het bi co
    hop le phap nguy hiem quan trong bat buoc khong chua""".split()  # noqa: SIM905
)
"""Words without marks that judge a thing and do not name it: “Có đúng không?”, “Có an toàn không?”."""

_PEOPLE = frozenset(
    """con chau vo chong me bo ba ma cha ong nguoi nha toi em anh chi be tre tuoi gia nho
    lon""".split()  # noqa: SIM905
)
"""Words without marks that tell for whom something is asked, not what."""

_AMOUNT = re.compile(r"\b(?:bao nhieu|may|bao nhiu)\b")
_WHETHER = re.compile(r"\b(?:khong|chua|ko|hong|hok)\b(?: (?:a|vay|nhi|ha|the|em|anh|chi|ban))*\W*$")
_AGE = re.compile(r"(\d{1,3}) tuổi")


@dataclass(frozen=True)
class Query:
    """A question made ready: `typed` as it may be shown and stored, `heard_as` as it is searched.

    `intent` says what kind of answer it calls for; `folded` whether it was typed without diacritics;
    `leans_back` whether the turn before was needed to understand it; `way` whether it asks of doing
    something online, in person or by post.
    """

    typed: str
    heard_as: str
    intent: str
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
        return own_topic(self.called) or self.words

    @property
    def called(self) -> str:
        """What records are searched by: the question, with the ages that rules speak of."""
        return " ".join((self.heard_as, *(age_group(int(age)) for age in _AGE.findall(self.heard_as))))


def own_topic(text: str) -> tuple[str, ...]:
    """The words of a text that are not about fees, times or papers, without diacritics; perhaps none."""
    kept = set(syllables(without_intents(text)))
    idle = (STOP | _PAPERWORK) - _NAMED
    words = (fold(word) for word in syllables(text) if word not in idle)
    return tuple(dict.fromkeys(word for word in words if word in kept))


def age_group(age: int) -> str:
    """How rules name people of an age: what they may have and how it is made hangs on it."""
    if age < 6:
        return "dưới 6 tuổi dưới 14 tuổi trẻ em"
    return "dưới 14 tuổi" if age < 14 else "từ đủ 14 tuổi trở lên"


def understand(
    asked: str,
    restorer: Restorer,
    history: Sequence[str] = (),
) -> Query:
    """Read a question that was cleaned and masked. `history`: earlier questions, newest last.

    A question that leans on the one before takes its topic from there, and its intent too if it has none
    of its own; the one before may lean on its own past, up to five turns back.
    """
    read: Query | None = None
    for turn in (*history[-KEPT_TURNS:], asked):
        read = _understand_after(turn, restorer, read)
    return read


def _understand_after(asked: str, restorer: Restorer, before: Query | None) -> Query:
    folded = lacks_marks(asked)
    asked_of = _WHO_ASKS.sub(" ", asked).strip() or asked
    # Marks on an English question make other words of it.
    foreign = folded and is_foreign(expand_short_forms(asked_of))
    heard = asked_of if foreign else restorer.mend(expand_short_forms(asked_of), folded)
    intent, way = intent_of(heard), way_of(heard)
    leans_back = before is not None and leans_on_the_past(heard)
    if before is not None and leans_back:
        intent = (
            before.intent if intent in (OTHER, HOW) and (way or before.intent in FIELD_INTENTS) else intent
        )
        if has_topic_of_its_own(heard):
            return Query(asked, heard, intent, folded, True, way)
        topic = clean(topic_of(before)).rstrip("?!. ")
        if _AGE.search(heard):
            topic = _AGE.sub("", topic)
        heard = f"{topic}: {heard}"
    return Query(asked, heard, intent, folded, leans_back, way)


def has_topic_of_its_own(heard: str) -> bool:
    """Whether a follow-up asks the same of another thing: "Còn chứng thực chữ ký?"."""
    words = [word for word in own_topic(heard) if word not in _PEOPLE | _OF_ANY_PAPER and not word.isdigit()]
    return len(words) >= OWN_TOPIC


def topic_of(query: Query) -> str:
    """The words of a question that the next one may lean on: without what it asked of its topic before."""
    return query.heard_as.split(": ")[0] if query.leans_back else query.heard_as


def lacks_marks(text: str) -> bool:
    """Whether a text was typed without diacritics, or nearly so."""
    words = [word for word in syllables(text) if not word[0].isdigit()]
    marked = sum(has_diacritics(word) for word in words)
    return not words or marked / len(words) < FEW_MARKS


def leans_on_the_past(heard: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if _OF_ANY_PAPER.issuperset(own_topic(heard)):
        return True
    begins = _LEANS_BACK.search(heard.strip().lower()) or _ONLY_ASKS.search(fold(heard).strip())
    return len(content_words(heard)) <= 4 and begins is not None


@lru_cache(maxsize=8192)
def names_nothing(text: str) -> bool:
    """Whether a question says only how it asks, of a thing that was named before: “Hết bao nhiêu tiền?”.

    An answer to such words is right for that thing alone, and for whoever named it.
    """
    if asks_for(text) == "whether" and _SAYS_HOW.issuperset(content_words(text)):
        return True
    if not leans_on_the_past(text):
        return False
    asks = intent_of(text) in FIELD_INTENTS or way_of(text) is not None
    return asks or _LEANS_BACK.search(text.strip().lower()) is not None


def asks_for(text: str) -> str:
    """What a question wants to know of its topic: one of FIELD_INTENTS, `amount`, `whether`, or ""."""
    intent = intent_of(text)
    if intent in FIELD_INTENTS:
        return intent
    plain = fold(text)
    if _AMOUNT.search(plain):
        return "amount"
    return "whether" if _WHETHER.search(plain) else ""


def content_words(text: str) -> tuple[str, ...]:
    """The words that tell what a text is about, without diacritics, each once."""
    return tuple(dict.fromkeys(fold(word) for word in syllables(text) if word not in STOP))
