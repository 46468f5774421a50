"""What a headline and the start of its text are about: terms that English and Chinese share, and figures.

Terms are words without their endings, names with their versions whole (``gpt-5.5``), amounts as numbers
(``#107000000`` for "$107M" and 「1.07 亿美元」), pairs of Han characters, and one name for what has one in
each language (``apple`` for 苹果).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from sys import intern

from msgspec import Struct

from techdash.editions.aliases import ALIASES, HEADLINES, OUTLETS
from techdash.editions.classify import classify

TEXT_START = 200  # characters of the text that are looked at

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECE = re.compile(
    rf"""
    cve-\d{{4}}-\d+
    | [a-zà-öø-ɏ]+(?:'s\b)?     # a word
    | \d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)*
    | [{_HAN}]+
    | [$€£¥%-]
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[a-zà-öø-ɏ]{2,}")
_NO_HAN = re.compile(f"[^{_HAN}]+")
_UNITS = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "tn": 1e12,
    "trillion": 1e12,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "十亿": 1e9,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}
_HAN_UNIT = re.compile(r"\s?(?:万亿|千亿|百亿|十亿|亿|千万|百万|万|千)")
_MONEY_BEFORE = frozenset("$€£¥")
_MONEY_AFTER = re.compile(
    r"\s?(?:[多余]?(?:美元|欧元|英镑|日元|港元|人民币|元)|(?:dollars?|euros?|pounds?|yuan|usd|eur|rmb)\b)"
)
_MONTH_NAMES = """
jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|oct october
|nov november|dec december
"""
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("|"), 1) for name in names.split()}
_DIGIT = re.compile(r"\d")
_ISO_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_HAN_DATE = re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
_WORD_DATE = re.compile(
    rf"\b(?:(?P<month>{'|'.join(_MONTHS)})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.%])"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{'|'.join(_MONTHS)})\b)"
)
# What tells one model or device of a family from its siblings.
_SIBLINGS = """
mini nano micro pro flash turbo ultra max lite plus air instant opus sonnet haiku vl ocr coder preview beta
alpha rc
"""
_VARIANTS = frozenset(_SIBLINGS.split())
LESSER = frozenset(("mini", "nano", "micro", "flash", "lite", "air"))
"""Variants that are news of their own beside what they are a smaller one of."""
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "without",
        "into",
        "over",
        "under",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "will",
        "would",
        "can",
        "could",
        "may",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "not",
        "no",
        "than",
        "then",
        "you",
        "your",
        "we",
        "our",
        "i",
        "my",
        "they",
        "their",
        "he",
        "she",
        "his",
        "her",
        "who",
        "what",
        "when",
        "where",
        "why",
        "how",
        "which",
        "there",
        "here",
        "out",
        "up",
        "off",
        "after",
        "before",
        "about",
        "more",
        "most",
        "new",
        "now",
        "just",
        "all",
        "one",
        "two",
        "first",
        "last",
        "says",
        "said",
        "say",
        "via",
        "amid",
        "against",
        "per",
        "also",
        "still",
        "very",
        "s",
        "t",
        "re",
        "ve",
        "if",
        "so",
    ]
)
_STOP_PAIRS = frozenset(
    [
        "的是",
        "了一",
        "一个",
        "这个",
        "我们",
        "他们",
        "如何",
        "什么",
        "为什",
        "怎么",
        "可以",
        "已经",
        "正在",
        "进行",
        "以及",
        "或者",
        "因为",
        "所以",
        "但是",
        "不是",
        "没有",
        "今天",
        "昨天",
        "今年",
        "去年",
        "表示",
        "消息",
        "称将",
        "目前",
        "近日",
        "最新",
        "首个",
        "首次",
        "一次",
        "一种",
        "正式",
        "刚刚",
    ]
)
_GRAMMAR = "的了是在和与及将被把对为从向到于等也都就还又已其该此这那并或个们吗呢吧啊称让使"
_HAN_PAIR = re.compile(rf"(?=([^\s{_GRAMMAR}]{{2}}))")
_TEMPLATE = re.compile(
    r"^\s*(?:(?:show|ask|tell|launch) hn\b|\[(?:ainews|d|p|r)\]|(?:how|why) (?:we|i)\b|我们?(?:是)?如何)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s[-–—|·]\s|[|｜]")


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word without the endings of number and tense."""
    if len(word) < 4 or word.endswith("ss"):
        return word
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least:
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


class Features(Struct, frozen=True):
    """What one headline can be told by.

    ``title`` are its terms, ``shared`` those that are the same in every language. ``versions`` are (name,
    number), ``variants`` what siblings are told apart by, ``money`` sums, ``dates`` month and day.
    ``is_han``: it is in Chinese.
    """

    title: frozenset[str]
    shared: frozenset[str]
    versions: frozenset[tuple[str, str]]
    variants: frozenset[str]
    money: tuple[float, ...]
    dates: frozenset[tuple[int, int]]
    is_han: bool


class Names:
    """Aliases ready to be looked up: what the user adds goes before what techdash knows."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self.words: dict[str, str] = {}
        self.phrases: dict[tuple[str, str], str] = {}
        self.han: dict[str, str] = {}
        for name, said in {**ALIASES, **{_plain(k): _plain(v) for k, v in (own or {}).items()}}.items():
            target = _stem(said.replace(" ", ""))
            if _is_han(name):
                self.han[name] = target
            elif " " in name:
                first, _, second = name.partition(" ")
                self.phrases[_stem(first), _stem(second)] = target
            else:
                self.words[_stem(name)] = target
        self.any_han = re.compile(
            "|".join(map(re.escape, sorted(self.han, key=lambda name: (-len(name), name))))
        )


def features(title: str, source: str = "", names: Names | None = None) -> Features:
    """The features of a title; ``source`` is the title of who published it."""
    return _of_title(title, source, names or names_with(()))


@lru_cache(maxsize=16_384)
def told(title: str, source: str = "", names: Names | None = None) -> Features:
    """As :func:`features`, but nothing of what is no story: a digest, or a template of a community."""
    # No title without a number in it names a day, a week or an issue.
    if _TEMPLATE.search(title) or (
        _DIGIT.search(title) and classify(title, "", "digest", None)[0] == "digest"
    ):
        return NOTHING
    return features(title, source, names)


def text_terms(text: str, names: Names | None = None) -> frozenset[str]:
    """The words and pairs of Han characters of the start of a text."""
    return _of_text(text[:TEXT_START], names or names_with(()))


# A title is asked for again and again: for its day, the day after, and for how common its terms are.
@lru_cache(maxsize=16_384)
def _of_title(title: str, source: str, names: Names) -> Features:
    reading = _read(_without_outlets(_plain(title), _plain(source)), names)
    return Features(
        title=frozenset(reading.terms),
        shared=frozenset(reading.shared),
        versions=frozenset(reading.versions),
        variants=frozenset(reading.variants),
        money=tuple(sorted(set(reading.money))),
        dates=frozenset(reading.dates),
        is_han=reading.han >= 4,
    )


# What a number after it is no version of.
_NAMELESS = frozenset(_stem(word) for word in (*HEADLINES, "top", "day", "year", "beta", "part", "point"))


NOTHING = Features(
    title=frozenset(),
    shared=frozenset(),
    versions=frozenset(),
    variants=frozenset(),
    money=(),
    dates=frozenset(),
    is_han=False,
)


@lru_cache(maxsize=4)
def names_with(own: tuple[tuple[str, str], ...]) -> Names:
    """The known names, with the user's own aliases (each with what it stands for) going before."""
    return Names(dict(own))


class _Reading:
    """What is found while a text is read from left to right."""

    def __init__(self) -> None:
        self.terms: set[str] = set()
        self.shared: set[str] = set()
        self.versions: set[tuple[str, str]] = set()
        self.variants: set[str] = set()
        self.money: list[float] = []
        self.dates: set[tuple[int, int]] = set()
        self.han = 0

    def add(self, term: str) -> None:
        self.terms.add(term)
        self.shared.add(term)


def _read(text: str, names: Names) -> _Reading:
    found = _Reading()
    text = _take_dates(text, found)
    pieces = [(match[0], match.start(), match.end()) for match in _PIECE.finditer(text)]
    before = ""  # the word that a number belongs to
    read_to = 0  # the unit of an amount is read with it
    for at, (piece, start, end) in enumerate(pieces):
        if start < read_to:
            if end <= read_to:
                continue
            piece, start = piece[read_to - start :], read_to
        kind = piece[0]
        if kind.isdigit():
            following = pieces[at + 1] if at + 1 < len(pieces) else ("", end, end)
            read_to = _number(text, piece, start, end, following, before, found)
            before = ""
        elif piece.startswith("cve-"):
            found.add(piece)
            found.versions.add(("cve", piece))
            before = ""
        elif kind in "$€£¥%-":
            continue
        elif _is_han(piece):
            found.han += len(piece)
            before = _han(piece, names, found)
        else:
            before = _word(piece, before, pieces[at - 1] if at else None, start, names, found)
    return found


# As a title: for its day and for the day after.
@lru_cache(maxsize=4_096)
def _of_text(text: str, names: Names) -> frozenset[str]:
    """The words of a text and its pairs of Han characters; figures are told by titles."""
    text, known = _plain(text), names.words
    found = {known.get(word, word) for word in map(_stem, set(_WORD.findall(text)) - _STOP)}
    if not text.isascii():
        reading = _Reading()
        _han(_NO_HAN.sub(" ", text), names, reading)
        found |= reading.terms
    return frozenset(found)


def _word(
    piece: str, before: str, previous: tuple[str, int, int] | None, start: int, names: Names, found: _Reading
) -> str:
    """Take a Latin word; gives the name that a number after it would be the version of."""
    word = piece.removesuffix("'s")
    attached = previous is not None and previous[2] == start and previous[0][0].isdigit()
    if attached and (word in _UNITS or len(word) == 1):  # "2nm" is a word, the "b" of "70b" was read with it
        return ""
    if word == "v":  # "V4" is a version by itself
        return "v"
    if word in _VARIANTS:
        found.variants.add(word)
    if word in _STOP or (len(word) == 1 and word not in "xckom"):
        return ""
    stem = _stem(word)
    phrase = names.phrases.get((before, stem)) if before else None
    if phrase:
        found.terms.discard(before)
        found.shared.discard(before)
        found.add(phrase)
        return phrase
    name = names.words.get(stem, stem)
    if len(name) > 1 or name == "x":
        found.add(name)
    return name


def _number(
    text: str,
    piece: str,
    start: int,
    end: int,
    following: tuple[str, int, int],
    before: str,
    found: _Reading,
) -> int:
    """Take a number: an amount, a share, a version of the name before it; gives where reading goes on."""
    number = piece.replace(",", "")
    unit = ""
    if following[0] in _UNITS and following[1] - end <= (len(following[0]) > 1):
        unit, end = following[0], following[2]
    elif match := _HAN_UNIT.match(text, end):
        unit, end = match[0].strip(), match.end()
    is_money = start > 0 and text[start - 1] in _MONEY_BEFORE
    if match := _MONEY_AFTER.match(text, end):
        is_money, end = True, match.end()
    is_whole = number.count(".") < 2 and len(number) <= 15
    if is_whole and (is_money or unit or "," in piece):
        amount = float(number) * _UNITS.get(unit, 1.0)
        found.add(f"#{amount:.3g}")
        if is_money:
            found.money.append(amount)
        return end
    if text.startswith("%", end):
        found.add(f"{number}%")
        return end
    if number.count(".") > 1:
        number = number.removesuffix(".0")
    name = "" if before in _NAMELESS or before in _VARIANTS else before
    if "." in number:
        found.add(number)
        found.versions.add((name, number))
    elif name and len(number) <= 4 and not _is_year(number):
        found.add(f"{name}-{number}")
        found.versions.add((name, number))
    elif len(number) > 1:
        found.add(number if len(number) < 4 or _is_year(number) else f"#{float(number[:15]):.3g}")
    return end


def _han(run: str, names: Names, found: _Reading) -> str:
    """Take a run of Han characters: names that are known, pairs of the rest; gives the name at its end."""
    last = ""

    def take(name: re.Match[str]) -> str:
        nonlocal last
        last = names.han[name[0]]
        found.add(last)
        return " "

    rest = names.any_han.sub(take, run)
    found.terms |= _pairs(rest)
    return last if rest.endswith(" ") else ""


def _pairs(run: str) -> set[str]:
    """The pairs of Han characters that say something."""
    # the same object each time: a day has as many pairs as all of its other words together
    return set(map(intern, _HAN_PAIR.findall(run))) - _STOP_PAIRS


def _take_dates(text: str, found: _Reading) -> str:
    if not _DIGIT.search(text):
        return text
    for pattern in (_ISO_DATE, _HAN_DATE, _WORD_DATE):
        if not pattern.search(text):
            continue
        for match in pattern.finditer(text):
            groups = match.groupdict()
            month = groups["month"] or groups["month2"]
            date = (_MONTHS.get(month) or int(month), int(groups["day"] or groups["day2"]))
            found.dates.add(date)
            found.add(f"@{date[0]}-{date[1]}")
        text = pattern.sub(" ", text)
    return text


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‑", "-")


def _without_outlets(title: str, source: str) -> str:
    """The title without the name of who published it, at its end or before a colon."""
    parts = _BREAK.split(title)
    while len(parts) > 1 and (parts[-1].strip() in OUTLETS or parts[-1].strip() == source):
        parts.pop()
    title = " | ".join(parts)
    head, colon, rest = title.partition(":")
    return rest if colon and rest.strip() and head.strip() in OUTLETS else title


def _is_han(text: str) -> bool:
    return "\u3400" <= text[0] <= "\u9fff" or "\uf900" <= text[0] <= "\ufaff"


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def counted(found: Iterable[Features]) -> Counter[str]:
    """In how many titles each term stands."""
    counts: Counter[str] = Counter()
    for one in found:
        counts.update(one.title)
    return counts
