"""The placeholders of a command, ``<name>`` and ``[optional]``, filled in one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPTIONAL_STARTS = re.compile(r"(?<![^\s\[<|])\[(?=[^\s\]\d])|\[(?==)")
_REQUIRED = re.compile(r"<[^\W\d_][^<>\"]*>")
# Where a list is given to a key, its brackets are its own.
_LIST_OF_A_KEY = re.compile(r":\s*\[")


def placeholders(syntax: str, *, literal: bool = False) -> list[tuple[int, int]]:
    """The half-open ranges of the placeholders, in order; one that lies in another comes after it.

    ``literal``: brackets are the command's own.
    """
    found = [match.span() for match in _REQUIRED.finditer(syntax)]
    if not literal and not _LIST_OF_A_KEY.search(syntax):
        found += _optional(syntax)
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _optional(syntax: str) -> Iterator[tuple[int, int]]:
    for found in _OPTIONAL_STARTS.finditer(syntax):
        depth = 0
        for at in range(found.start(), len(syntax)):
            depth += {"[": 1, "]": -1}.get(syntax[at], 0)
            if depth == 0:
                yield found.start(), at + 1
                break


def _alternatives(placeholder: str) -> tuple[str, ...]:
    """What a placeholder says may stand there, itself first: ``on`` and ``off`` of ``[on|off]``."""
    found, depth = [""], 0
    for char in placeholder[1:-1]:
        depth += {"[": 1, "<": 1, "]": -1, ">": -1}.get(char, 0)
        if char == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += char
    if len(found) == 1 and placeholder[0] == "<":
        return (placeholder,)
    return (placeholder, *(each.strip() for each in found if each.strip()))


class _Field:
    __slots__ = ("at", "choices", "end", "optional", "start", "touched")

    def __init__(self, start: int, text: str) -> None:
        self.start, self.end = start, start + len(text)
        self.optional = text[0] == "["
        self.choices = _alternatives(text)
        self.at = 0
        self.touched = False


class Filling:
    """A command in the making; ``text`` is it as it stands."""

    def __init__(self, syntax: str, *, literal: bool = False) -> None:
        self.text = syntax
        self._literal = literal
        self._fields = _fields_of(syntax, placeholders(syntax, literal=literal), 0)
        self._current = self._fields[0] if self._fields else None

    @property
    def current(self) -> tuple[int, int]:
        """The range of the field that is being filled; the end of the text where there is none."""
        field = self._current
        return (field.start, field.end) if field is not None else (len(self.text), len(self.text))

    def step(self, step: int) -> tuple[int, int]:
        """Go to the next field, or (-1) the one before, round the end; its range."""
        if self._fields:
            at = self._fields.index(self._current) if self._current is not None else -1
            self._current = self._fields[(at + step) % len(self._fields)]
        return self.current

    def choose(self, step: int) -> tuple[int, int]:
        """Put the next of what may stand there into the field, or (-1) the one before; its range."""
        field = self._current
        if field is None or len(field.choices) == 1:
            return self.current
        field.at = (field.at + step) % len(field.choices)
        chosen = field.choices[field.at]
        within = [each for each in self._fields if each is not field and _lies_in(each, field)]
        self._fields = [each for each in self._fields if each not in within]
        self.replace(chosen, field.start, field.end)
        field.touched = field.at > 0
        spans = placeholders(chosen, literal=self._literal)
        if field.at == 0:
            spans = spans[1:] if len(field.choices) == 2 else []
        at = self._fields.index(field) + 1
        self._fields[at:at] = _fields_of(chosen, spans, field.start)
        return self.current

    def replace(self, new: str, start: int, end: int) -> None:
        """Put ``new`` in place of a range of the text; the fields move with it."""
        self.text = self.text[:start] + new + self.text[end:]
        grown = len(new) - (end - start)
        kept = []
        for field in self._fields:
            # what is typed at the edge of the field that is being filled belongs to it
            edge = 0 if field is self._current else 1
            if field.start + edge <= start and end <= field.end - edge:
                field.end += grown
                field.touched = True
            elif end <= field.start:
                field.start += grown
                field.end += grown
            elif start < field.end:
                # typed over together with what it stood in
                continue
            kept.append(field)
        self._fields = kept
        if self._current not in kept:
            self._current = None

    def result(self) -> str:
        """The command as it is to be run: without what was left of the optional parts, and their brackets."""
        dropped: set[int] = set()
        for field in self._fields:
            start, end = field.start, field.end
            if not field.optional:
                continue
            if not field.touched:
                if self.text[start - 1 : start] == " ":
                    start -= 1
                dropped.update(range(start, end))
            elif self.text[start:end].startswith("[") and self.text[start:end].endswith("]"):
                dropped.update((start, end - 1))
        return "".join(char for at, char in enumerate(self.text) if at not in dropped).strip()


def _fields_of(text: str, spans: list[tuple[int, int]], offset: int) -> list[_Field]:
    """The fields of a text that stands at ``offset``; alternatives hold none before one is chosen."""
    found: list[_Field] = []
    closed = 0
    for start, end in spans:
        if start >= closed:
            field = _Field(offset + start, text[start:end])
            found.append(field)
            closed = end if len(field.choices) > 2 else start
    return found


def _lies_in(inner: _Field, outer: _Field) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
