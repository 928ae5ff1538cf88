"""Numbers that identify a person are covered before anything is searched, stored or shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.digit_runs import personal_numbers
from i18n.vietnamese import fold
from i18n.vietnamese.letters import INVISIBLE

_GAP = r"[ .\-–]?"
_OTHER_SPACE = re.compile(r"[^\S \n\r\t]")
_DIGITS = r"(?<![\d.,/])(?:\d" + _GAP + r"){%s}\d(?![\d/]|[.,]\d)"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.+-])[\w.+-]{2,64}\s{0,2}(?:@|[\[(]at[\])]|\ba c[oò]ng\b)\s{0,2}[\w-]{1,63}"
    r"(?:\s{0,2}(?:\.|\bch[aấ]m\b)\s{0,2}[\w-]{1,63})+",
    re.IGNORECASE,
)
_CITIZEN = re.compile(_DIGITS % "11")
_CARD = re.compile(_DIGITS % "12,18")
_LONG = re.compile(_DIGITS % "8,10")
_INSURANCE = re.compile(r"\b[A-Za-z]{2}[ .\-]?\d[ .\-]?(?:\d[ .\-]?){12}\b")
_PASSPORT = re.compile(r"(?<![\w.,/])[A-Za-z][ .\-]?\d{7,8}(?![\d/]|[.,]\d|\w)")
_LICENCE = re.compile(
    r"(?P<name>\b(?:b[aằ]ng\s+l[aá]i(?:\s+xe)?|gi[aấ]y\s+ph[eé]p\s+l[aá]i\s+xe|gplx|h[oộ]\s+chi[eế]u|"
    r"s[oổ]\s+(?:bhxh|b[aả]o\s+hi[eể]m)|b[aả]o\s+hi[eể]m\s+x[aã]\s+h[oộ]i|bhxh|cmnd|cccd|c[aă]n\s+c[uướ]+c)\b"
    r"(?:\s++[^\W\d_]++){0,4}?[\s:=]++)"
    r"(?P<value>(?=[A-Za-z]{0,3}[\d\- ]{0,40}\d{4})[A-Za-z]{0,3}\d[\d .\-]{4,14}\d)"
    r"(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?P<name>\b(?:stk|s[oố]\s+t[aà]i\s+kho[aả]n|t[aà]i\s+kho[aả]n|tk)\b"
    r"(?:\s+(?!(?:b[iị]|tr[uừ]|r[uú]t|m[aấ]t|chuy[eể]n|n[oộ]p|n[aạ]p|c[oò]n|c[oó]|g[uử]i|tr[eê]n|h[oơ]n)\b)[^\W\d_]+)"
    r"{0,4}?[\s:=]+)(?P<value>\d(?:[ \-_/.]{0,3}\d){5,})(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"(?<![\w.,/])\d{2}[ \-]?[A-Za-zĐđ]{1,2}\d?[ .\-]{0,3}(?:\d{3}[.\- ]?\d{2}|\d{4})(?![\w/])"
)
_VEHICLE = re.compile(r"\b(?:bi[eể]n|xe)\b", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:t[oô]i|tui|m[iì]nh|em|ch[aá]u|b[aá]c|nh[aà]|con|m[eẹ]|b[oố]|ba|v[oợ]|ch[oồ]ng)\b", re.IGNORECASE
)
_DIGIT_WORD = r"(?:kh[oô]ng|m[oộ]t|hai|ba|b[oố]n|t[uư]|n[aă]m|l[aă]m|s[aá]u|b[aả]y|t[aá]m|ch[ií]n|linh|l[eẻ])"
_SPOKEN = re.compile(rf"\b{_DIGIT_WORD}(?:[\s,\-]+{_DIGIT_WORD}){{5,}}\b", re.IGNORECASE)
_READ_OUT = re.compile(
    r"(?P<name>\b(?:[dđ][oọ]c|nh[aậ]p|nh[aắ]n|[dđ][uư]a|m[aã])\b[^\d,;]{0,25}?)"
    r"(?<![\d.,/])(?P<value>(?!\d*000\b)\d{6})(?![\d/\]]|[.,]\d)",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?P<name>\b(?:otp|m[aã](?:\s+(?:otp|pin|x[aá]c\s+(?:th[uự]c|nh[aậ]n|minh)|b[aả]o\s+m[aậ]t))|"
    r"(?:m[aã]\s+|s[oố]\s+)?pin|m[aậ]t\s+kh[aẩ]u|password|passcode|pass|mk|cvv)\b"
    r"(?:\s+(?:[^\W\d_]+)){0,6}?\s*(?:\bl[aà]\b|:|=)\s*)(?P<value>[^\s,;.!?\[]+(?:(?:\s+[^\W\d_]+){0,2}\s+[^\s,;.!?\[]*\d[^\s,;.!?\[]*)*)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?P<name>\b(?:otp|m[aã]|pin)\b(?:\s+(?:[468]|s[aá]u|b[oố]n)\s+(?:ch[uữ]\s+)?s[oố]\b)?\D{0,25}?)"
    r"(?<![\d.,/])(?<!năm )(?<!nam )(?P<value>\d(?:[ .\-]?\d){3,7})(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_QUESTION_WORDS = {"gi", "sao", "nao", "ai", "dau", "mot", "nhung", "cac", "ma", "so", "loai", "thu", "bao"}
# Four digits in front of these are an amount, a length or a date, not a code.
_UNITS = re.compile(
    r"\s*(?:đ|vnđ|vnd|đồng|dong|nghìn|nghin|ngàn|triệu|trieu|tỷ|k|số|so|chữ|chu|phút|phut|giây|giay|ngày|ngay)\b"
)
_ENDS = re.compile(r"[;.?!\n]")
_AMOUNT = re.compile(r"\d{1,3}(?:([. ])\d{3})(?:\1\d{3})+")
PUBLIC_NUMBERS = re.compile(r"^(?:1[89]00|1022)")


@dataclass(frozen=True)
class Masked:
    """Text in which personal numbers are covered, and what kinds of them were in it."""

    text: str
    kinds: tuple[str, ...]

    @property
    def note(self) -> str:
        """One kind sentence for the person who typed them, or nothing."""
        if not self.kinds:
            return ""
        if "mã bí mật" in self.kinds:
            return "Trợ lý đã che mã bí mật bạn gõ. Bạn đừng đưa mã này cho bất cứ ai."
        return f"Trợ lý đã che {', '.join(self.kinds)} bạn gõ. Hỏi ở đây không cần số đó."


def mask(text: str) -> Masked:
    """Cover what identifies a person or opens an account.

    That is numbers of citizens, passports, licences, insurances, phones, cards, accounts and one's own
    number plate, e-mail addresses, codes and passwords, in digits or in words. Amounts, dates, procedure
    codes and public hotlines stay. Invisible characters are taken out, and a space of any kind becomes a
    plain one, as digits may hide among them.
    """
    found = _Cover()
    text = _OTHER_SPACE.sub(" ", INVISIBLE.sub("", text))
    text = found.cover(_EMAIL, "địa chỉ thư", text)
    text = found.cover(_INSURANCE, "số thẻ bảo hiểm", text)
    text = found.cover_named(_LICENCE, "số giấy tờ", text)
    text = found.cover_named(_ACCOUNT, "số tài khoản", text)
    text = found.cover(_PASSPORT, "số hộ chiếu", text)
    text = _PLATE.sub(found.cover_plate, text)
    text = found.cover_runs(text)
    text = found.cover(_CARD, "số thẻ hoặc tài khoản", text)
    text = found.cover(_CITIZEN, "số căn cước", text)
    text = found.cover(_LONG, "số giấy tờ hoặc tài khoản", text)
    text = found.cover(_SPOKEN, "dãy số đọc bằng chữ", text)
    text = _CODE.sub(found.cover_secret, text)
    text = _SECRET.sub(found.cover_secret, text)
    text = found.cover_named(_READ_OUT, "mã bí mật", text)
    return Masked(text, tuple(found.kinds))


class _Cover:
    """Covers one text, and remembers which kinds of things it covered."""

    def __init__(self) -> None:
        self.kinds: dict[str, None] = {}

    def cover(self, pattern: re.Pattern[str], kind: str, text: str) -> str:
        def replace(match: re.Match[str]) -> str:
            if PUBLIC_NUMBERS.match(re.sub(r"\D", "", match[0])) and kind != "số thẻ hoặc tài khoản":
                return match[0]
            if _AMOUNT.fullmatch(match[0]) and _UNITS.match(match.string, match.end()):
                return match[0]
            self.kinds[kind] = None
            return f"[{kind}]"

        return pattern.sub(replace, text)

    def cover_secret(self, match: re.Match[str]) -> str:
        value = match["value"]
        unit_follows = _UNITS.match(match.string, match.end()) and value.isdigit()
        if fold(value.split()[0]) in _QUESTION_WORDS or value.startswith("[") or unit_follows:
            return match[0]
        self.kinds["mã bí mật"] = None
        return f"{match['name']}[mã bí mật]"

    def cover_named(self, pattern: re.Pattern[str], kind: str, text: str) -> str:
        def replace(match: re.Match[str]) -> str:
            if _UNITS.match(match.string, match.end()):
                return match[0]
            self.kinds[kind] = None
            return f"{match['name']}[{kind}]"

        return pattern.sub(replace, text)

    def cover_plate(self, match: re.Match[str]) -> str:
        start, end = match.span()
        # What comes behind the end of the sentence speaks of something else.
        before, after = match.string[max(0, start - 60) : start], _ENDS.split(match.string[end : end + 25])[0]
        if not _VEHICLE.search(before) or not _OWN.search(before + " " + after):
            return match[0]
        self.kinds["biển số xe"] = None
        return "[biển số xe]"

    def cover_runs(self, text: str) -> str:
        pieces: list[str] = []
        place = 0
        for start, end, kind in personal_numbers(text):
            self.kinds[kind] = None
            pieces += (text[place:start], f"[{kind}]")
            place = end
        return "".join((*pieces, text[place:]))
