"""Two languages as one document: nothing lost, nothing reordered, and every offset has its way back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.document.outline import headings, own_text, walk
from techdash.document.pair import Pair, align
from techdash.document.tree import (
    Block,
    Callout,
    CodeBlock,
    Details,
    Document,
    Figure,
    Footnote,
    FootnoteRef,
    Footnotes,
    Heading,
    Link,
    List,
    ListItem,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)

KINDS = (
    "heading",
    "paragraph",
    "code",
    "math",
    "figure",
    "table",
    "list",
    "quote",
    "callout",
    "notes",
    "rule",
)


def words(text: str) -> tuple[Text, ...]:
    return (Text(text),)


def block(kind: str, at: int, text: str) -> Block:
    match kind:
        case "heading":
            return Heading(at, 2, words(text))
        case "code":
            return CodeBlock(at, text)
        case "math":
            return MathBlock(at, text)
        case "figure":
            return Figure(at, text, text)
        case "table":
            return Table(at, (words(text),), ((words(text),),))
        case "list":
            return List(at, False, (ListItem((Paragraph(at + 2, words(text)),)),))
        case "quote":
            return Quote(at, (Paragraph(at + 2, words(text)),))
        case "callout":
            return Callout(at, "note", words(text), (Paragraph(at + 2, words(text)),))
        case "notes":
            return Footnotes(at, (Footnote("1", (Paragraph(at, words(text)),)),))
        case "rule":
            return Rule(at)
    return Paragraph(at, words(text))


def document(blocks: list[Block], size: int = 40) -> Document:
    """One block a part, as the front ends cut a text."""
    return Document([one.start for one in blocks], [size] * len(blocks), lambda index: (blocks[index],))


def made(kinds: list[tuple[str, int]], name: str) -> list[Block]:
    """Blocks of some kinds, each with words of its own and so many of them."""
    return [
        block(kind, number * 40, f"{name}{number}" + " w" * size) for number, (kind, size) in enumerate(kinds)
    ]


SOME = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 15)), max_size=14)


@given(SOME, SOME)
def test_every_block_of_both_stands_in_one_group_in_its_order(
    first: list[tuple[str, int]], second: list[tuple[str, int]]
) -> None:
    groups = align(made(first, "a"), made(second, "b"))
    for side, blocks in ((0, first), (1, second)):
        assert [number for group in groups for number in group[side]] == list(range(len(blocks)))
    assert all(left or right for left, right in groups)


@given(SOME, SOME)
def test_every_word_of_both_stands_once_in_the_document_of_both(
    first: list[tuple[str, int]], second: list[tuple[str, int]]
) -> None:
    one, other = made(first, "a"), made(second, "b")
    both = Pair(document(one), document(other), "en")
    shown = [own_text(part) for part in walk(both.document.blocks())]
    for name, blocks in (("a", one), ("b", other)):
        wanted = [own_text(part) for part in walk(blocks) if own_text(part)]
        assert [text for text in shown if text.startswith(name)] == wanted
    starts = [part.start for part in both.document.blocks()]
    assert starts == sorted(starts)
    firsts = [both.document.part(index)[0].start for index in range(len(both.document))]
    assert firsts == list(both.document.starts)
    for parts, begin, size in zip(
        map(both.document.part, range(len(both.document))),
        both.document.starts,
        both.document.sizes,
        strict=True,
    ):
        assert all(begin <= inner.start < begin + size for inner in walk(parts))


@given(SOME, SOME)
def test_every_offset_of_either_has_its_way_there_and_back(
    first: list[tuple[str, int]], second: list[tuple[str, int]]
) -> None:
    sides = made(first, "a"), made(second, "b")
    both = Pair(document(sides[0]), document(sides[1]), "en")
    for side, blocks in enumerate(sides):
        for number, one in enumerate(blocks):
            for inside in (0, 7, 39):
                at = both.offset(side, one.start + inside)
                found = both.where(at)
                if not isinstance(one, Rule):  # a rule of both stands once
                    assert found == (side, one.start + inside)
            other = sides[1 - side]
            across = both.across(side, one.start)
            assert not other or across in [there.start for there in other]
            if number:
                assert across >= both.across(side, blocks[number - 1].start)


def pairs_of(first: list[Block], second: list[Block]) -> list[tuple[list[str], list[str]]]:
    return [
        ([own_text(first[i])[:2] for i in left], [own_text(second[j])[:2] for j in right])
        for left, right in align(first, second)
    ]


def test_anchors_hold_paragraphs_in_their_sections() -> None:
    zh = made([("heading", 0), ("paragraph", 5), ("paragraph", 5), ("heading", 0), ("paragraph", 5)], "a")
    en = made([("heading", 0), ("paragraph", 9), ("heading", 0), ("paragraph", 5), ("paragraph", 1)], "b")
    found = pairs_of(zh, en)
    assert (["a0"], ["b0"]) in found
    assert (["a1", "a2"], ["b1"]) in found
    assert (["a3"], ["b2"]) in found
    assert found[3] in ((["a4"], ["b3"]), (["a4"], ["b3", "b4"]))


def test_a_paragraph_that_only_one_has_stands_alone() -> None:
    zh = made([("paragraph", 15), ("paragraph", 1), ("paragraph", 14)], "a")
    en = made([("paragraph", 15), ("paragraph", 14)], "b")
    assert pairs_of(zh, en) in (
        [(["a0"], ["b0"]), (["a1"], []), (["a2"], ["b1"])],
        [(["a0", "a1"], ["b0"]), (["a2"], ["b1"])],
        [(["a0"], ["b0"]), (["a1", "a2"], ["b1"])],
    )


def test_a_formula_that_only_one_has_does_not_shift_the_others() -> None:
    def formulas(*which: str) -> list[Block]:
        return [MathBlock(number * 40, tex) for number, tex in enumerate(which)]

    found = align(formulas("x", "y", "z"), formulas("x", "n e w", "y", "z"))
    assert [(list(left), list(right)) for left, right in found if left and right] == [
        ([0], [0]),
        ([1], [2]),
        ([2], [3]),
    ]


def test_what_is_the_same_in_both_stands_once() -> None:
    shared: list[Block] = [
        CodeBlock(0, "print(1)\n"),
        MathBlock(40, "x + y"),
        Figure(80, "a.svg", "", words("图")),
    ]
    english: list[Block] = [
        CodeBlock(0, "print(1)"),
        MathBlock(40, "x+y"),
        Figure(80, "a.svg", "", words("fig")),
    ]
    both = Pair(document(shared), document(english), "en")
    shown = list(walk(both.document.blocks()))
    assert [type(one) for one in shown] == [CodeBlock, MathBlock, Figure, Quote, Paragraph]
    assert own_text(shown[-1]) == "fig"
    assert [both.where(both.offset(1, at)) for at in (0, 40, 80)] == [(0, 0), (0, 40), (0, 80)]


def test_outline_links_and_notes_work_in_both() -> None:
    def text(language: str) -> list[Block]:
        link = Link(f"#{language}-two", words(f"{language} link"))
        return [
            Heading(0, 1, words(f"{language} one"), f"{language}-one"),
            Paragraph(40, (Text(f"{language} words"), FootnoteRef("1"), link)),
            Heading(80, 2, words(f"{language} two"), f"{language}-two"),
            Details(120, words("more"), (Paragraph(125, words(f"{language} within")),)),
            Footnotes(160, (Footnote("1", (Paragraph(160, words(f"{language} note")),)),)),
        ]

    both = Pair(document(text("zh")), document(text("en")), "en").document
    assert [title for _, _, title in headings(both)] == ["zh one", "zh two"]
    inlines = [one for part in walk(both.blocks()) if isinstance(part, Paragraph) for one in part.inlines]
    assert [one.label for one in inlines if isinstance(one, FootnoteRef)] == ["1", "1·en"]
    notes = [note.label for part in walk(both.blocks()) if isinstance(part, Footnotes) for note in part.notes]
    assert notes == ["1", "1·en"]
    assert [one.href for one in inlines if isinstance(one, Link)] == ["#zh-two", "#zh-two"]


def test_one_of_the_two_may_be_empty() -> None:
    some = made([("paragraph", 3), ("heading", 1)], "a")
    for pair, side in (
        (Pair(document(some), document([]), "en"), 0),
        (Pair(document([]), document(some), "en"), 1),
    ):
        assert [both.start for both in pair.document.blocks()] == [0, 40]
        assert pair.where(pair.offset(side, 45)) == (side, 45)
        assert pair.across(side, 45) == 0
    nothing = Pair(document([]), document([]), "en")
    assert (len(nothing.document), nothing.where(7), nothing.offset(0, 7)) == (0, (0, 0), 0)


@pytest.mark.parametrize("kind", ["math", "paragraph"])
def test_books_are_aligned_in_bounded_work(kind: str) -> None:
    first = made([(kind, number % 7) for number in range(3000)], "a")
    second = made([(kind, number % 7) for number in range(3100)], "b")
    groups = align(first, second)
    assert sum(len(left) for left, _ in groups) == 3000
    assert max(abs(left.start - right.start) for left, right in groups) <= 200
    for (left, right), (next_left, next_right) in pairwise(groups):
        assert (left.stop, right.stop) == (next_left.start, next_right.start)
