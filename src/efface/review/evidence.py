"""A release with evidence: the original is sealed, what is written is proven and signed, and the
pack's log is told. What is typed into the page is used once and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from efface.api.custody import add_to_log, log
from efface.api.packs import pack_of, recipients, seal
from efface.api.redaction import FileReport, Job, Ports, pack_order, ports_for
from efface.api.signing_keys import OwnKey, keys, new_key
from efface.errors import EffaceError, RefusedError, VerificationError
from efface.events import Listener
from efface.files.paths import exists, sha256
from efface.review.forms import (
    Confirmation,
    EvidenceOrder,
    EvidenceOutcome,
    EvidenceState,
    KeyChoice,
    KeyOrder,
)

_KEYS = ("age1", "ssh-")
"""How a public key begins to which something is sealed; whatever else a page says is a path."""


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    """What the command line says of evidence, for every file that is released with it."""

    to: tuple[str, ...] = ()
    """Public keys of those who may open a seal."""
    key: str | None = None
    """Name of the key that signs."""
    identities: tuple[Path, ...] = ()
    """Secret keys that open packs that are there; none: those beside the signing key."""

    @classmethod
    def named(
        cls, to: Sequence[str] = (), key: str | None = None, identities: Sequence[Path] = ()
    ) -> EvidenceOptions:
        """As they stand on the command line.

        Raises:
            RefusedError: a recipient is none.
            InputError: a file of recipients cannot be read.
        """
        return cls(recipients(to), key, tuple(identities))

    def state(self) -> EvidenceState:
        """What a page offers.

        Raises:
            InputError: a key cannot be read.
        """
        own = keys().own
        chosen = [one for one in own if self.key in (None, one.key.label, one.key.key_id)]
        first = chosen[0].key.key_id if len(chosen) == 1 else None
        return EvidenceState(keys=tuple(map(_choice, own)), key=first, to=self.to)


def make_key(options: EvidenceOptions, asked: KeyOrder) -> EvidenceState:
    """Make a key to sign with, as ``efface keys new`` does.

    Raises:
        RefusedError: the passphrase is empty, or the name cannot be one.
        OutputError: it cannot be written.
    """
    made = new_key(asked.passphrase, name=asked.name.strip() or None)
    state = options.state()
    return EvidenceState(keys=state.keys, key=made.key.key_id, to=state.to)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one release."""

    pack: Path
    sealed: bool
    """It was made just now."""
    _asked: EvidenceOrder
    _identities: tuple[Path, ...]

    def ordered(self, job: Job) -> tuple[Job, Ports]:
        """The same job for this pack, and who signs.

        Raises:
            EffaceError: a key or the pack cannot be used.
        """
        order = replace(job.order, pack=pack_order(self.pack, self._asked.key, self._identities))
        return replace(job, order=order), ports_for(order, lambda: self._asked.passphrase)

    def enter(
        self, report: FileReport, looks: Sequence[Confirmation], frames: int
    ) -> tuple[str, ...]:
        """Tell the pack's log who confirmed what was released; an entry each.

        Returns:
            What could not be entered, in a sentence.
        """
        number = 0 if report.pack is None else report.pack.redaction
        try:
            for look in looks:
                watched = "" if look.watched is None else f"{look.watched} of {frames} frames; "
                add_to_log(
                    self.pack,
                    "viewed",
                    f"confirmed what redaction {number} covers, before it was released: {watched}"
                    f"{look.time}; decisions {look.seen}",
                    passphrase=self._asked.passphrase,
                    other=look.who,
                    key=self._asked.key,
                )
        except EffaceError as error:
            return (f"Who confirmed it could not be entered in the pack's log: {error.message}",)
        return ()

    def outcome(self, report: FileReport) -> EvidenceOutcome:
        """What there is by now.

        Raises:
            EffaceError: the pack cannot be read.
        """
        told = log(self.pack)
        if not told.ok:
            raise VerificationError("the pack's log does not hold.", path=self.pack)
        said = next(entry.details for entry in told.entries if entry.action == "sealed")
        return EvidenceOutcome(
            pack=self.pack.name, case=told.case, sealed=self.sealed,
            to=tuple(said["recipients"]), by_passphrase=bool(said["passphrase"]),
            redaction=None if report.pack is None else report.pack.redaction,
            entries=len(told.entries),
        )  # fmt: skip


def sealed_original(
    source: Path, digest: str, options: EvidenceOptions, asked: EvidenceOrder, listen: Listener
) -> Evidence:
    """The pack of an original: the one that lies beside it, else a new one, sealed now.

    Args:
        digest: SHA-256 of the file that was reviewed, hexadecimal.

    Raises:
        RefusedError: it is no longer that file, or nobody could open the seal, or a key is of no
            use.
        EffaceError: the pack cannot be written.
    """
    pack = pack_of(source)
    if exists(pack):
        return Evidence(pack, False, asked, options.identities)
    if sha256(source) != digest:
        raise RefusedError(
            "it changed since it was looked at: nothing was sealed.", hint="Start efface again."
        )
    told: dict[str, str] = {name: text for name, text in asked.told.items() if text.strip()}
    seal(
        source,
        pack,
        passphrase=asked.passphrase,
        to=(*options.to, *_named(asked.to)),
        seal_passphrase=asked.seal_passphrase or None,
        key=asked.key,
        note=asked.note.strip() or None,
        capture=told,
        listen=listen,
    )
    return Evidence(pack, True, asked, options.identities)


def _named(texts: Sequence[str]) -> tuple[str, ...]:
    """Public keys that were typed into the page; nothing of it is taken for a path.

    Raises:
        RefusedError: something else.
    """
    lines = [line.strip() for text in texts for line in text.splitlines()]
    given = [line for line in lines if line and not line.startswith("#")]
    for line in given:
        if not line.startswith(_KEYS):
            raise RefusedError(
                "a recipient that was typed is no public key: it begins with age1 or ssh-.",
                hint="A file of them is named on the command line: efface review --to FILE.",
            )
    return tuple(given)


def _choice(own: OwnKey) -> KeyChoice:
    return KeyChoice(id=own.key.key_id, name=own.key.label)
