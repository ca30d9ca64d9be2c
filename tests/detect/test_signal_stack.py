"""A signal after networks were released: the library must not leave a stack behind that is gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal
import numpy as np
from efface.detect.faces import face_detector, release_detectors
signal.signal(signal.SIGTERM, lambda *_: print("handled", flush=True))
face_detector("default").detect(np.zeros((64, 64, 3), np.uint8))
release_detectors()
os.kill(os.getpid(), signal.SIGTERM)
print("alive", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_signal_after_networks_were_released_is_handled() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "handled\nalive\n"), done.stderr
