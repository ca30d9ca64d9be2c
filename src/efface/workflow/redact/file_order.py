"""What was asked for, for one file, and who is asked before it is released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from efface.errors import RefusedError
from efface.media.source import Source
from efface.regions import Regions
from efface.regions.checks import made_for
from efface.words import as_strict
from efface.workflow.redact.order import Order, check_allowed
from efface.workflow.redact.ports import Ports


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One file of an order."""

    source: Path
    target: Path
    order: Order = field(default_factory=Order)
    ports: Ports = field(default_factory=Ports)
    regions: Regions | None = None
    """In place of what the detectors find."""
    documents: Mapping[str, Regions] | None = None
    """The same, of this file and others, by SHA-256."""

    def with_regions(self, source: Source) -> FileOrder:
        """The same with the regions of its file, where there are documents.

        Args:
            source: the file.

        Raises:
            RefusedError: none of them is for this file.
            InputError: the file cannot be read.
        """
        if self.documents is None:
            return self
        return replace(self, regions=regions_for(source, self.documents), documents=None)

    def check_allowed(self) -> None:
        """Refuse what the policy, or one that is enforced, does not leave to a person, and what
        nobody is there to do.

        Raises:
            RefusedError: it was asked for all the same.
            InputError: an enforced policy cannot be read.
        """
        check_allowed(self.order, self.regions)
        least = self.order.policy.sandbox.require
        if not as_strict(self.ports.confined, least):
            raise RefusedError(
                f"the policy requires that files are read apart (sandbox.require = {least!r}), and "
                f"here that is {self.ports.confined!r}.",
                hint="Run it by 'efface redact', efface.redact, efface.redact_all or efface.run.",
            )
        wanted = (
            (self.order.policy.attack.enabled, self.ports.gate, "an attack on what is written"),
            (self.order.pack is not None, self.ports.notary, "evidence for a pack"),
        )
        for asked, port, what in wanted:
            if asked and port is None:
                raise RefusedError(f"{what} was asked for, and nobody is there to make it.")

    def check_sealed(self, digest: str) -> None:
        """Refuse an input that is not the original of the pack, where there is one.

        Args:
            digest: SHA-256 of the input, hexadecimal.

        Raises:
            RefusedError: it is another file, or was changed after intake; there is something beside
                the target already, where its evidence would lie.
        """
        notary = self.ports.notary
        if notary is None:
            return
        if self.order.policy.video.track:
            raise RefusedError(
                "a pack proves the main video track, and another one was asked for.",
                path=self.source,
                hint="Leave out --video-track (video.track in the policy), or write that track "
                "into a file of its own and seal that.",
            )
        notary.check(digest, self.source, self.target, self.order.overwrite)


def regions_for(source: Source, regions: Mapping[str, Regions]) -> Regions:
    """The document made for this file.

    Raises:
        RefusedError: there is none.
        InputError: the file cannot be read.
    """
    hint = "Run 'efface detect' on this file and edit that."
    return made_for(source.sha256, regions, source.path, hint=hint)
