"""``efface pack release``: what was under seal into the part of a pack that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from efface.errors import RefusedError
from efface.evidence.custody.entry import Action
from efface.evidence.pack import layout
from efface.evidence.pack.capture import Salted, open_capture
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.release import Release
from efface.evidence.pack.statements import write_statement
from efface.evidence.statement import sign_document
from efface.files.paths import exists
from efface.version import __version__
from efface.workflow.evidence.keyring import Keyring


@dataclass(frozen=True, slots=True)
class ReleasedValue:
    """What was released."""

    field: str
    value: str


def release(
    pack: Pack,
    fields: Sequence[str],
    who: Keyring,
    reason: str | None = None,
    now: datetime | None = None,
) -> tuple[ReleasedValue, ...]:
    """Release values one by one, each with its salt and an entry in the log, which comes first.

    What is released cannot be taken back: whoever saw it has it.

    Args:
        fields: ``place``; ``companion-1`` releases the SHA-256 of that file, not the file.
        reason: why, for the log.
        now: with a time zone; ``None`` for the clock's.

    Raises:
        InputError: a part of the pack cannot be read.
        RefusedError: nothing of that name is under seal, it was released before, or none of the
            user's keys opens the seal. Nothing was released.
        VerificationError: what lies under seal is not what the intake commits to.
        OutputError: it cannot be written.
    """
    capture = open_capture(pack, who.identities(pack))
    values = capture.values()
    for field in fields:
        _check(pack, field, values)
    time = (now or datetime.now(UTC)).replace(microsecond=0)
    intake = sha256_of(pack.intake_signed)
    for field in dict.fromkeys(fields):
        statement = Release(pack.case, time, intake, field, values[field], __version__)
        signed = sign_document(statement.to_json(), who.signer)
        details = {"field": field, "statement": sha256_of(signed)}
        said = details if reason is None else {**details, "reason": reason}
        pack.log().append(Action.RELEASED, said, who.signer, time)
        folder = pack.folder / layout.RELEASED
        write_statement(folder, field, signed, pack.certificates)
    return tuple(ReleasedValue(field, values[field].value) for field in dict.fromkeys(fields))


def _check(pack: Pack, field: str, values: dict[str, Salted]) -> None:
    if field not in values:
        raise RefusedError(
            f"there is nothing under seal as {field!r:.60}.",
            path=pack.folder,
            hint=f"There are: {', '.join(values)}.",
        )
    if exists(pack.folder / layout.RELEASED / f"{field}.json"):
        raise RefusedError(f"{field} was released before.", path=pack.folder)
