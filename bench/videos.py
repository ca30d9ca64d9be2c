"""``make bench-video``: every figure of the video tables, side by side with ffmpeg and deface.

Prints the tables and writes them, with the machine they were measured on, to the results folder.
Nothing here is a test: figures depend on the machine, so read ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import speed
from page import Page

HERE = Path(__file__).resolve().parent
VIDEO = HERE / "video"
LOOPS_MINUTES = (1, 4, 16)
FACES = (1, 10, 40)
X264 = ("-c:v", "libx264", "-preset", "medium", "-crf", "17")
"""What efface writes H.264 with by default."""


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--efface", type=Path, default=Path(sys.executable).parent / "efface")
    parser.add_argument("--deface", type=Path, required=True, help="deface's own executable")
    parser.add_argument("--ffmpeg", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True, help="folder of real clips")
    parser.add_argument("--portraits", type=Path, required=True, help="AI-generated portraits")
    parser.add_argument("--work", type=Path, default=HERE / "results" / "video")
    parser.add_argument("--minutes", type=float, default=20, help="of rendered clips with faces")
    parser.add_argument("--seconds", type=float, default=20, help="mean length of them")
    parser.add_argument("--every", type=int, default=1, help="every so many-th of them alone")
    parser.add_argument("--seed", type=int, default=1311, help="of the clips that are turned, too")
    parser.add_argument("--degrees", type=int, nargs="*", default=[90, 180, 270])
    parser.add_argument("--compared", type=int, default=12, help="of them that deface gets, too")
    parser.add_argument("--lengths", type=int, nargs="*", default=LOOPS_MINUTES)
    parser.add_argument("--results", type=Path, default=HERE / "results")
    parser.add_argument("--only", nargs="*", choices=list(SECTIONS), default=list(SECTIONS))
    args = parser.parse_args()
    args.results.mkdir(parents=True, exist_ok=True)
    page = Page()
    page.say_on_what()
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as scratch:
        for name in args.only:
            SECTIONS[name](args, page, Path(scratch))
            (args.results / "video.md").write_text("\n".join(page.lines) + "\n", encoding="utf-8")


def _python(script: Path, *args: str | Path, python: Path | None = None) -> None:
    subprocess.run([python or Path(sys.executable), script, *args], check=True, stdout=sys.stderr)


def _rendered(args: argparse.Namespace, clips: Path, seed: int) -> None:
    """Render once, half an hour; what is there already is kept for later runs."""
    _python(
        VIDEO / "render.py", "--portraits", args.portraits, "--out", clips,
        "--minutes", str(args.minutes), "--seconds", str(args.seconds), "--seed", str(seed),
        "--every", str(args.every),
    )  # fmt: skip


def turned(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """Coverage of clips that no threshold was chosen on, upright and turned without a tag."""
    upright = args.work / f"seed-{args.seed}"
    _rendered(args, upright, args.seed)
    for degrees in (0, *args.degrees):
        clips = args.work / f"seed-{args.seed}-{degrees}" if degrees else upright
        if degrees:
            _python(VIDEO / "turn.py", upright, "--out", clips, "--degrees", str(degrees))
        out = args.work / f"efface-{clips.name}"
        _python(VIDEO / "track_regions.py", clips, "--out", out)
        page.say(f"## Rendered clips of seed {args.seed}, turned by {degrees} degrees")
        page.say()
        page.print_of(VIDEO / "score_folder.py", clips, out)


def truth(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """Coverage on rendered clips, efface beside deface."""
    clips = args.work / "truth"
    _rendered(args, clips, 7)
    _python(VIDEO / "track_regions.py", clips, "--out", args.work / "efface")
    page.say("## Rendered clips: efface")
    page.say()
    page.print_of(VIDEO / "score_folder.py", clips, args.work / "efface")
    names = sorted(clips.glob("*.mp4"))[: args.compared]
    left = [clip for clip in names if not (args.work / "deface" / f"{clip.stem}.json").exists()]
    if left:
        _python(
            VIDEO / "deface_boxes.py", *left, "--out", args.work / "deface",
            python=args.deface.parent / "python",
        )  # fmt: skip
    for title, folder, options in (
        ("efface", args.work / "efface", ()),
        ("deface 1.5.0", args.work / "deface", ("--grow", "1.6", "1.6")),
    ):
        some = scratch / f"some-{folder.name}"
        some.mkdir()
        for clip in names:
            shutil.copy(folder / f"{clip.stem}.json", some)
        page.say(f"## The first {len(names)} rendered clips: {title}")
        page.say()
        page.print_of(VIDEO / "score_folder.py", clips, some, *options, "--worst", "0")


def real(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """Agreement with a reference on real clips."""
    page.say("## Real clips: faces of a reference that are not covered")
    page.say()
    clips = sorted(args.clips.glob("*.mp4"))
    _python(VIDEO / "track_regions.py", args.clips, "--out", args.work / "real-efface")
    _python(
        VIDEO / "deface_boxes.py", *clips, "--out", args.work / "real-deface",
        python=args.deface.parent / "python",
    )  # fmt: skip
    page.print_of(
        VIDEO / "reference.py", *clips, "--ours", args.work / "real-efface",
        "--theirs", args.work / "real-deface",
    )  # fmt: skip


def _redacted(args: argparse.Namespace, clip: Path, out: Path, *options: str) -> speed.Usage:
    out.unlink(missing_ok=True)
    return speed.measure(
        [args.efface, "redact", clip, "-o", out, "--json", "--quiet", "--allow-no-face",
         "--accept-rescan", *options]
    )  # fmt: skip


def cost(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """CPU-seconds of the whole job beside ffmpeg's transcode and deface."""
    page.say("## CPU-seconds of the whole job")
    page.say()
    rows, split = [], []
    for clip in sorted(args.clips.glob("*.mp4")):
        out = scratch / clip.name
        transcode = speed.measure(
            [args.ffmpeg, "-v", "error", "-y", "-i", clip, *X264, "-c:a", "copy", out]
        )
        for mode in ("default", "fast"):
            ours = _redacted(args, clip, out, "--recall", mode)
            again = speed.measure(
                [args.ffmpeg, "-v", "error", "-y", "-i", clip, *X264, "-c:a", "copy", out]
            )
            base = (transcode.cpu_seconds + again.cpu_seconds) / 2
            cells = [f"{clip.name}, {mode}", f"{base:.1f}", f"{ours.cpu_seconds:.1f}"]
            cells += [f"{ours.cpu_seconds / base:.2f}"]
            cells += [f"{ours.wall_seconds / ours.cpu_seconds:.2f}", f"{ours.peak_mb:.0f}"]
            if mode == "default":
                copy = Path(shutil.copy(clip, scratch / f"theirs-{clip.name}"))
                theirs = speed.measure([args.deface, copy])
                share = f"{ours.cpu_seconds / theirs.cpu_seconds:.2f}"
                cells += [f"{theirs.cpu_seconds:.1f}", share, f"{theirs.peak_mb:.0f}"]
            rows.append([*cells, *[""] * (9 - len(cells))])
            split.append([f"{clip.name}, {mode}", *_split(ours)])
    page.table(
        ["clip", "ffmpeg", "efface", "ratio", "wall / CPU", "peak MB", "deface", "share of it",
         "its peak MB"], rows
    )  # fmt: skip
    page.say("Where efface spends them, in its own count (the rest is starting):")
    page.say()
    page.table(["clip", "read", "detect and link", "fill and encode", "check and rescan"], split)


def _split(usage: speed.Usage) -> list[str]:
    by_step = speed.steps(usage.stdout)
    return [f"{by_step.get(name, 0.0):.1f}" for name in ("read", "detect", "write", "rescan")]


def parts(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """What each part costs a frame."""
    page.say("## CPU-milliseconds a frame, part by part")
    page.say()
    page.print_of(VIDEO / "parts.py", *sorted(args.clips.glob("*.mp4")))


def growth(args: argparse.Namespace, page: Page, scratch: Path) -> None:
    """How cost and memory grow with length and with faces."""
    page.say("## Growth")
    page.say()
    made = args.work / "growth"
    _python(
        VIDEO / "growth.py", "--out", made, "--portraits", args.portraits,
        "--minutes", *map(str, args.lengths), "--faces", *map(str, FACES),
    )  # fmt: skip
    rows: list[Sequence[str]] = []
    for clip in sorted(made.glob("*.mp4"), key=lambda path: path.stat().st_size):
        used = _redacted(args, clip, scratch / clip.name)
        report: dict[str, Any] = json.loads(used.stdout)["files"][0]
        frames = report["frames"] or 1
        steps = report["cpu_seconds"]
        each = [f"{1000 * steps.get(s, 0) / frames:.1f}" for s in ("detect", "write", "rescan")]
        rows.append(
            [clip.stem, str(frames), f"{1000 * used.cpu_seconds / frames:.1f}", *each,
             f"{used.wall_seconds / used.cpu_seconds:.2f}", f"{used.peak_mb:.0f}",
             str(report["faces"])]
        )  # fmt: skip
    page.table(
        ["clip", "frames", "CPU-ms a frame", "detect", "write", "rescan", "wall / CPU", "peak MB",
         "tracks"], [list(row) for row in rows]
    )  # fmt: skip


SECTIONS = {
    "truth": truth,
    "turned": turned,
    "real": real,
    "cost": cost,
    "parts": parts,
    "growth": growth,
}


if __name__ == "__main__":
    main()
