"""Logging that holds no personal data.

Addresses with a secret in them (cards, first-administrator links, join codes, answers) are cut, and
long digits, which may be a telephone or citizen number, are masked, whoever wrote the line.
"""

from __future__ import annotations

import logging
import re

SECRET_PATH = re.compile(r"(/(?:the|bat-dau|vao-lop|hoi|tra-loi)/)[^\s/?\"']+")
LONG_NUMBER = re.compile(r"(?<![\w.:-])\+?\d(?:[ .-]?\d){7,}(?![\w.:-])")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def mask(text: str) -> str:
    """`text` without secrets in addresses, long numbers and e-mail addresses."""
    return MAIL.sub("…@…", LONG_NUMBER.sub("…", SECRET_PATH.sub(r"\1…", text)))


class MaskingFormatter(logging.Formatter):
    """Formats a record and masks all that was written in it, its traceback included."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = mask(record.message)
        return super().formatMessage(record)

    def formatException(self, exc_info) -> str:
        return mask(super().formatException(exc_info))


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
