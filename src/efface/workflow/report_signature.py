"""Whether a report is as its maker signed it."""

from __future__ import annotations

from pathlib import Path

from efface.errors import EffaceError, RefusedError
from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.keys.algorithms import from_openssl, holds
from efface.evidence.keys.chain import Chain, Standing, check_chain, load_pem_chain
from efface.evidence.keys.lookalike import resemblance
from efface.evidence.verify.context import Context
from efface.files.bounded import read_bounded
from efface.files.paths import exists
from efface.workflow.report_names import beside
from efface.workflow.verify import Verification

MAX_REPORT_BYTES = 1 << 28
_MAX_SIGNATURE_BYTES = 1 << 12
_MAX_CERTIFICATES_BYTES = 1 << 18


def verify_report(path: Path, context: Context) -> Verification:
    """Hold a report against the signature beside it; what it says is not checked.

    Raises:
        InputError: a file cannot be read.
        RefusedError: there is no signature: nobody signed it.
    """
    signature, certificates = beside(path)
    if not (exists(signature) and exists(certificates)):
        raise RefusedError(
            "there is no signature beside this report: nobody signed it, or it was lost on the "
            "way.",
            path=path,
            hint=f"Ask for {signature.name} and {certificates.name}, or check the file itself.",
        )
    body = read_bounded(path, MAX_REPORT_BYTES)
    signed = read_bounded(signature, _MAX_SIGNATURE_BYTES)
    pem = read_bounded(certificates, _MAX_CERTIFICATES_BYTES)
    found = Verification(path, None)
    try:
        chain = check_chain(load_pem_chain(pem))
    except EffaceError as error:
        says = f"The certificates beside the report are of no use: {error.message}"
        found.findings.append(CheckResult(names.REPORT_SIGNATURE, False, says))
        return found
    found.findings.append(_signature(chain, signed, body))
    if found.findings[0].ok:
        found.findings.append(_signer(found, chain, context))
    return found


def _signature(chain: Chain, signed: bytes, body: bytes) -> CheckResult:
    try:
        good = holds(chain.public, from_openssl(chain.algorithm, signed), body)
    except ValueError:
        good = False
    if not good:
        return CheckResult(
            names.REPORT_SIGNATURE,
            False,
            "The report is not what was signed: it was changed since, or the signature beside it "
            "is another report's.",
        )
    return CheckResult(
        names.REPORT_SIGNATURE,
        True,
        f"The report is, byte for byte, what the holder of key {chain.key_id} signed.",
        "That what it says is so: check the file that it is about.",
    )


def _signer(found: Verification, chain: Chain, context: Context) -> CheckResult:
    found.signer, found.known_as = chain.key_id, context.trust.known_as(chain)
    found.yours = context.trust.is_own(chain)
    standing = chain.standing(context.now)
    if standing is not Standing.VALID:
        end = "is not valid yet" if standing is Standing.NOT_YET else "has expired"
        return CheckResult(
            names.REPORT_SIGNER,
            False,
            f"The certificate of the key that signed the report {end}; nothing shows that it was "
            "signed while it was valid.",
        )
    if found.known_as is None:
        return CheckResult(
            names.REPORT_SIGNER,
            False,
            f"You do not know the key, which calls itself {chain.label!r}."
            f"{resemblance(chain, context.trust)}",
            "Not that anything is wrong: compare the key id with one from a source you trust.",
            unknown=True,
        )
    who = "you" if found.yours else repr(found.known_as)
    return CheckResult(names.REPORT_SIGNER, True, f"The report is signed by {who}.")
