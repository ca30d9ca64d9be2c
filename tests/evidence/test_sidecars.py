"""What apps put beside a recording states a SHA-256, or nothing; hostile files state nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.evidence import sidecars
from efface.evidence.sidecars import OPENTIMESTAMPS, OTHER, PROOFMODE, read_sidecar

MINE, OTHERS = "ab" * 32, "cd" * 32
OTS = b"\0OpenTimestamps\0\0Proof\0\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08"


def proof(digest: str) -> bytes:
    return json.dumps({"File Hash SHA256": digest.upper(), "Location.Latitude": "30.04"}).encode()


def bundle(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_proofs_of_proofmode_state_the_hash(tmp_path: Path) -> None:
    rows = f"File Hash SHA256,Proof Generated\n{MINE},2026-03-04\n".encode()
    for path in (
        written(tmp_path / "a.proof.json", proof(MINE)),
        written(tmp_path / "a.proof.csv", rows),
        bundle(tmp_path / "a.zip", pubkey_asc=b"-", a_proof_json=proof(MINE)),
        bundle(tmp_path / "b.zip", a_proof_json=proof(OTHERS), b_proof_csv=rows),
    ):
        found = read_sidecar(path)
        assert found.kind == PROOFMODE
        assert found.states(MINE) == "of the original"
        assert found.states("ef" * 32) == "of another file"


def test_a_timestamp_states_the_hash(tmp_path: Path) -> None:
    found = read_sidecar(written(tmp_path / "a.ots", OTS + bytes.fromhex(MINE) + b"\xf0"))
    assert (found.kind, found.states(MINE)) == (OPENTIMESTAMPS, "of the original")
    assert read_sidecar(written(tmp_path / "b.ots", OTS + b"short")).kind == OTHER


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a consent form",
        b'{"File Hash SHA256": 7}',
        b'{"File Hash SHA256": "abc"}',
        b'{"other": {"File Hash SHA256": "' + MINE.encode() + b'"}}',
        b'{"File Hash SHA256": "' + MINE.encode() + b'", "File Hash SHA256": "x"}',
        b"[" * 100_000,
        b"PK\x03\x04 and no end",
        b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18,
        b"\xff\xfe\x00\x01",
    ],
)
def test_anything_else_states_nothing(content: bytes, tmp_path: Path) -> None:
    found = read_sidecar(written(tmp_path / "a", content))
    assert (found.kind, found.states(MINE)) == (OTHER, "none")


def test_more_than_such_a_file_has_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidecars, "_MOST", 1 << 10)
    large = proof(MINE) + b" " * (1 << 11)
    assert read_sidecar(written(tmp_path / "a.proof.json", large)).kind == OTHER
    assert read_sidecar(bundle(tmp_path / "a.zip", a_proof_json=large)).kind == OTHER
    many = {f"x{n}": b"" for n in range(200)}
    path = bundle(tmp_path / "b.zip", a_proof_json=proof(MINE), **many)
    assert read_sidecar(path).kind == PROOFMODE
    monkeypatch.setattr(sidecars, "_MOST_DIRECTORY", 1 << 10)
    assert read_sidecar(path).kind == OTHER


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_damaged_archive_is_no_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = bundle(folder / "whole.zip", a_proof_json=proof(MINE)).read_bytes()
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    assert read_sidecar(written(folder / "damaged.zip", damaged)).kind in (PROOFMODE, OTHER)
