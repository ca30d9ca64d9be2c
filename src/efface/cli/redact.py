"""``efface redact``: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    REGIONS,
    accepted_rescan_option,
    damaged_option,
    fast_option,
    inputs_argument,
    json_option,
    load_policy,
    log_file_option,
    no_face_option,
    policy_option,
    quiet_option,
    recall_option,
    told_in_json,
    track_option,
    verbose_option,
)
from efface.cli.order import coded, drawn, filled
from efface.cli.passphrases import asker, identity_option, key_option, passphrase_option
from efface.words import Audio, Codec, FigureName, Method, Recall, Shape, Subtitles


@click.command(
    cls=Command,
    short_help="Remove the faces from photos and videos, or from all in folders.",
    groups={
        "Where to": ("out", "overwrite", "skip_existing", "dry_run"),
        "What is covered": (
            "regions_file", "keep", "zones", "recall", "fast", "shape", "colour", "method",
            "figure", "cells", "noise", "redraw", "people", "project",
        ),
        "What is released": (
            "policy_file", "attacked", "allow_no_face", "accept_rescan", "allow_damaged",
        ),
        "Videos": (
            "video_track", "audio", "subtitles", "codec", "quality", "preset", "reproducible",
        ),
        "Evidence": ("pack_folder", "identity_files", "key_name", "passphrase_file"),
        "What is said": ("report_file", "as_json", "verbose", "log_file", "quiet"),
    },
    examples=(
        "efface redact photo.jpg                        # -> photo.effaced.jpg",
        "efface redact folder -o published              # all photos and videos in it",
        "efface redact folder -o published --skip-existing   # go on where it was stopped",
        "efface redact clip.mp4 --keep t3@0:10-0:20     # t3 stays visible for that time",
        "efface redact photo.jpg --zone 40,30,200,120   # cover this, too",
    ),
    codes=(0, 2, 3, 4, 5, 6, 7, 8, 130),
)  # fmt: skip
@inputs_argument
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="OUT",
    help="A file for one input, otherwise a folder. Default: NAME.effaced.EXT beside the input.",
)
@click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    help="How zones are filled: one constant colour, a drawn head, the face's colours in a few "
    "cells with noise, which is friction and no protection, or the head of somebody who does not "
    "exist, which has to be said where it is published.",
)
@click.option(
    "--figure",
    metavar="NAME|FILE.svg",
    help=f"The head that is drawn: {', '.join(get_args(FigureName))}, or a drawing of your own.",
)
@click.option(
    "--cells",
    type=int,
    metavar="N",
    help="Of a layered fill, across the face: 1 to 4; default 2.",
)
@click.option(
    "--noise",
    type=float,
    metavar="X",
    help="Of a layered fill, for each cell: 0.25 to 20; 6 by default. Less tells more.",
)
@click.option(
    "--redraw",
    type=int,
    metavar="N",
    help="Of heads of nobody: draw up to so many times anew when one is like somebody in the file.",
)
@click.option(
    "--person",
    "people",
    multiple=True,
    metavar="TRACK=NAME",
    help="Who is who, such as t1=A: the same name has the same drawn head in every file of the "
    "--project. May be given several times.",
)
@click.option(
    "--project",
    type=FILE,
    metavar="FILE",
    help="The key of the project that a --person belongs to ('efface keys project' makes one).",
)
@click.option("--colour", metavar="#RRGGBB", help="Colour of solid zones; black by default.")
@click.option("--shape", type=click.Choice(get_args(Shape)), help="Shape of zones.")
@click.option(
    "--regions",
    "regions_file",
    type=REGIONS,
    metavar="FILE",
    help="Regions to use instead of the detector's: a document, a folder of them, or - for stdin.",
)
@click.option(
    "--keep",
    metavar="IDS",
    multiple=True,
    help="Tracks that stay visible, such as t3,t5; in a video t3@0:10-0:20 does for that time. "
    "May be given several times.",
)
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="ZONE",
    help="A zone drawn by hand: X,Y,W,H or X,Y,W,H@FROM-TO; moving: 'X,Y,W,H@TIME X,Y,W,H@TIME'. "
    "May be given several times.",
)
@policy_option
@recall_option
@fast_option
@no_face_option
@accepted_rescan_option
@damaged_option
@track_option
@click.option(
    "--audio",
    type=click.Choice(get_args(Audio)),
    help="Sound of videos: as it was, encoded anew where it is not AAC, or left out. A voice "
    "identifies.",
)
@click.option(
    "--subtitles",
    type=click.Choice(get_args(Subtitles)),
    help="Subtitles of videos: as they were, or left out. They say what is said.",
)
@click.option(
    "--codec",
    type=click.Choice(get_args(Codec)),
    help="How videos are coded; as the input by default.",
)
@click.option(
    "--quality",
    type=float,
    metavar="N",
    help="Of videos, on the encoder's own scale (CRF: lower is better).",
)
@click.option("--preset", metavar="NAME", help="The video encoder's own speed setting.")
@click.option(
    "--reproducible",
    is_flag=True,
    help="Videos: the same input always gives the same bytes (one encoder thread, slower).",
)
@click.option(
    "--attack",
    "attacked",
    is_flag=True,
    help="Attack each result before it is released; one in which somebody is found is not.",
)
@click.option(
    "--pack",
    "pack_folder",
    type=FILE,
    metavar="PACK",
    help="The input is the original of this pack: prove and sign what is written.",
)
@identity_option
@key_option
@passphrase_option
@click.option("--overwrite", is_flag=True, help="Replace outputs that exist.")
@click.option(
    "--skip-existing",
    is_flag=True,
    help="Go on with a run that was stopped: inputs whose output exists are left out.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say what would go where, and what would be refused. No face is looked for.",
)
@click.option(
    "--report",
    "report_file",
    type=FILE,
    metavar="FILE",
    help="Write down what became of each file as soon as it is known: .jsonl or .csv.",
)
@json_option
@verbose_option
@log_file_option
@quiet_option
def redact(
    *,
    inputs: tuple[Path, ...],
    out: Path | None,
    method: Method | None,
    figure: str | None,
    cells: int | None,
    noise: float | None,
    redraw: int | None,
    people: tuple[str, ...],
    project: Path | None,
    colour: str | None,
    shape: Shape | None,
    regions_file: Path | None,
    keep: tuple[str, ...],
    zones: tuple[str, ...],
    policy_file: Path | None,
    recall: Recall | None,
    fast: bool,
    allow_no_face: bool,
    accept_rescan: bool,
    allow_damaged: bool,
    audio: Audio | None,
    subtitles: Subtitles | None,
    video_track: int | None,
    codec: Codec | None,
    quality: float | None,
    preset: str | None,
    reproducible: bool,
    attacked: bool,
    pack_folder: Path | None,
    identity_files: tuple[Path, ...],
    key_name: str | None,
    passphrase_file: Path | None,
    overwrite: bool,
    skip_existing: bool,
    dry_run: bool,
    report_file: Path | None,
    as_json: bool,
    verbose: bool,
    log_file: Path | None,
    quiet: bool,
) -> int:
    """Remove the faces from photos and videos, or from all of them in folders.

    Nothing is written unless the result was read back, compared with the original outside the
    zones, and looked at again by a second detector.
    """
    from efface import api
    from efface.api.policies import check, in_force
    from efface.api.redaction import ports_for
    from efface.cli.run import Said, run

    if overwrite and skip_existing:
        raise click.UsageError("--overwrite and --skip-existing exclude each other.")
    if project is not None and not people:
        raise click.UsageError("--project goes with --person TRACK=NAME.")
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other.")
    with told_in_json(as_json):
        policy = load_policy(policy_file, recall, fast)
        of_it = {
            "figure": figure, "cells": cells, "noise": noise, "redraw": redraw,
            "person": people or None,
        }  # fmt: skip
        policy = filled(policy, method, of_it)
        policy = drawn(policy, colour, shape)
        asked = {
            "audio": audio,
            "subtitles": subtitles,
            "track": video_track,
            "codec": codec,
            "quality": quality,
            "preset": preset,
            "reproducible": reproducible or None,
        }
        policy = coded(policy, asked)
        if attacked:
            policy = replace(policy, attack=replace(policy.attack, enabled=True))
        check(policy)
        job = api.job(
            inputs,
            out,
            policy=policy,
            regions=regions_file,
            keep=keep,
            draw=zones,
            allow_no_face=allow_no_face,
            accept_rescan=accept_rescan,
            allow_damaged=allow_damaged,
            overwrite=overwrite,
            skip_existing=skip_existing,
            dry_run=dry_run,
            people=people,
            project=project,
            pack=pack_folder,
            key=key_name,
            identities=identity_files,
        )
    if (keep or zones) and len(job.files) != 1:
        raise click.UsageError(
            "--keep and --zone are for one file; for several edit their --regions."
        )
    if people and len(job.files) != 1:
        raise click.UsageError(
            "--person names tracks of one file: redact the files of a project one at a time."
        )
    if pack_folder is not None and len(job.files) != 1:
        raise click.UsageError("A --pack is that of one original: redact one file at a time.")
    with told_in_json(as_json):
        ports = ports_for(job.order, asker("your signing key", passphrase_file))
    said = Said(report_file, as_json, verbose, log_file, quiet, in_force(policy_file))
    return run(job, ports, said)
