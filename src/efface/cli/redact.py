"""``efface redact``: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from efface.cli.options import (
    FILE,
    damaged_option,
    fast_option,
    inputs_argument,
    json_option,
    load_policy,
    policy_option,
    print_json,
    quiet_option,
    recall_option,
    told_in_json,
)
from efface.cli.passphrases import asker, identity_option, key_option, passphrase_option
from efface.policy import Audio, Codec, Colour, Policy, Recall
from efface.regions import Shape

if TYPE_CHECKING:
    from efface.workflow.evidence.redacting import Evidence


@click.command()
@inputs_argument
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="OUT",
    help="A file for one input, otherwise a folder. Default: NAME.effaced.EXT beside the input.",
)
@click.option(
    "--method", type=click.Choice(["solid"]), help="How zones are filled: one constant colour."
)
@click.option("--colour", metavar="#RRGGBB", help="Colour of solid zones; black by default.")
@click.option("--shape", type=click.Choice(["box", "rounded"]), help="Shape of zones.")
@click.option(
    "--regions",
    "regions_file",
    type=FILE,
    metavar="FILE",
    help="Regions to use instead of the detector's: a document, or a folder of them.",
)
@click.option(
    "--keep",
    metavar="IDS",
    help="Tracks that stay visible, such as t3,t5; in a video t3@0:10-0:20 does for that time.",
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
@click.option("--allow-no-face", is_flag=True, help="Write files in which no face was found, too.")
@click.option(
    "--accept-rescan",
    is_flag=True,
    help="Release files in which the rescan saw an uncovered face; the report says so.",
)
@damaged_option
@click.option(
    "--audio",
    type=click.Choice(["copy", "drop"]),
    help="Sound of videos: as it was, or left out. A voice identifies.",
)
@click.option(
    "--codec",
    type=click.Choice(["same", "h264", "hevc", "vp9", "av1"]),
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
@json_option
@quiet_option
def redact(
    *,
    inputs: tuple[Path, ...],
    out: Path | None,
    method: str | None,
    colour: str | None,
    shape: Shape | None,
    regions_file: Path | None,
    keep: str | None,
    zones: tuple[str, ...],
    policy_file: Path | None,
    recall: Recall | None,
    fast: bool,
    allow_no_face: bool,
    accept_rescan: bool,
    allow_damaged: bool,
    audio: Audio | None,
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
    as_json: bool,
    quiet: bool,
) -> int:
    """Remove the faces from photos and videos, or from all of them in folders.

    Nothing is written unless the result was read back, compared with the original outside the
    zones, and looked at again by a second detector.
    """
    from efface.cli.progress import progress
    from efface.cli.summary import print_summary
    from efface.workflow.batch import redact_all
    from efface.workflow.choosing import Drawn, Keep
    from efface.workflow.documents import load_regions
    from efface.workflow.order import Order, red_team_for
    from efface.workflow.plan import plan

    ids = tuple(name.strip() for name in keep.split(",") if name.strip()) if keep else ()
    with told_in_json(as_json):
        policy = _drawn(load_policy(policy_file, recall, fast), colour, shape)
        policy = _coded(
            policy, audio=audio, codec=codec, quality=quality, preset=preset, single=reproducible
        )
        if attacked:
            policy = replace(policy, attack=replace(policy.attack, enabled=True))
        red_team = red_team_for(policy)
        kept = tuple(map(Keep.parse, ids))
        drawn = tuple(map(Drawn.parse, zones))
        jobs = plan(inputs, out)
        regions = None if regions_file is None else load_regions(regions_file)
    if (ids or zones) and len(jobs) != 1:
        raise click.UsageError(
            "--keep and --zone are for one file; for several edit their --regions."
        )
    if pack_folder is not None and len(jobs) != 1:
        raise click.UsageError("A --pack is that of one original: redact one file at a time.")
    with told_in_json(as_json):
        evidence = (
            None
            if pack_folder is None
            else evidence_for(pack_folder, key_name, passphrase_file, identity_files)
        )
    order = Order(
        policy,
        kept,
        drawn,
        allow_no_face,
        accept_rescan,
        allow_damaged,
        overwrite,
        red_team,
        evidence,
    )
    with progress(show=not quiet) as listen:
        report = redact_all(jobs, order, regions, listen)
    if as_json:
        print_json(report.to_json())
    print_summary(report, failures_only=quiet)
    return report.exit_code


def evidence_for(
    folder: Path, key_name: str | None, passphrase_file: Path | None, identities: tuple[Path, ...]
) -> Evidence:
    """Whoever signs, with what the pack holds under seal."""
    from efface.evidence.pack.opened import Pack
    from efface.workflow.evidence.redacting import Evidence
    from efface.workflow.evidence.who import Who

    who = Who(key_name, asker("your signing key", passphrase_file), identities)
    pack = Pack(folder)
    return Evidence(pack, who.secret(pack), who.signer)


def _coded(
    policy: Policy,
    *,
    audio: Audio | None,
    codec: Codec | None,
    quality: float | None,
    preset: str | None,
    single: bool,
) -> Policy:
    """The policy with what was asked for of videos on top."""
    asked = {"audio": audio, "codec": codec, "quality": quality, "preset": preset}
    changes: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    if single:
        changes["reproducible"] = True
    try:
        return replace(policy, video=replace(policy.video, **changes))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error


def _drawn(policy: Policy, colour: str | None, shape: Shape | None) -> Policy:
    if colour is not None:
        try:
            parsed = Colour.parse(colour)
        except ValueError as error:
            raise click.UsageError(f"--colour: {error}.") from error
        policy = replace(policy, method=replace(policy.method, colour=parsed))
    if shape is not None:
        policy = replace(policy, zones=replace(policy.zones, shape=shape))
    return policy
