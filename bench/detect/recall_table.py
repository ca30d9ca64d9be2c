"""Recall, coverage and false boxes of efface's settings and of deface, paired, on marked pictures.

Also draws coverage against CPU-seconds, deface and ``--fast`` at several sizes of their input.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from chart import Point, draw

HERE = Path(__file__).resolve().parent
DEFACE_SCALES = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
FAST_SCALES = (0.25, 0.35, 0.5, 0.7)
BINS = ("8-16", "16-32", "32-64", "64-128", ">=128", "all>=8", "all>=16")


def run(command: list[str | Path]) -> str:
    """Standard output of a command that must succeed."""
    return subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def scores(tool: Path, data: Path, folder: Path) -> dict[str, Any]:
    """The scorer's numbers for a folder of documents."""
    out = folder.with_name(f"{folder.name}.score.json")
    run([sys.executable, tool, folder, "--data", data, "--json", out])
    document: dict[str, Any] = json.loads(out.read_text())
    return document


def row(name: str, score: dict[str, Any], base: dict[str, Any], cpu: float) -> list[str]:
    """One line: recall and coverage from 8 and 16 px, share of the base's misses closed."""
    cells = [name]
    for measure in ("recall", "coverage"):
        for bin_name in ("all>=8", "all>=16"):
            k = score["names"].index(bin_name)
            ours, theirs = score[measure][k], base[measure][k]
            closed = "" if theirs >= 1 else f" ({(ours - theirs) / (1 - theirs):+.0%})"
            cells.append(f"{ours:.3f}{'' if score is base else closed}")
    low, high = score["fp"][1:]
    cells.append(f"{score['fp'][0]:.2f} [{low:.2f}, {high:.2f}]")
    cells.append(f"{cpu:.1f}")
    return cells


def label(name: str) -> str:
    """A run's name in the chart: its tool or setting, and the scale of its input if not 1."""
    setting, _, scale = name.partition("-")
    text = setting if setting == "deface" else f"efface {setting}"
    return text if scale in ("", "1") else f"{text}, x{scale}"


def main() -> None:
    """Run both tools and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with gt.json and images/")
    parser.add_argument("--tool", type=Path, required=True, help="recall.py")
    parser.add_argument("--deface-python", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    pictures = args.data / "images"
    cpu: dict[str, float] = {}
    for scale in DEFACE_SCALES:
        name = f"deface-{scale:g}"
        script: list[str | Path] = [args.deface_python, HERE / "deface_regions.py"]
        said = run([*script, pictures, args.out / name, "--scale", f"{scale}"])
        cpu[name] = float(said.split()[-1])
    for mode in ("fast", "default", "high"):
        command: list[str | Path] = [sys.executable, HERE / "efface_regions.py", pictures]
        cpu[mode] = float(run([*command, args.out / mode, "--recall", mode]).split()[-1])
    for scale in FAST_SCALES:
        name = f"fast-{scale:g}"
        command = [sys.executable, HERE / "efface_regions.py", pictures, args.out / name]
        said = run([*command, "--recall", "fast", "--scale", f"{scale}"])
        cpu[name] = float(said.split()[-1])
    found = {name: scores(args.tool, args.data, args.out / name) for name in cpu}
    base = found["deface-1"]
    print("Share of deface's misses closed in brackets; CPU-seconds of detection, all pictures.\n")
    print("| | recall 8 px up | recall 16 px up | coverage 8 px up | coverage 16 px up |", end="")
    print(" false boxes a picture | CPU-s |")
    print("|---|---|---|---|---|---|---|")
    names = {"deface-1": "deface 1.5.0", "fast": "efface --fast", "default": "efface default"}
    names["high"] = "efface --recall high"
    for key, name in names.items():
        print("| " + " | ".join(row(name, found[key], base, cpu[key])) + " |")
    print("\nPaired difference, efface default less deface, by face height:\n")
    print("```")
    command = [sys.executable, args.tool, args.out / "default", "--data", args.data]
    text = run([*command, "--vs", args.out / "deface-1"])
    print(text[text.index("difference to") :].split("\n", 1)[1].rstrip())
    print("```")
    k = base["names"].index("all>=8")
    curves = [
        [
            Point(cpu[name], found[name]["coverage"][k], label(name))
            for name in cpu
            if name.startswith("deface") == theirs
        ]
        for theirs in (True, False)
    ]
    chart = args.out / "coverage.svg"
    chart.write_text(draw(curves), encoding="utf-8")
    print(f"\nCoverage against CPU-seconds: {chart.name}\n")
    print("| | CPU-s | coverage 8 px up |\n|---|---|---|")
    for name, seconds in sorted(cpu.items(), key=lambda item: item[1]):
        print(f"| {name} | {seconds:.1f} | {found[name]['coverage'][k]:.3f} |")


if __name__ == "__main__":
    main()
