"""``efface seal``: at intake, an original into a pack."""

from __future__ import annotations

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
    from efface import api
    from efface.cli.progress import progress

    with told_in_json(as_json):
        secret = None
        if by_passphrase or seal_passphrase_file is not None:
            secret = asker("the seal", seal_passphrase_file, again=True)
        with progress(show=not quiet) as listen:
            sealed = api.seal(
                original,
                out,
                passphrase=asker("your signing key", passphrase_file),
                to=recipients,
                seal_passphrase=secret,
                key=key_name,
                note=note,
                listen=listen,
            )
    if as_json:
        print_json(sealed.to_json())
    if not quiet:
        pack = sealed.pack
        say(f"{pack.folder}: case {pack.case}", err=True)
        say(f"SHA-256 of the original: {pack.intake.sha256}", err=True)
        say("Have it timestamped before anything is published: efface stamp.", err=True)
    return 0
