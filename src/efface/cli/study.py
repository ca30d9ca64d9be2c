"""``efface study``: what redactions leave of faces, measured on a folder of people."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import FILE, quiet_option
from efface.cli.text import say


@click.command(
    cls=Command,
    short_help="Measure what redactions leave of faces, on a folder of people.",
    examples=("efface study people/ -o map/ --quick",),
    codes=(0, 2, 5, 8, 130),
)
@click.argument("dataset", type=FILE)
@click.option("-o", "--out", type=FILE, metavar="DIR", required=True, help="Where the map goes.")
@click.option("--quick", is_flag=True, help="The coarse map: fewer sizes, strengths and pictures.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Decides who attackers are fitted on, chosen on and scored on.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that work side by side. Default: one a core.",
)
@click.option(
    "--only", multiple=True, metavar="METHOD", help="Only this method; may be given several times."
)
@click.option(
    "--width",
    "widths",
    type=int,
    multiple=True,
    metavar="PX",
    help="Only faces of this width; may be given several times.",
)
@quiet_option
def study(
    *,
    dataset: Path,
    out: Path,
    quick: bool,
    seed: int,
    jobs: int | None,
    only: tuple[str, ...],
    widths: tuple[int, ...],
    quiet: bool,
) -> int:
    """Redact faces in many ways and sizes, attack them, and write the map of what is left.

    DATASET holds one folder for each person, with pictures that show that person. Attackers are
    fitted on some people, chosen on others, and scored once on the rest. A study that was stopped
    goes on where it was. DIR/cache holds templates of the people: delete it when you are done.
    """
    from efface import api
    from efface.cli.progress import progress

    with progress(show=not quiet) as listen:
        found = api.study(
            dataset,
            out,
            quick=quick,
            seed=seed,
            jobs=jobs,
            only=only,
            widths=widths,
            listen=listen,
        )
    passed = len(found.data.passed)
    if passed:
        first = found.data.passed[0]
        say(f"{passed} pictures were passed over, the first {first.file}: {first.why}.", err=True)
    say(str(out / "study.html"))
    if not quiet:
        say(
            f"{out / 'cache'} holds templates of the people: delete it when you are done.", err=True
        )
    return 0
