"""``python -m tests.bench.corpora``: what the strict parser and feedparser make of every file of two corpora.

For each document both readings are taken to entries by the same rules, and compared field by field. What
differs is listed with its reason from ``tests/data/corpora.toml``, where each is judged; a difference that is
not in there is a mistake of one of us.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from techdash.document.html_text import to_text
from techdash.feeds import charset, rules, soup, strict
from techdash.feeds.raw import RawFeed
from techdash.feeds.sniff import NotAFeed, what
from techdash.feeds.titles import title_of
from techdash.models.parsed import ParsedEntry
from tests import corpora

URL = "https://feeds.example/x"
NOW = 1_790_000_000
JUDGED = Path(__file__).parents[1] / "data" / "corpora.toml"
CORPORA = {"feedparser": corpora.FEEDPARSER, "gofeed": corpora.GOFEED, "ours": corpora.OURS}


@dataclass(frozen=True)
class Reading:
    """What one parser gives: the feed's own fields, its entries' fields, or a refusal."""

    feed: dict[str, object]
    entries: tuple[dict[str, object], ...] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Difference:
    """A field in which two readings of a file differ; ``entry`` -1 is the feed itself."""

    file: str
    field: str
    ours: object
    theirs: object
    entry: int = -1


def text_of(path: Path) -> str:
    """The document's text; feedparser's files say their HTTP headers in a comment."""
    body = path.read_bytes()
    label = re.search(rb"(?i)content-type:[^\n]*charset=\s*[\"']?([\w.:-]+)", body[:1_000])
    return charset.decode(body, label[1].decode("ascii") if label else "")


def by_strict(text: str) -> Reading | None:
    """The strict parser's reading, or None where it leaves the document to feedparser."""
    try:
        return _reading(strict.parse(text, URL))
    except strict.NotXml:
        return None
    except NotAFeed as refusal:
        return Reading({}, refusal=str(refusal))


def by_feedparser(text: str) -> Reading:
    """feedparser's reading, on the way that broken documents take."""
    try:
        return _reading(soup.parse(text, URL))
    except NotAFeed as refusal:
        return Reading({}, refusal=str(refusal))


def _reading(raw: RawFeed) -> Reading:
    entries, _ = rules.entries_of(raw, now=NOW, max_items=1_000)
    feed = {
        "title": title_of(raw.title),
        "language": rules.primary_language(raw.language),
        "version": raw.version,
    }
    return Reading(feed, tuple(map(_fields, entries)))


def _fields(entry: ParsedEntry) -> dict[str, object]:
    """An entry as it is compared: texts by their words, so that white space and mark-up count for nothing."""
    return {
        # A key made of the texts says nothing that these don't.
        "key": "" if entry.key.startswith("sha256:") else entry.key,
        "title": entry.title,
        "url": entry.url,
        "published": entry.published,
        "author": entry.author,
        "summary": _words(entry.summary, "text"),
        "body": _words(entry.body, entry.body_format),
        "enclosures": tuple((file.url, file.type, file.length) for file in entry.enclosures),
        "tags": entry.tags,
    }


def _words(text: str, form: str) -> str:
    return " ".join((to_text(text) if form == "html" else text).split())


def differences(name: str, text: str) -> Iterator[Difference]:
    """How the two readings of a document differ; nothing where the strict parser leaves it to the other."""
    ours = by_strict(text)
    if ours is None:
        return
    theirs = by_feedparser(text)
    if bool(ours.refusal) != bool(theirs.refusal):
        yield Difference(name, "refusal", ours.refusal, theirs.refusal)
        return
    for key in ours.feed:
        if ours.feed[key] != theirs.feed[key]:
            yield Difference(name, f"feed {key}", ours.feed[key], theirs.feed[key])
    if len(ours.entries) != len(theirs.entries):
        yield Difference(name, "entries", len(ours.entries), len(theirs.entries))
    for number, (one, other) in enumerate(zip(ours.entries, theirs.entries, strict=False)):
        for key in one:
            if one[key] != other[key]:
                yield Difference(name, key, one[key], other[key], number)


@dataclass(frozen=True)
class Judgement:
    """Why some files' readings differ, and who is right: ``ours``, ``feedparser`` or ``either``."""

    reason: str
    right: str
    fields: frozenset[str]
    files: frozenset[str]

    def covers(self, difference: Difference) -> bool:
        return difference.field in self.fields and difference.file in self.files


def judgements() -> list[Judgement]:
    """What ``corpora.toml`` says."""
    return [
        Judgement(row["reason"], row["right"], frozenset(row["fields"]), frozenset(row["files"]))
        for row in tomllib.loads(JUDGED.read_text("utf-8"))["judgement"]
    ]


def documents(corpus: str) -> list[tuple[str, str]]:
    """The names and the texts of the documents of a corpus that look like a feed."""
    folder = CORPORA[corpus]
    found = []
    for path in corpora.documents(folder):
        text = text_of(path)
        if what(text, path.read_bytes()) == "feed":
            found.append((f"{corpus}/{path.relative_to(folder).as_posix()}", text))
    return found


def main() -> int:
    """Exit status 0 if every difference is judged, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpora", description=__doc__)
    parser.add_argument("--all", action="store_true", help="print the differences that are judged, too")
    options = parser.parse_args()
    judged = judgements()
    counted: Counter[str] = Counter()
    unjudged = 0
    for corpus, folder in CORPORA.items():
        found = documents(corpus)
        left = sum(by_strict(text) is None for _, text in found)
        different = set()
        for name, text in found:
            for difference in differences(name, text):
                different.add(name)
                by = next((one for one in judged if one.covers(difference)), None)
                if by is None:
                    unjudged += 1
                else:
                    counted[by.reason] += 1
                if by is None or options.all:
                    place = f"{difference.file} [{difference.entry}] {difference.field}"
                    print(f"{place}: {by.reason if by else 'not judged'}")
                    print(f"    strict     {difference.ours!r:.300}")
                    print(f"    feedparser {difference.theirs!r:.300}")
        files = len(corpora.files(folder))
        print(
            f"{corpus}: {files} files, {len(found)} feeds, {left} left to feedparser, "
            f"{len(found) - left - len(different)} read alike, {len(different)} differently"
        )
    for one in judged:
        print(f"{counted[one.reason]:5} {one.right:10} {one.reason}")
    print(f"{unjudged} differences are not judged")
    return 1 if unjudged else 0


if __name__ == "__main__":
    sys.exit(main())
