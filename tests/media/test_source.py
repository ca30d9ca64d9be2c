"""A file opened once, read from several places, and hashed once."""

from __future__ import annotations

import gc
import hashlib
import os
from pathlib import Path

import pytest
from tests.opens import watching

from efface.errors import InputError
from efface.media.families import PNG
from efface.media.source import HeldSource, Source

DATA = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    out = tmp_path / "a.png"
    out.write_bytes(DATA)
    return out


@pytest.mark.parametrize("pread", [True, False])
def test_readers_keep_places_of_their_own(
    path: Path, pread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not pread:
        monkeypatch.delattr(os, "pread", raising=False)
    with watching() as seen:
        source = Source(path)
        one, other = source.reader(), source.reader()
        one.seek(1000)
        assert other.read(8) == DATA[:8]
        assert one.read(70000) == DATA[1000:71000]
        assert one.seek(-4, os.SEEK_END) == len(DATA) - 4
        assert one.read() == DATA[-4:]
        assert one.read() == b""
        assert other.tell() == 8
        other.seek(100, os.SEEK_CUR)
        assert other.read(4) == DATA[108:112]
        assert source.data() == DATA
        assert (source.size, source.head, source.family) == (len(DATA), DATA[:1024], PNG)
        assert source.sha256 == source.sha256 == hashlib.sha256(DATA).hexdigest()
        with pytest.raises(OSError, match="a place in the file"):
            one.seek(-1)
    assert seen.opened(path) == 1
    assert seen.hashed(path) == 1


def test_it_is_closed_with_the_last_that_holds_it(path: Path) -> None:
    source = Source(path)
    closing = source._closing
    reader = source.reader()
    del source
    gc.collect()
    assert closing.alive
    assert reader.read(4) == DATA[:4]
    del reader
    gc.collect()
    assert not closing.alive
    source = Source(path)
    source.close()
    source.close()
    with pytest.raises(InputError, match="cannot be read"):
        source.data()


def test_a_file_that_changes_meanwhile_is_refused(path: Path, tmp_path: Path) -> None:
    source = Source(path)
    source.check_unchanged()
    (tmp_path / "other").write_bytes(DATA)
    (tmp_path / "other").replace(path)
    with pytest.raises(InputError, match="changed while it was worked on"):
        source.check_unchanged()
    assert source.data() == DATA  # what was opened is still there, whole
    source = Source(path)
    with path.open("ab") as file:
        file.write(b"more")
    for read in (source.data, lambda: source.sha256, source.check_unchanged):
        with pytest.raises(InputError, match="changed while it was worked on"):
            read()
    source = Source(path)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        source.check_unchanged()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder, not a file"):
        Source(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        Source(tmp_path / "missing")


def test_bytes_in_memory_are_read_like_a_file() -> None:
    held = HeldSource(Path("a.png"), DATA)
    assert held.data() == held.reader().read() == DATA
    assert (held.size, held.family, held.sha256) == (
        len(DATA),
        PNG,
        hashlib.sha256(DATA).hexdigest(),
    )
    held.check_unchanged()
    held.close()
