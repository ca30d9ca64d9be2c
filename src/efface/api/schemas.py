"""The JSON schema of every document that efface reads or writes: ``efface.api.schema``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from efface.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Published:
    """A document, and where its models are."""

    title: str
    """As documents of this kind call themselves, or what they are."""
    says: str
    """What it is for, in a few words."""
    models: tuple[str, ...]
    """``module:class``; a document follows one of them."""


def _evidence(model: str, title: str, says: str) -> Published:
    return Published(title, says, (f"efface.evidence.forms:{model}",))


def _shown(model: str, title: str, says: str) -> Published:
    return Published(title, says, (f"efface.workflow.shown_form:{model}",))


DOCUMENTS: Mapping[str, Published] = {
    "regions": Published(
        "efface.regions/1",
        "where the faces of a file, or of several, are",
        ("efface.regions.form:RegionsDocument", "efface.regions.form:RegionsFiles"),
    ),
    "policy": Published(
        "efface.policy/1", "what to do with a file", ("efface.policy:PolicyDocument",)
    ),
    "report": Published(
        "efface.report/1",
        "what became of each file; also a line of --report FILE.jsonl",
        (
            "efface.workflow.redact.report_form:ReportDocument",
            "efface.workflow.redact.report_form:FileReportEntry",
        ),
    ),
    "batch": Published(
        "efface.batch/1", "how far a batch is", ("efface.batch.form:BatchDocument",)
    ),
    "attack": Published(
        "efface.attack/1",
        "what came of an attack on a file",
        ("efface.attack.red_team.form:AttackDocument",),
    ),
    "advice": Published(
        "efface.advice/1",
        "what redactions leave of faces, and what to do",
        ("efface.advise.form:AdviceDocument",),
    ),
    "audit": Published(
        "efface.audit/1",
        "redacted faces in what is published, the most urgent first",
        ("efface.audit.form:AuditDocument",),
    ),
    "scan": Published(
        "efface.scan/1", "who could be identified", ("efface.scan.form:ScanDocument",)
    ),
    "inspect": _shown(
        "InspectDocument", "efface.inspect/1", "what files carry besides their visible pixels"
    ),
    "clean": _shown("CleanDocument", "efface.clean/1", "what stopped runs have kept"),
    "verification": _shown(
        "VerificationDocument",
        "efface.verification/1",
        "what of a published file and its pack holds",
    ),
    "pack-shown": Published(
        "efface.pack-shown/1",
        "what a pack holds",
        ("efface.workflow.pack_form:PackShownDocument",),
    ),
    "log-shown": _shown(
        "LogShownDocument", "efface.log-shown/1", "the entries of a custody log, checked"
    ),
    "sealed": _shown("SealedDocument", "efface.sealed/1", "a pack that was made"),
    "keys": _shown("KeysDocument", "efface.keys/1", "the user's keys, and known ones"),
    "order": Published(
        "efface.order/1", "what is to be done", ("efface.workflow.redact.form:OrderDocument",)
    ),
    "job": Published(
        "efface.job/1",
        "what is to be done with which file",
        ("efface.workflow.redact.form:JobDocument",),
    ),
    "details": Published(
        "efface.details/1",
        "what the checks of a redaction found; in a pack",
        ("efface.workflow.redact.report_form:DetailsDocument",),
    ),
    "intake": _evidence("IntakeDocument", "efface.intake/1", "what was received; in a pack"),
    "origin": _evidence(
        "OriginDocument", "efface.origin/1", "what a published file says of its original"
    ),
    "commitment": _evidence(
        "CommitmentDocument", "efface.commitment/1", "a number that stands for a picture or a video"
    ),
    "redaction": _evidence(
        "RedactionDocument", "efface.redaction/1", "what was done to an original"
    ),
    "log": _evidence("LogLine", "efface.log/1", "a line of a custody log"),
    "evidence": _evidence(
        "EvidenceDocument", "efface.evidence/1", "the evidence that travels in a published file"
    ),
    "evidence-beside": _evidence(
        "BesideDocument", "efface.evidence-beside/1", "the name of evidence that lies beside a file"
    ),
    "secret": _evidence(
        "SecretDocument", "efface.secret/1", "what lies under seal with an original"
    ),
    "capture": _evidence(
        "CaptureDocument", "efface.capture/1", "how an original came about (TOML or JSON)"
    ),
    "sealed-capture": _evidence(
        "SealedCaptureDocument", "efface.sealed-capture/1", "the same, under seal, with other files"
    ),
    "release": _evidence("ReleaseDocument", "efface.release/1", "a value that was under seal"),
    "pack": _evidence("PackDocument", "efface.pack/1", "which case a pack is of"),
    "trusted": _evidence("TrustedDocument", "efface.trusted/1", "whom a user knows"),
    "command": _evidence("CommandDocument", "efface.command/1", "a command that signs"),
    "study": Published(
        "efface.study/1",
        "what redactions leave of faces, as a study measured it",
        ("efface.study.map.form:StudyDocument",),
    ),
    "card": Published(
        "Card of a model",
        "what is known about a model file that efface carries (TOML)",
        ("efface.weights.form:CardDocument",),
    ),
    "onnx-card": Published(
        "Card of an ONNX file",
        "how a laboratory's own recogniser or restorer wants its faces (TOML)",
        (
            "efface.attack.recognisers.onnx:RecogniserCardDocument",
            "efface.attack.onnx_card:OnnxCardDocument",
        ),
    ),
    "weights": Published(
        "efface.weights/1",
        "the model files that efface carries",
        ("efface.workflow.weights_form:WeightsDocument",),
    ),
    "model-check": Published(
        "efface.model-check/1",
        "what was tried of a model of one's own",
        ("efface.workflow.weights_form:ModelCheckDocument",),
    ),
    "calibration": Published(
        "efface.calibration/1",
        "how often the gate of an attack is wrong (TOML)",
        ("efface.attack.red_team.form:CalibrationDocument",),
    ),
    "measured": Published(
        "efface.measured/1",
        "how often the tools err (TOML)",
        ("efface.report.evidence.measured:MeasuredDocument",),
    ),
    "map": Published(
        "efface.map/1",
        "what attacks found after each redaction (TOML)",
        ("efface.advise.leak_map:MapDocument",),
    ),
    "error": Published(
        "efface.error/1",
        "what went wrong, and what to do",
        ("efface.documents.error:ErrorDocument",),
    ),
}
"""What there is, in the order in which it is listed."""


def schema(name: str) -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a document.

    Args:
        name: of ``DOCUMENTS``: ``regions``.

    Raises:
        RefusedError: there is no document of this name.
    """
    from efface.documents.schema import schema_of  # noqa: PLC0415 - the list needs no models

    document = DOCUMENTS.get(name)
    if document is None:
        raise RefusedError(
            f"there is no document {name!r}.", hint=f"There are: {', '.join(DOCUMENTS)}."
        )
    return schema_of([_loaded(place) for place in document.models], document.title)


def _loaded(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
