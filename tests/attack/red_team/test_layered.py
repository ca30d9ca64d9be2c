"""``--attack`` of a layered file means something: without noise the person is found, at the default
they are not, and a fill that follows from nobody points to nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import FACE, POINTS, distractors, person

from efface.attack.alignment import chip
from efface.attack.interface import Knowledge
from efface.attack.layered import NUMBERS, LayeredCells, of_chips
from efface.attack.red_team.attacker import Attacker
from efface.attack.red_team.distractors import described, lineup
from efface.attack.red_team.people import Person
from efface.attack.red_team.rank import standing
from efface.attack.red_team.team import case_for
from efface.policy import MethodPolicy, Policy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.layered import channel
from efface.redact.methods.layered.method import LayeredFilling
from efface.redact.methods.layered.reading import FillReader
from efface.redact.methods.layered.shape import head_of
from efface.regions import Media, Regions, Track
from efface.workflow.known_methods import layered_reader
from efface.zones.filling import Filling, Surroundings
from efface.zones.growth import zone_of

Picture = NDArray[np.uint8]


def covered(portrait: Picture, filling: Filling) -> Person:
    """The portrait under a filling of efface's zone."""
    height, width = portrait.shape[:2]
    zone = zone_of(Track("t1", (FACE,)), FACE, ZonePolicy(), width, height)
    out, r = portrait.copy(), zone.rect
    out[r.y0 : r.y1, r.x0 : r.x1] = filling.pixels(zone, Surroundings(lambda: portrait, [zone]))
    return person(portrait, out)


def layered(portrait: Picture, policy: MethodPolicy, secret: bytes) -> Filling:
    height, width = portrait.shape[:2]
    regions = Regions(Media("a", "", "image", width, height), (Track("t1", (FACE,)),))
    return method_of(policy).prepare(regions, lambda n: [(0, portrait)], secret).filling


def fmr(portrait: Picture, under: Person, policy: MethodPolicy) -> float:
    """The person's false-match rate among 2,000 who are made up."""
    reader = layered_reader(policy)
    assert reader is not None
    among = described(distractors(), reader)
    line = lineup(chip(portrait, POINTS), among, (), np.random.default_rng(2))
    attack = LayeredCells(reader, ZonePolicy())
    case = case_for(attack, under, line.candidates)
    assert attack.applies(case)
    (ranking,) = attack.run(case)
    return standing(ranking.scores, line.place).fmr  # type: ignore[union-attr]


def test_a_fill_with_hardly_any_noise_is_found(portrait: Picture) -> None:
    policy = MethodPolicy("layered", cells=3, noise=0.25)
    assert fmr(portrait, covered(portrait, layered(portrait, policy, bytes(32))), policy) < 0.005


def test_with_the_default_noise_it_is_luck(portrait: Picture) -> None:
    policy = MethodPolicy("layered")
    rates = [
        fmr(portrait, covered(portrait, layered(portrait, policy, bytes([n]) * 32)), policy)
        for n in range(12)
    ]
    assert min(rates) > 0.002
    assert 0.1 < float(np.median(rates)) < 0.9


def test_noise_that_is_new_in_each_frame_is_averaged_away(portrait: Picture) -> None:
    """As a broken program would draw it; efface draws one fill a track."""
    policy, reader = MethodPolicy("layered", cells=3, noise=2.0), FillReader(3, 2.0)
    height, width = portrait.shape[:2]
    zone = zone_of(Track("t1", (FACE,)), FACE, ZonePolicy(), width, height)
    whole, r = np.zeros((height, width), bool), zone.rect
    whole[r.y0 : r.y1, r.x0 : r.x1] = True
    reads = []
    for number in range(40):
        fill = layered(portrait, policy, bytes([number]) * 32)
        shown = portrait.copy()
        shown[whole] = fill.pixels(zone, Surroundings(lambda: portrait, [zone])).reshape(-1, 3)
        reads.append(reader.of_fill(shown, whole, zone.outer))
    own = of_chips(reader, chip(portrait, POINTS)[None])[0]
    apart = [float(np.linalg.norm(read - own)) for read in reads if read is not None]
    mean = np.mean([read for read in reads if read is not None], axis=0)
    assert len(apart) == 40
    assert np.linalg.norm(mean - own) < 0.6 * np.median(apart)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_head_of_nobody_s_colours_points_to_nobody(portrait: Picture, seed: int) -> None:
    policy = MethodPolicy("layered", cells=2, noise=0.25)
    told = np.rint(np.random.default_rng(seed).normal(0, 128, 12)).astype(np.int64)
    head = head_of(channel.colours(told, 2, 250))
    assert fmr(portrait, covered(portrait, LayeredFilling({"t1": head})), policy) > 0.01


def test_a_gallery_s_pictures_are_the_candidates_where_there_are_some(portrait: Picture) -> None:
    reader = FillReader(2, 1.0)
    chips = np.stack([chip(portrait, POINTS), chip(portrait[:, ::-1].copy(), POINTS)])
    own = distractors(2)
    among = described(replace(own, candidates=replace(own.candidates, chips=chips)), reader)
    assert among.candidates.numbers[NUMBERS] == pytest.approx(of_chips(reader, chips))


def test_it_is_among_the_attacks_where_the_policy_is_layered_and_nowhere_else(
    tmp_path: Path, portrait: Picture
) -> None:
    Image.fromarray(portrait).save(tmp_path / "a.png")
    for name, there in (("layered", True), ("solid", False)):
        policy = Policy(method=MethodPolicy(name))  # type: ignore[arg-type]
        team = Attacker(policy, layered=layered_reader(policy.method)).team
        assert ("layered-cells" in {attack.name for attack in team.attacks}) == there
        assert (NUMBERS in team.distractors.candidates.numbers) == there
    assert LayeredCells.knowledge == Knowledge.EXACT
