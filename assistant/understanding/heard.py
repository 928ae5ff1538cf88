"""A question made ready for hearing danger in it: addresses and sums are put into words first."""

from __future__ import annotations

import re

from i18n.vietnamese.typed_words import TypedWords

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@.])(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,12}(?!\w|\.\w)(?:/\S*)?",
    re.IGNORECASE,
)
_END = re.compile(
    r"\.(?:com|net|org|info|biz|top|vip|xyz|cc|club|online|site|shop|store|live|click|link|icu|work|app|page|me|ly"
    r"|vn|asia|pro|win|bet|fun|life|website|space|tech|cloud|one|cn|ru|tk|ml|ga|io|co|gl|gd|gg|to|mobi|help)$"
)
"""Last parts that make letters with dots between them an address: "O.T.P" is none."""
_WELL_KNOWN = re.compile(
    r"(?:^|\.)(?:(?:gov|edu)\.vn|zalo\.(?:me|vn)|vnpost\.vn|(?:facebook|youtube|google|gmail|tiktok)\.com)$"
)
_PROGRAM = re.compile(r"[\w.-]*\.(?:apk|xapk|exe|ipa)\b", re.IGNORECASE)
_SUM = re.compile(r"(?<![\w.,])(\d{1,4})(tr|củ|ty|tỷ)(\d{1,3})(?!\w)", re.IGNORECASE)


def heard(text: str) -> TypedWords:
    """The words of a question: a strange address is said as "link lạ http", a program as "file apk"."""
    return TypedWords(said(text))


def said(text: str) -> str:
    """The same as text."""
    text = _PROGRAM.sub(" file apk ", text)
    return _SUM.sub(r"\1 \2 \3", _ADDRESS.sub(_named, text))


def is_strange(host: str) -> bool:
    """Whether an address is neither the state's nor one that everybody knows."""
    host = host.lower().removeprefix("www.")
    return _WELL_KNOWN.search(host) is None


def _named(found: re.Match[str]) -> str:
    address = found[0]
    host = re.sub(r"^https?://", "", address, flags=re.IGNORECASE).split("/")[0].split("?")[0].rstrip(".,;:!")
    if not _END.search(host.lower()):
        return address
    return " link lạ http " if is_strange(host) else " trang web "
