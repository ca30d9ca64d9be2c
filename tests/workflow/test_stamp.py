"""A third party's timestamp: into the pack, into what is published after, and checked by both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.evidence.timestamp.authority import TimestampAuthority, reply, served
from tests.workflow.evidence.cases import LATER, MUCH_LATER, Case, failing, finding, redact, when

from efface.errors import InputError, RefusedError
from efface.evidence.pack import layout
from efface.workflow.stamp import stamp_pack

AUTHORITY = TimestampAuthority()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server is on this machine, whatever the environment says of proxies."""
    monkeypatch.setenv("no_proxy", "*")
    yield


def stamps(handler: BaseHTTPRequestHandler, asked: bytes) -> None:
    """Answer as an authority does."""
    reply(handler, AUTHORITY.answers(asked, time=when(20)))


def refuses(handler: BaseHTTPRequestHandler, asked: bytes) -> None:
    """Answer as a server that is down."""
    reply(handler, b"", 503)


def test_what_is_published_after_a_stamp_carries_it(png: Case, tmp_path: Path) -> None:
    with served(stamps) as server:
        stamp_pack(png.pack, server.url, png.signer, now=when(20))
    later = replace(png, published=tmp_path / "later.png")
    redact(later, later.published, MUCH_LATER)
    roots = (AUTHORITY.root.certificate,)
    found = later.stranger(roots=roots)
    assert failing(found) == {}
    assert "was there by" in finding(found, "timestamp").says
    assert failing(later.partner(roots=roots)) == {}
    assert "no root that you gave vouches" in finding(later.stranger(), "timestamp").says
    assert [entry.action for entry in png.pack.log().entries][-2:] == ["stamped", "redacted"]


def test_the_end_of_the_log_is_confirmed_by_a_stamp(png: Case) -> None:
    with served(stamps) as server:
        stamp_pack(png.pack, server.url, png.signer, of_log=True, now=when(20))
    found = png.partner(roots=(AUTHORITY.root.certificate,))
    assert failing(found) == {}
    assert "entry 3 of the log" in finding(found, "timestamp").says.lower()
    assert "entry 4 is unanchored" in finding(found, "log.anchors").says
    # of an authority that nobody knows, anybody can make one
    assert "entries 3 to 4 are unanchored" in finding(png.partner(), "log.anchors").says


def test_a_second_stamp_of_the_same_is_refused(png: Case) -> None:
    with served(stamps) as server:
        stamp_pack(png.pack, server.url, png.signer, now=LATER)
        with pytest.raises(RefusedError, match="already"):
            stamp_pack(png.pack, server.url, png.signer, now=LATER)
    assert len(server.asked) == 1


def test_a_tail_cut_at_the_stamp_that_names_its_end(png: Case) -> None:
    """The entry that tells of a timestamp comes after what it is of, and was cut off with the rest:
    what is left ends just where the timestamp says."""
    with served(stamps) as server:
        stamp_pack(png.pack, server.url, png.signer, of_log=True, now=when(20))
    path = png.pack_folder / layout.LOG
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    for roots in ((AUTHORITY.root.certificate,), ()):
        assert "tail was cut off" in failing(png.partner(roots=roots))["log.anchors"]
    with served(stamps) as server:  # which is what an interrupted run leaves, too
        stamp_pack(png.pack, server.url, png.signer, of_log=False, now=when(21))
        path.write_bytes(whole)
        stamp_pack(png.pack, server.url, png.signer, of_log=False, now=when(21))
    assert len(server.asked) == 1
    assert failing(png.partner(now=when(30))) == {}


def test_a_timestamp_that_was_taken_out(png: Case) -> None:
    with served(stamps) as server:
        stamp_pack(png.pack, server.url, png.signer, of_log=True, now=when(20))
    (path,) = png.pack.timestamps()
    path.unlink()
    assert "not in the pack" in failing(png.partner())["log.anchors"]


def test_no_answer_leaves_the_pack_as_it_was(png: Case) -> None:
    before = sorted(path for path in png.pack_folder.rglob("*"))
    with served(refuses) as server, pytest.raises(InputError, match="503"):
        stamp_pack(png.pack, server.url, png.signer, now=LATER)
    assert sorted(path for path in png.pack_folder.rglob("*")) == before


def test_a_timestamp_of_something_else_is_found(png: Case) -> None:
    with served(stamps) as server:
        stamp_pack(png.pack, server.url, png.signer, now=LATER)
    (path,) = png.pack.timestamps()
    path.rename(path.with_name(f"{'0' * 64}.tsr"))
    assert "of nothing that is in the pack" in failing(png.partner())["timestamp"]
    assert path.parent.name == layout.TIMESTAMPS
