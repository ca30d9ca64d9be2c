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
    """Show what a photo or video carries that could show, locate or name someone.

    Values are never printed, only what there is and where. Nothing is written.
    """
    from efface.api import inspect as findings_of
    from efface.api.traces import findings_document
    from efface.cli.findings_table import print_findings

    with told_in_json(as_json):
        policy = load_policy(policy_file, None, False)
        before = findings_of(file, policy=policy)
        later = None if after is None else findings_of(after, policy=policy)
    if as_json:
        print_json(findings_document(file, before, after, later))
    else:
        print_findings(file, before, after, later)
    return 0
