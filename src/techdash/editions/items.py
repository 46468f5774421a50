"""An item of a digest: the line that begins it, what is said below, and who says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from techdash.editions import phrases
from techdash.editions.parts import Run, Runs, address, links, says_where_to_read, text
from techdash.editions.sections import is_overview
from techdash.models.parsed import ParsedItem, SectionKind
from techdash.text.clean import one_line

_LONGEST_TITLE = 300
_LONGEST_SUMMARY = 600
_LONGEST_WHO = 80


@dataclass(slots=True)
class Draft:
    """An item before its section's kind is known.

    ``lead`` holds the linked or bold words the line begins with, empty where it begins with none; ``linked``
    says that the lead is a link.
    """

    lead: str
    url: str = ""
    linked: bool = False
    rest: Runs = ()
    below: list[Runs] = field(default_factory=list)

    def address(self) -> str:
        """Where the item is to be read, or empty."""
        return self.url or address([self.rest, *self.below])


# Numbers, bullets, arrows and pictographs in front of a line.
_FRONT = re.compile(
    r"^(?:\s|[•·●▪►▶→*–-]+\s|\(?\d{1,3}[.)、．](?!\d)|（\d{1,3}）|\[\d{1,3}\](?=\s)|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}、"
    r"|[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff])+"
)
_SEPARATOR = re.compile(r"\s*(?:[:：|·•,，.。;；(（\[【\n]|--?(?:\s|$)|[–—]|$)")
_ATTRIBUTION = re.compile(r"\s*(?:--|—|– )")
_BETWEEN_LINKS = re.compile(r"[\s|·•/,，、>»-]")
_TELLING = 40  # a link this long is a title even where the sentence runs on


def draft_of_line(runs: Runs) -> Draft | None:
    """The item that a line begins, if a link leads it, or bold words that are set off from the rest."""
    if is_navigation(runs) or _ATTRIBUTION.match(text(runs)):
        return None
    line = _without_front(runs)
    if not line:
        return None
    first = line[0]
    size = 0
    if first.href:
        while size < len(line) and line[size].href == first.href:
            size += 1
    elif first.marked:
        while size < len(line) and line[size].marked:
            size += 1
    if not size:
        return None
    head, tail = line[:size], line[size:]
    said = text(head)
    lead, url = bare_title(said), next((run.href for run in head if run.href), "")
    if not lead or phrases.leads_to_the_text(lead) or phrases.leads_around(lead):
        return None
    if not url and (phrases.goes_on(lead) or is_overview(lead)):
        return None
    # A sentence that happens to begin with a link or a bold word is prose.
    set_off = (
        said[-1] in ":：.。?？!！"
        or _SEPARATOR.match("".join(run.text for run in tail)) is not None
        or any(phrases.leads_to_the_text(words) for _, words in links(tail))
    )
    if not set_off and not (url and (first.marked or len(lead) >= _TELLING)):
        return None
    return Draft(lead, url, bool(url), tail)


def is_navigation(runs: Runs) -> bool:
    """Whether a line only leads around the site: "Home | Archive | Subscribe"."""
    linked = [run.text for run in runs if run.href and run.text.strip()]
    if not linked or not all(map(phrases.leads_around, linked)):
        return False
    return len(_BETWEEN_LINKS.sub("", "".join(run.text for run in runs if not run.href))) < 4


def item_of(draft: Draft, kind: SectionKind) -> ParsedItem:
    """The item, read as its section's kind asks: a post by who wrote it, anything else by its title.

    ``title`` is empty where nothing is left to call it by.
    """
    lines = [draft.rest, *draft.below]
    url = draft.address()
    words = list(filter(None, map(_description, lines)))
    title, who = draft.lead, ""
    if kind == "social":
        title, who, post = _as_post(draft.lead, url, " ".join(words))
        words = [post]
    else:
        who, words = _said_by(words)
    if not title and words:
        title, words[0] = _first_sentence(words[0])
    summary = " ".join(filter(None, words))
    return ParsedItem(
        title=shortened(bare_title(title), _LONGEST_TITLE),
        url=url,
        who=shortened(who.strip(), _LONGEST_WHO),
        summary=shortened(one_line(summary), _LONGEST_SUMMARY),
    )


def names_a_person(words: str) -> bool:
    """Whether a line begins with who speaks: "@handle", "Name (@handle)"."""
    return _person(words) is not None


def bare_title(words: str) -> str:
    """A title or heading without number, pictograph and reading time, and without a full stop at its end."""
    words = _MINUTES.sub("", _FRONT.sub("", words)).strip(_EDGES)
    one_sentence = words.endswith((".", "。")) and words.count(words[-1]) == 1
    return words[:-1] if one_sentence else words


def shortened(words: str, most: int) -> str:
    """At most ``most`` characters, ended between words where there are any, with "…"."""
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most - 30 else cut).rstrip() + "…"


_HANDLE = re.compile(r"(?<![\w/.])@[A-Za-z0-9_]{2,30}(?:@[\w-]+(?:\.[\w-]+)+|(?:\.[a-z][a-z0-9-]+)+)?")
# "@handle: …" and "Name (@handle) …", but not "@handle wants …", where the sentence is about the person.
_PERSON = re.compile(
    rf"(?:[^:：\n.。@]{{0,40}}[(（]{_HANDLE.pattern}[)）]|{_HANDLE.pattern})(?=\s*(?:[:：—–|-]|\s[A-Z\u4e00-\u9fff\"“]|$))"
)
_PROFILE = re.compile(
    r"https?://(?:(?:www|mobile)\.)?"
    r"(?:(?:x|twitter)\.com/(\w{2,30})|bsky\.app/profile/([\w.-]+)|[\w.-]+/@(\w{2,30}))(?:/|$)"
)
_BYLINE = re.compile(
    r"(?:^|[|·•(（])\s*(?:[Bb]y|[Vv]ia)\s+(?P<who>(?:@\w+|[A-Z][\w.'’-]*)(?:\s+[A-Z][\w.'’-]*){0,3})"
    r"\s*(?:[)）]|(?=[|·•,，.;]|[–—-]\s|$))"
)
_NAME = r"[^|·•,，。;；()（）]"
_LABEL = re.compile(
    r"(?:^|(?<=[\s|·•(（]))(?P<label>Authors?|Source|作者|来源|出处)\s*[:：]\s*"
    rf"(?P<who>{_NAME}{{2,60}}?(?:, [A-Z]{_NAME}{{1,40}}?){{0,5}})"
    r"\s*(?=[|·•,，。;；()（）]|\s[–—-]|\.\s|\.?$)"
)
_MINUTES = re.compile(r"\s*[(（]\d+[ -]min(?:ute)?s?(?: read)?[)）]\s*$", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"[(（\[]\s*[)）\]]")
_FULL_STOP = re.compile(r"^[.。](?![.。])\s*")  # that closed the words before, which are the title
_WORD = re.compile(r"\w")
_EDGES = " \t\n:：|·•-–—,，;；"


def _as_post(lead: str, url: str, words: str) -> tuple[str, str, str]:
    """Title, who and summary of a post: its first sentence, its author, the rest.

    A lead is the author's name where it has a handle, where it is like the name of the linked account, or
    where nothing is linked and it is short; else it is the subject, and the author stands in the text.
    """
    profile = _PROFILE.match(url)
    account = next(filter(None, profile.groups()), "") if profile else ""
    person = _person(lead or words)
    if lead and not person and words and (_alike(lead, account) or (not url and _is_like_a_name(lead))):
        person = lead
    if person is None:
        handle = _HANDLE.search(words)
        return lead, handle[0] if handle else account and f"@{account}", words
    handle = _HANDLE.search(person)
    # the link's own words may hold the post, or the beginning of it
    said = f"{lead} {words}" if lead else words
    words = said[len(person) :]
    title, rest = _first_sentence(words.strip(_EDGES))
    who = handle[0] if handle else f"@{account}" if account and lead else person
    return title or person, who, rest


def _said_by(lines: Sequence[str]) -> tuple[str, list[str]]:
    """Who is named as author, then as source, and the lines without the naming."""
    authors: list[str] = []
    sources: list[str] = []
    rest: list[str] = []
    for line in lines:
        if match := _BYLINE.search(line[:200]):
            authors.append(match["who"])
            line = _without(line, match)
        while match := _LABEL.search(line[:200]):
            (sources if match["label"] in ("Source", "来源", "出处") else authors).append(match["who"])
            line = _without(line, match)
        rest.append(line)
    return " · ".join(dict.fromkeys([*authors, *sources])), list(filter(None, rest))


def _without(line: str, match: re.Match[str]) -> str:
    before, after = line[: match.start()].rstrip(_EDGES + "(（"), line[match.end() :].lstrip(_EDGES + ")）")
    return f"{before} {after}".strip() if before else _FULL_STOP.sub("", after)


def _person(words: str) -> str | None:
    match = _PERSON.match(words)
    return match[0] if match else None


def _alike(name: str, account: str) -> bool:
    """Whether an account is plainly the person's: "Andrej Karpathy" and ``karpathy``."""
    names = re.findall(r"[a-z]{3,}", name.lower())
    return len(name.split()) <= 4 and any(part in account.lower() for part in names)


def _is_like_a_name(words: str) -> bool:
    """Whether a few words are all written as names are: "Ann Lee", 「某人」, but not "A queue for sale"."""
    found = words.split()
    return len(found) <= 4 and all(word[0].isupper() or not word[0].isascii() for word in found)


def _description(runs: Runs) -> str:
    """The words of a line, without what only says "read more" or leads around the site."""
    if says_where_to_read(runs):
        return ""
    kept = [
        run
        for run in runs
        if not (run.href and (phrases.leads_to_the_text(run.text) or phrases.leads_around(run.text)))
    ]
    words = _EMPTY_BRACKETS.sub("", text(kept)).strip(_EDGES)
    words = _FULL_STOP.sub("", words)
    if not _WORD.search(words):
        return ""
    return "" if phrases.leads_to_the_text(words) or phrases.leads_around(words) else words


def _without_front(runs: Sequence[Run]) -> Runs:
    """The line without the number, bullet or pictograph before its first words."""
    for start, run in enumerate(runs):
        if words := _FRONT.sub("", run.text):
            first = run if words == run.text else replace(run, text=words)
            return (first, *runs[start + 1 :])
    return ()


def _first_sentence(words: str) -> tuple[str, str]:
    end = re.search(r"[.!?](?=\s)|[。！？]", words)
    if end is None or end.end() > _LONGEST_TITLE:
        return words, ""
    return words[: end.end()], words[end.end() :].strip()
