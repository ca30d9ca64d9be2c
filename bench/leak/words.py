"""Figures as tables have them."""

from __future__ import annotations

from efface.study.figures import Figure


def interval(one: Figure, times: float = 1, digits: int = 2) -> str:
    """A figure with its 95 % interval."""
    low, high = (times * end for end in (one.interval.low, one.interval.high))
    return f"{times * one.value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
