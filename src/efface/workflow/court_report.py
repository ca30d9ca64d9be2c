"""The report that a court reads: from what verification found to files, signed where that is asked
for.

The signature lies beside the report, since one way then serves PDF and HTML alike, for whatever
algorithm, and stock tools check it: ``NAME.sig``, in the form of OpenSSL, and ``NAME.pem``, the
certificates of the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from efface.errors import RefusedError, VerificationError
from efface.evidence.keys.chain import check_chain, pem_chain
from efface.evidence.keys.interface import Signer
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.parsing import written
from efface.evidence.statement import sign
from efface.evidence.verify.context import Context
from efface.files.appearing import check_target, writing
from efface.files.paths import exists, same_place
from efface.report.evidence import CourtReport, Maker, html_bytes, measured, pdf
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.clock import machine_zone
from efface.report.evidence.from_file import file_of, keys_of, stamps_of
from efface.report.evidence.from_pack.case import case_of, checks_of
from efface.report.evidence.from_pack.readable_pack import ReadablePack
from efface.report.limits import LIMITS
from efface.version import __version__
from efface.workflow.report_names import PAGES, beside, is_report
from efface.workflow.verify import Verification


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """A file that is asked for."""

    path: Path
    form: Callable[[CourtReport], bytes]

    @property
    def beside(self) -> tuple[Path, Path]:
        """The signature, and the certificates."""
        return beside(self.path)


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that somebody wants of a check."""

    paths: tuple[Path, ...]
    inputs: tuple[Path, ...]
    """Files and packs that the check is made with."""
    overwrite: bool
    signer: Signer | None
    """``None``: nobody signs it."""


def reporting(
    asked: Asked,
    check: Callable[[], Verification],
    context: Context,
    pack: Pack | None,
    *,
    original: bool,
) -> Verification:
    """Check, and write what came of it, whether it holds or not.

    Args:
        context: of the check.
        pack: that is checked, too.
        original: whether the original is at hand.

    Raises:
        RefusedError, OutputError: see ``check_targets`` and ``write_report``.
        VerificationError: of a pack alone too little can be read for a report.
    """
    targets = targets_of(asked.paths)
    check_targets(targets, asked.inputs, asked.overwrite, signed=asked.signer is not None)
    found = check()
    report = report_of(found, context, pack, original=original)
    if report.file is None and report.case is None:
        raise VerificationError(
            "neither its statement of intake nor its log can be read: there is nothing to report "
            "on.",
            path=found.pack,
            hint="Without --report, 'efface verify' says what is wrong with it.",
        )
    write_report(report, targets, asked.signer, asked.overwrite)
    return found


def targets_of(paths: Sequence[Path]) -> list[ReportTarget]:
    """The files, each in the form that its name asks for.

    Raises:
        RefusedError: a name ends in something else.
    """
    return [ReportTarget(path, _form(path)) for path in paths]


def _form(path: Path) -> Callable[[CourtReport], bytes]:
    if not is_report(path):
        raise RefusedError(
            "a report is a page or a PDF, and this name is neither's.",
            path=path,
            hint="Give it a name that ends in .html or .pdf.",
        )
    return html_bytes if path.suffix.lower() in PAGES else pdf


def check_targets(
    targets: Sequence[ReportTarget], inputs: Sequence[Path], overwrite: bool, *, signed: bool
) -> None:
    """Refuse, before any work, what would cost a file or could mislead.

    Args:
        inputs: files and packs that the report is about, or that it was made with.

    Raises:
        RefusedError: a target is an input, lies in a pack, is there already, or is named twice; or
            the signature of another report would stay beside an unsigned one.
        OutputError: nothing can be written there.
    """
    names = [target.path for target in targets]
    if signed:
        names += [path for target in targets for path in target.beside]
    for number, name in enumerate(names):
        if any(same_place(name, other) or name == other for other in names[:number]):
            raise RefusedError(
                "page and PDF cannot have one name.", path=name, hint="Give each a name of its own."
            )
        for source in inputs:
            if source.is_dir() and source.resolve() in name.resolve().parents:
                raise RefusedError(
                    "a report is no part of the pack.", path=name, hint="Put it somewhere else."
                )
            check_target(source, name, overwrite)
    if not signed:
        for path in (path for target in targets for path in target.beside if exists(path)):
            raise RefusedError(
                "a signature of another report lies there, and this one is not signed.",
                path=path,
                hint="Sign it, give it another name, or take that file away.",
            )


def report_of(
    found: Verification,
    context: Context,
    pack: Pack | None,
    *,
    case: ReportedCase | None = None,
    original: bool = False,
) -> CourtReport:
    """What a report says of what was found.

    Args:
        context: in which it was checked.
        pack: that was checked.
        case: what it holds; ``None``: read it.
        original: whether the original was at hand.
    """
    if pack is not None and case is None:
        case = case_of(ReadablePack(pack), found.findings, context)
    checked, media = found.checked, found.media
    file = None
    if checked is not None and media is not None:
        file = file_of(checked, media, found.findings)
    own = [] if checked is None else list(keys_of(checked, context.trust))
    keys = {one.id: one for one in (*own, *(() if case is None else case.keys))}
    stamps = [] if checked is None else list(stamps_of(checked))
    stamps += () if case is None else case.stamps
    attacked = file is not None and file.redaction is not None and file.redaction.attack is not None
    tables = () if case is None else case.measured
    if media is not None and case is None:
        tables = measured("video" if media.kind == "video" else "image", attacked=attacked)
    zone, name = machine_zone()
    return CourtReport(
        made=written(context.now),
        version=__version__,
        known_as=found.known_as,
        yours=found.yours,
        checks=tuple(checks_of(found.findings)),
        keys=tuple(keys.values()),
        stamps=tuple({(one.sha256, one.time): one for one in stamps}.values()),
        measured=tables,
        limits=LIMITS if case is None else case.limits,
        file=file,
        case=case,
        signer=None if found.signer is None else keys.get(found.signer),
        resembled=found.resembled,
        original=original,
        zone=zone,
        zone_name=name,
    )


def write_report(
    report: CourtReport, targets: Sequence[ReportTarget], signer: Signer | None, overwrite: bool
) -> None:
    """Write all files, and none before all are made.

    Raises:
        RefusedError: a file appeared in the meantime, or the signer gives no signature.
        OutputError: one cannot be written.
    """
    if signer is not None:
        chain = check_chain(signer.chain)
        report = replace(report, maker=Maker(chain.label, chain.key_id, chain.algorithm))
    contents = [one for target in targets for one in _contents(report, target, signer)]
    with ExitStack() as stack:
        for path, content in contents:
            stack.enter_context(writing(path, overwrite=overwrite)).write(content)


def _contents(
    report: CourtReport, target: ReportTarget, signer: Signer | None
) -> Iterator[tuple[Path, bytes]]:
    content = target.form(report)
    if signer is not None:
        signature, certificates = target.beside
        yield signature, sign(content, signer).openssl_signature()
        yield certificates, pem_chain(signer.chain)
    yield target.path, content
