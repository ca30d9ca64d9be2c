"""docs/policy.md lists every key with its real default and range."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from tests.docs.manual import DOCS, Block, blocks, rows, sections

from efface.detect.rescan import RESCAN_THRESHOLD
from efface.evidence.forms import CAPTURE, Field
from efface.policy import SCHEMA, Colour, Policy
from efface.workflow.evidence.capture_file import read_capture

PAGE = DOCS / "policy.md"
TYPES = {"int": "whole number", "float": "number", "bool": "true or false"}


def keys() -> list[tuple[str, str, Any, str]]:
    policy = Policy()
    out = []
    for section in fields(policy):
        room = getattr(policy, section.name)
        hints = get_type_hints(type(room))
        for item in fields(room):
            hint = hints[item.name]
            name = next((t for t in TYPES if t in str(hint)), "text")
            out.append((section.name, item.name, getattr(room, item.name), TYPES.get(name, "text")))
    return out


def documented(section: str) -> dict[str, list[str]]:
    return {cells[0].strip("`"): cells for cells in rows(sections(PAGE)[f"`[{section}]`"])}


@pytest.mark.parametrize(("section", "key", "default", "kind"), keys())
def test_every_key_is_documented(section: str, key: str, default: Any, kind: str) -> None:
    row = documented(section).get(key)
    assert row is not None, f"docs/policy.md lacks {section}.{key}"
    assert row[1] == kind
    if default is None:
        words = {"rescan": "measured", "video": "by codec", "encode": "by the input"}
        assert row[2] == words[section]
        assert section != "rescan" or f" {RESCAN_THRESHOLD} when left out" in row[4]
        return
    (written,) = tomllib.loads(f"v = {row[2].strip('`')}").values()
    assert (Colour.parse(written) if isinstance(default, Colour) else written) == default


def test_no_key_is_documented_that_is_not_there() -> None:
    known = {(section, key) for section, key, _, _ in keys()}
    for section in fields(Policy):
        for key in documented(section.name):
            assert (section.name, key) in known


def parsed(section: str, key: str, value: object) -> Policy:
    return Policy.parse({"schema": SCHEMA, section: {key: value}})


def bounds(text: str) -> tuple[list[float], list[float]]:
    """Numbers that a documented range allows, and numbers just outside it."""
    words = text.replace(",", "").split()
    if " to " in text:
        low, high = float(words[0]), float(words[2])
        return [low, high], [low - 1, high + 1]
    inside, outside = [], []
    for before, limit in pairwise(words):
        if before in ("above", "below"):
            outside.append(float(limit))
        elif before == "most":
            inside.append(float(limit))
            outside.append(float(limit) + 0.5)
    return inside, outside


NUMBERS = [
    (section, key)
    for section, key, default, kind in keys()
    if kind in ("number", "whole number") and (default is None or not isinstance(default, bool))
]


@pytest.mark.parametrize(("section", "key"), NUMBERS)
def test_the_range_is_the_real_one(section: str, key: str) -> None:
    row = documented(section)[key]
    inside, outside = bounds(row[3])
    assert outside
    for value in inside:
        parsed(section, key, int(value) if row[1] == "whole number" else value)
    for value in outside:
        with pytest.raises(ValueError, match=key):
            parsed(section, key, int(value) if row[1] == "whole number" else value)


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("zones", "shape"),
        ("detect", "recall"),
        ("video", "codec"),
        ("video", "audio"),
        ("video", "subtitles"),
    ],
)
def test_the_choices_are_the_real_ones(section: str, key: str) -> None:
    for choice in documented(section)[key][3].replace("`", "").split(", "):
        assert getattr(getattr(parsed(section, key, choice), section), key) == choice


POLICIES = [block for block in blocks("toml") if CAPTURE not in block.text]


@pytest.mark.parametrize("block", POLICIES, ids=str)
def test_example_policies_are_valid(block: Block) -> None:
    Policy.parse(tomllib.loads(block.text))


def test_there_are_example_policies() -> None:
    assert POLICIES


def test_the_example_of_a_capture_is_read_whole(tmp_path: Path) -> None:
    (block,) = (block for block in blocks("toml") if CAPTURE in block.text)
    file = tmp_path / "capture.toml"
    file.write_text(block.text, encoding="utf-8")
    assert set(read_capture(file)) == set(get_args(Field))
