"""Results as the lines of a page: tables, and the statements that the data must bear out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from efface.measure.significance import permutation
from efface.study.choice import FAMILIES, LEVELS, RESTORED_AND_ADAPTED

Results = Mapping[str, Mapping[str, Any]]
"""By name of the row: what ``leak/study.py`` found of it."""

SIGNIFICANT = 0.05
"""Of a test of one row against its control."""

BOUND = 0.03
"""Upper end of the 95 % interval, up to which a leak counts as at chance: nobody of 125 people."""


def percent(value: float) -> str:
    """A share as a number of percent, with one decimal below ten."""
    hundred = 100 * value
    return f"{hundred:.1f}" if abs(hundred) < 9.95 else f"{hundred:.0f}"


def with_interval(triple: Sequence[float], share: bool = True) -> str:
    """``12 (8.1-17)``."""
    text = [percent(v) if share else f"{v:.2f}" for v in triple]
    return f"{text[0]} ({text[1]} to {text[2]})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows)]


def strongest(results: Results, names: Sequence[str], measure: str) -> list[str]:
    """One measure of the strongest attacker at each level, with its interval, row by row."""
    share = measure != "bits"
    rows = []
    for name in names:
        found = results[name]
        columns = found["columns"]
        cells = [with_interval(columns[level][measure], share) for level in LEVELS]
        some = columns["K2"]
        chance = {"rank1": 1 / some["people"], "rank10": 10 / some["people"]}
        by_chance = {"bits": "0", "tpir": "1.0"}.get(measure) or percent(chance[measure])
        rows.append(
            [found["title"], percent(found["covered"]), *cells, str(some["people"]), by_chance]
        )
    return table(["", "covered %", *LEVELS, "N", "chance"], rows)


def families(results: Results, names: Sequence[str]) -> list[str]:
    """Rank-1 of each family's best, row by row."""
    columns = (*FAMILIES, RESTORED_AND_ADAPTED)
    rows = []
    for name in names:
        found = results[name]["columns"]
        cells = [
            with_interval(found[column]["rank1"]) if column in found else "" for column in columns
        ]
        some = found["K2"]
        rows.append(
            [results[name]["title"], *cells, str(some["people"]), percent(1 / some["people"])]
        )
    return table(["", *columns, "N", "chance"], rows)


def controls(results: Results, names: Sequence[str], level: str = "K2") -> list[str]:
    """Each row beside the constant fill of its zone and another person's redaction."""
    rows = []
    for name in names:
        found = results[name]
        own = found["columns"][level]
        cells = [found["title"], with_interval(own["rank1"])]
        control = results.get(found["control"] or "")
        if control is None:
            cells += ["", "", ""]
        else:
            cells.append(with_interval(control["columns"][level]["rank1"]))
            cells.append(probability(excess(results, name, "each_rank1", level)))
            cells.append(probability(excess(results, name, "each_bits", level)))
        cells += [with_interval(found["another person"]), str(own["people"])]
        rows.append(cells)
    head = ["", f"strongest, {level}", "constant fill of the same zone", "p, rank-1", "p, bits"]
    return table([*head, "another person's redaction", "N"], rows)


def excess(results: Results, name: str, values: str, level: str) -> float:
    """p-value that a row gives its strongest attacker more than its control does, over people."""
    control = results[results[name]["control"]]
    return permutation(results[name]["columns"][level][values], control["columns"][level][values])


def probability(value: float) -> str:
    """Two digits; never 0."""
    return f"{value:.2g}" if value >= 0.001 else "<0.001"


def information(results: Results, names: Sequence[str], level: str = "insider") -> list[str]:
    """What the strongest attacker at a level knows, in bits and in lengths of a list."""
    clear = results["clear"]["columns"][level]
    rows = []
    for name in names:
        own = results[name]["columns"][level]
        rows.append(
            [
                results[name]["title"],
                with_interval(own["bits"], share=False),
                percent(max(0.0, own["bits"][0] / clear["bits"][0])),
                f"{own['entropy']:.2f}",
                percent(own["entropy"] / clear["entropy"]),
                str(own["half"]),
                str(own["most"]),
                str(own["people"]),
            ]
        )
    head = ["", "bits beyond chance", "% of clear", "relative entropy, bits", "% of clear"]
    return table([*head, "list that holds 50 %", "90 %", "N"], rows)


def who(results: Results, names: Sequence[str]) -> list[str]:
    """The attacker that was chosen for each column."""
    rows = [
        [results[name]["title"], *(results[name]["columns"][level]["attacker"] for level in LEVELS)]
        for name in names
    ]
    return table(["", *LEVELS], rows)


def statement(holds: bool, text: str, numbers: Sequence[str]) -> list[str]:
    """A claim, whether the data bear it out, and the numbers."""
    verdict = "**Holds.**" if holds else "**Does not hold.**"
    return [f"- {verdict} {text}", *(f"    - {line}" for line in numbers), ""]


def blur_breaks_late(results: Results, names: Sequence[str]) -> list[str]:
    """(a) Strong blur is harmless at K0 and broken at K2."""
    numbers, broken = [], []
    for name in names:
        columns = results[name]["columns"]
        low, high = columns["K0"], columns["K2"]
        p = permutation(high["each_rank1"], low["each_rank1"])
        numbers.append(
            f"{results[name]['title']}: rank-1 at K0 {with_interval(low['rank1'])}, at K2 "
            f"{with_interval(high['rank1'])}, p {probability(p)}; bits {low['bits'][0]:.2f} and "
            f"{high['bits'][0]:.2f}"
        )
        harmless = low["rank1"][1] <= 1 / low["people"]
        broken.append(harmless and p < SIGNIFICANT and high["rank1"][1] > 1 / high["people"])
    return statement(
        any(broken),
        "There are blurs that hide everything from an unaware attacker (chance lies in the "
        "interval) and not from one who trains on them.",
        numbers,
    )


def tool_is_broken(results: Results, names: Sequence[str]) -> list[str]:
    """(b) deface's defaults are recovered far above chance."""
    numbers, broken = [], []
    for name in names:
        own = results[name]["columns"]["K2"]
        p = excess(results, name, "each_bits", "K2")
        numbers.append(
            f"{results[name]['title']}: rank-1 {with_interval(own['rank1'])} by {own['attacker']} "
            f"at chance {percent(1 / own['people'])}; more than the constant fill: p "
            f"{probability(p)} (bits)"
        )
        broken.append(own["rank1"][1] > 3 / own["people"] and p < SIGNIFICANT)
    return statement(
        all(broken),
        "At least one attack recovers deface's default blur and its mosaic far above chance (the "
        "interval starts above three times chance, and there is more than in the constant fill).",
        numbers,
    )


def solid_is_at_chance(results: Results, name: str) -> list[str]:
    """(c) efface's solid at default growth is at chance."""
    numbers, fine = [], []
    for level in LEVELS:
        own = results[name]["columns"][level]
        p = excess(results, name, "each_rank1", level)
        q = excess(results, name, "each_bits", level)
        numbers.append(
            f"{level}: rank-1 {with_interval(own['rank1'])} (N = {own['people']}), more than the "
            f"constant fill: p "
            f"{probability(p)} (rank-1), {probability(q)} (bits)"
        )
        rate, _, high = own["rank1"]
        chance = rate == 0 and high <= BOUND
        fine.append(min(p, q) >= SIGNIFICANT / len(LEVELS) and chance)
    covered = percent(results[name]["covered"])
    return statement(
        all(fine),
        f"efface's solid at default growth ({covered} % of these tight crops): no significant "
        "excess over the constant fill, and nobody is found at rank 1 (95 %: at most 3 %).",
        numbers,
    )


def falling(values: Sequence[float]) -> bool:
    """Whether what is left falls as zones grow: strictly from the first to the last, and on the
    whole (rank correlation below -.5)."""
    order = np.argsort(np.argsort(values))
    steps = np.arange(len(values))
    correlation = float(np.corrcoef(order, steps)[0, 1]) if np.ptp(values) > 0 else 0.0
    return values[-1] < values[0] and correlation < -0.5
