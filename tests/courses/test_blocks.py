"""A lesson cut into pieces: what is read out, searched and measured."""

from courses.blocks import cut

TEXT = """Mở đầu [@a] ở đây.

## Làm {#lam}

![Hai nút](media/x.svg)

1. Bấm `Gửi`.
2. Chờ [[mã OTP|mã]].
   Thêm dòng.

::: for nong-dan
::: tip
Ghi giá.

- Một
- Hai
:::
Cà phê.
:::

Hết.
"""


def test_pieces_come_in_order_with_their_section_audience_line_and_sources():
    blocks = cut(TEXT, first_line=6)
    assert [(block.kind, block.text, block.audience, block.line) for block in blocks] == [
        ("text", "Mở đầu ở đây.", None, 6),
        ("drawing", "Hai nút", None, 10),
        ("steps", "1. Bấm Gửi.\n2. Chờ mã. Thêm dòng.", None, 12),
        ("tip", "Ghi giá.\nMột\nHai", "nong-dan", 18),
        ("text", "Cà phê.", "nong-dan", 23),
        ("text", "Hết.", None, 26),
    ]
    assert blocks[0].sources == ("a",)
    assert (blocks[0].anchor, blocks[0].heading) == ("", "")
    assert {(block.anchor, block.heading) for block in blocks[1:]} == {("lam", "Làm")}


def test_steps_keep_the_number_they_start_with():
    assert cut("3. Ba\n4. Bốn")[0].text == "3. Ba\n4. Bốn"
