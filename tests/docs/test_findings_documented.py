"""docs/formats.md names every kind of finding that the source can report, and no other."""

from __future__ import annotations

import ast
from functools import cache
from typing import get_args

from tests.docs.manual import DOCS, SOURCE, code, rows, sections

from efface.media.isobmff import survey
from efface.media.jpeg import carried
from efface.media.metadata import exif
from efface.media.trace import Risk

PAGE = DOCS / "formats.md"
RISKS = set(get_args(Risk))

UNUSUAL = {
    "media/jpeg/carried.py": {row[1] for row in carried._TRAILERS},
    "media/metadata/exif.py": set(exif._OTHERS),
    "media/isobmff/survey.py": {row[1] for row in survey._AUXILIARY} | {"auxiliary-image"},
}
"""Kinds in tables that have them apart from the risk, where ``in_tables`` does not see them."""


def text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_trace(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
    return name == "Trace"


def in_calls(tree: ast.AST) -> tuple[set[str], int]:
    """Kinds written in ``Trace("…", …)``, and how many such calls take them from a variable."""
    kinds, variables = set(), 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_trace(node):
            kind = text(node.args[0])
            kinds |= set() if kind is None else {kind}
            variables += kind is None
    return kinds, variables


def in_tables(tree: ast.AST) -> set[str]:
    """Kinds in tuples and calls that hold a kind, words and a risk, in this order."""
    kinds = set()
    types = {node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    for node in ast.walk(tree):
        if node in types:  # ``Literal["clear", "partly", "unknown"]`` holds words, too
            continue
        if isinstance(node, ast.Tuple | ast.Call) and not is_trace(node):
            parts = node.elts if isinstance(node, ast.Tuple) else node.args
            words = [word for part in parts if (word := text(part)) is not None]
            if len(words) >= 3 and words[2] in RISKS and words[0] not in RISKS:
                kinds.add(words[0])
    return kinds


def in_helpers(tree: ast.AST) -> set[str]:
    """Kinds that a function with a ``Trace(kind, …)`` looks up in a dictionary of its own."""
    kinds = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and in_calls(function)[1]:
            for node in ast.walk(function):
                if isinstance(node, ast.Dict):
                    kinds |= {word for key in node.keys if key and (word := text(key))}
    return kinds


@cache
def kinds() -> dict[str, set[str]]:
    """By module: every kind it can report."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if "evidence/" in name:  # whose findings are what verification has to say
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        written, variables = in_calls(tree)
        tables = in_tables(tree) | in_helpers(tree) | UNUSUAL.get(name, set())
        assert tables or not variables, f"{name} reports kinds from a place this test cannot read"
        found[name] = written | tables
    return found


def documented() -> set[str]:
    section = sections(PAGE)["What inspect finds"]
    return {kind for cells in rows(section) for kind in code(cells[0])}


def test_every_kind_is_documented() -> None:
    there = documented()
    missing = {name: left for name, found in kinds().items() if (left := found - there)}
    assert not missing, f"docs/formats.md lacks these findings: {missing}"


def test_no_kind_is_documented_that_is_not_there() -> None:
    assert documented() - set().union(*kinds().values()) == set()


def test_the_reading_of_the_source_finds_tables() -> None:
    tree = ast.parse("T = {1: ('a-kind', 'words', 'shows')}\nTrace(k, 'w', 'd', 'names')")
    assert in_tables(tree) == {"a-kind"}
    assert in_calls(tree) == (set(), 1)
    tree = ast.parse("def f(k):\n    return Trace(k, 'w', {'a-kind': 'words'}[k], 'names')")
    assert in_helpers(tree) == {"a-kind"}
