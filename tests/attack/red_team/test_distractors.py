"""Who the distractors are, and for whom there are none."""

from __future__ import annotations

import pytest
from tests.attack.red_team.fakes import Coarse

from efface.attack.recognisers import carried
from efface.attack.red_team.distractors import distractors
from efface.errors import RefusedError


def test_a_recogniser_without_distractors_is_not_left_idle() -> None:
    """It would be listed among those that looked."""
    assert set(distractors(None, carried()).candidates.templates) >= {one.name for one in carried()}
    with pytest.raises(RefusedError, match="coarse") as refused:
        distractors(None, (*carried(), Coarse()))
    assert "--gallery" in (refused.value.hint or "")
