"""Each family of digests in two variants at least, taken apart as the JSON beside it says; nothing is lost.

Their structure is that of real issues as far as it is known, the words are ours. Two are of no family.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.document import html, markdown, notion
from techdash.document.outline import plain_text
from techdash.document.tree import Document
from techdash.editions.classify import classify
from techdash.editions.takeapart import take_apart
from techdash.models.parsed import ParsedEdition

FIXTURES = Path(__file__).parent.parent / "data" / "digests"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if not path.name.endswith(".expected.json"))
PAGE = "00000000-0000-4000-8000-000000000000"


def document(name: str) -> Document:
    text = (FIXTURES / name).read_text("utf-8")
    if name.endswith(".notion.json"):
        return notion.parse(notion.stored(json.loads(text), PAGE, "https://blog.example/daily"))
    return markdown.parse(text) if name.endswith(".md") else html.parse(text, "https://digest.example/")


def expected_of(name: str) -> dict[str, Any]:
    stem = name.removesuffix(".notion.json").removesuffix(".html").removesuffix(".md")
    kind = "-notion" if name.endswith(".notion.json") else ""
    return json.loads((FIXTURES / f"{stem}{kind}.expected.json").read_text("utf-8"))  # type: ignore[no-any-return]


def said(edition: ParsedEdition) -> str:
    """Every word that an edition shows."""
    found = [edition.lead]
    for section in edition.sections:
        found += [section.title, section.prose]
        for item in section.items:
            found += [item.title, item.url, item.who, item.summary]
    return "\n".join(found)


def words(text: str) -> list[str]:
    """Latin words and numbers whole, Han characters by themselves."""
    return re.findall(r"[0-9A-Za-z]+|[\u4e00-\u9fff]", text)


def taken(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a fixture gives, in the shape of the JSON beside it, and that JSON."""
    expected, doc = expected_of(name), document(name)
    _, cadence, day = classify(expected["entry"], expected["url"], "digest", "2026-05-15")
    edition = take_apart(doc, expected["entry"], day or "", cadence or "daily")
    shown = set(words(said(edition) + "\n" + expected["entry"]))
    found = {
        "entry": expected["entry"],
        "url": expected["url"],
        "day": edition.day,
        "cadence": edition.cadence,
        "lead": edition.lead,
        "lead_cut": edition.lead_cut,
        "stated_counts": edition.stated_counts,
        "sections": [
            {
                "kind": section.kind,
                "title": section.title,
                "items": [[item.title, item.url, item.who, item.summary] for item in section.items],
                "prose": section.prose,
            }
            for section in edition.sections
        ],
        # "read more" and its like, and what leads around the site: they stand in the text alone
        "in_the_text_alone": sorted({word for word in words(plain_text(doc.blocks())) if word not in shown}),
    }
    return found, expected


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_comes_apart_as_written_beside_it(name: str) -> None:
    found, expected = taken(name)
    assert found == expected


# -- nothing is lost


def _words(number: int) -> Sequence[str]:
    return [f"w{number}x{at}" for at in range(4)]


BLOCKS = (
    "# {0}\n",
    "## {0} {1}\n",
    "### [{0}](https://e.example/{0})\n",
    "## GitHub\n",
    "## 论文\n",
    "**{0} {1}**\n",
    "{0} {1}. {2} {3}.\n",
    "*{0} {1}*\n",
    "{0} [{1}](https://e.example/{1}) {2}.\n",
    "[{0} {1}](https://e.example/{0}): {2} {3}.\n",
    "**{0}**: {1}. {2} [{3}](https://e.example/{3}).\n",
    "**{0}:** {1} [Read more](https://e.example/{0})\n",
    "@{0}: {1} {2}.\n",
    "- {0}\n- {1}\n- **{2}**: {3}\n",
    "- [{0}](https://e.example/{0}) — {1}\n- {2}: {3}\n",
    "- {0}\n  - [{1}](https://e.example/{1})\n",
    "- {0}\n  - [{1}](https://e.example/{1})\n  - [{2}](https://x.com/{2}) {3}\n",
    "- {0}\n\n  {1}\n\n  [{2}](https://e.example/{2})\n",
    "1. **[{0}](https://e.example/{0})** {1}\n2. {2} {3}\n",
    "> {0} {1}\n",
    "| {0} | {1} |\n| --- | --- |\n| {2} | [{3}](https://github.com/{3}) |\n",
    "```\n{0} {1}\n```\n",
    "$$\n{0}\n$$\n",
    "{0}\\\n[{1}](https://e.example/{1}) {2}\\\n[{3}](https://e.example/{3})\n",
    "---\n",
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), max_size=9))
def test_every_word_of_a_document_is_in_its_edition(blocks: list[str]) -> None:
    text = "\n".join(block.format(*_words(number)) for number, block in enumerate(blocks))
    edition = take_apart(markdown.parse(text), "The title", "2026-05-12", "daily")
    shown = said(edition)
    if not edition.sections:  # all there is is its lead, beside which stands its title
        text = re.sub(r"(?m)^(#.*|\*[^*]*\*)$", "", text)
    lost = [word for word in re.findall(r"w\d+x\d", text) if word not in shown]
    assert not lost, edition
