"""Everything that is installed or carried is named with its licence, and locked."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from efface.weights import cards

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@cache
def words(path: str) -> set[str]:
    """Names that a document mentions, normalised as packages' names are."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return {canonicalize_name(word) for word in re.findall(r"[\w.-]*\w", text)}


@cache
def needed_at_run_time() -> list[str]:
    """Direct and indirect dependencies on this platform, without extras."""
    found: set[str] = set()
    waiting = list(PROJECT["dependencies"])
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += distribution(name).requires or []
    return sorted(found)


@cache
def locked() -> dict[str, list[str]]:
    """Hashes by package."""
    entries = re.split(r"^(?=[a-z])", LOCK, flags=re.MULTILINE)[1:]
    return {
        canonicalize_name(entry.split("==")[0]): re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
        for entry in entries
    }


@pytest.mark.parametrize("document", ["NOTICE", "docs/dependencies.md"])
@pytest.mark.parametrize("name", needed_at_run_time())
def test_every_dependency_is_named(name: str, document: str) -> None:
    assert name in words(document)


@pytest.mark.parametrize("name", needed_at_run_time())
def test_every_dependency_is_locked_with_hashes(name: str) -> None:
    assert locked()[name]


def test_the_lock_holds_what_development_and_build_need() -> None:
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    names = {canonicalize_name(Requirement(line).name) for line in extras + build["requires"]}
    assert names - {"efface", "pip"} <= locked().keys()


@pytest.mark.parametrize("name", ["requirements.lock", "bench/deface.lock"])
def test_locks_name_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "==" in text
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|@ ", text)


@pytest.mark.parametrize("document", ["NOTICE", "docs/dependencies.md"])
def test_everything_carried_is_named(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for card in cards().values():
        assert card.title in text
    library = tomllib.loads((ROOT / "src/efface/lib/libturbojpeg.toml").read_text(encoding="utf-8"))
    assert f"{library['name']} {library['version']}" in text
    plain = " ".join(text.split())
    assert "This software is based in part on the work of the Independent JPEG Group." in plain
    assert "not asked" in plain
