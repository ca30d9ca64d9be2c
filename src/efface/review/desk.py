"""Everything that is open: the files, what is known of each, and what was decided."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from efface.api.detection import Regions, detect
from efface.api.looking import PhotoLook, is_video, look
from efface.api.policies import Policy, meant_for, zone_ratio
from efface.api.redaction import LIMITS, Job, PlannedFile, effaced_name
from efface.api.watching import VideoLook, watch
from efface.errors import EffaceError, InputError, RefusedError, StoppedError, in_own_words
from efface.events import Event, Listener, StepStarted
from efface.review.clips import Clip, first_picture
from efface.review.doubts import open_doubts, order
from efface.review.drops import MAX_BYTES, Drops
from efface.review.evidence import EvidenceOptions
from efface.review.forms import (
    Confirmation,
    Decisions,
    DeskState,
    FileState,
    FileSummary,
    Happening,
    KeptReview,
    Stage,
    UnseenEntry,
    ZoneGrowth,
)
from efface.review.happenings import Happenings
from efface.review.looks import shown, standing
from efface.review.pictures import SIDES_PX, PictureCache, encoded
from efface.review.queueing import FairQueue
from efface.review.spans import joined
from efface.review.store import Damage, Store, name_of
from efface.version import __version__
from efface.words import Audience, Method

LOOKS = 4
"""Photos that are held open."""

CLIPS = 2
"""Videos that are held open to be shown."""

REDRAWS = 3
"""How often heads are drawn anew at least, before a release fails because one is like somebody in
the file: nobody can ask for it here. The report says how often."""

TOLD_S = 0.25
"""Between two words about how far a step has come."""


class UnknownFileError(RefusedError):
    """An id that no file has."""


@dataclass
class DeskFile:
    """One of the files; its path stays on this side."""

    id: str
    planned: PlannedFile
    folder: str
    stage: Stage = "waiting"
    trouble: EffaceError | None = None
    format: str = ""
    name: str = ""
    """Under which its decisions are kept."""
    kept: KeptReview | None = None
    report: dict[str, Any] | None = None
    """``efface.report/1`` of its last release in this run, well or not."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    video: VideoLook | None = None
    """Open from the moment on at which it is looked at first."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Somebody does not want its release any more."""


class Desk:
    """The files of one run of the app."""

    def __init__(
        self,
        job: Job,
        inputs: Sequence[Path],
        store: Store,
        drops: Drops | None = None,
        evidence: EvidenceOptions | None = None,
    ) -> None:
        """
        Args:
            job: the files and where each would go, as ``efface redact`` plans it.
            inputs: as they were given.
            store: where decisions are kept.
            drops: takes files that are dropped into the page; ``None``: nobody does.
            evidence: what the command line says of packs.
        """
        self.evidence = evidence or EvidenceOptions()
        self.drops = drops
        self.happenings = Happenings()
        self.store = store
        self.job = job
        self.title = ", ".join(path.resolve().name for path in inputs)
        self._opened = "\n".join(sorted(str(path.resolve()) for path in inputs))
        wanted = [file for file in job.files if file.skipped is None]
        self._skipped = len(job.files) - len(wanted)
        self._files = {
            file.id: file
            for file in (
                DeskFile(secrets.token_urlsafe(9), planned, _folder(planned.source, inputs))
                for planned in wanted
            )
        }
        chosen = store.choice(self._opened)
        self.audience: Audience | None = None if chosen is None else chosen.audience
        self.method: Method = job.order.policy.method.name if chosen is None else chosen.method
        self.heavy = FairQueue()
        """Of whoever looks for faces, or writes a file: one at a time."""
        self._cache = PictureCache()
        self._looks: OrderedDict[str, PhotoLook] = OrderedDict()
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._looking = threading.Lock()
        self._first: str | None = None
        self._ended = threading.Event()
        self._working: list[threading.Thread] = []

    def choose(self, audience: Audience | None = None, method: Method | None = None) -> None:
        """From whom people are hidden, or how zones are filled; the other stays.

        Raises:
            OutputError: it cannot be kept.
        """
        audience, method = audience or self.audience, method or self.method
        self.store.choose(self._opened, audience, method)
        self.audience, self.method = audience, method

    def policy(self, method: Method | None = None) -> Policy:
        """What files are redacted by.

        Args:
            method: another way to fill zones than the one that was chosen.
        """
        own = self.job.order.policy
        filled = replace(own, method=replace(own.method, name=method or self.method))
        if filled.method.name == "replace":
            redraw = max(own.replace.redraw, REDRAWS)
            filled = replace(filled, replace=replace(own.replace, redraw=redraw))
        return meant_for(filled, self.audience or "public")

    def file(self, name: str) -> DeskFile:
        """
        Raises:
            UnknownFileError: there is none of that id.
        """
        found = self._files.get(name)
        if found is None:
            raise UnknownFileError("there is no such file.", hint="Load the page again.")
        return found

    def state(self) -> DeskState:
        """What the page begins with, the most doubtful file first."""
        files = sorted(map(self.summary, list(self._files.values())), key=order)
        return DeskState(
            version=__version__, title=self.title, audience=self.audience,
            method=self.method, files=tuple(files), skipped=self._skipped,
            droppable_bytes=None if self.drops is None else MAX_BYTES,
            limits=LIMITS, two_persons=self.job.order.policy.review.two_persons,
        )  # fmt: skip

    def summary(self, file: DeskFile) -> FileSummary:
        """A row of the queue."""
        kept = file.kept
        tracks = () if kept is None else kept.regions.tracks
        doubts = [] if kept is None else open_doubts(kept)
        scores = [box.score for t in tracks for box in t.boxes if isinstance(box.score, float)]
        return FileSummary(
            id=file.id, name=file.planned.source.name, folder=file.folder, stage=file.stage,
            kind="video" if file.video is not None else "image" if kept is not None else None,
            message=None if file.trouble is None else file.trouble.message,
            hint=None if file.trouble is None else file.trouble.hint,
            faces=len(tracks), kept=sum(track.action == "keep" for track in tracks),
            doubts=len(doubts), doubt=round(sum(doubts), 4), least=min(scores, default=None),
            checked=kept is not None and kept.checked,
            revision=0 if kept is None else kept.revision,
            publication=None if kept is None else kept.publication,
            confirmed=0 if kept is None else len(self.confirmed(kept)),
            dropped=self.drops is not None and self.drops.holds(file.planned.source),
        )  # fmt: skip

    def confirmed(self, kept: KeptReview) -> tuple[Confirmation, ...]:
        """The confirmations of what would be released now."""
        return standing(kept, self.audience, self.method)

    def reviewed(self, file: DeskFile) -> FileState:
        """All that is known of a file.

        Raises:
            EffaceError: it cannot be reviewed, or not yet.
        """
        kept = self.ready(file)
        policy = self.policy()
        zones = policy.zones
        return FileState(
            summary=self.summary(file), media=kept.regions.media, format=file.format,
            decisions=Decisions(
                tracks=kept.regions.tracks, doubts=kept.doubts, checked=kept.checked
            ),
            doubtful=kept.regions.doubtful or (), unseen=kept.unseen,
            damaged=kept.damaged, damage=kept.damage, watched=kept.watched,
            watched_by=kept.watched_by, looks=shown(kept, self.confirmed(kept)),
            growth=ZoneGrowth(
                width=zones.width, height=zones.height, min_margin_px=zones.min_margin_px,
                below=zones.below, ratio=zone_ratio(policy), shape=zones.shape,
            ),
        )  # fmt: skip

    def ready(self, file: DeskFile) -> KeptReview:
        """What is decided of a file.

        Raises:
            EffaceError: it cannot be reviewed, or not yet.
        """
        if file.trouble is not None:
            raise file.trouble
        if file.kept is None:
            raise RefusedError("it has not been looked at yet.", hint="Its turn will come.")
        return file.kept

    def picture(self, file: DeskFile, page: int, side_px: int) -> bytes:
        """A page of the original, as a JPEG.

        Raises:
            EffaceError: it cannot be read.
        """
        side_px = _side(side_px)
        if file.video is not None:
            look = file.video  # not opened as a clip: a queue shows one picture each of many
            return self._cache.get((file.id, side_px), lambda: first_picture(look, side_px))
        self._check_page(file, page)
        key = (file.id, page, side_px)
        return self._cache.get(key, lambda: encoded(self._look(file).picture(page), side_px))

    def preview(self, file: DeskFile, page: int, side_px: int, method: Method | None) -> bytes:
        """A page as it would be released, as a JPEG.

        Args:
            method: another way to fill zones than the one that was chosen.

        Raises:
            EffaceError: it could not be written.
        """
        kept, side_px, policy = self.ready(file), _side(side_px), self.policy(method)
        self._check_page(file, page)
        regions = self.regions(kept)
        key = (file.id, page, side_px, kept.revision, self.audience, policy.method.name)
        if file.video is not None:
            if policy.method.name == "replace":
                raise RefusedError(
                    "drawn heads of a video are drawn when it is written.",
                    hint="Release it, and look at the file.",
                )
            clip = self.clip(file)
            return self._cache.get(key, lambda: clip.released(page, regions, policy, side_px))
        return self._cache.get(
            key,
            lambda: encoded(self._look(file).released(regions, page, policy=policy), side_px),
        )

    def clip(self, file: DeskFile) -> Clip:
        """A video to be shown; it is opened if it is not open.

        Raises:
            EffaceError: it cannot be read, or is no video.
        """
        if file.trouble is not None:
            raise file.trouble
        with self._looking:
            found = self._clips.get(file.id)
            if found is None:
                found = Clip(self._video(file), self._cache, file.id, lambda: self.changed(file))
                self._clips[file.id] = found
            self._clips.move_to_end(file.id)
            gone = [self._clips.popitem(last=False)[1] for _ in range(len(self._clips) - CLIPS)]
        for clip in gone:
            clip.close()
        return found

    @property
    def clips_open(self) -> int:
        """Videos that are held open to be shown."""
        return len(self._clips)

    def side(self, side_px: int) -> int:
        """The size that is made for one that was asked for."""
        return _side(side_px)

    def report(self, file: DeskFile) -> dict[str, Any]:
        """``efface.report/1`` of the last release of a file, with names in place of paths.

        Raises:
            UnknownFileError: it was not released in this run.
        """
        if file.report is None:
            raise UnknownFileError("it has not been released since efface was started.")
        return file.report

    def regions(self, kept: KeptReview) -> Regions:
        """The faces and zones that were decided on."""
        return Regions.from_json(msgspec.to_builtins(kept.regions))

    def changed(self, file: DeskFile) -> None:
        """Tell every page."""
        self.happenings.tell(Happening(file=self.summary(file)))

    def hurry(self, file: DeskFile) -> None:
        """Somebody waits for this one: it is looked at next."""
        self._first = file.id

    def take(self, path: Path) -> FileSummary:
        """Review one more file.

        Args:
            path: of a copy that was dropped.
        """
        file = DeskFile(secrets.token_urlsafe(9), PlannedFile(path, effaced_name(path)), "")
        self._files[file.id] = file
        self._first = file.id
        self.begin()
        return self.summary(file)

    def result(self, file: DeskFile) -> Path:
        """What was released of a file that was dropped.

        Raises:
            UnknownFileError: there is nothing, or it lies where its owner finds it.
        """
        target, kept = file.planned.target, file.kept
        dropped = self.drops is not None and self.drops.holds(file.planned.source)
        done = kept is not None and kept.publication is not None
        if not dropped or not done or target is None or not target.is_file():
            raise UnknownFileError("there is no released copy of it.")
        return target

    def begin(self) -> None:
        """Look for faces in whatever waits, in a thread."""
        looking = threading.Thread(target=self.work, name="efface-looking", daemon=True)
        self._working.append(looking)
        looking.start()

    def rest(self) -> None:
        """Wait until nobody looks for faces or writes a file any more."""
        for looking in self._working:
            looking.join()
        with self.heavy.taken():
            return

    def work(self) -> None:
        """Look for faces in one file after the other, photos first, until all are done or the app
        ends."""
        while not self._ended.is_set():
            with self.heavy.taken():
                waiting = [file for file in self._files.values() if file.stage == "waiting"]
                if not waiting:
                    return
                first = next((f for f in waiting if f.id == self._first), None)
                file = first or min(waiting, key=_is_long)
                self._analyse(file)
            done = sum(f.stage not in ("waiting", "looking") for f in list(self._files.values()))
            self.happenings.tell(Happening(file=self.summary(file), done=done, of=len(self._files)))

    def end(self) -> None:
        """Stop whatever is worked on, and let every page go."""
        self._ended.set()
        for clip in list(self._clips.values()):
            clip.give_up()
        self.happenings.end()

    def listening(self, file: DeskFile) -> Listener:
        """Tells every page what is done to a file, and stops that when nobody wants it any more."""
        told_at, told = 0.0, ""

        def listen(event: Event) -> None:
            nonlocal told_at, told
            if self._ended.is_set() or file.stopping.is_set():
                raise StoppedError("it was stopped; nothing of it was written.")
            if not isinstance(event, StepStarted):
                return
            now = time.monotonic()
            if event.name != told or now - told_at >= TOLD_S:
                told_at, told = now, event.name
                share = min(event.frame / event.frames, 1.0) if event.frames > 0 else None
                self.happenings.tell(
                    Happening(file=self.summary(file), step=event.name, share=share)
                )

        return listen

    def _analyse(self, file: DeskFile) -> None:
        file.stage = "looking"
        self.changed(file)
        try:
            if file.planned.error is not None:
                raise file.planned.error
            if is_video(file.planned.source):
                self._analyse_video(file)
            else:
                self._analyse_photo(file)
            file.stage = "ready"
        except Exception as error:  # one file's trouble must not cost the others
            if self._ended.is_set():
                return
            file.trouble = in_own_words(error, file.planned.source)
            file.stage = "failed"

    def _analyse_photo(self, file: DeskFile) -> None:
        opened = self._look(file)
        file.format = opened.format
        if not self._known(file, opened.media.sha256):
            source, policy = file.planned.source, self.job.order.policy
            found = detect(source, policy=policy, listen=self.listening(file))
            file.kept = self.store.begin(file.name, found)

    def _analyse_video(self, file: DeskFile) -> None:
        opened = self._video(file)
        self.changed(file)
        if self._known(file, opened.media.sha256):
            return
        told = self.listening(file)

        def listen(event: Event) -> None:
            self.heavy.step_aside()
            told(event)

        damage: Damage | None = None
        while file.kept is None:
            try:
                with opened.faces(listen, allow_damaged=damage is not None) as found:
                    unseen = [UnseenEntry(track=t, first=a, last=b) for t, a, b in found.unseen]
                    file.kept = self.store.begin(file.name, found.regions, unseen, damage)
            except InputError as error:
                if damage is not None or not self.job.order.policy.allow.damaged:
                    raise
                frames = opened.damaged()  # whether it is released all the same, is asked then
                spans = joined(((at, at) for at in frames), max(frames, default=0) + 1)
                damage = Damage(error.message, spans)

    def _known(self, file: DeskFile, sha256: str) -> bool:
        """Whether something was decided about it before, here or where it lay then."""
        file.name = name_of(sha256, file.planned.source)
        file.kept = self.store.load(file.name)
        if file.kept is None:
            inherited = self.store.inherited(file.name)
            file.kept = None if inherited is None else self.store.begin(file.name, inherited)
        return file.kept is not None

    def _video(self, file: DeskFile) -> VideoLook:
        if file.video is None:
            if not is_video(file.planned.source):
                raise RefusedError("this is a photo.", path=file.planned.source)
            file.video = watch(file.planned.source, policy=self.job.order.policy)
            file.format = file.video.format
        return file.video

    def _look(self, file: DeskFile) -> PhotoLook:
        with self._looking:
            found = self._looks.get(file.id)
            if found is None:
                found = look(file.planned.source, policy=self.job.order.policy)
                self._looks[file.id] = found
            self._looks.move_to_end(file.id)
            while len(self._looks) > LOOKS:
                self._looks.popitem(last=False)
            return found

    def _check_page(self, file: DeskFile, page: int) -> None:
        if not 0 <= page < self.ready(file).regions.media.frames:
            raise UnknownFileError("there is no such page.")


def _is_long(file: DeskFile) -> bool:
    """A video, which takes longer than most photos."""
    with contextlib.suppress(EffaceError):
        return is_video(file.planned.source)
    return False


def _side(side_px: int) -> int:
    """The size that is made for one that was asked for."""
    return next((side for side in SIDES_PX if side >= side_px), SIDES_PX[-1])


def _folder(source: Path, inputs: Sequence[Path]) -> str:
    """Where it lies below what was opened, for people."""
    for given in inputs:
        if given != source and source.is_relative_to(given):
            inner = source.parent.relative_to(given).as_posix()
            return "" if inner == "." else inner
    return ""
