"""The baseline: the redacted face itself, as an off-the-shelf recogniser sees it.

A tool that only tries this reports safety that is not there: the blurred faces that gave 0.7 % at
this level gave 81 % to an attacker that had adapted to them (Hao et al. 2020, arXiv 1905.05243).
"""

from __future__ import annotations

from collections.abc import Sequence

from efface.attack.interface import Attack, Case, Evidence, Knowledge, Reconstruction


class OffTheShelf(Attack):
    """Shows the face as it was published; of a video, the frame in which it is largest."""

    name = "off-the-shelf"
    title = "a face recogniser on the redacted face as it is"
    family = "off-the-shelf"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        look = max(case.looks, key=lambda look: look.box.width * look.box.height)
        return (Reconstruction(look.pixels, look.points),)
