"""Where policies lie, and those that an organisation enforces: nothing weakens what they state.

An enforced policy binds every run of the command line and of the Python interface: the file that
the variable ``EFFACE_POLICY`` names, and ``enforced.toml`` in the system's folder for efface, which
only an administrator can write. It holds the keys that it states and no others. What is asked for
by ``--policy``, by a default policy or by options may be as strict or stricter; otherwise it is
refused. What nobody asked for takes the enforced value.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from efface.errors import RefusedError
from efface.files.paths import exists
from efface.policy import Policy, load_policy
from efface.regions import Regions
from efface.words import Confinement

ENVIRONMENT = "EFFACE_POLICY"
"""Variable that names an enforced policy."""

_MORE, _LESS = "more", "less"

_OFF_ON, _ON_OFF = (False, True), (True, False)

STRICTER: Mapping[str, str | tuple[object, ...]] = {
    "zones.width": _MORE,
    "zones.height": _MORE,
    "zones.min_margin_px": _MORE,
    "zones.below": _MORE,
    "zones.shape": ("rounded", "box"),
    "zones.one_ratio": _OFF_ON,
    "detect.recall": ("fast", "default", "high"),
    "rescan.enabled": _OFF_ON,
    "rescan.threshold": _LESS,
    "limits.max_megapixels": _LESS,
    "limits.max_total_megapixels": _LESS,
    "limits.max_frames": _LESS,
    "limits.max_file_mb": _LESS,
    "encode.min_ssim": _MORE,
    "encode.max_shift": _LESS,
    "video.audio": ("copy", "aac", "drop"),
    "video.subtitles": ("copy", "drop"),
    "video.reproducible": _OFF_ON,
    "video.min_ssim": _MORE,
    "attack.enabled": _OFF_ON,
    "attack.alpha": _MORE,
    "attack.accept_not_found": _ON_OFF,
    "attack.thorough": _OFF_ON,
    "sandbox.require": get_args(Confinement),
    "sandbox.memory_mb": _LESS,
    "sandbox.silent_s": _LESS,
    "sandbox.file_s": _LESS,
    "allow.no_face": _ON_OFF,
    "allow.rescan": _ON_OFF,
    "allow.damaged": _ON_OFF,
    "allow.keep": _ON_OFF,
    "allow.regions": _ON_OFF,
    "allow.one_person": _ON_OFF,
    "review.two_persons": _OFF_ON,
}
"""Which way a key is stricter: more, less, or values from the weakest to the strictest. A key that
is not here must be what the enforced policy states."""


@dataclass(frozen=True, slots=True)
class Enforced:
    """A policy that nothing weakens."""

    path: Path
    stated: Mapping[str, object]
    """Values by ``section.key``."""

    @classmethod
    def load(cls, path: Path) -> Enforced:
        """Read one.

        Raises:
            InputError: it cannot be read: nothing runs then.
            RefusedError: it is not valid.
        """
        _, stated = load_policy(path)
        if any(key.startswith("rescan.") for key in stated):  # a gate that is wanted stays shut
            stated.setdefault("rescan.enabled", True)
            stated.setdefault("allow.rescan", not stated["rescan.enabled"])
        return cls(path, stated)


def system_folder() -> Path:
    """Where an administrator puts policies for everybody; no variable leads elsewhere."""
    if sys.platform == "darwin":
        return Path("/Library/Application Support/efface")
    if sys.platform == "win32":
        import platformdirs  # noqa: PLC0415 - asks the system

        return platformdirs.site_config_path("efface", appauthor=False)
    return Path("/etc/efface")


def default_policy() -> Path | None:
    """The policy of a run that names none: the user's own, else the system's, if there is one."""
    import platformdirs  # noqa: PLC0415 - not needed when a policy is named

    own = platformdirs.user_config_path("efface", appauthor=False)
    for folder in (own, system_folder()):
        if exists(folder / "policy.toml"):
            return folder / "policy.toml"
    return None


def enforced() -> tuple[Enforced, ...]:
    """The policies that are enforced here.

    Raises:
        InputError: one cannot be read.
        RefusedError: one is not valid, or the variable names none.
    """
    found = []
    system = system_folder() / "enforced.toml"
    if exists(system):
        found.append(Enforced.load(system))
    given = os.environ.get(ENVIRONMENT)
    if given is not None:
        if not Path(given).is_absolute():
            raise RefusedError(
                f"{ENVIRONMENT} must name a policy by its whole path, not {given!r}.",
                hint="Whoever set it wanted a policy enforced, so nothing runs without it.",
            )
        found.append(Enforced.load(Path(given)))
    return tuple(found)


def in_force(named: Path | None) -> tuple[str, ...]:
    """The files that decide a run, in words; none when only the defaults do.

    Args:
        named: the policy that the run names.
    """
    place = named or default_policy()
    own = () if place is None else (str(place),)
    return (*own, *(f"{one.path} (enforced)" for one in enforced()))


def raised(policy: Policy, asked: Container[str] | None = None) -> Policy:
    """The policy, no weaker than what is enforced.

    Args:
        asked: keys (``section.key``) that somebody asked for; those are refused if they are weaker,
            the others take the enforced value. Left out: all that differ from the defaults.

    Raises:
        RefusedError: what was asked for is weaker.
        InputError: an enforced policy cannot be read.
    """
    given, standard = policy, Policy()
    for one in enforced():
        for key, wanted in one.stated.items():
            value = _get(policy, key)
            if _holds(key, value, wanted):
                continue
            own = _get(given, key)
            if own != _get(standard, key) if asked is None else key in asked:
                raise _weaker(one, key, own, wanted)
            section, name = key.split(".")
            room = replace(getattr(policy, section), **{name: wanted})
            policy = replace(policy, **{section: room})
    check(policy)  # two that are enforced may want different things
    return policy


def check(policy: Policy, regions: Regions | None = None) -> None:
    """Refuse what is weaker than an enforced policy.

    Args:
        regions: given in place of what the detectors find; their shapes count, too.

    Raises:
        RefusedError: something is.
        InputError: an enforced policy cannot be read.
    """
    for one in enforced():
        for key, wanted in one.stated.items():
            values = [_get(policy, key)]
            if key == "zones.shape" and regions is not None:
                values += [track.shape for track in regions.tracks if track.shape is not None]
            for value in values:
                if not _holds(key, value, wanted):
                    raise _weaker(one, key, value, wanted)


def _get(policy: Policy, key: str) -> object:
    section, name = key.split(".")
    return getattr(getattr(policy, section), name)


def _holds(key: str, value: object, wanted: object) -> bool:
    """Whether a value is as strict as what is wanted."""
    if value == wanted:
        return True
    order = STRICTER.get(key)
    if isinstance(order, tuple):
        return value in order and wanted in order and order.index(value) > order.index(wanted)
    if order is None or not isinstance(value, int | float) or not isinstance(wanted, int | float):
        return False
    return value > wanted if order == _MORE else value < wanted


def _weaker(one: Enforced, key: str, value: object, wanted: object) -> RefusedError:
    return RefusedError(
        f"{key} = {_said(value)} is not what the enforced policy allows: {_said(wanted)}"
        f"{_or_stricter(key)}.",
        path=one.path,
        hint="Leave it out; or ask whoever set that policy.",
    )


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _or_stricter(key: str) -> str:
    order = STRICTER.get(key)
    if order is None:
        return ""
    return f" or {order}" if isinstance(order, str) else " or stricter"
