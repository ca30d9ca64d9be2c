"""``efface keys``: who signs, and whose signatures are known."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efface.cli.options import FILE, json_option, print_json
from efface.cli.passphrases import asker, passphrase_option
from efface.cli.text import say

if TYPE_CHECKING:
    from efface.api.signing_keys import Algorithm


@click.group()
def keys() -> None:
    """Make keys to sign with, and keep a list of those of others.

    A key lies in your user folder, encrypted with a passphrase, and never in a pack. It can be a
    pseudonym's: nothing of you is in it but the name that you give.
    """


@keys.command("new")
@click.option("--name", metavar="NAME", help="Who it is, in public; by default a random one.")
@click.option(
    "--algorithm",
    type=click.Choice(["ed25519", "es256", "es384"]),
    default="ed25519",
    show_default=True,
    help="Of its signatures.",
)
@passphrase_option
@json_option
def new(name: str | None, algorithm: Algorithm, passphrase_file: Path | None, as_json: bool) -> int:
    """Make a key with certificates of its own, and an age key to open your own packs."""
    from efface import api

    made = api.new_key(
        asker("the new key", passphrase_file, again=True), name=name, algorithm=algorithm
    )
    if as_json:
        print_json(made.to_json())
    say(f"{made.key.label}: key {made.key.key_id}", err=True)
    if made.recipient is not None:
        say(f"Others can seal to you: {made.recipient.text}", err=True)
    say("Without the passphrase it is of no use, and nobody can give it back to you.", err=True)
    return 0


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> int:
    """Show your keys, and those of others that you know."""
    from efface import api

    found = api.keys()
    if as_json:
        print_json(found.to_json())
        return 0
    for own in found.own:
        chain = own.key.chain
        until = f"{chain.not_after:%Y-%m-%d}"
        say(f"{own.key.label}  {own.key.key_id}  {chain.algorithm}, {own.key.kind}, until {until}")
    for key_id, name in found.trust.keys.items():
        say(f"known: {name}  {key_id}")
    for name in found.trust.authorities.values():
        say(f"known authority: {name}")
    if not found.own:
        say("You have no key yet: efface keys new.", err=True)
    return 0


@keys.command("add")
@click.option("--certificates", type=FILE, required=True, metavar="PEM", help="The key's first.")
@click.option("--private", type=FILE, metavar="PEM", help="The private key, which is copied.")
@click.option(
    "--private-passphrase-file",
    type=FILE,
    metavar="FILE",
    help="Holds the passphrase of that file, if it has one.",
)
@click.option(
    "--command",
    metavar="COMMAND",
    help="Instead: a program that reads what is to be signed and writes the signature, such as one "
    "for a hardware token.",
)
@passphrase_option
def add(
    certificates: Path,
    private: Path | None,
    private_passphrase_file: Path | None,
    command: str | None,
    passphrase_file: Path | None,
) -> int:
    """Take a key that an authority issued, or one in hardware."""
    from efface import api
    from efface.cli.passphrases import first_line

    if (private is None) == (command is None):
        raise click.UsageError("Give either --private or --command.")
    given = private_passphrase_file
    key = api.add_key(
        certificates,
        private=private,
        private_passphrase=None if given is None else first_line(given),
        command=None if command is None else shlex.split(command),
        passphrase=asker("the copy of the key", passphrase_file, again=True),
    )
    say(f"{key.label}: key {key.key_id}", err=True)
    return 0


@keys.command("trust")
@click.argument("name")
@click.argument("key_id", metavar="KEY", required=False)
@click.option("--authority", type=FILE, metavar="PEM", help="Everybody it vouches for.")
def trust_key(name: str, key_id: str | None, authority: Path | None) -> int:
    """Remember the KEY of somebody under a NAME of yours, or an authority.

    Compare the key with one from a source that you trust, digit by digit.
    """
    from efface import api

    if (key_id is None) == (authority is None):
        raise click.UsageError("Give either a key id or --authority.")
    if authority is not None:
        api.trust_authority(name, authority)
    elif key_id is not None:
        api.trust_key(name, key_id)
    return 0


@keys.command("forget")
@click.argument("name")
def forget(name: str) -> int:
    """Take a NAME, of a key or an authority, off the list of those that you know."""
    from efface import api

    api.forget(name)
    return 0


@keys.command("project")
@click.argument("file", type=FILE, metavar="FILE")
def new_project(file: Path) -> int:
    """Make the key of a project, in a FILE that only you can read.

    'efface redact --project FILE --person t1=A' gives the person whom you call A the same drawn
    head in every file. Whoever has the key can tell which head goes with which name; without it
    nobody can draw that head again.
    """
    from efface import api

    api.new_project(file)
    say(f"{file}: keep it apart from what you publish, and keep a copy.", err=True)
    return 0
