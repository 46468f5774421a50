"""``python -m tests.bench.mutants``: spoil feeds in thousands of ways, and see that the parser bears it.

Every mutant is made from a seed and a number alone, and is read by a real worker process under its limits.
What may not happen: an exception that the worker has no words for, a process that dies or hangs, and text
that would drive a terminal in what comes back.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from techdash.feeds import wire
from techdash.feeds.workers import WorkerPool
from techdash.models.fetched import Fetched, ParseJob
from techdash.models.parsed import ParsedFeed
from techdash.text.clean import is_clean
from tests import corpora

URL = "https://feeds.example/x"
NOW = 1_790_000_000
LARGEST = 300_000
# No feed of these corpora takes a hundredth of it.
SLOW = 10.0

# T-1, written a second time: a mistake in text/clean.py must not hide itself.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0001]"
)
_TAG = re.compile(rb"<[^<>]{1,300}>")
_TEXT = re.compile(rb">[^<>]{1,300}<")
_ENTRY = re.compile(rb"<(?:[a-z]+:)?(?:item|entry)\b")
_NUMBER = re.compile(rb"[0-9]+")
_LABEL = re.compile(rb"encoding=[\"'][^\"']*[\"']")
_TOKENS = (
    *(b"<", b">", b"&", b'"', b"'", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"<!DOCTYPE x ["),
    *(b"&#xD800;", b"&#x110000;", b"&#99999999999999999999;", b"&#0;", b"&#x9b;", b"&#27;", b"&#xFFFE;"),
    *(b"&amp;#27;", b"&amp;amp;#x9d;", b"&amp;lt;b&amp;gt;", b"&rsquo;", b"&nope;", b"&", b"&#", b"&#x;"),
    *(
        b"\0",
        b"\x1b]52;c;Zm9v\x07",
        b"\x9b2J",
        b"\xc2\x9b2J",
        b"\xe2\x80\xae",
        b"\xe2\x81\xa6",
        b"\xed\xa0\x80",
    ),
    *(b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xf3\xa0\x81\x81", b"e" + b"\xcc\x81" * 40, b"[/nope]"),
    *(b"</item>", b"<item>", b"</entry>", b"<entry>", b"</rss>", b"</channel>", b"<rss>", b"<feed>"),
    *(b'xml:base="http://["', b'type="xhtml"', b'type="application/octet-stream"', b'mode="base64"'),
    *(b'xmlns="http://www.w3.org/2005/Atom"', b'xmlns:x=""', b"<x:y>", b"<a:b c:d='e'/>", b"javascript:x"),
    *(b"{", b"}", b"[", b"\\ud800", b"null", b"NaN", b"1e999", b"9" * 5_000, b"-1", b"99:99:99", b"\\"),
    *(
        b"<!ENTITY p 'C:\\data'>",
        b"<georss:point>x</georss:point>",
        b"<cc:license/>",
        b"<psc:chapter start='x'/>",
    ),
)
_DRIVING = (
    *(
        b"\x1b]52;c;Zm9v\x07",
        b"\x1b[2J",
        b"\x07",
        b"\x7f",
        b"\xc2\x9b2J",
        b"\xc2\x9d0;x",
        b"\xe2\x80\xae",
        b"\xe2\x81\xa6",
    ),
    *(
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
        b"\xf3\xa0\x81\x81",
        b"\xef\xbf\xb9",
        b"\xd8\x9c",
        b"\xed\xa0\x80",
        b"\r",
        b"\x0b",
    ),
    *(
        b"&#27;",
        b"&#x9b;",
        b"&#155;",
        b"&#8238;",
        b"&#x202E;",
        b"&#x2066;",
        b"&#xFEFF;",
        b"&#xE0041;",
        b"&#x61C;",
    ),
    *(
        b"&amp;#27;",
        b"&amp;#x9b;",
        b"&amp;#8238;",
        b"&amp;amp;#x202e;",
        b"&lt;b&gt;&amp;#8238;",
        b"&rlm;",
        b"&amp;lrm;",
    ),
)
_LABELS = (
    *(
        "utf-8",
        "utf-16",
        "utf-16le",
        "utf-32",
        "utf-7",
        "latin-1",
        "gb2312",
        "gbk",
        "big5",
        "shift_jis",
        "euc-jp",
    ),
    *("iso-2022-jp", "euc-kr", "koi8-r", "windows-1252", "punycode", "idna", "zlib_codec", "undefined", "x"),
)
_CODECS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "cp1252",
    "cp932",
    "koi8-r",
    "utf-8-sig",
)


def mutant(documents: Sequence[bytes], seed: int, number: int) -> bytes:
    """The mutant of that number: one of the documents, spoilt one to four times."""
    chance = random.Random(f"{seed} {number}")
    data = chance.choice(documents)
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(_CHANGES)(chance, data, documents)
    return data[:LARGEST]


def _flip(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    spoilt = bytearray(data)
    for _n in range(chance.randint(1, 20)):
        if spoilt:
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _cut(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start = chance.randint(0, len(data))
    return data[:start] + (data[start + chance.randint(1, 2_000) :] if chance.random() < 0.5 else b"")


def _insert(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 1, 2, 50)) + data[at:]


def _into_text(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put tokens where texts are, most of them of the kind that drives a terminal."""
    for _n in range(chance.randint(1, 5)):
        texts = list(_TEXT.finditer(data))
        if not texts:
            break
        at = chance.choice(texts)
        token = chance.choice(_DRIVING if chance.random() < 0.7 else _TOKENS)
        data = data[: at.start() + 1] + token + data[at.start() + 1 :]
    return data


def _tags(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Repeat a tag, drop it, or change two for each other."""
    tags = list(_TAG.finditer(data))
    if len(tags) < 2:
        return data
    one, other = sorted(chance.sample(tags, 2), key=lambda tag: tag.start())
    match chance.randrange(4):
        case 0:
            times = chance.choice((1, 2, 3, 300, 3_000))
            return data[: one.start()] + one[0] * times + data[one.start() :]
        case 1:
            return data[: one.start()] + data[one.end() :]
        case 2:
            between = data[one.end() : other.start()]
            return data[: one.start()] + other[0] + between + one[0] + data[other.end() :]
        case _:
            return (
                data[: other.end()]
                + data[one.start() : other.end()] * chance.randint(1, 5)
                + data[other.end() :]
            )


def _numbers(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    numbers = list(_NUMBER.finditer(data))
    if not numbers:
        return data
    at = chance.choice(numbers)
    new = chance.choice(
        (b"", b"0", b"-1", b"99999999999999999999", b"1672", b"9999", b"60", b"\xd9\xa1", b"1e9")
    )
    return data[: at.start()] + new + data[at.end() :]


def _relabel(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    label = b'encoding="%s"' % chance.choice(_LABELS).encode()
    if _LABEL.search(data[:300]):
        return _LABEL.sub(label, data, count=1)
    return b"<?xml version='1.0' " + label + b"?>" + data


def _recode(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(_CODECS), "replace")


def _splice(chance: random.Random, data: bytes, documents: Sequence[bytes]) -> bytes:
    other = chance.choice(documents)
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _unescape(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    one, other = chance.choice(
        ((b"&lt;", b"<"), (b"<", b"&lt;"), (b"&amp;", b"&"), (b"&", b"&amp;"), (b'"', b""))
    )
    return data.replace(one, other, chance.randint(1, 5))


_CHANGES = (
    _flip,
    _cut,
    _insert,
    _into_text,
    _into_text,
    _into_text,
    _tags,
    _numbers,
    _relabel,
    _recode,
    _splice,
    _unescape,
)


# -- what comes back


def faults(feed: ParsedFeed) -> list[str]:
    """What is wrong with what a worker gave: unclean text, a key of two entries, what is no web link."""
    found = [
        f"{place} is not clean: {text[:80]!r}" for place, text in _texts(msgspec.to_builtins(feed), "feed")
    ]
    keys = [entry.key for entry in feed.entries]
    if len(set(keys)) < len(keys):
        found.append("two entries have one key")
    for entry in feed.entries:
        if not entry.key or not entry.title:
            found.append("an entry has no key or no title")
        if "\n" in f"{entry.title}{entry.author}{entry.url}{''.join(entry.tags)}":
            found.append("a short text has more than one line")
        links = (entry.url, entry.comments_url, *(file.url for file in entry.enclosures))
        found += [
            f"no web link: {link!r}"
            for link in links
            if link and not link.startswith(("http://", "https://"))
        ]
    return found


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every string in a value that is not clean, and where it is."""
    if isinstance(value, str):
        if _FORBIDDEN.search(value) or not is_clean(value):
            yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, place)


@dataclass
class Found:
    """How the mutants of a run were answered, and the numbers of those that were not borne."""

    feeds: int = 0
    entries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    bad: dict[int, str] = field(default_factory=dict)
    slowest: float = 0.0

    @property
    def count(self) -> int:
        return self.feeds + self.refused.total()


async def run(documents: Sequence[bytes], seed: int, numbers: Sequence[int], processes: int = 1) -> Found:
    """Have worker processes read the mutants of these numbers."""
    found = Found()
    pool = WorkerPool(processes)
    left = iter(numbers)

    async def feed_one() -> None:
        for number in left:
            data = mutant(documents, seed, number)
            began = time.perf_counter()
            answer = await pool.parse(_job(data))
            took = time.perf_counter() - began
            found.slowest = max(found.slowest, took)
            if took > SLOW:
                found.bad[number] = f"took {took:.1f} s"
            _judge(found, number, wire.decode_answer(answer) if isinstance(answer, bytes) else answer)

    try:
        await asyncio.gather(*(feed_one() for _ in range(processes)))
    finally:
        await pool.aclose()
    return found


def _job(data: bytes) -> wire.Job:
    job = ParseJob(
        source_id="mutant",
        kind="article",
        title="Mutant",
        language="",
        max_items=50,
        full_text="auto",
        now=NOW,
        documents=(Fetched(URL, URL, data),),
    )
    return wire.Job(job, "UTC")


def _judge(found: Found, number: int, answer: object) -> None:
    if isinstance(answer, ParsedFeed):
        found.feeds += 1
        found.entries += len(answer.entries)
        if wrong := faults(answer):
            found.bad[number] = "; ".join(wrong[:3])
        return
    assert isinstance(answer, wire.Refused), answer
    found.refused[answer.kind] += 1
    # "internal" is an exception nobody foresaw, "parse" a process that died or was killed.
    if answer.kind in ("internal", "parse"):
        found.bad[number] = answer.message
    elif not is_clean(answer.message):
        found.bad[number] = f"the refusal is not clean: {answer.message!r}"


def load(*folders: Path) -> list[bytes]:
    """The documents of these corpora; those of several entries, which are few, ten times each."""
    found = []
    for path in corpora.documents(*folders):
        data = path.read_bytes()[:LARGEST]
        several = len(_ENTRY.findall(data)) > 1 or data.startswith(b"{")
        found += [data] * (10 if several else 1)
    return found


def main() -> int:
    """Exit status 0 if every mutant was borne, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--until", metavar="HH:MM", default="", help="stop at this time (UTC)")
    parser.add_argument("--keep", type=Path, help="write the mutants that were not borne here")
    options = parser.parse_args()
    documents = load(corpora.OURS, corpora.GOFEED, corpora.FEEDPARSER)
    print(f"{len(documents)} documents, seed {options.seed}", flush=True)
    total, began = Found(), time.monotonic()
    end = options.first + options.count
    for first in range(options.first, end, 1_000):
        if options.until and time.strftime("%H:%M", time.gmtime()) >= options.until:
            break
        numbers = range(first, min(first + 1_000, end))
        found = asyncio.run(run(documents, options.seed, numbers, options.processes))
        for number, why in found.bad.items():
            print(f"{number}: {why}", flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}").write_bytes(
                    mutant(documents, options.seed, number)
                )
        total.feeds += found.feeds
        total.entries += found.entries
        total.refused += found.refused
        total.bad |= found.bad
        total.slowest = max(total.slowest, found.slowest)
        if (first // 1_000) % 10 == 9:
            print(_said(total, began), flush=True)
    print(_said(total, began))
    return 1 if total.bad else 0


def _said(found: Found, began: float) -> str:
    refused = ", ".join(f"{kind} {count}" for kind, count in found.refused.most_common())
    return (
        f"{found.count} mutants in {time.monotonic() - began:.0f} s: {found.feeds} feeds of {found.entries} "
        f"entries, refused {refused or 'none'}; not borne: {len(found.bad)}; slowest {found.slowest:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
