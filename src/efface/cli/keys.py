"""``efface keys``: who signs, and whose signatures are known."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from efface.cli.options import FILE, json_option, print_json
from efface.cli.passphrases import asker, passphrase_option
from efface.cli.text import say


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
def new(name: str | None, algorithm: str, passphrase_file: Path | None, as_json: bool) -> int:
    """Make a key with certificates of its own, and an age key to open your own packs."""
    from efface.evidence.keys.store import KeyStore
    from efface.workflow.evidence.own_identity import make_own

    passphrase = asker("the new key", passphrase_file, again=True)()
    key = KeyStore().create(passphrase, label=name, algorithm=algorithm)
    recipient = make_own(key, passphrase)
    if as_json:
        print_json({**key.to_json(), "recipient": recipient.text})
    say(f"{key.label}: key {key.key_id}", err=True)
    say(f"Others can seal to you: {recipient.text}", err=True)
    say("Without the passphrase it is of no use, and nobody can give it back to you.", err=True)
    return 0


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> int:
    """Show your keys, and those of others that you know."""
    from efface.evidence.keys.store import KeyStore
    from efface.evidence.keys.trust import load_trust
    from efface.workflow.evidence.own_identity import own_recipient

    own, trust = KeyStore().keys(), load_trust()
    if as_json:
        mine = [
            {**key.to_json(), "recipient": None if to is None else to.text}
            for key, to in ((key, own_recipient(key)) for key in own)
        ]
        print_json({"schema": "efface.keys/1", "own": mine, "known": trust.to_json()})
        return 0
    for key in own:
        until = f"{key.chain.not_after:%Y-%m-%d}"
        say(f"{key.label}  {key.key_id}  {key.chain.algorithm}, {key.kind}, until {until}")
    for key_id, name in trust.keys.items():
        say(f"known: {name}  {key_id}")
    for name in trust.authorities.values():
        say(f"known authority: {name}")
    if not own:
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
    from efface.cli.passphrases import first_line
    from efface.evidence.keys.store import KeyStore

    if (private is None) == (command is None):
        raise click.UsageError("Give either --private or --command.")
    store = KeyStore()
    if command is not None:
        key = store.adopt_command(shlex.split(command), certificates)
    else:
        assert private is not None
        given = private_passphrase_file
        key = store.adopt(
            private,
            certificates,
            key_passphrase=None if given is None else first_line(given),
            passphrase=asker("the copy of the key", passphrase_file, again=True)(),
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
    from efface.evidence.keys.trust import load_trust
    from efface.files.paths import read_whole

    if (key_id is None) == (authority is None):
        raise click.UsageError("Give either a key id or --authority.")
    trust = load_trust()
    if authority is not None:
        trust = trust.with_authority(name, read_whole(authority))
    else:
        assert key_id is not None
        trust = trust.with_key(name, key_id)
    trust.save()
    return 0


@keys.command("forget")
@click.argument("name")
def forget(name: str) -> int:
    """Take a NAME, of a key or an authority, off the list of those that you know."""
    from efface.evidence.keys.trust import load_trust

    load_trust().without(name).save()
    return 0
