"""``efface stamp``: a timestamp of a third party into the pack, or beside a published file."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from efface.errors import RefusedError, VerificationError
from efface.evidence.credentials import can_hold, sidecar_path
from efface.evidence.custody.entry import Action
from efface.evidence.keys.interface import Signer
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.timestamp.beside import read_beside, timestamps_path, write_beside
from efface.evidence.timestamp.check import Stamp, check
from efface.evidence.timestamp.obtaining import obtain
from efface.files.appearing import cannot_be_written
from efface.files.bounded import read_bounded
from efface.files.durable import PUBLIC, replace_durably
from efface.files.paths import exists, sha256


def stamp_pack(
    pack: Pack,
    url: str,
    signer: Signer,
    *,
    of_log: bool = False,
    renew: bool = False,
    now: datetime | None = None,
) -> Stamp:
    """Ask an authority, keep its answer, and enter that in the log. Opens a connection, unless an
    answer is there that the log does not tell of: an interrupted run is finished.

    Args:
        of_log: stamp the end of the log; otherwise the statement of origin, once.
        renew: have the log name all timestamps that are there, and stamp its end.

    Raises:
        RefusedError: the address is of no use, it is stamped already, or there is nothing to renew.
        InputError: no answer.
        VerificationError: an answer that does not hold, or a pack that does not.
        OutputError: it cannot be kept.
    """
    if renew:
        older = sorted(sha256(path) for path in pack.timestamps())
        if not older:
            raise RefusedError(
                "there is no timestamp to be renewed.",
                path=pack.folder,
                hint="Without --renew the first one is made.",
            )
        pack.log().append(Action.STAMPED, {"renews": older}, signer, now)
    digest = _end_of_log(pack) if of_log or renew else sha256_of(pack.origin_signed)
    return _stamped(pack, url, digest, signer, now)[0]


def stamp_file(
    pack: Pack,
    path: Path,
    url: str,
    signer: Signer,
    *,
    renew: bool = False,
    now: datetime | None = None,
) -> Stamp:
    """The same of a published file with all that it carries: its Content Credentials, the
    redaction, the origin. The answer goes into the pack, and beside the file, for strangers.

    Args:
        path: as it was published.
        renew: of the last timestamp beside the file.

    Raises:
        RefusedError: the pack does not know the file, or it is stamped already.
        InputError: no answer, or the file cannot be read.
        VerificationError: an answer that does not hold, or a pack that does not.
        OutputError: it cannot be kept.
    """
    whole = sha256(path if can_hold(path) else sidecar_path(path))
    if whole not in _published(pack):
        raise RefusedError(
            "the pack knows of no such file.",
            path=path,
            hint="Name a file as it was redacted into this pack, with its .c2pa beside it.",
        )
    beside = read_beside(path)
    if beside and not renew:
        raise RefusedError(
            "this is timestamped already.",
            path=timestamps_path(path),
            hint="With --renew its last timestamp gets another one.",
        )
    digest = hashlib.sha256(beside[-1]).hexdigest() if beside else whole
    stamp, answer = _stamped(pack, url, digest, signer, now)
    write_beside(path, (*beside, answer))
    return stamp


def _published(pack: Pack) -> set[str]:
    """Hashes of what the log says was released: files, and Content Credentials beside them."""
    told = [entry.details for entry in pack.log().entries if entry.action == Action.REDACTED]
    kept = (one.folder / layout.SIDECAR for one in pack.redactions())
    return {str(details.get("output")) for details in told} | {
        sha256(path) for path in kept if exists(path)
    }


def _stamped(
    pack: Pack, url: str, digest: str, signer: Signer, now: datetime | None
) -> tuple[Stamp, bytes]:
    path = pack.folder / layout.TIMESTAMPS / f"{digest}.tsr"
    if exists(path):
        if any(entry.details.get("of") == digest for entry in pack.log().entries):
            raise RefusedError("this is timestamped already.", path=path)
        answer = read_bounded(path, layout.MAX_TIMESTAMP_BYTES)
    else:
        answer = obtain(url, bytes.fromhex(digest))
    stamp = check(answer, bytes.fromhex(digest), ())
    _keep(path, answer)
    details = {"of": digest, "authority": stamp.authority}
    pack.log().append(Action.STAMPED, details, signer, now)
    return stamp, answer


def _keep(path: Path, answer: bytes) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_be_written(path.parent, error) from error
    replace_durably(path, answer, mode=PUBLIC)


def _end_of_log(pack: Pack) -> str:
    head = pack.log().head
    if head is None:
        raise VerificationError("the log has no entry.", path=pack.folder / layout.LOG)
    return head.sha256
