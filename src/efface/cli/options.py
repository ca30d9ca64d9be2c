"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from efface.errors import EffaceError, OutputError, StoppedError
from efface.words import Recall

if TYPE_CHECKING:
    from efface.api.policies import Policy

PIPED = (
    "efface reads and writes files, not pipes: what comes through a pipe would have to lie in a "
    "temporary file, with its faces. A file that is named so is './-'."
)


class FileName(click.Path):
    """A path; whether it can be read is found out, and said, where it is opened."""

    def __init__(self, *, stdin: bool = False) -> None:
        """
        Args:
            stdin: ``-`` means standard input.
        """
        super().__init__(path_type=Path, readable=False)
        self._stdin = stdin

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":  # an unset variable of a shell; as a path it would be the current folder
            self.fail("an empty name.", param, ctx)
        if value == "-" and not self._stdin:
            self.fail(PIPED, param, ctx)
        return super().convert(value, param, ctx)


class PlaceName(click.ParamType[Path | str]):
    """A path, or the address of a folder elsewhere, which stays text."""

    name = "place"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        if isinstance(value, str) and "://" in value:
            return value
        converted: Path = FILE.convert(value, param, ctx)
        return converted


FILE = FileName()
PLACE = PlaceName()
REGIONS = FileName(stdin=True)

inputs_argument = click.argument("inputs", nargs=-1, required=True, type=FILE)
policy_option = click.option(
    "--policy", "policy_file", type=FILE, metavar="FILE", help="Policy file (TOML)."
)
recall_option = click.option(
    "--recall",
    type=click.Choice(get_args(Recall)),
    help="How hard to look: 'high' finds more, with more false boxes, for a person who reviews.",
)
fast_option = click.option("--fast", is_flag=True, help="Short for --recall fast.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="No progress bar, no summary; failures are still named."
)
verbose_option = click.option(
    "-v", "--verbose", is_flag=True, help="Say each step, and where a bug lies, on stderr."
)
log_file_option = click.option(
    "--log-file",
    type=FILE,
    metavar="FILE",
    help="Append the same, with times, to a file. It names your files.",
)

no_face_option = click.option(
    "--allow-no-face", is_flag=True, help="Write files in which no face was found, too."
)

accepted_rescan_option = click.option(
    "--accept-rescan",
    is_flag=True,
    help="Release files in which the rescan saw an uncovered face; the report says so.",
)

damaged_option = click.option(
    "--allow-damaged",
    is_flag=True,
    help="Take what can be read of a damaged video; frames that cannot are solid.",
)


workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes at a time; by default as many as there are processors and memory for.",
)
store_option = click.option(
    "--store",
    type=FILE,
    metavar="FILE",
    help="What became of each file; OUT.batch.sqlite beside OUT by default. On a local disk.",
)

track_option = click.option(
    "--video-track",
    type=click.IntRange(min=1),
    metavar="N",
    help="Which of several video tracks, from 1; the main one by default. The others are dropped.",
)


def load_policy(
    policy_file: Path | None, recall: Recall | None, fast: bool, track: int | None = None
) -> Policy:
    """The policy named, or the default one, with the command line's choice of recall and of a video
    track on top; no weaker than what is enforced."""
    from efface import api

    if fast and recall not in (None, "fast"):
        raise click.UsageError(f"--fast and --recall {recall} exclude each other.")
    return api.load_policy(policy_file, recall="fast" if fast else recall, track=track)


@contextmanager
def told_in_json(as_json: bool) -> Iterator[None]:
    """Print an error that ends the block as ``efface.error/1`` too, if JSON was asked for."""
    try:
        yield
    except EffaceError as error:
        if as_json:
            print_json(error.to_json())
        raise
    except KeyboardInterrupt:
        if as_json:
            print_json(StoppedError("interrupted before there was a result.").to_json())
        raise


def print_json(document: Any) -> None:
    """Write a document to stdout.

    Raises:
        OutputError: the shell closed it: what was asked for would be lost without a word.
    """
    import json
    import sys

    if sys.stdout is None:
        raise OutputError("stdout is closed, and JSON was asked for.", hint="Leave out '>&-'.")
    click.echo(json.dumps(document, indent=2))
