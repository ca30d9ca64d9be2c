"""Where a policy requires that files are read apart, nothing reads them here in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import efface
from efface.errors import RefusedError
from efface.policy import Policy, SandboxPolicy

STRICT = {"sandbox": {"require": "limits"}}
READERS: dict[str, Callable[[Path], object]] = {
    "detect": lambda path: efface.detect(path, policy=STRICT),
    "look": lambda path: efface.look(path, policy=STRICT),
    "watch": lambda path: efface.watch(path, policy=STRICT),
    "inspect": lambda path: efface.inspect(path, policy=STRICT),
    "attack": lambda path: efface.attack(path, path, policy=STRICT),
    "advise": lambda path: efface.advise(path, policy=STRICT),
    "scan": lambda path: efface.scan(path, policy=STRICT),
    "contact_sheet": lambda path: efface.contact_sheet(path, policy=STRICT),
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_reads_here_refuses(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.jpg"
    path.write_bytes(b"not looked at")
    with pytest.raises(RefusedError, match="read apart") as caught:
        READERS[name](path)
    assert caught.value.exit_code == 2


def test_the_review_app_does_not_begin(tmp_path: Path) -> None:
    serve = pytest.importorskip("efface.review.serve")
    with pytest.raises(RefusedError, match="read apart"):
        serve.review([tmp_path], policy=Policy(sandbox=SandboxPolicy("limits")), say=print)
