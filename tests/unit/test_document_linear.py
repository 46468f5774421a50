"""A page for one who hears it: all that is said, and nothing that is only drawn."""

from __future__ import annotations

from techdash.document.layout import Setting, lay_out, line_text
from techdash.document.load import load

TEXT = r"""
# A title

> A quote of
> two lines.

> [!WARNING]
> Mind this.

| name | figure |
|---|---:|
| one | 1 |
| two | 2 |

$$\frac{a}{b} = \sqrt{c}$$

---

![A picture](https://x.example/p.png)

<details><summary>More</summary>

Folded text.

</details>

- [x] done

Said[^1].

[^1]: A note.
"""


def spoken(width: int) -> list[str]:
    blocks = list(load(TEXT, "markdown", "").blocks())
    return [line_text(line).strip() for line in lay_out(blocks, width, Setting(linear=True))]


def test_nothing_is_drawn_and_all_is_said() -> None:
    lines = spoken(60)
    text = "\n".join(lines)
    assert not any("\u2500" <= char <= "\u25ff" for char in text)
    for said in (
        "A quote of two lines.",
        "Warning",
        "Mind this.",
        "a/b = √c",
        "image: A picture",
        "Folded text.",
    ):
        assert said in text, said
    assert "name  one" in lines
    assert "figure  2" in lines
    assert "[1] A note." in lines


def test_a_page_that_is_seen_is_drawn() -> None:
    blocks = list(load(TEXT, "markdown", "").blocks())
    text = "\n".join(map(line_text, lay_out(blocks, 60)))
    assert "▎" in text
    assert "───" in text
