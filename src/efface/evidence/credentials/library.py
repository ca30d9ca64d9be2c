"""How the C2PA library is used: offline, and without anything that it would add by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import c2pa  # type: ignore[import-untyped]

from efface.evidence.keys.chain import pem_chain
from efface.media.metadata.credentials import EVIDENCE_LABEL

OFFLINE: dict[str, Any] = {
    "version": 1,
    "builder": {
        # By default a picture of 1024 pixels of every file that is mentioned goes in.
        "thumbnail": {"enabled": False},
        "actions": {
            "auto_created_action": {"enabled": False},
            "auto_opened_action": {"enabled": False},
            "auto_placed_action": {"enabled": False},
        },
        # By default anybody can add boxes of these kinds to a signed MP4, with anything in them.
        "bmff_hash_exclude_free_and_skip_boxes": False,
        # Assertions that the signer speaks for; others count as merely gathered, and the
        # specification asks that the first actions are not (2.4, 18.15.2).
        "created_assertion_labels": ["c2pa.actions", "c2pa.ingredient", EVIDENCE_LABEL],
    },
    "verify": {
        # What was written is read again by our own reader.
        "verify_after_sign": False,
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        "verify_trust": True,
    },
    "core": {
        "allowed_network_hosts": [],
        # Identities of the CAWG kind are looked up on the web.
        "decode_identity_assertions": False,
    },
}
"""Settings of c2pa-rs 0.91, each that could add a picture or open a connection switched off."""


def context(anchors: Sequence[bytes] = ()) -> Any:
    """A context of the library.

    Args:
        anchors: certificates in DER of authorities whose signers are trusted.
    """
    settings = dict(OFFLINE)
    if anchors:
        settings["trust"] = {"user_anchors": pem_chain(anchors).decode("ascii")}
    return c2pa.Context.from_dict(settings)
