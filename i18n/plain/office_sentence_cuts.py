"""Cuts for what office texts put into one sentence: a time limit, the ways to hand in, a reason, a law."""

import re
from functools import lru_cache

from i18n.plain.clauses import capital, inside, is_bound, is_clause, is_member, is_whole, lexicon, main_clause
from i18n.vietnamese.phrase_patterns import listed

_NUMBER = (
    r"(?:tối đa\s+|không quá\s+|tối thiểu\s+|ít nhất\s+)?(?:\d+|\w+\s+\(\d+\))\s*(?:\([\w\s]{2,20}\)\s*)?"
    r"(?:ngày làm việc|giờ làm việc|ngày|giờ|tháng|năm|phút|tuần)\b"
)
_DURATION = re.compile(
    rf"(?:là\s+)?{_NUMBER}(?:\s*\([^()]{{2,30}}\))?"
    r"(?:,?\s+(?:kể\s+)?(?:từ|sau)\s+(?:ngày|khi|thời điểm|lúc)\s+[^;:.()]+)?"
)
_LEADING_TIME = re.compile(rf"(?P<lead>[Tt]rong\s+(?:thời hạn\s+|vòng\s+|thời gian\s+)?)(?:là\s+)?{_NUMBER}")
_TRAILING_TIME = re.compile(
    r"(?P<rest>.+?),?\s+trong\s+(?:thời hạn|vòng)\s+(?P<time>(?:là\s+|tối đa\s+|không quá\s+)?\d.*)",
    re.DOTALL,
)
_SECOND_THOUGHT = re.compile(r"[;:]|[Tt]rong (?:thời hạn|vòng)|\btrường hợp\b|\bnếu\b(?! có\))|\bThời hạn\b")
# Two words that one thing is called by: no row, no new thought.
_PAIR_OF_WORDS = re.compile(
    rf"(?:{listed('clauses', 'first_of_pair').pattern})(?:,| và) "
    rf"(?:{listed('clauses', 'second_of_pair').pattern})"
)
_ROW = re.compile(r",\s(?!kể)|\bhoặc\b|\bvà\b")
# The time limit behind these says how long something lasts, not when it is done.
_LASTING = re.compile(rf"(?:{listed('clauses', 'lasting').pattern})\s*$")
_REASON = re.compile(
    r"(?P<first>.*\bvăn bản\b(?:(?!\bhoặc\b)[^,;:]){0,60}?)(?:,| và|, trong đó) "
    r"(?P<reason>nêu (?:rõ |cụ thể )?lý do\b.*)",
    re.DOTALL,
)
_ACT = (
    r"(?:Nghị định|Thông tư liên tịch|Thông tư|Quyết định|Nghị quyết|Pháp lệnh|Luật)"
    r"(?:\s+số)?\s+(?:\d+\w*/\S+|này)(?:,?\s+ngày\s+(?:\d+/\d+/\d+|\d+\s+tháng\s+\d+\s+năm\s+\d+))?"
    r"(?:\s+của\s+(?:Chính phủ|Quốc hội|Thủ tướng Chính phủ"
    r"|(?:Bộ trưởng\s+)?Bộ\s+[A-ZĐ]\w*(?:\s+\w+){0,4}))?"
)
_PART = (
    r"(?:(?:điểm|khoản|điều|mục|tiểu mục|phụ lục|chương|phần|mẫu|mẫu số|các|[a-zđ]|\d+[a-zđ]?(?:\.\d+)*"
    r"|[IVX]+|và|của|tại|thuộc)(?:,\s*|\s+))+"
)
_LAW = re.compile(
    rf"(?P<first>.+?),?\s+theo\s+(?P<law>quy định\s+(?:tại|ở|của)\s+(?i:{_PART})?{_ACT})", re.DOTALL
)
# These say nothing without the law behind them.
_BY_THE_LAW = re.compile(rf"(?:{listed('clauses', 'by_the_law').pattern})\s*$")
_ISSUED_WITH = re.compile(
    r"(?P<first>.*\b(?P<what>[Mm]ẫu|[Pp]hụ lục)\b"
    r"(?:(?:\s+số)?\s+(?:\d\S*|[IVX]+|[A-Z]\w?)(?:\s+(?:tại\s+)?[Pp]hụ lục(?:\s+[IVX\d]+)?)?)?)"
    rf",?\s+(?P<issued>(?:được\s+)?(?:ban hành\s+)?kèm theo\s+{_ACT})",
    re.DOTALL,
)
_WHERE_TO = re.compile(r"(?:đến|tới|về|tại|cho)\s(?!khi\b)[^,;:]+$")


def leading_time(body: str) -> str | None:
    """ "Trong thời hạn 3 ngày …, A làm B": "A làm B. Thời hạn là 3 ngày …"."""
    found = time_and_rest(body)
    return f"{capital(found[1])}. Thời hạn là {_bare(found[0])}" if found else None


def time_and_rest(body: str) -> tuple[str, str] | None:
    """("3 ngày …", "A làm B") of "Trong thời hạn 3 ngày …, A làm B": the comma before who acts parts them."""
    head = _LEADING_TIME.match(body)
    if not head:
        return None
    within = inside(body)
    for comma in re.finditer(r",\s+", body):
        time, rest = body[head.end("lead") : comma.start()], body[comma.end() :]
        if comma.start() < head.end() or within(comma.start()) or is_member(time, rest):
            continue
        if is_clause(rest):
            alone = _DURATION.fullmatch(time) and not is_bound(rest) and not _SECOND_THOUGHT.search(rest)
            return (time, rest) if alone else None
    return None


def trailing_time(body: str) -> str | None:
    """ "A làm B trong thời hạn 3 ngày": "A làm B. Thời hạn là 3 ngày"."""
    found = _TRAILING_TIME.fullmatch(body)
    if not found or not _DURATION.fullmatch(found["time"]):
        return None
    main = main_clause(found["rest"])
    if not is_clause(main) or is_bound(main) or _SECOND_THOUGHT.search(main) or _LASTING.search(main):
        return None
    if _ROW.search(_PAIR_OF_WORDS.sub("", found["time"])):
        return None
    return f"{found['rest']}. Thời hạn là {_bare(found['time'])}"


def _bare(time: str) -> str:
    return re.sub(r"^là\s+", "", time).rstrip(" ,")


def reason(body: str) -> str | None:
    """ "trả lời bằng văn bản và nêu rõ lý do": "… bằng văn bản. Văn bản nêu rõ lý do"."""
    found = _REASON.fullmatch(body)
    return f"{found['first']}. Văn bản {found['reason']}" if found and ";" not in body else None


def law(body: str) -> str | None:
    """ "… theo quy định tại Điều 5 Nghị định …": "…. Xem quy định tại Điều 5 Nghị định …"."""
    found = _LAW.fullmatch(body)
    if not found or ":" in found["first"] or _BY_THE_LAW.search(found["first"]):
        return None
    if not is_whole(found["first"]) or is_bound(main_clause(found["first"])):
        return None
    return f"{found['first']}. Xem {found['law']}"


def issued_with(body: str) -> str | None:
    """ "Mẫu số 3 ban hành kèm theo Nghị định …": "Mẫu số 3. Mẫu này ban hành kèm theo …"."""
    found = _ISSUED_WITH.fullmatch(body)
    if not found or not is_whole(found["first"]) or is_bound(main_clause(found["first"])):
        return None
    if re.search(r"\b(?:này|đó)\s*$", found["first"]):
        return None
    return f"{found['first']}. {capital(found['what'])} này {found['issued']}"


def ways(body: str) -> str | None:
    """ "nộp hồ sơ trực tiếp hoặc qua bưu chính đến A": the ways in a sentence behind."""
    found = _ways_pattern().search(body)
    if not found or inside(body)(found.start()):
        return None
    left, right = body[: found.start()].rstrip(" ,("), body[found.end() :].lstrip(" ,")
    verbs = re.findall(r"\b(nộp|gửi|trả|nhận)\b", left)
    if not verbs or is_bound(left) or any(mark in left for mark in "(:;") or not _says_where_to(right):
        return None
    if re.search(rf"\b(?:việc|người|được|đã|hồ sơ|bị)\s+{verbs[-1]}\b[^,]*$", left):
        return None
    return f"{f'{left} {right}'.strip()}. Cách {verbs[-1]}: {found['ways']}"


def _says_where_to(right: str) -> bool:
    """True if what follows the ways only says where to, so that it joins what stood before them."""
    return not right or _WHERE_TO.match(right) is not None


@lru_cache(maxsize=1)
def _ways_pattern() -> re.Pattern[str]:
    known = "|".join(map(re.escape, lexicon().channels))
    one = rf"(?:(?:bằng\s+)?(?:hình thức\s+)?(?:{known})(?:\s+\(nếu[^()]*\))?)"
    lead = r"(?:bằng\s+(?:một trong các\s+)?(?:hình thức|cách thức|phương thức)\s*:?\s+)?"
    row = rf"(?P<ways>{one}(?:(?:,|\s+hoặc|,\s+hoặc)\s+{one})+)"
    return re.compile(rf"(?<!\w){lead}{row}(?!\w|\s+hoặc|,\s+hoặc|\s+của|\s+và)")
