"""What holds when the certificates have ended: with the clock set to 2032, and to 2040."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from PIL import Image
from tests.evidence.signers import signer
from tests.evidence.timestamp.authority import TimestampAuthority, reply, served
from tests.workflow.evidence.cases import LATER, Case, failing, finding, make_case, when

from efface.errors import RefusedError
from efface.evidence.timestamp.beside import timestamps_path
from efface.workflow.stamp import stamp_file, stamp_pack
from efface.workflow.verify import Verification

FIRST = TimestampAuthority(until=datetime(2036, 1, 1, tzinfo=UTC))
SECOND = TimestampAuthority(
    since=datetime(2034, 1, 1, tzinfo=UTC), until=datetime(2046, 1, 1, tzinfo=UTC)
)
for authority in (SECOND.root, SECOND.between):  # whose own certificates end in 2027
    assert authority.certificate.not_valid_after_utc.year < 2034
IN_2032, IN_2035, IN_2040 = (datetime(year, 6, 1, tzinfo=UTC) for year in (2032, 2035, 2040))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server is on this machine, whatever the environment says of proxies."""
    monkeypatch.setenv("no_proxy", "*")
    yield


@pytest.fixture(params=["jpg", "bmp"])
def whole(request: pytest.FixtureRequest, cases: dict[str, Case], tmp_path: Path) -> Case:
    """With its Content Credentials inside, and beside it."""
    if request.param == "jpg":
        return cases["jpg"].copied(tmp_path)
    with Image.open(cases["png"].original) as image:
        image.save(tmp_path / "original.bmp")
    return make_case(tmp_path, tmp_path / "original.bmp")


def answering(
    authority: TimestampAuthority, time: datetime
) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    return lambda handler, asked: reply(handler, authority.answers(asked, time=time))


def roots() -> tuple[object, ...]:
    return FIRST.root.certificate, SECOND.certificate


def alone(case: Case, now: datetime) -> Verification:
    return case.stranger(now=now, roots=roots())


def with_pack(case: Case, now: datetime) -> Verification:
    return case.partner(now=now, roots=roots())


def without_log_keys(found: Verification) -> set[str]:
    return set(failing(found))


EXPIRED = {"credentials.certificate", "file.origin.certificate", "file.redaction.certificate"}


def test_nothing_is_stamped(whole: Case) -> None:
    found = alone(whole, IN_2032)
    assert set(failing(found)) == EXPIRED
    assert "no timestamp that you trust" in failing(found)["file.redaction.certificate"]


def test_a_stamp_of_the_log_counts_for_all_that_it_tells_of(whole: Case) -> None:
    """Of entries before it, of the redaction and its origin, and of what was published."""
    with served(answering(FIRST, when(30))) as server:
        stamp_pack(whole.pack, server.url, whole.signer, of_log=True, now=when(30))
    assert failing(with_pack(whole, IN_2032)) == {}
    assert set(failing(alone(whole, IN_2032))) == EXPIRED
    assert set(failing(with_pack(whole, IN_2040))) == EXPIRED
    told = [one.says for one in with_pack(whole, IN_2040).findings if one.name == "timestamp"]
    assert any("counts for nothing any more" in says for says in told)


def test_a_stamp_of_the_file_goes_with_it(whole: Case) -> None:
    """For a stranger, who has no pack."""
    with served(answering(FIRST, when(30))) as server:
        stamp_file(whole.pack, whole.published, server.url, whole.signer, now=when(30))
        with pytest.raises(RefusedError, match="already"):
            stamp_file(whole.pack, whole.published, server.url, whole.signer, now=when(30))
    assert failing(with_pack(whole, when(60))) == {}
    assert failing(alone(whole, IN_2032)) == {}
    assert (
        "the published file was there by"
        in finding(alone(whole, IN_2032), "timestamp").says.lower()
    )
    assert set(failing(whole.stranger(now=IN_2032))) == EXPIRED  # of nobody that is trusted
    assert set(failing(alone(whole, IN_2040))) == EXPIRED


def test_renewed_in_time_all_of_it_holds_in_2040(whole: Case) -> None:
    later = signer("the desk of 2035", now=IN_2035)
    with served(answering(FIRST, when(30))) as server:
        stamp_pack(whole.pack, server.url, whole.signer, of_log=True, now=when(30))
        stamp_file(whole.pack, whole.published, server.url, whole.signer, now=when(31))
    with served(answering(SECOND, IN_2035)) as server:
        stamp_pack(whole.pack, server.url, later, renew=True, now=IN_2035)
        stamp_file(whole.pack, whole.published, server.url, later, renew=True, now=IN_2035)
    assert failing(with_pack(whole, IN_2040)) == {}
    assert failing(alone(whole, IN_2040)) == {}


def test_renewed_too_late(whole: Case) -> None:
    """After the first authority's certificate ended, anybody who got its key could have stamped."""
    late = datetime(2037, 6, 1, tzinfo=UTC)
    with served(answering(FIRST, when(30))) as server:
        stamp_file(whole.pack, whole.published, server.url, whole.signer, now=when(31))
    with served(answering(SECOND, late)) as server:
        by = signer("the desk of 2037", now=late)
        stamp_file(whole.pack, whole.published, server.url, by, renew=True, now=late)
    assert set(failing(alone(whole, IN_2040))) == EXPIRED


def test_a_stamp_of_the_origin_says_nothing_of_what_came_after(whole: Case) -> None:
    """Credentials signed with a key that had ended were once taken for as old as the origin."""
    with served(answering(FIRST, when(5))) as server:
        stamp_pack(whole.pack, server.url, whole.signer, now=when(15))
    assert set(failing(with_pack(whole, IN_2032))) == EXPIRED - {"file.origin.certificate"}


def test_timestamps_of_another_file_are_none_of_this(whole: Case, cases: dict[str, Case]) -> None:
    with served(answering(FIRST, when(30))) as server:
        stamp_file(whole.pack, whole.published, server.url, whole.signer, now=when(31))
    place = timestamps_path(whole.published)
    other = cases["png"].copied(whole.folder / "other")
    place.rename(timestamps_path(other.published))
    assert "of something else" in failing(alone(other, when(60)))["timestamp"]


def test_what_cannot_be_stamped(whole: Case, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no timestamp to be renewed"):
        stamp_pack(whole.pack, "http://localhost:1/", whole.signer, renew=True, now=LATER)
    changed = whole.published.read_bytes()
    whole.published.write_bytes(changed + b"\0")
    place = whole.published.with_suffix(".c2pa")
    if place.exists():
        place.write_bytes(place.read_bytes() + b"\0")
    with pytest.raises(RefusedError, match="knows of no such file"):
        stamp_file(whole.pack, whole.published, "http://localhost:1/", whole.signer, now=LATER)
