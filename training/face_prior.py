"""The face prior: a flow from noise to aligned clear faces, for the diffusion attack.

    python training/face_prior.py training/.cache/face_prior.npz training/.cache/face-prior
    python training/face_prior.py … --settle 60000     # lets the rate fall to nothing
    python training/face_prior.py … --export src/efface/weights/face-prior.onnx

Flow matching (Lipman et al. 2023) with the picture as what is predicted. It goes on from its last
state whenever it is started again; the run folder has that state, ``curve.csv`` (pictures seen,
processor seconds, loss, loss on faces never trained on) and ``grid-*.png``. The file says how far
the clear picture is off at each time on held-out faces, which the solvers go by.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import math
import time
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from export import export
from face_prior_net import FacePrior, network
from face_prior_pictures import AlignedFaces, as_tensor
from prior import to_bytes
from torch import Tensor, nn

from efface.attack.diffusion.interface import FACE_PX
from efface.attack.diffusion.network_prior import ERRORS, TIMES

SEED = 111
BATCH = 16
RATE = 8e-4
WARM = 200
"""Steps in which the rate rises."""
AVERAGE = 0.998
TIME_MEAN, TIME_SPREAD = -0.4, 1.0
"""Of the logit of times."""
LEAST = 0.05
"""Of what is left to go, by which errors are weighted."""
HELD_TIMES = (0.05, 0.2, 0.4, 0.6, 0.8)
STEPS = 24
FITTED = 4096
"""Faces from which their mean and principal axes are taken."""
SAVED_S = 120.0
LOOK = 4000
"""Pictures between two looks at the held-out loss; a grid every second."""

_log = logging.getLogger("training")


def found(model: nn.Module, clear: Tensor, noise: Tensor, at: Tensor) -> Tensor:
    """What the network makes of faces that are part noise; ``at``: shape (n, 1)."""
    t = at[:, :, None, None]
    mixed = (t * clear + (1 - t) * noise).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        return model(mixed, at).float()


def loss_of(model: nn.Module, clear: Tensor, noise: Tensor, at: Tensor) -> Tensor:
    """Mean squared error of the flow's speed, of each sample."""
    off = (found(model, clear, noise, at) - clear).square().mean(dim=(1, 2, 3))
    return off / (1 - at[:, 0]).clamp(min=LEAST) ** 2


class FaceTraining:
    """A network, its average, and how far it came."""

    def __init__(self, folder: Path, faces: AlignedFaces) -> None:
        torch.manual_seed(SEED)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.network: FacePrior = network()
        self.seen = self.steps = self.settled = 0
        self.spent = 0.0
        self.average = deepcopy(self.network).requires_grad_(requires_grad=False)
        for one in (self.network, self.average):
            one.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), RATE, (0.9, 0.99), weight_decay=0.01
        )
        state = folder / "state.pt"
        if not state.exists():
            for one in (self.network, self.average):
                one.normal.fit(faces.batch(FITTED, np.random.default_rng(SEED)))
        else:
            known = torch.load(state, weights_only=True)
            self.network.load_state_dict(known["network"])
            self.average.load_state_dict(known["average"])
            self.optimiser.load_state_dict(known["optimiser"])
            self.seen, self.steps, self.settled, self.spent = known["progress"]

    def save(self, spent: float) -> None:
        """Keep the state, whole or not at all."""
        part = self.folder / "state.part"
        torch.save(
            {
                "network": self.network.state_dict(), "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "progress": [self.seen, self.steps, self.settled, spent],
            },
            part,
        )  # fmt: skip
        part.replace(self.folder / "state.pt")

    def step(self, clear: Tensor, settle: int) -> float:
        """Learn from one batch; returns its loss."""
        rate = RATE * min(1, (self.steps + 1) / WARM)
        if settle:
            rate *= max(0.0, 1 - self.settled / settle)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        at = torch.sigmoid(TIME_MEAN + TIME_SPREAD * torch.randn(len(clear), 1))
        loss = loss_of(self.network, clear, torch.randn_like(clear), at).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1
        keep = min(AVERAGE, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(self.network.parameters()), 1 - keep
            )
        self.seen += len(clear)
        self.settled += len(clear) if settle else 0
        return float(loss.detach())


@torch.no_grad()
def held_loss(model: nn.Module, held: Tensor) -> float:
    """Mean over fixed times of the loss on held-out faces, with fixed noise."""
    generator, losses = torch.Generator().manual_seed(SEED), []
    for moment in HELD_TIMES:
        noise = torch.randn(held.shape, generator=generator)
        at = torch.full((len(held), 1), moment)
        for part in torch.arange(len(held)).split(BATCH):
            losses.append(loss_of(model, held[part], noise[part], at[part]))
    return float(torch.cat(losses).mean())


@torch.no_grad()
def held_errors(model: nn.Module, held: Tensor) -> list[float]:
    """Root of the mean square by which clear pictures are off at ``TIMES``, on held-out faces."""
    generator, errors = torch.Generator().manual_seed(SEED), []
    for moment in TIMES:
        noise = torch.randn(held.shape, generator=generator)
        at = torch.full((len(held), 1), moment)
        off = found(model, held, noise, at) - held
        errors.append(float(off.square().mean().sqrt()))
    return errors


@torch.no_grad()
def grid(model: nn.Module, held: Tensor, out: Path, count: int = 10) -> None:
    """Faces drawn from noise by Euler's way, and held-out faces that were half noise (Heun is not
    needed to see whether it learns)."""
    generator = torch.Generator().manual_seed(SEED)
    x = torch.randn((4 * count, 3, FACE_PX, FACE_PX), generator=generator)
    for now, then in pairwise(torch.linspace(0, 1, STEPS + 1).tolist()):
        clear = found(model, torch.zeros_like(x), x / (1 - now), torch.full((len(x), 1), now))
        x = x + (clear - x) * (then - now) / (1 - now)
    own = held[:: max(1, len(held) // count)][:count]
    noise = torch.randn(own.shape, generator=generator)
    half = found(model, own, noise, torch.full((len(own), 1), 0.4))
    rows = [*x.split(count), own, half]
    sheet = torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)
    cv2.imwrite(str(out), to_bytes(sheet)[..., ::-1])


def write(model: FacePrior, held: Tensor, out: Path) -> None:
    """The ONNX file, with how far its clear pictures are off on held-out faces."""
    said = held_errors(model, held)
    export(model, {"picture": (2, 3, FACE_PX, FACE_PX), "time": (2, 1)}, ["clear"], out)
    graph = onnx.load(out)
    onnx.helper.set_model_props(graph, {ERRORS: json.dumps(said)})
    out.write_bytes(graph.SerializeToString(deterministic=True))


def main() -> None:
    """Parse the command line, train or export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path, help="made by face_prior_pictures.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--settle", type=int, default=0, metavar="PICTURES")
    parser.add_argument("--pictures", type=int, default=10**9, help="to stop at")
    parser.add_argument("--export", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    faces = AlignedFaces.read(given.faces)
    training, held = FaceTraining(given.folder, faces), as_tensor(faces.held)
    if given.export:
        write(training.average, held, given.export)
        return
    rng = np.random.default_rng((SEED, training.seen))
    losses: list[float] = []
    before, began = training.spent, time.process_time()
    saved, looked = time.monotonic(), training.seen // LOOK
    over = False
    while not over:
        losses.append(training.step(faces.batch(BATCH, rng), given.settle))
        over = training.seen >= given.pictures or bool(
            given.settle and training.settled >= given.settle
        )
        spent = before + time.process_time() - began
        if time.monotonic() - saved > SAVED_S or over:
            training.save(spent)
            saved = time.monotonic()
        if training.seen // LOOK > looked or over:
            looked = training.seen // LOOK
            apart = held_loss(training.average, held)
            mean = math.fsum(losses) / len(losses)
            with (given.folder / "curve.csv").open("a", newline="") as file:
                row = [training.seen, round(spent), f"{mean:.5f}", f"{apart:.5f}"]
                csv.writer(file).writerow(row)
            _log.info("%d pictures, %.0f s, loss %.4f, held out %.4f",
                      training.seen, spent, mean, apart)  # fmt: skip
            losses.clear()
            if looked % 2 == 0 or over:
                grid(training.average, held, given.folder / f"grid-{training.seen:07d}.png")


if __name__ == "__main__":
    main()
