"""Help, the manual page and completion say what there is."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

import click
import pytest
from tests.docs.test_commands_documented import COMMANDS
from tests.running import Efface

from efface.cli.command import EXIT_CODES, REST, Command
from efface.cli.main import cli
from efface.cli.manual import page
from efface.errors import SOME_FAILED, EffaceError

GROUPED = {name: each for name, each in COMMANDS.items() if isinstance(each, Command)}


def test_the_exit_codes_are_the_real_ones() -> None:
    codes = {kind.exit_code for kind in EffaceError.__subclasses__()}
    assert set(EXIT_CODES) == codes | {0, 1, SOME_FAILED}
    assert all(set(each.codes) <= set(EXIT_CODES) for each in GROUPED.values())


def _resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """Whose command line that is, and what follows its name."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        _, found, words = command.resolve_command(click.Context(command), words)
        assert found is not None
        command = found
    return command, words


@pytest.mark.parametrize("name", sorted(GROUPED))
def test_groups_and_examples_are_of_the_command(name: str) -> None:
    command = GROUPED[name]
    parameters = {parameter.name for parameter in command.params}
    grouped = [each for names in command.groups.values() for each in names]
    assert set(grouped) <= parameters
    assert len(grouped) == len(set(grouped))
    for line in command.examples:
        words = shlex.split(line.partition(">")[0].partition("|")[0], comments=True)
        if words[0] == "efface":
            of, rest = _resolved(words[1:])
            assert of is command or line != command.examples[0]
            with of.make_context(name, rest):
                pass


def test_every_option_of_redact_has_a_group() -> None:
    redact = GROUPED["redact"]
    rows = redact.grouped(click.Context(redact, info_name="redact"))
    assert [spelling.split(", ")[-1] for spelling, _ in rows[REST]] == ["--help"]


def test_the_help_has_groups_examples_and_exit_codes(efface: Efface) -> None:
    text = efface("redact", "--help").out
    for heading in ("Where to:", "Videos:", "Examples:", "Exit codes:"):
        assert f"\n{heading}\n" in text
    assert "Look first:" in efface("--help").out


def test_the_manual_page_has_every_option_and_is_sound() -> None:
    text = "\n".join(page(click.Context(cli, info_name="efface"))) + "\n"
    for name, command in COMMANDS.items():
        assert f".SS efface {name}" in text.replace(r"\-", "-")
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[-1] in text.replace(r"\-", "-")
    groff = shutil.which("groff")
    if groff is not None:
        done = subprocess.run(
            [groff, "-man", "-ww", "-z", "-Tascii"],
            input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="these shells are POSIX's")
def test_completion_is_answered(efface: Efface) -> None:
    assert "_EFFACE_COMPLETE=zsh_complete" in efface("completion", "zsh").out
    asked = {"_EFFACE_COMPLETE": "bash_complete", "COMP_WORDS": "efface red", "COMP_CWORD": "1"}
    script = "import sys; sys.argv[0] = 'efface'; from efface.cli.start import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **asked}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["plain,redact"]
