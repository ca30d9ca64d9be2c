"""Train the inverter and write its ONNX file.

python training/inverter.py training/.cache training/.cache/inverter.onnx --steps 5000
"""

from __future__ import annotations

import argparse
import logging
import time
from copy import deepcopy
from pathlib import Path

import torch
from adapted import follow, rate_at
from export import export
from models import Inverter
from recogniser import DlibResnet
from stream import Faces, Redacted, loader, mirrored
from torch import Tensor, nn
from torch.nn import functional

from efface.attack.alignment import CHIP_PX
from efface.attack.inverter import INVERTER_PX
from efface.attack.operators.condition import CONDITION_SIZE

SEED = 30
BATCH = 24
RATE = 1.5e-3
DECAY = 0.01
EDGES = 1.0
"""Weight of the differences between neighbouring pixels, against that of the pixels."""
LOOKED_AT = 8
"""Faces of each batch that the recogniser looks at."""
ALIKE = 0.15
"""Weight of 1 - cosine over what it is between strangers, against an error of 1 (of 0 to 1) in
every pixel. The redacted face's own distance is the scale of what can be gained."""

_log = logging.getLogger("training")


def pixel_loss(found: Tensor, clear: Tensor) -> Tensor:
    """Mean absolute error of pixels and of their differences across and down."""
    off = found - clear
    across, down = off.diff(dim=3).abs().mean(), off.diff(dim=2).abs().mean()
    return off.abs().mean() + EDGES * (across + down)


def train(faces: Faces, steps: int, workers: int, kept: Path, start: Path | None) -> Inverter:
    """The averaged network after ``steps``; ``kept`` gets a checkpoint now and then."""
    torch.manual_seed(SEED)
    network = Inverter()
    if start is not None:
        network.load_state_dict(torch.load(start))
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = deepcopy(network).eval()
    judge = DlibResnet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    known = torch.from_numpy(faces.templates["dlib-resnet"])
    strangers = float((1 - (known[:1000] * known[1000:2000]).sum(1)).mean())
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, steps))
    source = Redacted(faces, INVERTER_PX, SEED + (start is not None), clear=True)
    began = time.monotonic()
    for step, drawn in enumerate(loader(source, BATCH, workers)):
        pixels, condition = drawn["pixels"], drawn["condition"]
        clear = drawn["clear"]
        if step % 2:
            pixels, condition, clear = pixels.flip(3), mirrored(condition), clear.flip(3)
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            found = network(pixels, condition)
            chips = 255 * functional.interpolate(
                found[:LOOKED_AT].clamp(0, 1), (CHIP_PX, CHIP_PX), mode="bilinear"
            )
            seen = judge(chips.contiguous(memory_format=torch.channels_last))
        like = (seen * known[drawn["index"][:LOOKED_AT]]).sum(1)
        alike = (1 - like).mean() / strangers
        plain = pixel_loss(found.float(), clear)
        optimiser.zero_grad(set_to_none=True)
        (plain + ALIKE * alike).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        follow(average, network, step)
        if step % 100 == 0:
            each = (time.monotonic() - began) / (step + 1)
            _log.info("%d: pixels %.4f, alike %.3f; %.3f s", step, plain, alike, each)
        if step % 1000 == 999 or step + 1 == steps:
            torch.save(average.state_dict(), kept)
        if step + 1 == steps:
            break
    return average


def main() -> None:
    """Parse the command line, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    faces = Faces.read(given.faces)
    network = train(faces, given.steps, given.workers, given.out.with_suffix(".pt"), given.start)
    shapes = {
        "pixels": (2, 4, INVERTER_PX, INVERTER_PX),
        "condition": (2, CONDITION_SIZE),
    }
    export(network, shapes, ["clear"], given.out)


if __name__ == "__main__":
    main()
