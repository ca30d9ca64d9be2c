"""Content Credentials (C2PA) in a file: whether they hold pictures, and whether efface wrote them.

No signature is checked here: this is about what rides along, not about whether it is true.
"""

from __future__ import annotations

from efface.media.metadata import jumbf
from efface.media.metadata.jumbf import Superbox
from efface.media.trace import Trace

EVIDENCE_LABEL = "org.efface.evidence"
"""The assertion in which efface puts its own statements and proofs."""
OWN_KIND = "efface-credentials"
"""Of the finding for what efface wrote."""
OWN_LABELS = frozenset({"c2pa.actions.v2", "c2pa.ingredient.v3", EVIDENCE_LABEL})
BINDING_PREFIX = "c2pa.hash."
"""Of the assertions that bind a manifest to the file's bytes."""

STORE, ASSERTIONS = "c2pa", "c2pa.assertions"
_MANIFEST = b"c2ma"
"""Type of a manifest that is neither an update of another nor compressed."""
_DATA = frozenset({b"cbor", b"json", b"c2sh"})
"""Contents that are numbers and text; ``c2sh`` is a salt."""
_SHOWN_LABELS = 8

MAX_BYTES = 64 << 20
"""A larger store is not looked into."""
BOX_TYPE = bytes.fromhex("D8FEC3D61B0E483C92975828877EC481")
"""Of the ``uuid`` box that holds a store in files of the ISO base media format."""
_PURPOSE = b"manifest\0"
_BOX_HEAD = len(BOX_TYPE) + 4 + len(_PURPOSE) + 8
"""Type, version and flags, purpose, and an offset that only fragmented files use."""


def finding(store: bytes, where: str) -> Trace:
    """What a manifest store is, in a sentence without any of its values.

    Args:
        store: the JUMBF bytes.
    """
    try:
        boxes = jumbf.superboxes(store)
    except ValueError:
        boxes = []
    if not boxes or boxes[0].path != (STORE,):
        detail = "content credentials, or the like, that cannot be read; they can show and name"
        return Trace("content-credentials", where, detail, "shows", len(store))
    labels = _assertions(boxes)
    if holds_files(boxes):
        detail = "content credentials with a thumbnail, another file, or packed parts"
        return Trace("content-credentials", where, detail, "shows", len(store))
    if _efface_wrote(boxes, labels):
        detail = "efface's content credentials: zones, proofs and the signer's certificate"
        return Trace("efface-credentials", where, detail, "names", len(store))
    detail = f"content credentials; they can hold names ({_named(labels)})"
    return Trace("content-credentials", where, detail, "names", len(store))


def box_finding(payload: bytes, where: str) -> Trace:
    """The same of what a ``uuid`` box of ``BOX_TYPE`` holds, its type included; zeros may follow
    the store.

    Source: C2PA technical specification 2.4, A.5, "Embedding manifests into BMFF-based assets".
    """
    store = payload[_BOX_HEAD:]
    length = int.from_bytes(store[:4])
    return finding(store if store[length:].strip(b"\0") else store[:length], where)


def _assertions(boxes: list[Superbox]) -> list[str]:
    """Labels of the assertions of all manifests."""
    return [box.path[3] for box in boxes if len(box.path) == 4 and box.path[2] == ASSERTIONS]


def holds_files(boxes: list[Superbox]) -> bool:
    """Whether there is anything in it but numbers and text."""
    return any(kind not in _DATA for box in boxes for kind, _ in box.contents)


def _efface_wrote(boxes: list[Superbox], labels: list[str]) -> bool:
    """Whether it is one manifest with the assertions that efface writes, and no other."""
    manifests = [box.kind for box in boxes if len(box.path) == 2]
    others = [x for x in labels if x not in OWN_LABELS and not x.startswith(BINDING_PREFIX)]
    return manifests == [_MANIFEST] and labels.count(EVIDENCE_LABEL) == 1 and not others


def _named(labels: list[str]) -> str:
    """The first few labels, as far as they are words."""
    plain = ("".join(c for c in label[:40] if c.isalnum() or c in "._-") for label in labels)
    known = list(dict.fromkeys(plain))
    more = f" and {len(known) - _SHOWN_LABELS} more" if len(known) > _SHOWN_LABELS else ""
    return (", ".join(known[:_SHOWN_LABELS]) or "no assertions") + more
