"""Networks that compute every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.answers import computed_answers


@pytest.fixture
def every_answer_is_computed() -> Iterator[None]:
    """Where networks themselves are tested, nothing is taken from ``tests/answers.py``."""
    with computed_answers():
        yield
