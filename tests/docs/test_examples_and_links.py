"""Examples are valid, links lead somewhere, and the two commands are there."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.docs.manual import (
    DOCS,
    README,
    ROOT,
    SOURCE,
    Block,
    anchors,
    blocks,
    pages,
    without_blocks,
)

import efface
from efface.regions import SCHEMA, Regions
from efface.regions.documents import load_regions


def regions_blocks() -> list[Block]:
    return [block for block in blocks("json") if SCHEMA in block.text]


@pytest.mark.parametrize("block", regions_blocks(), ids=lambda b: str(b.text.count("\n")))
def test_example_regions_are_valid(block: Block, tmp_path: Path) -> None:
    document = tmp_path / "regions.json"
    document.write_text(block.text, encoding="utf-8")
    for regions in load_regions(document).values():
        assert Regions.from_json(json.loads(json.dumps(regions.to_json()))) == regions


def test_there_are_example_regions() -> None:
    assert len(regions_blocks()) >= 4


@pytest.mark.parametrize("block", blocks("python"), ids=lambda b: str(b.text.count("\n")))
def test_python_examples_name_things_that_exist(block: Block) -> None:
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "efface":
                assert hasattr(efface, node.attr)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("efface"):
            module = __import__(str(node.module), fromlist=["_"])
            assert all(hasattr(module, alias.name) for alias in node.names)


def test_the_python_example_for_arrays_holds() -> None:
    (example,) = [block.text for block in blocks("python") if "redact_frame" in block.text]
    scope: dict[str, Any] = {}
    exec(example, scope)
    assert isinstance(scope["out"], np.ndarray)


@cache
def links() -> list[tuple[Path, str]]:
    found = []
    for page in pages():
        text = re.sub(r"`[^`\n]*`", "", without_blocks(page))
        for match in re.finditer(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:", match.group(1)):
                found.append((page, match.group(1)))
        for match in re.finditer(r'(?:src|href)="([^"]+)"', text):
            if not re.match(r"[a-z]+:", match.group(1)):
                found.append((page, match.group(1)))
    return found


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


def test_links_lead_somewhere() -> None:
    assert len(links()) > 300
    astray = [f"{p.relative_to(ROOT)}: {to}" for p, to in links() if not leads_somewhere(p, to)]
    assert not astray


def test_a_link_that_leads_nowhere_is_seen() -> None:
    assert leads_somewhere(README, "docs/cli.md#exit-codes")
    assert not leads_somewhere(README, "docs/cli.md#no-such-heading")
    assert not leads_somewhere(README, "docs/no-such-page.md")


def test_every_page_can_be_reached_from_the_readme() -> None:
    leads: dict[Path, set[Path]] = {}
    for origin, link in links():
        target = (origin.parent / link.partition("#")[0]).resolve()
        if target.suffix == ".md":
            leads.setdefault(origin, set()).add(target)
    seen: set[Path] = set()
    waiting = {README}
    while waiting:
        here = waiting.pop()
        seen.add(here)
        waiting |= leads.get(here, set()) - seen
    there = {*DOCS.rglob("*.md")}
    assert len(there) > 30
    assert {str(page.relative_to(ROOT)) for page in there - seen} == set()


def test_pages_that_messages_name_exist() -> None:
    named = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r"docs/[\w-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert named, "messages name docs/regions.md and docs/policy.md"
    assert {name for name in named if not (ROOT / name).is_file()} == set()


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_readme_names_the_two_commands(target: str) -> None:
    assert f"make {target}" in README.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
