"""``efface pack``: what a pack holds, for people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from efface.cli.options import FILE, json_option, print_json, told_in_json
from efface.cli.passphrases import asker, identity_option, key_option, passphrase_option
from efface.cli.text import say

seal_passphrase_option = click.option(
    "--seal-passphrase-file",
    type=FILE,
    metavar="FILE",
    help="Holds the passphrase of the seal, where it was sealed to one.",
)


@click.group()
def pack() -> None:
    """Show what a pack holds, take it out of the seal, and release parts of it."""


@pack.command("open")
@click.argument("folder", metavar="PACK", type=FILE)
@click.option("-o", "--out", type=FILE, metavar="FILE", help="Where the original goes.")
@click.option(
    "--companions",
    type=FILE,
    metavar="FOLDER",
    help="A new folder, for what came with the original.",
)
@click.option("--reason", metavar="TEXT", help="Why, for the log.")
@identity_option
@key_option
@passphrase_option
@seal_passphrase_option
def open_pack(
    *,
    folder: Path,
    out: Path | None,
    companions: Path | None,
    reason: str | None,
    identity_files: tuple[Path, ...],
    key_name: str | None,
    passphrase_file: Path | None,
    seal_passphrase_file: Path | None,
) -> int:
    """Take the original out, or what came with it; check that it is what was sealed, and note it in
    the log."""
    from efface import api

    if out is None and companions is None:
        raise click.UsageError("name a file with -o, or a folder with --companions.")

    digest = api.open_pack(
        folder,
        out,
        companions=companions,
        passphrase=asker("your signing key", passphrase_file),
        reason=reason,
        identities=identity_files,
        seal_passphrase=_seal_asker(identity_files, seal_passphrase_file),
        key=key_name,
    )
    if out is not None:
        say(f"{out}: the original, SHA-256 {digest}", err=True)
    if companions is not None:
        say(f"{companions}: what came with it, as it was sealed", err=True)
    return 0


@pack.command("release")
@click.argument("folder", metavar="PACK", type=FILE)
@click.option(
    "--field",
    "fields",
    multiple=True,
    required=True,
    metavar="NAME",
    help="device, place, time, source, obtained; companion-1 for a file's SHA-256. Several times.",
)
@click.option("--reason", metavar="TEXT", help="Why, for the log.")
@identity_option
@key_option
@passphrase_option
@seal_passphrase_option
def release(
    *,
    folder: Path,
    fields: tuple[str, ...],
    reason: str | None,
    identity_files: tuple[Path, ...],
    key_name: str | None,
    passphrase_file: Path | None,
    seal_passphrase_file: Path | None,
) -> int:
    """Release what was told at intake from under seal, field by field; it cannot be taken back."""
    from efface import api

    released = api.release(
        folder,
        fields,
        passphrase=asker("your signing key", passphrase_file),
        reason=reason,
        identities=identity_files,
        seal_passphrase=_seal_asker(identity_files, seal_passphrase_file),
        key=key_name,
    )
    for one in released:
        say(f"{one.field}: {one.value}")
    return 0


def _seal_asker(files: tuple[Path, ...], passphrase_file: Path | None) -> Callable[[], str] | None:
    if files or passphrase_file is not None:
        return asker("the secret key", passphrase_file)
    return None


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
