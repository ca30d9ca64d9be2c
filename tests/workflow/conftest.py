"""Cases that are made once and copied by those who forge them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.workflow.evidence.cases import Case, make_case


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> dict[str, Case]:
    """One of every kind that can be proven to the bit."""
    found = {}
    for ending, options in (("png", {}), ("jpg", {"quality": 90})):
        folder = tmp_path_factory.mktemp(ending)
        original = folder / f"original.{ending}"
        Image.fromarray(portrait).save(original, **options)  # type: ignore[arg-type]
        found[ending] = make_case(folder, original)
    return found


@pytest.fixture(params=["png", "jpg"])
def case(cases: dict[str, Case], request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """A copy of each."""
    return cases[request.param].copied(tmp_path)


@pytest.fixture
def png(cases: dict[str, Case], tmp_path: Path) -> Case:
    """A copy of the one with pixels."""
    return cases["png"].copied(tmp_path)


@pytest.fixture
def jpg(cases: dict[str, Case], tmp_path: Path) -> Case:
    """A copy of the one with coefficients."""
    return cases["jpg"].copied(tmp_path)
