"""What of a published file holds: ``efface.verify``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.arguments import AnyPath, GivenPassphrase, passphrase_from
from efface.errors import RefusedError
from efface.events import Listener, ignore
from efface.evidence.keys.trust import known_here
from efface.evidence.pack.opened import Pack
from efface.evidence.timestamp.check import load_roots
from efface.evidence.verify.context import Context
from efface.workflow.evidence.keyring import Keyring
from efface.workflow.report_names import is_report
from efface.workflow.report_signature import verify_report
from efface.workflow.verify import Verification
from efface.workflow.verify import verify as check_all

__all__ = ["Verification", "verify"]


def verify(
    path: AnyPath | None = None,
    *,
    pack: AnyPath | None = None,
    original: AnyPath | None = None,
    identities: Sequence[AnyPath] = (),
    key: str | None = None,
    passphrase: GivenPassphrase = "",
    signer: str | None = None,
    roots: AnyPath | None = None,
    reports: Sequence[AnyPath] = (),
    sign_with: str | None = None,
    overwrite: bool = False,
    listen: Listener = ignore,
) -> Verification:
    """Check a published file, its pack, or both, offline; ``docs/evidence.md`` says what each line
    of the answer proves.

    Args:
        path: as it was published, or a report of efface's, of which only the signature is checked;
            left out: the pack alone.
        pack: folder.
        original: as a court has it; needs the pack.
        identities: files of secret keys (age or SSH) that open the seal, to say whether the
            commitment is to this original.
        key: name of a key of yours that opens it, instead.
        passphrase: of those.
        signer: who must have signed it: a name that is known, or a key id or its first 16 digits.
        roots: PEM file of the timestamp authorities that are trusted.
        reports: where a report for a court goes: names that end in ``.html`` or ``.pdf``.
        sign_with: name of a key of yours that signs the report; its ``passphrase`` is asked for.
        overwrite: replace reports that exist.
        listen: receives progress events.

    Returns:
        Whatever is found; a forgery is no exception, but ``ok`` is false then.

    Raises:
        InputError: something cannot be read whole.
        RefusedError: there is nothing to check, none of the keys opens the seal, or a report is
            there already.
        VerificationError: the pack is of another version, or none.
        OutputError: a report cannot be written.
    """
    context = Context(known_here(), () if roots is None else load_roots(Path(roots)))
    file = None if path is None else Path(path)
    if file is not None and is_report(file):
        return _report(file, context, given=bool(pack or original or reports or signer))
    folder = None if pack is None else Pack(Path(pack))
    secret = None
    if folder is not None and (identities or key is not None):
        files = tuple(Path(one) for one in identities)
        secret = Keyring(key, passphrase_from(passphrase), files).secret(folder)

    def check() -> Verification:
        return check_all(
            file,
            context,
            pack=folder,
            original=None if original is None else Path(original),
            secret=secret,
            signer=signer,
            listen=listen,
        )

    if not reports:
        return check()
    from efface.workflow.court_report import Asked, reporting  # noqa: PLC0415 - lays out pages

    asked = Asked(
        tuple(map(Path, reports)),
        tuple(Path(one) for one in (path, pack, original, roots, *identities) if one is not None),
        overwrite,
        None if sign_with is None else Keyring(sign_with, passphrase_from(passphrase)).signer,
    )
    return reporting(asked, check, context, folder, original=original is not None)


def _report(file: Path, context: Context, *, given: bool) -> Verification:
    if given:
        raise RefusedError(
            "of a report only the signature is checked.",
            path=file,
            hint="Give the file that it is about, to check that, or the report alone.",
        )
    return verify_report(file, context)
