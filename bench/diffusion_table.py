"""The table of docs/diffusion.md from what bench/diffusion.py wrote.

    python bench/diffusion_table.py table.json

One line for each row and attacker, the most telling of a row first: rank-1, bits beyond chance,
false accusation, what the gate would make of it, processor time, bits a processor second, and how
sure it is that more is found than by the plain inversion (``BESIDE``) of the same people: the share
of random signs of each person's difference that say as much (bits), and McNemar's exact test
(rank-1). Bits of the plain inversion for those same people stand beside it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from efface.measure.significance import mcnemar, permutation

BESIDE = "tikhonov"

HEAD = (
    "| row | attacker | people | rank-1 | bits | accused | own picture among distractors "
    "| strangers' | CPU-s | bits a CPU-s | tikhonov's rank-1 and bits | p: bits, rank-1 |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def lines(known: Mapping[str, Any]) -> Iterator[str]:
    """The table, line by line."""
    yield HEAD
    rows: dict[str, list[str]] = {}
    for key in known:
        if key != "about":
            rows.setdefault(key.partition(" | ")[0], []).append(key)
    for row, keys in rows.items():
        told = [key for key in keys if known[key]["applies"]]
        for key in sorted(told, key=lambda key: -known[key]["bits"][0]):
            yield _line(row, key.partition(" | ")[2], known[key], known.get(f"{row} | {BESIDE}"))
        silent = [key.partition(" | ")[2] for key in keys if not known[key]["applies"]]
        if silent:
            yield f"| {row} | {', '.join(silent)} | | does not apply | | | | | | | | |"


def _line(row: str, name: str, found: Mapping[str, Any], plain: Mapping[str, Any] | None) -> str:
    low, pairs = found["strangers"]
    spent = found["cpu_s"]
    sure = " | "
    if plain is not None and plain["applies"] and name != BESIDE:
        told, hit = (plain[key][: found["n"]] for key in ("each_bits", "each_hit"))
        bits, hits = permutation(found["each_bits"], told), mcnemar(found["each_hit"], hit)
        beside = f"{100 * sum(hit) / len(hit):.0f} %, {sum(told) / len(told):.2f}"
        sure = f"{beside} | {bits:.2g}, {hits:.2g}"
    return (
        f"| {row} | {name} | {found['n']} | {_percent(found['rank1'])} | {_number(found['bits'])} "
        f"| {_percent(found['accused'])} | {_percent(found['own'])} | {100 * low / pairs:.1f} % "
        f"| {spent:.2f} | {found['bits'][0] / spent:.1f} | {sure} |"
    )


def _percent(triple: list[float]) -> str:
    value, low, high = (100 * one for one in triple)
    return f"{value:.0f} % ({low:.0f}–{high:.0f})"


def _number(triple: list[float]) -> str:
    value, low, high = triple
    return f"{value:.2f} ({low:.2f}–{high:.2f})"


if __name__ == "__main__":
    print("\n".join(lines(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
