"""``efface verify``: what of a published file holds, for a stranger and for a court."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import FILE, json_option, print_json, quiet_option, told_in_json
from efface.cli.passphrases import asker, identity_option, key_option, passphrase_option
from efface.cli.text import say


@click.command(
    cls=Command,
    short_help="Check a published file, offline: signatures, zones, and what lies beside them.",
    examples=(
        'efface verify published.jpg --signer "the archive"',
        "efface verify published.jpg --pack case.pack --original photo.jpg",
        "efface verify published.jpg --report report.pdf --sign desk",
        "efface verify report.pdf",
    ),
    codes=(0, 2, 5, 7, 8),
)
@click.argument("file", type=FILE, required=False)
@click.option("--pack", "pack_folder", type=FILE, metavar="PACK", help="Check its pack as well.")
@click.option(
    "--original",
    type=FILE,
    metavar="ORIGINAL",
    help="With its pack: do the redaction again, and compare.",
)
@click.option(
    "--signer",
    metavar="WHO",
    help="Who must have signed it: a name that you know, or a key id or its first 16 digits.",
)
@click.option(
    "--roots",
    type=FILE,
    metavar="PEM",
    help="Certificates of the timestamp authorities that you trust.",
)
@click.option(
    "--report",
    "reports",
    type=FILE,
    multiple=True,
    metavar="REPORT",
    help="Write the report for a court: a name that ends in .html or .pdf. May be given twice.",
)
@click.option("--sign", "sign_with", metavar="NAME", help="Sign the report with this key of yours.")
@click.option("--overwrite", is_flag=True, help="Replace reports that exist.")
@identity_option
@key_option
@passphrase_option
@json_option
@quiet_option
def verify(
    *,
    file: Path | None,
    pack_folder: Path | None,
    original: Path | None,
    signer: str | None,
    roots: Path | None,
    reports: tuple[Path, ...],
    sign_with: str | None,
    overwrite: bool,
    identity_files: tuple[Path, ...],
    key_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check a published file, offline: signatures, zones, and that nothing beside them was touched.

    Needs neither the original nor the pack. With --pack, the log and everything signed is checked,
    too. With --original besides, the redaction is done again; with --identity, a secret key that
    opens the seal, also that the commitment is to this original. In brackets stands what a line
    does not say. With --report, all that is written as a report for a court, and with --sign
    signed; FILE can be such a report, to see whether it is as it was signed. Exit code 7 when
    something does not hold.
    """
    from efface import api
    from efface.cli.progress import progress

    if file is None and pack_folder is None:
        raise click.UsageError("Give a file, a --pack, or both.")
    if sign_with is not None and not reports:
        raise click.UsageError("Give a --report to sign.")
    opens = pack_folder is not None and original is not None  # for what the seal tells of it
    with told_in_json(as_json), progress(show=not quiet) as listen:
        found = api.verify(
            file,
            pack=pack_folder,
            original=original,
            identities=identity_files if opens else (),
            key=key_name if opens else None,
            passphrase=asker("the secret key", passphrase_file),
            signer=signer,
            roots=roots,
            reports=reports,
            sign_with=sign_with,
            overwrite=overwrite,
            listen=listen,
        )
    if as_json:
        print_json(found.to_json())
    for finding in found.findings:
        if finding.ok and quiet:
            continue
        say(str(finding), err=True)
        if finding.does_not_say and not quiet:
            say(f"       ({finding.does_not_say})", err=True)
    say(found.verdict, err=True)
    return found.exit_code
