"""``efface watch``: a folder that files arrive in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    accepted_rescan_option,
    damaged_option,
    fast_option,
    load_policy,
    no_face_option,
    policy_option,
    quiet_option,
    recall_option,
    store_option,
    workers_option,
)
from efface.cli.text import say
from efface.words import Recall

if TYPE_CHECKING:
    from efface.api.redaction import FileReport, PlannedFile


@click.command(
    cls=Command,
    groups={
        "Where to": ("out", "store"),
        "What is covered": ("recall", "fast"),
        "What is released": ("policy_file", "allow_no_face", "accept_rescan", "allow_damaged"),
    },
    examples=("efface watch inbox -o published        # until Ctrl-C",),
    codes=(2, 5, 8, 130),
)
@click.argument("folder", metavar="FOLDER", type=FILE)
@click.option("-o", "--out", type=FILE, metavar="OUT", required=True, help="Folder of the results.")
@store_option
@click.option(
    "--settles",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file stays as it is before it counts as whole.",
)
@workers_option
@policy_option
@recall_option
@fast_option
@no_face_option
@accepted_rescan_option
@damaged_option
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each file on stdout.")
@quiet_option
def watch(
    *,
    folder: Path,
    out: Path,
    store: Path | None,
    settles: float,
    workers: int | None,
    policy_file: Path | None,
    recall: Recall | None,
    fast: bool,
    allow_no_face: bool,
    accept_rescan: bool,
    allow_damaged: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Redact what arrives in a folder, until interrupted.

    A file is redacted when it is whole: nobody writes to it, and it has stayed as it is for some
    seconds. What is not released is named in OUT.quarantine, with why; originals stay where they
    are. Called again with the same OUT, it goes on where it was.
    """
    from efface import api
    from efface.api.policies import check

    def tell(file: FileReport) -> None:
        if as_json:
            say(json.dumps(file.to_json()))
        elif file.exit_code:
            say(f"quarantined: {file.source}: {file.message or file.status}")
        elif not quiet:
            say(f"released: {file.target or file.source}")

    def changed(path: Path) -> None:
        say(
            f"{path}: changed after its result was released; give it another name.",
            err=True,
        )

    def left_out(file: PlannedFile) -> None:
        reason = file.skipped if file.error is None else str(file.error)
        if not quiet or file.error is not None:
            say(f"{file.source}: left out: {reason}.", err=True)

    policy = load_policy(policy_file, recall, fast)
    check(policy)
    return api.watch_folder(
        folder,
        out,
        policy=policy,
        allow_no_face=allow_no_face,
        accept_rescan=accept_rescan,
        allow_damaged=allow_damaged,
        workers=workers,
        store=store,
        settles_s=settles,
        tell=tell,
        changed=changed,
        left_out=left_out,
    )
