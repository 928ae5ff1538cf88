"""What kind of answer a question calls for, told by the ways in which people ask."""

from __future__ import annotations

import re

from i18n.vietnamese import fold

FEE, TIME, DOCUMENTS, PLACE, WHO, RESULT = "fee", "time", "documents", "place", "who", "result"
DEADLINE, AMOUNT, SHEET = "deadline", "amount", "sheet"
DEFINITION, SCAM, HOW, LISTING, OTHER = "definition", "scam", "how", "listing", "other"
FIELD_FORMS = (FEE, TIME, DOCUMENTS, PLACE, WHO, RESULT)
"""Forms whose answer is a field of a record.

A deadline is until when something must be done, not how long it takes; an amount is what one is paid or
fined, not what it costs; a sheet is the printed form to fill in, one paper among others.
"""

ONLINE, DIRECT, POSTAL = "online", "direct", "postal"

# Written without diacritics, tried in this order; a line is one way of asking.
_WAYS_OF_ASKING = {
    DEADLINE: r"""
        (?:may|nhieu) (?:ngay|gio|thang|bua|hom) (?:thi )?(?:la )?phai
        truoc (?:may|bao nhieu) (?:gio|ngay|bua|hom)
        (?:khi nao|luc nao|bao gio|bao lau|bao nhieu ngay|may ngay|chung nao) (?:thi )?phai
        thong bao .*(?:luc nao|khi nao|may gio)|phai .*truoc (?:luc nao|khi nao)|tre nhat|cham nhat|han chot
        (?:dang ky|khai|nop|bao|lam) (?:muon|tre) nhat""",
    AMOUNT: r"""
        (?:duoc|nhan|huong|linh|lanh|tra cho) (?:\S+ ){0,3}(?:bao nhieu|may) (?:tien|dong|trieu|mot)
        (?:tro cap|luong|huong|muc) (?:\S+ ){0,6}bao nhieu(?! (?:ngay|tuoi|lau))|muc (?:dong|huong|phat)
        (?:mua|dong) (?:\S+ ){0,8}bao hiem (?:\S+ ){0,10}bao nhieu|bao hiem (?:\S+ ){0,8}dong bao nhieu
        phat (?:tien )?(?:bao nhieu|may)|bi phat|phat bao nhieu|gia (?:vang|xang|dat|lua|gao)""",
    FEE: r"""
        ^(?:tien|phi|gia(?! han))\b|bao nhieu tien|may tien|nhieu tien|mat tien|ton tien|dong tien|nop tien|tien nong
        le phi|chi phi|ton phi|\bphi\b|mien phi|ton kem|gia bao nhieu|bao nhieu dong
        (?:mat|ton|het) bao nhieu(?! (?:ngay|thoi|lau|gio|thang))
        may (?:nghin|ngan|tram|chuc)""",
    TIME: r"""
        bao lau|may ngay|(?:bao )?nhieu ngay|khi nao|may gio|luc nao|bao gio|thoi han|thoi gian|mat may
        may hom|may bua|bua nao|hom nao|may tuan|may thang|(?:co|xong|lay) lien""",
    SHEET: r"""
        (?:to khai|mau|phieu|don|bieu mau|mau don|mau to khai) (?:gi|nao|so may|may)\b""",
    DOCUMENTS: r"""
        giay to (?:gi|nao)|giay (?:gi|nao)|can (?:nhung )?gi\b|can giay|can nhung gi|gom nhung
        (?:mang|dem|cam) (?:theo )?(?:nhung )?(?:cai )?gi\b|(?:mang|dem|cam) theo
        chuan bi (?:nhung )?gi|ho so (?:gom|gi|can|nhu)|thanh phan ho so|nop (?:nhung )?gi\b
        (?:to khai|mau|phieu|don|bieu mau|mau don) (?:gi|nao|so may|may)\b""",
    SCAM: r"""
        lua dao (?:khong|k|ko)|co phai (?:la )?lua|lua khong|that khong|that hay gia|co nen|co sao""",
    WHO: r"""
        \bai (?:duoc|co quyen|phai|moi duoc|lam duoc)|doi tuong (?:nao|duoc)|nhung ai|ai co the
        dieu kien (?:gi|nao|de)""",
    RESULT: r"""
        (?:nhan|lay|cap|ra) (?:duoc )?(?:giay gi|ket qua gi|cai gi)|ket qua (?:la gi|gi|nhan)""",
    DEFINITION: r"""
        la gi|nghia gi|nghia la|la cai gi|la sao\b|la the nao|la nhu the nao""",
    LISTING: r"""
        \b(?:nhung|cac) (?:\S+ ){0,5}(?:gi|nao)\b|gom gi|ke ra|liet ke""",
    PLACE: r"""
        o dau|cho nao|noi nao|den dau|di dau|toi dau|ra dau|dau (?:lam|nop|nhan|vay)
        co quan nao|gap ai|hoi ai""",
    HOW: r"""
        lam sao|the nao|cach|lam gi|cac buoc|huong dan|nhu nao|phai lam|sao de|chi (?:toi|giup)
        ra sao|trinh tu""",
}
_WAYS_OF_DOING = {
    POSTAL: r"buu dien|buu chinh|gui thu|chuyen phat",
    ONLINE: r"qua mang|tren mang|online|truc tuyen|qua vneid|tren vneid|qua cong|tren dien thoai|o nha",
    DIRECT: r"truc tiep|tai quay|mot cua|den tan noi|(?:ra|len|tai) (?:xa|phuong)",
}


def _compiled(ways: dict[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    lines = {name: (line.strip() for line in pattern.splitlines()) for name, pattern in ways.items()}
    return tuple((name, re.compile("|".join(filter(None, own)))) for name, own in lines.items())


_FORMS, _WAYS = _compiled(_WAYS_OF_ASKING), _compiled(_WAYS_OF_DOING)
_OF_FIELDS = tuple(pattern for name, pattern in _FORMS if name in (*FIELD_FORMS, SHEET, DEADLINE))


def form_of(text: str) -> str:
    """The form of answer that is asked for."""
    folded = fold(text)
    return next((name for name, pattern in _FORMS if pattern.search(folded)), OTHER)


def way_of(text: str) -> str | None:
    """Online, in person or by post, if the question says so."""
    folded = fold(text)
    return next((name for name, pattern in _WAYS if pattern.search(folded)), None)


def without_forms(text: str) -> str:
    """The text, without diacritics, with the words taken out that ask for a fee, a time or papers."""
    folded = fold(text)
    for pattern in _OF_FIELDS:
        folded = pattern.sub(" ", folded)
    return folded
