"""Packs of evidence: ``efface.seal``, ``stamp``, ``show_pack``, ``open_pack`` and ``release``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from efface.arguments import AnyPath, GivenPassphrase, passphrase_from, path_from
from efface.enforced import raised
from efface.errors import RefusedError
from efface.events import Listener, ignore
from efface.evidence.forms import Field
from efface.evidence.keys.trust import known_here
from efface.evidence.pack.layout import pack_beside
from efface.evidence.pack.opened import Pack
from efface.evidence.seal.recipients import parse_recipients
from efface.evidence.timestamp.check import Stamp, load_roots
from efface.evidence.verify.context import Context
from efface.policy import Policy
from efface.workflow.evidence.capture_file import checked, read_capture
from efface.workflow.evidence.keyring import Keyring
from efface.workflow.evidence.opening import open_companions, open_original
from efface.workflow.evidence.own_identity import own_recipient
from efface.workflow.pack import ShownPack
from efface.workflow.pack import show_pack as check_and_tell
from efface.workflow.release import ReleasedValue
from efface.workflow.release import release as release_values
from efface.workflow.seal import Request, SealedPack, seal_original
from efface.workflow.stamp import stamp_file, stamp_pack

__all__ = [
    "Field", "ReleasedValue", "SealedPack", "ShownPack", "Stamp", "open_pack", "pack_of",
    "recipients", "release", "seal", "show_pack", "stamp",
]  # fmt: skip


def seal(
    path: AnyPath,
    out: AnyPath | None = None,
    *,
    passphrase: GivenPassphrase,
    to: Sequence[str] = (),
    seal_passphrase: GivenPassphrase | None = None,
    key: str | None = None,
    note: str | None = None,
    companions: Sequence[AnyPath] = (),
    capture: AnyPath | Mapping[str, str] | None = None,
    listen: Listener = ignore,
) -> SealedPack:
    """Seal an original at intake: hash it, commit to it, encrypt it, and begin its log.

    Args:
        path: the original; it stays where it is and is not changed.
        out: the pack; ``NAME.pack`` beside it by default.
        passphrase: of the key that signs.
        to: who may open the original: ``age1…``, an SSH key, or a file of such lines.
        seal_passphrase: opens the original, too.
        key: name of the key that signs; needed if there are several.
        note: how it was received, for the log. It can be read.
        companions: files that came with it: an app's proof, a consent form. They are sealed as it
            is; what they are called stays under seal, too.
        capture: what is told of how it came about (``device``, ``place``, ``time``, ``source``,
            ``obtained``), or a file that says so (``efface.capture/1``, TOML or JSON). It stays
            under seal until it is released.
        listen: receives progress events.

    Raises:
        InputError: the original, or a file that came with it, cannot be read whole.
        RefusedError: its format is none that efface handles, nobody could open the seal, there is
            something of that name, no key, the passphrase is wrong, or a file that came with it
            or a field is of no use.
        OutputError: the pack cannot be written.
    """
    source = path_from(path)
    recipients = parse_recipients(tuple(to)) if to else ()
    keyring = Keyring(key, passphrase_from(passphrase))
    request = Request(
        source,
        pack_beside(source) if out is None else path_from(out),
        recipients,
        keyring.signer,
        own_recipient(keyring.key),
        None if seal_passphrase is None else passphrase_from(seal_passphrase)(),
        note,
        tuple(path_from(one) for one in companions),
        _told(capture),
    )
    return SealedPack(seal_original(request, raised(Policy()).limits, listen), keyring.key.key_id)


def recipients(to: Sequence[str]) -> tuple[str, ...]:
    """Those who are named as in ``seal``, each as its own key.

    Raises:
        RefusedError: one is none.
        InputError: a file cannot be read.
    """
    return tuple(one.text for one in parse_recipients(tuple(to))) if to else ()


def pack_of(original: AnyPath) -> Path:
    """Where the pack of an original lies if no other place is named; it need not be there."""
    return pack_beside(path_from(original))


def _told(capture: AnyPath | Mapping[str, str] | None) -> Mapping[Field, str]:
    if capture is None:
        return {}
    return checked(capture) if isinstance(capture, Mapping) else read_capture(path_from(capture))


def stamp(
    pack: AnyPath,
    url: str,
    *,
    passphrase: GivenPassphrase,
    of_log: bool = False,
    file: AnyPath | None = None,
    renew: bool = False,
    key: str | None = None,
) -> Stamp:
    """Have the intake, the log as it is, or a published file timestamped by a third party. Opens a
    connection.

    Args:
        pack: folder.
        url: a timestamp server (RFC 3161); it learns a hash, a random number and your address.
        passphrase: of the key that signs the log's entry.
        of_log: stamp the end of the log, not the intake.
        file: stamp this published file; the timestamp lies beside it, too.
        renew: stamp the timestamps that are there, of the pack or of the file.
        key: name of that key; needed if there are several.

    Raises:
        RefusedError: the address is of no use, it is stamped already, or the passphrase is wrong.
        InputError: no answer.
        VerificationError: an answer that does not hold, or a pack that does not.
        OutputError: it cannot be kept.
    """
    signer = Keyring(key, passphrase_from(passphrase)).signer
    opened = Pack(Path(pack))
    if file is not None:
        return stamp_file(opened, Path(file), url, signer, renew=renew)
    return stamp_pack(opened, url, signer, of_log=of_log, renew=renew)


def show_pack(
    pack: AnyPath,
    *,
    html: AnyPath | None = None,
    pdf: AnyPath | None = None,
    roots: AnyPath | None = None,
    sign_with: str | None = None,
    passphrase: GivenPassphrase = "",
    overwrite: bool = False,
) -> ShownPack:
    """Check a pack, and tell what is in it; the seal stays closed.

    Args:
        pack: folder.
        html: where the evidence report goes, as a page.
        pdf: where it goes as a PDF.
        roots: PEM file of the timestamp authorities that are trusted.
        sign_with: name of a key of yours that signs the report.
        passphrase: of that key.
        overwrite: replace reports that exist.

    Raises:
        VerificationError: it is no pack, or too little of it can be read for a report.
        RefusedError: a report is there already, or lies in the pack.
        InputError: the certificates cannot be read.
        OutputError: a report cannot be written.
    """
    context = Context(known_here(), () if roots is None else load_roots(Path(roots)))
    signer = None if sign_with is None else Keyring(sign_with, passphrase_from(passphrase)).signer
    shown = check_and_tell(Pack(Path(pack)), context)
    shown.write(
        html=None if html is None else Path(html),
        pdf=None if pdf is None else Path(pdf),
        overwrite=overwrite,
        signer=signer,
    )
    return shown


def open_pack(
    pack: AnyPath,
    out: AnyPath | None = None,
    *,
    companions: AnyPath | None = None,
    passphrase: GivenPassphrase,
    reason: str | None = None,
    identities: Sequence[AnyPath] = (),
    seal_passphrase: GivenPassphrase | None = None,
    key: str | None = None,
) -> str:
    """Take the original out, or what came with it, check that it is what was sealed, and enter that
    in the log.

    Args:
        pack: folder.
        out: where the original goes; ``None``: it stays under seal.
        companions: a new folder for the files that came with it, and for what was told of how it
            came about (``capture.json``).
        passphrase: of the key that signs the log's entry.
        reason: why, for the log.
        identities: files of secret keys (age or SSH) that open the seal; your own when left out.
        seal_passphrase: of those, or of the seal where it was sealed to one.
        key: name of the key that signs; needed if there are several.

    Returns:
        SHA-256 of the original, hexadecimal.

    Raises:
        InputError: a part of the pack cannot be read.
        RefusedError: none of the keys opens it, a target is there, or nothing was asked for.
        VerificationError: it was changed or exchanged.
        OutputError: it cannot be written.
    """
    if out is None and companions is None:
        raise RefusedError("neither the original is asked for, nor what came with it.")
    keyring = _keyring(key, passphrase, identities, seal_passphrase)
    found = Pack(Path(pack))
    if out is not None:
        open_original(found, Path(out), keyring, reason)
    if companions is not None:
        open_companions(found, Path(companions), keyring, reason)
    return found.intake.sha256


def release(
    pack: AnyPath,
    fields: Sequence[str],
    *,
    passphrase: GivenPassphrase,
    reason: str | None = None,
    identities: Sequence[AnyPath] = (),
    seal_passphrase: GivenPassphrase | None = None,
    key: str | None = None,
) -> tuple[ReleasedValue, ...]:
    """Release some of what was told at intake from under seal, and enter that in the log. It cannot
    be taken back; the rest stays under seal.

    Args:
        pack: folder.
        fields: ``device``, ``place``, ``time``, ``source``, ``obtained``; ``companion-1`` for the
            SHA-256 of the first file that came with the original.
        passphrase: of the key that signs the release, and the log's entry.
        reason: why, for the log.
        identities: as for ``open_pack``.
        seal_passphrase: as for ``open_pack``.
        key: name of the key that signs; needed if there are several.

    Returns:
        What was released, in that order.

    Raises:
        InputError: a part of the pack cannot be read.
        RefusedError: there is nothing of that name, it was released before, or none of the keys
            opens the seal.
        VerificationError: what lies under seal is not what the intake commits to.
        OutputError: it cannot be written.
    """
    keyring = _keyring(key, passphrase, identities, seal_passphrase)
    return release_values(Pack(Path(pack)), fields, keyring, reason)


def _keyring(
    key: str | None,
    passphrase: GivenPassphrase,
    identities: Sequence[AnyPath],
    seal_passphrase: GivenPassphrase | None,
) -> Keyring:
    return Keyring(
        key,
        passphrase_from(passphrase),
        tuple(Path(file) for file in identities),
        None if seal_passphrase is None else passphrase_from(seal_passphrase),
    )
