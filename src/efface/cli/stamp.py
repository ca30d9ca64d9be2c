"""``efface stamp``: a third party's word for when something was there. Opens a connection."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import FILE
from efface.cli.passphrases import asker, key_option, passphrase_option
from efface.cli.text import say


@click.command(
    cls=Command,
    short_help="Have the intake, the log, or a published file timestamped. Opens a connection.",
    examples=("efface stamp case.pack --url https://timestamps.example/tsr",),
    codes=(0, 2, 5, 7, 8),
)
@click.argument("folder", metavar="PACK", type=FILE)
@click.option("--url", required=True, metavar="URL", help="A timestamp server (RFC 3161).")
@click.option("--log", "of_log", is_flag=True, help="Stamp the end of the log, not the intake.")
@click.option("--file", type=FILE, metavar="FILE", help="Stamp a published file of the pack.")
@click.option("--renew", is_flag=True, help="Stamp the timestamps that are there anew.")
@key_option
@passphrase_option
def stamp(
    *,
    folder: Path,
    url: str,
    of_log: bool,
    file: Path | None,
    renew: bool,
    key_name: str | None,
    passphrase_file: Path | None,
) -> int:
    """Have the intake, the log, or a published file timestamped. The only command that opens a
    connection.

    The server learns a hash, a random number and your address; nothing of the file. Do it at
    intake, before anything is published: published files then carry the timestamp. With --log
    after a redaction, or --file, what was published stays checkable when certificates end, too;
    with --renew, when those of the timestamp authority do.
    """
    from efface import api

    ask = asker("your signing key", passphrase_file)
    if of_log and (file is not None or renew):
        raise click.UsageError("--log goes with neither --file nor --renew.")
    found = api.stamp(
        folder, url, passphrase=ask, of_log=of_log, file=file, renew=renew, key=key_name
    )
    say(f"{found.time:%Y-%m-%d %H:%M:%S} UTC, says {found.authority}", err=True)
    return 0
