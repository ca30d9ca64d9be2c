"""``efface seal``: at intake, an original into a pack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import FILE, json_option, print_json, quiet_option, told_in_json
from efface.cli.passphrases import asker, key_option, passphrase_option
from efface.cli.text import say


@click.command(
    cls=Command,
    short_help="Seal an original at intake: hash, commit, encrypt, begin its log.",
    examples=("efface seal photo.jpg --to archive.txt --passphrase",),
    codes=(0, 2, 5, 8),
)
@click.argument("original", type=FILE)
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="RECIPIENT",
    help="Who may open the original: age1..., an SSH key, or a file of such lines. Several times.",
)
@click.option("--passphrase", "by_passphrase", is_flag=True, help="A passphrase opens it, too.")
@click.option(
    "--seal-passphrase-file",
    type=FILE,
    metavar="FILE",
    help="Holds that passphrase, instead of asking for it; implies --passphrase.",
)
@click.option(
    "-o", "--out", type=FILE, metavar="PACK", help="The pack; ORIGINAL.pack beside it by default."
)
@click.option("--note", metavar="TEXT", help="How it was received, for the log. It can be read.")
@key_option
@passphrase_option
@json_option
@quiet_option
def seal(
    *,
    original: Path,
    recipients: tuple[str, ...],
    by_passphrase: bool,
    seal_passphrase_file: Path | None,
    out: Path | None,
    note: str | None,
    key_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Seal an original at intake: hash it, commit to it, encrypt it, and begin its log.

    The original stays where it is and is not changed. Redact it with 'efface redact --pack'.
    """
    from efface.cli.progress import progress
    from efface.enforced import raised
    from efface.evidence.pack.layout import pack_beside
    from efface.evidence.seal.recipients import parse_recipients
    from efface.policy import Policy
    from efface.workflow.evidence.keyring import Keyring
    from efface.workflow.evidence.own_identity import own_recipient
    from efface.workflow.seal import Request, seal_original

    with told_in_json(as_json):
        to = parse_recipients(recipients) if recipients else ()
        who = Keyring(key_name, asker("your signing key", passphrase_file))
        request = Request(
            original,
            out or pack_beside(original),
            to,
            who.signer,
            own_recipient(who.key),
            note=note,
        )
        if by_passphrase or seal_passphrase_file is not None:
            secret = asker("the seal", seal_passphrase_file, again=True)()
            request = replace(request, passphrase=secret)
        with progress(show=not quiet) as listen:
            pack = seal_original(request, raised(Policy()).limits, listen)
    if as_json:
        intake = pack.intake
        print_json(
            {
                "schema": "efface.sealed/1",
                "pack": str(pack.folder),
                "case": pack.case,
                "sha256": intake.sha256,
                "commitment": pack.commitment.root.hex(),
                "sealed": dict(intake.sealed),
                "key": who.key.key_id,
            }
        )
    if not quiet:
        say(f"{pack.folder}: case {pack.case}", err=True)
        say(f"SHA-256 of the original: {pack.intake.sha256}", err=True)
        say("Have it timestamped before anything is published: efface stamp.", err=True)
    return 0
