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
    groups={
        "Who may open it": ("recipients", "by_passphrase", "seal_passphrase_file"),
        "What came with it": (
            "companions",
            "device",
            "place",
            "time",
            "source",
            "obtained",
            "capture",
        ),
    },
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
@click.option(
    "--companion",
    "companions",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="A file that came with it: an app's proof, a consent form. Sealed, too. Several times.",
)
@click.option("--device", metavar="TEXT", help="With what it was recorded. Stays under seal.")
@click.option("--place", metavar="TEXT", help="Where. Stays under seal.")
@click.option("--time", metavar="TEXT", help="When. Stays under seal.")
@click.option("--source", metavar="TEXT", help="From whom it comes. Stays under seal.")
@click.option("--obtained", metavar="TEXT", help="How it was obtained. Stays under seal.")
@click.option(
    "--capture",
    type=FILE,
    metavar="FILE",
    help="Says these five (efface.capture/1, TOML or JSON), and leaves no trace in the shell.",
)
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
    companions: tuple[Path, ...],
    device: str | None,
    place: str | None,
    time: str | None,
    source: str | None,
    obtained: str | None,
    capture: Path | None,
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

    options = {
        "device": device,
        "place": place,
        "time": time,
        "source": source,
        "obtained": obtained,
    }
    fields = {name: text for name, text in options.items() if text is not None}
    if capture is not None and fields:
        raise click.UsageError(f"--capture and --{next(iter(fields))} exclude each other.")
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
                companions=companions,
                capture=capture or fields,
                listen=listen,
            )
    if as_json:
        print_json(sealed.to_json())
    if not quiet:
        pack = sealed.pack
        say(f"{pack.folder}: case {pack.case}", err=True)
        say(f"SHA-256 of the original: {pack.intake.sha256}", err=True)
        for number, one in enumerate(pack.intake.companions, 1):
            says = {"none": "states no SHA-256 that efface can read"}
            stated = says.get(one.states, f"states the SHA-256 {one.states}")
            say(f"File {number} that came with it ({one.kind}): {stated}.", err=True)
        say("Have it timestamped before anything is published: efface stamp.", err=True)
    return 0
