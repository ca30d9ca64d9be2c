"""``efface audit``: which published pictures hide faces badly, the most urgent first."""

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
    quiet_option,
    told_in_json,
    workers_option,
)
from efface.cli.text import say

SHOWN = 20
"""Files that are named; the page has all of them."""


@click.command(
    cls=Command,
    short_help="List published pictures whose redacted faces give most away.",
    examples=(
        "efface audit published -o audit            # begin, or go on",
        "efface audit list.txt -o audit             # the files that a list names",
        "efface audit published -o audit --thumbnails",
    ),
    codes=(0, 2, 5, 6, 8, 130),
)
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=FILE)
@click.option(
    "-o",
    "--out",
    type=FILE,
    metavar="DIR",
    required=True,
    help="Folder of the page, the table and the document; only its owner can read it.",
)
@click.option(
    "--thumbnails",
    is_flag=True,
    help="Also keep small pictures of what was found, as it is published.",
)
@workers_option
@policy_option
@json_option
@quiet_option
def audit(
    *,
    inputs: tuple[Path, ...],
    out: Path,
    thumbnails: bool,
    workers: int | None,
    policy_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find faces that other tools have blurred, pixelated, turned or covered, and list the files by
    how much an informed attacker could still get.

    Nothing is reconstructed and nobody is named. Called again with the same DIR, it goes on, and
    looks anew at files that have changed. Exit code 0 when all files were looked through, whatever
    was found.
    """
    from efface import api
    from efface.cli.progress import progress

    with told_in_json(as_json):
        policy = load_policy(policy_file, None, False)
        with progress(show=not quiet) as listen:
            found = api.audit(
                inputs, out, policy=policy, thumbnails=thumbnails, workers=workers, listen=listen
            )
    document = found.document
    if as_json:
        print_json(found.to_json())
    else:
        for file in document.files[:SHOWN]:
            kinds = ", ".join(dict.fromkeys(one.face.redaction.kind for one in file.found))
            say(f"{file.action}: {file.file} ({kinds})")
        if len(document.files) > SHOWN:
            say(f"… and {len(document.files) - SHOWN} more.")
    for error in document.failed:
        say(f"efface: {error.file}: {error.message}", err=True)
    if not quiet:
        counts = ", ".join(f"{n} to {action}" for action, n in document.actions.items() if n)
        say(
            f"{document.files_looked_at} files looked through: {counts or 'nothing found'}. "
            f"{found.folder / 'index.html'} lists them.",
            err=True,
        )
        say(f"Remember: {' '.join(document.limits)}", err=True)
    return found.exit_code
