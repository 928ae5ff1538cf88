"""Answers that were given a moment ago: the same question, put the same way, need not be worked out again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

MOST = 300
"""Answers that a process keeps, in memory alone and no longer than what they are made of (3 MB)."""

Given = TypeVar("Given")


class Answers(Generic[Given]):
    """The last answers by what they depend on. Safe for threads; two at once may both work one out."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Given] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, asked: Hashable, work_out: Callable[[], Given]) -> Given:
        """The answer to what was asked: the one that was given before, or a new one, which is kept."""
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
                return self._kept[asked]
        found = work_out()
        with self._lock:
            self._kept[asked] = found
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found
