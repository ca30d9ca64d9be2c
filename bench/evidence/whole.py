"""What a case costs from end to end: seal, redact with and without a pack, verify.

Photos of 22 megapixels, made of noise and of the portrait of the demonstration. The key is in
memory: a passphrase costs another half second each time, and making one two.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyrage  # type: ignore[import-untyped]
from PIL import Image
from skimage import data

from efface.evidence.keys.certificates import YEARS, issue, new_key
from efface.evidence.keys.files import KeySigner
from efface.evidence.pack.opened import Pack
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.recipients import Recipient
from efface.evidence.verify.context import Context
from efface.files.paths import sha256
from efface.policy import Limits
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.seal import Request, seal_original
from efface.workflow.verify import verify

SIZE = WIDTH, HEIGHT = 5760, 3840
RUNS = 3
FACE = Box(0, 2764, 1750, 104, 140)


@dataclass(frozen=True)
class Case:
    """One original, again and again."""

    folder: Path
    original: Path
    signer: KeySigner
    identity: Identity
    recipient: Recipient

    def seal(self, run: int) -> None:
        seal_original(
            Request(self.original, self._pack(run), (self.recipient,), self.signer), Limits()
        )

    def redact(self, run: int) -> None:
        self._redact(self.folder / f"plain-{run}{self.original.suffix}", Ports())

    def prove(self, run: int) -> None:
        pack = Pack(self._pack(run))
        notary = PackNotary(pack, pack.secret([self.identity]), self.signer)
        self._redact(self._published(run), Ports(notary=notary))

    def stranger(self, run: int) -> None:
        assert verify(self._published(run), Context()).ok

    def court(self, run: int) -> None:
        pack = Pack(self._pack(run))
        secret = pack.secret([self.identity])
        published, original = self._published(run), self.original
        assert verify(published, Context(), pack=pack, original=original, secret=secret).ok

    @property
    def larger(self) -> int:
        """Bytes that evidence adds to a published file."""
        plain = self.folder / f"plain-0{self.original.suffix}"
        return self._published(0).stat().st_size - plain.stat().st_size

    def _redact(self, target: Path, ports: Ports) -> None:
        media = Media(self.original.name, sha256(self.original), "image", WIDTH, HEIGHT, 1)
        regions = Regions(media, (Track("t1", (FACE,)),))
        redact_file(FileOrder(self.original, target, Order(), ports, regions)).or_raise()

    def _pack(self, run: int) -> Path:
        return self.folder / f"{run}.pack"

    def _published(self, run: int) -> Path:
        return self.folder / f"published-{run}{self.original.suffix}"


def made(folder: Path, ending: str) -> Case:
    """Noise with the portrait in the middle, and keys."""
    folder.mkdir()
    rng = np.random.default_rng(1)
    small = rng.integers(0, 255, (HEIGHT // 16, WIDTH // 16, 3), np.uint8)
    whole = Image.fromarray(small).resize(SIZE, Image.Resampling.BICUBIC)
    portrait = data.astronaut()  # type: ignore[no-untyped-call]
    whole.paste(Image.fromarray(portrait), (2600, 1700))
    original = folder / f"original.{ending}"
    whole.save(original, **({"quality": 92} if ending == "jpg" else {"compress_level": 1}))  # type: ignore[arg-type]
    private, key = new_key("ed25519"), pyrage.x25519.Identity.generate()
    chain = issue(private.public_key(), "ed25519", "bench", datetime.now(UTC), YEARS)
    to = Recipient(str(key.to_public()), key.to_public())
    return Case(folder, original, KeySigner(private, chain), Identity(key), to)


def best(action: Callable[[int], None]) -> float:
    """CPU-seconds of the quickest of some runs."""
    spent = []
    for run in range(RUNS):
        start = time.process_time()
        action(run)
        spent.append(time.process_time() - start)
    return min(spent)


def main() -> None:
    """Measure and print a table."""
    print("## A case of one photo of 22 megapixels, CPU-seconds\n")
    print("| | seal | redact | redact --pack | verify | as a court | evidence adds |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for ending in ("jpg", "png"):
            case = made(Path(name) / ending, ending)
            steps = (case.seal, case.redact, case.prove, case.stranger, case.court)
            figures = " | ".join(f"{best(step):.2f}" for step in steps)
            print(f"| {ending.upper()} | {figures} | {case.larger / 1000:.0f} kB |", flush=True)


if __name__ == "__main__":
    main()
