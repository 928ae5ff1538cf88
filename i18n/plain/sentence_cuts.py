"""Where a long sentence may be cut without a change of meaning.

Each rule takes one sentence and gives the shorter ones that say the same, or None. A rule that is in
doubt gives None: a long sentence is better than a wrong one. Cuts never fall inside brackets or quotes,
never free a clause from its condition, and never part the members of a row of nouns.
"""

import re
from collections.abc import Callable, Iterator

from i18n.plain import office_sentence_cuts
from i18n.plain.clauses import (
    LABEL,
    acts,
    begins_case,
    capital,
    has_verb,
    inside,
    is_bound,
    is_clause,
    is_member,
    is_whole,
)
from i18n.vietnamese.phrase_patterns import listed

_ITEM_HERE = "\x00"
"""Where an item of a new list begins; its mark depends on that of the line it stands in."""

_ITEM = re.compile(r"(?<=[;:,.])\s+(?=(?:[-+*•–]\s+\S|[a-zđ]\d?\)\s*\S))")
_LIST_LEAD = re.compile(rf"(?:{listed('clauses', 'leads_to_list').pattern})\s*$")
_NEW_CASE = re.compile(r"[,;]\s+(?=(?:trường hợp|nếu)\s)", re.IGNORECASE)
_BARE_CASE = re.compile(
    r"^((?:trường hợp|nếu)\s[^,;:.()]+?)\s(phải\s+(?:trả lời|thông báo|có|nêu|gửi|ban hành|trả)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(?:Trường hợp|Nếu|Trong trường hợp)\s")
_A_CASE = re.compile(rf"(?:{listed('clauses', 'begins_case').pattern})\s", re.IGNORECASE)
_CONDITION_INSIDE = re.compile(r"\b(?:nếu|trường hợp|thì)\b(?! có\))|;", re.IGNORECASE)
_GOES_ON = re.compile(rf"(?:{listed('clauses', 'goes_on').pattern})\b")
_AMONG = re.compile(r",\s+(?=trong đó,?\s+(?:có|nêu|ghi|gồm|phải)\b)")
_AND = re.compile(r"(?:,|(?<![,\s]))\s+và\s+|,\s+(?=đồng thời,?\s)")
_TO_DO = re.compile(rf"(?:{listed('clauses', 'to_do').pattern})\s", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?P<first>.+?)\s*\((?P<aside>(?:[Vv]í dụ|[Ll]ưu ý|[Cc]hú ý)[:,]?\s[^()]+?)\.?\)\s*", re.DOTALL
)
_SHORTEST = 4
"""Fewest words of a piece that is worth a line."""

Rule = Callable[[str], "str | None"]


def shorter(sentence: str) -> Iterator[str]:
    """Every way the rules know to cut `sentence`, the best first, each as text of sentences and lines."""
    label = LABEL.match(sentence)
    head = label[0] if label else ""
    body = sentence[len(head) :].rstrip()
    stop = body[-1:] if body[-1:] in ".;" else ""
    bare_body = body[:-1].rstrip() if stop else body
    if not bare_body or bare_body[-1] in ":!?…" or "\n" in bare_body:
        return
    for rule in _RULES:
        cut = rule(bare_body)
        if cut:
            ended = stop or ("" if cut.endswith((".", ":", ";")) else ".")
            yield head + cut.replace(_ITEM_HERE, "+ " if "-" in head else "- ") + ended


def _places(pattern: str | re.Pattern[str], body: str) -> list[re.Match[str]]:
    """Where the pattern stands outside brackets and quotes."""
    within = inside(body)
    return [found for found in re.finditer(pattern, body) if not within(found.start())]


def _inline_list(body: str) -> str | None:
    """ "gồm: A; B; C" and "a) …; b) …": a line for each."""
    marks = _places(_ITEM, body)
    if len(marks) >= 2 or (len(marks) == 1 and body[marks[0].start() - 1] in ":;"):
        return _with_breaks(body, marks, "")
    colons, connectives = _places(r":\s+", body), _places(r";\s+", body)
    if len(colons) != 1 or not _LIST_LEAD.search(body[: colons[0].start()]):
        return None
    if not connectives or connectives[0].start() < colons[0].start():
        return None
    return _with_breaks(body, [colons[0], *connectives], _ITEM_HERE)


def _with_breaks(body: str, places: list[re.Match[str]], mark: str) -> str:
    text, start = "", 0
    for place in places:
        text += body[start : place.start() + len(place[0].rstrip())].rstrip() + "\n"
        start = place.end()
        # A line that begins with a small letter would read on from the line before.
        text += _ITEM_HERE if body[start : start + 1].isalpha() and not mark else mark
    return text + body[start:]


def _semicolon(body: str) -> str | None:
    """ "A làm B; C làm D" and "…; trường hợp …"."""
    for connective in _places(r"\s*;\s+", body):
        left, right = body[: connective.start()], body[connective.end() :]
        if ":" in left or not has_verb(left) or (_A_CASE.match(left) and not begins_case(left)):
            continue
        if begins_case(right) or (acts(right) and not is_bound(left)):
            return f"{left}. {_case(right)}"
    return None


def _other_case(body: str) -> str | None:
    """ "A làm B, trường hợp không làm thì …": the second case is a sentence of its own."""
    for connective in _places(_NEW_CASE, body):
        left, right = body[: connective.start()], body[connective.end() :]
        if ":" in left or not begins_case(right):
            continue
        if is_clause(left) or (" thì " in left and " thì " in right and begins_case(left)):
            return f"{left}. {_case(right)}"
    return None


def _case(text: str) -> str:
    """A case as a sentence, with "thì" where its main clause begins without a mark."""
    return capital(text if " thì " in text else _BARE_CASE.sub(r"\1 thì \2", text))


def _under_a_condition(body: str) -> str | None:
    """ "Nếu A thì B" and "Nếu A, cơ quan C làm D": the condition as a lead, what is to be done under it."""
    found = _CONDITION.match(body)
    if not found or ":" in body:
        return None
    connectives = (
        _places(r",?\s+thì\s+", body)
        or [comma for comma in _places(r",\s+", body) if _begins_main(body, comma)][:1]
    )
    if len(connectives) != 1:
        return None
    condition, rest = body[found.end() : connectives[0].start()], body[connectives[0].end() :]
    if not _can_lead(condition) or not _can_follow(rest):
        return None
    return f"{found[0]}{condition}:\n{_ITEM_HERE}{capital(rest)}"


def _begins_main(body: str, comma: re.Match[str]) -> bool:
    condition, rest = body[: comma.start()], body[comma.end() :]
    return not is_member(condition, rest) and (
        acts(rest) or office_sentence_cuts.time_and_rest(rest) is not None
    )


def _can_lead(condition: str) -> bool:
    return has_verb(f"nếu {condition}") and not _CONDITION_INSIDE.search(condition)


def _can_follow(rest: str) -> bool:
    if len(rest.split()) < _SHORTEST or _GOES_ON.match(rest) or _CONDITION_INSIDE.search(rest):
        return False
    return has_verb(f"thì {rest}")


def _among(body: str) -> str | None:
    """ "…, trong đó có …": what is among them in a sentence behind."""
    for connective in _places(_AMONG, body):
        left, right = body[: connective.start()], body[connective.end() :]
        if is_clause(left) and ":" not in left:
            return f"{left}. {capital(right)}"
    return None


def _two_clauses(body: str) -> str | None:
    """ "A làm B và C làm D": both have somebody who acts and a verb, and no condition holds both."""
    for connective in _places(_AND, body):
        left, right = body[: connective.start()], body[connective.end() :]
        who = right.removeprefix("đồng thời").lstrip(" ,")
        if ":" not in left and not is_bound(left) and is_clause(left) and acts(who):
            return f"{left}. {capital(right)}"
    return None


def _things_to_do(body: str) -> str | None:
    """ "Kiểm tra A; cấp B": verbs first in every part, so each part is an order of its own."""
    parts = re.split(r";\s+", body)
    if len(parts) < 2 or is_bound(body) or ":" in body or not all(map(is_whole, parts)):
        return None
    return ". ".join(map(capital, parts)) if all(map(_TO_DO.match, parts)) else None


def _aside(body: str) -> str | None:
    """An example or a note in brackets at the end, as a sentence."""
    found = _ASIDE.fullmatch(body)
    return f"{found['first']}. {capital(found['aside'])}" if found and is_whole(found["first"]) else None


def _colon(body: str) -> str | None:
    """ "A: B": what follows the colon in a line of its own."""
    colons = _places(r":\s+", body)
    if len(colons) != 1:
        return None
    lead, rest = body[: colons[0].start()], body[colons[0].end() :]
    if len(rest.split()) < _SHORTEST or len(lead.split()) <= _SHORTEST:
        return None
    label = LABEL.match(rest)
    return f"{lead}:\n{rest}" if label and label[0] else f"{lead}:\n{_ITEM_HERE}{capital(rest)}"


_RULES: tuple[Rule, ...] = (
    _inline_list,
    _semicolon,
    _other_case,
    _under_a_condition,
    office_sentence_cuts.reason,
    office_sentence_cuts.issued_with,
    office_sentence_cuts.law,
    office_sentence_cuts.ways,
    office_sentence_cuts.leading_time,
    office_sentence_cuts.trailing_time,
    _among,
    _two_clauses,
    _things_to_do,
    _aside,
    _colon,
)
"""In the order in which they are tried: first what frees whole thoughts, last what only breaks a line."""
