"""Whether readers of others open what efface signs: which see actions, zones and evidence.

Readers that are not there are named as such. Those on Node are installed with
``npm install --prefix bench/.cache/node @contentauth/c2pa-wasm @contentauth/toolkit
@trustnxt/c2pa-ts``, old ones with ``npm install --prefix bench/.cache/node-old
@contentauth/c2pa-wasm@0.11 @contentauth/toolkit@0.11``; exiftool comes from the system.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import c2pa  # type: ignore[import-untyped]
import numpy as np
import pyrage  # type: ignore[import-untyped]
from PIL import Image
from skimage import data

from efface.evidence.keys.certificates import YEARS, issue, new_key
from efface.evidence.keys.files import KeySigner
from efface.evidence.pack.opened import Pack
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.recipients import Recipient
from efface.files.paths import sha256
from efface.media.metadata.credentials import EVIDENCE_LABEL
from efface.policy import Limits, Policy, RescanPolicy
from efface.regions import Box, Kind, Media, Regions, Track
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.seal import Request, seal_original

NODE, OLD = (Path(__file__).parents[1] / ".cache" / name for name in ("node", "node-old"))
FACE = (180.0, 90.0, 90.0, 120.0)
FRAMES = 6
MIMES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif",
    "heic": "image/heic", "tiff": "image/tiff", "gif": "image/gif", "mp4": "video/mp4",
    "mov": "video/quicktime", "mkv": "video/x-matroska",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a reader makes of a file."""

    opens: bool
    valid: bool = False
    zones: bool = False
    evidence: bool = False
    why: str = ""

    def __str__(self) -> str:
        if not self.opens:
            return f"no: {self.why[:90]}"
        parts = {"valid": self.valid, "zones": self.zones, "evidence": self.evidence}
        missing = [name for name, there in parts.items() if not there]
        return (
            "yes" if not missing else f"opens, not {' or '.join(missing)} {self.why[:40]}".strip()
        )


def original(folder: Path, ending: str) -> Path:
    """A picture, or a clip of it."""
    path = folder / f"original.{ending}"
    picture = data.astronaut()  # type: ignore[no-untyped-call]
    if ending in ("mp4", "mov", "mkv"):
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 512, 512, "yuv420p"
            for shift in range(FRAMES):
                moved = np.ascontiguousarray(np.roll(picture, shift, axis=1))
                container.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
            container.mux(stream.encode())
    elif ending == "heic":
        import pillow_heif  # noqa: PLC0415 - registers itself

        pillow_heif.from_pillow(Image.fromarray(picture)).save(path, quality=90)
    else:
        Image.fromarray(picture).save(path, lossless=True)
    return path


def published(folder: Path, ending: str) -> Path:
    """Sealed, redacted and signed."""
    source = original(folder, ending)
    private, key = new_key("ed25519"), pyrage.x25519.Identity.generate()
    chain = issue(private.public_key(), "ed25519", "bench", datetime.now(UTC), YEARS)
    signer, to = KeySigner(private, chain), Recipient(str(key.to_public()), key.to_public())
    pack = seal_original(Request(source, folder / f"{ending}.pack", (to,), signer), Limits())
    video = ending in ("mp4", "mov", "mkv")
    kind: Kind = "video" if video else "image"
    frames = FRAMES if video else 1
    media = Media(source.name, sha256(source), kind, 512, 512, frames)
    boxes = tuple(Box(frame, *FACE) for frame in range(frames))
    notary = PackNotary(pack, Pack(pack.folder).secret([Identity(key)]), signer)
    order = Order(Policy(rescan=RescanPolicy(enabled=False)))
    target = folder / f"published.{ending}"
    regions = Regions(media, (Track("t1", boxes),))
    redact_file(FileOrder(source, target, order, Ports(notary=notary), regions)).or_raise()
    return target


def judged(text: str, bad: list[str]) -> Seen:
    """By what a reader printed."""
    zones = '"c2pa.edited"' in text and '"changes"' in text
    return Seen(True, not bad, zones, EVIDENCE_LABEL in text, ", ".join(bad))


def failures(store: dict[str, Any]) -> list[str]:
    """Codes of what does not hold, a key that nobody lists apart."""
    found = [one["code"] for one in store.get("validation_status") or []]
    return [code for code in found if code != "signingCredential.untrusted"]


def own_reader(path: Path, mime: str) -> Seen:
    """c2pa-python."""
    beside = path.with_suffix(".c2pa")
    try:
        with path.open("rb") as file:
            store = beside.read_bytes() if beside.exists() else None
            kind = "application/octet-stream" if store else mime
            text = c2pa.Reader(kind, file, manifest_data=store).json()
    except Exception as error:
        return Seen(False, why=str(error))
    return judged(text, failures(json.loads(text)))


def on_node(reader: str, modules: Path) -> Callable[[Path, str], Seen]:
    """A reader that runs on Node, in a process of its own."""

    def read(path: Path, mime: str) -> Seen:
        command = ["node", str(Path(__file__).with_suffix(".mjs")), reader, str(path), mime]
        env = {**os.environ, "READERS": str(modules)}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
        try:
            said = json.loads(done.stdout.splitlines()[-1])
        except (ValueError, IndexError):
            return Seen(False, why=done.stderr.strip()[-60:])
        if "error" in said:
            return Seen(False, why=said["error"])
        found = said["found"]
        labels = found.get("labels") if isinstance(found, dict) else None
        bad = failures(found) if labels is None else [one for one in labels if one.startswith("-")]
        return judged(json.dumps(found), bad)

    return read


def exiftool(path: Path, _: str) -> Seen:
    """It shows the boxes and checks no signature."""
    command = ["exiftool", "-G3", "-j", "-b", "-u", str(path)]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if "c2pa.claim" not in text:
        return Seen(False, why="shows no Content Credentials")
    return Seen(True, False, "c2pa.edited" in text, EVIDENCE_LABEL in text, "(checks no signature)")


def version(modules: Path, name: str) -> str:
    """Of a package on Node; empty: it is not there."""
    path = modules / "node_modules" / name / "package.json"
    return str(json.loads(path.read_text())["version"]) if path.exists() else ""


def readers() -> Iterator[tuple[str, Callable[[Path, str], Seen] | None]]:
    yield f"c2pa-python {c2pa.sdk_version()}", own_reader
    for title, package, reader, modules in (
        ("c2pa-wasm", "@contentauth/c2pa-wasm", "newest", NODE),
        ("c2pa-wasm", "@contentauth/c2pa-wasm", "newest", OLD),
        ("toolkit", "@contentauth/toolkit", "old", NODE),
        ("toolkit", "@contentauth/toolkit", "old", OLD),
        ("c2pa-ts", "@trustnxt/c2pa-ts", "typescript", NODE),
    ):
        there = version(modules, package)
        runs = there and shutil.which("node")
        yield f"{title} {there}".strip(), on_node(reader, modules) if runs else None
    if shutil.which("exiftool") is None:
        yield "exiftool", None
    else:
        done = subprocess.run(["exiftool", "-ver"], capture_output=True, text=True, check=True)
        yield f"exiftool {done.stdout.strip()}", exiftool


def main() -> None:
    """Print a table."""
    known = list(readers())
    print(f"| file | {' | '.join(title for title, _ in known)} |")
    print(f"|---|{'---|' * len(known)}")
    for ending, mime in MIMES.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                path = published(Path(folder), ending)
            except Exception as error:
                print(f"| {ending} | not made: {error} |")
                continue
            cells = ["not there" if read is None else str(read(path, mime)) for _, read in known]
        print(f"| {ending} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
