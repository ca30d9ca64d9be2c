"""``efface clean``: what stopped runs have kept, and away with it."""

from __future__ import annotations

import click

from efface.cli.command import Command
from efface.cli.options import json_option, print_json, quiet_option, told_in_json
from efface.cli.text import say


@click.command(
    cls=Command,
    short_help="Remove what stopped runs have kept: it says where faces are.",
    examples=(
        "efface clean --list",
        "efface clean --older-than 7",
        "efface clean --reviews --older-than 30",
    ),
    codes=(0, 8),
)
@click.option("--list", "list_only", is_flag=True, help="Only list it; remove nothing.")
@click.option(
    "--older-than",
    "days",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="DAYS",
    help="Only what was not written to for so many days.",
)
@click.option(
    "--reviews",
    is_flag=True,
    help="Also remove what 'efface review' has kept: decisions that were made by hand.",
)
@json_option
@quiet_option
def clean(*, list_only: bool, days: float, reviews: bool, as_json: bool, quiet: bool) -> int:
    """Remove the analyses that stopped runs have kept: they say where every face of a video is.

    A run over a video keeps what it sees in your own folder, to go on from if it is stopped, and
    removes it when the result is released. What a run is writing to at this moment stays.
    """
    from efface import api

    with told_in_json(as_json):
        found = api.clean(list_only=list_only, older_than_days=days, reviews=reviews)
    if as_json:
        print_json(found.to_json())
    for one in found.analyses:
        state = "in use, and left" if one.in_use else "removed" if one.removed else "kept"
        name = one.file or "(not readable)"
        size = f"{one.size / 1000:.0f} kB"
        if not quiet:
            say(f"{name} (recall {one.recall}): {size}, {age(one.age_s)} old: {state}.", err=True)
    for kept in found.reviews:
        state = "in use, and left" if kept.in_use else "removed" if kept.removed else "kept"
        name, size = kept.file or "(not readable)", f"{kept.size / 1000:.0f} kB"
        if not quiet:
            say(f"{name} (review): {size}, {age(kept.age_s)} old: {state}.", err=True)
    if not quiet:
        gone = sum(one.removed for one in found.analyses)
        gone += sum(kept.removed for kept in found.reviews)
        rest = len(found.analyses) + len(found.reviews) - gone
        say(f"{found.folder.parent}: {gone} removed, {rest} left.", err=True)
    return 0


def age(seconds: float) -> str:
    """A time as people say it."""
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            number = int(seconds // unit)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"
