"""Commitments to an original, and proofs that what lies outside the zones comes from it."""

from efface.evidence.commitment.acceptance import Failure
from efface.evidence.commitment.checking import ProofResult, check
from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.interface import Claim, Content, HiddenLeaves
from efface.evidence.commitment.proving import commit, prove

__all__ = [
    "Claim",
    "Commitment",
    "Content",
    "Failure",
    "HiddenLeaves",
    "ProofResult",
    "check",
    "commit",
    "prove",
]
