"""Finished files to be signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evidence.credentials.files import finished


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finished")


@pytest.fixture
def make(tmp_path: Path, shared_folder: Path) -> Callable[[str], Path]:
    """A file as efface writes it, by the name of its kind."""
    return lambda name: finished(name, tmp_path, shared_folder)


@pytest.fixture
def jpeg(make: Callable[[str], Path]) -> Path:
    return make("jpeg")
