"""Which faces get a head, what is said of it, and what it may follow from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.fillings import soft

from efface.colour import Colour
from efface.errors import RefusedError, VerificationError
from efface.generate.pose import Pose
from efface.policy import MethodPolicy, ReplacePolicy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import Pictures, Prepared
from efface.redact.methods.replace import model, turning
from efface.redact.methods.replace.filling import KeptHeads
from efface.redact.methods.replace.method import BY_HAND, FAR, LARGE, SMALL
from efface.redact.methods.replace.model import generator
from efface.redact.people import NOBODY, NamedPeople, identity_of
from efface.regions import Box, Media, Regions, Track
from efface.zones.filling import Surroundings
from efface.zones.growth import zones_of
from efface.zones.zone import Zone

SECRET = bytes(range(32))
WIDE, HIGH = 220, 260
LEANING = np.array([[0, 0], [10, 2], [6, 6], [1, 9], [8, 11]], float)
"""Five points of a head that leans."""
FACES = (Box(0, 40, 60, 30, 40), Box(0, 140, 150, 26, 36))


def showing(picture: NDArray[np.uint8]) -> Pictures:
    def pictures(frames: Collection[int]) -> list[tuple[int, NDArray[np.uint8]]]:
        return [(n, picture) for n in frames]

    return pictures


PLAIN = showing(np.full((HIGH, WIDE, 3), 90, np.uint8))
"""In which no face is seen: heads look ahead."""


def of(*boxes: Box, kind: str = "image", frames: int = 1, **track: object) -> Regions:
    media = Media("a", "", kind, WIDE, HIGH, frames)  # type: ignore[arg-type]
    tracks = [Track(f"t{n}", (box,), **track) for n, box in enumerate(boxes, 1)]  # type: ignore[arg-type]
    return Regions(media, tuple(tracks))


def prepared(
    regions: Regions,
    secret: bytes = SECRET,
    pictures: Pictures = PLAIN,
    people: NamedPeople = NOBODY,
    **chosen: object,
) -> Prepared:
    policy = MethodPolicy("replace", colour=Colour(9, 8, 7))
    own = method_of(policy, ReplacePolicy(**chosen), people)  # type: ignore[arg-type]
    return own.prepare(regions, pictures, secret)


def filled(
    made: Prepared, zones: Sequence[Zone], picture: NDArray[np.uint8]
) -> list[NDArray[np.uint8]]:
    around = Surroundings(lambda: picture, zones)
    return [made.filling.pixels(zone, around) for zone in zones]


def zones(regions: Regions, policy: ZonePolicy | None = None) -> tuple[Zone, ...]:
    return zones_of(regions, policy or ZonePolicy())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_nothing_that_is_covered_comes_in(seed: int) -> None:
    """Invariant 1: any other pixels inside the zones give the same heads, byte for byte, as long as
    the heads there are turned alike."""
    regions, picture = of(*FACES), soft(WIDE, HIGH)
    other, random = picture.copy(), np.random.default_rng(seed)
    for zone in zones(regions):
        r = zone.rect
        other[r.y0 : r.y1, r.x0 : r.x1] = random.integers(0, 256, (r.height, r.width, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turning, "points_in", lambda picture, box: LEANING)
        first, second = (prepared(regions, pictures=showing(p)) for p in (picture, other))
    for one, two in zip(
        filled(first, zones(regions), picture), filled(second, zones(regions), other), strict=True
    ):
        assert one.tobytes() == two.tobytes()
    assert first.finished().kept == second.finished().kept


def test_what_lies_around_comes_in() -> None:
    regions = of(FACES[0])
    made = [filled(prepared(regions), zones(regions), soft(WIDE, HIGH, n))[0] for n in (0, 1)]
    assert (made[0] != made[1]).any()


def test_each_face_and_each_secret_has_a_head_of_its_own() -> None:
    same = (Box(0, 40, 60, 30, 40), Box(0, 140, 60, 30, 40))
    grey = np.full((HIGH, WIDE, 3), 90, np.uint8)
    one, two = filled(prepared(of(*same)), zones(of(*same)), grey)
    assert (one != two).any()
    (again, _) = filled(prepared(of(*same), bytes(32)), zones(of(*same)), grey)
    assert (one != again).any()


def people(**names: str) -> NamedPeople:
    return NamedPeople({track: identity_of(bytes(32), name) for track, name in names.items()})


@settings(max_examples=2)
@given(secrets=st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=2, unique=True))
def test_one_name_is_one_head_in_every_file_and_two_names_are_two(secrets: list[bytes]) -> None:
    """Whatever a file's own secret is; and faces without a name follow that."""
    same = (Box(0, 40, 60, 30, 40), Box(0, 140, 60, 30, 40))
    grey = np.full((HIGH, WIDE, 3), 90, np.uint8)
    named = [people(t1="A"), people(t2="A"), people(t1="B", t2="A")]
    drawn = [
        [filled(prepared(of(*same), secret, people=who), zones(of(*same)), grey) for who in named]
        for secret in secrets
    ]
    (first, second, third), (again, *_) = drawn
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() != again[1].tobytes()
    assert second[1].tobytes() == third[1].tobytes() == drawn[1][1][1].tobytes()
    assert third[0].tobytes() not in (first[0].tobytes(), third[1].tobytes())


def test_that_names_were_given_is_said_and_the_names_are_not() -> None:
    regions = of(*FACES)
    made = prepared(regions, people=people(t1="Ada Lovelace"))
    filled(made, zones(regions), soft(WIDE, HIGH))
    done = made.finished()
    (said,) = (note for note in done.notes if "--person" in note)
    assert said.startswith("1 of these heads")
    assert "given by the user" in said
    assert not any("Ada" in note for note in done.notes)
    assert b"Ada" not in done.kept
    without = prepared(regions)
    filled(without, zones(regions), soft(WIDE, HIGH))
    assert not any("--person" in note for note in without.finished().notes)


def test_the_key_of_a_project_goes_under_seal_where_it_is_given() -> None:
    regions = of(FACES[0])
    for key in (b"", b"k" * 32):
        made = prepared(regions, people=NamedPeople(people(t1="A").identities, key))
        filled(made, zones(regions), soft(WIDE, HIGH))
        assert KeptHeads.from_bytes(made.finished().kept).project == key


@pytest.mark.parametrize(
    ("regions", "names", "said"),
    [
        (of(*FACES), {"t3": "A"}, "no track is called 't3'"),
        (of(*FACES, action="keep"), {"t1": "A"}, "stays visible"),
        (of(*FACES), {"t1": "A", "t2": "A"}, "frame 0 shows both"),
        (of(FACES[0], Box(1, 40, 60, 30, 40), frames=2), {"t1": "A", "t2": "B"}, "more than one"),
    ],
)
def test_names_that_cannot_be_meant_are_refused(
    regions: Regions, names: dict[str, str], said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        prepared(regions, people=people(**names))


def test_somebody_may_come_back_in_a_later_frame() -> None:
    regions = of(FACES[0], Box(1, 140, 150, 26, 36), frames=2)
    made = prepared(regions, people=people(t1="A", t2="A"))
    for zone in zones(regions):
        filled(made, [zone], np.full((HIGH, WIDE, 3), 90, np.uint8))
    assert made.finished().drawn.keys() == {"t1", "t2"}


@pytest.mark.parametrize("label", [False, True])
def test_a_court_has_the_same_once_more(label: bool) -> None:
    regions, picture = of(*FACES, Box(0, 100, 20, 8, 10)), soft(WIDE, HIGH)
    made, here = prepared(regions, label=label), zones(regions)
    shown = filled(made, here, picture)
    again = method_of(
        MethodPolicy("replace", colour=Colour(9, 8, 7)), ReplacePolicy(label=label)
    ).repeat(made.finished().kept)
    numbered = [Zone(str(n), z.frame, z.rect, z.outer) for n, z in enumerate(here)]
    around = Surroundings(lambda: picture, numbered)
    for zone, one in zip(numbered, shown, strict=True):
        assert again.pixels(zone, around).tobytes() == one.tobytes()


def test_what_is_under_seal_is_not_believed() -> None:
    with pytest.raises(VerificationError, match="no drawn heads"):
        method_of(MethodPolicy("replace")).repeat(b"drawn")


@pytest.mark.parametrize(
    ("regions", "reason"),
    [
        (of(Box(0, 40, 60, 8, 10)), SMALL),
        (of(Box(0, 40, 60, 30, 40), zone=True), BY_HAND),
        (of(Box(0, 0, 0, 600, 700)), LARGE),
    ],
)
def test_what_cannot_be_drawn_is_solid_or_refused(regions: Regions, reason: str) -> None:
    made = prepared(regions)
    (shown,) = filled(made, zones(regions), soft(WIDE, HIGH))
    assert (shown == (9, 8, 7)).all()
    done = made.finished()
    assert not done.drawn
    assert any(reason in note for note in done.notes)
    with pytest.raises(RefusedError, match=reason.split(",", maxsplit=1)[0]):
        prepared(regions, fallback="stop")


def test_a_zone_far_larger_than_a_head_is_solid_or_refused() -> None:
    """A zone that reaches down over a body: no head fills it."""
    regions = of(FACES[0])
    (here,) = zones(regions, ZonePolicy(width=4, below=4))
    around = Surroundings(lambda: soft(WIDE, HIGH), [here])
    made = prepared(regions)
    assert (made.filling.pixels(here, around) == (9, 8, 7)).all()
    assert not made.finished().drawn
    with pytest.raises(RefusedError, match="reaches beyond"):
        prepared(regions, fallback="stop").filling.pixels(here, around)


def test_a_track_has_one_head_drawn_at_its_moment() -> None:
    boxes = tuple(Box(n, 40.0 + 5 * n, 60, 30 + 2 * n, 40 + 2 * n) for n in range(5))
    regions = Regions(Media("a", "", "video", WIDE, HIGH, 5), (Track("t1", boxes),))
    made = prepared(regions)
    assert made.beforehand is not None
    assert set(made.beforehand.frames) == {2}
    by_frame = [[zone for zone in zones(regions) if zone.frame == n] for n in range(5)]
    around = Surroundings(lambda: soft(WIDE, HIGH), by_frame[2])
    made.beforehand.see(by_frame[2], around)
    seen = made.finished()
    assert set(seen.drawn) == {"t1"}
    for n in range(5):
        filled(made, by_frame[n], soft(WIDE, HIGH, n))
    first, last = (KeptHeads.from_bytes(done.kept) for done in (seen, made.finished()))
    assert [h.to_bytes() for h in first.heads] == [h.to_bytes() for h in last.heads]
    assert len(last.heads) == 1


def test_a_court_turns_a_head_as_it_was_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a video, two heads that turn, and one that is solid."""
    now = [0]

    def pictures(frames: Collection[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        for now[0] in sorted(frames):
            yield now[0], soft(WIDE, HIGH)

    monkeypatch.setattr(turning, "points_in", lambda picture, box: box)
    monkeypatch.setattr(turning, "pose_of", lambda box: Pose((box.x - 100) / 4 + now[0]))
    faces = ((40, 60, 30), (140, 150, 26), (20, 200, 8))
    media = Media("a", "", "video", WIDE, HIGH, 30)
    tracks = [
        Track(f"t{i}", tuple(Box(n, x, y, w, w * 1.4) for n in range(30)))
        for i, (x, y, w) in enumerate(faces)
    ]
    regions = Regions(media, tuple(tracks))
    made = prepared(regions, pictures=pictures)
    again = None
    shown: dict[tuple[str, int], bytes] = {}
    for _ in range(2):
        for n in range(0, 30, 7):
            here = [zone for zone in zones(regions) if zone.frame == n]
            here = [
                replace(zone, track=zone.track.lstrip("t") if again else zone.track)
                for zone in here
            ]
            around = Surroundings(lambda: soft(WIDE, HIGH), here)
            for i, zone in enumerate(here):
                found = (again or made.filling).pixels(zone, around).tobytes()
                assert shown.setdefault((str(i), n), found) == found
        kept = KeptHeads.from_bytes(made.finished().kept)
        again = method_of(MethodPolicy("replace", colour=Colour(9, 8, 7))).repeat(kept.to_bytes())
    assert len(kept.heads) > 6
    assert len({shown["0", n] for n in range(0, 30, 7)}) == 5


@pytest.mark.parametrize("asked", [{"age": "old"}, {"expression": "keep"}, {"hair": "none"}])
def test_what_the_network_cannot_draw_is_refused(asked: dict[str, str]) -> None:
    own = method_of(MethodPolicy("replace"), ReplacePolicy(**asked))  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="cannot be asked for"):
        own.check()


def test_without_a_network_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFACE_MODELS", "/nowhere")
    monkeypatch.setattr(model, "CARRIED", "none")
    generator.cache_clear()
    with pytest.raises(RefusedError, match="no network that draws") as caught:
        method_of(MethodPolicy("replace")).check()
    assert caught.value.exit_code == 2


def test_a_head_is_turned_as_the_one_it_covers(monkeypatch: pytest.MonkeyPatch) -> None:
    regions, grey = of(FACES[0]), np.full((HIGH, WIDE, 3), 90, np.uint8)
    ahead = filled(prepared(regions), zones(regions), grey)[0]
    monkeypatch.setattr(turning, "points_in", lambda picture, box: LEANING)
    leaning = filled(prepared(regions), zones(regions), grey)[0]
    assert (ahead != leaning).any()


def test_a_head_that_is_turned_away_is_solid_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "pose_of", lambda points: Pose(yaw=75))
    monkeypatch.setattr(turning, "points_in", lambda picture, box: LEANING)
    regions = of(FACES[0])
    made = prepared(regions)
    assert (filled(made, zones(regions), soft(WIDE, HIGH))[0] == (9, 8, 7)).all()
    assert any(FAR in note for note in made.finished().notes)
    with pytest.raises(RefusedError, match="turned farther"):
        prepared(regions, fallback="stop")
