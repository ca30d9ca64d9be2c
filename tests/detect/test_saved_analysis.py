"""What an analysis has seen survives an interruption, and nothing else is taken for it."""

from __future__ import annotations

import errno
import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from efface.detect import saved_analysis as observations
from efface.detect.saved_analysis import Observations
from efface.detect.tracking.interface import Look, SeenFrame

SHA = "ab" * 32

looks = st.sampled_from(["light", "full", "deep"])
rows = st.lists(
    st.tuples(
        st.floats(-50, 4000),
        st.floats(-50, 4000),
        st.floats(1, 4000),
        st.floats(1, 4000),
        st.floats(0, 1),
    ),
    max_size=4,
)


def seen(frame: int, *boxes: tuple[float, ...], look: Look = "light", deep: int = 0) -> SeenFrame:
    return SeenFrame(frame, frame * 40, look, np.array(boxes, float).reshape(-1, 5), deep)


def plain(look: SeenFrame) -> tuple[object, ...]:
    return look.frame, look.pts, look.look, look.deep, look.boxes.tolist()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "a.jsonl"


def kept(place: Path) -> Observations:
    return Observations(place, SHA, "default")


def written(place: Path, *what: SeenFrame) -> None:
    file = kept(place)
    file.resume()
    for look in what:
        file.add(look)
    file.close()


ONE, TWO, THREE = seen(0, (1, 2, 3, 4, 0.5), look="deep", deep=1), seen(3), seen(7, (5, 6, 7, 8, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(looks, rows), max_size=5))
def test_what_was_seen_comes_back(
    tmp_path: Path, what: list[tuple[Look, list[tuple[float, ...]]]]
) -> None:
    place = tmp_path / "a.jsonl"
    place.unlink(missing_ok=True)
    whole = []
    for frame, (look, boxes) in enumerate(what):
        rounded = [tuple(round(v, 3) for v in box) for box in boxes]
        whole.append(seen(2 * frame, *rounded, look=look, deep=len(boxes) // 2))
    written(place, *whole)
    assert [plain(look) for look in kept(place).known()] == [plain(look) for look in whole]


def test_frames_that_were_not_looked_at_are_not_kept(place: Path) -> None:
    written(place, ONE, seen(1, look="none"), TWO)
    assert [look.frame for look in kept(place).known()] == [0, 3]


def test_a_second_run_appends_what_is_new_and_nothing_twice(place: Path) -> None:
    written(place, ONE, TWO)
    file = kept(place)
    assert file.resume() == 2
    for look in (ONE, seen(1, (9, 9, 9, 9, 0.9)), TWO, THREE):
        file.add(look)
    file.close()
    assert [plain(look) for look in kept(place).known()] == [plain(k) for k in (ONE, TWO, THREE)]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_was_cut_off_is_left_out_and_overwritten(place: Path, cut: int) -> None:
    written(place, ONE, TWO, THREE)
    place.write_bytes(place.read_bytes()[:-cut])
    known = [look.frame for look in kept(place).known()]
    assert known == [0, 3, 7][: len(known)]
    assert len(known) < 3
    written(place, THREE)
    assert [look.frame for look in kept(place).known()] == [*known, 7]


@pytest.mark.parametrize(
    "other",
    [
        lambda place: Observations(place, "cd" * 32, "default"),
        lambda place: Observations(place, SHA, "high"),
    ],
)
def test_what_another_file_or_setting_saw_is_not_used(place: Path, other: object) -> None:
    written(place, ONE)
    assert callable(other)
    assert list(other(place).known()) == []
    assert other(place).resume() == 0


def test_what_another_version_saw_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(place, ONE)
    monkeypatch.setattr(observations, "__version__", "0.0.1")
    assert list(kept(place).known()) == []


def head() -> str:
    return json.dumps({**kept(Path("x"))._head, "file": "a.mp4"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                [
                    '[0, 0, "deep", 9, []]',
                    '[0, 0, "deep", -1, [[1, 2, 3, 4, 0.5]]]',
                    '[0, 0, "none", 0, []]',
                    '[0, 0, "full", 0, [[1, 2, 3, 4]]]',
                    '[0, 0, "full", 0, [[1, 2, 3, 4, NaN]]]',
                    '[0, 0, "full", 0, [[1, 2, 0, 4, 0.5]]]',
                    '[0, 0, "full", 0, [[1, 2, 3, -4, 0.5]]]',
                    '[0, 0, "full", 0, [[1, 2, 3, 4, 2.5]]]',
                    '[0, 0, "full", 0, [[1, 2, 3, 4, 1e999]]]',
                    f'[0, 0, "full", 0, [[1, 2, 3, {10**400}, 0.5]]]',
                    '[0, 0, "full", 0, [["a", 2, 3, 4, 0.5]]]',
                    '[0, 0, "full", 0, {}]',
                    "[" * 100_000,
                ]
            ),
        ),
        max_size=3,
    )
)
def test_lines_that_are_damaged_are_never_taken_for_sights(
    tmp_path: Path, lines: list[str]
) -> None:
    place = tmp_path / "a.jsonl"
    place.write_text("\n".join([head(), *lines]) + "\n", encoding="utf-8", errors="replace")
    assert list(kept(place).known()) == []


def test_bytes_that_are_no_text_are_ignored(place: Path) -> None:
    place.write_bytes(head().encode() + b"\n\xff\xfe\n")
    assert list(kept(place).known()) == []


def test_a_file_that_is_gone_or_cannot_be_read_is_ignored(place: Path) -> None:
    assert list(kept(place).known()) == []
    place.mkdir()
    assert list(kept(place).known()) == []


def test_a_place_that_cannot_be_written_costs_no_run(place: Path) -> None:
    place.mkdir()
    file = kept(place)
    with file.held():
        assert file.resume() == 0
        file.add(ONE)
        file.writing(place.with_name(f".efface-{'0a' * 8}.mp4"))
        file.close()
    assert file.trouble is not None and str(place.parent) in file.trouble


def test_a_full_disk_costs_no_run_and_is_said(place: Path) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "no space left")

        close = flush

    file = kept(place)
    file.resume()
    file._out = Full()
    file.add(ONE)
    file.add(THREE)
    file.close()
    assert file.trouble is not None and "no space left" in file.trouble


def test_one_run_at_a_time_keeps_what_it_sees(place: Path) -> None:
    first, second = kept(place), kept(place)
    with first.held(), second.held():
        assert first.trouble is None
        assert second.trouble is not None
        second.resume()
        second.remove()
        written(place, ONE)
        assert list(second.known()) == []
    assert place.exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    place = tmp_path / "analyses" / "a.jsonl"
    file = kept(place)
    with file.held():
        file.resume()
        file.close()
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700


def test_frames_out_of_order_end_what_is_known(place: Path) -> None:
    written(place, ONE, THREE)
    with place.open("a", encoding="utf-8") as file:
        file.write('[3, 120, "light", 0, []]\n')
    assert [look.frame for look in kept(place).known()] == [0, 7]


def test_it_is_gone_once_the_output_was_released(place: Path) -> None:
    written(place, ONE)
    kept(place).remove()
    assert list(place.parent.iterdir()) == []
    kept(place).remove()


def test_what_a_killed_run_left_is_cleared_away_and_nothing_else(place: Path) -> None:
    out = place.with_name("public")
    out.mkdir()
    left = out / f".efface-{'0a' * 8}.mp4"
    others = [out / name for name in ("holiday.mp4", ".efface-notes.mp4")]
    for path in (left, *others):
        path.write_bytes(b"x")
    kept = Observations(place, SHA, "default")
    for path in (left, *others):
        kept.writing(path)
    Observations(place, SHA, "default").clear_unfinished()
    assert not left.exists()
    assert all(path.exists() for path in others)
