"""What happens in a clip: scenes of people and things on their ways, drawn up at random.

A scene lasts until the next cut. Each person's way is one array a quantity, one value a frame, so
that events (a turn, a dash, a pole that passes) are laid over a plain way by changing a few values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from backgrounds import KINDS
from numpy.typing import NDArray

Rng = np.random.Generator
Way = NDArray[np.float64]


@dataclass
class Actor:
    """A person's way through a scene."""

    x: Way
    y: Way
    height: Way
    """Face height seen from the front, pixels."""
    yaw: Way
    pitch: Way
    roll: Way
    depth: float
    """Those with a lower one are drawn over those with a higher one."""
    there: NDArray[np.bool_]
    gain: float = 1.0
    defocus: float = 0.0


@dataclass
class Passer:
    """A thing's way."""

    kind: str
    x: Way
    y: Way
    zoom: float
    depth: float


@dataclass
class Scene:
    """From one cut to the next."""

    size: tuple[int, int]
    rate: float
    frames: int
    background: str
    actors: list[Actor] = field(default_factory=list)
    passers: list[Passer] = field(default_factory=list)
    camera: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    """How far the camera has moved, pixels, one row a frame."""
    zoom: float = 1.0
    """Of the background at the end; it begins at 1."""
    gain: Way = field(default_factory=lambda: np.ones(0))
    shadow: float = 0.0
    """How dark a shadow falls across, 0 to 1."""
    noise: float = 2.0


def smooth_noise(rng: Rng, frames: int, period: float) -> Way:
    """Unsteadiness with a deviation of 1 that changes within ``period`` frames."""
    count = int(frames / period) + 5
    knots = rng.normal(0, 1, count)
    at = np.linspace(0, count - 4, frames) + 1
    fine = np.interp(at, np.arange(count), knots)
    width = max(1, round(period / 2))
    padded = np.pad(fine, width, mode="edge")
    return np.convolve(padded, np.ones(2 * width + 1) / (2 * width + 1), mode="valid")


def ramp(frames: int, begin: float, length: float) -> Way:
    """From 0 to 1, softly, over ``length`` frames from ``begin`` on."""
    t = np.clip((np.arange(frames) - begin) / max(length, 1e-6), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def size_between(rng: Rng, low: float, high: float) -> float:
    """A face height, as many below the middle of the logarithms as above."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def stander(
    scene: Scene, rng: Rng, height: float, at: tuple[float, float], yaw: float = 0.0
) -> Actor:
    """Someone who stays about where they are and looks around a little."""
    n, r = scene.frames, scene.rate
    still = rng.random() < 0.3
    sway = 0.0 if still else height
    return Actor(
        x=at[0] + 0.08 * sway * smooth_noise(rng, n, 1.2 * r),
        y=at[1] + 0.03 * sway * smooth_noise(rng, n, 1.0 * r),
        height=height * (1 + 0.02 * smooth_noise(rng, n, 3 * r)),
        yaw=yaw + (4 if still else 12) * smooth_noise(rng, n, 0.8 * r),
        pitch=float(rng.normal(0, 5)) + (2 if still else 6) * smooth_noise(rng, n, 0.7 * r),
        roll=float(rng.normal(0, 9)) + (2 if still else 6) * smooth_noise(rng, n, 0.9 * r),
        depth=1 / height,
        there=np.ones(n, bool),
        gain=float(rng.uniform(0.75, 1.1)),
        defocus=0.0,
    )


def walker(scene: Scene, rng: Rng, height: float, ends: tuple[float, float], y: float) -> Actor:
    """Someone who walks across, half turned to where they go."""
    turned = float(rng.uniform(5, 55)) * float(np.sign(ends[1] - ends[0]))
    actor = stander(scene, rng, height, (0, y), turned)
    t = np.arange(scene.frames)
    actor.x = ends[0] + (ends[1] - ends[0]) * t / max(1, scene.frames - 1) + 0.3 * (actor.x)
    actor.y += 0.05 * height * np.abs(np.sin(np.pi * 1.9 * t / scene.rate + rng.uniform(0, 3)))
    return actor


def turn_away(scene: Scene, rng: Rng, actor: Actor, begin: float, away_s: float) -> None:
    """To profile or further, for so many seconds, and back."""
    to = float(rng.choice([75, 90, 100, 130, 160, 180], p=[0.15, 0.2, 0.15, 0.2, 0.15, 0.15]))
    to *= float(rng.choice([-1, 1]))
    turning = float(rng.uniform(0.25, 0.9)) * scene.rate
    back = begin + turning + away_s * scene.rate
    there = ramp(scene.frames, begin, turning) - ramp(scene.frames, back, turning)
    actor.yaw = actor.yaw * (1 - there) + to * there


def dash(scene: Scene, rng: Rng, actor: Actor, begin: int, widths: float) -> None:
    """A jump aside, so many face widths a frame, for a few frames."""
    length = int(rng.integers(2, 6))
    end = min(begin + length, scene.frames)
    way = widths * 0.75 * float(np.mean(actor.height)) * np.arange(1, end - begin + 1)
    side = float(np.sign(scene.size[0] / 2 - actor.x[begin])) or 1.0
    steps = np.zeros(scene.frames)
    steps[begin:end] = side * way
    steps[end:] = steps[end - 1]
    actor.x = actor.x + steps
    actor.y = actor.y + steps * float(rng.uniform(-0.3, 0.3))


def passing(scene: Scene, rng: Rng, actor: Actor, begin: int, hidden_s: float) -> None:
    """A thing that passes before someone so that the face is hidden about so long."""
    kind = str(rng.choice(["pole", "sign", "car"]))
    height = float(actor.height[begin])
    wide = {"pole": 60.0, "sign": 200.0, "car": 160.0}[kind]
    zoom = height * (0.9 if kind == "pole" else 1.8) / wide
    speed = (wide * zoom + 0.75 * height) / max(2.0, hidden_s * scene.rate)
    side = float(rng.choice([-1, 1]))
    t = np.arange(scene.frames) - begin
    y = np.full(scene.frames, scene.size[1] / 2 if kind == "pole" else float(actor.y[begin]))
    zoom_y = max(zoom, scene.size[1] / 1500) if kind == "pole" else zoom
    scene.passers.append(
        Passer(kind, actor.x[begin] + side * speed * t, y, zoom_y, actor.depth * 0.9)
    )


def shaken(scene: Scene, rng: Rng, amount: float) -> None:
    """A camera in the hand; ``amount`` in pixels."""
    slow = [smooth_noise(rng, scene.frames, 0.5 * scene.rate) for _ in range(2)]
    fast = [smooth_noise(rng, scene.frames, 0.1 * scene.rate) for _ in range(2)]
    scene.camera = scene.camera + amount * np.stack(slow, 1) + 0.25 * amount * np.stack(fast, 1)


def panned(scene: Scene, rng: Rng) -> None:
    """A camera that swings from one side to the other."""
    far = float(rng.uniform(0.3, 0.8)) * scene.size[0] * float(rng.choice([-1, 1]))
    begin = float(rng.uniform(0, 0.3)) * scene.frames
    length = max(0.8 * scene.rate, float(rng.uniform(0.3, 0.6)) * scene.frames)
    there = ramp(scene.frames, begin, length)
    scene.camera = scene.camera + far * np.stack([there - there[-1] / 2, 0 * there], axis=1)


def empty(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """A scene without anyone."""
    return Scene(
        size=size,
        rate=rate,
        frames=frames,
        background=str(rng.choice(list(KINDS))),
        camera=np.zeros((frames, 2)),
        zoom=float(rng.choice([1.0, 1.0, 1.15])),
        gain=np.ones(frames),
        shadow=float(rng.choice([0, 0, 0.5])),
        noise=float(rng.uniform(1.0, 3.5)),
    )


def margin(camera: NDArray[np.float64]) -> int:
    """Pixels that a background needs around the picture."""
    return int(np.ceil(np.abs(camera).max(initial=0))) + 8


def shadow_map(scene: Scene, frame: int) -> NDArray[np.float32]:
    """Gain of each pixel: a soft shadow that moves across the picture."""
    width, height = scene.size
    small = (
        np.linspace(-1, 1, width // 8 + 1)[None] + np.linspace(-0.4, 0.4, height // 8 + 1)[:, None]
    )
    edge = 1.6 * np.sin(2 * np.pi * frame / (9 * scene.rate))
    dark = 1 / (1 + np.exp(-(small - edge) * 12))
    gain = (1 - scene.shadow * dark).astype(np.float32)
    return np.asarray(cv2.resize(gain, scene.size), np.float32)
