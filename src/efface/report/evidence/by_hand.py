"""How to check all this without efface: what to type, and what it shows."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from efface.evidence.pack import layout
from efface.files.paths import printable
from efface.report.evidence.blocks import (
    Block,
    Bullets,
    CommandsBlock,
    Heading,
    Paragraph,
    Section,
    code,
    text,
)
from efface.report.evidence.case import (
    Algorithm,
    Key,
    ReportedCase,
    ReportedEntry,
    ReportedStamp,
    Statement,
)
from efface.report.evidence.court import CourtReport, ReportedFile
from efface.report.evidence.words import SHORT_ID

_ENTRY = r"""s/^\{"entry":(.*),"signature":"[^"]*"\}$/\1/"""
_SIGNATURE = r"""s/^.*,"signature":"([^"]*)"\}$/\1/"""
_PREVIOUS = r"""s/^\{"entry":\{[^{]*"previous":"([0-9a-f]{64})".*$/\1/"""
"""sed's expressions for a line of the log. Details, in which somebody could have put the same
words, come after ``previous``, behind a brace."""


def by_hand(report: CourtReport) -> Section:
    """All steps."""
    blocks: list[Block] = [
        Paragraph(
            text(
                "Nothing here needs efface, or a network. Type it in a Unix shell (on Windows in "
                "that of Git or WSL), in the folder of the pack where there is one: in a copy of "
                "it, since some commands write a file. Where it says ",
                code("REPORT"),
                ", put the name of this report; for ",
                code("FILE"),
                " that of the redacted file; for ",
                code("KEY.txt"),
                " that of your secret key of age, for ",
                code("AUTHORITY.pem"),
                " that of the certificate of the timestamp authority, which you get from it.",
            )
        ),
        Bullets(
            (
                text(code("sha256sum"), " is part of GNU coreutils; on a Mac it is ",
                     code("shasum -a 256"), "."),
                text(code("openssl"), " is OpenSSL 3 or later."),
                text(code("age"), " is from age-encryption.org, or rage."),
                text(code("c2patool"), " is the Content Authenticity Initiative's."),
            )
        ),
    ]  # fmt: skip
    blocks += _report(report)
    if report.file is not None:
        blocks += _file(report.file)
    if report.case is not None:
        blocks += _pack(report.case)
    blocks += _credentials()
    blocks += _proof()
    return Section("by-hand", "How to check it without efface", tuple(blocks))


def _report(report: CourtReport) -> Iterator[Block]:
    yield Heading("This report is its maker's")
    maker = report.maker
    if maker is None:
        yield Paragraph(
            text(
                "Nobody signed this report: nothing shows who made it, or that it was not changed."
            )
        )
        return
    yield CommandsBlock(
        (
            f"openssl x509 -in REPORT.pem -noout -pubkey > {_public(maker.key)}",
            f"openssl pkey -pubin -in {_public(maker.key)} -outform DER | sha256sum",
            verifying(maker.algorithm, maker.key, "REPORT", "REPORT.sig"),
        ),
        text(
            "The number is the id of the maker's key, ",
            code(maker.key),
            f": ask them whether it is theirs. Then {_success(maker.algorithm)}: the report is, "
            "byte for byte, what that key's holder signed. The signature and its certificates lie "
            "beside the report; without them it is unsigned paper.",
        ),
    )


def _file(file: ReportedFile) -> Iterator[Block]:
    yield Heading("The file is the one of this report")
    yield CommandsBlock(
        (f"echo '{file.sha256} *FILE' | sha256sum --check",),
        text("It answers OK: the file is the one that was checked."),
    )


def _pack(case: ReportedCase) -> Iterator[Block]:
    yield from _fingerprints(case)
    yield from _keys(case)
    yield from _signatures(case)
    yield from _links(case)
    yield from _log(case)
    yield from _seal(case)
    yield from _stamps(case)


def _fingerprints(case: ReportedCase) -> Iterator[Block]:
    yield Heading("The files are those of this report")
    named = [(statement.sha256, statement.file) for statement in case.statements]
    named += [(digest, name) for name, digest in case.original.sealed]
    if named:
        lines = tuple(f"echo {_quoted(f'{digest} *{name}')} | sha256sum --check"
                      for digest, name in named)  # fmt: skip
        yield CommandsBlock(lines, text("Each answers OK: the file is the one that was checked."))
    for redaction in case.redactions:
        yield CommandsBlock(
            (f"echo '{redaction.sha256} *FILE' | sha256sum --check",),
            text(f"FILE is redacted file {redaction.number}, as it was released."),
        )


def _keys(case: ReportedCase) -> Iterator[Block]:
    yield Heading("The keys are those of this report")
    for key in case.keys:
        yield CommandsBlock(
            (
                f"openssl x509 -in certificates/{key.id[:16]}*.pem -noout -pubkey "
                f"> {_public(key.id)}",
                f"openssl pkey -pubin -in {_public(key.id)} -outform DER | sha256sum",
            ),
            text(
                "The number is the key's id, ",
                code(key.id),
                ". Ask its owner whether that is theirs.",
            ),
        )


def _signatures(case: ReportedCase) -> Iterator[Block]:
    yield Heading("The statements are signed by them")
    for statement in case.statements:
        yield from _signature(statement, case.key(statement.key))


def _signature(statement: Statement, key: Key | None) -> Iterator[Block]:
    if key is not None:
        command = verifying(key.algorithm, key.id, statement.file, statement.signature)
        says = f"the key's holder signed the statement of {statement.says}, as it stands."
        yield CommandsBlock((command,), text(f"{_success(key.algorithm)}: {says}"))


def verifying(algorithm: Algorithm, key: str, body: str, signature: str) -> str:
    """OpenSSL's command for a signature.

    Args:
        key: id; its public half was written by the command for the key.
        body: file that was signed.
        signature: file, in the form in which OpenSSL takes it.
    """
    body, signature = _quoted(body), _quoted(signature)
    if algorithm == "ed25519":
        return (
            f"openssl pkeyutl -verify -pubin -inkey {_public(key)} -rawin "
            f"-in {body} -sigfile {signature}"
        )
    digest = "-sha384" if algorithm == "es384" else "-sha256"
    padding = (
        " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32" if algorithm == "ps256" else ""
    )
    return f"openssl dgst {digest} -verify {_public(key)}{padding} -signature {signature} {body}"


def _success(algorithm: Algorithm) -> str:
    return "“Signature Verified Successfully”" if algorithm == "ed25519" else "“Verified OK”"


def _links(case: ReportedCase) -> Iterator[Block]:
    """Statements that name others by their SHA-256."""
    names = [statement.file for statement in case.statements]
    intake, origin = f"{layout.INTAKE}.json", f"{layout.ORIGIN}.json"
    pairs = [(intake, origin, "intake")] if intake in names else []
    pairs += [(origin, name, "origin") for name in names if name.startswith(f"{layout.REDACTED}/")]
    if pairs and origin in names:
        yield Heading("The statements belong together")
        for named, naming, as_what in pairs:
            yield CommandsBlock(
                (
                    f"sha256sum {_quoted(named)}",
                    f"grep -o '\"{as_what}\":\"[0-9a-f]*\"' {_quoted(naming)}",
                ),
                text("The first number stands in the second: ", code(naming), " is about ",
                     code(named), ", as it stands."),
            )  # fmt: skip


def _log(case: ReportedCase) -> Iterator[Block]:
    yield Heading("The custody log is whole")
    yield CommandsBlock(
        (
            'while IFS= read -r line; do printf %s "$line" | sha256sum; done < log.jsonl',
            f"sed -E '{_PREVIOUS}' log.jsonl",
        ),
        text(
            "Each number of the first list stands one line further down in the second, which "
            "begins with 64 zeros: every entry names the one before it. The last number of the "
            "first list is the log's end, which redacted files and timestamps made later name."
        ),
    )
    for entry in case.log[-1:]:
        yield from _entry(entry, case.key(entry.key))


def _entry(entry: ReportedEntry, key: Key | None) -> Iterator[Block]:
    if key is not None:
        line = f"sed -n {entry.number}p log.jsonl"
        yield CommandsBlock(
            (
                f"{line} | sed -E '{_ENTRY}' | tr -d '\\n' > entry.json",
                f"{line} | sed -E '{_SIGNATURE}' | base64 -d > entry.sig",
                verifying(key.algorithm, key.id, "entry.json", "entry.sig"),
            ),
            text(
                f"{_success(key.algorithm)}: entry {entry.number} is signed by the key that it "
                "names. Put another number for other entries, and the key that they name."
            ),
        )


def _seal(case: ReportedCase) -> Iterator[Block]:
    yield Heading("The seal holds the original")
    yield CommandsBlock(
        ("age --decrypt --identity KEY.txt sealed/original.age | sha256sum",),
        text(
            "Only those to whom it is sealed can do this. The number is the original's SHA-256, ",
            code(case.original.sha256),
            ".",
        ),
    )
    if case.original.passphrase:
        yield CommandsBlock(
            ("age --decrypt --identity sealed/passphrase.age sealed/original.age | sha256sum",),
            text("The same with the passphrase."),
        )


def _stamps(case: ReportedCase) -> Iterator[Block]:
    if case.stamps:
        yield Heading("A third party vouches for the time")
    for stamp in case.stamps:
        yield _stamp(stamp)


def _stamp(stamp: ReportedStamp) -> Block:
    file = _quoted(stamp.file)
    return CommandsBlock(
        (
            f"openssl ts -reply -in {file} -text",
            f"openssl ts -verify -digest {stamp.sha256} -in {file} -CAfile AUTHORITY.pem",
        ),
        text(
            "The first shows time and authority. The second answers “Verification: OK”: the "
            "authority signed that time and the SHA-256 of ",
            stamp.over,
            ". Where the answer holds no certificate, add ",
            code("-untrusted CHAIN.pem"),
            " with the authority's.",
        ),
    )


def _credentials() -> Iterator[Block]:
    yield Heading("The redacted file carries its history")
    yield CommandsBlock(
        ("c2patool FILE", "c2patool FILE --detailed"),
        text(
            "What was done, in which parts of the picture, and under ",
            code("validation_results"),
            " what holds. A key of the user's own is reported as ",
            code("signingCredential.untrusted"),
            ": valid, by nobody on C2PA's lists.",
        ),
    )
    yield CommandsBlock(
        ("c2patool FILE --external-manifest FILE.c2pa",),
        text(
            "The same for files that cannot hold a history, such as Matroska and WebM; put the "
            "name of the file beside it for ",
            code("FILE.c2pa"),
            ".",
        ),
    )


def _proof() -> Iterator[Block]:
    yield Heading("The rest of the picture is untouched")
    yield Paragraph(
        text(
            "There is no standard tool for this proof: ",
            code("efface verify FILE"),
            " checks it, offline and without the original. Its format is written down in efface's "
            "manual (evidence), with nothing in it but SHA-256, so that somebody else can write a "
            "checker. A court that may open the seal can compare the two files itself.",
        )
    )


def _public(key: str) -> str:
    return f"key-{key[:SHORT_ID]}.pub"


def _quoted(name: str) -> str:
    """A name as the shell takes it, whoever chose it."""
    return shlex.quote(printable(name))
