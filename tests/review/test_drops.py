"""Files that are dropped into the page: copied, reviewed, handed back, and gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.conftest import Page

from efface import detect
from efface.api.policies import Policy
from efface.api.redaction import no_files_yet
from efface.errors import OutputError, RefusedError
from efface.review import drops as module
from efface.review.desk import Desk
from efface.review.drops import Drops, _safe, dropping
from efface.review.store import Store

STREAM = {"content-type": "application/octet-stream"}


async def parts(*content: bytes) -> AsyncIterator[bytes]:
    for part in content:
        yield part


def taken(drops: Drops, name: str, *content: bytes) -> Path:
    async def work() -> Path:
        return await drops.take(name, parts(*content))

    return anyio.run(work)


def drop(page: Page, name: str, content: bytes) -> Any:
    answer = page.client.post(
        "/api/uploads", params={"name": name}, content=content, headers=STREAM
    )
    page.desk.rest()
    return answer


def test_a_photo_is_dropped_released_and_gone(photo: Path, state: Path, tmp_path: Path) -> None:
    with dropping(tmp_path / "dropped") as drops:
        desk = Desk(no_files_yet(Policy()), (), Store(state.parent / "reviews"), drops)
        page = Page(desk).open()
        told = page.get("/api/desk")
        assert (told["files"], told["title"], told["droppable_bytes"]) == ([], "", 8 << 30)
        assert drop(page, "../../me.jpg", photo.read_bytes()).status_code == 200
        one = page.only()
        assert (one["summary"]["name"], one["summary"]["dropped"]) == ("me.jpg", True)
        where = f"/api/files/{one['summary']['id']}/result"
        assert page.client.get(where).status_code == 404
        assert page.release(one).json()["exit_code"] == 0
        answer = page.client.get(where)
        assert 'filename="me.effaced.jpg"' in answer.headers["content-disposition"]
        got = tmp_path / "got.jpg"
        got.write_bytes(answer.content)
        assert not detect(got).tracks
        assert {path.stat().st_mode & 0o077 for path in drops.folder.rglob("*.jpg")} <= {0, 0o044}
        assert drops.folder.stat().st_mode & 0o077 == 0
    assert list((tmp_path / "dropped").iterdir()) == []
    assert list(tmp_path.rglob("me*")) == []


def test_what_lies_elsewhere_is_not_handed_out(photo: Path, state: Path, tmp_path: Path) -> None:
    from efface.api.redaction import job  # noqa: PLC0415

    with dropping(tmp_path / "dropped") as drops:
        desk = Desk(job([photo]), [photo], Store(state.parent / "reviews"), drops)
        desk.work()
        page = Page(desk).open()
        page.release(page.only())
        assert (
            page.client.get(f"/api/files/{page.only()['summary']['id']}/result").status_code == 404
        )


def test_what_is_not_asked_for_is_not_taken(state: Path, tmp_path: Path) -> None:
    desk = Desk(no_files_yet(Policy()), (), Store(state.parent / "reviews"))
    page = Page(desk).open()
    assert drop(page, "a.jpg", b"x").status_code == 409
    assert page.client.post("/api/uploads", json={}).status_code == 409
    foreign = {"origin": "http://127.0.0.1:1"}
    assert page.client.post("/api/uploads", content=b"x", headers=foreign).status_code == 403


def test_a_file_is_bounded_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    with dropping(tmp_path) as drops:
        assert taken(drops, "a.jpg", b"12345", b"67890").read_bytes() == b"1234567890"
        with pytest.raises(RefusedError, match="larger"):
            taken(drops, "b.jpg", b"12345", b"678901")
        assert len(list(drops.folder.iterdir())) == 1
        drops.folder.rename(tmp_path / "away")
        with pytest.raises(OutputError, match="copied"):
            taken(drops, "c.jpg", b"1")


def test_what_a_killed_run_left_goes_and_a_living_one_stays(tmp_path: Path) -> None:
    left = tmp_path / "0123456789abcdef"
    left.mkdir()
    (left / "face.jpg").write_bytes(b"x")
    with dropping(tmp_path) as first:
        assert not left.exists()
        taken(first, "a.jpg", b"1")
        with dropping(tmp_path) as second:
            assert first.folder.exists()
            assert second.folder != first.folder


@given(st.text(max_size=400))
def test_a_name_stays_in_its_folder(name: str) -> None:
    safe = _safe(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('/\\<>:"|?*\0\n')
    assert len(safe) <= 140
    assert Path(safe).name == safe
