import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import RefusedError
from efface.regions import Box, Media, Page, Regions, Track

MEDIA = Media("a.jpg", "0" * 64, "image", 640, 480, 3, pages=(Page(2, 100, 50),))

numbers = st.floats(-1e5, 1e5).map(lambda v: round(v, 2))
sizes = st.floats(0.01, 1e5).map(lambda v: round(v, 2))
boxes = st.builds(
    Box,
    st.integers(0, 2),
    numbers,
    numbers,
    sizes,
    sizes,
    st.none() | st.floats(0, 1).map(lambda v: round(v, 4)),
    st.none() | st.integers(-(2**40), 2**40),
)
tracks = st.lists(
    st.builds(
        Track,
        st.just("t"),
        st.lists(boxes, min_size=1, max_size=3).map(tuple),
        st.sampled_from(["detector", "person"]),
        st.sampled_from(["redact", "keep"]),
        st.sampled_from([None, "box", "rounded"]),
        st.booleans(),
        st.booleans(),
        st.none() | st.text(max_size=5),
    ),
    max_size=4,
).map(lambda found: tuple(replace(t, id=f"t{n}") for n, t in enumerate(found)))


@given(tracks)
def test_a_document_survives_the_round_trip(found: tuple[Track, ...]) -> None:
    regions = Regions(MEDIA, found)
    assert Regions.from_json(json.loads(json.dumps(regions.to_json()))) == regions


def test_doubtful_places_survive_it_too_and_have_names_of_their_own() -> None:
    doubts = (Box(1, 5, 6, 7, 8, 0.41), Box(0, 1, 2, 3, 4, 0.3))
    regions = Regions(MEDIA, (), doubts)
    assert Regions.from_json(json.loads(json.dumps(regions.to_json()))) == regions
    assert [(track.id, track.boxes) for track in regions.doubts()] == [
        ("d1", doubts[:1]),
        ("d2", doubts[1:]),
    ]
    assert "doubtful" not in Regions(MEDIA).to_json()


def test_a_doubtful_place_in_no_frame_is_refused() -> None:
    wrong = Regions(MEDIA, (), (Box(2, 5, 6, 7, 8),)).to_json()
    wrong["doubtful"][0]["frame"] = 3
    with pytest.raises(RefusedError, match="frame 3"):
        Regions.from_json(wrong)


def document() -> dict[str, object]:
    box = {"frame": 0, "pts": None, "box": [1.0, 2.0, 3.0, 4.0], "score": 0.5}
    return {
        "schema": "efface.regions/1",
        "media": {
            "file": "a.jpg", "sha256": "0" * 64, "kind": "image", "width": 10, "height": 10,
            "frames": 1, "time_base": None,
        },
        "tracks": [{"id": "t1", "source": "detector", "boxes": [box]}],
    }  # fmt: skip


BAD = {
    "schema": {"schema": "efface.regions/2"},
    "no media": {"media": None},
    "width 0": {"media": {**document()["media"], "width": 0}},  # type: ignore[dict-item]
    "kind": {"media": {**document()["media"], "kind": "sound"}},  # type: ignore[dict-item]
    "tracks no list": {"tracks": {}},
    "no boxes": {"tracks": [{"id": "t1", "boxes": []}]},
    "id twice": {"tracks": [{"id": "t1", "boxes": [{"box": [1, 1, 1, 1]}]}] * 2},
    "action": {"tracks": [{"id": "t1", "action": "blur", "boxes": [{"box": [1, 1, 1, 1]}]}]},
    "misspelt key": {"tracks": [{"id": "t1", "acton": "keep", "boxes": [{"box": [1, 1, 1, 1]}]}]},
    "three numbers": {"tracks": [{"id": "t1", "boxes": [{"box": [1, 1, 1]}]}]},
    "no width": {"tracks": [{"id": "t1", "boxes": [{"box": [1, 1, 0, 1]}]}]},
    "not a number": {"tracks": [{"id": "t1", "boxes": [{"box": [1, 1, "2", 1]}]}]},
    "infinite": {"tracks": [{"id": "t1", "boxes": [{"box": [1, 1, float("inf"), 1]}]}]},
    "frame beyond": {"tracks": [{"id": "t1", "boxes": [{"frame": 1, "box": [1, 1, 1, 1]}]}]},
    "huge": {"tracks": [{"id": "t1", "boxes": [{"box": [0, 0, 1e308, 1e308]}]}]},
    "huge whole number": {"tracks": [{"id": "t1", "boxes": [{"box": [0, 0, 10**400, 1]}]}]},
    "score": {"tracks": [{"id": "t1", "boxes": [{"box": [1, 1, 1, 1], "score": 5}]}]},
    "score not a number": {
        "tracks": [{"id": "t1", "boxes": [{"box": [1, 1, 1, 1], "score": float("nan")}]}]
    },
    "misspelt page": {
        "media": {**document()["media"], "pages": [{"frame": 0, "with": 3, "height": 1}]}  # type: ignore[dict-item]
    },
    "page beyond": {
        "media": {**document()["media"], "pages": [{"frame": 1, "width": 3, "height": 1}]}  # type: ignore[dict-item]
    },
    "frame below": {"tracks": [{"id": "t1", "boxes": [{"frame": -1, "box": [1, 1, 1, 1]}]}]},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_wrong_document_is_refused(change: dict[str, object]) -> None:
    Regions.from_json(document())
    with pytest.raises(RefusedError):
        Regions.from_json({**document(), **change})


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_a_document_that_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        Regions.from_json(value)


def test_a_box_drawn_by_a_person_needs_neither_frame_nor_score() -> None:
    raw = document()
    raw["tracks"] = [{"id": "mine", "boxes": [{"box": [1, 2, 3, 4]}]}]
    (track,) = Regions.from_json(raw).tracks
    assert track.source == "person"
    assert track.boxes == (Box(0, 1, 2, 3, 4),)


def test_keeping_marks_the_named_tracks_only() -> None:
    two = Regions(MEDIA, tuple(Track(i, (Box(0, 1, 1, 1, 1),)) for i in ("t1", "t2")))
    assert [t.action for t in two.keeping(["t2"]).tracks] == ["redact", "keep"]
    with pytest.raises(RefusedError, match="t9"):
        two.keeping(["t9"])


def test_key_frames_are_interpolated() -> None:
    track = Track("t", (Box(4, 40, 0, 10, 20), Box(0, 0, 0, 10, 10)), interpolate=True)
    assert [(b.frame, b.x, b.height) for b in track.every_box()] == [
        (0, 0, 10), (1, 10, 12.5), (2, 20, 15), (3, 30, 17.5), (4, 40, 20),
    ]  # fmt: skip
    assert len(replace(track, interpolate=False).every_box()) == 2


def test_a_page_states_its_own_size() -> None:
    assert MEDIA.size(0) == (640, 480)
    assert MEDIA.size(2) == (100, 50)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Track("t", (Box(0, 1, 1, 1, 1),), action="Redact"),  # type: ignore[arg-type]
        lambda: Track("t", (Box(0, 1, 1, 1, 1),), shape="oval"),  # type: ignore[arg-type]
        lambda: Track("t", (Box(0, 1, 1, 1, 1),), zone=1),  # type: ignore[arg-type]
        lambda: Track("t", ()),
        lambda: Box(0.5, 1, 1, 1, 1),  # type: ignore[arg-type]
        lambda: Box(0, 1, 1, 1, 1, score=9),
        lambda: Media("a", "", "image", -5, 5),
        lambda: Media("a", "", "picture", 5, 5),  # type: ignore[arg-type]
    ],
    ids=["action", "shape", "flag", "no boxes", "half a frame", "score", "size", "kind"],
)
def test_what_a_document_may_not_say_python_may_not_either(make: Callable[[], object]) -> None:
    """A misspelt action must not leave a face visible."""
    with pytest.raises(ValueError, match=r"expected|boxes"):
        make()


def test_the_name_of_a_file_that_is_no_text_can_be_told() -> None:
    media = Media("caf\udce9.jpg", "a" * 64, "image", 40, 30)
    regions = Regions(media, (Track("t1", (Box(0, 1.005, 2.25, 3.0, 4.0),)),))
    document = json.loads(json.dumps(regions.to_json(exact=True)))
    assert Regions.from_json(document) == regions
