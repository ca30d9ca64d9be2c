"""What gives most away comes first, and what is not known is looked at by a person."""

from __future__ import annotations

import pytest

from efface.advise.advice import advise_on
from efface.advise.leak_map import shipped_map
from efface.advise.redaction import KINDS, RedactionKind, SeenRedaction
from efface.audit.ranking import ACTIONS, Action, action_on, most_urgent, rank, risk_of


def action(
    kind: RedactionKind,
    strength_px: float | None = None,
    *,
    sure: float = 0.9,
    seen: bool = True,
    width_px: float = 112,
) -> tuple[Action, float | None]:
    redaction = SeenRedaction(kind, strength_px, sure, "as a test says")
    face = advise_on(shipped_map(), redaction, width_px)
    return action_on(face, seen=seen), risk_of(face)


def test_what_hides_little_is_taken_down_first() -> None:
    weak, strong = action("mosaic", 7.0), action("mosaic", 28.0)
    assert weak[0] == strong[0] == "take down"
    assert weak[1] is not None
    assert strong[1] is not None
    assert weak[1] > strong[1]
    assert rank(*weak, 1) < rank(*strong, 1)
    assert rank(*strong, 9) < rank(*strong, 1)


@pytest.mark.parametrize("kind", ["bar", "swirl"])
def test_what_hides_next_to_nothing_is_taken_down(kind: RedactionKind) -> None:
    assert action(kind)[0] == "take down"


@pytest.mark.parametrize("kind", ["solid", "unknown"])
def test_what_a_person_has_to_see_is_looked_at(kind: RedactionKind) -> None:
    assert action(kind)[0] == "look"


def test_a_soft_place_without_a_face_is_looked_at_unless_it_is_surely_blurred() -> None:
    assert action("gaussian", 12.0, sure=0.5, seen=False)[0] == "look"
    assert action("gaussian", 12.0, sure=0.9, seen=False)[0] == "take down"
    assert action("gaussian", 12.0, sure=0.5, seen=True)[0] == "take down"


def test_only_what_was_measured_to_hide_is_left() -> None:
    """Nobody was found behind no blur and no mosaic that the map holds at a face of this width."""
    for kind in KINDS:
        for px in (2.0, 8.0, 30.0, 60.0):
            assert action(kind, px)[0] != "leave" or kind in ("gaussian", "box")


def test_a_file_is_as_urgent_as_its_most_urgent_face() -> None:
    assert most_urgent(["look", "take down", "replace"]) == "take down"
    assert most_urgent([]) == "leave"
    assert [rank(one, 0.5, 1)[0] for one in ACTIONS] == [0, 1, 2, 3]
