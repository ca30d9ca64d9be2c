"""Which parts of a file are faces: the one domain type that every room speaks, its JSON, and what a
person chose on top of it."""

from efface.regions.form import SCHEMA
from efface.regions.model import Box, Media, Page, Regions, Track
from efface.words import Action, Kind, Shape, Source

__all__ = [
    "SCHEMA",
    "Action",
    "Box",
    "Kind",
    "Media",
    "Page",
    "Regions",
    "Shape",
    "Source",
    "Track",
]
