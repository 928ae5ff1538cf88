"""Logging that holds no personal data.

Addresses with a secret in them (cards, first-administrator links, join codes, answers) are cut, and
long digits, which may be a telephone or citizen number, are masked, whoever wrote the line.
"""

from __future__ import annotations

import logging
import re
from typing import Any

SLASH = r"(?:/|%2[Ff])"
SECRET_PATH = re.compile(rf"({SLASH}(?:the|bat-dau|vao-lop|hoi|tra-loi){SLASH})[^\s/?#\"'()%]+")
# Nine digits or more, however they are parted: telephone, citizen, bank and insurance numbers. A date
# has eight, and stays.
LONG_NUMBER = re.compile(r"\+?\d(?:[^\w]{0,4}\d|_{1,3}\d){8,}")
# Where the server listens: four numbers with dots, and a port. It is nobody's telephone.
LISTENS_AT = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}:\d{2,5}(?!\d)")
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+")
# PostgreSQL tells the values of a row that broke a rule.
ROW_VALUES = re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*\)")


def mask(text: str) -> str:
    """`text` without secrets in addresses, long numbers, e-mail addresses and values of rows."""
    text = ROW_VALUES.sub(r"\1(…)", SECRET_PATH.sub(r"\1…", text))
    pieces, last = [], 0
    for address in LISTENS_AT.finditer(text):
        pieces += [LONG_NUMBER.sub("…", text[last : address.start()]), address.group()]
        last = address.end()
    return MAIL.sub("…@…", "".join((*pieces, LONG_NUMBER.sub("…", text[last:]))))


class MaskingFormatter(logging.Formatter):
    """Formats a record and masks all that was written in it, its traceback included."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """As `logging.Formatter` does it, masked."""
        record.message = mask(record.message)
        return super().formatMessage(record)

    def formatException(self, exc_info: Any) -> str:
        """As `logging.Formatter` does it, masked."""
        return mask(super().formatException(exc_info))

    def formatStack(self, stack_info: str) -> str:
        """As `logging.Formatter` does it, masked."""
        return mask(super().formatStack(stack_info))


def set_up(level: int = logging.INFO) -> None:
    """Log to standard error, masked."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These repeat themselves at every start.
    for noisy in ("alembic", "faiss", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def set_up_unless_done() -> None:
    """As `set_up`, where no command of ours did it: another server may have made the application."""
    if not logging.getLogger().handlers:
        set_up()
