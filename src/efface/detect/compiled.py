"""Compiled models kept between runs, so that one photo alone does not pay for compiling again.

A file here is used only if it is to the last byte what was put there: a damaged one could find
fewer faces without a word.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]

_log = logging.getLogger(__name__)

_DIGEST_BYTES = hashlib.sha256().digest_size


def compiled_model(
    core: openvino.Core,
    model: Callable[[], openvino.Model],
    config: Mapping[str, Any],
    identity: str,
) -> openvino.CompiledModel:
    """The model, compiled for this processor; taken from the user's cache where it is whole there.

    Args:
        core: OpenVINO.
        model: makes the model; called only when it has to be compiled.
        config: of the processor plugin.
        identity: all that decides what the compiled model computes, weights and version included.
    """
    folder = cache_folder()
    place = None
    if folder is not None:
        place = folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.compiled"
        kept = _read(place)
        if kept is not None:
            try:
                return core.import_model(io.BytesIO(kept), "CPU", dict(config))
            except RuntimeError as error:  # of another build: compile again
                _log.warning("the compiled model %s is not used: %s", place, error)
    made = core.compile_model(model(), "CPU", dict(config))
    if place is not None:
        _write(place, made.export_model().getvalue())
    return made


def cache_folder() -> Path | None:
    """Where compiled models (never pictures) are kept; ``None`` where there is no such folder. One
    that cannot be written to is still read."""
    folder = platformdirs.user_cache_path("efface", appauthor=False) / "models"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _log.warning("compiled models are not cached: %s", error)
        return None
    return folder


def _read(place: Path) -> bytes | None:
    """What follows the digest at the start of the file, if the digest is right."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    digest, model = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(model).digest() != digest:
        _log.warning("the compiled model %s is damaged: it is made again", place)
        return None
    return model


def _write(place: Path, model: bytes) -> None:
    if not os.access(place.parent, os.W_OK):
        _log.warning("compiled models are not cached: %s cannot be written", place.parent)
        return
    temporary = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(hashlib.sha256(model).digest() + model)
        temporary.replace(place)
    except OSError as error:  # a full disk must not stop the work
        _log.warning("the compiled model is not cached in %s: %s", place, error)
        temporary.unlink(missing_ok=True)
