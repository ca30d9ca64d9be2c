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
    from efface.evidence.custody.entry import Action
    from efface.evidence.pack.opened import Pack
    from efface.files.paths import sha256
    from efface.workflow.evidence.keyring import Keyring

    details = {"text": text, "with": other, "sha256": None if about is None else sha256(about)}
    who = Keyring(key_name, asker("your signing key", passphrase_file))
    entry = (
        Pack(folder)
        .log()
        .append(
            Action(action),
            {name: value for name, value in details.items() if value is not None},
            who.signer,
        )
    )
    say(f"entry {entry.number}: {entry.action}, {entry.time:%Y-%m-%d %H:%M:%S} UTC", err=True)
    return 0


@log.command("show")
@click.argument("folder", metavar="PACK", type=FILE)
@json_option
def show(folder: Path, as_json: bool) -> int:
    """Print the entries; exit code 7 when the log was changed."""
    from efface.errors import VerificationError
    from efface.evidence.forms import TIME
    from efface.evidence.keys.trust import known_here
    from efface.evidence.pack.opened import Pack
    from efface.evidence.verify.context import Context
    from efface.evidence.verify.log import log_findings

    found = Pack(folder)
    findings = log_findings(found, Context(known_here()))
    entries = found.log().entries if all(one.ok for one in findings) else ()
    if as_json:
        print_json(
            {
                "schema": "efface.log-shown/1",
                "case": found.case,
                "entries": [entry.to_json() for entry in entries],
                "findings": [finding.to_json() for finding in findings],
            }
        )
    for entry in entries if not as_json else ():
        details = ", ".join(f"{name}: {value}" for name, value in entry.details.items())
        who = f"{entry.number:4}  {entry.time.strftime(TIME)}  {entry.actor}"
        say(f"{who}  {entry.action}  {details}")
    for finding in findings:
        say(str(finding), err=True)
    return 0 if all(one.ok for one in findings) else VerificationError.exit_code
