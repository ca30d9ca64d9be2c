"""A signer that is another program: a smart card's, a security module's, a remote one's."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from efface.errors import RefusedError
from efface.evidence.keys.algorithms import from_openssl, holds
from efface.evidence.keys.files import Certified

TIMEOUT_S = 120
"""Time to type a PIN and to touch a device."""


class CommandSigner(Certified):
    """Signs through a command, which reads the bytes on its standard input and writes the signature
    on its standard output, and nothing else; messages and questions go to the terminal.

    ECDSA signatures may be r and s one after the other, or a SEQUENCE of both, as programs differ.
    What comes back is held against the certificate before anybody sees it.
    """

    def __init__(self, command: Sequence[str], ders: Sequence[bytes]) -> None:
        """
        Args:
            command: the program and its arguments; no shell reads them.
            ders: certificates in DER, the key's own first.

        Raises:
            RefusedError: no command, or certificates of no use.
        """
        if not command:
            raise RefusedError("no command to sign with was given.")
        super().__init__(ders)
        self._command = tuple(command)

    def sign(self, data: bytes) -> bytes:
        answer = self._run(data)
        for signature in (answer, self._converted(answer)):
            if holds(self._chain.public, signature, data):
                return signature
        raise self._refused(
            f"gave {len(answer)} bytes that are no signature by the certificate's key",
            "It must sign its standard input with the key of that certificate, hashing it itself.",
        )

    def _converted(self, answer: bytes) -> bytes:
        try:
            return from_openssl(self.algorithm, answer)
        except ValueError:
            return answer

    def _run(self, data: bytes) -> bytes:
        try:
            done = subprocess.run(
                self._command,
                input=data,
                stdout=subprocess.PIPE,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise self._refused(
                f"did not end within {TIMEOUT_S} seconds", "Is the device waiting for something?"
            ) from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise self._refused(
                f"cannot be run ({reason})", "Give the program's whole path."
            ) from error
        if done.returncode:
            raise self._refused(
                f"failed with exit status {done.returncode}", "Try it by hand on some file."
            )
        return done.stdout

    def _refused(self, what: str, hint: str) -> RefusedError:
        return RefusedError(f"the command to sign with, {self._command[0]!r}, {what}.", hint=hint)
