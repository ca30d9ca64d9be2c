"""Content Credentials as others write them, and such that were tampered with."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import c2pa  # type: ignore[import-untyped]
from tests.evidence.credentials.files import desk
from tests.media.jumbfs import box

from efface.evidence.credentials.library import OFFLINE
from efface.evidence.keys.chain import pem_chain

OPENED = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}}
CREATED = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
}
NAME, PLACE = "Jane Roe at home", "52,31.1234N"
CAMERA = {
    "claim_generator_info": [{"name": "Camera of Jane Roe", "version": "1"}],
    "title": NAME,
    "assertions": [
        {"label": "c2pa.actions.v2", "data": {"actions": [CREATED]}},
        {"label": "org.camera.place", "kind": "Json", "data": {"place": PLACE}},
    ],
}
"""A camera's manifest: with a name, and with a place."""


def manifest(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What an editor says that goes on from an original."""
    data = {"actions": [OPENED, {"action": "c2pa.edited"}, *actions]}
    assertions = [{"label": "c2pa.actions.v2", "data": data}, *more.pop("assertions", ())]
    return {"claim_generator_info": [{"name": "editor"}], "assertions": assertions, **more}


def sign(
    says: dict[str, Any],
    data: bytes,
    media: str,
    *,
    original: bytes | None = None,
    defaults: bool = False,
    beside: bool = False,
) -> tuple[bytes, bytes]:
    """Sign by the library alone; returns the file and its manifest store.

    Args:
        original: goes in as the parent, a JPEG.
        defaults: with the library's settings, not ours.
    """
    signer = desk()
    algorithm = c2pa.C2paSigningAlg[signer.algorithm.upper()]
    chain = pem_chain(signer.chain).decode("ascii")
    settings = None if defaults else c2pa.Context.from_dict(OFFLINE)
    out = io.BytesIO()
    with (
        c2pa.Signer.from_callback(signer.sign, algorithm, chain) as native,
        c2pa.Builder(says, context=settings) as builder,
    ):
        if original is not None:
            parent = {"relationship": "parentOf", "label": "original"}
            builder.add_ingredient(parent, "image/jpeg", io.BytesIO(original))
        if beside:
            builder.set_no_embed()
        store: bytes = builder.sign(native, media, io.BytesIO(data), out)
    return out.getvalue(), store


def active(data: bytes, media: str, store: bytes | None = None) -> str:
    """Label of the active manifest."""
    with c2pa.Reader(media, io.BytesIO(data), store) as reader:
        label: str = json.loads(reader.json())["active_manifest"]
        return label


def rebuilt(store: bytes, path: tuple[str, ...], change: Callable[[bytes], bytes]) -> bytes:
    """The store with the contents of one superbox changed."""
    return b"".join(_rebuilt(store, path, change))


def _rebuilt(
    data: bytes, path: tuple[str, ...], change: Callable[[bytes], bytes]
) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        whole = data[at : at + length]
        description = int.from_bytes(whole[8:12])
        label = whole[8 + 25 : 8 + description].split(b"\0")[0].decode()
        if path and whole[4:8] == b"jumb" and label == path[0]:
            head, inner = whole[8 : 8 + description], whole[8 + description :]
            inner = change(inner) if len(path) == 1 else rebuilt(inner, path[1:], change)
            whole = box(b"jumb", head + inner)
        yield whole
        at += length
