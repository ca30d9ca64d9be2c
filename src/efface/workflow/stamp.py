"""``efface stamp``: a timestamp of a third party into the pack."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from efface.errors import RefusedError, VerificationError
from efface.evidence.custody.entry import Action
from efface.evidence.keys.interface import Signer
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.timestamp.check import Stamp, check
from efface.evidence.timestamp.obtaining import obtain
from efface.files.appearing import cannot_be_written
from efface.files.bounded import read_bounded
from efface.files.durable import PUBLIC, replace_durably
from efface.files.paths import exists


def stamp_pack(
    pack: Pack, url: str, signer: Signer, *, of_log: bool = False, now: datetime | None = None
) -> Stamp:
    """Ask an authority, keep its answer, and enter that in the log. Opens a connection, unless an
    answer is there that the log does not tell of: an interrupted run is finished.

    Args:
        of_log: stamp the end of the log; otherwise the statement of origin, once.

    Raises:
        RefusedError: the address is of no use, or it is stamped already.
        InputError: no answer.
        VerificationError: an answer that does not hold, or a pack that does not.
        OutputError: it cannot be kept.
    """
    digest = _digest(pack, of_log)
    folder = pack.folder / layout.TIMESTAMPS
    path = folder / f"{digest}.tsr"
    if exists(path):
        if any(entry.details.get("of") == digest for entry in pack.log().entries):
            raise RefusedError("this is timestamped already.", path=path)
        answer = read_bounded(path, layout.MAX_TIMESTAMP_BYTES)
        stamp = check(answer, bytes.fromhex(digest), ())
    else:
        answer = obtain(url, bytes.fromhex(digest))
        stamp = check(answer, bytes.fromhex(digest), ())
        _keep(path, answer)
    details = {"of": digest, "authority": stamp.authority}
    pack.log().append(Action.STAMPED, details, signer, now)
    return stamp


def _keep(path: Path, answer: bytes) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_be_written(path.parent, error) from error
    replace_durably(path, answer, mode=PUBLIC)


def _digest(pack: Pack, of_log: bool) -> str:
    if not of_log:
        return sha256_of(pack.origin_signed)
    head = pack.log().head
    if head is None:
        raise VerificationError("the log has no entry.", path=pack.folder / layout.LOG)
    return head.sha256
