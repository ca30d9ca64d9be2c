"""The published schemas: valid themselves, and of one mind with what efface reads and writes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import efface
from efface.api.schemas import DOCUMENTS, schema
from efface.cli.main import cli
from efface.detect.interface import Detection
from efface.errors import EffaceError, RefusedError
from efface.geometry import Grid, Rect
from efface.media.interface import Fidelity
from efface.media.trace import Trace
from efface.media.video.interface import VideoFidelity
from efface.policy import Policy
from efface.regions import Box, Media, Page, Regions, Track
from efface.regions.choices import Keep, Span
from efface.regions.documents import regions_document
from efface.workflow.redact.counts import Counts
from efface.workflow.redact.records import details_of
from efface.workflow.redact.report import FileReport, Report, Rescan
from efface.workflow.redact.report_form import VideoSummary
from efface.zones.extent import CoveredShare
from efface.zones.zone import Zone


def judge(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemas_are_schemas(name: str) -> None:
    found = schema(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["title"] == DOCUMENTS[name].title
    jsonschema.Draft202012Validator.check_schema(found)


def test_the_command_prints_them_and_lists_them() -> None:
    listed = CliRunner().invoke(cli, ["schema"])
    assert [line.split()[0] for line in listed.output.splitlines()] == list(DOCUMENTS)
    printed = CliRunner().invoke(cli, ["schema", "regions"])
    assert json.loads(printed.output) == schema("regions")
    with pytest.raises(RefusedError, match="regions, policy"):
        schema("region")


BOX = {"box": [1, 2, 3, 4]}
MEDIA = {"file": "a.jpg", "sha256": "0", "kind": "image", "width": 10, "height": 10}
REGIONS = {
    "schema": "efface.regions/1", "media": MEDIA, "tracks": [{"id": "t1", "boxes": [BOX]}],
}  # fmt: skip


def box(**changes: object) -> dict[str, Any]:
    return {**REGIONS, "tracks": [{"id": "t1", "boxes": [{**BOX, **changes}]}]}


REFUSED: dict[str, list[Any]] = {
    "regions": [
        None, [], {}, {"schema": "efface.regions/2"}, {**REGIONS, "track": []},
        {**REGIONS, "media": {}}, {**REGIONS, "media": {**MEDIA, "width": 0}},
        {**REGIONS, "media": {**MEDIA, "kind": "sound"}}, {**REGIONS, "tracks": None},
        {**REGIONS, "tracks": [{"id": "t1", "boxes": []}]},
        {**REGIONS, "tracks": [{"id": 1, "boxes": [BOX]}]},
        {**REGIONS, "tracks": [{"id": "t1", "acton": "keep", "boxes": [BOX]}]},
        {**REGIONS, "tracks": [{"id": "t1", "action": None, "boxes": [BOX]}]},
        box(frame=-1), box(frame=0.5), box(frame="0"), box(frame=True), box(box=[1, 2, 3]),
        box(box=[1, 2, 0, 4]), box(box=[1, 2, "3", 4]), box(box=[1e8, 2, 3, 4]), box(score=1.01),
        box(pts="0"), box(other=1),
    ],
    "policy": [
        None, {}, {"schema": "efface.policy/1", "zone": {}},
        {"schema": "efface.policy/1", "zones": {"with": 2}},
        {"schema": "efface.policy/1", "zones": {"width": 0.9}},
        {"schema": "efface.policy/1", "zones": {"width": "2"}},
        {"schema": "efface.policy/1", "method": {"colour": "black"}},
        {"schema": "efface.policy/1", "rescan": {"threshold": 1}},
        {"schema": "efface.policy/1", "rescan": {"enabled": 1}},
        {"schema": "efface.policy/1", "limits": {"max_frames": 0}},
        {"schema": "efface.policy/1", "video": {"track": 1001}},
    ],
}  # fmt: skip
READERS: dict[str, Callable[[object], object]] = {
    "regions": Regions.from_json, "policy": Policy.from_json,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "document"), [(name, one) for name, several in REFUSED.items() for one in several]
)
def test_what_is_refused_for_its_form_the_schema_refuses(name: str, document: object) -> None:
    with pytest.raises(EffaceError):
        READERS[name](document)
    assert not judge(name).is_valid(document)


def test_what_is_taken_the_schema_takes() -> None:
    assert Regions.from_json(REGIONS)
    judge("regions").validate(REGIONS)
    judge("policy").validate({"schema": "efface.policy/1", "zones": {"width": 2}})


def test_regions_and_policies_follow_their_schemas() -> None:
    media = Media("a.jpg", "0" * 64, "image", 640, 480, 3, pages=(Page(2, 100, 50),))
    boxes = (Box(0, -1, 2, 3, 4, 0.5, 7),)
    whole = Track("t1", boxes, "person", "keep", "rounded", True, True, "note")
    regions = Regions(media, (whole, Track("t2", boxes)), boxes)
    judge("regions").validate(regions.to_json())
    failed = [RefusedError("no", hint="yes")]
    judge("regions").validate(regions_document([regions], failed, single=False))
    judge("policy").validate(Policy().to_json())


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(list(REGIONS) + list(MEDIA) + ["id", "boxes"]), inner)
    ),
    max_leaves=8,
)


@given(values, st.sampled_from(["document", "media", "tracks", "track", "box"]))
def test_any_json_is_regions_or_refused_in_words(value: Any, where: str) -> None:
    document = {
        "document": value,
        "media": {**REGIONS, "media": value},
        "tracks": {**REGIONS, "tracks": value},
        "track": {**REGIONS, "tracks": [value]},
        "box": box(box=value),
    }[where]
    try:
        regions = Regions.from_json(document)
    except RefusedError as error:
        places = {
            "document": "",
            "media": "media",
            "tracks": "track",
            "track": "track",
            "box": "box",
        }
        assert places[where] in error.message
    else:
        assert Regions.from_json(json.loads(json.dumps(regions.to_json()))).media == regions.media
        judge("regions").validate(document)


ROOT = Path(efface.__file__).parent


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *(("card", path) for path in sorted((ROOT / "weights").glob("*.card.toml"))),
        ("calibration", ROOT / "attack" / "calibration.toml"),
        ("map", ROOT / "advise" / "map.toml"),
        ("measured", ROOT / "report" / "evidence" / "measured.toml"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_efface_carries_follows_its_schema(name: str, path: Path) -> None:
    judge(name).validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_reports_and_details_follow_their_schemas() -> None:
    counts = Counts(2, (Keep("t1"), Keep("t2", Span(1.0, float("inf")))), 1)
    video = VideoSummary(
        "x264", 3, 1, {"full": 3}, 0, 0.5, 0, 0, VideoFidelity(3, 1, None, None, None)
    )
    trace = Trace("gps", "APP1", "a place", "locates", 12)
    zone = Zone("t1", 0, Rect(0, 0, 8, 8), Rect(0, 0, 8, 8), "box", Grid(1, 1, 0, 0), 0, 0)
    seen = Rescan("YuNet", 0.75, ((0, Detection(1, 2, 3, 4, 0.9)),), 3)
    file = FileReport(
        Path("a.mp4"), Path("b.mp4"), "redacted", 0, counts=counts, covered=CoveredShare(0.1, 0.2),
        doubtful=(Box(0, 1, 2, 3, 4),), kept=("t1",), zones=(zone,), recall="high", rescan=seen,
        fidelity=Fidelity(True), video=video, dropped=(trace,), beside=(trace,), notes=("note",),
        cpu_seconds={"read": 0.1},
    )  # fmt: skip
    judge("report").validate(file.to_json())
    judge("report").validate(Report((file,), ("policy.toml",)).to_json())
    judge("details").validate(details_of(file))
    judge("error").validate(RefusedError("no").to_json())
