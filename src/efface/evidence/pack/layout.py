"""Where things lie in a pack.

::

    pack.json                     efface.pack/1: which version, which case
    intake.json, intake.sig       what was received (intake.Intake)
    origin.json, origin.sig       what a published file says of it (intake.Origin)
    log.jsonl                     custody log
    certificates/KEYID.pem        chain of every key that signed
    timestamps/SHA256.tsr         RFC 3161 answer over the SHA-256 of origin.json, of a line of the
                                  log, of a published file, or of another answer
    sealed/original.age           the original
    sealed/secret.age             its name, and the key of the commitment (secret.Secret)
    sealed/passphrase.age         a key under a passphrase, where one was set
    sealed/redaction-N.age        what the method of redaction N keeps, where it keeps anything
    sealed/capture.age            what whoever sealed it tells of how it came about, and names and
                                  hashes of companion files (capture.Capture), where there are any
    sealed/companion-N.age        a file that came with it
    released/NAME.json, NAME.sig  a value of capture.age that was released (release.Release)
    redacted/N/statement.json, statement.sig, proof.bin, details.json,
                                  credentials.c2pa where the format cannot hold them

Signatures are as OpenSSL's commands take them. Everything but ``sealed`` may be shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from efface.evidence import forms

DETAILS_SCHEMA: Final = "efface.details/1"
SUFFIX = ".pack"

PACK = "pack.json"
INTAKE = "intake"
ORIGIN = "origin"
LOG = "log.jsonl"
CERTIFICATES = "certificates"
TIMESTAMPS = "timestamps"
SEALED = "sealed"
ORIGINAL = "original.age"
SECRET = "secret.age"
PASSPHRASE = "passphrase.age"
CAPTURE = "capture.age"
RELEASED = "released"
REDACTED = "redacted"
STATEMENT = "statement"
PROOF = "proof.bin"
DETAILS = "details.json"
SIDECAR = "credentials.c2pa"

MAX_STATEMENT_BYTES = 1 << 24
MAX_SIGNATURE_BYTES = 1 << 11
MAX_PROOF_BYTES = forms.MAX_PROOF_BYTES
MAX_SECRET_BYTES = 1 << 20
MAX_KEPT_BYTES = 1 << 26
"""Of what a method keeps of one redaction."""
MAX_CAPTURE_BYTES = 1 << 20
MAX_TIMESTAMP_BYTES = forms.MAX_TIMESTAMP_BYTES
MAX_REDACTIONS = 100_000


def sealed_redaction(number: int) -> str:
    """The name of what a redaction's method keeps."""
    return f"redaction-{number}.age"


def companion_name(number: int) -> str:
    """What a companion file is called wherever its own name must not be told.

    Args:
        number: from 1.
    """
    return f"companion-{number}"


def sealed_companion(number: int) -> str:
    """The name of a companion file under seal."""
    return f"{companion_name(number)}.age"


def pack_beside(source: Path) -> Path:
    """The name of a pack when none was asked for: beside the original."""
    return source.with_name(source.name + SUFFIX)
