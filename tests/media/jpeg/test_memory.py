"""Memory stays flat, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

RUN = """
import io, resource, sys
from pathlib import Path
from typing import Any
from efface.geometry import Rect
from efface.media.jpeg import JpegPhoto
from efface.media.sniff import open_photo
from efface.media.source import HeldSource
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

photo = open_photo(Path(sys.argv[1]), Limits())
picture = photo.picture(0)
rect = Rect(100, 100, 2000, 2000)
zones = photo.grown([Zone("t1", 0, rect, rect)])
out = io.BytesIO()
filling = ConstantFilling(Colour(0, 0, 0))
photo.write(zones, filling, EncodePolicy(), out)
source = HeldSource(Path("out.jpg"), out.getvalue())
assert photo.compare(JpegPhoto(source, source.data(), Limits()), zones, filling).exact
status = Path("/proc/self/status")
if status.exists():  # on Linux ru_maxrss starts at what the parent process had
    lines = status.read_text().splitlines()
    print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
@pytest.mark.parametrize(
    ("size", "options", "most_mb"),
    [
        ((6000, 4000), {"subsampling": 2}, 450),
        ((6000, 4000), {"subsampling": 0, "progressive": True}, 450),
        ((12000, 8400), {"subsampling": 2}, 1400),
    ],
)
def test_peak_memory_with_the_picture_held(
    tmp_path: Path, size: tuple[int, int], options: dict[str, Any], most_mb: int
) -> None:
    """Sideways, so that turning costs a second picture; bounds leave the detector its share."""
    path = tmp_path / "large.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.linear_gradient("L").resize(size).convert("RGB").save(path, exif=exif, **options)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < most_mb
