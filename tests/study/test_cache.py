"""What was found stays, under the code that found it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.study.cache import kept, version


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    made = []

    def make() -> dict[str, NDArray[np.int64]]:
        made.append(1)
        return {"rows": np.arange(3)}

    for _ in range(2):
        assert kept(tmp_path / "new", "a", make)["rows"].tolist() == [0, 1, 2]
    assert made == [1]


def test_a_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails() -> dict[str, NDArray[np.int64]]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, "a", fails)
    assert list(tmp_path.iterdir()) == []


def test_a_version_is_of_texts_and_of_the_contents_of_code(tmp_path: Path) -> None:
    module = tmp_path / "one.py"
    module.write_text("1")
    before = version("a", module), version("a", tmp_path)
    assert version("b", module) != before[0]
    module.write_text("2")
    assert version("a", module) != before[0]
    assert version("a", tmp_path) != before[1]
