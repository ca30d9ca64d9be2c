"""``efface batch``: an archive, file by file, for as long as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    PLACE,
    accepted_rescan_option,
    damaged_option,
    fast_option,
    json_option,
    load_policy,
    no_face_option,
    policy_option,
    print_json,
    quiet_option,
    recall_option,
    store_option,
    told_in_json,
    workers_option,
)
from efface.cli.text import say
from efface.words import Recall

if TYPE_CHECKING:
    from efface.api.batches import State

STATES: Mapping[State, str] = {
    "waiting": "waiting",
    "working": "being worked on",
    "done": "done",
    "failed": "failed",
    "given-up": "given up",
}
SHOWN = 20
"""Files that a report names in each part."""


class BatchCommands(click.Group):
    """``efface batch FOLDER`` is ``efface batch run FOLDER``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        named = args if args[0] in self.commands else ["run", *args]
        return super().resolve_command(ctx, named)


@click.group(cls=BatchCommands)
def batch() -> None:
    """Redact an archive: many files, each read in a process apart, going on after a stop."""


@batch.command(
    "run",
    cls=Command,
    groups={
        "Where from and to": ("root", "out", "store", "redo_changed"),
        "Who does it": ("workers", "cluster", "cluster_keys"),
        "What is covered": ("recall", "fast"),
        "What is released": ("policy_file", "allow_no_face", "accept_rescan", "allow_damaged"),
    },
    examples=(
        "efface batch archive -o published        # begin, or go on",
        "efface batch list.txt -o published       # the files that a list names",
        "efface batch manifest.csv -o published   # each as its row of a table says",
        "efface batch status published            # how far it is",
    ),
    codes=(0, 2, 5, 6, 8, 130),
)
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=PLACE)
@click.option(
    "-o",
    "--out",
    type=PLACE,
    metavar="OUT",
    required=True,
    help="Folder of the results; s3://BUCKET/KEY or sftp://HOST/PATH lead to another machine.",
)
@click.option(
    "--root",
    type=PLACE,
    metavar="FOLDER",
    help="Folder from which a manifest names files, and in which they lie; its own by default.",
)
@click.option(
    "--redo-changed",
    is_flag=True,
    help="Make results anew of which a manifest asks for something else now.",
)
@store_option
@workers_option
@click.option(
    "--cluster",
    metavar="tls://HOST:PORT",
    help="Have the workers of this scheduler do it; they see all files by the same names.",
)
@click.option(
    "--cluster-keys",
    type=FILE,
    metavar="DIR",
    help="Folder of a client's keys, for --cluster; see 'efface cluster keys'.",
)
@policy_option
@recall_option
@fast_option
@no_face_option
@accepted_rescan_option
@damaged_option
@json_option
@quiet_option
def run(
    *,
    inputs: tuple[Path | str, ...],
    out: Path | str,
    root: Path | str | None,
    redo_changed: bool,
    store: Path | None,
    workers: int | None,
    cluster: str | None,
    cluster_keys: Path | None,
    policy_file: Path | None,
    recall: Recall | None,
    fast: bool,
    allow_no_face: bool,
    accept_rescan: bool,
    allow_damaged: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Redact every file, and keep in a store what became of it.

    Called again with the same OUT, it goes on: what is done is not done again, and files that are
    new in a folder are added. A file that takes its process down three times is given up.
    """
    from efface import api
    from efface.api.policies import check
    from efface.cli.progress import progress

    with told_in_json(as_json):
        policy = load_policy(policy_file, recall, fast)
        check(policy)
        with progress(show=not quiet) as listen:
            status = api.batch(
                inputs,
                out,
                policy=policy,
                allow_no_face=allow_no_face,
                accept_rescan=accept_rescan,
                allow_damaged=allow_damaged,
                workers=workers,
                store=store,
                root=root,
                redo_changed=redo_changed,
                cluster=cluster,
                cluster_keys=cluster_keys,
                listen=listen,
            )
    if as_json:
        print_json(status.to_json())
    for source, reason in status.left_out:
        if not quiet or not isinstance(reason, str):
            say(f"{source}: left out: {str(reason).removesuffix('.')}.", err=True)
    if not quiet:
        if status.changed:
            say(f"{status.changed} not released before, and asked for otherwise now.", err=True)
        _print_states(status.states)
        place = status.store if isinstance(out, str) or store is not None else out
        say(f"'efface batch report {place}' says what to look at first.", err=True)
    return status.exit_code


def _print_states(states: Mapping[State, int]) -> None:
    parts = [f"{number} {STATES[state]}" for state, number in states.items() if number]
    say(f"{', '.join(parts) or 'no file'}.", err=True)


@batch.command("status", cls=Command, codes=(0, 5))
@click.argument("place", metavar="OUT|STORE", type=FILE)
@json_option
def status(place: Path, as_json: bool) -> int:
    """Say how far a batch is, also while it runs."""
    from efface import api

    with told_in_json(as_json):
        found = api.batch_status(place)
    if as_json:
        print_json(found.to_json())
        return 0
    for state, number in found.states.items():
        say(f"{STATES[state]}: {number}")
    for name, number in found.statuses.items():
        say(f"  {name}: {number}")
    return 0


@batch.command("report", cls=Command, codes=(0, 5))
@click.argument("place", metavar="OUT|STORE", type=FILE)
def report(place: Path) -> int:
    """Say what to look at first: what was not written, then what was nearly taken for a face."""
    from efface import api

    totals = api.batch_totals(place)
    say(
        f"{totals.files} files have ended, with {totals.faces} faces; of the results, "
        f"{totals.doubtful_files} have {totals.doubtful_places} doubtful places."
    )
    left = dict.fromkeys(("failed", "doubtful"), SHOWN)
    for result in api.batch_results(place, doubtful_first=True):
        file = result.report
        part = "failed" if file.exit_code else "doubtful" if file.doubtful else None
        if part is None or not left[part]:
            continue
        if left[part] == SHOWN:
            say("Not written:" if part == "failed" else "Look at these results first:")
        left[part] -= 1
        if part == "failed":
            say(f"  {result.source}: {file.status} (exit code {file.exit_code}): {file.message}")
        else:
            say(f"  {result.target}: {len(file.doubtful)} places nearly taken for a face")
    if left["failed"] == left["doubtful"] == SHOWN:
        say("Nothing failed, and nothing was nearly taken for a face.")
    return 0


@batch.command("export", cls=Command, codes=(0, 2, 5, 8))
@click.argument("place", metavar="OUT|STORE", type=FILE)
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="FILE",
    required=True,
    help="A table (.csv, .parquet), a line of JSON for each file (.jsonl), or a list of originals "
    "to look at, for 'efface review' (.txt).",
)
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
def export(place: Path, out: Path, overwrite: bool) -> int:
    """Write what became of each file that has ended: as a table, as lines of JSON, or as a list of
    those that wait for a person. What to look at first comes first."""
    from efface import api

    number = api.batch_export(place, out, overwrite=overwrite)
    say(f"{number} file(s) in {out}.", err=True)
    return 0
