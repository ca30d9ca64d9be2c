from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import pytest
from msgspec import Meta

from efface.documents.checked import check_fields


@dataclass(frozen=True)
class Part:
    width: Annotated[float, Meta(gt=0)]
    kind: Literal["a", "b"] = "a"
    unseen: int = 0

    def __post_init__(self) -> None:
        check_fields(self, "part", without=("unseen",))


def test_what_fits_is_taken_and_numpy_s_numbers_too() -> None:
    assert Part(1).width == 1
    assert Part(np.float64(2.5)).width == 2.5
    assert Part(1, unseen="not looked at").kind == "a"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "kind", "words"),
    [
        (0, "a", r"expected part\.width to be a number > 0, got 0"),
        (np.float64(-1), "a", r"part\.width"),
        (np.float64("nan"), "a", r"part\.width"),
        (np.float32(1), "a", r"part\.width"),
        ("1", "a", r"part\.width to be a number > 0, got '1'"),
        (True, "a", r"part\.width"),
        (1, "c", r"expected part\.kind to be one of a, b, got 'c'"),
    ],
)
def test_what_does_not_is_named(width: float, kind: Literal["a"], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Part(width, kind)
