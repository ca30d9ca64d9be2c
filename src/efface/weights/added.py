"""Where models lie that a user added: one folder a model, outside of the package.

::

    generator/NAME/card.toml    what is known of it
    generator/NAME/...          its file, by the name that the card gives it
    recogniser/NAME/..., restorer/NAME/...
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs

ENVIRONMENT = "EFFACE_MODELS"
"""Names another folder."""

CARD = "card.toml"

ModelKind = Literal["generator", "recogniser", "restorer"]


def models_folder() -> Path:
    """The user's; it need not be there."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else platformdirs.user_data_path("efface") / "models"


def added_cards(kind: ModelKind) -> tuple[Path, ...]:
    """The cards of the models that were added, by name."""
    return tuple(sorted((models_folder() / kind).glob(f"*/{CARD}")))
