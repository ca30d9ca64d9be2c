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
    from efface import api

    seal = None
    if identity_files or seal_passphrase_file is not None:
        seal = asker("the secret key", seal_passphrase_file)
    digest = api.open_pack(
        folder,
        out,
        passphrase=asker("your signing key", passphrase_file),
        reason=reason,
        identities=identity_files,
        seal_passphrase=seal,
        key=key_name,
    )
    say(f"{out}: the original, SHA-256 {digest}", err=True)
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
@click.option("--sign", "sign_with", metavar="NAME", help="Sign the report with this key of yours.")
@click.option("--overwrite", is_flag=True, help="Replace reports that exist.")
@passphrase_option
@json_option
def show(
    *,
    folder: Path,
    html: Path | None,
    pdf: Path | None,
    roots: Path | None,
    sign_with: str | None,
    overwrite: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    """Check a pack and tell what is in it; with --html or --pdf, the report for a court."""
    from efface import api

    if sign_with is not None and html is None and pdf is None:
        raise click.UsageError("Give --html or --pdf for a report to sign.")
    with told_in_json(as_json):
        shown = api.show_pack(
            folder,
            html=html,
            pdf=pdf,
            roots=roots,
            sign_with=sign_with,
            passphrase=asker("your signing key", passphrase_file),
            overwrite=overwrite,
        )
    if as_json:
        print_json(shown.to_json())
    else:
        for line in shown.lines():
            say(line)
    return shown.verification.exit_code
