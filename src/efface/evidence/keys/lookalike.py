"""Names that resemble one another: by letters of another alphabet, by case, by what is not seen.

A name is its owner's to choose. One that looks like a name that whoever checks knows is pointed
out; nothing is refused for it.
"""

from __future__ import annotations

import unicodedata

from efface.evidence.keys.chain import Chain
from efface.evidence.keys.trust import Trust

_ALIKE = {
    "l": "iı|!1јіιl",
    "a": "аαɑ",
    "b": "вьβ",
    "c": "сϲ",
    "d": "ԁđ",
    "e": "еεє",
    "g": "ɡ",
    "h": "һнħ",
    "j": "ј",
    "k": "кκ",
    "m": "м",
    "n": "пηո",
    "o": "0оοօø",
    "p": "рρ",
    "q": "ԛ",
    "r": "г",
    "s": "5ѕ",
    "t": "тτ",
    "u": "υս",
    "v": "νѵ",
    "w": "ԝωш",
    "x": "хχ",
    "y": "уγү",
}
"""Letters and digits that are read as another: Latin, Cyrillic, Greek and Armenian ones, chosen
from Unicode's table of confusables (UTS 39) by what keyboards have."""
_FOLDED = {ord(other): letter for letter, others in _ALIKE.items() for other in others}
_PAIRS = (("rn", "m"), ("vv", "w"))


def resembled(chain: Chain, trust: Trust) -> str | None:
    """The name of somebody whom whoever checks knows by another key, if that of this key looks like
    it."""
    if trust.known_as(chain) is not None:
        return None
    own = skeleton(chain.label)
    names = (*trust.keys.values(), *trust.authorities.values())
    return next((name for name in names if own and skeleton(name) == own), None)


def resemblance(chain: Chain, trust: Trust) -> str:
    """The same as a sentence to be put behind others; empty where there is none."""
    name = resembled(chain, trust)
    if name is None:
        return ""
    return f" That name resembles {name!r}, whom you know by another key: it is not that one."


def skeleton(name: str) -> str:
    """What is left of a name when everything goes that the eye passes over; two names that leave
    the same are read as one."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_FOLDED)
    letters = "".join(c for c in plain if c.isalnum())
    for pair, one in _PAIRS:
        letters = letters.replace(pair, one)
    return letters
