"""``src/efface/weights/likeness.npz``: a linear model of faces, fitted to AI-generated portraits.

    python training/likeness.py train.cut.npz train.mesh.npz train.faces.npz likeness.npz

Forms are the meshes (``meshes.py``), each turned in space onto the mean of all; features are the
portraits' light and dark, drawn onto the mean form. Both get their principal axes, and one matrix
says how they vary together. ``train.faces.npz`` keeps what ``prior_pictures.py`` needs of each
portrait: its box, and the face as the model knows it, in the portrait's own pose.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from candidates import face_of
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from efface.generate.likeness import LinearFaces

Floats = NDArray[np.float64]

FORMS = 40
LIGHTS = 80
SIDE = 128
"""Texels along the longer side of the mean form."""
ROUNDS = 4
"""Of turning all onto their mean."""
OUTLIERS = 0.02
"""Share of portraits whose mesh fits the mean worst, which are left out."""

_log = logging.getLogger("training")


def turned_onto(points: Floats, goal: Floats) -> tuple[float, Floats, Floats]:
    """Scale, rotation (3, 3) and move with which ``scale * points @ rotation + move`` lies closest
    to ``goal`` (Umeyama 1991)."""
    a, b = points.mean(0), goal.mean(0)
    u, s, v = np.linalg.svd((points - a).T @ (goal - b))
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ v))])
    rotation = u @ sign @ v
    scale = float((s * np.diag(sign)).sum() / ((points - a) ** 2).sum())
    return scale, rotation, b - scale * a @ rotation


def texels(form: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Corners and shares of a grid of texels over the mean form."""
    flat = form[:, :2]
    mesh = Delaunay(flat)
    low, step = flat.min(0), (flat.max(0) - flat.min(0)).max() / SIDE
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    at = low + step * (np.column_stack([x.ravel(), y.ravel()]) + 0.5)
    triangle = mesh.find_simplex(at)
    at, triangle = at[triangle >= 0], triangle[triangle >= 0]
    to = mesh.transform[triangle]
    two = np.einsum("nij,nj->ni", to[:, :2], at - to[:, 2])
    shares = np.column_stack([two, 1 - two.sum(1)])
    return mesh.simplices[triangle].astype(np.int64), shares


def lights(
    picture: NDArray[np.uint8], points: Floats, corners: NDArray[np.int64], shares: Floats
) -> Floats:
    """How bright each texel is, over the face 0 in the mean, varying by 1."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    at = ((points[corners, :2] * shares[..., None]).sum(1) - 0.5).astype(np.float32)
    seen = cv2.remap(
        gray, at[None, :, 0], at[None, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    row = seen[0].astype(np.float64)
    return (row - row.mean()) / max(row.std(), 1.0)


def axes(rows: Floats, most: int) -> tuple[Floats, Floats, Floats]:
    """Mean, principal axes times their standard deviations, and every row's numbers along them."""
    mean = rows.mean(0)
    u, s, v = np.linalg.svd(rows - mean, full_matrices=False)
    s, count = s[:most], len(rows)
    return mean, v[:most] * (s / np.sqrt(count))[:, None], u[:, :most] * np.sqrt(count)


@dataclass(frozen=True)
class Found:
    """Portraits with one face each."""

    pictures: NDArray[np.uint8]
    index: NDArray[np.int64]
    boxes: Floats
    points: Floats
    """In heights of the box, from its middle."""


def found_in(cut: Path, mesh: Path) -> Found:
    """Those in which the detector and the mesh find a face."""
    with np.load(cut) as data:
        pictures = data["pictures"]
    with np.load(mesh) as data:
        points = data["points"].astype(np.float64)
    faces = [face_of(picture) for picture in pictures]
    pairs = zip(faces, points, strict=True)
    use = np.array([b is not None and bool(np.isfinite(p).all()) for b, p in pairs])
    boxes = np.array([box for box, used in zip(faces, use, strict=True) if used])
    points = points[use]
    points[..., :2] -= (boxes[:, :2] + boxes[:, 2:] / 2)[:, None]
    return Found(pictures, np.flatnonzero(use), boxes, points / boxes[:, 3, None, None])


def standing(points: Floats, form: Floats) -> Floats:
    """All turned in space onto a form."""
    poses = [turned_onto(one, form) for one in points]
    return np.array([s * p @ r + m for p, (s, r, m) in zip(points, poses, strict=True)])


def mean_form(points: Floats) -> Floats:
    """That all lie close to, once turned; the same as its mirror image."""
    form = points.mean(0)
    for _ in range(ROUNDS):
        form = standing(points, form).mean(0)
        form = (form + mirrored(form)) / 2
    return form


def lights_of(found: Found, corners: NDArray[np.int64], shares: Floats) -> Floats:
    """How bright each texel of each portrait is."""
    return np.array(
        [
            lights(found.pictures[i], in_pixels(p, b), corners, shares)
            for i, p, b in zip(found.index, found.points, found.boxes, strict=True)
        ]
    )


def fit(found: Found, out: Path) -> None:
    """Write the model."""
    form = mean_form(found.points)
    stood = standing(found.points, form)
    corners, shares = texels(form)
    off = ((stood - form) ** 2).sum((1, 2))
    good = off <= np.quantile(off, 1 - OUTLIERS)
    flat = stood[good].reshape(int(good.sum()), -1)
    seen = lights_of(found, corners, shares)[good]
    points, forms, form_numbers = axes(flat, FORMS)
    light, ways, light_numbers = axes(seen, LIGHTS)
    values, vectors = np.linalg.eigh(np.cov(np.column_stack([form_numbers, light_numbers]).T))
    kept = {
        "points": points.reshape(-1, 3),
        "forms": forms.reshape(len(forms), -1, 3),
        "light": light,
        "lights": ways,
        "joint": (vectors * np.sqrt(np.maximum(values, 0))).T,
        "shares": shares,
    }
    small = {name: value.astype(np.float16) for name, value in kept.items()}
    np.savez_compressed(out, corners=corners.astype(np.uint16), **small)
    told = (forms**2).sum() / flat.var(0).sum(), (ways**2).sum() / seen.var(0).sum()
    _log.info("forms keep %.3f, lights %.3f of the variance", *told)


def main() -> None:
    """Fit, and keep what the model knows of each portrait."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cut", "mesh", "faces", "model"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--fitted", action="store_true", help="the model is there already")
    args = parser.parse_args()
    found = found_in(args.cut, args.mesh)
    if not args.fitted:
        fit(found, args.model)
    with np.load(args.model) as data:
        model = LinearFaces.read(dict(data))
    size = found.pictures.shape[2], found.pictures.shape[1]
    guides, covers = [], []
    for one, light, box in zip(
        found.points, lights_of(found, model.corners, model.shares), found.boxes, strict=True
    ):
        scale, rotation, move = turned_onto(one, model.points)
        stood = known_as(scale * one @ rotation + move, model.points, model.forms)
        back = in_pixels((stood - move) @ rotation.T / scale, box)
        shown, cover = model.rendered(back, known_as(light, model.light, model.lights), size)
        guides.append(shown.astype(np.float16))
        covers.append((cover * 255).astype(np.uint8))
    np.savez(
        args.faces, use=found.index, boxes=found.boxes, guides=np.array(guides),
        covers=np.array(covers),
    )  # fmt: skip
    _log.info("%d of %d portraits", len(found.index), len(found.pictures))


def in_pixels(points: Floats, box: Floats) -> Floats:
    """From heights of the box to the portrait's pixels."""
    out = points * box[3]
    out[:, :2] += box[:2] + box[2:] / 2
    return out


def known_as(one: Floats, mean: Floats, ways: Floats) -> Floats:
    """What is left of a row of numbers when only the model's axes are kept."""
    flat = ways.reshape(len(ways), -1)
    numbers = flat @ (one - mean).ravel() / (flat**2).sum(1)
    return mean + (numbers @ flat).reshape(mean.shape)


def mirrored(form: Floats) -> Floats:
    """As a mirror shows it, its points in the same order: each is the one that lies closest."""
    other = form * np.array([-1, 1, 1])
    other[:, 0] += 2 * form[:, 0].mean()
    nearest = ((form[:, None] - other[None]) ** 2).sum(-1).argmin(1)
    return other[nearest]


if __name__ == "__main__":
    main()
