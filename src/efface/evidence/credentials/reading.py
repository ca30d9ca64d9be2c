"""Reading Content Credentials, offline: what they say, and what the library says of them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import c2pa  # type: ignore[import-untyped]

from efface.errors import EffaceError, VerificationError
from efface.evidence.credentials import cose
from efface.evidence.credentials.formats import embeds, media_type, sidecar_path
from efface.evidence.credentials.library import context
from efface.evidence.credentials.manifest import Manifest, manifest_of
from efface.evidence.keys.algorithms import holds as holds_for
from efface.evidence.keys.chain import Chain, check_chain
from efface.files.bounded import read_bounded
from efface.files.paths import exists, opened, printable
from efface.media.metadata import jumbf
from efface.media.metadata.credentials import ASSERTIONS, EVIDENCE_LABEL, MAX_BYTES, holds_files
from efface.media.metadata.jumbf import Superbox

_SIGNATURE = "c2pa.signature"
_CLAIMS = ("c2pa.claim", "c2pa.claim.v2")
_MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Status:
    """One line of what the library found."""

    code: str
    """Of the specification (2.4, 15.2): ``assertion.dataHash.mismatch``."""
    about: str
    """Which manifest or assertion."""
    says: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """The Content Credentials of one file, as they were read; ``check`` judges them."""

    active: Manifest
    """The last one: whoever signed the file as it is."""
    others: tuple[Manifest, ...]
    """Manifests of other files, from which this one was made."""
    evidence: dict[str, Any] | None
    """What the assertion ``org.efface.evidence`` holds."""
    chain: Chain | None
    """Certificates of the signature; ``None`` when they do not hold together."""
    certificates: tuple[bytes, ...]
    """The same in DER as they are in the file, the signer's first."""
    broken: str | None
    """Why there is no ``chain``."""
    stamped: datetime | None
    """When it was signed, if a timestamp in it says so."""
    trusted: bool
    """The signer is vouched for by one of the ``anchors``."""
    passed: tuple[Status, ...]
    """What holds of the active manifest, as the library says."""
    failed: tuple[Status, ...]
    """What does not, of it and of the others."""
    unsigned: tuple[str, ...]
    """What is in it and not covered by the signature."""
    pictures: bool
    """It holds something else than numbers and text: thumbnails, files."""
    embedded: bool
    """It lies in the file, not beside it."""
    store: bytes
    """The manifests (JUMBF), as the library writes them."""


def read(
    path: Path, sidecar: bytes | None = None, *, anchors: Sequence[bytes] = ()
) -> Credentials | None:
    """The Content Credentials of a file; ``None`` when it has none.

    Args:
        path: a file of a format that efface writes.
        sidecar: use these, whatever is in the file. Otherwise those in the file are used and, when
            there are none, those in the ``sidecar_path`` beside it.
        anchors: certificates in DER of authorities whose signers are trusted.

    Raises:
        InputError: a file cannot be read.
        RefusedError: another format.
        VerificationError: what is there cannot be understood.
    """
    beside = sidecar_path(path)
    try:
        found = _read(path, sidecar, anchors)
        if found is None and sidecar is None and beside != path and exists(beside):
            found = _read(path, read_bounded(beside, MAX_BYTES), anchors)
    except EffaceError as error:
        error.path = error.path or path
        raise
    return found


def holds(path: Path) -> bool:
    """Whether there are any in the file itself, even such that cannot be understood.

    Raises:
        InputError: it cannot be read.
        RefusedError: another format.
    """
    try:
        return _read(path, None, ()) is not None
    except VerificationError:
        return True


def _read(path: Path, sidecar: bytes | None, anchors: Sequence[bytes]) -> Credentials | None:
    kind = media_type(path)
    if sidecar is None and not embeds(path):
        return None
    store = io.BytesIO()
    with opened(path) as file:
        try:
            with c2pa.Reader(kind, file, sidecar, context=context(anchors)) as reader:
                text = reader.json()
                reader.resource_to_stream(json.loads(text)["active_manifest"], store)
        except c2pa.C2paError.ManifestNotFound:
            return None
        except (c2pa.C2paError, KeyError, ValueError, RecursionError) as error:
            raise _unreadable(error) from error
    try:
        return _credentials(json.loads(text), store.getvalue(), sidecar)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> VerificationError:
    reason = printable(" ".join(str(error).split()))[:_MAX_REASON]
    return VerificationError(f"its Content Credentials cannot be read ({reason}).")


def _credentials(says: Mapping[str, Any], store: bytes, sidecar: bytes | None) -> Credentials:
    boxes = jumbf.superboxes(store)
    active = says["active_manifest"]
    manifests = {
        label: manifest_of(label, data, _filled(boxes, label))
        for label, data in says["manifests"].items()
    }
    signature = cose.parse(_content(boxes, ("c2pa", active, _SIGNATURE)))
    chain, broken = _chain(signature, _claim(boxes, active))
    time = says["manifests"][active].get("signature_info", {}).get("time")
    unsigned = signature.unsigned
    if sidecar is not None and sidecar != store:
        unsigned += ("bytes that belong to nothing",)
    passed, failed = _results(says)
    return Credentials(
        active=manifests.pop(active),
        others=tuple(manifests.values()),
        evidence=_evidence(says["manifests"][active]),
        chain=chain,
        certificates=signature.chain,
        broken=broken,
        stamped=None if time is None else datetime.fromisoformat(time),
        trusted=says.get("validation_state") == "Trusted",
        passed=passed,
        failed=failed,
        unsigned=unsigned,
        pictures=holds_files(boxes),
        embedded=sidecar is None,
        store=store,
    )


def _filled(boxes: Sequence[Superbox], manifest: str) -> tuple[str, ...]:
    """Labels of a manifest's assertions that are not emptied."""
    return tuple(
        box.path[3]
        for box in boxes
        if len(box.path) == 4
        and box.path[1:3] == (manifest, ASSERTIONS)
        and any(payload.strip(b"\0") for _, payload in box.contents)
    )


def _content(boxes: Sequence[Superbox], path: tuple[str, ...]) -> bytes:
    (found,) = [box for box in boxes if box.path == path]
    ((_, payload),) = found.contents
    return payload


def _claim(boxes: Sequence[Superbox], manifest: str) -> bytes:
    """The bytes that are signed."""
    (path,) = [
        box.path
        for box in boxes
        if len(box.path) == 3 and box.path[1] == manifest and box.path[2] in _CLAIMS
    ]
    return _content(boxes, path)


def _chain(signature: cose.Signature, claim: bytes) -> tuple[Chain | None, str | None]:
    """The certificates, if they hold together and it is their key that signed.

    The library says that the signature holds, but not by which of the certificates that may be
    written in it.
    """
    try:
        chain = check_chain(signature.chain)
    except VerificationError as error:
        return None, error.message
    if not holds_for(chain.public, signature.value, signature.signed(claim)):
        return None, "its key did not make the signature."
    return chain, None


def _evidence(manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    found = [a["data"] for a in manifest.get("assertions", ()) if a["label"] == EVIDENCE_LABEL]
    return found[0] if len(found) == 1 and isinstance(found[0], dict) else None


def _results(says: Mapping[str, Any]) -> tuple[tuple[Status, ...], tuple[Status, ...]]:
    """What held of the active manifest, and what did not of it and of those before it."""
    results = says.get("validation_results", {})
    active = results.get("activeManifest", {})
    deltas = [delta["validationDeltas"] for delta in results.get("ingredientDeltas", ())]
    bad = [line for part in (active, *deltas) for line in part.get("failure", ())]
    passed = map(_status, active.get("success", ()))
    failed = map(_status, (*bad, *says.get("validation_status", ())))
    return tuple(passed), tuple(dict.fromkeys(failed))


def _status(line: Mapping[str, Any]) -> Status:
    return Status(line["code"], line.get("url", ""), line.get("explanation", ""))
