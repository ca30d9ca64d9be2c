"""Files that cameras and apps put beside a recording, as far as they state its SHA-256.

Read are ProofMode's proofs (``HASH.proof.json``, ``HASH.proof.csv``, and ZIP files with them), by
their field ``File Hash SHA256``, and OpenTimestamps' ``.ots``. Nothing else of them is: no
signature in them is checked, nor whether they are genuine. What is no such file, damaged, or larger
than such files are, states nothing.
"""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from efface.documents.reading import from_json
from efface.evidence.forms import StatedHash
from efface.files.paths import opened, unreadable

PROOFMODE: Final = "ProofMode"
OPENTIMESTAMPS: Final = "OpenTimestamps"
OTHER: Final = "other"

_HASH = "File Hash SHA256"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST = 1 << 20
"""Bytes of a proof; real ones have a few kilobytes."""
_MOST_MEMBERS = 1 << 10
_MOST_DIRECTORY = 1 << 20
"""Bytes of a ZIP file's directory, which is read at once."""
_END, _END_BYTES, _MOST_COMMENT = b"PK\x05\x06", 22, 1 << 16
_PROOF_NAMES = (".proof.json", ".proof.csv")
_OTS = b"\0OpenTimestamps\0\0Proof\0\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08"
"""How an ``.ots`` file begins, with its version (1) and the kind of hash (8: SHA-256)."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a file states."""

    kind: str
    digests: frozenset[str]
    """SHA-256 of the files that it is about, hexadecimal."""

    def states(self, sha256: str) -> StatedHash:
        """Of which file it states a SHA-256.

        Args:
            sha256: of the original, hexadecimal.
        """
        if not self.digests:
            return "none"
        return "of the original" if sha256 in self.digests else "of another file"


def read_sidecar(path: Path) -> Sidecar:
    """
    Raises:
        InputError: it cannot be read.
    """
    with opened(path) as file:
        try:
            start = file.read(_MOST + 1)
            size = os.fstat(file.fileno()).st_size
            if start[:4] == b"PK\x03\x04":
                found = frozenset(_in_zip(file, size))
                return Sidecar(PROOFMODE if found else OTHER, found)
        except OSError as error:
            raise unreadable(path, error) from error
    if start.startswith(_OTS) and len(start) >= len(_OTS) + 32:
        return Sidecar(OPENTIMESTAMPS, frozenset([start[len(_OTS) : len(_OTS) + 32].hex()]))
    found = frozenset(_in_proof(start) if len(start) <= _MOST else ())
    return Sidecar(PROOFMODE if found else OTHER, found)


def _in_zip(file: BinaryIO, size: int) -> Iterator[str]:
    if not _small_directory(file, size):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()[:_MOST_MEMBERS]
            proofs = [one for one in members if one.filename.lower().endswith(_PROOF_NAMES)]
            for member in proofs:
                with archive.open(member) as content:
                    proof = content.read(_MOST + 1)
                if len(proof) <= _MOST:
                    yield from _in_proof(proof)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return


def _small_directory(file: BinaryIO, size: int) -> bool:
    tail = min(size, _END_BYTES + _MOST_COMMENT)
    file.seek(size - tail)
    end = file.read(tail)
    at = end.rfind(_END)
    if at < 0 or len(end) < at + _END_BYTES:
        return False
    return int.from_bytes(end[at + 12 : at + 16], "little") <= _MOST_DIRECTORY


def _in_proof(content: bytes) -> Iterator[str]:
    try:
        text = content.decode("utf-8-sig")
        rows = [from_json(text)] if text.lstrip()[:1] == "{" else csv.DictReader(io.StringIO(text))
        for row in rows:
            value = row.get(_HASH) if isinstance(row, dict) else None
            digest = value.strip().lower() if isinstance(value, str) else ""
            if _DIGEST.fullmatch(digest):
                yield digest
    except (ValueError, csv.Error):
        return
