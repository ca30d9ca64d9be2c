"""``efface attack``: do to a redacted file what an adversary would, and say what is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    REGIONS,
    fast_option,
    json_option,
    load_policy,
    policy_option,
    print_json,
    quiet_option,
    recall_option,
    told_in_json,
    track_option,
)
from efface.words import Recall


@click.command(
    cls=Command,
    short_help="Do to a redacted file what an adversary would, and say what is left.",
    examples=("efface attack photo.effaced.jpg --original photo.jpg --report attack.html",),
    codes=(0, 2, 3, 4, 5, 8, 130),
)
@click.argument("redacted", type=FILE)
@click.option(
    "--original",
    type=FILE,
    metavar="ORIGINAL",
    help="The file that it was made from. Needed: this measures protection, it identifies nobody.",
)
@click.option(
    "--regions",
    "regions_file",
    type=REGIONS,
    metavar="FILE",
    help="Regions of the original, instead of the faces that the detector sees in it.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="IDS",
    help="Faces of the original that are meant to stay visible, such as t3,t5; in a video "
    "t3@0:10-0:20 for that time. May be given several times.",
)
@click.option(
    "--accept-not-found",
    is_flag=True,
    help="Pass a file of which it is not proven that everybody was removed, when these attacks "
    "found nobody in it.",
)
@click.option(
    "--thorough",
    is_flag=True,
    help="Also draw faces that agree with what was published, by a generative model: up to a "
    "minute and a half a face.",
)
@click.option(
    "--gallery",
    type=FILE,
    metavar="DIR",
    help="Pictures of 2,000 people or more to hide among, instead of AI-generated portraits.",
)
@click.option(
    "--same-person",
    type=FILE,
    metavar="DIR",
    help="Other pictures of the person: also say what hair, clothes and surroundings give away.",
)
@click.option(
    "--report",
    type=FILE,
    metavar="HTML",
    help="Also write a report to look at; it shows what the attacks recovered.",
)
@click.option("--show-original", is_flag=True, help="Show the original's faces in the report, too.")
@click.option("--overwrite", is_flag=True, help="Replace a report that exists.")
@policy_option
@recall_option
@track_option
@fast_option
@json_option
@quiet_option
def attack(
    *,
    redacted: Path,
    original: Path | None,
    regions_file: Path | None,
    keep: tuple[str, ...],
    accept_not_found: bool,
    thorough: bool,
    gallery: Path | None,
    same_person: Path | None,
    report: Path | None,
    show_original: bool,
    overwrite: bool,
    policy_file: Path | None,
    recall: Recall | None,
    video_track: int | None,
    fast: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Attack a redacted photo or video as an informed adversary would, and report what is left.

    Exit code 0 when it is proven that everybody was removed: each face lies under one constant
    colour, and nothing else in the file shows one. 4 when it is not: an attack found somebody, or
    found nobody under a redaction that is no plain fill, the file carries a leak, a face is not
    covered, or an attack could not run.
    """
    from efface import api
    from efface.api.policies import check
    from efface.cli.attack_table import print_outcome
    from efface.cli.progress import progress

    if show_original and report is None:
        raise click.UsageError("--show-original is about a --report.")
    with told_in_json(as_json):
        policy = load_policy(policy_file, recall, fast, video_track)
        if accept_not_found:
            policy = replace(policy, attack=replace(policy.attack, accept_not_found=True))
            check(policy)
        if thorough:
            policy = replace(policy, attack=replace(policy.attack, thorough=True))
        with progress(show=not quiet) as listen:
            outcome = api.attack(
                redacted,
                original,
                regions=regions_file,
                gallery=gallery,
                same_person=same_person,
                report=report,
                show_original=show_original,
                overwrite=overwrite,
                keep=keep,
                policy=policy,
                listen=listen,
            )
    if as_json:
        print_json(outcome.to_json())
    print_outcome(outcome, failures_only=quiet)
    return outcome.exit_code
