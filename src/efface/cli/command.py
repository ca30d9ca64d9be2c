"""How commands explain themselves: options in groups, examples, and exit codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

EXIT_CODES = {
    0: "done",
    1: "a bug, or whoever read stdout went away",
    2: "wrong usage, or a refused request",
    3: "no face was found",
    4: "a gate failed: something still shows",
    5: "the input cannot be read whole",
    6: "some files of several failed",
    7: "a verification failed",
    8: "the output cannot be written",
    130: "interrupted",
}
"""What they mean in general; a command lists those that it ends with."""

REST = "Other options"


class Command(click.Command):
    """A command whose help has groups, examples and exit codes."""

    def __init__(
        self,
        *args: Any,
        groups: Mapping[str, Sequence[str]] | None = None,
        examples: Sequence[str] = (),
        codes: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        """
        Args:
            groups: names of parameters by heading; those left out come last.
            examples: lines as they are typed, each perhaps with ``#`` and what it does.
            codes: exit codes that it ends with.
        """
        super().__init__(*args, **kwargs)
        self.groups = dict(groups or {})
        self.examples = tuple(examples)
        self.codes = tuple(codes)

    def grouped(self, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
        """Spellings and meanings of the options, by heading."""
        heading = {name: title for title, names in self.groups.items() for name in names}
        rows: dict[str, list[tuple[str, str]]] = {title: [] for title in self.groups}
        rest = REST if self.groups else "Options"
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                rows.setdefault(heading.get(parameter.name or "", rest), []).append(record)
        return {title: records for title, records in rows.items() if records}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, group by group."""
        for title, records in self.grouped(ctx).items():
            with formatter.section(title):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples and exit codes."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        if self.codes:
            _write_codes(formatter, self.codes)


def _write_codes(formatter: click.HelpFormatter, codes: Sequence[int]) -> None:
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(code), EXIT_CODES[code]) for code in codes])


class Commands(click.Group):
    """The group of all commands, listed by what they are for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms: dict[str, list[str]] = {}

    def under(self, title: str, *commands: click.Command) -> None:
        """Add commands below a heading."""
        for command in commands:
            self.add_command(command)
            self.rooms.setdefault(title, []).append(command.name or "")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        return [name for names in self.rooms.values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, heading by heading."""
        for title, names in self.rooms.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(70)) for name in names]
                )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes."""
        super().format_epilog(ctx, formatter)
        _write_codes(formatter, list(EXIT_CODES))
