"""``efface inspect``: what a file carries besides its visible pixels."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    json_option,
    load_policy,
    policy_option,
    print_json,
    told_in_json,
)


@click.command(
    cls=Command,
    short_help="Show what a file carries besides its visible pixels.",
    examples=("efface inspect photo.jpg --after photo.effaced.jpg",),
    codes=(0, 2, 5),
)
@click.argument("file", type=FILE)
@click.option(
    "--after", type=FILE, metavar="REDACTED", help="The redacted file, to show before and after."
)
@json_option
@policy_option
def inspect(file: Path, after: Path | None, as_json: bool, policy_file: Path | None) -> int:
    """Show what a photo or video carries that could show, locate or name someone, and whether it
    has the mark of a face that efface drew.

    Values are never printed, only what there is and where. Nothing is written.
    """
    from efface.api import drawn_face_mark
    from efface.api import inspect as findings_of
    from efface.api.traces import Inspected, findings_document
    from efface.cli.findings_table import print_findings

    with told_in_json(as_json):
        policy = load_policy(policy_file, None, False)

        def seen(path: Path) -> Inspected:
            return findings_of(path, policy=policy), drawn_face_mark(path, policy=policy)

        before = seen(file)
        later = None if after is None else seen(after)
    if as_json:
        print_json(findings_document(file, before, after, later))
    else:
        print_findings(file, before, after, later)
    return 0
