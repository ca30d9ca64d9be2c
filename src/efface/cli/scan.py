"""``efface scan``: where faces show that could be identified, before anything is kept."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    damaged_option,
    fast_option,
    inputs_argument,
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
from efface.cli.reading import is_single, read_all
from efface.cli.text import say
from efface.errors import exit_code
from efface.words import Recall


@click.command(
    cls=Command,
    short_help="Say where faces show that could be identified, and where none was seen.",
    examples=(
        "efface scan clip.mp4 --timeline clip.timeline.png",
        "efface scan footage --json > scan.json",
    ),
    codes=(0, 2, 5, 6, 8, 130),
)
@inputs_argument
@json_option
@click.option(
    "--timeline",
    type=FILE,
    metavar="PNG",
    help="Also draw the timeline (one video; it shows no picture of it).",
)
@click.option("--overwrite", is_flag=True, help="Replace a timeline that exists.")
@damaged_option
@policy_option
@recall_option
@track_option
@fast_option
@verbose_option
@log_file_option
@quiet_option
def scan(
    *,
    inputs: tuple[Path, ...],
    as_json: bool,
    timeline: Path | None,
    overwrite: bool,
    allow_damaged: bool,
    policy_file: Path | None,
    recall: Recall | None,
    video_track: int | None,
    fast: bool,
    verbose: bool,
    log_file: Path | None,
    quiet: bool,
) -> int:
    """Say which stretches of videos, and which photos, show faces that could be identified.

    How large they are, turned towards the camera or away, in shadow, sharp, hidden; and where no
    face was seen. Nothing is redacted. Exit code 0 when a file was read, whatever it shows. A face
    may have been missed, and more than a face identifies: look at the footage yourself.
    """
    from efface.api.scans import LIMITS, scan_all, scan_document
    from efface.cli.scan_table import print_scan, print_scans

    single = is_single(inputs)
    if timeline is not None and not single:
        raise click.UsageError("--timeline takes one video.")
    with told_in_json(as_json):
        policy = load_policy(policy_file, recall, fast, video_track)
        scans, failed = read_all(
            inputs,
            lambda listen: scan_all(
                inputs,
                policy=policy,
                timeline=timeline,
                overwrite=overwrite,
                allow_damaged=allow_damaged,
                listen=listen,
            ),
            quiet=quiet,
            verbose=verbose,
            log_file=log_file,
        )
    if as_json:
        print_json(scan_document(scans, failed))
    elif single:
        print_scan(scans[0])
    else:
        print_scans(scans)
    if not quiet:
        say(f"Remember: {' '.join(LIMITS)}", err=True)
    return exit_code(failed, len(scans) + len(failed))
