"""``efface advise``: how faces were redacted, what that leaves, and what to do."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    REGIONS,
    damaged_option,
    fast_option,
    json_option,
    load_policy,
    log_file_option,
    policy_option,
    print_json,
    quiet_option,
    recall_option,
    told_in_json,
    track_option,
    verbose_option,
)
from efface.cli.reading import read_all
from efface.cli.text import say
from efface.errors import exit_code
from efface.words import Recall

_METHODS = ("gaussian", "box", "mosaic", "sampled-mosaic", "median", "swirl", "solid", "bar")


@click.command(
    cls=Command,
    short_help="Say how faces were redacted, what that leaves, and what to do.",
    examples=(
        "efface advise published.jpg",
        "efface advise published.jpg --zone 40,30,200,240",
        "efface advise photo.jpg --regions regions.json --json",
        "efface advise --width 30 --method mosaic --cells 8",
        "efface advise --width 120 --method gaussian --strength 0.2",
    ),
    codes=(0, 2, 5, 6, 130),
)
@click.argument("inputs", nargs=-1, type=FILE)
@json_option
@click.option(
    "--regions",
    "regions_file",
    type=REGIONS,
    metavar="FILE",
    help="Where the faces are, or the zones ('zone': true), instead of looking for them.",
)
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="X,Y,W,H",
    help="A zone that was changed, in pixels, instead of looking for faces. May be given several "
    "times.",
)
@click.option("--width", "width_px", type=float, metavar="PX", help="Ask: the face's width.")
@click.option(
    "--method",
    type=click.Choice(_METHODS),
    help="Ask: how it is redacted. A mosaic is what pixelation makes; gaussian, box and median are "
    "blurs.",
)
@click.option("--cells", type=float, metavar="N", help="Ask: cells of a mosaic across the face.")
@click.option(
    "--strength",
    type=float,
    metavar="SHARE",
    help="Ask: sigma of a Gaussian, or width of a filter or a fill, in face widths.",
)
@click.option("--strength-px", type=float, metavar="PX", help="Ask: the same, or a cell, in px.")
@damaged_option
@policy_option
@recall_option
@track_option
@fast_option
@verbose_option
@log_file_option
@quiet_option
def advise(
    *,
    inputs: tuple[Path, ...],
    as_json: bool,
    regions_file: Path | None,
    zones: tuple[str, ...],
    width_px: float | None,
    method: str | None,
    cells: float | None,
    strength: float | None,
    strength_px: float | None,
    allow_damaged: bool,
    policy_file: Path | None,
    recall: Recall | None,
    video_track: int | None,
    fast: bool,
    verbose: bool,
    log_file: Path | None,
    quiet: bool,
) -> int:
    """Say of each face how it was redacted, what attacks found of such faces, and what to do.

    Nothing is reconstructed and nobody is named. Without a file, --width and --method ask what a
    redaction leaves of a face of that width. Exit code 0 when there was an answer, whatever it
    says.
    """
    from efface.api.advice import LIMITS, advice_document, advise_all, ask
    from efface.cli.advice_table import print_advice, print_asked

    asks = (width_px, method, cells, strength, strength_px)
    if not inputs:
        if width_px is None or method is None:
            raise click.UsageError("Name files, or ask with --width and --method.")
        with told_in_json(as_json):
            found = ask(method, width_px, strength=strength, strength_px=strength_px, cells=cells)
        if as_json:
            print_json(advice_document(asked=found))
        else:
            print_asked(found)
        return 0
    if any(value is not None for value in asks):
        raise click.UsageError("--width, --method and strengths ask without a file.")
    with told_in_json(as_json):
        policy = load_policy(policy_file, recall, fast, video_track)
        files, failed = read_all(
            inputs,
            lambda listen: advise_all(
                inputs,
                regions=regions_file,
                draw=zones,
                policy=policy,
                allow_damaged=allow_damaged,
                listen=listen,
            ),
            quiet=quiet,
            verbose=verbose,
            log_file=log_file,
        )
    if as_json:
        print_json(advice_document(files, failed))
    else:
        print_advice(files)
    if not quiet:
        say(f"Remember: {' '.join(LIMITS)}", err=True)
    return exit_code(failed, len(files) + len(failed))
