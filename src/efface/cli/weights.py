"""``efface weights``: the model files that efface carries, and whether one of your own works."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import FILE, json_option, print_json, told_in_json
from efface.cli.text import say


@click.group()
def weights() -> None:
    """List the models that efface carries, and check and add some of your own.

    Each model has a card: where it comes from, its licence, what it was trained on and whether the
    people shown were asked, and what it is known to miss.
    """


@weights.command(
    "list",
    cls=Command,
    short_help="List the models that efface carries.",
    examples=("efface weights list", "efface weights list --json"),
    codes=(0, 7),
)
@json_option
def list_models(as_json: bool) -> int:
    """List the models that efface carries, and hold each file against its card."""
    from efface import api

    with told_in_json(as_json):
        found = api.models()
    if as_json:
        print_json(found.to_json())
        return found.exit_code
    width = max(len(model.card.name) for model in found.models)
    for model in found.models:
        size = "missing" if model.size is None else f"{model.size / 1e6:6.2f} MB"
        state = "" if model.whole else "  NOT THE FILE THAT ITS CARD NAMES"
        card = model.card
        say(f"{card.name:<{width}}  {size}  {card.licence}: {card.title}{state}")
    for own in found.added:
        say(f"{own.name:<{width}}  added by you: a {own.kind} ({own.card})")
    return found.exit_code


@weights.command(
    "add",
    cls=Command,
    short_help="Use a generator, a recogniser or a restorer of your own.",
    examples=("efface weights add ours.toml", "efface weights add better.toml --overwrite"),
    codes=(0, 2, 5, 7, 8),
)
@click.argument("card", type=FILE)
@click.option("--overwrite", is_flag=True, help="In place of one that was added before.")
def add(card: Path, overwrite: bool) -> int:
    """Try the model that CARD describes, copy it, and use it from now on.

    A generator draws the heads of --method replace in place of the one that efface carries. A
    recogniser and a restorer attack beside those that efface carries; a recogniser needs pictures
    of people to compare with (--gallery).
    """
    from efface import api

    made = api.add_model(card, overwrite=overwrite)
    say(f"{made.name}: a {made.kind}, used from now on ({made.card}).")
    return 0


@weights.command(
    "remove",
    cls=Command,
    short_help="Take away a model that was added.",
    examples=("efface weights remove ours",),
    codes=(0, 2, 8),
)
@click.argument("name")
def remove(name: str) -> int:
    """Take away the model NAME that was added with 'efface weights add'."""
    from efface import api

    gone = api.remove_model(name)
    say(f"{gone.name}, a {gone.kind}, was taken away.")
    return 0


@weights.command(
    "check",
    cls=Command,
    short_help="Try a generator, a recogniser or a restorer of your own.",
    examples=("efface weights check ours.toml",),
    codes=(0, 5, 7),
)
@click.argument("card", type=FILE)
@json_option
def check(card: Path, as_json: bool) -> int:
    """Try the model that CARD describes, on faces that were drawn and that nobody has.

    It says whether the file is the one that the card names, whether it takes and gives what the
    card says, and of a recogniser, whether it knows a face that was moved a little. How well it
    knows people is not tried.
    """
    from efface import api

    with told_in_json(as_json):
        found = api.check_model(card)
    if as_json:
        print_json(found.to_json())
        return found.exit_code
    tried = found.check
    cost = f"{tried.cpu_seconds:.2g} processor seconds a face"
    say(f"{tried.card.title} ({tried.card.name}): a {tried.kind}, {cost}.")
    for finding in tried.findings:
        say(f"{'holds' if finding.holds else 'FAILS':<6} {finding.name}: {finding.detail}")
    return found.exit_code
