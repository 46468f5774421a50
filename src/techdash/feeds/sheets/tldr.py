"""Pages of tldr: a command, what it is, and examples with ``{{placeholders}}`` (tldr style guide 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct

from techdash.feeds.sheets.lines import LONGEST_COMMAND, LONGEST_TEXT
from techdash.models.parsed import Card
from techdash.text.clean import one_line
from techdash.text.urls import web_link

PLATFORMS = frozenset(
    {
        "common",
        "linux",
        "osx",
        "windows",
        "android",
        "freebsd",
        "netbsd",
        "openbsd",
        "sunos",
        "cisco-ios",
        "dos",
    }
)
_MOST_EXAMPLES = 200
_PAGE = re.compile(r"\s*#[ \t]+\S.*\n\s*>")
_EXAMPLE = re.compile(r"^-[ \t]+(.+)\n\s*`(.+)`[ \t]*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}(?!\})")
_ESCAPED = re.compile(r"\\([{}])")
# The long form of an option and the short one.
_OPTION = re.compile(r"\[(-[^|\]]*)\|(-[^|\]]*)\]")


class Page(Struct, frozen=True):
    """A page; ``examples`` are pairs of what it does and the command as the page has it."""

    name: str
    said: str
    link: str
    examples: tuple[tuple[str, str], ...]


def is_page(text: str) -> bool:
    """Whether a text begins as a page does and has an example."""
    return _PAGE.match(text) is not None and _EXAMPLE.search(text) is not None


def page(text: str) -> Page:
    """A page as it is written; what is missing is empty."""
    heading = re.search(r"^#[ \t]+(.+)$", text, re.MULTILINE)
    said: list[str] = []
    link = ""
    for line in re.findall(r"^>(.*)$", text, re.MULTILINE):
        address = re.search(r"<(https?://[^<>\s]+)>", line)
        if address:
            link = link or web_link(address[1]) or ""
        elif not said:  # a line further on speaks of other pages
            said.append(one_line(line))
    examples = tuple(
        (_text(found[1]), found[2][:LONGEST_COMMAND].strip())
        for found in islice(_EXAMPLE.finditer(text), _MOST_EXAMPLES)
    )
    name = one_line(heading[1].replace("`", "")) if heading else ""
    return Page(name, _text(" ".join(said)), link, examples)


def cards(page: Page, chinese: Page | None, platform: str = "", most: int | None = None) -> Iterator[Card]:
    """The first ``most`` examples of a page as cards, in Chinese too where that page has the same command."""
    section = page.name if platform in ("", "common") else f"{page.name} · {platform}"
    translated = _translated(page.examples, chinese.examples) if chinese else {}
    for number, (what, command) in enumerate(page.examples[:most]):
        yield Card(
            sheet="tldr",
            section=section,
            item=page.name,
            syntax=_ours(command),
            text=what,
            text_zh=translated.get(number, ""),
            source=page.link,
            note=page.said,
            note_zh=chinese.said if chinese else "",
            literal=True,
        )


def _text(words: str) -> str:
    return one_line(words.replace("`", "").replace("[", "").replace("]", "")).rstrip(" :：。.")[:LONGEST_TEXT]


def _translated(examples: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> dict[int, str]:
    """What is said in another language of each example: of the same command, placeholders apart."""
    said: dict[str, list[str]] = {}
    for what, command in reversed(others):
        said.setdefault(_PLACEHOLDER.sub("{{}}", command), []).append(what)
    found = {}
    for number, (_, command) in enumerate(examples):
        if same := said.get(_PLACEHOLDER.sub("{{}}", command)):
            found[number] = same.pop()
    return found


def _ours(command: str) -> str:
    """A command with placeholders as cards have them, options in their long form, no braces escaped."""
    return one_line(_ESCAPED.sub(r"\1", _PLACEHOLDER.sub(_placeholder, command)))


def _placeholder(found: re.Match[str]) -> str:
    inner = found[1].strip()
    if option := _OPTION.fullmatch(inner):
        return max(option[1], option[2], key=len)
    name = re.sub(r"[<>\"]", "", inner).strip()
    if not name:
        return inner
    return f"<{name}>" if name[0].isalpha() else f"<e.g. {name}>"
