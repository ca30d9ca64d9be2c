"""The commands of the report do what it says of them, typed as they stand."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from tests.evidence.signers import NOW, rsa_signer, signer
from tests.evidence.timestamp.conftest import openssl_authority
from tests.report.evidence.cases import CASE, in_other_words

from efface.evidence.custody.entry import Action
from efface.evidence.custody.log import Log
from efface.evidence.keys.chain import check_chain
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.statements import write_statement
from efface.evidence.statement import sign_document
from efface.report.evidence import of_case
from efface.report.evidence.blocks import CommandsBlock
from efface.report.evidence.by_hand import by_hand
from efface.report.evidence.case import (
    Key,
    Original,
    ReportedCase,
    ReportedEntry,
    ReportedStamp,
    Statement,
)

TOOLS = ("bash", "sha256sum", "sed", "base64", "openssl", "age")

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"not all of {TOOLS} are here"
)

__all__ = ["openssl_authority"]


@dataclass(frozen=True)
class Pack:
    """A pack as far as commands look at it, and its case."""

    folder: Path
    case: ReportedCase

    def blocks(self) -> Iterator[tuple[str, list[str]]]:
        """What each block of commands says, and what its commands answered."""
        for block in by_hand(of_case(self.case)).blocks:
            if isinstance(block, CommandsBlock) and not block.lines[0].startswith("c2patool"):
                answers = [self.typed(line) for line in block.lines]
                yield "".join(span.text for span in block.shows), answers

    def typed(self, line: str) -> str:
        """What a command answers; it must succeed."""
        done = self.run(line)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout + done.stderr

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        line = line.replace("*FILE", "*redacted.jpg")
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, openssl_authority: Path) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    certificates = folder / "certificates"
    signers = [
        signer("desk"),
        signer("second", algorithm="es256"),
        signer("third", algorithm="es384"),
        rsa_signer(),
    ]
    statements, keys = [], []
    for number, one in enumerate(signers):
        signed = sign_document({"schema": "x/1", "says": f"Привіт {number}"}, one)
        write_statement(folder, f"s{number}", signed, certificates)
        digest = hashlib.sha256(signed.body).hexdigest()
        statements.append(
            Statement(f"s{number}.json", f"s{number}.sig", "something", digest, one.key_id)
        )
        label = check_chain(one.chain).label
        keys.append(Key(one.key_id, label, None, one.algorithm, "2026", "2031", "something"))
    log = Log(folder / "log.jsonl", CASE.id, certificates)
    trap = {"note": 'x","signature":"AAAA"} {"previous":"' + "f" * 64, "previous": "f" * 64}
    for minutes, by in enumerate((*signers, signers[0])):
        log.append(Action.NOTE, trap, by, NOW + timedelta(minutes=minutes))
    return Pack(
        folder,
        replace(
            CASE,
            log=tuple(
                ReportedEntry(entry.number, "", "", "", entry.key, "known") for entry in log.entries
            ),
            keys=tuple(keys),
            statements=tuple(statements),
            stamps=(_stamped(folder, statements[0], openssl_authority),),
            original=_sealed(folder),
            redactions=(replace(CASE.redactions[0], sha256=_published(folder)),),
        ),
    )


def _sealed(folder: Path) -> Original:
    key = pyrage.x25519.Identity.generate()
    (folder / "KEY.txt").write_text(f"# a comment\n{key}\n")
    (folder / "sealed").mkdir()
    (folder / "sealed" / "original.age").write_bytes(pyrage.encrypt(b"original", [key.to_public()]))
    digest = hashlib.sha256((folder / "sealed" / "original.age").read_bytes()).hexdigest()
    return replace(
        CASE.original,
        sha256=hashlib.sha256(b"original").hexdigest(),
        sealed=(("sealed/original.age", digest),),
        passphrase=False,
    )


def _published(folder: Path) -> str:
    (folder / "redacted.jpg").write_bytes(b"published")
    return hashlib.sha256(b"published").hexdigest()


def _stamped(folder: Path, statement: Statement, authority: Path) -> ReportedStamp:
    (folder / "timestamps").mkdir()
    name = f"timestamps/{statement.sha256}.tsr"
    asked = folder / "asked.tsq"
    for command in (
        f"openssl ts -query -digest {statement.sha256} -sha256 -cert -out {asked}",
        f"openssl ts -reply -config sha256.cnf -section tsa -queryfile {asked} -signer tsa.pem "
        f"-inkey tsa.key -out {folder / name}",
    ):
        subprocess.run(command.split(), cwd=authority, check=True, capture_output=True)
    shutil.copy(authority / "root.pem", folder / "AUTHORITY.pem")
    return ReportedStamp("the statement", statement.sha256, name, "", "TSA", True, True)


def test_every_command_answers_what_it_says(pack: Pack) -> None:
    seen = set()
    for says, answers in pack.blocks():
        last = answers[-1]
        if says.startswith("Each answers OK"):
            assert len(answers) == 5
            assert all(answer.rstrip().endswith(": OK") for answer in answers)
        elif says.startswith("FILE is redacted file"):
            assert last == "redacted.jpg: OK\n"
        elif says.startswith("The number is the key's id"):
            assert last.split()[0] in says
        elif "Verified" in says:
            assert says[1 : says.index("”")] in last
        elif says.startswith("Each number of the first list"):
            digests = [line.split()[0] for line in answers[0].splitlines()]
            assert last.splitlines() == ["0" * 64, *digests[:-1]]
        elif says.startswith("Only those to whom"):
            assert last.split()[0] in says
        else:
            assert says.startswith("The first shows time and authority.")
            assert "TSA" in answers[0]
            assert "Verification: OK" in last
        seen.add(says[:12])
    assert len(seen) == 8  # both answers of OpenSSL among them


def test_commands_tell_what_is_wrong(pack: Pack, tmp_path: Path) -> None:
    """Each of them, on a copy in which every file was changed by one byte."""
    shutil.copytree(pack.folder, tmp_path / "copy")
    copy = Pack(tmp_path / "copy", pack.case)
    for block in by_hand(of_case(copy.case)).blocks:
        if isinstance(block, CommandsBlock) and block.lines[0].startswith("openssl x509"):
            for line in block.lines:
                copy.typed(line)
    for path in copy.folder.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".jpg", ".age", ".tsr"):
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
    wrong = 0
    for block in by_hand(of_case(copy.case)).blocks:
        if isinstance(block, CommandsBlock) and not block.lines[0].startswith(
            ("c2patool", "openssl x509", "while", "sed")
        ):
            assert copy.run(block.lines[-1]).returncode != 0, block.lines[-1]
            wrong += 1
    assert wrong == 8


def test_statements_name_one_another(tmp_path: Path) -> None:
    """As the pack's rooms write them."""
    by = signer()
    intake = sign_document({"schema": "x/1", "time": "x"}, by)
    origin = sign_document({"schema": "x/1", "intake": sha256_of(intake)}, by)
    redaction = sign_document({"schema": "x/1", "origin": sha256_of(origin)}, by)
    (tmp_path / "redacted" / "1").mkdir(parents=True)
    for name, signed in (
        ("intake.json", intake),
        ("origin.json", origin),
        ("redacted/1/statement.json", redaction),
    ):
        (tmp_path / name).write_bytes(signed.body)
    pairs = [
        [Pack(tmp_path, CASE).typed(line) for line in block.lines]
        for block in by_hand(of_case(CASE)).blocks
        if isinstance(block, CommandsBlock) and block.lines[0].startswith("sha256sum")
    ]
    assert len(pairs) == 2
    for digest, named in pairs:
        assert named.split(":")[1].strip().strip('"') == digest.split()[0]


def test_a_log_that_was_changed_shows(pack: Pack, tmp_path: Path) -> None:
    shutil.copytree(pack.folder, tmp_path / "copy")
    copy = Pack(tmp_path / "copy", pack.case)
    path = copy.folder / "log.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"number":2', b'"number":9'))
    (lists,) = [
        block.lines
        for block in by_hand(of_case(copy.case)).blocks
        if isinstance(block, CommandsBlock) and block.lines[0].startswith("while")
    ]
    digests = [line.split()[0] for line in copy.typed(lists[0]).splitlines()]
    assert copy.typed(lists[1]).splitlines() != ["0" * 64, *digests[:-1]]


def test_names_are_quoted(tmp_path: Path) -> None:
    """Nothing of a name is run, whoever chose it."""
    for block in by_hand(of_case(in_other_words())).blocks:
        if isinstance(block, CommandsBlock):
            for line in block.lines:
                subprocess.run(["bash", "-c", line], cwd=tmp_path, check=False, capture_output=True)
    assert not (tmp_path / "x").exists()
