"""Numbers that identify a person are covered before anything is searched, stored or shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from i18n.vietnamese import fold

_GAP = r"[ .\-–]?"
_DIGITS = r"(?<![\d.,/])(?:\d" + _GAP + r"){%s}\d(?![\d/]|[.,]\d)"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\d.,/])(?:\+?84|0)" + _GAP + r"(?:[235789]" + _GAP + r")(?:\d" + _GAP + r"){7}\d(?!\d)"
)
_CITIZEN = re.compile(_DIGITS % "11")
_CARD = re.compile(_DIGITS % "12,18")
_LONG = re.compile(_DIGITS % "8,10")
_INSURANCE = re.compile(r"\b[A-Za-z]{2}[ .\-]?\d[ .\-]?(?:\d[ .\-]?){12}\b")
_SECRET = re.compile(
    r"(?P<name>\b(?:otp|m[aã](?:\s+(?:otp|pin|x[aá]c\s+(?:th[uự]c|nh[aậ]n|minh)|b[aả]o\s+m[aậ]t))|"
    r"(?:m[aã]\s+|s[oố]\s+)?pin|m[aậ]t\s+kh[aẩ]u|password|passcode|pass|mk|cvv)\b"
    r"(?:\s+(?:[^\W\d_]+)){0,6}?\s*(?:\bl[aà]\b|:|=)\s*)(?P<value>[^\s,;.!?]+)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?P<name>\b(?:otp|m[aã]|pin)\b(?:\s+(?:[468]|s[aá]u|b[oố]n)\s+(?:ch[uữ]\s+)?s[oố]\b)?\D{0,25}?)"
    r"(?<![\d.,/])(?P<value>\d(?:[ .\-]?\d){3,7})(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_QUESTION_WORDS = {"gi", "sao", "nao", "ai", "dau", "mot", "nhung", "cac", "ma", "so", "loai", "thu", "bao"}
# Four digits in front of these are an amount, a length or a date, not a code.
_UNITS = re.compile(
    r"\s*(?:đ|vnđ|vnd|đồng|dong|nghìn|nghin|ngàn|triệu|trieu|tỷ|k|số|so|chữ|chu|phút|phut|giây|giay|ngày|ngay)\b"
)
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
    """Cover citizen, phone, card, account and insurance numbers, e-mail addresses, codes and passwords.

    Amounts, dates, procedure codes and public hotlines stay.
    """
    kinds: dict[str, None] = {}

    def cover(pattern: re.Pattern[str], kind: str, text: str) -> str:
        def replace(match: re.Match[str]) -> str:
            if PUBLIC_NUMBERS.match(re.sub(r"\D", "", match[0])) and kind != "số thẻ hoặc tài khoản":
                return match[0]
            kinds[kind] = None
            return f"[{kind}]"

        return pattern.sub(replace, text)

    def cover_secret(match: re.Match[str]) -> str:
        value = match["value"]
        unit_follows = _UNITS.match(match.string, match.end()) and value.isdigit()
        if fold(value) in _QUESTION_WORDS or value.startswith("[") or unit_follows:
            return match[0]
        kinds["mã bí mật"] = None
        return f"{match['name']}[mã bí mật]"

    text = cover(_EMAIL, "địa chỉ thư", text)
    text = cover(_INSURANCE, "số thẻ bảo hiểm", text)
    text = cover(_PHONE, "số điện thoại", text)
    text = cover(_CARD, "số thẻ hoặc tài khoản", text)
    text = cover(_CITIZEN, "số căn cước", text)
    text = cover(_LONG, "số giấy tờ hoặc tài khoản", text)
    text = _SECRET.sub(cover_secret, text)
    text = _CODE.sub(cover_secret, text)
    return Masked(text, tuple(kinds))
