"""Finding: what folds, what a match covers, formulas by source, sign and name; a naive scan agrees."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.document import html, markdown
from techdash.document.find import Index, Match, Pattern
from techdash.text.folding import fold

_ALPHABET = "aAbZé ß\tfi\nAIＡ１，。“”’'\"模型和は　…e\u0301½∇\u200bﬁ가\u1100\u1161№"
TEXTS = st.text(st.sampled_from(_ALPHABET), max_size=40) | st.text(
    st.characters(exclude_categories=("Cs",)), max_size=30
)


def found_in(source: str, query: str) -> list[str]:
    """The stretches of a Markdown source that are found, where the text is the source."""
    return [source[match.start : match.end] for match in all_of(markdown.parse(source), query)]


def all_of(document: object, query: str, first: int = 0) -> list[Match]:
    return [each for part in Index(document).search(Pattern(query), first) for each in part]  # type: ignore[arg-type]


# -- folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＩ　模型", "ai模型"),
        ("AI 模型", "ai模型"),
        ("a  b\n c", "a b c"),
        ("中\n文", "中文"),
        ("Straße", "strasse"),
        ("e\u0301", "\xe9"),
        ("“it’s”", '"it\'s"'),
        ("ﬁx", "fix"),
        ("你好，世界", "你好,世界"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(TEXTS)
def test_folded_text_leads_back_to_its_source(text: str) -> None:
    folded = fold(text)
    ends = 0
    for at in range(len(folded.text)):
        start, end = folded.source(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert start >= ends - (end - start)
        ends = end
        # the stretch alone folds to what holds the character, but for what its neighbours make of it
        alone = fold(text[start:end]).text
        assert folded.text[at] in alone or alone.isspace() or any(map(unicodedata.combining, text))


@given(TEXTS)
def test_folding_is_that_of_unicode_but_for_spaces_and_quotes(text: str) -> None:
    def plain(words: str) -> str:
        once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
        straight = once.translate(
            {0x2018: "'", 0x2019: "'", 0x201B: "'", 0x201C: '"', 0x201D: '"', 0x201F: '"'}
        )
        return "".join(straight.split())

    letters = "".join(char for char in text if char in _ALPHABET and not char.isspace())
    assert "".join(fold(letters).text.split()) == plain(letters)


@given(TEXTS, st.data())
def test_a_naive_scan_of_the_folded_text_agrees(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.text.strip():
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, min(len(folded.text), start + 5)))
    pattern = Pattern(folded.text[start:end])
    if not pattern:
        return
    naive, at = [], 0
    while at < len(folded.text):
        for words in pattern.alternatives:
            if folded.text.startswith(words, at):
                naive.append(folded.source(at, at + len(words)))
                at += len(words) - 1
                break
        at += 1
    assert pattern.spans(folded) == naive
    assert not pattern.stands_in(folded.text) or naive


def test_a_long_text_folds_as_its_pieces_do() -> None:
    text = "Ein Wort, 一个词；" * 20_000
    folded = fold(text)
    assert folded.text == "ein wort,一个词;" * 20_000
    at = folded.text.index("词", 150_000)
    start, end = folded.source(at, at + 1)
    assert text[start:end] == "词"


# -- in documents


@pytest.mark.parametrize(
    ("source", "query", "found"),
    [
        ("On LayerNorm and layernorm.", "LAYERNORM", ["LayerNorm", "layernorm"]),
        ("大模型与ＡＩ模型。", "ai模型", ["ＡＩ模型"]),
        ("大模型与AI模型。", "AI 模型", ["AI模型"]),
        ("two words here", "two  words", ["two words"]),
        ("two\nwords here", "two words", ["two\nwords"]),
        ("# A heading here", "heading", []),
        ("aaaa", "aa", ["aa", "aa"]),
        ("nothing", "", []),
        ("nothing", "  ", []),
    ],
)
def test_words_are_found(source: str, query: str, found: list[str]) -> None:
    if not found and query.strip():
        assert len(all_of(markdown.parse(source), query)) == 1  # offsets count the text, not its marks
    else:
        assert found_in(source, query) == found


@pytest.mark.parametrize("query", ["∇", "nabla", "\\nabla", "\\nabla f", "∇f", "NABLA"])
@pytest.mark.parametrize(
    "source",
    ["We take $\\nabla f$ here.", "$$\n\\nabla f\n$$", "| $\\nabla f$ |\n|---|\n| b |", "> - $\\nabla f$"],
)
def test_a_formula_is_found_by_sign_name_and_source(source: str, query: str) -> None:
    assert len(all_of(markdown.parse(source), query)) == 1


def test_a_formula_is_found_once_where_its_source_has_the_words() -> None:
    matches = all_of(markdown.parse("Let $\\beta$, that is $\\beta + \\beta$, be."), "beta")
    assert len(matches) == 3
    assert len(all_of(markdown.parse("Let $\\beta$, that is $\\beta + \\beta$, be."), "β")) == 2


def test_short_words_do_not_find_signs() -> None:
    document = markdown.parse("From a to b: a → b, and $a \\in B$.")
    assert len(all_of(document, "to")) == 1
    assert len(all_of(document, "\\to")) == 1
    assert len(all_of(document, "colon")) == 0


@pytest.mark.parametrize(
    "source",
    [
        "| a | needle |\n|---|---|\n| b | c |",
        "| a | b |\n|---|---|\n| needle | c |",
        "```python\nx = needle\n```",
        "![the needle](a.png)",
        "- one\n  - the needle",
        "> quoted needle",
        "Mark[^1].\n\n[^1]: the needle",
        "> [!NOTE]\n> the needle",
        "a `needle` in code",
        "[the needle](https://a.example)",
        "**nee**dle",
    ],
)
def test_words_are_found_wherever_they_stand(source: str) -> None:
    assert len(all_of(markdown.parse(source), "needle")) == 1


def test_what_is_folded_is_found() -> None:
    source = "<details><summary>More</summary>\n\n<details><p>needle</p></details></details>"
    for document in (html.parse(source), markdown.parse(source)):
        assert len(all_of(document, "needle")) == 1
        assert len(all_of(document, "more")) == 1


def test_the_search_begins_anywhere_and_goes_round() -> None:
    document = markdown.parse("\n\n".join(f"needle {number}" for number in range(9)))
    straight = all_of(document, "needle")
    assert len(straight) == 9
    assert straight == sorted(straight)
    assert all_of(document, "needle", 4) == straight[4:] + straight[:4]


def test_drawn_formulas_are_marked() -> None:
    assert Pattern("\\nabla").drawn("take ∇f") == [(5, 6)]
    assert Pattern("nabla").drawn("take ∇f") == [(5, 6)]
    assert Pattern("\\frac{a}{b}").drawn("so a/b is") == [(3, 6)]
