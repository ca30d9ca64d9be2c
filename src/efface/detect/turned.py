"""Looking at a picture turned by quarters: heads can lie any way up in it, and YuNet hardly sees
one that is turned by more than 45 degrees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes, by_score, suppress
from efface.detect.passes import SAME_FACE
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid

QUARTERS = (1, 3, 2)
"""Counter-clockwise quarter turns of a picture; a camera held sideways is the commonest."""

TURNED_DISCOUNT = 0.1
"""Taken off the scores of what was seen in a turned picture, where YuNet takes more for a face that
is none: from there on they count like any others."""

TURNED_MEGAPIXELS = 1.5
"""Pictures are halved until they have at most this many before they are looked at turned."""

Turned = NDArray[np.int8]
"""Counter-clockwise quarter turns of the picture in which each face was seen, shape (n,)."""


def turned_look(
    pyramid: Pyramid, floor: float, quarter_turns: int, megapixels: float = TURNED_MEGAPIXELS
) -> Boxes:
    """What YuNet sees in a picture turned, with scores less the discount.

    Args:
        pyramid: the picture.
        floor: lowest score, less the discount, 0 to 1.
        quarter_turns: counter-clockwise, before looking.
        megapixels: it is halved until it has at most this many.
    """
    level = pyramid.within(megapixels)
    found = second_look(pyramid, floor + TURNED_DISCOUNT, quarter_turns=quarter_turns, level=level)
    found[:, 4] -= TURNED_DISCOUNT
    return found


def gathered(upright: Boxes, turned: dict[int, Boxes]) -> tuple[Boxes, Turned]:
    """What was seen as it is and turned, each face once, with the turn at which it was seen best;
    best first.

    Args:
        upright: seen in the picture as it is.
        turned: by quarter turns.
    """
    parts = [upright, *turned.values()]
    quarter_turns = np.repeat([0, *turned], [len(part) for part in parts])
    marked = np.column_stack([np.concatenate(parts), quarter_turns])
    kept = suppress(marked, SAME_FACE) if turned else by_score(marked)
    return kept[:, :5], kept[:, 5].astype(np.int8)
