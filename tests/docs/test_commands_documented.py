"""docs/cli.md and the command line say the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.docs.manual import DOCS, README, Block, blocks, code, rows, sections

from efface import errors
from efface.cli.main import cli
from efface.workflow.redact.report import FileReport, Report

PAGE = DOCS / "cli.md"


def leaves(group: click.Group = cli, before: str = "") -> dict[str, click.Command]:
    """Every command by its words, such as ``keys new``."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        words = f"{before}{name}"
        found |= (
            leaves(command, f"{words} ") if isinstance(command, click.Group) else {words: command}
        )
    return found


COMMANDS = leaves()


def commands() -> list[str]:
    return sorted(COMMANDS)


def documented(command: str) -> list[list[str]]:
    section = sections(PAGE).get(f"`efface {command}`")
    assert section is not None, f"docs/cli.md has no section for 'efface {command}'"
    return rows(section)


def spellings(cells: list[str]) -> set[str]:
    return set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", cells[0]))


@pytest.mark.parametrize("command", commands())
def test_every_option_is_documented(command: str) -> None:
    written = {s for cells in documented(command) for s in spellings(cells)}
    for option in COMMANDS[command].params:
        if isinstance(option, click.Option):
            for spelling in (*option.opts, *option.secondary_opts):
                assert spelling in written, f"docs/cli.md: {command} lacks {spelling}"


@pytest.mark.parametrize("command", commands())
def test_no_option_is_documented_that_is_not_there(command: str) -> None:
    known = {
        s
        for option in COMMANDS[command].params
        if isinstance(option, click.Option)
        for s in (*option.opts, *option.secondary_opts)
    }
    for cells in documented(command):
        if cells[0].startswith("`-"):
            assert spellings(cells) <= known


@pytest.mark.parametrize("command", commands())
def test_every_choice_is_documented(command: str) -> None:
    text = sections(PAGE)[f"`efface {command}`"].replace("\\|", "|")
    for option in COMMANDS[command].params:
        if isinstance(option, click.Option) and isinstance(option.type, click.Choice):
            spelling = f"{option.opts[-1]} {'|'.join(map(str, option.type.choices))}"
            assert spelling in text or "As for `redact`" in text


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    headings = {m.group(1) for h in sections(PAGE) if (m := re.fullmatch(r"`efface ([\w -]+)`", h))}
    assert headings == set(COMMANDS)


def exit_codes() -> set[int]:
    own = {kind.exit_code for kind in errors.EffaceError.__subclasses__()}
    return {0, errors.EffaceError.exit_code, errors.SOME_FAILED} | own


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        (README, "Exit codes"),
        (PAGE, "Exit codes"),
        (DOCS / "how-to.md", "What to do on each exit code"),
    ],
    ids=["README", "cli", "how-to"],
)
def test_exit_codes_are_documented(page: Path, heading: str) -> None:
    written = [int(cells[0]) for cells in rows(sections(page)[heading])]
    assert sorted(written) == sorted(exit_codes())


def test_every_key_of_the_report_is_documented() -> None:
    section = sections(PAGE)["The report"]
    assert set(Report(()).to_json()) <= code(section)
    file_keys = {key for cells in rows(section) for key in code(cells[0])}
    assert file_keys == set(FileReport(PAGE).to_json())


def examples() -> Iterator[tuple[Block, str]]:
    for block in blocks("console"):
        for line in block.text.splitlines():
            if line.startswith("$ efface "):
                yield block, line.removeprefix("$ ")


@pytest.mark.parametrize("line", sorted({line for _, line in examples()}))
def test_examples_are_understood(line: str) -> None:
    words = shlex.split(line.split(" > ", maxsplit=1)[0], comments=True)[1:]
    if words[0].startswith("-"):
        assert any(words[0] in option.opts for option in cli.params)
        return
    name = words[0] if words[0] in COMMANDS else " ".join(words[:2])
    with COMMANDS[name].make_context(name, words[len(name.split()) :]):
        pass


def test_there_are_examples() -> None:
    assert len(list(examples())) >= 10
