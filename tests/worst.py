"""Texts that cost a reader most, and what they cost: CPU seconds, and how these grow with the text."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PIECES = (
    # letters, marks and signs that nobody sees
    "a", "1", "aB", "đ", "Ứ", "uơ", "nghieng", "a\u0301\u0323", "\u0301", "a\u0301\u0323\u0300\u0309 ",
    "a\u200b", "\ufdfa",
    "ﬁ", "㌖", "한글", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "“", "(", "(a ", "[a] ", ", ", ". ",
    "\n", "_", "-",
    # words and near-words
    "không ", "khong ", "khog ", "ko ", "k ", "j ", "và ", ", và ", "ba mươi lăm ", "mot hai ba ",
    "nguyn ", "THU TUC ",
    "lua dao ", "chuyne khoan ", "ck ", "bi lua mat tien ", "giay khai sinh ", "thẻ the thế ",
    "lệ phí giấy tờ thời hạn ",
    "còn ", "con 5 tuổi ", "tôi tên là A B C D E ", "TP. ", "v.v. ",
    # numbers, codes, addresses, secrets
    "0/", "0 ", "0.0", "3-5 ", "12:30 ", "1.000.000 ", "5 triệu ", "0987/650/009 ", "29a12345 ",
    "01/2020/NĐ-CP ",
    "a@", "a.a@a.a ", "a at a cham a ", "http://a/", "https://dichvucong.gov.vn/p?a=", "a-", "a.",
    "stk a a a a : ", "cccd ", "bằng lái xe ", "mật khẩu là a b1 ", "mat khau a a a a ", "pass: a1 ",
    "ma otp ", "đọc mã ",
)  # fmt: skip
"""What a worst text repeats."""

GROWS_AT_MOST = 3.3
"""How many times as much twice the text may cost; twice, where each letter is read once."""
MEASURABLE = 0.03
"""CPU seconds under which a growth is noise."""


class TooLong(Exception):
    """A text cost far more CPU than it may, and was stopped."""


def spent(work: Callable[[], object], most: float, clock: Callable[[], float] = time.thread_time) -> float:
    """CPU seconds of a piece of work, which is stopped when it has had a few times as many as it may.

    `clock`: of this thread; that of the process counts its other threads too, but goes in steps of ten
    milliseconds while the alarm below is set.
    """

    def stop(*_unused: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, most * 3)
    began = clock()
    try:
        work()
    except TooLong:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return clock() - began


def at_best(work: Callable[[], object], most: float, clock: Callable[[], float] = time.thread_time) -> float:
    """As `spent`, tried up to three times: a shared machine was seen to take five times as long for once."""
    best = float("inf")
    for _ in range(3):
        best = min(best, spent(work, most, clock))
        if best <= most:
            break
    return best


@contextmanager
def no_collecting() -> Iterator[None]:
    """What lies in memory is not searched through meanwhile: that costs as much as a question."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def too_costly(
    read: Callable[[str], object], letters: int, most: float, pieces: tuple[str, ...] = PIECES
) -> dict[str, str]:
    """Piece → what is wrong, of those whose repetition costs more than `most` CPU seconds or grows too fast.

    letters: the longest text that is let in.
    """
    wrong = {}
    with no_collecting():
        read("xin chào")
        for piece in pieces:
            whole, half = (piece * letters)[:letters], (piece * letters)[: letters // 2]
            cost = spent(lambda text=whole: read(text), most)
            if cost > most:
                cost = min(cost, spent(lambda text=whole + " ": read(text), most))
            if cost > most:
                wrong[piece] = f"{cost:.2f} CPU s"
            elif cost > MEASURABLE and not _grows_little(read, whole, half, most):
                wrong[piece] = f"{cost:.2f} CPU s, grows too fast"
    return wrong


def _grows_little(read: Callable[[str], object], whole: str, half: str, most: float) -> bool:
    """Tried a few times, with another letter at the end: what was read before may be remembered."""
    for end in "bcd":
        small = spent(lambda text=half + end: read(text), most)
        if spent(lambda text=whole + end: read(text), most) <= GROWS_AT_MOST * max(small, MEASURABLE / 4):
            return True
    return False
