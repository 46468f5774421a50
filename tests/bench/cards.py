"""Figures of the cheat-sheet with thousands of cards: making them ready, finding, and a key in its line."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from techdash import assets
from techdash.document import markdown
from techdash.finding import Index
from techdash.models.parsed import Card
from techdash.sheets import cards_of
from tests.bench import library
from tests.bench.figures import Measured, Setting, Values, in_turn, milliseconds, p95, ratios
from tests.bench.keys import in_options
from tests.bench.probe import Probe
from tests.bench.prose import Prose
from tests.bench.start import window

CARDS = 5000
# As they are typed, a letter a key: names, meanings, slips, abbreviations, several words, Chinese.
TYPED = (
    "resume",
    "--dangerously",
    "auto accept",
    "rewidn",
    "ptu",
    "the model",
    "claude mcp add server",
    "zzzq",
    "撤销",
    "计划模式",
    "粘贴图片夹",
)
_IN_WINDOW = ("resume", "auto accept", "rewidn", "the model")


def of_many(count: int) -> list[Card]:
    """The cards that come with techdash, and others of as many words until there are ``count``."""
    files = sorted((assets.folder("data") / "cheatsheet").glob("*.md"))
    found = [
        card for file in files for card in cards_of(markdown.parse(file.read_text("utf-8")), file.stem, "")
    ][:count]
    prose = Prose(5)
    for number in range(len(found), count):
        one, other = prose.title(False).lower().split()[:2]
        found.append(
            Card(
                sheet="Many",
                section=f"{one.title()} {number // 40}",
                item=f"{one}-{other}",
                syntax=f"{one}{number % 97}-{other} --{one} <{other}>",
                text=prose.title(False),
                text_zh=prose.title(True),
                example=f"{one} --{other} {number}",
                section_zh=prose.title(True)[:6],
            )
        )
    return found


def _prefixes(typed: Sequence[str]) -> list[str]:
    return [query[:length] for query in typed for length in range(1, len(query) + 1)]


def _finding(cards: Sequence[Card]) -> Measured:
    began = time.perf_counter()
    index = Index(cards)
    made = time.perf_counter() - began
    took = []
    for query in _prefixes(TYPED):
        began = time.perf_counter()
        index.find(query)
        took.append(time.perf_counter() - began)
    return {"made": made, "p95": p95(took), "most": max(took)}


def finding(setting: Setting) -> Values:
    """C1: by themselves, in this process."""
    (found,) = in_turn(setting, partial(_finding, of_many(setting.scaled(CARDS))))
    return [milliseconds(found, name) for name in ("p95", "most", "made")]


@contextmanager
def _room(home: Path) -> Iterator[Probe]:
    with window(home) as probe:
        probe.until(library.LEAD)
        probe.press_until("3", r"/clear")
        yield probe


def _typing(home: Path) -> Measured:
    """From each letter of the queries to the last byte of what it paints."""
    with _room(home) as probe:
        answers = []
        for query in _IN_WINDOW:
            answers += [probe.press(letter) for letter in query]
            probe.press("<escape>")
            probe.press("/")
        return {name: p95([getattr(one, name) for one in answers]) for name in ("first", "rest")}


def typing(setting: Setting) -> Values:
    """C2: a key in the line that narrows, beside a key of a plain list."""
    home = library.sheet(setting, of_many(setting.scaled(CARDS)))
    beside = partial(in_options, setting.scaled(10_000))
    ours, others = in_turn(setting, partial(_typing, home), beside)
    return [milliseconds(ours, "rest"), ratios(ours, others, "rest"), milliseconds(ours, "first")]
