"""What keeps the house in order; the floors themselves are a contract that ``make lint`` checks."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import grimp

from docs import make_floors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "efface"


def circles(imports: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules each of which leads to all others (Tarjan 1972)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(module: str) -> None:
        number[module] = low[module] = len(number)
        stack.append(module)
        for other in imports[module]:
            if other not in number:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], number[other])
        if low[module] == number[module]:
            group = set(stack[stack.index(module) :])
            del stack[-len(group) :]
            if len(group) > 1:
                found.append(group)

    for module in imports:
        if module not in number:
            visit(module)
    return found


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [{"b", "c"}]


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for types alone count, too."""
    graph = grimp.build_graph("efface", cache_dir=None)
    assert (
        circles({m: set(graph.find_modules_directly_imported_by(m)) for m in graph.modules}) == []
    )


def test_no_class_name_stands_for_two_things() -> None:
    places = defaultdict(list)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(SOURCE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_the_page_shows_the_floors_of_the_contract() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]*) \|", page, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    floors = [" | ".join(re.findall(r"`(\w+)`", rooms)) for _, rooms in rows]
    assert floors == [" | ".join(rooms) for rooms in make_floors.floors()]


def test_the_figure_shows_the_floors_of_the_contract() -> None:
    """After the contract has changed: ``python docs/make_floors.py``."""
    assert make_floors.TARGET.read_text(encoding="utf-8") == make_floors.drawn(make_floors.floors())


def test_every_module_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+\w*(?:\.py)?)`", page)
    assert len(named) > 40
    at_the_root = ("docs/", "src/", "tests/", "bench/", "training/", "web/")
    for name in named:
        path = ROOT if name.startswith(at_the_root) else SOURCE
        place = path / name.removesuffix(".py")
        missing = not place.is_dir() and not place.with_suffix(".py").is_file()
        assert not missing, name
