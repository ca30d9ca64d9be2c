"""``efface review``: look at every face in a browser, decide, release."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import (
    FILE,
    fast_option,
    load_policy,
    policy_option,
    recall_option,
)
from efface.cli.passphrases import identity_option, key_option
from efface.cli.text import say
from efface.errors import RefusedError
from efface.words import Recall


@click.command(
    cls=Command,
    short_help="Look at every face of photos and videos in a browser, decide, and release.",
    examples=(
        "efface review folder                 # opens in your own browser",
        "efface review photo.jpg --no-browser # prints the address instead",
        "efface review queue.txt              # the files that a list names",
        "efface review                        # files are dropped into the page",
    ),
    codes=(0, 2, 5, 8),
)
@click.argument("inputs", nargs=-1, type=FILE)
@click.option("--no-browser", is_flag=True, help="Open no browser: print the address alone.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Of the loopback address; any that is free by default.",
)
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="RECIPIENT",
    help="Releases with evidence: who may open the seal; age1..., an SSH key, or a file of such "
    "lines. Several times.",
)
@identity_option
@key_option
@click.option(
    "--two-persons",
    is_flag=True,
    help="Release only what two different persons have confirmed in the page.",
)
@policy_option
@recall_option
@fast_option
def review(
    *,
    inputs: tuple[Path, ...],
    no_browser: bool,
    port: int,
    recipients: tuple[str, ...],
    identity_files: tuple[Path, ...],
    key_name: str | None,
    two_persons: bool,
    policy_file: Path | None,
    recall: Recall | None,
    fast: bool,
) -> int:
    """Look at every face of photos and videos in a browser, decide, and release.

    Without a file, photos and videos are dropped into the page: they are copied into a private
    folder, which goes with what was released of them when efface ends.

    The page is served from this computer to this computer. Its address is good once, for one
    browser. Decisions are kept as they are made; end it with Ctrl-C, and go on later by the same
    command.
    """
    policy = load_policy(policy_file, recall, fast)
    if two_persons:
        policy = replace(policy, review=replace(policy.review, two_persons=True))
    try:
        from efface.review.evidence import EvidenceOptions
        from efface.review.serve import review as serve
    except ModuleNotFoundError as error:
        raise RefusedError(
            f"the review app needs a package that is not installed: {error.name}.",
            hint="Install it with: pip install 'efface[review]'",
        ) from error
    evidence = EvidenceOptions.named(recipients, key_name, identity_files)
    with contextlib.suppress(KeyboardInterrupt):
        serve(inputs, policy=policy, port=port, browser=not no_browser, evidence=evidence, say=say)
    say("efface: ended; what you decided is kept.", err=True)
    return 0
