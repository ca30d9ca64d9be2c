"""From an original to a redacted file and a proof, as the workflow does it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.evidence.commitment.contents import KEY

from efface.evidence.commitment import Commitment, Content, ProofResult, check, commit, prove
from efface.evidence.commitment.opening import content_of
from efface.media.interface import Photo
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

Opener = Callable[[bytes], Photo]
"""Opens a file's bytes."""
GREEN = Colour(10, 200, 30)


@dataclass(frozen=True)
class Case:
    """One original, committed to, redacted and proven."""

    zones: tuple[Zone, ...]
    commitment: Commitment
    proof: bytes
    redacted: bytes

    def check(self, redacted: Photo, zones: Sequence[Zone] | None = None) -> ProofResult:
        """What a stranger does with a file."""
        content: Content = content_of(redacted)
        used = self.zones if zones is None else zones
        return check(self.commitment, self.proof, content, content.hidden(used))


def written(photo: Photo, zones: Sequence[Zone]) -> bytes:
    out = io.BytesIO()
    photo.write(zones, ConstantFilling(GREEN), EncodePolicy(), out)
    return out.getvalue()


def case(original: Photo, zones: Sequence[Zone], *, to_leaves: bool = True) -> Case:
    """
    Args:
        to_leaves: zones are filled to whole leaves; else only as the format needs it.
    """
    content = content_of(original)
    made = commit(content, KEY)
    filled = content.grown(zones) if to_leaves else original.grown(zones)
    redacted = written(original, filled)
    shown = None
    if content.pages[0].rule is not None:
        shown = content_of(open_again(original, redacted)).matched(made.parameters)
    proof = prove(content, KEY, content.hidden(filled), made, shown)
    return Case(tuple(filled), made, proof, redacted)


def open_again(original: Photo, data: bytes) -> Photo:
    """A redacted file, beside its original."""
    path = original.path.with_stem("redacted")
    path.write_bytes(data)
    return open_photo(path, Limits())
