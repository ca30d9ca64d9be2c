"""``efface contact-sheet``: each track's frames over time, for a person to check at a glance."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    REGIONS,
    damaged_option,
    fast_option,
    load_policy,
    policy_option,
    quiet_option,
    recall_option,
    track_option,
)
from efface.cli.text import say
from efface.words import Recall


@click.command(
    "contact-sheet",
    cls=Command,
    short_help="Draw each track's frames over time, to check a video at a glance.",
    examples=(
        "efface contact-sheet clip.mp4 -o before.png        # delete it after use",
        "efface contact-sheet clip.effaced.mp4 --redacted --regions clip.json",
        "efface contact-sheet clip.effaced.mp4              # exit code 3 is good news here",
    ),
    codes=(0, 2, 3, 5, 8, 130),
)
@click.argument("video", type=FILE)
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="PNG",
    help="Where it goes; further pages get -2, -3, ... Default: NAME.contact-sheet.png beside it.",
)
@click.option(
    "--regions",
    "regions_file",
    type=REGIONS,
    metavar="FILE",
    help="Show these regions instead of looking for faces.",
)
@click.option(
    "--redacted",
    is_flag=True,
    help="VIDEO is a redacted copy of the file that the --regions were made for: draw its zones.",
)
@click.option(
    "--columns",
    type=click.IntRange(4, 24),
    default=10,
    show_default=True,
    help="Frames of each track at most.",
)
@click.option("--overwrite", is_flag=True, help="Replace pages that exist.")
@damaged_option
@policy_option
@recall_option
@track_option
@fast_option
@quiet_option
def contact_sheet(
    *,
    video: Path,
    out: Path | None,
    regions_file: Path | None,
    redacted: bool,
    columns: int,
    overwrite: bool,
    allow_damaged: bool,
    policy_file: Path | None,
    recall: Recall | None,
    video_track: int | None,
    fast: bool,
    quiet: bool,
) -> int:
    """Draw each track's frames over time: a row a track, with the frames before and after it.

    Of an original it shows every face: delete it after use. Of a redacted file, without --regions,
    it shows what faces are still found in it.
    """
    from efface import api
    from efface.cli.progress import progress

    if redacted and regions_file is None:
        raise click.UsageError("--redacted needs --regions, those of the original.")
    policy = load_policy(policy_file, recall, fast, video_track)
    with progress(show=not quiet) as listen:
        pages = api.contact_sheet(
            video,
            out,
            policy=policy,
            regions=regions_file,
            redacted=redacted,
            columns=columns,
            allow_damaged=allow_damaged,
            overwrite=overwrite,
            listen=listen,
        )
    for page in pages:
        say(str(page))
    if not quiet and not redacted:
        say("It can show faces: delete it after use.", err=True)
    return 0
