"""``efface detect``: where the faces are, as ``efface.regions/1``."""

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
from efface.errors import exit_code
from efface.words import Recall


@click.command(
    cls=Command,
    examples=(
        "efface detect photo.jpg --preview numbered.png   # delete it after use",
        "efface detect clip.mp4 --json > clip.json          # to edit, for redact --regions",
        "efface detect folder --recall high --json > all.json",
    ),
    codes=(0, 2, 5, 6, 8, 130),
)
@inputs_argument
@json_option
@click.option(
    "--preview",
    type=FILE,
    metavar="PNG",
    help="Also write the picture with numbered boxes (one photo; it shows the faces).",
)
@click.option("--overwrite", is_flag=True, help="Replace a preview that exists.")
@damaged_option
@policy_option
@recall_option
@track_option
@fast_option
@verbose_option
@log_file_option
@quiet_option
def detect(
    *,
    inputs: tuple[Path, ...],
    as_json: bool,
    preview: Path | None,
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
    """Find the faces in photos and videos.

    Exit code 0 when a file was read, whether it shows faces or not. The JSON can be edited and
    given to 'efface redact --regions'.
    """
    from efface.api.detection import detect_all, regions_document
    from efface.cli.regions_table import print_regions

    single = is_single(inputs)
    if preview is not None and not single:
        raise click.UsageError("--preview takes one photo.")
    with told_in_json(as_json):
        policy = load_policy(policy_file, recall, fast, video_track)
        found, failed = read_all(
            inputs,
            lambda listen: detect_all(
                inputs,
                policy=policy,
                preview=preview,
                overwrite=overwrite,
                allow_damaged=allow_damaged,
                listen=listen,
            ),
            quiet=quiet,
            verbose=verbose,
            log_file=log_file,
        )
    if as_json:
        print_json(regions_document(found, failed, single))
    else:
        print_regions(found)
    return exit_code(failed, len(found) + len(failed))
