"""The prior: from what lies around a zone, and a face and a coarse head of nobody, to a picture.

    python training/prior.py training/.cache prior-small --size small
    python training/prior.py training/.cache prior-small --settle 20000
    python training/prior.py training/.cache prior-small --export src/efface/weights/prior.onnx
    python training/prior.py training/.cache prior-small --start src/efface/weights/prior.onnx

One pass: what is drawn at random are the numbers of two linear models, of faces and of coarse
heads, and the network makes a picture of them. It learns by the distance to portraits and to their
edges. It goes on from its last state whenever it is started again; each run folder has that state,
``curve.csv`` (pictures seen, loss, loss on portraits never trained on) and ``grid-*.png``.
``--settle`` lets the rate fall to nothing. ``--sharpen`` adds a critic, which starts anew each
time, and is for the end. ``--start`` takes the weights of an exported file, such
as the one in the package.
"""

from __future__ import annotations

import argparse
import csv
import logging
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from export import export
from numpy.typing import NDArray
from onnx import load as load_onnx
from onnx import numpy_helper
from prior_critic import Critic, compared
from prior_net import CONDITION, SIZES, Prior
from prior_pictures import Heads, Portraits, as_told, sample
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from efface.detect.batches import ChipNetwork
from efface.generate.canvas import HEIGHT, WIDTH
from efface.generate.coarse import CoarseHeads
from efface.generate.likeness import linear_faces
from efface.generate.prior import faded

SEED = 90
BATCH = 8
RATE = 8e-4
WARM = 100
"""Steps in which the rate rises."""
AVERAGE = 0.998
SHARPER = 0.03
"""By which the critic's judgement is weighted, once it has learned for ``WARM`` steps."""
SHARP_RATE, SHARP_MOMENTUM = 1.5e-4, 0.5
"""Beside a critic: at the usual ones a pattern of patches grew over the ground."""
JUDGING = 3e-4
"""The critic's rate."""
EDGES = 2.0
"""By which errors of edges are weighted."""
HELD = 40
SAVED_S = 120.0
LOOK = 1200
"""Pictures between two looks at the held-out loss; a grid every fourth."""

Batch = dict[str, Tensor]
_log = logging.getLogger("training")


def condition(batch: Batch) -> Tensor:
    """What the network is told, shape (n, CONDITION, HEIGHT, WIDTH)."""
    coarse = functional.interpolate(
        batch["coarse"], (HEIGHT, WIDTH), mode="bilinear", align_corners=False
    )
    told = [batch["ring"], batch["known"], batch["light"], batch["cover"], coarse]
    return torch.cat(told, dim=1).contiguous(memory_format=torch.channels_last)


def loss_of(found: Tensor, batch: Batch) -> Tensor:
    """Absolute errors of pixels and of edges of what was drawn, of each sample."""
    off = found.float() - batch["picture"]
    weight = batch["weight"]
    total = (off.abs() * weight).mean(dim=(1, 2, 3))
    for along in (2, 3):
        edge = off.diff(dim=along).abs() * weight.narrow(along, 1, weight.shape[along] - 1)
        total = total + EDGES * edge.mean(dim=(1, 2, 3))
    return total / weight.mean(dim=(1, 2, 3)).clamp(min=1e-3)


@torch.no_grad()
def drawn(network: nn.Module, told: Tensor) -> Tensor:
    """Pictures of what is told."""
    with torch.autocast("cpu", torch.bfloat16):
        return network(told).float()


class Training:
    """A network, its average, and how far it came."""

    def __init__(self, folder: Path, size: str, start: Path | None, *, sharpen: bool) -> None:
        torch.manual_seed(SEED)
        self.folder, self.size = folder, size
        folder.mkdir(parents=True, exist_ok=True)
        self.network = Prior(SIZES[size]).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Prior(SIZES[size]).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average.requires_grad_(requires_grad=False)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), RATE, (0.9, 0.99), weight_decay=0.01, fused=True
        )
        self.critic: Critic | None = None
        self.judged = 0
        if sharpen:
            self.critic = Critic().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            self.judging = torch.optim.Adam(self.critic.parameters(), JUDGING, (0.0, 0.99))
        self.seen = self.steps = self.settled = 0
        state = folder / "state.pt"
        if state.exists():
            self._read(torch.load(state, weights_only=True))
        elif start is not None:
            self.network.load_state_dict(carried(start))
        if not state.exists():
            self.average.load_state_dict(self.network.state_dict())

    def _read(self, known: dict[str, object]) -> None:
        self.network.load_state_dict(known["network"])  # type: ignore[arg-type]
        self.average.load_state_dict(known["average"])  # type: ignore[arg-type]
        self.optimiser.load_state_dict(known["optimiser"])  # type: ignore[arg-type]
        self.seen, self.steps, self.settled = known["progress"]  # type: ignore[misc]

    def save(self) -> None:
        """Keep the state, whole or not at all."""
        part = self.folder / "state.part"
        torch.save(
            {
                "network": self.network.state_dict(), "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "progress": [self.seen, self.steps, self.settled],
            },
            part,
        )  # fmt: skip
        part.replace(self.folder / "state.pt")

    def step(self, batch: Batch, settle: int) -> float:
        """Learn from one batch; returns its loss."""
        rate = (RATE if self.critic is None else SHARP_RATE) * min(1, (self.steps + 1) / WARM)
        if settle:
            rate *= max(0.0, 1 - self.settled / settle)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
            group["betas"] = (0.9 if self.critic is None else SHARP_MOMENTUM, 0.99)
        told = condition(batch)
        with torch.autocast("cpu", torch.bfloat16):
            drawing = self.network(told)
            loss = loss_of(drawing, batch).mean()
            if self.critic is not None:
                share = SHARPER * min(1, self.judged / WARM)
                loss = loss + share * self._judged(self.critic, drawing.float(), batch, told)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1
        keep = min(AVERAGE, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(self.network.parameters()), 1 - keep
            )
        self.seen += len(batch["picture"])
        self.settled += len(batch["picture"]) if settle else 0
        return float(loss.detach())

    def _judged(self, critic: Critic, drawing: Tensor, batch: Batch, told: Tensor) -> Tensor:
        """How much less real the critic, which learns here too, finds drawings than portraits."""
        fake, real = compared(drawing, batch)
        lead = critic(real, told) - critic(fake.detach(), told)
        self.judging.zero_grad()
        functional.softplus(-lead.float()).mean().backward()  # type: ignore[no-untyped-call]
        self.judging.step()
        self.judged += 1
        critic.requires_grad_(requires_grad=False)
        behind = critic(fake, told) - critic(real, told).detach()
        critic.requires_grad_(requires_grad=True)
        return functional.softplus(-behind.float()).mean()


def carried(path: Path) -> dict[str, Tensor]:
    """The weights of an exported prior, by their names in the network."""
    return {
        one.name.removesuffix("_half").removeprefix("network."): torch.from_numpy(
            numpy_helper.to_array(one).copy()
        ).float()
        for one in load_onnx(path).graph.initializer
        if one.name.startswith("network.")
    }


def fixed(of: Portraits, heads: CoarseHeads, count: int, seed: int) -> Batch:
    """The same samples every time."""
    rng = np.random.default_rng(seed)
    step = max(1, len(of.rgba) // count)
    rows = [as_told(sample(of, i * step % len(of.rgba), rng), heads) for i in range(count)]
    return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}


@torch.no_grad()
def held_loss(network: nn.Module, held: Batch) -> float:
    """Mean loss on held-out portraits."""
    found = []
    for first in range(0, len(held["picture"]), BATCH):
        part = {name: rows[first : first + BATCH] for name, rows in held.items()}
        with torch.autocast("cpu", torch.bfloat16):
            found.append(loss_of(network(condition(part)), part))
    return float(torch.cat(found).mean())


def nobody(held: Batch, heads: CoarseHeads, seed: int) -> Batch:
    """The same surroundings, with drawn faces where portraits' own lie, and drawn heads."""
    rng, faces = np.random.default_rng(seed), linear_faces()
    lights, covers, coarse = [], [], []
    for cover in held["cover"][:, 0].numpy() > 0:
        rows = np.flatnonzero(cover.any(axis=1))
        columns = np.flatnonzero(cover.any(axis=0))
        face = faces.drawn(rng)
        low, high = face.points.min(axis=0), face.points.max(axis=0)
        scale = (rows[-1] - rows[0] + 1) / (high[1] - low[1])
        middle = np.array([columns[0] + columns[-1] + 1, rows[0] + rows[-1] + 1]) / 2
        points = (face.points - (low + high) / 2)[:, :2] * scale + middle
        light, where = faces.rendered(points, face.light, (WIDTH, HEIGHT))
        covers.append(faded(where))
        lights.append(np.clip(light, -4, 4) / 2 * covers[-1])
        coarse.append(heads.drawn(light, where, rng))
    new = {"light": np.stack(lights)[:, None], "cover": np.stack(covers)[:, None],
           "coarse": np.stack(coarse)}  # fmt: skip
    return {**held, **{name: torch.from_numpy(rows).float() for name, rows in new.items()}}


def grid(network: nn.Module, held: Batch, heads: CoarseHeads, out: Path, count: int = 12) -> None:
    """Pictures, what is told of them, what is drawn of that, and two drawings of nobody."""
    some = {name: rows[:count] for name, rows in held.items()}
    rows = [some["picture"], some["ring"], drawn(network, condition(some))]
    for seed in (1, 2):
        told = condition(nobody(some, heads, seed))
        rows += [told[:, 6:9] * 2 - 1, drawn(network, told)]
    sheet = torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)
    cv2.imwrite(str(out), to_bytes(sheet)[..., ::-1])


@torch.no_grad()
def differs(network: nn.Module, path: Path) -> float:
    """The largest difference between what a network and its file draw of noise, of colours that
    reach from -1 to 1: weights in the file are of half precision."""
    told = torch.rand(4, CONDITION, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(SEED))
    drawing = ChipNetwork(path).run({"condition": told.numpy()})["picture"]
    return float((network(told) - torch.from_numpy(drawing)).abs().max())


def to_bytes(picture: Tensor) -> NDArray[np.uint8]:
    """RGB, shape (height, width, 3)."""
    return ((picture.permute(1, 2, 0).numpy() + 1) * 127.5).clip(0, 255).round().astype(np.uint8)


def main() -> None:
    """Parse the command line, train or export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "cache", type=Path, help="has train and held, as they are and turned, and grounds"
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--start", type=Path)
    parser.add_argument("--sharpen", action="store_true", help="against a critic")
    parser.add_argument("--settle", type=int, default=0, metavar="PICTURES")
    parser.add_argument("--pictures", type=int, default=10**9, help="to stop at")
    parser.add_argument("--export", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    training = Training(given.folder, given.size, given.start, sharpen=given.sharpen)
    if given.export:
        inputs = {"condition": (2, CONDITION, HEIGHT, WIDTH)}
        export(training.average, inputs, ["picture"], given.export, folded=False)
        off = differs(training.average, given.export)
        _log.info("%d pictures seen; the file differs by %.4f at most", training.seen, off)
        return
    heads = CoarseHeads.read(dict(np.load(given.cache / "coarse.npz")))
    train, held_out = (Portraits.read(given.cache, part) for part in ("train", "held"))
    held = fixed(held_out, heads, HELD, SEED)
    source = Heads(train, heads, SEED + training.seen)
    batches = DataLoader(source, BATCH, num_workers=1, prefetch_factor=4)
    losses: list[float] = []
    saved, looked, spent = time.monotonic(), training.seen // LOOK, time.process_time()
    for batch in batches:
        losses.append(training.step(batch, given.settle))
        over = training.seen >= given.pictures or (
            given.settle and training.settled >= given.settle
        )
        if time.monotonic() - saved > SAVED_S or over:
            training.save()
            saved = time.monotonic()
        if training.seen // LOOK > looked or over:
            looked = training.seen // LOOK
            found = held_loss(training.average, held)
            mean = math.fsum(losses) / len(losses)
            with (given.folder / "curve.csv").open("a", newline="") as file:
                csv.writer(file).writerow([training.seen, f"{mean:.5f}", f"{found:.5f}"])
            _log.info(
                "%d pictures, loss %.4f, held out %.4f, %.0f processor seconds",
                training.seen,
                mean,
                found,
                time.process_time() - spent,
            )
            losses.clear()
            if looked % 4 == 0 or over:
                grid(training.average, held, heads, given.folder / f"grid-{training.seen:07d}.png")
        if over:
            return


if __name__ == "__main__":
    main()
