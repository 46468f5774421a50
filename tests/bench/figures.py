"""A figure: the ratios of two things done in turn, and the limit it is held against."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Measured = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Setting:
    """How to measure: a scratch folder that keeps libraries and feeds, and how many rounds."""

    work: Path
    rounds: int
    small: bool = False

    def scaled(self, count: int) -> int:
        """``count``, or a hundredth of it where only the bench itself is being tried."""
        return max(count // 100, 60) if self.small else count


@dataclass(frozen=True, slots=True)
class Figure:
    """``values`` holds a ratio for each round, or milliseconds where ``unit`` says so."""

    id: str
    what: str
    beside: str
    values: Sequence[float]
    limit: float = math.inf
    unit: str = "×"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def within(self) -> bool:
        return self.median <= self.limit

    def __str__(self) -> str:
        middle, low, high = self.median, min(self.values), max(self.values)
        limit = "" if math.isinf(self.limit) else f"≤ {self.limit:g} {'ok' if self.within else 'OVER'}"
        return (
            f"{self.id:9} {middle:8.2f}{self.unit:2}  {low:7.2f} .. {high:7.2f}  "
            f"{limit:12} {self.what} | {self.beside}"
        )


def in_turn(
    setting: Setting, *subjects: Callable[[], Measured], warm_up: int = 1
) -> tuple[list[Measured], ...]:
    """Measure the subjects one after the other, round by round: A B A B, never A A B B."""
    rounds = [tuple(subject() for subject in subjects) for _ in range(warm_up + setting.rounds)]
    return tuple(list(column) for column in zip(*rounds[warm_up:], strict=True))


def ratios(ours: Sequence[Measured], beside: Sequence[Measured], key: str) -> list[float]:
    """Round by round, so that a machine whose speed drifts drifts out of the result."""
    return [a[key] / b[key] for a, b in zip(ours, beside, strict=True)]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
