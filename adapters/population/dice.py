"""Reproducible choices: the same keys give the same sequence on every machine and Python version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def _mix(value: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads every input bit over all 64."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Dice:
    """A sequence of choices that depends on nothing but `keys`: a person is computed without its neighbours."""

    __slots__ = ("_state",)

    def __init__(self, *keys: int) -> None:
        state = 0
        for key in keys:
            state = _mix((state + key * _GOLDEN + 1) & _MASK)
        self._state = state

    def random(self) -> float:
        """In [0, 1)."""
        self._state = (self._state + _GOLDEN) & _MASK
        return (_mix(self._state) >> 11) * 2.0**-53

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.random() * len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different choices (fewer when there are not as many), in their given order."""
        left = list(range(len(choices)))
        taken = sorted(left.pop(int(self.random() * len(left))) for _ in range(min(count, len(left))))
        return [choices[index] for index in taken]

    def around(self, mean: float, spread: float) -> float:
        """Roughly normal (sum of three uniform draws), never further than 3 `spread` from `mean`."""
        return mean + spread * 2 * (self.random() + self.random() + self.random() - 1.5)
