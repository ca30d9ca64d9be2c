"""``efface pack``: what a pack holds, for people."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.options import FILE, json_option, print_json, told_in_json
from efface.cli.passphrases import asker, identity_option, key_option, passphrase_option
from efface.cli.text import say


@click.group()
def pack() -> None:
    """Show what a pack holds, and take the original out of it."""


@pack.command("open")
@click.argument("folder", metavar="PACK", type=FILE)
@click.option(
    "-o", "--out", type=FILE, required=True, metavar="FILE", help="Where the original goes."
)
@click.option("--reason", metavar="TEXT", help="Why, for the log.")
@identity_option
@key_option
@passphrase_option
@click.option(
    "--seal-passphrase-file",
    type=FILE,
    metavar="FILE",
    help="Holds the passphrase of the seal, where it was sealed to one.",
)
def open_pack(
    *,
    folder: Path,
    out: Path,
    reason: str | None,
    identity_files: tuple[Path, ...],
    key_name: str | None,
    passphrase_file: Path | None,
    seal_passphrase_file: Path | None,
) -> int:
    """Take the original out, check that it is what was sealed, and note it in the log."""
    from efface.evidence.pack.opened import Pack
    from efface.workflow.evidence.keyring import Keyring
    from efface.workflow.evidence.opening import open_original

    seal = None
    if identity_files or seal_passphrase_file is not None:
        seal = asker("the secret key", seal_passphrase_file)
    who = Keyring(key_name, asker("your signing key", passphrase_file), identity_files, seal)
    found = Pack(folder)
    open_original(found, out, who, reason)
    say(f"{out}: the original, SHA-256 {found.intake.sha256}", err=True)
    return 0


@pack.command("show")
@click.argument("folder", metavar="PACK", type=FILE)
@click.option("--html", type=FILE, metavar="FILE", help="Write the evidence report as a page.")
@click.option("--pdf", type=FILE, metavar="FILE", help="Write it as a PDF.")
@click.option(
    "--roots",
    type=FILE,
    metavar="PEM",
    help="Certificates of the timestamp authorities that you trust.",
)
@click.option("--overwrite", is_flag=True, help="Replace reports that exist.")
@json_option
def show(
    *,
    folder: Path,
    html: Path | None,
    pdf: Path | None,
    roots: Path | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Check a pack and tell what is in it; with --html or --pdf, the report for a court."""
    from efface.evidence.keys.trust import known_here
    from efface.evidence.pack.opened import Pack
    from efface.evidence.timestamp.check import load_roots
    from efface.evidence.verify.context import Context
    from efface.workflow.pack import show_pack

    with told_in_json(as_json):
        context = Context(known_here(), () if roots is None else load_roots(roots))
        shown = show_pack(Pack(folder), context)
        shown.write(html=html, pdf=pdf, overwrite=overwrite)
    if as_json:
        print_json(shown.to_json())
    else:
        for line in shown.lines():
            say(line)
    return shown.verification.exit_code
