"""How often the gate of ``efface attack`` finds strangers under deface's default blur and mosaic.

    python bench/leak/strangers.py PICTURE... --searched 11 --cache CACHE

PICTURE: of one person each, of one set. Of some of them the redacted picture is searched for
everybody, by attacks that are told the redaction. ``make bench-gate`` looks for one stranger in
each, which says little of a small rate; searches of one redaction hang together, so that the
interval is a bootstrap over redactions.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.red_team.people import person_in
from efface.study.faces import faces_of, read
from efface.study.gate.answers import finds, remembering, somebody
from efface.study.gate.trials import TRIALS

DRAWS = 5000
SEED = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, nargs="+")
    parser.add_argument("--searched", type=int, default=11, help="redacted pictures")
    parser.add_argument("--cache", type=Path, required=True)
    args = parser.parse_args()
    paths = args.pictures
    faces = faces_of(paths, args.cache / "strangers-places.npz")
    clear = [chip(read(path), face.points) for path, face in zip(paths, faces, strict=True)]
    for trial in (one for one in TRIALS if one.stranger is not None):
        own, strangers = [], []
        for n in range(0, len(paths), max(1, len(paths) // args.searched)):
            original, redacted = trial.change(n, paths, faces)
            person = person_in(original, redacted, faces[n].box, faces[n].points)
            if person is None:
                continue
            gate = remembering()
            found = [finds(somebody(person, face), gate, n) for face in clear]
            own.append(found.pop(n))
            strangers.append(found)
        print(f"{trial.name}: {sum(own)} of {len(own)}; strangers {_share(np.array(strangers))}")


def _share(found: NDArray[np.bool_]) -> str:
    """In words.

    Args:
        found: shape (redactions, strangers).
    """
    rng = np.random.default_rng(SEED)
    rates = found.mean(axis=1)
    draws = rates[rng.integers(0, len(rates), (DRAWS, len(rates)))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return (
        f"{found.sum()} of {found.size}, {found.mean():.1%} "
        f"(95 %: {low:.1%} to {high:.1%}; {np.count_nonzero(found.any(axis=1))} redactions)"
    )


if __name__ == "__main__":
    main()
