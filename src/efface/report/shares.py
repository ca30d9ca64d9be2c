"""Shares in words."""

from __future__ import annotations


def percent(share: float) -> str:
    """``12 %``; less than one is said so, and only all is 100."""
    if 0 < share < 0.01:
        return "less than 1 %"
    whole = round(100 * share)
    return f"{whole if share >= 1 else min(whole, 99)} %"
