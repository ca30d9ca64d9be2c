"""When something goes wrong the pack is as it was, and nothing is released."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evidence.signers import NOW
from tests.workflow.evidence.cases import LATER, Case, failing, key_pair, redact, when

from efface.errors import EffaceError, OutputError, RefusedError
from efface.evidence.contents import committed
from efface.evidence.custody.entry import Action
from efface.evidence.pack import layout
from efface.files import durable
from efface.files.lock import locked
from efface.policy import Limits
from efface.workflow.seal import Request, seal_original


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_clock_that_was_set_back(png: Case, tmp_path: Path) -> None:
    before = state(png.pack_folder)
    with pytest.raises(RefusedError, match="set back"):
        redact(png, tmp_path / "second.png", when(-60))
    assert state(png.pack_folder) == before
    assert not (tmp_path / "second.png").exists()


def test_two_at_once(png: Case, tmp_path: Path) -> None:
    before = state(png.pack_folder)
    with (
        locked(png.pack_folder / layout.PACK),
        pytest.raises(RefusedError, match="somebody else is writing"),
    ):
        redact(png, tmp_path / "second.png")
    with (
        locked(png.pack_folder / layout.LOG),
        pytest.raises(RefusedError, match="somebody else is writing"),
    ):
        redact(png, tmp_path / "second.png")
    assert state(png.pack_folder) == before
    assert not (tmp_path / "second.png").exists()


def full_after(monkeypatch: pytest.MonkeyPatch, writes: int) -> Callable[[], int]:
    """A disk that takes so many small files and no more; says how many were asked of it."""
    asked = 0
    write = durable._write

    def written(path: Path, content: bytes, mode: int) -> None:
        nonlocal asked
        asked += 1
        if asked > writes:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, content, mode)

    monkeypatch.setattr(durable, "_write", written)
    return lambda: asked


def test_a_disk_that_fills_at_any_write_of_a_redaction(
    png: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(png.pack_folder)
    target = tmp_path / "second.png"
    for writes in range(20):
        with monkeypatch.context() as patched:
            full_after(patched, writes)
            try:
                redact(png, target)
            except OutputError as error:
                assert "disk is full" in error.message
                assert state(png.pack_folder) == before, writes
                assert not target.exists()
                continue
        break
    else:
        raise AssertionError("it never became enough")
    assert writes >= 4
    assert failing(png.partner()) == {}
    assert len(png.pack.redactions()) == 2


def test_a_disk_that_fills_at_any_write_of_a_seal(
    png: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new.pack"
    recipient, _ = key_pair()
    request = Request(png.original, target, (recipient,), png.signer, now=NOW)
    before = sorted(path.name for path in tmp_path.iterdir())
    for writes in range(20):
        with monkeypatch.context() as patched:
            full_after(patched, writes)
            try:
                seal_original(request, Limits())
            except OutputError as error:
                assert "disk is full" in error.message
                assert sorted(path.name for path in tmp_path.iterdir()) == before
                continue
        break
    else:
        raise AssertionError("it never became enough")
    assert writes >= 8


def test_a_damaged_log_stops_everything(png: Case, tmp_path: Path) -> None:
    path = png.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes()[:-10])
    before = state(png.pack_folder)
    with pytest.raises(EffaceError) as caught:
        redact(png, tmp_path / "second.png")
    assert caught.value.exit_code == 7
    assert state(png.pack_folder) == before
    assert not (tmp_path / "second.png").exists()


def test_an_entry_of_ones_own(png: Case) -> None:
    png.pack.log().append(Action.CONSENT, {"text": "agreed"}, png.signer, LATER)
    assert failing(png.partner()) == {}


def test_the_original_changes_while_it_is_sealed(
    png: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*args: object) -> object:
        png.original.write_bytes(png.original.read_bytes() + b"more")
        return committed(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("efface.workflow.seal.committed", meanwhile)
    recipient, _ = key_pair()
    target = tmp_path / "new.pack"
    with pytest.raises(RefusedError, match="changed while"):
        seal_original(Request(png.original, target, (recipient,), png.signer, now=NOW), Limits())
    assert not target.exists()
