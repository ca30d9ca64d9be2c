"""Forged logs: each is caught, and says what was done."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.custody.logs import (
    CASE,
    DESK,
    OTHER_CASE,
    checked,
    lines,
    log,
    written,
    wrong,
)
from tests.evidence.signers import NOW, signer

from efface.documents.model import plain
from efface.evidence.custody.check import Anchor
from efface.evidence.custody.entry import Action, LogEntry, read_entry, write_entry
from efface.evidence.custody.log import Head
from efface.evidence.keys.trust import NOBODY


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log of six entries; only to be read."""
    folder = tmp_path_factory.mktemp("case")
    written(folder, 6)
    return folder


def anchor(folder: Path, number: int) -> Anchor:
    """What the published file says of the log when that was its last entry."""
    return Anchor(Head(number, read_entry(lines(folder)[number - 1]).sha256), "the published file")


def forged(like: LogEntry, by: object = DESK, **changes: object) -> bytes:
    """An entry that a signer made to look like another."""
    parts = {
        name: getattr(like, name)
        for name in ("case", "number", "previous", "time", "actor", "action", "details")
    }
    return write_entry(by, **{**parts, **changes}).line  # type: ignore[arg-type]


def test_a_sound_log_holds(case: Path) -> None:
    findings = checked(case, anchors=(anchor(case, 6),))
    assert wrong(findings) == {}
    assert {finding.name for finding in findings} == {
        "log.order",
        "log.signatures",
        "log.keys",
        "log.anchors",
    }
    says = " ".join(finding.says for finding in findings)
    assert "6 entries in the order in which they were written" in says
    assert "the log is confirmed up to entry 6 of 6 from outside." in says
    assert "any after entry 6 could be cut off unnoticed" in findings[-1].does_not_say


def test_findings_are_json(case: Path) -> None:
    document = [plain(finding.entry()) for finding in checked(case)]
    assert json.loads(json.dumps(document)) == document
    assert set(document[0]) == {"name", "ok", "state", "says", "does_not_say"}


def test_an_edited_entry(case: Path) -> None:
    edited = lines(case)
    edited[2] = edited[2].replace(b'"n":2', b'"n":3')
    found = wrong(checked(case, edited))
    assert found["log.order"] == [
        "entry 4 was not written after entry 3 as it stands here: that one was changed or "
        "exchanged since."
    ]
    assert "signature of entry 3 does not hold: the entry was edited" in found["log.signatures"][0]


def test_an_edited_last_entry(case: Path) -> None:
    edited = lines(case)
    edited[5] = edited[5].replace(b'"n":5', b'"n":6')
    assert list(wrong(checked(case, edited))) == ["log.signatures"]


def test_an_entry_that_its_own_signer_wrote_anew(case: Path) -> None:
    """Its signature holds; the one after it tells."""
    edited = lines(case)
    edited[2] = forged(read_entry(edited[2]), details={"n": 99})
    found = wrong(checked(case, edited))
    assert list(found) == ["log.order"]
    assert "after entry 3 as it stands here" in found["log.order"][0]


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        ([0, 1, 3, 4, 5], "entry 3 is missing: it was dropped."),
        ([1, 2, 3, 4, 5], "entry 1 is missing: it was dropped."),
        ([0, 4, 5], "entries 2 to 4 are missing: they were dropped."),
        ([0, 2, 1, 3, 4, 5], "entries were reordered: number 2 stands after 3."),
        ([5, 0, 1, 2, 3, 4], "entries were reordered: number 1 stands after 6."),
        ([0, 1, 1, 2, 3, 4, 5], "there are 2 entries with number 2: one was put in."),
    ],
)
def test_dropped_reordered_and_doubled_entries(case: Path, kept: list[int], says: str) -> None:
    all_lines = lines(case)
    found = wrong(checked(case, [all_lines[place] for place in kept]))
    assert says in found["log.order"]
    assert "log.signatures" not in found


def test_an_entry_of_another_case(case: Path, tmp_path: Path) -> None:
    written(tmp_path, 6, OTHER_CASE)
    mixed = lines(case)
    mixed[3] = lines(tmp_path)[3]
    found = wrong(checked(case, mixed))
    assert found["log.case"] == [
        f"the entry on line 4 belongs to another case, {OTHER_CASE}: it was put in from there."
    ]
    assert set(found) == {"log.case", "log.order"}
    assert len(wrong(checked(case, case=OTHER_CASE))["log.case"]) == 6


def test_an_entry_put_in_by_somebody_else(case: Path) -> None:
    stranger = signer("Desk 4")
    mixed = lines(case)
    mixed[5] = forged(read_entry(mixed[5]), by=stranger)
    found = wrong(checked(case, mixed))
    assert "who signed entries 6 cannot be checked" in found["log.signatures"][0]
    assert f"certificate of key {stranger.key_id[:16]} is missing" in found["log.signatures"][0]


def test_an_entry_that_names_a_key_that_did_not_sign_it(case: Path) -> None:
    stranger = signer("x")
    line = forged(read_entry(lines(case)[5]), by=stranger)
    line = line.replace(stranger.key_id.encode(), DESK.key_id.encode())
    found = wrong(checked(case, [*lines(case)[:5], line]))
    assert "another key signed it" in found["log.signatures"][0]


def test_another_spelling_of_the_same_signature(case: Path) -> None:
    """Base64 has bits at its end that mean nothing."""
    line = lines(case)[5]
    respelt = line.replace(b'=="}', b"").removesuffix(line[-5:-4])
    respelt += bytes([line[-5] + 1]) + b'=="}'
    assert base64.b64decode(respelt[-92:-2]) == base64.b64decode(line[-92:-2])
    assert respelt != line
    assert "entry 6" in wrong(checked(case, [*lines(case)[:5], respelt]))["log.signatures"][0]


def test_an_unknown_key_is_valid_but_not_known(case: Path) -> None:
    findings = checked(case)
    assert wrong(findings) == {}
    (unknown,) = [finding for finding in findings if finding.name == "log.keys"]
    assert "valid, and you do not know the key" in unknown.says
    assert "anybody can make a key with that name" in unknown.does_not_say
    trust = NOBODY.with_key("the desk", DESK.key_id)
    (known,) = [f for f in checked(case, trust=trust) if f.name == "log.keys"]
    assert "is known to you as 'the desk'" in known.says


def test_a_tail_cut_before_an_anchor(case: Path) -> None:
    cut = lines(case)[:4]
    found = wrong(checked(case, cut, anchors=(anchor(case, 3), anchor(case, 5))))
    assert found == {
        "log.anchors": [
            "the published file names entry 5, and the log ends with 4: its tail was cut off."
        ]
    }
    assert wrong(checked(case, [], anchors=(anchor(case, 1),))) == {
        "log.order": ["the log is empty: its entries were cut off."],
        "log.anchors": [
            "the published file names entry 1, and the log ends with 0: its tail was cut off."
        ],
    }


def test_a_log_written_anew(case: Path, tmp_path: Path) -> None:
    """By somebody with the key, who changes the first entry and signs all of them again."""
    other = log(tmp_path)
    for number in range(6):
        other.append(Action.NOTE, {}, DESK, NOW + timedelta(minutes=number))
    found = wrong(checked(tmp_path, anchors=(anchor(case, 4),)))
    assert found == {
        "log.anchors": [
            "the published file names another entry 4 than the log holds: the log was written anew."
        ]
    }


def test_entries_after_the_last_anchor_are_unanchored(case: Path) -> None:
    for anchors, first in (((), 1), ((anchor(case, 2), anchor(case, 4)), 5)):
        findings = checked(case, anchors=anchors)
        assert wrong(findings) == {}
        (finding,) = [f for f in findings if f.name == "log.anchors"]
        assert f"entries {first} to 6 are unanchored" in finding.says
        assert "cut off unnoticed" in finding.does_not_say


def test_a_clock_that_was_set_back_between_entries(case: Path) -> None:
    all_lines = lines(case)
    all_lines[5] = forged(read_entry(all_lines[5]), time=NOW)
    (says,) = wrong(checked(case, all_lines))["log.times"]
    assert "entry 6 is dated 2026-03-04T15:30:12Z, before entry 5" in says


def test_an_entry_dated_outside_of_its_certificate(tmp_path: Path) -> None:
    log(tmp_path).append(Action.NOTE, {}, DESK, NOW + timedelta(days=4000))
    (says,) = wrong(checked(tmp_path))["log.times"]
    assert "entry 1 is dated 2037-02-14T15:30:12Z, when the certificate" in says


def test_an_action_that_nobody_knows(case: Path) -> None:
    all_lines = lines(case)
    all_lines[5] = forged(read_entry(all_lines[5]), action="burnt")
    (says,) = wrong(checked(case, all_lines))["log.actions"]
    assert "entry 6 tells of 'burnt'" in says


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "ends within an entry"),
        (b"\n", "line 1 of the log: the line is no entry"),
        (b"{}\n", "line 1 of the log: the line is no entry"),
        (b'{"entry":{},"signature":"AAAA"}\n', "of this version"),
        (b'{"entry":{"a":1},"entry":{"a":1},"signature":"AAAA"}\n', "no JSON"),
        (b'{"entry":' + b"[" * 50_000 + b',"signature":"AAAA"}\n', "no entry"),
        (b'{"entry":{' + b"[" * 50_000 + b'},"signature":"AAAA"}\n', "no JSON"),
        (b"x" * 2_000_000 + b"\n", "no entry"),
        (b"\xff\xfe\n", "no entry"),
    ],
)
def test_what_is_no_log(case: Path, content: bytes, says: str) -> None:
    (finding,) = checked(case, content)
    assert (finding.name, finding.ok) == ("log.form", False)
    assert says in finding.says


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"number":1', b'"number":0'),
        (b'"number":1', b'"number":true'),
        (b'"number":1', b'"number":1.0'),
        (b'"previous":"0', b'"previous":"G'),
        (b"15:30:12Z", b"15:30:12+01:00"),
        (b"15:30:12Z", b"15:30:61Z"),
        (b"15:30", b"25:30"),
        (b'"details":{"n":0}', b'"details":[]'),
        (b'"actor":"Desk 4"', b'"actor":4'),
        (b"efface.log/1", b"efface.log/2"),
        (CASE.encode(), b"../../etc"),
    ],
)
def test_entries_of_another_form(case: Path, old: bytes, new: bytes) -> None:
    line = lines(case)[0]
    assert old in line
    (finding,) = checked(case, [line.replace(old, new)])
    assert "of this version" in finding.says


@given(st.data())
def test_whatever_is_done_to_the_lines_is_noticed(case: Path, data: st.DataObject) -> None:
    """Other than to cut off a tail that nothing names, as long as something is left."""
    whole = lines(case)
    picked = data.draw(st.lists(st.integers(0, 5), max_size=9))
    sound = picked == list(range(len(picked))) != []
    assert (wrong(checked(case, [whole[place] for place in picked])) == {}) == sound


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_whatever_is_done_to_a_byte_is_noticed(case: Path, at: int, change: int) -> None:
    content = bytearray((case / "log.jsonl").read_bytes())
    content[at % len(content)] ^= change
    assert wrong(checked(case, bytes(content), anchors=(anchor(case, 6),)))


@given(st.binary(max_size=200))
def test_no_bytes_whatever_are_a_bug(case: Path, content: bytes) -> None:
    assert wrong(checked(case, content)) or content == b""
