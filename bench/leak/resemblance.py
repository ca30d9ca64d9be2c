"""How like the clear picture each redaction of the study leaves a face: the mean SSIM of luma
within the face's own box (Wang et al. 2004; windows of 7 pixels), over the pictures that a study
searches with. What an editor gives up, beside what a study finds to be left.

    python bench/leak/resemblance.py DATASET -o MAP --width 40 > docs/study/resemblance.json
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np

from efface.media.fidelity import likeness
from efface.study.map.design import WIDTHS, cells
from efface.study.map.folder import FULL, people_of
from efface.study.map.material import SmallDataset
from efface.study.rows import StudyRow
from efface.study.splits import Splits


@click.command()
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="A study's folder.")
@click.option("--width", type=click.Choice([str(px) for px in WIDTHS]), default="40")
def main(dataset: Path, out: Path, width: str) -> None:
    """Of each row that has no other attackers' name, in one document."""
    people = people_of(dataset, FULL, out / "cache", seed=0)
    data = SmallDataset.of(people.pictures, people.faces, float(width), mirrored=False)
    searched = Splits.of(people.pictures).parts["test"].probes
    rows = [cell.kind.row for cell in cells(quick=False, widths=[int(width)])]
    found = {row.name: round(like(data, row, searched), 4) for row in rows if row.eyes_known}
    click.echo(json.dumps({"width_px": int(width), "pictures": len(searched), "ssim": found}))


def like(data: SmallDataset, row: StudyRow, searched: np.ndarray) -> float:
    """Mean over the pictures."""
    seen = []
    for index in map(int, searched):
        clear, redacted = data.pixels(index), data.redacted(row, index).pixels
        box = data.faces[index].box
        outside = np.ones(clear.shape[:2], bool)
        top, left = max(round(box.y), 0), max(round(box.x), 0)
        outside[top : round(box.y + box.height), left : round(box.x + box.width)] = False
        one = likeness(clear, redacted, outside, 8).ssim
        if one is not None:
            seen.append(one)
    return float(np.mean(seen))


if __name__ == "__main__":
    main()
