"""What was seen is kept, line by line; what a killed run left is passed over."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from tests.audit.sights import place, sight

from efface.audit.journal import JOURNAL, BeginLine, FileStamp, Journal
from efface.errors import InputError, RefusedError

BEGIN = BeginLine(schema=JOURNAL, made_by="0", thumbnails=False, limits={"max_frames": 2}, track=0)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"a picture")
    return path


def journal(folder: Path, begin: BeginLine = BEGIN) -> Journal:
    return Journal(folder / "journal.jsonl", begin)


def test_what_was_seen_is_known_afterwards_and_what_changed_is_not(
    tmp_path: Path, photo: Path
) -> None:
    with closing(journal(tmp_path)) as first:
        first.add(photo, FileStamp.of(photo), sight(place()), "limits")
        first.add(tmp_path / "b.jpg", FileStamp(0, 0), InputError("it is broken."), "limits")
    with closing(journal(tmp_path)) as second:
        known = second.known(photo)
        assert known is not None
        assert known.sight == sight(place())
        lines = dict(second.lines([tmp_path / "b.jpg", photo]))
        assert lines[tmp_path / "b.jpg"].error is not None
        photo.write_bytes(b"another picture")
        assert second.known(photo) is None
    assert (tmp_path / "journal.jsonl").stat().st_mode & 0o77 == 0


def test_a_line_that_was_begun_is_passed_over(tmp_path: Path, photo: Path) -> None:
    with closing(journal(tmp_path)) as first:
        first.add(photo, FileStamp.of(photo), sight(), "limits")
    path = tmp_path / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"file": "b.jp')
    with closing(journal(tmp_path)) as second:
        assert second.known(photo) is not None
        second.add(tmp_path / "c.jpg", FileStamp(1, 1), sight(), "limits")
    lines = path.read_bytes().splitlines()
    assert len(lines) == 3
    assert all(msgspec.json.decode(line) for line in lines)


def test_another_order_is_refused(tmp_path: Path) -> None:
    journal(tmp_path).close()
    with pytest.raises(RefusedError, match="begun with another"):
        journal(tmp_path, msgspec.structs.replace(BEGIN, thumbnails=True))


@pytest.mark.parametrize("content", [b"no json\n", b"{}\n", b'{"schema": "efface.scan/1"}\n'])
def test_what_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal.jsonl").write_bytes(content)
    with pytest.raises(InputError, match="no journal"):
        journal(tmp_path)
    assert (tmp_path / "journal.jsonl").read_bytes() == content
