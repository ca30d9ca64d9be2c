"""``efface man`` and ``efface completion``: made from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from efface.cli.command import EXIT_CODES, REST, Command
from efface.version import __version__

FILES = (
    ("EFFACE_POLICY", "A policy that is enforced: nothing weakens what it states."),
    ("EFFACE_STATE", "The folder for what stopped runs keep, instead of the user's own."),
    ("EFFACE_KEYS", "The folder for signing keys, instead of the user's own."),
)
"""Variables, and what they do."""


@click.command(
    cls=Command,
    examples=("efface man | man -l -", "efface man > ~/.local/share/man/man1/efface.1"),
    codes=(0,),
)
@click.pass_context
def man(ctx: click.Context) -> int:
    """Print the manual page, for 'man' to show or to be installed."""
    click.echo("\n".join(page(ctx.find_root())))
    return 0


@click.command(
    cls=Command,
    short_help="Print what a shell needs to complete what you type.",
    examples=(
        'eval "$(efface completion bash)"               # in ~/.bashrc',
        'eval "$(efface completion zsh)"                # in ~/.zshrc',
        "efface completion fish > ~/.config/fish/completions/efface.fish",
    ),
    codes=(0, 2),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print what a SHELL needs to complete commands, options and names of files."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "efface", "_EFFACE_COMPLETE").source())
    return 0


def page(root: click.Context) -> Iterator[str]:
    """The manual page's lines, in troff's man macros."""
    yield f'.TH EFFACE 1 "" "efface {__version__}" "User Commands"'
    yield from (".SH NAME", f"efface \\- {_text(root.command.get_short_help_str(200))}")
    yield from (".SH SYNOPSIS", ".B efface", r"\fICOMMAND\fR [\fIOPTIONS\fR] \fIARGUMENTS\fR")
    yield from (".SH DESCRIPTION", _text(root.command.help or ""))
    yield from (".SH COMMANDS",)
    for context in _leaves(root):
        yield from _section(context)
    yield from (".SH EXIT STATUS",)
    for code, meaning in EXIT_CODES.items():
        yield from (".TP", f".B {code}", _text(meaning[0].upper() + meaning[1:] + "."))
    yield ".SH ENVIRONMENT"
    for name, meaning in FILES:
        yield from (".TP", f".B {name}", _text(meaning))


def _leaves(parent: click.Context) -> Iterator[click.Context]:
    group = parent.command
    if not isinstance(group, click.Group):
        yield parent
        return
    for name in group.list_commands(parent):
        yield from _leaves(click.Context(group.commands[name], parent, name))


def _section(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f".SS {_text(context.command_path)}"
    pieces = " ".join(command.collect_usage_pieces(context))
    yield from (".P", f"\\fB{_text(context.command_path)}\\fR {_text(pieces)}")
    for paragraph in re.split(r"\n\s*\n", command.help or ""):
        yield from (".P", _text(" ".join(paragraph.split())))
    for title, records in _options(context).items():
        yield from (".P", f"\\fI{_text(title)}\\fR")
        for spelling, meaning in records:
            yield from (".TP", f"\\fB{_text(spelling)}\\fR", _text(meaning))
    if isinstance(command, Command) and command.examples:
        yield from (".P", r"\fIExamples\fR", ".nf", *map(_text, command.examples), ".fi")


def _options(context: click.Context) -> dict[str, list[tuple[str, str]]]:
    command = context.command
    if isinstance(command, Command):
        return command.grouped(context)
    records = [p.get_help_record(context) for p in command.get_params(context)]
    return {REST: [record for record in records if record is not None]}


def _text(text: str) -> str:
    """Plain text for troff."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped
