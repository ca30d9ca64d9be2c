"""A whole case: sealed, redacted and published, with a key in memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyrage  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.signers import NOW, signer

from efface.evidence.credentials import Edit, can_hold, read, sidecar, write, write_sidecar
from efface.evidence.finding import CheckResult
from efface.evidence.keys.interface import Signer
from efface.evidence.keys.trust import NOBODY, Trust
from efface.evidence.pack.assertion import Assertion
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.redaction import unpacked
from efface.evidence.pack.secret import Secret
from efface.evidence.places import regions_of as regions_shown
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.recipients import Recipient
from efface.evidence.verify.context import Context
from efface.files.paths import sha256
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.media.video.interface import Movie, as_movie
from efface.policy import Limits, Policy, RescanPolicy
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.report import FileReport
from efface.workflow.seal import Request, seal_original
from efface.workflow.verify import Verification, verify
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]

FACE = Box(0, 82, 25, 52, 70)
"""In the fixture ``portrait``."""
LATER = NOW + timedelta(minutes=10)
MUCH_LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """One original on its way."""

    folder: Path
    original: Path
    pack_folder: Path
    published: Path
    signer: Signer
    identity: Identity

    @property
    def pack(self) -> Pack:
        return Pack(self.pack_folder)

    @property
    def secret(self) -> Secret:
        return self.pack.secret([self.identity])

    @property
    def trust(self) -> Trust:
        return NOBODY.with_key("the desk", self.signer.key_id)

    def copied(self, folder: Path) -> Case:
        """The same somewhere else, to be forged."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        moved = {
            name: folder / getattr(self, name).name
            for name in ("original", "pack_folder", "published")
        }
        return replace(self, folder=folder, **moved)

    def context(self, **changes: object) -> Context:
        return replace(Context(self.trust, now=MUCH_LATER), **changes)  # type: ignore[arg-type]

    def stranger(self, **changes: object) -> Verification:
        """What somebody finds who has the published file alone."""
        return verify(self.published, self.context(**changes))

    def partner(self, **changes: object) -> Verification:
        """With the pack, too."""
        return verify(self.published, self.context(**changes), pack=self.pack)

    def court(self, **changes: object) -> Verification:
        """With everything."""
        return verify(
            self.published,
            self.context(**changes),
            pack=self.pack,
            original=self.original,
            secret=self.secret,
        )

    def sign_again(self, evidence: Assertion, by: Signer, **changes: object) -> None:
        """Forge: new Content Credentials around this evidence, by whoever has a key."""
        bare = self.folder / f"bare{self.published.suffix}"
        without_credentials(self.published, bare)
        self.put_around(bare, evidence, by, **changes)
        bare.unlink()

    def put_around(self, bare: Path, evidence: Assertion, by: Signer, **changes: object) -> None:
        """Forge: publish another file with this evidence, in it or beside it."""
        media = open_media(bare, Limits())
        starts = () if isinstance(media, Photo) else starts_of(as_movie(media))
        regions = regions_shown(media, zones_of(evidence), starts)
        edit = Edit(regions, evidence.to_json(), when=LATER)
        edit = replace(edit, **changes)  # type: ignore[arg-type]
        if can_hold(bare):
            write(bare, self.published, edit, by, overwrite=True)
        else:
            store = sidecar(bare, edit, by)
            shutil.copyfile(bare, self.published)
            write_sidecar(self.published, store, overwrite=True)

    def evidence(self) -> Assertion:
        """What the published file carries."""
        found = read(self.published)
        assert found is not None
        assert found.evidence is not None
        return Assertion.of(found.evidence)


def starts_of(movie: Movie) -> tuple[Fraction, ...]:
    """When each frame begins to show, seconds from the first."""
    times = [frame.pts * movie.coding.time_base for frame in movie.frames()]
    return tuple(time - times[0] for time in times)


def zones_of(evidence: Assertion) -> tuple[Zone, ...]:
    """Of the statement, whether its signature holds or not."""
    return unpacked(json.loads(evidence.redaction.body)["zones"])


def key_pair() -> tuple[Recipient, Identity]:
    """An age key, without the seconds that a passphrase costs."""
    key = pyrage.x25519.Identity.generate()
    return Recipient(str(key.to_public()), key.to_public()), Identity(key)


def make_case(folder: Path, original: Path, now: datetime = NOW, years: int = 5) -> Case:
    """Intake, seal, redact, publish."""
    by = signer(now=now, years=years)
    recipient, identity = key_pair()
    target = folder / f"{original.stem}.pack"
    seal_original(Request(original, target, (recipient,), by, now=now), Limits())
    case = Case(folder, original, target, folder / f"published{original.suffix}", by, identity)
    redact(case, case.published, now + timedelta(minutes=10))
    return case


def redact(case: Case, target: Path, now: datetime = LATER, *boxes: Box) -> FileReport:
    """Into the pack; the second detector has tests of its own."""
    notary = PackNotary(case.pack, case.secret, case.signer, now)
    order = Order(Policy(rescan=RescanPolicy(enabled=False)))
    regions = regions_of(case.original, *boxes)
    asked = FileOrder(case.original, target, order, Ports(notary=notary), regions)
    return redact_file(asked).or_raise()


def regions_of(original: Path, *boxes: Box) -> Regions:
    """The face of the portrait, or others."""
    with Image.open(original) as image:
        width, height = image.size
    media = Media(original.name, sha256(original), "image", width, height, 1)
    return Regions(media, tuple(Track(f"t{n}", (box,)) for n, box in enumerate(boxes or (FACE,))))


def without_credentials(path: Path, target: Path) -> None:
    """The file as it was before it was signed, byte for byte."""
    data = path.read_bytes()
    png = path.suffix == ".png"
    out, at = bytearray(data[: 8 if png else 2]), 8 if png else 2
    while at < len(data) and (png or data[at + 1] != 0xDA):  # start of scan
        if png:
            size, own = int.from_bytes(data[at : at + 4]) + 12, data[at + 4 : at + 8] == b"caBX"
        else:
            size, own = int.from_bytes(data[at + 2 : at + 4]) + 2, data[at + 1] == 0xEB  # APP11
        out += b"" if own else data[at : at + size]
        at += size
    target.write_bytes(bytes(out) + data[at:])


def changed(path: Path, change: Callable[[Picture], None]) -> None:
    """Forge the pixels of a PNG; its Content Credentials are lost."""
    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB"))
    change(pixels)
    Image.fromarray(pixels).save(path)


def failing(found: Verification) -> dict[str, str]:
    """Findings that do not hold, by name."""
    return {one.name: one.says for one in found.findings if not one.ok}


def finding(found: Verification, name: str) -> CheckResult:
    """The one of that name."""
    return next(one for one in found.findings if one.name == name)


def when(minutes: float) -> datetime:
    """Minutes after intake."""
    return datetime.fromtimestamp(NOW.timestamp() + 60 * minutes, UTC)
