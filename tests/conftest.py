"""Pictures that several rooms' tests use: rendered or carried by a package, never from outside."""

from __future__ import annotations

import gc
import io
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg  # noqa: F401 - its linear algebra has threads of its own, too
from hypothesis import settings
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from tests import running
from tests.answers import kept_answers
from tests.running import Efface
from tests.walks import walk, write_clip
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

settings.register_profile("efface", deadline=None, print_blob=True)
settings.load_profile("efface")


LIMIT_S = 120
"""Longer than any test takes on a busy machine: one that hangs fails, and is named."""

LONGEST = "tests/docs/test_examples_run.py"
"""What takes longest in one piece begins first: whoever works beside it does all the rest."""


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: a quarter of the time a worker waits for a command that it
    started (446 s with two workers on two cores, 389 s with three)."""
    return (yield) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every test has a time limit (``pytest-timeout``), unless it sets another."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    if config.pluginmanager.hasplugin("timeout"):
        for item in items:
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(LIMIT_S))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it need not be searched for garbage
    again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Tests run side by side: threads of linear algebra would wait for each other busily."""
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1, user_api="blas"):
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
            patch.setenv(name, os.environ.get(name, "1"))
        yield


@pytest.fixture(autouse=True, scope="session")
def nobodys_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the folders of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFFACE_STATE", str(tmp_path_factory.mktemp("state")))
        patch.setenv("EFFACE_MODELS", str(tmp_path_factory.mktemp("models")))
        yield


@pytest.fixture(autouse=True, scope="session")
def networks_keep_answers() -> Iterator[None]:
    """Nothing is computed twice in one worker; ``tests/answers.py`` says why that is no loss."""
    with kept_answers():
        yield


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where analyses are kept between runs: never the folder of whoever runs the tests, nor are
    their policies obeyed."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("EFFACE_STATE", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.delenv("EFFACE_POLICY", raising=False)
    return folder / "analyses"


@pytest.fixture(scope="session")
def portrait() -> NDArray[np.uint8]:
    """NASA's portrait of Eileen Collins (public domain), RGB, 256 x 256; one face."""
    image = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    image = image.resize((256, 256), Image.Resampling.LANCZOS)
    return np.asarray(image)


@pytest.fixture(scope="session")
def jpeg_bytes(portrait: NDArray[np.uint8]) -> bytes:
    """The portrait as a 4:2:0 JPEG without metadata."""
    out = io.BytesIO()
    Image.fromarray(portrait).save(out, "JPEG", quality=90)
    return out.getvalue()


@pytest.fixture
def photo(tmp_path: Path, jpeg_bytes: bytes) -> Path:
    """The portrait in a folder of its own: ``photo.jpg``."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_bytes)
    return path


@pytest.fixture(scope="session")
def walk_file(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """The portrait walks from left to right, with sound: 30 frames of H.264 at 20 a second. Only to
    be read."""
    return write_clip(tmp_path_factory.mktemp("walk") / "walk.mp4", walk(portrait))


@pytest.fixture
def clip(tmp_path: Path, walk_file: Path) -> Path:
    """The walk in a folder of its own: ``clip.mp4``."""
    return Path(shutil.copy(walk_file, tmp_path / "clip.mp4"))


@pytest.fixture
def efface() -> Efface:
    """Run the command line, in this process."""
    return running.here


@pytest.fixture
def efface_apart() -> Efface:
    """Run the command line in a process of its own, as a user does."""
    return running.apart
