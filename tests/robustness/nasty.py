"""Values and bytes that have broken programs before: what a stranger, a keyboard or a bad line may send."""

from __future__ import annotations

import random

WORDS = (
    "",
    " ",
    "\t",
    "a",
    "á",
    "Đỗ Văn Sáu",
    "H'Bia Niê",
    "H\u2019Bia",
    "đ" * 300,
    "x" * 5_000,
    "1" * 70_000,
    "0",
    "-1",
    "1e309",
    "NaN",
    "9" * 30,
    "9" * 5_000,
    "18446744073709551616",
    "-9223372036854775809",
    "2147483648",
    "1/1/99999999999999999999",
    "31/12/2026",
    "31/02/2026",
    "0/0/0",
    "2026-11-29",
    "9999-99-99",
    "29/2/2028",
    "\x00",
    "a\x00b",
    "\ud800",
    "a\ud800b",
    "\ufeff",
    "\u202e",
    "\u200b" * 50,
    "\ufdfa" * 60,
    "\ufdfa" * 499,
    "a" + "\u0301\u0323" * 249,
    "e\u0302\u0301" * 100,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 80,
    "ﷺ",
    "한글" * 100,
    "\r\nSet-Cookie: a=b",
    "/\r\n//evil.example",
    "//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "../../etc/passwd",
    "..%2f..%2fetc",
    "C:\\con",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% for x in y %}",
    "%(x)s %s %d",
    "' OR 1=1 --",
    '"; DROP TABLE people; --',
    "[" * 20_000,
    "{" * 20_000,
    '{"a":' * 3_000,
    "((((" * 500,
    "a. " * 3_000,
    ". " * 3_000,
    "=cmd|'/C calc'!A0",
    ";=1+1",
    "＝1+1",
    "0987/650/009",
    "098-765--0015",
    "+84 987 650 009",
    "VNEID",
    "246 810",
    "２４６８１０",
    "khg234",
    "Mã lớp: KHG234",
    "none",
    "null",
    "true",
    "on",
    "[]",
    "[1,2]",
    '{"$ne":1}',
    "mất hết tiền rồi",
    "con tôi bị bắt cóc",
    "phí bao nhiêu",
    "làm lại thẻ căn cước bị mất hết bao nhiêu tiền?",
    "đổi bằng lái",
)

HEADERS = (
    ("Cookie", "hs_lang=en; hs_lang="),
    ("Cookie", "bad[; hs_lang=en"),
    ("Cookie", "hs_phien=%00"),
    ("Cookie", "a" * 4_000),
    ("Cookie", 'hs_doc="\\"'),
    ("Accept-Language", "vi" * 900),
    ("Accept-Language", "\x00"),
    ("Range", "bytes=0-0"),
    ("Range", "bytes=9-1"),
    ("If-None-Match", '"' * 300),
    ("If-Modified-Since", "Thu, 99 Xxx 9999 99:99:99 GMT"),
    ("Host", "evil.example"),
    ("Host", "a" * 300),
    ("Host", "[::1"),
    ("X-Forwarded-For", "1.2.3.4, x"),
    ("X-Forwarded-Host", "evil.example"),
    ("Origin", "https://evil.example"),
    ("Referer", "https://evil.example/"),
    ("Content-Type", "text/plain"),
    ("Content-Type", "multipart/form-data; boundary=" + "x" * 200),
    ("Content-Type", "application/json; charset=utf-99"),
    ("Accept", "*/*;q=x"),
    ("Accept-Encoding", "gzip;q=0, *;q=0"),
    ("User-Agent", "é" * 200),
)


def word(dice: random.Random) -> str:
    """One nasty word, or two glued together, or one with a letter changed."""
    text = dice.choice(WORDS)
    way = dice.random()
    if way < 0.15:
        text += dice.choice(WORDS)
    elif way < 0.3 and text:
        place = dice.randrange(len(text))
        text = text[:place] + chr(dice.choice((0, 9, 10, 39, 768, 803, 8206, 65279, 120120))) + text[place:]
    return text[:100_000]


def spoiled(data: bytes, dice: random.Random) -> bytes:
    """The same file after an accident: bits turned, pieces gone, doubled, swapped, or cut short."""
    spoilt = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
        if not spoilt:
            break
        place = dice.randrange(len(spoilt))
        length = dice.choice((1, 2, 4, 16, 256, 4096))
        match dice.randrange(7):
            case 0:
                spoilt[place] ^= 1 << dice.randrange(8)
            case 1:
                spoilt[place] = dice.choice((0, 9, 10, 13, 34, 60, 127, 128, 255))
            case 2:
                del spoilt[place : place + length]
            case 3:
                spoilt[place:place] = spoilt[place : place + length] * dice.choice((1, 2, 50))
            case 4:
                other = dice.randrange(len(spoilt))
                spoilt[place : place + length] = spoilt[other : other + length]
            case 5:
                spoilt[place:place] = dice.choice(WORDS)[:2_000].encode("utf-8", "surrogatepass")
            case 6:
                del spoilt[place:]
    return bytes(spoilt[:2_000_000])
