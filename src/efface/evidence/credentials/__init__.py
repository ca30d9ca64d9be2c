"""Content Credentials (C2PA): a signed history that travels in the redacted file, or beside it."""

from efface.evidence.credentials.carried import check_carried
from efface.evidence.credentials.checking import check
from efface.evidence.credentials.edit import Edit, SourceType
from efface.evidence.credentials.formats import can_hold, sidecar_path
from efface.evidence.credentials.manifest import EditAction, Ingredient, Manifest
from efface.evidence.credentials.reading import Credentials, read
from efface.evidence.credentials.regions import Region, photo_regions, video_regions
from efface.evidence.credentials.writing import sidecar, write, write_sidecar

__all__ = [
    "Credentials",
    "Edit",
    "EditAction",
    "Ingredient",
    "Manifest",
    "Region",
    "SourceType",
    "can_hold",
    "check",
    "check_carried",
    "photo_regions",
    "read",
    "sidecar",
    "sidecar_path",
    "video_regions",
    "write",
    "write_sidecar",
]
