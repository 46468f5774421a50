"""The language of searches: what was typed becomes a tree, a tree the same words again. Pure.

    words "a phrase" begin* -not (one or other) source:openai kind:essay tag:x lang:zh author:name
    is:unread has:math day:2026-05-01..2026-05-12 since:7d min:10m

Terms side by side must all hold; ``or`` binds less than that. Typed with a Chinese input method it is the
same: full-width letters, colons, quotes and parentheses count as their twins. The first 1,000 characters and
64 terms count. What can be meant in one way only is no mistake: an open quote or parenthesis closes at the
end, an ``or`` beside nothing is a word, signs alone are nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from techdash.errors import UsageError
from techdash.models.sources import KINDS, Kind
from techdash.text.clean import clean, is_clean

LONGEST = 1000
MOST_TERMS = 64
_DEEPEST = 16

State = Literal["unread", "read", "starred", "later"]
Feature = Literal["math", "code", "figure", "note"]
FIELDS = ("source", "kind", "tag", "lang", "author", "is", "has", "day", "since", "min")
STATES: tuple[State, ...] = get_args(State)
FEATURES: tuple[Feature, ...] = get_args(Feature)
_RELATIVE = {"today": "today", "yesterday": "yesterday", "今天": "today", "昨天": "yesterday"}
_HOURS = {"h": 1, "d": 24, "w": 168, "m": 720, "y": 8760}

_QUOTES = '"\u201c\u201d\u201e\u201f\uff02\u300c\u300d\u300e\u300f'
_AS_SIGNS = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, '"'),
        **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},
        "\uff02": '"',
        "\u2212": "-",
    }
)
_FIELD = re.compile(r"([A-Za-z]+):")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AGE = re.compile(r"(\d{1,4})([hdwmy]?)", re.ASCII)
_LENGTH = re.compile(r"(\d{1,4})([hm]?)", re.ASCII)
_LINKS = ("or", "and")


class QueryError(UsageError):
    """A query that can't be understood; ``str(error)`` says why, in a sentence.

    ``start`` and ``end`` are where in the typed text, counted in characters. ``reason`` is what is wrong
    (``field``: no such field; else the name of the field whose value is), ``word`` what was written, and
    ``nearest`` what may have been meant, or nothing.
    """

    def __init__(
        self, sentence: str, start: int, end: int, reason: str, word: str, nearest: str = ""
    ) -> None:
        super().__init__(sentence)
        self.start = start
        self.end = end
        self.reason = reason
        self.word = word
        self.nearest = nearest


class Word(Struct, frozen=True, tag=True):
    """A word in any of its forms; ``begins``: words that begin so. In Chinese, characters side by side."""

    text: str
    begins: bool = False


class Phrase(Struct, frozen=True, tag=True):
    """Words as they stand there, one after the other."""

    text: str


class OfSource(Struct, frozen=True, tag=True):
    """From a source with this id, or with this in its title or address."""

    name: str


class OfKind(Struct, frozen=True, tag=True):
    kind: Kind


class Tagged(Struct, frozen=True, tag=True):
    """With this tag of the reader's, or of its feed's."""

    tag: str


class InLanguage(Struct, frozen=True, tag=True):
    """``zh``, ``en``, or another code of a language (BCP 47)."""

    code: str


class ByAuthor(Struct, frozen=True, tag=True):
    """With these words in the name of its author."""

    name: str


class Is(Struct, frozen=True, tag=True):
    state: State


class Has(Struct, frozen=True, tag=True):
    feature: Feature


class OnDays(Struct, frozen=True, tag=True):
    """Of a day from ``first`` to ``last``: ``YYYY-MM-DD``, ``today``, ``yesterday``, or empty for open."""

    first: str
    last: str


class Since(Struct, frozen=True, tag=True):
    """Not older than so many hours."""

    hours: int


class AtLeast(Struct, frozen=True, tag=True):
    """So many minutes long or longer."""

    minutes: int


class Not(Struct, frozen=True, tag=True):
    term: Term


class And(Struct, frozen=True, tag=True):
    terms: tuple[Term, ...]


class Or(Struct, frozen=True, tag=True):
    terms: tuple[Term, ...]


Text: TypeAlias = Word | Phrase
Field: TypeAlias = OfSource | OfKind | Tagged | InLanguage | ByAuthor | Is | Has | OnDays | Since | AtLeast
Term: TypeAlias = (
    Word
    | Phrase
    | OfSource
    | OfKind
    | Tagged
    | InLanguage
    | ByAuthor
    | Is
    | Has
    | OnDays
    | Since
    | AtLeast
    | Not
    | And
    | Or
)


class Query(Struct, frozen=True):
    """A query; ``term`` is None where it says nothing. ``str(query)`` is one that means the same."""

    term: Term | None = None

    def __bool__(self) -> bool:
        return self.term is not None

    def __str__(self) -> str:
        return "" if self.term is None else _written(self.term)


def parse(text: str) -> Query:
    """What a query means.

    Raises:
        QueryError: a field or its value is not one there is.
    """
    return Query(_Parser(text).whole())


def resolve(days: OnDays, today: str) -> tuple[str, str]:
    """The first and the last day (``YYYY-MM-DD``, empty for open), seen from the reader's day ``today``."""
    yesterday = (date.fromisoformat(today) - timedelta(1)).isoformat()
    first, last = ({"today": today, "yesterday": yesterday}.get(day, day) for day in (days.first, days.last))
    return (last, first) if first and last and first > last else (first, last)


class _Parser:
    """Reads from left to right; ``_signs`` is the text with its signs as ASCII, character for character."""

    def __init__(self, text: str) -> None:
        text = text[:LONGEST]
        if not is_clean(text):
            text = clean("".join(char if clean(char) == char else " " for char in text))
        self._text = text
        self._signs = text.translate(_AS_SIGNS)
        self._at = 0
        self._depth = 0
        self._terms = 0

    def whole(self) -> Term | None:
        return self._any()

    def _any(self) -> Term | None:
        """Terms up to the end or to the parenthesis that closes, between ``or`` and ``or``."""
        choices: list[list[Term]] = [[]]
        follows_term = False
        while not self._is_at_end():
            link = self._link() if follows_term else ""
            if link:
                self._at += len(link)
                if link == "or":
                    choices.append([])
                follows_term = False
                continue
            before = self._at
            term = self._one()
            follows_term = follows_term or term is not None
            if term is not None and self._terms <= MOST_TERMS:
                choices[-1].append(term)
            assert self._at > before  # noqa: S101 - else this would never end
        return _joined(Or, [term for choice in choices if (term := _joined(And, choice))])

    def _is_at_end(self) -> bool:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at == len(self._text) or (self._depth > 0 and self._signs[self._at] == ")")

    def _link(self) -> str:
        """The ``or`` or ``and`` that begins here, where a term follows it; else nothing."""
        for link in _LINKS:
            end = self._at + len(link)
            if self._signs[self._at : end].casefold() != link or not self._text[end : end + 1].isspace():
                continue
            rest = self._signs[end:].lstrip()
            closes = self._depth > 0 and rest.startswith(")")
            is_link = any(re.match(rf"{other}(?:\s|$)", rest, re.IGNORECASE) for other in _LINKS)
            if rest and not closes and not is_link and self._has_term(rest):
                return link
        return ""

    @staticmethod
    def _has_term(rest: str) -> bool:
        """Whether what follows begins with something to look for, not with signs alone."""
        word = rest.split(maxsplit=1)[0]
        return any(map(str.isalnum, word)) or any(sign in word for sign in '("')

    def _one(self) -> Term | None:
        """The term that begins here; None for signs alone."""
        start = self._at
        is_not = self._signs[start] == "-" and self._signs[start + 1 : start + 2] not in ("", "-")
        if is_not and not self._text[start + 1].isspace():
            self._at += 1
            term = self._positive(start)
            return None if term is None else Not(term)
        return self._positive(start)

    def _positive(self, start: int) -> Term | None:
        sign = self._signs[self._at]
        if sign == "(":
            return self._group()
        if sign == '"':
            return self._counted(Phrase, self._quoted())
        if found := _FIELD.match(self._signs, self._at):
            name = found[1].casefold()
            if name in FIELDS:
                self._at = found.end()
                return self._field(name, start)
            self._at_no_field(found)
        word = self._run()
        if word.endswith(("*", "\uff0a")) and any(map(str.isalnum, word)):
            return self._counted(lambda text: Word(text, begins=True), word.rstrip("*\uff0a"))
        return self._counted(Phrase if word.translate(_AS_SIGNS).casefold() in _LINKS else Word, word)

    def _group(self) -> Term | None:
        self._at += 1
        if self._depth == _DEEPEST:
            return None
        self._depth += 1
        term = self._any()
        self._depth -= 1
        self._at += self._at < len(self._text)
        return term

    def _quoted(self) -> str:
        """What stands between the quote here and the next, or the end."""
        end = self._signs.find('"', self._at + 1)
        end = len(self._text) if end < 0 else end
        inside = self._text[self._at + 1 : end]
        self._at = min(end + 1, len(self._text))
        return " ".join(inside.split())

    def _run(self) -> str:
        """What stands here up to a space, a quote, or the parenthesis that closes a group."""
        start, opened = self._at, 0
        while self._at < len(self._text):
            sign = self._signs[self._at]
            if self._text[self._at].isspace() or (sign == '"' and self._at > start):
                break
            if sign == ")" and not opened and self._depth:
                break
            opened += (sign == "(") - (sign == ")" and opened > 0)
            self._at += 1
        return self._text[start : self._at]

    def _counted(self, kind: Callable[[str], Term], text: str) -> Term | None:
        if not any(map(str.isalnum, text)):
            return None
        self._terms += 1
        return kind(text)

    # -- fields

    def _at_no_field(self, found: re.Match[str]) -> None:
        """Raise where a name was meant for a field; what else has a colon is a word."""
        name, after = found[1].casefold(), self._signs[found.end() : found.end() + 1]
        if len(name) < 2 or not (after.isalnum() or after == '"'):
            return
        nearest = _nearest(name, FIELDS)
        hint = f"did you mean {nearest}:?" if nearest else f"there are {', '.join(FIELDS)}."
        raise QueryError(
            f'There is no field {name}; {hint} In "quotes" it is what it says.',
            *(found.start(), found.end(), "field", name, nearest),
        )

    def _field(self, name: str, start: int) -> Term:
        begin = self._at
        value = self._quoted() if self._signs[begin : begin + 1] == '"' else self._run()
        value = " ".join(value.split())
        end = self._at
        self._terms += 1
        plain = unicodedata.normalize("NFKC", value).casefold()
        choices, example, make = _VALUES[name]
        term = make(value if name in _NAMES else plain) if value else None
        if term is None:
            nearest = _nearest(plain, choices)
            if not value:
                says = f"{name}: wants a value, as in {name}:{example}."
            elif nearest:
                says = f"{name}:{value} is none there is; did you mean {name}:{nearest}?"
            elif choices:
                says = f"{name}:{value} is none there is; there are {', '.join(choices)}."
            else:
                says = f"{name}: can't be {value}; it is written as in {name}:{example}."
            raise QueryError(says, begin if value else start, end, name, value, nearest)
        return term


_NAMES = ("source", "tag", "author")


def _day(text: str) -> str | None:
    """A day as it is kept; None where it is none."""
    if text in _RELATIVE:
        return _RELATIVE[text]
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _on_days(text: str) -> Term | None:
    first, dots, last = text.partition("..")
    if not dots:
        day = _day(text)
        return None if day is None else OnDays(day, day)
    days = [_day(day) if day else "" for day in (first, last)]
    return None if None in days or days == ["", ""] else OnDays(days[0] or "", days[1] or "")


def _since(text: str) -> Term | None:
    if (day := _day(text)) is not None:
        return OnDays(day, "")
    found = _AGE.fullmatch(text)
    return Since(int(found[1]) * _HOURS[found[2] or "d"]) if found else None


def _at_least(text: str) -> Term | None:
    found = _LENGTH.fullmatch(text)
    return AtLeast(int(found[1]) * (60 if found[2] == "h" else 1)) if found else None


def _named(kind: Callable[[str], Term]) -> Callable[[str], Term | None]:
    return lambda text: kind(text) if any(map(str.isalnum, text)) else None


def _language(text: str) -> Term | None:
    return InLanguage(text) if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}", text) else None


# Of each field: the values it may have where they are few, an example of one, and what makes a term of it.
_VALUES: dict[str, tuple[tuple[str, ...], str, Callable[[str], Term | None]]] = {
    "source": ((), "openai", _named(OfSource)),
    "kind": (KINDS, "essay", lambda text: next((OfKind(kind) for kind in KINDS if kind == text), None)),
    "tag": ((), "reading", _named(Tagged)),
    "lang": ((), "zh", _language),
    "author": ((), "name", _named(ByAuthor)),
    "is": (STATES, "unread", lambda text: next((Is(state) for state in STATES if state == text), None)),
    "has": (FEATURES, "math", lambda text: next((Has(one) for one in FEATURES if one == text), None)),
    "day": ((), "2026-05-12", _on_days),
    "since": ((), "7d", _since),
    "min": ((), "10m", _at_least),
}


def _nearest(word: str, known: tuple[str, ...]) -> str:
    # Imported here: only a mistake needs it.
    import difflib

    return next(iter(difflib.get_close_matches(word, known, 1, 0.6)), "")


def _joined(kind: type[And | Or], terms: list[Term]) -> Term | None:
    """Terms as one; those of the same kind among them are taken in."""
    flat = [one for term in terms for one in (term.terms if isinstance(term, kind) else (term,))]
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat))


# -- written


def _written(term: Term) -> str:
    match term:
        case Word(text, begins):
            return f"{text}*" if begins else text
        case Phrase(text):
            return f'"{text}"'
        case OfSource(name):
            return f"source:{_value(name)}"
        case OfKind(kind):
            return f"kind:{kind}"
        case Tagged(tag):
            return f"tag:{_value(tag)}"
        case InLanguage(code):
            return f"lang:{code}"
        case ByAuthor(name):
            return f"author:{_value(name)}"
        case Is(state):
            return f"is:{state}"
        case Has(feature):
            return f"has:{feature}"
        case OnDays(first, last):
            return f"day:{first}" if first == last else f"day:{first}..{last}"
        case Since(hours):
            return f"since:{hours // 24}d" if hours % 24 == 0 else f"since:{hours}h"
        case AtLeast(minutes):
            return f"min:{minutes}m"
        case Not(inner):
            within = _written(inner)
            return f"-{_grouped(within)}" if isinstance(inner, And | Or) or within[0] == "-" else f"-{within}"
        case And(terms):
            return " ".join(
                _grouped(_written(one)) if isinstance(one, Or) else _written(one) for one in terms
            )
        case Or(terms):
            return " or ".join(_written(one) for one in terms)


def _grouped(written: str) -> str:
    plain = written.translate(_AS_SIGNS)
    return f"({written} )" if plain.count("(") > plain.count(")") else f"({written})"


def _value(name: str) -> str:
    plain = name.translate(_AS_SIGNS)
    return f'"{name}"' if any(sign in plain for sign in ' "()') else name
