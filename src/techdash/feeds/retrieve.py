"""Gets a source's documents: a feed, a feed with its list pages, or local files. Failures are values."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from techdash.feeds import local
from techdash.models.fetched import Failed, Fetched, NotModified, Outcome
from techdash.models.sources import Source, Validators

if TYPE_CHECKING:
    from techdash.feeds.client import Client
    from techdash.feeds.holding import Part

_NONE = Validators()
# A NotionNext site writes its feed at build time; its list pages, one a language, are fresher.
_LIST_PAGES = ("/", "/en")


def is_local(source: Source) -> bool:
    """Whether a source is a file or a folder of this machine."""
    return not source.url.lower().startswith(("http://", "https://"))


def addresses_of(source: Source) -> list[str]:
    """Every address that one retrieval of a source asks for; the source's own first."""
    if is_local(source) or source.full_text != "notionnext":
        return [source.url]
    base = urlsplit(source.site_url if source.site_url.startswith("http") else source.url)
    return list(
        dict.fromkeys([source.url, *(f"{base.scheme}://{base.netloc}{path}" for path in _LIST_PAGES)])
    )


async def retrieve(
    source: Source,
    validators: Mapping[str, Validators],
    client: Client,
    now: int,
    part: Part | None = None,
    *,
    public_only: bool = False,
) -> list[Outcome]:
    """One outcome for each address of a source, asked for one after the other.

    ``public_only``: it was public before, so a private address does not speak for it. ``part`` is what is
    held of its documents.

    ``validators`` are those of the last time, by address. A document whose bytes are those of the last time
    is :class:`NotModified`, whatever the server's validators say.
    """
    outcomes: list[Outcome] = []
    for address in addresses_of(source):
        before = validators.get(address, _NONE)
        outcome = await client.fetch(address, before, now=now, public_only=public_only, part=part)
        outcomes.append(_unless_same(outcome, before))
    return outcomes


async def retrieve_local(source: Source, validators: Mapping[str, Validators]) -> list[Outcome]:
    """The outcome of reading a local source."""
    before = validators.get(source.url, _NONE)
    found = await asyncio.to_thread(local.read, source.url, sheets=source.kind == "cheatsheet")
    return [_unless_same(found, before)]


def _unless_same(outcome: Outcome, before: Validators) -> Outcome:
    if isinstance(outcome, Failed | NotModified) or outcome.validators.body_hash != before.body_hash:
        return outcome
    if isinstance(outcome, Fetched):
        return NotModified(
            outcome.url,
            outcome.validators,
            outcome.max_age,
            http=outcome.http,
            moved_to=outcome.moved_to,
            public=outcome.public,
        )
    return NotModified(outcome.url, outcome.validators, http=None)
