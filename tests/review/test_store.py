"""Decisions on disk, whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from efface.regions import Box, Media, Regions, Track
from efface.review.store import Store, name_of

SHA = "0" * 64
NAME = name_of(SHA, Path("a.jpg"))
FOUND = Regions(
    Media("a.jpg", SHA, "image", 4000, 3000),
    tuple(Track(f"t{n}", (Box(0, n, n, 9, 9, 0.5),)) for n in range(400)),
)

WRITER = """
import sys
from pathlib import Path
import msgspec
from efface.review.store import Store
store = Store(Path(sys.argv[1]))
while True:
    kept = store.load(sys.argv[2])
    store.change(
        sys.argv[2], kept.revision,
        lambda there: msgspec.structs.replace(there, checked=not there.checked),
    )
    print(kept.revision + 1, flush=True)
"""


def test_a_writer_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    """What it said was kept is there, or the one after it, which it had no time to say."""
    store = Store(tmp_path)
    store.begin(NAME, FOUND)
    for wait in (0.0, 0.003, 0.007, 0.012):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path, NAME], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        said = int(writer.stdout.readline())
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        said = int(([str(said), *rest.split()])[-1])
        kept = store.load(NAME)
        assert kept is not None
        assert kept.revision in (said, said + 1)
        assert len(kept.regions.tracks) == 400
        store.change(NAME, kept.revision, lambda there: there)


def test_what_is_there_is_not_begun_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin(NAME, FOUND)
    store.change(NAME, 1, lambda there: msgspec.structs.replace(there, checked=True))
    assert store.begin(NAME, FOUND).checked


def test_a_picture_that_was_moved_is_known(tmp_path: Path) -> None:
    """A copy, too; but each is decided on by itself, and released by itself."""
    store = Store(tmp_path)
    store.begin(NAME, FOUND)
    store.change(NAME, 1, lambda there: msgspec.structs.replace(there, checked=True))
    other = name_of(SHA, Path("elsewhere/b.jpg"))
    assert store.load(other) is None
    known = store.inherited(other)
    assert known is not None
    assert (known.checked, known.revision) == (True, 1)
    store.begin(other, known)
    store.change(other, 1, lambda there: msgspec.structs.replace(there, checked=False))
    kept = store.load(NAME)
    assert kept is not None
    assert kept.checked
    assert store.inherited(name_of("1" * 64, Path("a.jpg"))) is None
