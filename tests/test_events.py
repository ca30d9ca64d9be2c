"""Progress events: a closed list of steps, documented, each of which is sent."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

from tests.docs.manual import DOCS, rows, sections

import efface
from efface.events import STEPS, Step, StepStarted

SOURCE = Path(efface.__file__).parent


def test_what_a_step_is_called_is_a_type() -> None:
    """So that mypy refuses another name."""
    assert get_type_hints(StepStarted)["step"] == Step


def test_the_page_lists_every_step() -> None:
    section = sections(DOCS / "python.md")["Events: `efface.events`"]
    assert [cells[0].strip("`") for cells in rows(section)] == list(STEPS)


def test_every_step_is_sent_by_something() -> None:
    """Each is a text given to a call in a module that speaks of steps."""
    given = {text for path in SOURCE.rglob("*.py") for text in _given(path)}
    assert set(STEPS) - given == set()


def _given(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if "listen" not in source or path.name == "events.py":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def test_a_part_of_a_step_is_named_for_people() -> None:
    assert StepStarted(Path("a"), "read", 0, 1).name == "read"
    assert StepStarted(Path("a"), "search", 0, 1, "residue").name == "residue"
