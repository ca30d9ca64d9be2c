"""A power cut between any two writes: no acknowledged entry is lost, and no half entry is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.custody.logs import DESK, checked, log, written, wrong
from tests.evidence.signers import NOW

from efface.evidence.custody.entry import Action
from efface.evidence.custody.log import Log
from efface.files.durable import replace_durably

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks, and POSIX's calls")


def test_a_process_killed_at_any_call_leaves_a_whole_log(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.evidence.custody.killing", tmp_path],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    deaths = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(death["died"] for death in deaths) > 60
    assert sum(not death["died"] for death in deaths) == 3
    seen = set()
    for death in deaths:
        case = tmp_path / death["case"]
        made = log(case)
        kept = len(made.entries) - 1
        assert kept - death["acknowledged"] in (0, 1), death
        assert wrong(checked(case)) == {}, death
        made.append(Action.NOTE, {"after": "all"}, DESK)
        assert wrong(checked(case)) == {}, death
        seen.add((kept, death["acknowledged"]))
    assert seen == {(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)}


@dataclass
class Disk:
    """What a disk may hold after a power cut, by POSIX: content lasts once the file was synced, and
    names once the folder was; what was not may be there or not, and in any part."""

    content: dict[str, bytes] = field(default_factory=dict)
    """By name, as programs see it."""
    synced: dict[str, bytes] = field(default_factory=dict)
    """By name: what is there for sure of a file, if its name is."""
    names: dict[str, str] = field(default_factory=dict)
    """Renames that the folder's sync has not confirmed yet: new name to old."""
    lasting: bytes = b""
    """The log's content that lasts for sure."""

    def states(self, log_name: str) -> Iterator[bytes]:
        """All contents that the log may have after a cut now."""
        yield self.lasting
        if log_name in self.names:
            whole, sure = self.content[log_name], self.synced.get(log_name, b"")
            yield from (whole,) if sure == whole else (whole[:n] for n in range(len(whole) + 1))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Follows what is done to the log's folder, and keeps every state that a cut could leave."""
    made = Disk()
    opened: dict[int, str] = {}
    real = {name: getattr(os, name) for name in ("open", "write", "fsync", "replace")}

    def open_(path: Any, *args: Any, **kwargs: Any) -> int:
        handle: int = real["open"](path, *args, **kwargs)
        opened[handle] = os.fspath(path)
        return handle

    def write(handle: int, data: Any) -> int:
        size: int = real["write"](handle, bytes(data)[:50])  # as a disk may, a part only
        name = opened[handle]
        made.content[name] = made.content.get(name, b"") + bytes(data)[:size]
        return size

    def fsync(handle: int) -> None:
        real["fsync"](handle)
        name = opened[handle]
        if Path(name).is_dir():
            for new in made.names:
                made.lasting = made.content[new]
            made.names.clear()
        else:
            made.synced[name] = made.content[name]

    def replace(old: Any, new: Any) -> None:
        real["replace"](old, new)
        source, target = os.fspath(old), os.fspath(new)
        made.content[target] = made.content.pop(source)
        made.synced[target] = made.synced.pop(source, b"")
        if target.endswith("log.jsonl"):
            made.names[target] = source
            STATES.extend(made.states(target))

    for name, fake in (("open", open_), ("write", write), ("fsync", fsync), ("replace", replace)):
        monkeypatch.setattr(os, name, fake)
    STATES.clear()
    return made


STATES: list[bytes] = []
"""What the log may be after a cut."""


def test_a_cut_leaves_the_old_log_or_the_new(tmp_path: Path, disk: Disk) -> None:
    """A kill leaves what the system had not written yet; a power cut does not."""
    made = log(tmp_path)
    before = b""
    for _ in range(3):
        disk.lasting = before
        made.append(Action.NOTE, {}, DESK, NOW)
        after = made.path.read_bytes()
        assert set(STATES) == {before, after}
        assert disk.lasting == after, "acknowledged before it was sure to last"
        assert not disk.names
        STATES.clear()
        before = after


def test_the_order_of_calls_is_write_sync_rename_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    for name in ("write", "fsync", "replace"):
        real = getattr(os, name)

        def noted(*args: Any, name: str = name, real: Any = real) -> Any:
            calls.append(name)
            return real(*args)

        monkeypatch.setattr(os, name, noted)
    replace_durably(tmp_path / "a", b"content")
    assert calls == ["write", "fsync", "replace", "fsync"]


def test_the_model_of_the_disk_finds_a_missing_sync(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail."""
    written_with_sync: Log = written(tmp_path, 1)
    STATES.clear()
    disk.lasting = written_with_sync.path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    written_with_sync.append(Action.NOTE, {}, DESK, NOW)
    assert len(set(STATES)) > 100
    assert disk.lasting != written_with_sync.path.read_bytes()
