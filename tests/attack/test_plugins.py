"""The attacks that are run."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from efface.attack import plugins
from efface.attack.interface import Attack
from efface.attack.red_team.attacker import Attacker
from efface.measure.gate import DISTRACTORS, smallest_gallery
from efface.policy import AttackPolicy, Policy

SWIRLED_OR_FILTERED = {"unswirl", "feedback"}
"""These apply where the other inversions do not."""


def test_all_together_leave_the_gate_able_to_fail() -> None:
    names = [attack.name for attack in plugins.attacks(thorough=True)]
    tests = len(set(names) - SWIRLED_OR_FILTERED)
    assert len(set(names)) == len(names) == len(plugins.BUILT_IN) + len(plugins.THOROUGH)
    assert smallest_gallery(Policy().attack.alpha, tests) <= DISTRACTORS


@pytest.mark.parametrize("thorough", [False, True])
def test_what_takes_long_is_run_where_it_is_asked_for(*, thorough: bool) -> None:
    policy = Policy(attack=AttackPolicy(thorough=thorough))
    names = {attack.name for attack in Attacker(policy).team.attacks}
    assert ("diffusion" in names) == thorough


@pytest.fixture
def entry(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    point = EntryPoint("lab", request.param, plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point])


@pytest.mark.parametrize(
    "entry",
    ["what_is_not_there:Lab", "pathlib:Path", "efface.attack.plugins:nothing"],
    indirect=True,
)
@pytest.mark.usefixtures("entry")
def test_a_plugin_that_cannot_be_loaded_is_there_and_fails() -> None:
    lab: Attack = plugins.attacks()[-1]
    assert lab.name == "lab"
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        lab.run(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", ["efface.attack.off_the_shelf:OffTheShelf"], indirect=True)
@pytest.mark.usefixtures("entry")
def test_two_attacks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="off-the-shelf"):
        plugins.attacks()
