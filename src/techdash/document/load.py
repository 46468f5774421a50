"""A stored body to a document: picks the front end for its format, and loads no other."""

from __future__ import annotations

from techdash.document.tree import Document
from techdash.models.parsed import BodyFormat


def load(body: str, body_format: BodyFormat, base_url: str = "") -> Document:
    """The document of a body; ``base_url`` is what its relative links are seen from."""
    if body_format == "html":
        from techdash.document import html

        return html.parse(body, base_url)
    if body_format == "markdown":
        from techdash.document import markdown

        return markdown.parse(body, base_url)
    if body_format == "notion":
        from techdash.document import notion

        return notion.parse(body, base_url)
    from techdash.document import plain

    return plain.parse(body)
