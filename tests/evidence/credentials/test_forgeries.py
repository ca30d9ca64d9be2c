"""Each forgery is caught, with a sentence of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.evidence.credentials import forging
from tests.evidence.credentials.files import EDIT, desk, issued
from tests.evidence.signers import Authority, signer
from tests.media.jumbfs import assertion, box, thumbnail

from efface.errors import VerificationError
from efface.evidence import credentials
from efface.evidence.credentials import Credentials, Ingredient
from efface.evidence.finding import CheckResult
from efface.evidence.keys.files import KeySigner
from efface.media.metadata.credentials import EVIDENCE_LABEL
from efface.policy import Limits

Make = Callable[[str], Path]
NOW = datetime.now(UTC)
ASSERTIONS = "c2pa.assertions"


def judged(
    found: Credentials | None,
    *,
    now: datetime = NOW,
    stamped: datetime | None = None,
    known: bool = True,
) -> dict[str, CheckResult]:
    """What does not hold, by name."""
    assert found is not None
    keys = {desk().key_id} if known else set()
    findings = credentials.check(found, now=now, stamped=stamped, known=keys)
    assert all(f.says.endswith(".") for f in findings)
    return {f.name: f for f in findings if not f.ok}


def one(found: Credentials | None, name: str, says: str) -> None:
    """There is this to say, and nothing else."""
    wrong = judged(found)
    assert list(wrong) == [name]
    assert says in wrong[name].says


@pytest.fixture
def bmp(make: Make) -> Path:
    """A file whose credentials lie beside it, where they can be tampered with most easily."""
    return make("bmp")


@pytest.fixture
def store(bmp: Path) -> bytes:
    return credentials.sidecar(bmp, EDIT, desk())


def tampered(
    bmp: Path, store: bytes, path: tuple[str, ...], change: Callable[[bytes], bytes]
) -> Credentials | None:
    """The credentials with the contents of one box of the active manifest changed."""
    label = forging.active(bmp.read_bytes(), "image/bmp", store)
    return credentials.read(bmp, forging.rebuilt(store, ("c2pa", label, *path), change))


def test_nothing_is_wrong_before(bmp: Path, store: bytes) -> None:
    assert judged(credentials.read(bmp, store)) == {}


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif", "tiff", "avif", "mp4", "avi"])
def test_the_file_was_changed_afterwards(name: str, make: Make) -> None:
    path = make(name)
    credentials.write(path, path, EDIT, desk(), overwrite=True)
    data = bytearray(path.read_bytes())
    at = {"jpeg": -10, "png": -20, "gif": -10, "tiff": 40}.get(name, 0) or changeable(data)
    data[at] ^= 1
    path.write_bytes(data)
    one(credentials.read(path), "credentials.file", "another file, or the file was changed")


def changeable(data: bytearray) -> int:
    """A byte of coded picture."""
    name = b"mdat" if b"mdat" in data else b"VP8L" if b"VP8L" in data else b"movi"
    return data.index(name) + 200


def test_boxes_that_viewers_skip_cannot_be_added(make: Make) -> None:
    path = make("mp4")
    credentials.write(path, path, EDIT, desk(), overwrite=True)
    path.write_bytes(path.read_bytes() + box(b"free", b"a face"))
    one(credentials.read(path), "credentials.file", "another file")


def test_what_no_signature_covers_is_seen_in_the_file(jpeg: Path, make: Make) -> None:
    found = credentials.write(jpeg, jpeg, EDIT, desk(), overwrite=True)
    signed = jpeg.read_bytes()
    assert credentials.check_carried(jpeg, found, Limits()).ok
    label = b"c2pa.assertions\0"  # of a box whose description no hash covers
    hidden = box(b"c2sh", b"a face, in sixteen bytes")
    grown = signed.replace(label, label + hidden, 1)
    jpeg.write_bytes(longer(grown, len(hidden)))
    finding = credentials.check_carried(jpeg, found, Limits())
    assert "that no signature covers" in finding.says
    path = make("mp4")
    found = credentials.write(path, path, EDIT, desk(), overwrite=True)
    path.write_bytes(path.read_bytes() + box(b"free", b"a face"))
    assert "padding" in credentials.check_carried(path, found, Limits()).says


def longer(data: bytes, more: int) -> bytes:
    """A signed JPEG in whose manifests a description grew, with every length put right."""
    out = bytearray(data)

    def add(at: int, size: int) -> None:
        out[at : at + size] = (int.from_bytes(out[at : at + size]) + more).to_bytes(size)

    segment = out.index(b"\xff\xeb")
    add(segment + 2, 2)
    at = segment + 12
    for depth in range(3):  # the store, the manifest, the assertions
        add(at, 4)
        if depth == 2:
            add(at + 8, 4)
        at += 8 + int.from_bytes(out[at + 8 : at + 12])
    return bytes(out)


def test_credentials_of_another_file(make: Make, bmp: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.bmp"
    other.write_bytes(bytes(reversed(bmp.read_bytes()[54:])).join([bmp.read_bytes()[:54], b""]))
    store = credentials.sidecar(other, EDIT, desk())
    one(credentials.read(bmp, store), "credentials.file", "of another file")
    path = make("jpeg")
    one(credentials.read(path, store), "credentials.file", "of another file")


def test_an_unknown_signer_is_valid_and_not_trusted(bmp: Path) -> None:
    found = credentials.read(bmp, credentials.sidecar(bmp, EDIT, signer("other", now=NOW)))
    wrong = judged(found)
    assert list(wrong) == ["credentials.trust"]
    assert "valid is not trusted" in wrong["credentials.trust"].says
    assert found is not None
    assert found.chain is not None
    assert found.chain.key_id in wrong["credentials.trust"].says


def test_an_assertion_was_changed(bmp: Path, store: bytes) -> None:
    found = tampered(
        bmp, store, (ASSERTIONS, EVIDENCE_LABEL), lambda b: b.replace(b"AAECAwQ", b"AAECAwA")
    )
    one(found, "credentials.content", "changed or taken out")


def test_an_assertion_was_taken_out(bmp: Path, store: bytes) -> None:
    def without(boxes: bytes) -> bytes:
        start = boxes.index(EVIDENCE_LABEL.encode()) - 33  # two heads, type and toggles
        length = int.from_bytes(boxes[start : start + 4])
        return boxes[:start] + boxes[start + length :]

    wrong = judged(tampered(bmp, store, (ASSERTIONS,), without))
    assert list(wrong) == ["credentials.content", "credentials.others"]
    assert "assertion.missing" in wrong["credentials.content"].says
    assert "no statement of efface's" in wrong["credentials.others"].says


def test_a_second_statement_is_put_in(bmp: Path, store: bytes) -> None:
    more = assertion(EVIDENCE_LABEL, b'{"proof":"forged"}')
    with pytest.raises(VerificationError, match="cannot be read"):
        tampered(bmp, store, (ASSERTIONS,), lambda boxes: boxes + more)


def test_the_signature_is_another_ones(bmp: Path, store: bytes) -> None:
    other = credentials.sidecar(bmp, EDIT, desk())
    taken: list[bytes] = []

    def keep(boxes: bytes) -> bytes:
        taken.append(boxes)
        return boxes

    label = forging.active(bmp.read_bytes(), "image/bmp", other)
    forging.rebuilt(other, ("c2pa", label, "c2pa.signature"), keep)
    found = tampered(bmp, store, ("c2pa.signature",), lambda _: taken[0])
    wrong = judged(found)
    assert wrong["credentials.signature"].says == (
        "The signature of the Content Credentials is wrong."
    )
    assert "its key did not make the signature" in wrong["credentials.certificate"].says


def test_data_is_hidden_in_what_no_signature_covers(bmp: Path, store: bytes) -> None:
    def filled(signature: bytes) -> bytes:
        at = signature.index(b"cpad") + 10
        return signature[:at] + b"a face" + signature[at + 6 :]

    found = tampered(bmp, store, ("c2pa.signature",), filled)
    one(found, "credentials.unsigned", "that nobody signed: pad")
    found = credentials.read(bmp, store + box(b"free", b"a face"))
    one(found, "credentials.unsigned", "bytes that belong to nothing")


@cache
def brief() -> tuple[KeySigner, datetime]:
    """A signer whose certificate expires in a moment, and when."""
    now = datetime.now(UTC)
    until = now.replace(microsecond=0) + timedelta(seconds=2)
    root = Authority("Press authority", since=now - timedelta(days=9), until=now + timedelta(9))
    private = ec.generate_private_key(ec.SECP256R1())
    leaf = issued(root, private, now - timedelta(days=1), until)
    return KeySigner(private, [leaf, root.der]), until


def test_the_certificate_expired(bmp: Path) -> None:
    key, until = brief()
    store = credentials.sidecar(bmp, EDIT, key)
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()) + 1.1)
    now = datetime.now(UTC)
    known = {key.key_id}
    found = credentials.read(bmp, store)
    assert found is not None
    says = {f.name: f for f in credentials.check(found, now=now, known=known) if not f.ok}
    assert list(says) == ["credentials.certificate"]
    assert "expired on" in says["credentials.certificate"].says
    assert "no trusted timestamp" in says["credentials.certificate"].says
    before = until - timedelta(seconds=1)
    stamped = credentials.check(found, now=now, stamped=before, known=known)
    assert all(f.ok for f in stamped)
    (certificate,) = [f for f in stamped if f.name == "credentials.certificate"]
    assert "a timestamp shows that the signature is older" in certificate.says
    late = credentials.check(found, now=now, stamped=until + timedelta(seconds=1), known=known)
    assert not all(f.ok for f in late)
    data = bytearray(bmp.read_bytes())
    data[-1] ^= 1
    bmp.write_bytes(data)
    assert {"credentials.certificate", "credentials.file"} == judged(
        credentials.read(bmp, store), now=now
    ).keys() - {"credentials.trust"}


def test_a_certificate_that_is_not_valid_yet(bmp: Path, store: bytes) -> None:
    wrong = judged(credentials.read(bmp, store), now=NOW - timedelta(days=9))
    assert list(wrong) == ["credentials.certificate"]
    assert "valid only from" in wrong["credentials.certificate"].says


@pytest.fixture
def original(jpeg: Path) -> bytes:
    return forging.sign(forging.CAMERA, jpeg.read_bytes(), "image/jpeg")[0]


def redacting(
    bmp: Path, original: bytes, *, said: bool, label: str = "org.camera.place"
) -> tuple[bytes, str]:
    """A sidecar that redacts the camera's place; also the camera's manifest's label."""
    camera = forging.active(original, "image/jpeg")
    uri = f"self#jumbf=/c2pa/{camera}/c2pa.assertions/{label}"
    action = {
        "action": "c2pa.redacted",
        "reason": "c2pa.PII.present",
        "parameters": {"redacted": uri},
    }
    says = forging.manifest(*([action] if said else []), redactions=[uri])
    _, store = forging.sign(says, bmp.read_bytes(), "image/bmp", original=original, beside=True)
    return store, camera


def test_a_redaction_without_its_action(bmp: Path, original: bytes) -> None:
    """The library takes it."""
    silent = credentials.read(bmp, redacting(bmp, original, said=False)[0])
    assert silent is not None
    assert {s.code for s in silent.failed} == {"signingCredential.untrusted"}
    assert "unsaid" in judged(silent)["credentials.redactions"].says
    said = credentials.read(bmp, redacting(bmp, original, said=True)[0])
    assert "credentials.redactions" not in judged(said)


def test_content_is_put_where_an_assertion_was_redacted(bmp: Path, original: bytes) -> None:
    """The library finds it since version 0.91; so do we, without it."""
    store, camera = redacting(bmp, original, said=True)
    forged = assertion("org.camera.place", b'{"place":"elsewhere"}')
    changed = forging.rebuilt(store, ("c2pa", camera, ASSERTIONS), lambda boxes: boxes + forged)
    found = credentials.read(bmp, changed)
    assert found is not None
    for seen in (found, replace(found, failed=())):
        finding = judged(seen)["credentials.redactions"]
        assert "content where it was taken out" in finding.says


def test_a_thumbnail_in_the_original_or_the_new_manifest(bmp: Path, jpeg: Path) -> None:
    camera = forging.sign(forging.CAMERA, jpeg.read_bytes(), "image/jpeg", defaults=True)[0]
    _, store = forging.sign(
        forging.manifest(), bmp.read_bytes(), "image/bmp", original=camera, beside=True
    )
    assert "picture or a file" in judged(credentials.read(bmp, store))["credentials.pictures"].says
    data, _ = forging.sign(
        forging.manifest(ingredients=[{"relationship": "parentOf", "label": "original"}]),
        jpeg.read_bytes(),
        "image/jpeg",
        defaults=True,
    )
    jpeg.write_bytes(data)
    assert "credentials.pictures" in judged(credentials.read(jpeg))


def test_what_efface_does_not_write(bmp: Path, original: bytes) -> None:
    parent = [{"relationship": "parentOf", "label": "original"}]
    own = {"label": EVIDENCE_LABEL, "kind": "Json", "data": {"a": 1}}
    foreign = {"label": "stds.schema", "kind": "Json", "data": {"name": "Jane"}}
    cases: dict[str, tuple[dict[str, object], bytes | None]] = {
        "no statement": (forging.manifest(ingredients=parent), None),
        "stds.schema": (forging.manifest(ingredients=parent, assertions=[own, foreign]), None),
        "ingredients": (
            forging.manifest(ingredients=[{**parent[0], "title": "a.jpg"}], assertions=[own]),
            None,
        ),
        "manifest urn": (forging.manifest(assertions=[own]), original),
    }
    for says, (manifest, parent_file) in cases.items():
        _, store = forging.sign(
            manifest, bmp.read_bytes(), "image/bmp", original=parent_file, beside=True
        )
        finding = judged(credentials.read(bmp, store))["credentials.others"]
        assert says in finding.says, says


def test_other_manifests_are_told(bmp: Path, original: bytes) -> None:
    store, camera = redacting(bmp, original, said=True)
    found = credentials.read(bmp, store)
    assert found is not None
    (other,) = found.others
    assert other.label == camera
    assert other.title == forging.NAME
    assert other.generator == "Camera of Jane Roe 1"
    (parent,) = found.active.ingredients
    assert isinstance(parent, Ingredient)
    assert parent.manifest == camera


@pytest.mark.parametrize("data", [b"", b"nothing", b"\0\0\0\x10jumb" + bytes(8)])
def test_a_sidecar_that_is_none(data: bytes, bmp: Path) -> None:
    with pytest.raises(VerificationError, match="cannot be read") as caught:
        credentials.read(bmp, data)
    assert caught.value.path == bmp


def test_a_box_is_put_in(bmp: Path, store: bytes) -> None:
    """No assertion of the claim: the library does not read on."""
    with pytest.raises(VerificationError, match="cannot be read"):
        tampered(bmp, store, (ASSERTIONS,), lambda boxes: boxes + thumbnail())
