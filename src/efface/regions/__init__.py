"""Which parts of a file are faces: the one domain type that every room speaks, its JSON, and what a
person chose on top of it."""

from efface.regions.form import SCHEMA, Action, Kind, Shape, Source
from efface.regions.model import Box, Media, Page, Regions, Track

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
