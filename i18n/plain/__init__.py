"""Plain language, one way in: how plain a text is, and its plain form.

`python -m i18n.plain FILE` measures a lesson or any text, as it stands and rewritten.
"""

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from i18n.plain.markdown_text import linked_terms, words_of
from i18n.plain.plainness import MOST_WORDS, Hit, Measures, measure, office_words, word_count
from i18n.plain.rewriting import Plain, rewrite, rewrite_lines

__all__ = [
    "MOST_WORDS",
    "Hit",
    "Measures",
    "Plain",
    "main",
    "measure",
    "office_words",
    "rewrite",
    "rewrite_lines",
    "word_count",
]

_LARGEST = 2_000_000


class UnreadableTextError(ValueError):
    """A file that is no text, or too large to be one."""


def main(arguments: list[str] | None = None) -> int:
    """Measure a file as it stands and rewritten; 0 if it is plain as it stands, 1 if not, 2 if unreadable."""
    parser = argparse.ArgumentParser(
        prog="python -m i18n.plain",
        description="How plain a text is, as it stands and rewritten by rules.",
        epilog="Exit code: 0 if the text as it stands is plain, 1 if not, 2 if it cannot be read.",
    )
    parser.add_argument("file", type=Path, help="a lesson (.md) or any text in UTF-8")
    parser.add_argument(
        "--rewrite", action="store_true", help="print the rewritten text and what it explains"
    )
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    options = parser.parse_args(arguments)
    try:
        markdown = _read(options.file)
    except UnreadableTextError as error:
        print(error, file=sys.stderr)
        return 2
    plain = rewrite(words_of(markdown), explained=linked_terms(markdown))
    if options.json:
        print(json.dumps(_record(plain, options.rewrite), ensure_ascii=False))
    else:
        print("\n".join(_told(plain, options.rewrite)))
    return 0 if plain.before.is_plain else 1


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableTextError(f"{path}: lớn quá, không giống một bài viết")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableTextError(f"{path}: không phải chữ UTF-8") from error
    except OSError as error:
        raise UnreadableTextError(f"{path}: không mở được ({error.strerror})") from error


def _record(plain: Plain, with_text: bool) -> dict:
    """Measures before and after, and with the text what it says now and what it explains."""
    record: dict = {"before": dataclasses.asdict(plain.before), "after": dataclasses.asdict(plain.after)}
    if with_text:
        record["text"] = plain.text
        record["explanations"] = {entry.term: entry.plain for entry in plain.explanations}
    return record


def _told(plain: Plain, with_text: bool) -> list[str]:
    lines = [
        f"trước: {_summary(plain.before)}",
        f"sau: {_summary(plain.after)}",
        *_faults(plain.after if with_text else plain.before),
    ]
    if with_text:
        lines += ["", plain.text.strip(), ""]
        lines += [f"{entry.term}: {entry.plain}" for entry in plain.explanations]
    return lines


def _summary(measures: Measures) -> str:
    return (
        f"{measures.sentences} câu, {measures.words} chữ; trung bình {measures.mean_words} chữ một câu, "
        f"câu dài nhất {measures.longest} chữ; {len(measures.too_long)} câu dài hơn {MOST_WORDS} chữ; "
        f"{len(measures.unexplained_abbreviations)} chữ viết tắt chưa giải thích; "
        f"{len(measures.officialese)} chữ giấy tờ; "
        f"{measures.uncommon:.0%} tiếng ngoài danh sách thường ngày"
    )


def _faults(measures: Measures) -> list[str]:
    """What makes a text hard to read, each in a line."""
    lines = [f"câu dài hơn {MOST_WORDS} chữ: {sentence}" for sentence in measures.too_long]
    lines += [f"chữ viết tắt chưa giải thích: {short}" for short in measures.unexplained_abbreviations]
    lines += [f"chữ giấy tờ: {hit.found} → {hit.say} (trong: {hit.sentence})" for hit in measures.officialese]
    return lines + [f"chuỗi “việc …”: {chain}" for chain in measures.chains]


if __name__ == "__main__":
    sys.exit(main())
