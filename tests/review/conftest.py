"""The app over a folder, asked in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from efface.api.policies import Policy
from efface.api.redaction import job
from efface.review.app import app_for
from efface.review.desk import Desk
from efface.review.security import Guard
from efface.review.store import Store

PORT = 40001
ORIGIN = f"http://127.0.0.1:{PORT}"


class Page:
    """A browser's page: it has the cookie, and says where it is from."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.guard: Guard = app_for(desk, PORT)
        self.client = TestClient(self.guard, base_url=ORIGIN, headers={"origin": ORIGIN})

    def open(self) -> Page:
        """Exchange the token for the cookie."""
        assert self.client.get(self.guard.address).status_code == 200
        return self

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def only(self) -> Any:
        """The one file that is open."""
        (file,) = self.get("/api/desk")["files"]
        return self.get(f"/api/files/{file['id']}")

    def decide(self, state: Any, revision: int | None = None, **changed: object) -> Any:
        """Send decisions; returns the answer."""
        asked = state["summary"]["revision"] if revision is None else revision
        return self.client.put(
            f"/api/files/{state['summary']['id']}/decisions",
            json=state["decisions"] | changed,
            headers={"if-match": f'"{asked}"'},
        )

    def release(self, state: Any, *accept: str) -> Any:
        """Release a file; returns the answer."""
        return self.client.post(
            f"/api/files/{state['summary']['id']}/release",
            json={"revision": state["summary"]["revision"], "accept": accept},
        )


Opened = Callable[..., Page]


@pytest.fixture
def opened(state: Path) -> Opened:
    """Open files, look for faces in all of them, and be a page that may ask."""

    def open_(
        *inputs: Path,
        policy: Policy | None = None,
        before: Callable[[Desk], None] = lambda desk: None,
    ) -> Page:
        store = Store(state.parent / "reviews")
        desk = Desk(job(inputs, policy=policy or Policy()), inputs, store)
        before(desk)
        desk.work()
        return Page(desk).open()

    return open_


@pytest.fixture
def folder(tmp_path: Path, photo: Path) -> Iterator[Path]:
    """Two photos, one in a folder below, and a text."""
    place = tmp_path / "opened"
    (place / "inner").mkdir(parents=True)
    shutil.copy(photo, place / "a.jpg")
    shutil.copy(photo, place / "inner" / "b.jpg")
    (place / "notes.txt").write_text("nothing to look at")
    yield place
