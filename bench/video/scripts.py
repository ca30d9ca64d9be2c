"""The kinds of scenes a clip is put together from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scenes import (
    Rng,
    Scene,
    dash,
    empty,
    panned,
    passing,
    ramp,
    shaken,
    size_between,
    stander,
    turn_away,
    walker,
)

Script = Callable[[Rng, tuple[int, int], float, int], Scene]


def _spots(rng: Rng, scene: Scene, count: int) -> list[tuple[float, float]]:
    """Places side by side, in random order."""
    width, height = scene.size
    xs = (np.arange(count) + 0.5) / count + rng.uniform(-0.2, 0.2, count) / count
    return [(float(x) * width, float(rng.uniform(0.25, 0.5)) * height) for x in rng.permutation(xs)]


def _fit(scene: Scene, count: int) -> float:
    """The largest face height at which ``count`` people stand side by side."""
    return float(min(200.0, scene.size[1] * 0.42, scene.size[0] / count / 1.3))


def talk(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """One to three people close to the camera, who mostly face it."""
    scene = empty(rng, size, rate, frames)
    count = int(rng.integers(1, 4))
    for x, y in _spots(rng, scene, count):
        high = _fit(scene, count)
        actor = stander(scene, rng, size_between(rng, min(50, 0.6 * high), high), (x, y))
        if rng.random() < 0.6 and frames > 2 * rate:
            turn_away(
                scene,
                rng,
                actor,
                float(rng.uniform(0.1, 0.6)) * frames,
                float(rng.uniform(0.3, 1.5)),
            )
        scene.actors.append(actor)
    return scene


def turns(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """People who turn away again and again."""
    scene = empty(rng, size, rate, frames)
    count = int(rng.integers(1, 5))
    for x, y in _spots(rng, scene, count):
        actor = stander(scene, rng, size_between(rng, 24, _fit(scene, count)), (x, y))
        begin = float(rng.uniform(0.1, 1.0)) * rate
        while begin < frames - rate:
            away = float(rng.uniform(0.3, 3.0))
            turn_away(scene, rng, actor, begin, away)
            begin += (away + float(rng.uniform(2.0, 3.5))) * rate
        scene.actors.append(actor)
    return scene


def walk(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """People who cross the picture, and each other, from edge to edge."""
    scene = empty(rng, size, rate, frames)
    for _ in range(int(rng.integers(2, 9))):
        height = size_between(rng, 18, min(110, size[1] * 0.25))
        ends = [-1.5 * height, size[0] + 1.5 * height]
        if rng.random() < 0.5:
            ends.reverse()
        if rng.random() < 0.3:
            ends[1] = float(rng.uniform(0.2, 0.8)) * size[0]
        y = float(rng.uniform(0.2, 0.55)) * size[1]
        actor = walker(scene, rng, height, (ends[0], ends[1]), y)
        actor.x = actor.x + 0.25 * (ends[1] - ends[0]) * float(rng.uniform(-0.6, 1))
        if rng.random() < 0.3:
            turn_away(
                scene, rng, actor, float(rng.uniform(0.2, 0.7)) * frames, float(rng.uniform(0.3, 2))
            )
        scene.actors.append(actor)
    return scene


def hidden(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """Poles, signs, cars and other people pass before faces."""
    scene = empty(rng, size, rate, frames)
    count = int(rng.integers(1, 4))
    for x, y in _spots(rng, scene, count):
        actor = stander(scene, rng, size_between(rng, 24, min(150, _fit(scene, count))), (x, y))
        scene.actors.append(actor)
        begin = float(rng.uniform(0.2, 1)) * rate
        while begin < frames - 0.5 * rate:
            length = float(rng.uniform(0.1, 2.0))
            passing(scene, rng, actor, int(begin), length)
            begin += (length + float(rng.uniform(1.0, 3.0))) * rate
    if rng.random() < 0.5:
        other = scene.actors[0]
        height = float(other.height[0]) * float(rng.uniform(1.1, 1.6))
        y = float(other.y[0]) + 0.2 * height
        scene.actors.append(walker(scene, rng, height, (-2 * height, size[0] + 2 * height), y))
    return scene


def dashes(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """Fast moves: up to two face widths a frame for a few frames."""
    scene = empty(rng, size, rate, frames)
    count = int(rng.integers(1, 4))
    for x, y in _spots(rng, scene, count):
        actor = stander(scene, rng, size_between(rng, 24, min(130, _fit(scene, count))), (x, y))
        begin = int(rng.uniform(0.3, 1.2) * rate)
        while begin < frames - 5:
            dash(scene, rng, actor, begin, float(rng.uniform(0.25, 1.8)))
            begin += int(rng.uniform(0.5, 2.0) * rate)
        actor.x = _kept_in(actor.x, size[0])
        actor.y = _kept_in(actor.y, size[1])
        scene.actors.append(actor)
    return scene


def _kept_in(way: np.ndarray, side: int) -> np.ndarray:
    """The way folded back at the picture's edges, as if it bounced."""
    low, high = 0.08 * side, 0.92 * side
    folded = np.abs((way - low) % (2 * (high - low)))
    return low + np.where(folded > high - low, 2 * (high - low) - folded, folded)


def approach(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """People who come nearer, or go."""
    scene = empty(rng, size, rate, frames)
    count = int(rng.integers(1, 4))
    for x, y in _spots(rng, scene, count):
        actor = stander(scene, rng, 16, (x, y))
        near = min(200.0, size[1] * 0.5)
        growth = np.linspace(0, 1, frames) if rng.random() < 0.7 else np.linspace(1, 0, frames)
        begin, end = float(rng.uniform(14, 30)), float(rng.uniform(0.4, 1)) * near
        actor.height = begin * (end / begin) ** growth
        actor.y = actor.y + 0.04 * actor.height * np.sin(np.arange(frames) * 2 * np.pi * 1.8 / rate)
        if growth[0] == 1:
            actor.yaw = actor.yaw + 180 * ramp(frames, 0.4 * frames, 0.6 * rate) * (
                rng.random() < 0.5
            )
        actor.depth = float(1 / end)
        scene.actors.append(actor)
    return scene


def edges(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """Faces that come in and go out at every edge, fast and slow, or stay half in."""
    scene = empty(rng, size, rate, frames)
    width, height = size
    begin = 0.0
    while begin < frames - 0.5 * rate:
        high = size_between(rng, 24, min(150, 0.35 * height))
        side = int(rng.integers(0, 4))
        along = float(rng.uniform(0.2, 0.8))
        edge = [
            (0, along * height),
            (width, along * height),
            (along * width, 0),
            (along * width, height),
        ]
        out = [(-1, 0), (1, 0), (0, -1), (0, 1)][side]
        x, y = edge[side]
        length, inwards = float(rng.uniform(0.08, 1.0)) * rate, float(rng.uniform(0.1, 2.0)) * high
        stay = float(rng.uniform(0.1, 2.5)) * rate
        actor = stander(scene, rng, high, (x + out[0] * 1.2 * high, y + out[1] * 1.2 * high))
        way = ramp(frames, begin, length) - ramp(frames, begin + length + stay, length)
        actor.x = actor.x - out[0] * (1.2 * high + inwards) * way
        actor.y = actor.y - out[1] * (1.2 * high + inwards) * way
        scene.actors.append(actor)
        begin += float(rng.uniform(0.3, 1.5)) * rate
    return scene


def rush(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """Faces that dash in at an edge, turn back or go on, and are out again: a face width or so with
    every frame, most of the time cut by the border."""
    scene = empty(rng, size, rate, frames)
    width, height = size
    begin = -0.1 * rate
    while begin < frames - 0.3 * rate:
        high = size_between(rng, 40, min(180, 0.4 * height))
        along = float(rng.uniform(0.2, 0.8))
        side = int(rng.integers(0, 4))
        out = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)][side], float)
        edge = np.array([(0, along * height), (width, along * height), (along * width, 0),
                         (along * width, height)][side], float)  # fmt: skip
        far = float(rng.uniform(0.2, 1.2)) * high
        length = max(3.0, (1.2 * high + far) / (high * float(rng.uniform(0.3, 1.1))))
        stay = float(rng.choice([0.0, 0.0, 0.3])) * rate
        actor = stander(scene, rng, high, (0, 0))
        way = ramp(frames, begin, length) - ramp(frames, begin + length + stay, length)
        actor.x = actor.x + edge[0] + out[0] * (1.2 * high - (1.2 * high + far) * way)
        actor.y = actor.y + edge[1] + out[1] * (1.2 * high - (1.2 * high + far) * way)
        scene.actors.append(actor)
        begin += float(rng.uniform(0.4, 1.2)) * rate
    return scene


def flashes(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """Faces that are there for one to five frames, beside one that stays."""
    scene = empty(rng, size, rate, frames)
    (x, y), *_ = _spots(rng, scene, 3)
    if rng.random() < 0.5:
        scene.actors.append(stander(scene, rng, size_between(rng, 30, 80), (x, y)))
    begin = int(0.3 * rate)
    while begin < frames - 6:
        where = float(rng.uniform(0.1, 0.9)) * size[0], float(rng.uniform(0.2, 0.6)) * size[1]
        actor = stander(scene, rng, size_between(rng, 26, min(160, 0.4 * size[1])), where)
        actor.there[:] = False
        actor.there[begin : begin + int(rng.integers(1, 6))] = True
        scene.actors.append(actor)
        begin += int(rng.uniform(0.4, 1.5) * rate)
    return scene


def crowd(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """Twenty to forty small faces in rows, some turned away, some walking."""
    scene = empty(rng, size, rate, frames)
    count, rows = int(rng.integers(20, 41)), 4
    for i in range(count):
        row, column = i % rows, i // rows
        height = (18 + 9 * row) * size[1] / 480 * float(rng.uniform(0.85, 1.15))
        x = (
            (column + 0.5 + 0.4 * (row % 2) + rng.uniform(-0.15, 0.15))
            * size[0]
            / (count / rows + 0.5)
        )
        y = size[1] * (0.2 + 0.17 * row)
        actor = stander(scene, rng, height, (float(x), float(y)), float(rng.normal(0, 18)))
        chance = rng.random()
        if chance < 0.25:
            turn_away(
                scene, rng, actor, float(rng.uniform(0, 0.8)) * frames, float(rng.uniform(0.3, 3))
            )
        elif chance < 0.35:
            actor.x = actor.x + np.linspace(0, float(rng.uniform(-0.4, 0.4)) * size[0], frames)
        scene.actors.append(actor)
    return scene


def nobody(rng: Rng, size: tuple[int, int], rate: float, frames: int) -> Scene:
    """No face at all; things pass."""
    scene = empty(rng, size, rate, frames)
    shape = stander(scene, rng, size_between(rng, 40, 120), (size[0] / 2, size[1] / 2))
    for begin in range(int(rate), frames, int(3 * rate)):
        passing(scene, rng, shape, begin, float(rng.uniform(0.5, 2.0)))
    return scene


SCRIPTS: dict[str, Script] = {
    "talk": talk,
    "turns": turns,
    "walk": walk,
    "hidden": hidden,
    "dashes": dashes,
    "approach": approach,
    "edges": edges,
    "rush": rush,
    "flashes": flashes,
    "crowd": crowd,
    "nobody": nobody,
}


def moved_camera(scene: Scene, rng: Rng, tags: set[str]) -> None:
    """Pans, shakes and darkens a scene as the clip's tags say."""
    if "pan" in tags:
        panned(scene, rng)
    if "shake" in tags:
        shaken(scene, rng, float(rng.uniform(0.008, 0.03)) * scene.size[0])
    if "dark" in tags:
        scene.gain = np.full(scene.frames, float(rng.uniform(0.12, 0.35)))
        scene.noise = float(rng.uniform(4, 9))
    if "flicker" in tags:
        t = np.arange(scene.frames) / scene.rate
        scene.gain = scene.gain * (1 + 0.3 * np.sin(2 * np.pi * t / float(rng.uniform(0.5, 3))))
    if "defocus" in tags:
        for actor in scene.actors:
            actor.defocus = float(rng.uniform(0, 0.06)) * float(np.median(actor.height))
