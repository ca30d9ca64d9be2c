"""Every command of the manual is run, page by page and in order, in a folder that holds nothing but
the files that the commands name.

Attacks are cut down to one, which every picture gets: that all of them run is for other tests.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from tests.docs.examples import COURT, WORDS, Command, commands, prepare

import efface
from efface.attack import plugins
from efface.cli.main import cli
from efface.errors import EffaceError

SKIPPED = {
    "make": "works on a checkout: it sets up an environment of its own",
    "pip": "installs from the network",
    "efface review": "serves until it is interrupted",
    "efface batch run archive -o published": "the same runs on the page of the command line",
    "efface batch status published": "that was not run",
    "efface batch report published": "that was not run",
    "efface batch export published": "that was not run",
    "efface batch run manifest.csv": "needs the files of its table; tests/batch has some",
    "efface batch run s3": "asks a server on the network; tests/batch has one",
    "efface batch run sftp": "asks a server on the network; tests/remote has one",
    "efface batch run /srv/archive": "needs a cluster; tests/cluster has one",
    "efface cluster scheduler": "works until it is interrupted, at an address that is not here",
    "efface cluster worker": "needs its scheduler; tests/cluster has one",
    "efface watch": "works until it is interrupted",
    "efface audit": "starts a process that loads all networks; tests/cli has it",
    "efface stamp": "asks a server on the network",
    "efface keys add": "needs a key that an authority issued, or one in hardware",
    "efface keys trust": "names a key and an authority that nobody here has",
    "efface keys forget": "forgets what was trusted there",
    "efface seal clip.mp4 --to archive.txt --passphrase": "asks for a passphrase at a terminal",
    "efface attack photo.effaced.jpg --original photo.jpg --gallery": "needs many people's faces",
    "efface study people/": "needs the pictures of many people",
    "efface weights add": "needs a model of one's own; tests/cli has some",
    "efface weights check ours.toml": "needs a model of one's own; tests/cli has some",
    "efface weights remove ours": "removes what was added there",
    "efface redact rally.jpg": "is about a picture that the example's regions only tell of",
}
"""Commands that are not run, by how they begin, and why."""

CODES = {
    "efface attack blurred-by-another-tool.jpg": (4, "a blur does not pass"),
    "efface attack from-another-tool.jpg": (4, "a blur does not pass"),
    "efface redact broken.mp4": (5, "it is broken: that is the example"),
    "efface contact-sheet clip.effaced.mp4": (3, "no face is left: that is what it looks for"),
    "efface contact-sheet clip.effaced.mp4 --redacted": (0, "shows what was covered"),
    "efface contact-sheet reviewed.mp4": (3, "no face is left: that is what it looks for"),
    "efface contact-sheet reviewed.mp4 --redacted": (0, "shows what was covered"),
    "efface verify published.jpg --signer": (7, "the archive's key is not here"),
    "efface redact trip/day2": (0, "there it is allowed to show none"),
    "efface redact trip": (6, "a picture in it shows no face: that is the example"),
}
"""Other exit codes than 0 that are right, and why."""

PAGES = sorted({one.page for one in commands()})


CASE = (
    'efface keys new --name "the desk"',
    f"efface seal photo.jpg --to {COURT} -o case.pack --place Cairo",
    "efface redact photo.jpg --pack case.pack -o published.jpg",
)
"""What the pages about evidence begin with, that do not make a case themselves."""

KEYS = "keys of the desk"


def commands_of(page: str) -> list[Command]:
    return [command for command in commands() if command.page == page]


def skipped(command: Command) -> str | None:
    """Why a command is not run."""
    return next((why for start, why in SKIPPED.items() if command.line.startswith(start)), None)


def expected(command: Command) -> int:
    """Its right exit code."""
    found = [start for start in CODES if command.line.startswith(start)]
    return CODES[max(found, key=len)][0] if found else 0


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]
) -> tuple[Path, Path]:
    """The files, and where what was seen of the clip is kept: it is looked at once."""
    folder, state = tmp_path_factory.mktemp("examples"), tmp_path_factory.mktemp("seen")
    prepare(folder, portrait)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFFACE_STATE", str(state))
        for name, of in (("regions.json", "photo.jpg"), ("clip.json", "clip.mp4")):
            document = efface.detect(folder / of).to_json()
            (folder / name).write_text(json.dumps(document), encoding="utf-8")
        patch.chdir(folder)
        patch.setenv("EFFACE_KEYS", str(folder / KEYS))
        for line in CASE:
            told = run(Command("", line))
            assert told is None, told
    return folder, state


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run_in_order(
    page: str,
    prepared: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(prepared[0], folder)
    monkeypatch.chdir(folder)
    shutil.copytree(prepared[1], tmp_path / "seen")
    monkeypatch.setenv("EFFACE_STATE", str(tmp_path / "seen"))
    signs = any("redact" in one.words and "--pack" in one.words for one in commands_of(page))
    case = None if signs else prepared[0]
    begins = any(command.words[1:3] == ["keys", "new"] for command in commands_of(page))
    monkeypatch.setenv("EFFACE_KEYS", str(tmp_path / "keys" if begins else folder / KEYS))
    if any("--to court.txt" in command.line for command in commands_of(page)):
        shutil.copy(COURT, "court.txt")
    monkeypatch.setattr(plugins, "BUILT_IN", plugins.BUILT_IN[:1])
    wrong = [
        f"{command.line}\n{told}"
        for command in commands_of(page)
        if skipped(command) is None
        for told in [run(command, case)]
        if told is not None
    ]
    assert not wrong, "\n\n".join(wrong)


def run(command: Command, case: Path | None = None) -> str | None:
    """Run one command; what was said when it did not end as it should.

    Args:
        case: where a signed ``published.jpg`` lies that can be verified.
    """
    name, *arguments = command.words
    assert name == "efface"
    if case is not None and arguments[0] == "verify":
        shutil.copy(case / "published.jpg", "published.jpg")
    options = {
        spelling
        for part in leaf(arguments).params
        for spelling in (*part.opts, *part.secondary_opts)
    }
    if "--overwrite" in options and not {"--overwrite", "--skip-existing"} & set(arguments):
        arguments.append("--overwrite")
    if "--passphrase-file" in options:
        arguments += ["--passphrase-file", WORDS]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if command.to is not None:
        Path(command.to).write_text(done.stdout, encoding="utf-8")
    code = done.return_value if done.exception is None else getattr(done.exception, "exit_code", 1)
    if isinstance(done.exception, EffaceError):
        code = done.exception.exit_code
    if (code or 0) == expected(command):
        return None
    return f"exit code {code}: {done.exception!r}\n{done.output[-1500:]}"


def leaf(arguments: list[str]) -> click.Command:
    """The command that these arguments ask for."""
    found: click.Command = cli
    for word in arguments:
        if not isinstance(found, click.Group) or word not in found.commands:
            break
        found = found.commands[word]
    return found


def test_what_is_not_run_is_there_and_has_a_reason() -> None:
    lines = [command.line for command in commands()]
    for start in (*SKIPPED, *CODES):
        assert any(line.startswith(start) for line in lines), start
    assert sum(skipped(command) is None for command in commands()) > 100
