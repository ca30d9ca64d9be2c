"""From the adapted attacker in the package back to a checkpoint that adapted.py can go on from.

    python training/resume.py training/.cache training/.cache/resumed.pt

In an ONNX file normalisation is part of the convolutions. Here it is taken apart again, with the
statistics of some redacted faces, so that the network computes what it did. The heads of adapted.py
are not in the file: they are fitted to the features, by ridge regression.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path

import onnx
import torch
from models import Adapted
from onnx import numpy_helper
from stream import Faces, Redacted, loader
from torch import Tensor, nn

from efface.attack.adapted.inputs import INPUT_PX
from efface.weights import weight

SEED = 60
FACES = 6000
"""That the heads are fitted to."""
STATISTICS = 512
"""Of them, the first for the statistics."""
PENALTY = 0.1
"""In the features' mean variance."""

_log = logging.getLogger("training")


def convolutions(network: Adapted) -> Iterator[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """Each with its normalisation, by the name of its node in the ONNX file."""
    yield "stem/stem.0", network.stem[0], network.stem[1]  # type: ignore[misc]
    for number, block in enumerate(network.blocks):
        yield f"blocks.{number}/first", block.first, block.first_norm  # type: ignore[misc]
        yield f"blocks.{number}/second", block.second, block.second_norm  # type: ignore[misc]
        if isinstance(block.short, nn.Sequential):
            yield f"blocks.{number}/short/short.1", block.short[1], block.short[2]  # type: ignore[misc]
    yield "narrow/narrow.0", network.narrow[0], network.narrow[1]  # type: ignore[misc]


def carried(path: Path) -> tuple[dict[str, Tensor], dict[str, list[str]]]:
    """Constants by name, and the constants of every node by the node's name."""
    graph = onnx.load(path).graph
    constants = {
        one.name.removesuffix("_half"): torch.from_numpy(numpy_helper.to_array(one).copy()).float()
        for one in graph.initializer
    }
    return constants, {node.name: list(node.input)[1:] for node in graph.node}


def fold_out(conv: nn.Conv2d, norm: nn.BatchNorm2d, weights: Tensor, bias: Tensor) -> None:
    """Set both so that they compute ``conv(x) + bias`` once the statistics are known, which are
    taken from the first batch that passes."""
    conv.weight.data.copy_(weights)

    def first(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        (values,) = given
        norm.running_mean.copy_(values.mean((0, 2, 3)))  # type: ignore[union-attr]
        norm.running_var.copy_(values.var((0, 2, 3)))  # type: ignore[union-attr]
        norm.weight.data.copy_((norm.running_var + norm.eps).sqrt())  # type: ignore[operator]
        norm.bias.data.copy_(norm.running_mean + bias)  # type: ignore[operator]
        hook.remove()

    hook = norm.register_forward_pre_hook(first)


def fit_heads(network: Adapted, features: Tensor, clear: dict[str, Tensor]) -> None:
    """Ridge regression from features to what templates are beside their mean."""
    middle = features.mean(dim=0)
    off = features - middle
    inner = off.T @ off
    inner += PENALTY * inner.trace() / len(inner) * torch.eye(len(inner))
    for name, head in network.heads.items():
        goal = clear[name] - getattr(network, f"mean_{name}")
        lines = torch.linalg.solve(inner, off.T @ (goal - goal.mean(dim=0)))
        head.weight.data.copy_(lines.T)
        head.bias.data.copy_(goal.mean(dim=0) - middle @ lines)


def main() -> None:
    """Parse the command line, take the network apart, write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    faces = Faces.read(given.cache)
    known = {n: torch.from_numpy(t[~faces.held_out]) for n, t in faces.templates.items()}
    network = Adapted({name: rows.mean(dim=0) for name, rows in known.items()}).eval()
    constants, of = carried(weight("adapted"))
    state = {
        name.removeprefix("network.trunk."): values
        for name, values in constants.items()
        if name.startswith("network.trunk.")
    }
    left = network.load_state_dict(state, strict=False)
    if left.unexpected_keys:
        raise ValueError(f"the file has {left.unexpected_keys}, which the network does not have")
    for name, conv, norm in convolutions(network):
        weights, bias = (constants[one] for one in of[f"/network/{name}/Conv"])
        fold_out(conv, norm, weights, bias)
    source = Redacted(faces, INPUT_PX, SEED, clear=False)
    found, index = [], []
    with torch.no_grad():
        for drawn in loader(source, STATISTICS, 1):
            found.append(network.features(drawn["pixels"], drawn["condition"]))
            index.append(drawn["index"])
            if len(found) * STATISTICS >= FACES:
                break
    features, places = torch.cat(found), torch.cat(index)
    fit_heads(network, features, {name: rows[places] for name, rows in known.items()})
    torch.save(network.state_dict(), given.out)
    _log.info("%d faces, features of deviation %.3f", len(features), float(features.std()))


if __name__ == "__main__":
    main()
