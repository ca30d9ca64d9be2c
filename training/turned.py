"""Cut-out portraits (``cutouts.py``) with their heads turned, leant and nodding, for the prior.

    python training/turned.py train.cut.npz train.mesh.npz train.faces.npz likeness.npz \\
        train.turned.cut.npz train.turned.faces.npz --views 2

A portrait's mesh says how deep its face is; from its edge the head goes on backwards, and the neck
lies behind the chin. Every pixel becomes a point in space, which is turned and drawn, the nearest
last; the shoulders follow a little. What a portrait does not show, the side of a head, is drawn out
from its edge: the farther a head is turned, the less it is one. Kept are those in which YuNet still
sees one face. Both files are like those of ``cutouts.py`` and ``likeness.py``.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from candidates import face_of
from likeness import in_pixels, known_as, lights, turned_onto
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import distance_transform_edt

from efface.generate.likeness import LinearFaces
from efface.generate.pose import Pose

SEED = 92
YAW, PITCH, LEAN = 55.0, 10.0, 9.0
"""Most degrees of yaw; standard deviations of pitch and roll."""
FINER = 2
"""Points a pixel, each way."""
BACKWARDS = 0.9
"""How much deeper a head is, a pixel farther out from the edge of its face."""
DEEPEST = 0.15
"""Behind the ears, where the outline of a head seen from the front is, in heights of the box."""
NECK = 0.3
"""Likewise, of the neck."""
BODY = 0.15
"""Share of the turn that shoulders follow."""
EARS = (234, 454)
CHIN = 152
COARSER = 2
"""Guides are drawn at this part of a portrait's size, where texels leave no holes."""

_log = logging.getLogger("training")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Solid:
    """A portrait in space."""

    rgba: NDArray[np.uint8]
    points: Floats
    """The mesh, in pixels."""
    depth: NDArray[np.float32]
    axis: Floats
    """The point about which the head turns."""
    loose: NDArray[np.float32]
    """How much of the turn each row follows."""


def solid(rgba: NDArray[np.uint8], points: Floats, high: float) -> Solid:
    """A portrait in space; ``high`` is the height of its face's box."""
    side = rgba.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float64)
    inside = LinearNDInterpolator(points[:, :2], points[:, 2])(x, y)
    away, nearest = distance_transform_edt(np.isnan(inside), return_indices=True)
    edge = inside[tuple(nearest)]
    chin = points[CHIN]
    below = np.clip((y - chin[1]) / (0.06 * high), 0, 1)
    ears = points[list(EARS)].mean(axis=0)
    hair = np.minimum(edge + BACKWARDS * away, np.maximum(edge, ears[2] + DEEPEST * high))
    neck = edge + np.minimum(3 * away, NECK * high)
    depth = np.where(away > 0, hair + below * (neck - hair), inside)
    soft = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), 0.03 * high)
    share = cv2.GaussianBlur((away > 2).astype(np.float32), (0, 0), 0.02 * high)
    axis = np.array([ears[0], ears[1] + 0.1 * high, ears[2] + 0.1 * high])
    rows = np.arange(side)
    loose = BODY + (1 - BODY) * np.clip((chin[1] + 0.35 * high - rows) / (0.4 * high), 0, 1)
    mixed = depth * (1 - share) + soft * share
    return Solid(rgba, points, mixed.astype(np.float32), axis, loose.astype(np.float32))


def seen(one: Solid, pose: Pose) -> NDArray[np.uint8]:
    """RGBA of a portrait turned, as large as it is."""
    side = one.rgba.shape[0]
    size = (FINER * side, FINER * side)
    large = cv2.resize(one.rgba, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    depth = cv2.resize(one.depth, size, interpolation=cv2.INTER_LINEAR)
    rows = cv2.resize(one.loose[:, None], (1, FINER * side))[:, 0]
    there = large[..., 3] > 100
    y, x = np.nonzero(there)
    at = np.column_stack([(x + 0.5) / FINER, (y + 0.5) / FINER, depth[there]]) - one.axis
    turns = np.array([Pose(s * pose.yaw, s * pose.pitch, s * pose.roll).matrix() for s in rows])
    out = np.einsum("nij,nj->ni", turns.astype(np.float32)[y], at.astype(np.float32)) + one.axis
    column = np.rint(out[:, 0] * FINER - 0.5).astype(int)
    row = np.rint(out[:, 1] * FINER - 0.5).astype(int)
    inside = (column >= 0) & (row >= 0) & (column < size[0]) & (row < size[1])
    order = np.argsort(-out[inside, 2], kind="stable")
    canvas = np.zeros((size[0] * size[1], 4), np.float32)
    values = large[y, x]
    values[:, 3] = 255
    canvas[(row[inside] * size[0] + column[inside])[order]] = values[inside][order]
    drawn = _filled(canvas.reshape(size[1], size[0], 4))
    alpha = np.maximum(drawn[..., 3:], 1)
    return np.dstack([drawn[..., :3] * 255 / alpha, drawn[..., 3]]).clip(0, 255).astype(np.uint8)


def _filled(canvas: NDArray[np.float32]) -> NDArray[np.float32]:
    """Holes between points closed, then halved in size: premultiplied RGBA."""
    for reach in (3, 7, 15):
        mask = (canvas[..., 3] > 0).astype(np.uint8)
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
        share = cv2.blur(mask.astype(np.float32), (reach, reach))
        around = cv2.blur(canvas, (reach, reach)) / np.maximum(share, 1e-3)[..., None]
        canvas = np.where(((closed > 0) & (mask == 0))[..., None], around, canvas)
    small = cv2.resize(canvas, None, fx=1 / FINER, fy=1 / FINER, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (3, 3), 0.5), np.float32)


def drawn_pose(rng: np.random.Generator) -> Pose:
    """Some turn."""
    yaw = rng.uniform(-YAW, YAW)
    return Pose(float(yaw), float(rng.normal(0, PITCH)), float(rng.normal(0, LEAN)))


def guide(
    picture: NDArray[np.uint8], one: Solid, box: Floats, model: LinearFaces, pose: Pose
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The face as the linear model knows it, turned likewise."""
    middle = np.array([*(box[:2] + box[2:] / 2), 0])
    form = (one.points - middle) / box[3]
    light = lights(picture, one.points, model.corners, model.shares)
    scale, rotation, move = turned_onto(form, model.points)
    stood = known_as(scale * form @ rotation + move, model.points, model.forms)
    back = in_pixels((stood - move) @ rotation.T / scale, box)
    turned = (back - one.axis) @ pose.matrix().T + one.axis
    size = picture.shape[1] // COARSER, picture.shape[0] // COARSER
    found = model.rendered(turned / COARSER, known_as(light, model.light, model.lights), size)
    light, cover = (
        cv2.resize(a, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST) for a in found
    )
    return light, cover


def main() -> None:
    """Turn, look, keep."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cut", "mesh", "faces", "model", "out_cut", "out_faces"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--views", type=int, default=2, help="of each portrait")
    parser.add_argument("--people", type=int, default=10**9)
    args = parser.parse_args()
    with np.load(args.cut) as data:
        pictures, masks, index = data["pictures"], data["masks"], data["index"]
    with np.load(args.mesh) as data:
        meshes = data["points"].astype(np.float64)
    with np.load(args.faces) as data:
        use, boxes = data["use"], data["boxes"].astype(np.float64)
    with np.load(args.model) as data:
        model = LinearFaces.read(dict(data))
    rng = np.random.default_rng(SEED)
    kept: dict[str, list[NDArray[np.generic]]] = {
        name: [] for name in ("pictures", "masks", "index", "boxes", "guides", "covers", "poses")
    }
    for place, box in list(zip(use, boxes, strict=True))[: args.people]:
        rgba = np.dstack([pictures[place], masks[place]])
        one = solid(rgba, meshes[place], float(box[3]))
        for _ in range(args.views):
            pose = drawn_pose(rng)
            view = seen(one, pose)
            alpha = view[..., 3:].astype(np.float32) / 255
            found = face_of((view[..., :3] * alpha + 128 * (1 - alpha)).astype(np.uint8))
            if found is None:
                continue
            light, cover = guide(pictures[place], one, box, model, pose)
            row = {
                "pictures": view[..., :3], "masks": view[..., 3], "index": index[place],
                "boxes": np.array(found), "guides": light.astype(np.float16),
                "covers": (cover * 255).astype(np.uint8),
                "poses": np.array([pose.yaw, pose.pitch, pose.roll]),
            }  # fmt: skip
            for name, value in row.items():
                kept[name].append(np.asarray(value))
    arrays = {name: np.array(rows) for name, rows in kept.items()}
    count = len(arrays["boxes"])
    np.savez(args.out_cut, **{n: arrays[n] for n in ("pictures", "masks", "index")})
    np.savez(
        args.out_faces, use=np.arange(count),
        **{n: arrays[n] for n in ("boxes", "guides", "covers", "poses")},
    )  # fmt: skip
    _log.info("%d views of %d portraits", count, min(len(use), args.people))


if __name__ == "__main__":
    main()
