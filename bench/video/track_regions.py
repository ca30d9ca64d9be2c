"""efface's own regions for a folder of clips: ``NAME.json`` for each ``NAME.mp4``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import get_args

from efface.api import detect
from efface.policy import Recall


def main() -> None:
    """Detect and write; a clip whose document is newer than it is not looked at again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--recall", choices=get_args(Recall), default="default")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for clip in sorted(args.clips.glob("*.mp4")):
        target = args.out / f"{clip.stem}.json"
        if target.exists() and target.stat().st_mtime > clip.stat().st_mtime:
            continue
        start = time.process_time()
        regions = detect(clip, recall=args.recall)
        target.write_text(json.dumps(regions.to_json()), encoding="utf-8")
        spent = 1000 * (time.process_time() - start) / regions.media.frames
        print(f"{clip.name}: {len(regions.tracks)} tracks, {spent:.1f} CPU-ms a frame", flush=True)


if __name__ == "__main__":
    main()
