"""A figure: two things done in turn, and the limits their ratio is held against."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Measured = Mapping[str, float]


class NotHere(Exception):
    """A program to stand beside is not on this machine; the message names it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How to measure: a scratch folder that keeps libraries and feeds, and how many rounds."""

    work: Path
    rounds: int
    small: bool = False

    def scaled(self, count: int) -> int:
        """``count``, or a hundredth of it where only the bench itself is being tried."""
        return max(count // 100, 60) if self.small else count

    def most(self) -> int:
        """The size at which a library should still be as quick as with 1,000 entries."""
        return 100_000 if self.small else 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``unit`` is × for a ratio of each round; ms and s are times by themselves.

    The median of the rounds is held against ``must``; ``aim`` is where we are going.
    """

    id: str
    what: str
    beside: str = "–"
    must: float = math.inf
    aim: float = math.inf
    unit: str = "×"

    def within(self, values: Sequence[float]) -> bool:
        return statistics.median(values) <= self.must

    def line(self, values: Sequence[float]) -> str:
        """Median, smallest and largest round, the limits, and what was measured."""
        middle, low, high = statistics.median(values), min(values), max(values)
        must = "" if math.isinf(self.must) else f"≤ {self.must:g} {'ok' if self.within(values) else 'OVER'}"
        aim = "" if math.isinf(self.aim) else f"({self.aim:g})"
        return (
            f"{self.id:20} {middle:9.3f}{self.unit:2}  {low:9.3f} .. {high:9.3f}  "
            f"{must:12} {aim:8} {self.what} | {self.beside}"
        )


Values = Sequence[Sequence[float]]
"""For each row of a measure, a value for each round."""

Measure = Callable[[Setting], Values]


def in_turn(
    setting: Setting, *subjects: Callable[[], Measured], warm_up: int = 1
) -> tuple[list[Measured], ...]:
    """Measure the subjects one after the other, round by round: A B A B, never A A B B."""
    rounds = [tuple(subject() for subject in subjects) for _ in range(warm_up + setting.rounds)]
    return tuple(list(column) for column in zip(*rounds[warm_up:], strict=True))


def ratios(ours: Sequence[Measured], beside: Sequence[Measured], key: str) -> list[float]:
    """Round by round, so that a machine whose speed drifts drifts out of the result."""
    return [a[key] / b[key] for a, b in zip(ours, beside, strict=True)]


def milliseconds(found: Sequence[Measured], key: str) -> list[float]:
    return [1000 * one[key] for one in found]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
