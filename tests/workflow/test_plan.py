from pathlib import Path

import pytest

from efface.errors import InputError, RefusedError
from efface.media.sniff import open_photo
from efface.policy import Limits
from efface.workflow.plan import PlannedFile, photos, plan


def touch(path: Path, content: bytes = b"\xff\xd8\xff") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def targets(jobs: tuple[PlannedFile, ...]) -> dict[str, str | None]:
    return {j.source.name: None if j.target is None else j.target.as_posix() for j in jobs}


def test_without_out_the_result_lies_beside_the_input(tmp_path: Path) -> None:
    a = touch(tmp_path / "a.JPG")
    (job,) = plan([a], None)
    assert job.target == tmp_path / "a.effaced.JPG"


def test_one_input_goes_to_the_file_named(tmp_path: Path) -> None:
    a = touch(tmp_path / "a.jpg")
    (job,) = plan([a], tmp_path / "x" / "b.jpg")
    assert job.target == tmp_path / "x" / "b.jpg"


def test_one_input_goes_into_a_folder_that_exists(tmp_path: Path) -> None:
    a = touch(tmp_path / "a.jpg")
    (tmp_path / "out").mkdir()
    (job,) = plan([a], tmp_path / "out")
    assert job.target == tmp_path / "out" / "a.jpg"


def test_a_folder_keeps_its_structure(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.jpg")
    touch(tmp_path / "in" / "deep" / "er" / "b.png")
    touch(tmp_path / "in" / "deep" / "notes.txt", b"hello")
    touch(tmp_path / "in" / "photo-without-ending")
    touch(tmp_path / "in" / "a.xmp", b"<x/>")
    touch(tmp_path / "in" / "clip.mp4", b"")
    jobs = plan([tmp_path / "in"], tmp_path / "out")
    out = (tmp_path / "out").as_posix()
    assert targets(jobs) == {
        "a.jpg": f"{out}/a.jpg",
        "b.png": f"{out}/deep/er/b.png",
        "notes.txt": None,
        "photo-without-ending": f"{out}/photo-without-ending",
        "a.xmp": None,
        "clip.mp4": f"{out}/clip.mp4",
    }
    by_name = {job.source.name: job for job in jobs}
    assert by_name["notes.txt"].skipped
    with pytest.raises(RefusedError, match="video"):
        open_photo(by_name["clip.mp4"].source, Limits())


def test_a_folder_without_out_goes_beside_itself(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.jpg")
    (job,) = plan([tmp_path / "in"], None)
    assert job.target == tmp_path / "in.effaced" / "a.jpg"


def test_an_output_folder_inside_the_input_is_not_an_input(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    touch(tmp_path / "out" / "a.jpg")
    assert [j.source for j in plan([tmp_path], tmp_path / "out")] == [tmp_path / "a.jpg"]


def test_two_inputs_to_one_output_are_refused(tmp_path: Path) -> None:
    a, b = touch(tmp_path / "1" / "a.jpg"), touch(tmp_path / "2" / "a.jpg")
    with pytest.raises(RefusedError, match="both"):
        plan([a, b], tmp_path / "out")


def test_several_inputs_to_a_file_are_refused(tmp_path: Path) -> None:
    a, b, c = (touch(tmp_path / f"{n}.jpg") for n in "abc")
    with pytest.raises(RefusedError, match="several"):
        plan([a, b], c)


def test_an_output_that_is_another_input_is_refused(tmp_path: Path) -> None:
    a, b = touch(tmp_path / "a.jpg"), touch(tmp_path / "b.jpg")
    with pytest.raises(RefusedError, match="overwrite an input"):
        plan([a, b], tmp_path)


def test_linked_folders_are_named_and_not_followed(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.jpg")
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in")
    jobs = {j.source.name: j for j in plan([tmp_path / "in"], tmp_path / "out")}
    assert set(jobs) == {"a.jpg", "round"}
    assert "not followed" in (jobs["round"].skipped or "")


def test_a_pack_is_named_and_not_entered(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.jpg")
    touch(tmp_path / "in" / "a.jpg.pack" / "pack.json", b"{}")
    touch(tmp_path / "in" / "a.jpg.pack" / "sealed" / "original.age", b"age")
    touch(tmp_path / "in" / "holiday.pack" / "b.jpg")
    for jobs in (plan([tmp_path / "in"], tmp_path / "out"), photos([tmp_path / "in"])):
        found = {j.source.name: j.skipped for j in jobs}
        assert set(found) == {"a.jpg", "a.jpg.pack", "b.jpg"}, "a name alone makes no pack"
        assert "a pack of evidence" in (found["a.jpg.pack"] or "")
        assert found["b.jpg"] is None


def test_a_link_that_points_at_itself_does_not_stop_the_plan(tmp_path: Path) -> None:
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    touch(tmp_path / "a.jpg")
    jobs = plan([tmp_path], tmp_path / "out")
    assert {j.source.name for j in jobs} == {"loop.jpg", "a.jpg"}


def test_a_folder_that_cannot_be_listed_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "a.jpg")

    def walk(top: Path, onerror: object) -> object:
        onerror(PermissionError(13, "Permission denied", str(top / "locked")))  # type: ignore[operator]
        yield str(top), [], ["a.jpg"]

    monkeypatch.setattr("os.walk", walk)
    jobs = plan([tmp_path], tmp_path / "out")
    assert [type(j.error) for j in jobs] == [type(None), InputError]


def test_reading_commands_see_the_same_photos(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.jpg")
    touch(tmp_path / "in" / "b.txt", b"text")
    jobs = photos([tmp_path / "in", tmp_path / "in" / "a.jpg"])
    assert [j.source.name for j in jobs if not j.skipped] == ["a.jpg", "a.jpg"]
