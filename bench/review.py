"""What the review app costs: a folder of copies of one photo, opened, listed and shown.

python bench/review.py --copies 500
"""

from __future__ import annotations

import argparse
import gzip
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TypeVar

import msgspec

from efface import demo
from efface.api.policies import Policy
from efface.api.redaction import job
from efface.review.desk import Desk
from efface.review.store import Store

Made = TypeVar("Made")


def measured(what: str, work: Callable[[], Made]) -> Made:
    """Do it, and say how much processor time it took."""
    began = time.process_time()
    made = work()
    print(f"{what}: {time.process_time() - began:.3f} s of processor time")
    return made


def main(copies: int) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "photos"
        folder.mkdir()
        demo.save_as_phone_would(demo.picture(), folder / "0000.jpg")
        content = (folder / "0000.jpg").read_bytes()
        for number in range(1, copies):
            (folder / f"{number:04}.jpg").write_bytes(content)
        desk = Desk(job([folder], policy=Policy()), [folder], Store(Path(place) / "reviews"))
        measured(f"{copies} copies opened, faces found in the first", desk.work)
        state = measured("the list", desk.state)
        print(f"the list: {len(msgspec.json.encode(state))} bytes")
        file = desk.file(state.files[0].id)
        for side in (160, 2048):
            measured(f"a picture of {side} pixels", partial(desk.picture, file, 0, side))
        measured("a preview", lambda: desk.preview(file, 0, 2048, None))
    page = resources.files("efface.review").joinpath("web")
    loaded = [one.read_bytes() for one in page.iterdir() if not one.name.endswith(".txt")]
    print(f"the page: {sum(len(gzip.compress(one)) for one in loaded)} bytes compressed")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=500)
    main(parser.parse_args().copies)
