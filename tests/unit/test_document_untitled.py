"""A title is said once: a document's own heading of the same words goes."""

from __future__ import annotations

import pytest

from techdash.document import html, markdown
from techdash.document.outline import headings, plain_text
from techdash.document.untitled import without_title


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Tides by Least Squares", "Tides by Least Squares"),
        ("Tides by least squares", "Tides by  Least Squares"),
        ("[2303.00001] Tides", "Tides"),
        ("Tides - by Ada Example - The Letter", "Tides"),
        ("Tides | Lower Quay", "Tides"),
        ("潮汐 · 码头", "潮汐"),
    ],
)
def test_a_heading_that_says_the_title_again_is_left_out(title: str, heading: str) -> None:
    document = html.parse(f"<article><h1>{heading}</h1><p>First.</p><h2>Next</h2></article>")
    rest = without_title(document, title)
    assert [text for _, _, text in headings(rest)] == ["Next"]
    assert plain_text(rest.blocks()) == "First.\n\nNext"
    assert rest.part(0) == document.part(0)[1:]
    assert rest.starts == document.starts


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Introduction to tides", "# Introduction\n\nFirst."),
        ("Tides: a history", "# Tides\n\nFirst."),
        ("Tides", "First.\n\n# Tides"),
        ("Tides", "# Tidesmen"),
        ("", "# Tides"),
        ("Tides", ""),
    ],
)
def test_any_other_heading_stays(title: str, source: str) -> None:
    document = markdown.parse(source)
    assert without_title(document, title) is document


def test_a_title_below_pictures_is_found() -> None:
    document = markdown.parse("![logo](logo.png)\n\n# Tides\n\nFirst.")
    assert plain_text(without_title(document, "Tides").blocks()) == "logo\n\nFirst."
