"""Evidence into a file that is to be published, or beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from efface.errors import RefusedError
from efface.evidence.credentials import (
    Edit,
    can_hold,
    sidecar,
    sidecar_path,
    write,
    write_sidecar,
)
from efface.evidence.keys.interface import Signer
from efface.evidence.pack.assertion import Assertion, beside, evidence_path
from efface.evidence.statement import encode
from efface.files.appearing import writing
from efface.files.paths import exists

MOST_INSIDE = 700_000
"""Bytes of evidence that Content Credentials take: the library takes 1 MiB in all. That of a long
video is larger, and lies beside it."""


@dataclass(frozen=True)
class Publication:
    """A finished file, and the name it will have."""

    temporary: Path
    target: Path
    signer: Signer
    overwrite: bool

    def publish(self, edit: Edit, assertion: Assertion) -> bytes | None:
        """Sign, and put everything where it belongs.

        Args:
            edit: without its evidence.

        Returns:
            The Content Credentials, if they have to lie beside the file.

        Raises:
            RefusedError: something of that name lies beside the target already.
            EffaceError: it cannot be signed or written.
        """
        document = assertion.to_json()
        plain = encode(document)
        if len(plain) <= MOST_INSIDE:
            return self._sign(replace(edit, evidence=document))
        self._write_beside(plain)
        return self._sign(replace(edit, evidence=beside(plain)))

    def _sign(self, edit: Edit) -> bytes | None:
        if can_hold(self.temporary):
            write(self.temporary, self.temporary, edit, self.signer, overwrite=True)
            return None
        check_free(self.temporary, self.target, self.overwrite)
        store = sidecar(self.temporary, edit, self.signer)
        write_sidecar(self.target, store, overwrite=self.overwrite)
        return store

    def _write_beside(self, plain: bytes) -> None:
        with writing(evidence_path(self.target), overwrite=self.overwrite) as out:
            out.write(plain)


def check_free(alike: Path, target: Path, overwrite: bool) -> None:
    """Refuse a target beside which there is evidence of another file.

    Args:
        alike: a file of the format that the target will have.

    Raises:
        RefusedError: there is.
    """
    places = [evidence_path(target)]
    if not can_hold(alike):
        places.append(sidecar_path(target))
    for place in places:
        if exists(place) and not overwrite:
            raise RefusedError(
                "there is evidence of another file beside the output already.",
                path=place,
                hint="Give another name with -o, or --overwrite if it may go.",
            )
