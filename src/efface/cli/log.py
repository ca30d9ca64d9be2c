"""``efface log``: who did what with a case, and when."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.options import FILE, json_option, print_json
from efface.cli.passphrases import asker, key_option, passphrase_option
from efface.cli.text import say

ACTIONS = ("viewed", "copied", "transferred", "published", "consent", "disposed", "note")
"""What a user can enter; efface enters the rest by itself."""


@click.group()
def log() -> None:
    """The custody log of a pack: append to it, and read it."""


@log.command("add")
@click.argument("folder", metavar="PACK", type=FILE)
@click.argument("action", type=click.Choice(ACTIONS))
@click.argument("text", required=False)
@click.option("--to", "other", metavar="WHO", help="To whom, or by whom; a pseudonym will do.")
@click.option(
    "--file", "about", type=FILE, metavar="FILE", help="Enter the SHA-256 of a file, not its name."
)
@key_option
@passphrase_option
def add(
    *,
    folder: Path,
    action: str,
    text: str | None,
    other: str | None,
    about: Path | None,
    key_name: str | None,
    passphrase_file: Path | None,
) -> int:
    """Sign an entry and append it: who saw or got what, who consented to what, what became of it.

    An entry cannot be taken back. Name nobody who must not be known to those who see the pack.
    """
    from efface import api

    entry = api.add_to_log(
        folder,
        action,
        text,
        passphrase=asker("your signing key", passphrase_file),
        other=other,
        about=about,
        key=key_name,
    )
    say(f"entry {entry.number}: {entry.action}, {entry.time:%Y-%m-%d %H:%M:%S} UTC", err=True)
    return 0


@log.command("show")
@click.argument("folder", metavar="PACK", type=FILE)
@json_option
def show(folder: Path, as_json: bool) -> int:
    """Print the entries; exit code 7 when the log was changed."""
    from efface import api
    from efface.api.custody import TIME

    found = api.log(folder)
    if as_json:
        print_json(found.to_json())
    for entry in found.entries if not as_json else ():
        details = ", ".join(f"{name}: {value}" for name, value in entry.details.items())
        who = f"{entry.number:4}  {entry.time.strftime(TIME)}  {entry.actor}"
        say(f"{who}  {entry.action}  {details}")
    for finding in found.findings:
        say(str(finding), err=True)
    return found.exit_code
