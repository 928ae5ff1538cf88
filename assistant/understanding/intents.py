"""What kind of answer a question calls for, told by the ways in which people ask."""

from __future__ import annotations

import re

from assistant.weights import weight
from i18n.vietnamese import fold

FEE, TIME, DOCUMENTS, PLACE, WHO, RESULT = "fee", "time", "documents", "place", "who", "result"
DEADLINE, AMOUNT, SHEET, OVERVIEW = "deadline", "amount", "sheet", "overview"
DEFINITION, SCAM, HOW, LISTING, OTHER = "definition", "scam", "how", "listing", "other"
FIELD_INTENTS = (FEE, TIME, DOCUMENTS, PLACE, WHO, RESULT)
"""Intents whose answer is a field of a record.

A deadline is until when something must be done, not how long it takes; an amount is what one is paid or
fined, not what it costs; a sheet is the printed form to fill in, one paper among others.
"""

ONLINE, DIRECT, POSTAL = "online", "direct", "postal"

_CONDITION = "condition"
"""Asked of what must be so before one may; answered like who may."""

# Written without diacritics, tried in this order; a line is one way of asking.
_WAYS_OF_ASKING = {
    DEADLINE: r"""
        (?:may|nhieu) (?:ngay|gio|thang|bua|hom) (?:thi )?(?:la )?phai
        truoc (?:may|bao nhieu) (?:gio|ngay|bua|hom)
        (?:khi nao|luc nao|bao gio|bao lau|bao nhieu ngay|may ngay|chung nao) (?:thi )?phai
        phai (?:\S+ ){0,7}trong (?:vong |thoi han )?(?:may|bao nhieu)|^(?:the )?han (?:nop|cuoi|dang ky|lam)
        thong bao .*(?:luc nao|khi nao|may gio)|phai .*truoc (?:luc nao|khi nao)|tre nhat|cham nhat|han chot
        (?:dang ky|khai|nop|bao|lam) (?:muon|tre) nhat""",
    AMOUNT: r"""
        \b(?:duoc|nhan|huong|linh|lanh)(?: duoc)? (?:bao nhieu|may) (?:tien|dong|trieu)
        \b(?:tro cap|luong|luong huu|tien tuat)\b (?:\S+ ){0,5}bao nhieu (?:tien )?(?:mot|moi|hang|1) thang
        \bmuc (?:dong|huong|phat)\b|\b(?:mua|dong) (?:\S+ ){0,8}bao hiem (?:\S+ ){0,10}bao nhieu
        bao hiem (?:\S+ ){0,8}dong bao nhieu|\bphat (?:tien )?(?:bao nhieu|may)|\bbi phat\b
        \bgia (?:vang|xang|dat|lua|gao)\b|\bgia (?:mot|1|thue|nha)\b.*bao nhieu|lai suat
        (?:luong|hoc phi|tien cong|tien hoc|thu lao) (?:\S+ ){0,4}(?:bao nhieu|may)
        (?:duoc|nhan|huong|linh|lanh) (?:bao nhieu|may)\W*$|moi (?:chau|nguoi|em|dua) (?:\S+ ){0,2}bao nhieu
        lay (?:tien )?cong (?:\S+ ){0,2}bao nhieu""",
    _CONDITION: r"""
        \bdong (?:\S+ ){0,7}(?:bao lau|(?:may|bao nhieu) (?:thang|nam)) (?:\S+ ){0,5}(?:duoc|dc)\b
        the nao (?:thi |moi )+(?:\S+ ){0,2}(?:duoc|dc|phai)\b|dieu kien|truong hop nao
        (?:bao nhieu|may) tuoi|khi nao (?:thi )?(?:moi )?(?:duoc|dc) (?:lam|cap|huong|nhan)""",
    FEE: r"""
        ^(?:(?:the |vay )?con )?(?:tien|phi|gia(?! han))\b|bao nhieu tien|may tien|nhieu tien|mat tien
        ton tien|dong tien|nop tien|tien nong|le phi|chi phi|ton phi|(?<!hoc )(?<!vien )(?<!kinh )\bphi\b
        mien phi|ton kem
        bao nhieu dong|may dong|gia (?:bao nhieu|sao|the nao)|may (?:nghin|ngan|tram|chuc)
        (?:mat|ton|het|tra|dong|nop) (?:bao nhieu|may)(?! (?:ngay|thoi|lau|gio|thang|hom|bua|tuan|to))
        thu bao nhieu""",
    TIME: r"""
        bao lau|may ngay|(?:bao )?nhieu (?:ngay|hom|bua|lau|tuan|thang|gio|thoi gian)|khi nao|may gio|luc nao
        bao gio|thoi han|thoi gian|mat may|may hom|may bua|bua nao|hom nao|may tuan|may thang|chung nao
        (?:co|xong|lay) lien|nhanh nhat""",
    SHEET: r"""
        (?:to khai|mau|phieu|don|bieu mau|mau don|mau to khai) (?:gi|nao|so may|may)\b""",
    DOCUMENTS: r"""
        ^(?:giay to|ho so|thanh phan ho so) (?!bi\b|mat\b|gia\b|cua\b|tuy)
        giay to (?:gi|nao)|giay (?:gi|nao)|(?:can|phai co) (?:nhung )?(?:cai )?gi\b|can giay|gom (?:nhung|co)
        (?:mang|dem|cam|lay|nop|dua) (?:theo )?(?:nhung )?(?:cai )?gi\b|(?:mang|dem|cam) theo|to gi\b
        chuan bi (?:nhung )?(?:cai )?gi|ho so (?:gom|gi|can|nhu)|thanh phan ho so
        (?:to khai|mau|phieu|don|bieu mau|mau don) (?:gi|nao|so may|may)\b""",
    SCAM: r"""
        lua dao (?:khong|k|ko)|co phai (?:la )?lua|lua khong|that khong|that hay gia|co nen|co sao""",
    WHO: r"""
        \bai (?:\S+ ){0,2}(?:duoc|dc|co quyen|phai)\b|doi tuong (?:nao|duoc)|nhung ai|ai co the
        (?:lam|nop|di|nhan) thay\b|uy quyen duoc
        nho (?:nguoi|con|chong|vo|ban|anh|chi|em) (?:\S+ ){0,4}(?:nop|lam|di|nhan)\b""",
    RESULT: r"""
        (?:nhan|lay|cap|ra) (?:duoc )?(?:giay gi|ket qua gi|cai gi)|ket qua (?:la gi|gi|nhan)""",
    DEFINITION: r"""
        la gi|nghia gi|nghia la|la cai gi|la sao\b|la the nao|la nhu the nao""",
    LISTING: r"""
        \b(?:nhung|cac) (?:\S+ ){0,5}(?:gi|nao)\b|gom gi|ke ra|liet ke""",
    PLACE: r"""
        o dau|cho nao|noi nao|den dau|di dau|toi dau|ra dau|dau (?:lam|nop|nhan|vay)
        co quan nao|gap ai|hoi ai|cho dau|\bo (?:xa|phuong|tinh) hay\b|ben nao (?:lam|nhan|giai quyet)""",
    HOW: r"""
        lam sao|the nao|cach|lam gi|cac buoc|huong dan|nhu nao|phai lam|sao de|chi (?:toi|giup)
        ra sao|trinh tu""",
}
_WAYS_OF_DOING = {
    POSTAL: r"buu dien|buu chinh|gui thu|chuyen phat",
    ONLINE: r"qua mang|tren mang|online|truc tuyen|qua vneid|tren vneid|qua cong|tren dien thoai|o nha",
    DIRECT: r"truc tiep|tai quay|mot cua|den tan noi|(?:ra|len|tai) (?:xa|phuong)",
}


_DIALECT = (
    (re.compile(r"\b(nop|can|dem|mang|cam|co|lay|giay|to|don|lam|bi|cai|theo|xin|dua) chi\b"), r"\1 gi"),
    (re.compile(r"\b(o|cho|di|toi|den|ra) mo\b"), r"\1 dau"),
    (re.compile(r"\b(?:ra|lam|mang) rang\b"), "lam sao"),
    (re.compile(r"(?<!bao )(?<!rat )\bnhieu\b(?= (?:tien|ngay|hom|bua|lau|do)|\W*$)"), "bao nhieu"),
)


def _compiled(ways: dict[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    lines = {name: (line.strip() for line in pattern.splitlines()) for name, pattern in ways.items()}
    return tuple((name, re.compile("|".join(filter(None, own)))) for name, own in lines.items())


_FREE_ASIDE = re.compile(r"\b(?:khong|ko|khoi) (?:mat|ton|phai tra|phai dong) tien (?=\S+ \S+ \S+)")
"""“muốn nhờ luật sư không mất tiền thì nộp đơn ở đâu” asks no fee."""

_INTENTS, _WAYS = _compiled(_WAYS_OF_ASKING), _compiled(_WAYS_OF_DOING)
_OF_FIELDS = tuple(pattern for name, pattern in _INTENTS if name in (*FIELD_INTENTS, SHEET, DEADLINE))


def as_asked_in_the_north(folded: str) -> str:
    """Question words of the centre and the south in their commonest form; no marks in, none out."""
    for pattern, word in _DIALECT:
        folded = pattern.sub(word, folded)
    return folded


def intent_of(text: str) -> str:
    """The kind of answer that is asked for."""
    folded = _FREE_ASIDE.sub(" ", as_asked_in_the_north(fold(text)))
    intent = next((name for name, pattern in _INTENTS if pattern.search(folded)), OTHER)
    return WHO if intent == _CONDITION else intent


def way_of(text: str) -> str | None:
    """Online, in person or by post, if the question says so."""
    folded = fold(text)
    return next((name for name, pattern in _WAYS if pattern.search(folded)), None)


def without_intents(text: str) -> str:
    """The text, without diacritics, with the words taken out that ask for a fee, a time or papers."""
    folded = as_asked_in_the_north(fold(text))
    for pattern in _OF_FIELDS:
        folded = pattern.sub(" ", folded)
    return folded


_AMOUNT = re.compile(
    r"(?<![\d.,])[.,]*+\d[\d.,]*+\s*+(?:đồng|đ|nghìn|triệu|%)|phí|miễn phí|mất tiền|không mất|lệ phí",
    re.IGNORECASE,
)
_SUM = re.compile(r"(?<![\d.,])[.,]*+\d[\d.,]*+\s*+(?:dong|d\b|nghin|ngan|trieu|ty|%)")
_DURATION = re.compile(
    r"(?<!\d)\d++\s*+(?:ngày|giờ|phút|tháng|năm)|ngay khi|lập tức|giờ hành chính|thứ (?:hai|bảy)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"công an (?:xã|phường|cấp xã|nơi)|ủy ban|quầy|trụ sở|cửa hàng|kho ứng dụng|CH Play"
    r"|nơi (?:nhận|làm)|gov\.vn|nằm ở|ở (?:cạnh|góc|mép|đầu|dưới|trên)",
    re.IGNORECASE,
)


def intent_bonus(intent: str, item: str) -> float:
    """More for a sentence of the kind that was asked for: "how much" wants an amount above all."""
    if intent in (FEE, AMOUNT):
        return weight("sentences.amount") if _AMOUNT.search(item) else 0.0
    if intent in (TIME, DEADLINE):
        return weight("sentences.duration") if _DURATION.search(item) else 0.0
    if intent == PLACE:
        return weight("sentences.place") if _PLACE.search(item) else 0.0
    if intent == DEFINITION:
        return weight("sentences.definition") if " là " in item else 0.0
    return 0.0


def has_amount(folded: str) -> bool:
    """Whether a text without marks names a sum of money or a share."""
    return _SUM.search(folded) is not None
