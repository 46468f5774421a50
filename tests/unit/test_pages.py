"""The pages of a document without a window: what is guessed, laid out, cut, found again."""

from __future__ import annotations

import pytest

from techdash.document.inlines import text_of
from techdash.document.layout import Setting, line_text, source_text
from techdash.document.lines import Line, Span
from techdash.document.outline import own_text, walk
from techdash.document.tree import CodeBlock, Document, List, ListItem, Paragraph, Text
from techdash.tui.widgets.pages import HEAD, LARGE, Pages
from techdash.tui.widgets.pieces import PIECE, pieces_of, size_of


def paragraphs(count: int, words: int = 30) -> Document:
    """Numbered paragraphs, each a part of its own."""
    texts = [f"Paragraph {number} " + "says so, " * words + "as it must." for number in range(count)]
    starts = [sum(len(text) + 2 for text in texts[:number]) for number in range(count)]
    return Document(
        starts,
        [len(text) for text in texts],
        lambda part: (Paragraph(starts[part], (Text(texts[part]),)),),
    )


def one_part(block: Paragraph | CodeBlock | List) -> Document:
    return Document([0], [size_of(block)], lambda _: (block,))


def pages_of(document: Document, width: int = 40) -> Pages:
    pages = Pages(lambda _: [Line((Span("The title"),), 0)], document, width, Setting(sideways=True))
    pages.room = 60
    return pages


def done_aside(pages: Pages) -> None:
    """Do all that is wanted, as the window does on another thread."""
    while pages.wanted:
        name, _ = pages.wanted.popitem()
        pages.aside(name)()


def shown(pages: Pages) -> list[Line]:
    """All lines."""
    lines: list[Line] = []
    index = 0
    while index < len(pages):
        found = pages.lines(index)
        if found is None:
            done_aside(pages)
        else:
            lines += found
            index += 1
    return lines


def test_rows_are_counted_again_when_a_guess_was_wrong() -> None:
    pages = pages_of(paragraphs(50))
    guessed = pages.total
    lines = shown(pages)
    assert pages.total == len(lines) != guessed
    for row in range(0, pages.total, 7):
        index, at = pages.at(row)
        assert pages.row(index, at) == row
        assert (pages.lines(index) or [])[at] is lines[row]


def test_only_what_covers_the_screen_is_laid_out() -> None:
    pages = pages_of(paragraphs(5000))
    middle = pages.index_of(pages.document.starts[2500])
    assert pages.fill(middle, 0, 40)
    known = [index for index in range(len(pages)) if pages.known(index)]
    assert known[0] == middle
    assert len(known) < 20


def test_work_ends_with_its_room_and_goes_on_in_the_next_turn() -> None:
    pages = pages_of(paragraphs(200))
    pages.room = 1e-9
    assert not pages.fill(1, 0, 100)
    assert [pages.known(index) for index in (1, 2)] == [True, False]
    pages.room = 60
    assert pages.fill(1, 0, 100)


def test_moving_down_and_up_again_ends_on_the_same_line() -> None:
    pages = pages_of(paragraphs(100))
    for lines in (1, 17, 400):
        down = pages.moved(3, 1, lines)
        assert pages.moved(*down, -lines) == (3, 1)
    assert pages.moved(3, 0, -10_000) == (HEAD, 0)


@pytest.mark.parametrize("width", [20, 33, 76])
def test_every_offset_leads_to_the_line_that_holds_it(width: int) -> None:
    pages = pages_of(paragraphs(20), width)
    for offset in range(0, pages.document.starts[-1], 97):
        index = pages.index_of(offset)
        at = pages.line_of(index, offset)
        lines = pages.lines(index) or []
        after = next((line.start for line in lines[at + 1 :] if line.start > lines[at].start), None)
        assert lines[at].start <= offset
        assert after is None or offset < after


def test_a_quote_is_found_where_an_edit_has_moved_it() -> None:
    document = paragraphs(60)
    pages = pages_of(document)
    index = pages.index_of(document.starts[30])
    _, quote = pages.first_words(index, 2)
    narrower = pages_of(document, 25)
    found = next(place for place in narrower.search(index - 9, "Paragraph 30 says so") if place)
    assert found == (index, 0)
    assert not narrower.holds(index - 9, 0, "Paragraph 30 says so")
    assert quote
    assert narrower.holds(index, narrower.line_of(index, pages.first_words(index, 2)[0]), quote)
    assert list(narrower.search(index, "words that are nowhere in it")) == []


# -- large parts


def code(lines: int) -> CodeBlock:
    return CodeBlock(100, "\n".join(f"x = {number}  # a line of code" for number in range(lines)), "python")


def items(count: int) -> List:
    return List(
        0,
        True,
        tuple(
            ListItem((Paragraph(number * 30, (Text(f"the item called {number}"),)),))
            for number in range(count)
        ),
    )


def sentences(count: int) -> Paragraph:
    return Paragraph(7, (Text("".join(f"Sentence {number} is here. " for number in range(count))),))


@pytest.mark.parametrize("block", [code(3000), items(2000), sentences(4000)], ids=["code", "list", "words"])
def test_a_large_block_is_cut_and_loses_nothing(block: CodeBlock | List | Paragraph) -> None:
    pieces = pieces_of([block])
    assert len(pieces) > 5
    assert all(piece.size < 2 * PIECE for piece in pieces)
    whole = "".join(own_text(inner) for inner in walk([block]))
    parts = ["".join(own_text(inner) for inner in walk(piece.blocks)) for piece in pieces]
    assert ("\n" if isinstance(block, CodeBlock) else "").join(parts) == whole
    assert [piece.start for piece in pieces] == sorted({piece.start for piece in pieces})


def test_a_paragraph_is_cut_between_sentences() -> None:
    for piece in pieces_of([sentences(4000)]):
        assert own_text(piece.blocks[0]).startswith("Sentence")


def test_a_paragraph_without_a_blank_is_cut_too() -> None:
    block = Paragraph(0, (Text("字" * 50_000),))
    pieces = pieces_of([block])
    assert all(piece.size < 3 * PIECE for piece in pieces)
    assert sum(len(text_of(inner.inlines)) for piece in pieces for inner in piece.blocks) == 50_000


def test_small_blocks_stay_together() -> None:
    blocks = [Paragraph(number * 10, (Text("few words"),)) for number in range(50)]
    assert [piece.blocks for piece in pieces_of(blocks)] == [tuple(blocks)]


@pytest.mark.parametrize("block", [code(3000), items(3000), sentences(4000)], ids=["code", "list", "words"])
def test_a_large_part_comes_from_aside_without_gaps(block: CodeBlock | List | Paragraph) -> None:
    pages = pages_of(one_part(block))
    assert size_of(block) > LARGE
    assert pages.lines(1) is None
    assert list(pages.wanted) == [(0, 0)]
    assert not pages.known(1)
    lines = shown(pages)[2:]
    text = " ".join(line_text(line) for line in lines)
    for number in (0, 1, 1000, 1999):
        assert (f"x = {number} " in text) or f"called {number} " in text or f"Sentence {number} " in text
    blank = [at for at, line in enumerate(lines) if not line.spans]
    assert blank == [len(lines) - 1]
    again = pages.again(30, pages.setting)
    assert len(again) == len(pages)


def test_code_that_was_cut_is_copied_as_one() -> None:
    block = code(900)
    pages = pages_of(one_part(block))
    lines = [line for line in shown(pages)[2:] if line.spans]
    copied = source_text(lines).splitlines()
    assert [line for line in copied if line.startswith("x = ")] == block.text.splitlines()


def test_a_paragraph_that_was_cut_is_copied_as_one() -> None:
    block = sentences(4000)
    lines = [line for line in shown(pages_of(one_part(block)))[2:] if line.spans]
    assert source_text(lines) == text_of(block.inlines).rstrip()
