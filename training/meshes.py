"""Where the 468 points of a face mesh lie in cut-out portraits (``cutouts.py``).

    MEDIAPIPE training/meshes.py train.cut.npz train.mesh.npz

Runs in an environment of its own, with mediapipe 0.10.21 (Apache-2.0).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from mediapipe.python.solutions.face_mesh import FaceMesh

POINTS = 468


def main() -> None:
    """Find the points of every portrait; of those without a face they are not numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cut", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    mesh = FaceMesh(static_image_mode=True, max_num_faces=1, refine_landmarks=False)
    found = []
    with np.load(args.cut) as data:
        pictures, index = data["pictures"], data["index"]
    for picture in pictures:
        height, width = picture.shape[:2]
        faces = mesh.process(picture).multi_face_landmarks
        if not faces:
            found.append(np.full((POINTS, 3), np.nan, np.float32))
            continue
        points = np.array([(p.x, p.y, p.z) for p in faces[0].landmark], np.float32)
        found.append(points * np.array([width, height, width], np.float32))
    np.savez(args.out, points=np.array(found), index=index)


if __name__ == "__main__":
    main()
