"""From what a document says to entries that can be stored: keys, links, dates, texts and their bounds."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

from msgspec.structs import replace

from techdash.document.html_text import to_text
from techdash.feeds import dates
from techdash.feeds.raw import RawEntry, RawFeed, RawText
from techdash.feeds.titles import ELEMENTS, LONGEST_TITLE, excerpt, title_from, title_of
from techdash.models.parsed import BodyFormat, Enclosure, ParsedEntry
from techdash.text import reading
from techdash.text.clean import clean, one_line
from techdash.text.urls import canonical, resolve, web_link

MOST_ENTRIES = 5_000
# Of a feed that carries its whole history: so many, and what is no older than this, in seconds.
NEWEST = 20
RECENT = 14 * 86_400
LARGEST_BODY = 1 << 20
LARGEST_SUMMARY = 64 << 10
MOST_ENCLOSURES = 50
MOST_TAGS = 100
LONGEST_NAME = 200
LONGEST_KEY = 500
# A summary made of the text itself: about what a list page shows.
EXCERPT = 300
_OTHER_SCRIPTS = frozenset(("ar", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "uk", "zh"))
# Characters of a body that hold enough text for an excerpt; more of them where pictures or links come first.
_BEGINNINGS = (600, 3_000)
_TAG = re.compile(r"<[^>]*>")
_UNREAD = re.compile("<(?:script|style|!--)")
# Characters of each part of an entry that show which language it is in.
_LANGUAGE_SAMPLE = 400

_MARKUP = re.compile(
    rf"</(?:{'|'.join(sorted(ELEMENTS))})\s*>|<(?:br|img|hr|p|li)\b[^<>]*>|&(?:#[0-9]{{1,7}}|#x[0-9A-Fa-f]{{1,6}}|[A-Za-z]{{2,8}});",
    re.IGNORECASE,
)
# Elements of which one tag alone tells, if it has attributes: people write of <iframe> too.
_RARE_MARKUP = re.compile(
    r"</(?:applet|blink|frameset|object)\s*>"
    r"|<(?:applet|embed|frame|iframe|input|link|meta|object|param|source)\s[^<>]*=[^<>]*>",
    re.IGNORECASE,
)
_MAIL_AND_NAME = re.compile(r"[^\s@()<>]+@[^\s@()<>]+\s*\(([^()]+)\)")
_NAME_AND_MAIL = re.compile(r"([^<>()]*[^<>()\s])\s*(?:<[^<>@\s]+@[^<>\s]+>|\([^()@\s]+@[^()\s]+\))")
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(?:\.\d+)?")


@dataclass(slots=True)
class Cuts:
    """What had to be left out, to be said in the feed's note."""

    kept: int = 0
    given: int = 0
    bodies: int = 0
    summaries: int = 0
    titles: int = 0
    enclosures: int = 0
    tags: int = 0

    def note(self) -> str:
        notes = []
        if self.kept < self.given:
            notes.append(f"{self.kept} of {self.given} entries kept")
        for number, what, how in (
            (self.bodies, "text", "cut at 1 MB"),
            (self.summaries, "summary", "cut at 64 KB"),
            (self.titles, "title", f"cut at {LONGEST_TITLE} characters"),
            (self.enclosures, "entry", f"with more than {MOST_ENCLOSURES} files"),
            (self.tags, "entry", f"with more than {MOST_TAGS} tags"),
        ):
            if number:
                notes.append(f"{number} {what if number == 1 else _PLURAL[what]} {how}")
        return "; ".join(notes)


_PLURAL = {"text": "texts", "summary": "summaries", "title": "titles", "entry": "entries"}


def entries_of(
    feed: RawFeed, *, now: int, max_items: int, language: str = ""
) -> tuple[list[ParsedEntry], Cuts]:
    """The feed's newest entries, at most ``max_items``, newest first where all are dated.

    A feed with more than that carries its whole history: of it only the newest 20 are taken, and what is
    dated within 14 days; what is undated counts as new.
    ``language`` is what the source is known to be in, for texts that don't show it.
    """
    given = len(feed.entries)
    chosen = newest([(raw, _published(raw, now)) for raw in feed.entries], min(max_items, MOST_ENTRIES))
    if given > len(chosen):
        chosen = [one for n, one in enumerate(chosen) if n < NEWEST or not _is_past(one[1], now)]
    cuts = Cuts(given=given)
    declared = primary_language(feed.language) or language
    entries = unique([_entry(feed, raw, moment, cuts, declared) for raw, moment in chosen])
    # Duplicates are no loss to be told of.
    cuts.kept = len(entries) if given > len(chosen) else given
    return entries, cuts


def _is_past(moment: dates.Moment | None, now: int) -> bool:
    return moment is not None and moment.seconds < now - RECENT


def newest(
    dated: Sequence[tuple[RawEntry, dates.Moment | None]], most: int
) -> Sequence[tuple[RawEntry, dates.Moment | None]]:
    """The newest, by date where every entry has one, else in the document's order."""
    if len(dated) <= most:
        return dated
    if all(moment for _, moment in dated):
        dated = sorted(dated, key=lambda pair: pair[1] or dates.Moment(0, False), reverse=True)
    return dated[:most]


def unique(entries: Iterable[ParsedEntry]) -> list[ParsedEntry]:
    """Each entry under a key of its own.

    The same key and the same page is the same entry, of which the first counts. The same key and another
    page is a careless feed: there the page is part of every such key, so that none depends on the order.
    """
    entries = list(entries)
    if len({entry.key for entry in entries}) == len(entries):
        return entries
    first: dict[tuple[str, str], ParsedEntry] = {}
    for entry in entries:
        first.setdefault((entry.key, canonical(entry.url)), entry)
    times = Counter(key for key, _ in first)
    return [
        entry if times[key] == 1 else replace(entry, key=f"{key}|{page}")
        for (key, page), entry in first.items()
    ]


def _entry(
    feed: RawFeed, raw: RawEntry, moment: dates.Moment | None, cuts: Cuts, language: str
) -> ParsedEntry:
    body, body_format, summary_source = _texts(raw)
    if len(body) > LARGEST_BODY:
        body = cut_markup(body, LARGEST_BODY) if body_format == "html" else body[:LARGEST_BODY]
        cuts.bodies += 1
    summary = plain(summary_source) if summary_source else ""
    title = title_of(raw.title)
    beginning = "" if title and summary else _beginning(body, body_format)
    summary = summary or excerpt(" ".join(beginning.split()), EXCERPT)
    url = _link(raw)
    enclosures = _enclosures(raw)
    if not url and enclosures:
        url = enclosures[0].url
    title = title or title_from(beginning or summary) or url or "(untitled)"
    tags = tags_of(raw.tags)
    cuts.titles += len(title) == LONGEST_TITLE and title.endswith("…")
    cuts.summaries += len(summary) > LARGEST_SUMMARY
    cuts.enclosures += len(enclosures) == MOST_ENCLOSURES < len(raw.enclosures)
    cuts.tags += len(tags) == MOST_TAGS < len(raw.tags)
    readable = _readable(body) if body_format == "html" else body
    words, minutes = reading.count(readable or summary)
    return ParsedEntry(
        key=_key(one_line(raw.guid) or url, title, moment, body),
        title=title,
        url=url,
        author=author_name(raw.author) or author_name(feed.author),
        published=moment.seconds if moment else None,
        date_only=moment.date_only if moment else False,
        language=language_of(
            f"{title} {summary[:_LANGUAGE_SAMPLE]} {readable[:_LANGUAGE_SAMPLE]}",
            primary_language(raw.language) or language,
        ),
        summary=excerpt(summary, LARGEST_SUMMARY),
        body=body,
        body_format=body_format,
        tags=tags,
        enclosures=enclosures,
        comments_url=(resolve(raw.base, raw.comments) or "") if raw.comments else "",
        words=words,
        minutes=_listening(raw.duration) or minutes,
    )


# -- texts


def _texts(raw: RawEntry) -> tuple[str, BodyFormat, RawText | None]:
    """The body, its format, and the text that sums it up, where the document has one besides."""
    texts = [text for text in (*raw.content, *raw.summaries) if text.value and not text.value.isspace()]
    if not texts:
        return "", "html", None
    # The longest, and of equals the first: content before summaries.
    richest = max(texts, key=lambda text: len(text.value))
    others = [
        text
        for text in raw.summaries
        if text is not richest and text.value.strip() and text.value != richest.value
    ]
    return clean(richest.value.strip()), format_of(richest), others[0] if others else None


def format_of(text: RawText) -> BodyFormat:
    """The declared format; where none is, HTML if there is an element or a reference of HTML in it."""
    if text.format != "guess":
        return text.format
    is_html = _MARKUP.search(text.value) or ("<" in text.value and _RARE_MARKUP.search(text.value))
    return "html" if is_html else "text"


def plain(text: RawText) -> str:
    """A short text of any format as plain text, cleaned."""
    value = text.value
    if format_of(text) == "html":
        return to_text(value)
    return clean(value.strip())


def _beginning(body: str, body_format: BodyFormat) -> str:
    """The text at the beginning of a clean body, clean: enough for an excerpt and a title."""
    if body_format != "html":
        return body[: _BEGINNINGS[0]]
    for most in _BEGINNINGS:
        text = to_text(cut_markup(body, most))
        if len(text) >= EXCERPT or len(body) <= most:
            return text
    return to_text(body)


def _readable(html: str) -> str:
    """The words of a body, to be counted: as :func:`to_text` gives them, at a fraction of its price."""
    if _UNREAD.search(html):
        return to_text(html)
    # Up to the last bracket every tag has its end, so that none is looked for in vain.
    last = html.rfind(">") + 1
    text = _TAG.sub(" ", html[:last]) + html[last:]
    return unescape(text) if "&" in text else text


def cut_markup(html: str, most: int) -> str:
    """The beginning of an HTML text, not ending inside a tag or a comment."""
    html = html[:most]
    comment = html.rfind("<!--")
    if comment >= 0 and html.find("-->", comment) < 0:
        html = html[:comment]
    bracket = html.find("<", html.rfind(">") + 1)
    return html[:bracket] if bracket >= 0 else html


def author_name(author: str) -> str:
    """Who wrote it, without the mail address that RSS wants beside."""
    author = author[:1024]
    if "@" in author:
        match = _MAIL_AND_NAME.fullmatch(author.strip()) or _NAME_AND_MAIL.fullmatch(author.strip())
        author = match[1] if match else author
    return excerpt(short(author), LONGEST_NAME)


def tags_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags, each once."""
    named = (excerpt(short(tag[:1024]), LONGEST_NAME) for tag in tags)
    return tuple(dict.fromkeys(tag for tag in named if tag))[:MOST_TAGS]


def short(text: str) -> str:
    """A name or a tag as one line of text, whatever markup it came with."""
    return title_of(RawText(text)) if "&" in text or "<" in text else one_line(text)


def language_of(sample: str, declared: str) -> str:
    """The language of a text: Chinese where it shows, else as declared, unless the script belies that."""
    seen = reading.language(sample)
    if seen == "zh" or not declared:
        return seen
    return seen if seen == "en" and declared in _OTHER_SCRIPTS else declared


def primary_language(tag: str) -> str:
    """The language of a tag such as ``zh-Hans-CN`` (BCP 47): ``zh``."""
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha() else ""


def _listening(duration: str) -> int:
    """Minutes of an episode: seconds, or ``h:m:s`` (iTunes); 0 where it is neither."""
    duration = duration.strip()
    if duration.isascii() and duration.isdigit() and len(duration) <= 6:
        seconds = int(duration)
    elif match := _DURATION.fullmatch(duration):
        seconds = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
    else:
        return 0
    return -(-seconds // 60)


# -- identity, links, dates


def _published(raw: RawEntry, now: int) -> dates.Moment | None:
    for text in raw.dates:
        if text and (moment := dates.parse(text, now)):
            return moment
    return None


def _link(raw: RawEntry) -> str:
    if raw.link and (link := resolve(raw.base, raw.link)):
        return link
    return (web_link(raw.guid) or "") if raw.guid_may_be_link else ""


def _key(name: str, title: str, moment: dates.Moment | None, body: str) -> str:
    """The entry's identity within its source: its id or address, else what it says."""
    if name:
        return name_key(name)
    said = f"{title}\0{moment.seconds if moment else ''}\0{body[:1024]}"
    return "sha256:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def name_key(name: str) -> str:
    """An id as a key: an address counts without what changes when a site moves to https or counts clicks.

    The fragment stays: change logs tell their entries apart by it.
    """
    if name.startswith(("http://", "https://")):
        address, mark, fragment = name.partition("#")
        name = canonical(address) + mark + fragment
    if len(name) > LONGEST_KEY:
        name = "sha256:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return name


def _enclosures(raw: RawEntry) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    for url, kind, length in raw.enclosures:
        if url and (link := resolve(raw.base, url)) and link not in found:
            size = length.strip()
            # Up to 18 digits: what a database's integers hold.
            found[link] = Enclosure(
                link,
                one_line(kind)[:100],
                int(size) if size.isascii() and size.isdigit() and len(size) <= 18 else 0,
            )
            if len(found) == MOST_ENCLOSURES:
                break
    return tuple(found.values())
