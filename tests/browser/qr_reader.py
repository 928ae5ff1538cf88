"""Read a QR code out of the SVG of a page, as a camera would: nothing but the drawing is known.

Enough of ISO/IEC 18004 for undamaged codes in byte mode, versions 2 to 9: no error is corrected.
"""

from __future__ import annotations

import re

from segno import consts

BYTE_MODE = 0b0100
FORMAT_MASK = 0b101010000010010
MASKS = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)


def text_of(svg: str) -> str:
    """The text in the QR code that `svg` draws."""
    dark = modules(svg)
    level, mask = format_of(dark)
    words = codewords(dark, MASKS[mask])
    bits = "".join(f"{word:08b}" for word in data_words(words, consts.ECC[version_of(dark)][level]))
    assert int(bits[:4], 2) == BYTE_MODE, "only byte mode is read"
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode()


def modules(svg: str) -> list[list[bool]]:
    """The squares of the code without its margin: True where one is dark."""
    lines = re.search(r' d="M(\d+) (\d+)\.5([^"]+)"', svg)
    width = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))
    margin = int(lines.group(1))
    size = width - 2 * margin
    dark = [[False] * size for _ in range(size)]
    column, row = 0, int(lines.group(2)) - margin
    for kind, first, second in re.findall(r"([hm])(-?\d+)(?: (-?\d+))?", lines.group(3)):
        if kind == "h":
            dark[row][column : column + int(first)] = [True] * int(first)
        else:
            row += int(second)
        column += int(first)
    return dark


def version_of(dark: list[list[bool]]) -> int:
    """The version (the size) of the code."""
    return (len(dark) - 17) // 4


def format_of(dark: list[list[bool]]) -> tuple[int, int]:
    """Level of error correction, as segno counts it, and the number of the mask."""
    bits = 0
    for column in (0, 1, 2, 3, 4):
        bits = bits * 2 + dark[8][column]
    found = bits ^ FORMAT_MASK >> 10
    return found >> 3, found & 0b111


def is_fixed(row: int, column: int, version: int) -> bool:
    """Whether a square belongs to the patterns of the code and carries no data."""
    size = version * 4 + 17
    top, left, bottom, right = row < 9, column < 9, row >= size - 8, column >= size - 8
    if (top and left) or (top and right) or (bottom and left) or 6 in (row, column):
        return True
    if version >= 7 and ((row < 6 and column >= size - 11) or (column < 6 and row >= size - 11)):
        return True
    centres = consts.ALIGNMENT_POS[version - 2]
    corners = {(centres[0], centres[0]), (centres[0], centres[-1]), (centres[-1], centres[0])}
    return any(
        abs(row - y) <= 2 and abs(column - x) <= 2 for y in centres for x in centres if (y, x) not in corners
    )


def codewords(dark: list[list[bool]], mask) -> list[int]:
    """Every codeword, in the order in which they wind through the code."""
    size, version = len(dark), version_of(dark)
    bits: list[bool] = []
    right, upwards = size - 1, True
    while right > 0:
        right -= right == 6  # the timing pattern takes a column of its own
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for column in (right, right - 1):
                if not is_fixed(row, column, version):
                    bits.append(dark[row][column] != mask(row, column))
        right, upwards = right - 2, not upwards
    return [
        int("".join("01"[bit] for bit in bits[place : place + 8]), 2) for place in range(0, len(bits) - 7, 8)
    ]


def data_words(words: list[int], groups) -> list[int]:
    """The data codewords, block after block: in the code the blocks are dealt out like cards."""
    sizes = [group.num_data for group in groups for _ in range(group.num_blocks)]
    blocks: list[list[int]] = [[] for _ in sizes]
    dealt = iter(words)
    for turn in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if turn < size:
                block.append(next(dealt))
    return [word for block in blocks for word in block]
