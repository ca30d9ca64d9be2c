"""The page that is carried is, byte for byte, what its source builds."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from web.stamp import PAGE, WEB, digests

NODE = WEB.parent / ".venv-web" / "bin"


@pytest.mark.timeout(300)
def test_the_source_builds_the_page(tmp_path: Path) -> None:
    if not (WEB / "node_modules" / "vite").is_dir() or not (NODE / "node").exists():
        pytest.skip("Node's packages are not here: make web")
    source = tmp_path / "web"
    shutil.copytree(WEB, source, ignore=shutil.ignore_patterns("node_modules"))
    (source / "node_modules").symlink_to(WEB / "node_modules")
    out = tmp_path / "src" / "efface" / "review" / "web"
    environment = {**os.environ, "PATH": f"{NODE}:{os.environ['PATH']}"}
    for step in ("types", "check", "build"):
        done = subprocess.run(
            ["npm", "run", "--silent", step], cwd=source, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert digests(out) == digests(PAGE)
    types = Path("src") / "api" / "schema.d.ts"
    assert (source / types).read_bytes() == (WEB / types).read_bytes()
