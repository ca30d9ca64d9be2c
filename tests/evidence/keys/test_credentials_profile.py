"""The certificates are such that Content Credentials' own library takes them."""

from __future__ import annotations

import io
import json

import c2pa  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.evidence.signers import NOW

from efface.evidence.keys.certificates import issue, new_key
from efface.evidence.keys.chain import pem_chain

ACTION = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
}
MANIFEST = {
    "claim_generator_info": [{"name": "efface"}],
    "format": "image/jpeg",
    "assertions": [{"label": "c2pa.actions", "data": {"actions": [ACTION]}}],
}


@pytest.mark.parametrize("algorithm", ["ed25519", "es256", "es384"])
def test_the_library_signs_with_them_and_finds_only_that_nobody_trusts_them(
    algorithm: str, jpeg_bytes: bytes
) -> None:
    private = new_key(algorithm)
    chain = issue(private.public_key(), algorithm, "Desk 4", NOW)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    info = c2pa.C2paSignerInfo(algorithm.encode(), pem_chain(chain), secret, None)
    signed = io.BytesIO()
    with c2pa.Builder(MANIFEST) as builder, c2pa.Signer.from_info(info) as signer:
        builder.sign(signer, "image/jpeg", io.BytesIO(jpeg_bytes), signed)
    signed.seek(0)
    with c2pa.Reader("image/jpeg", signed) as reader:
        report = json.loads(reader.json())
    failures = [f["code"] for f in report["validation_results"]["activeManifest"]["failure"]]
    assert failures == ["signingCredential.untrusted"]
    assert report["validation_state"] == "Valid"
    (manifest,) = report["manifests"].values()
    assert manifest["signature_info"]["issuer"] == "Desk 4"
    assert manifest["signature_info"]["common_name"] == "Desk 4"
