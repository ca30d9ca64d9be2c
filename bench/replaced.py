"""``make bench-replace``: drawn heads over real faces that nothing was trained on.

Prints, as one line of JSON: in what share of zones each detector sees a face afterwards; by each
recogniser, how many heads match the face that they cover, another picture's, or each other, at a
threshold that one in a hundred pairs of strangers passes; and the processor time of a head. The
sheet shows each face before and after: it shows real people, and stays out of the project.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from efface.detect.batches import ChipNetwork
from efface.generate.prior import WEIGHTS
from replace.faces import faces_of
from replace.heads import matches, replaced, seen_shares
from replace.sheet import sheet


def main() -> None:
    """Draw, look, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="of JPEG files, gone through in turn")
    parser.add_argument("--prior", type=Path, help="another network than the one efface carries")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--least-yaw", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    network = ChipNetwork(given.prior or WEIGHTS)
    faces = faces_of(given.folders, given.count, given.least_yaw)
    pairs = [replaced(face, network, given.seed + i) for i, face in enumerate(faces)]
    times = [one.cpu_s for one in pairs[1:]]
    found = {
        "heads": len(pairs),
        "turned more than 30 degrees": sum(abs(one.face.pose.yaw) > 30 for one in pairs),
        "seen": seen_shares(pairs),
        "match": matches(pairs),
        "processor seconds": {"first": pairs[0].cpu_s, "median of the others": np.median(times)},
    }
    print(json.dumps(found))
    if given.sheet:
        cv2.imwrite(str(given.sheet), sheet(pairs)[..., ::-1])


if __name__ == "__main__":
    main()
