"""A network that draws, for whoever tests what is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.generate.added import added


@pytest.fixture(autouse=True)
def own_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One was added; it says half of what surrounds a zone, and a share of the noise."""
    with added(tmp_path, monkeypatch) as folder:
        yield folder
