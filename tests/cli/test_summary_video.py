"""The summary of a video in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.cli.summary import print_summary
from efface.media.video.interface import VideoFidelity
from efface.workflow.redact.report import FileReport, Report
from efface.workflow.redact.report_form import VideoSummary


@pytest.mark.parametrize(("psnr", "words"), [(41.26, "PSNR 41.3 dB"), (None, "no sample differs")])
def test_how_like_the_input_it_is(
    psnr: float | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fidelity = VideoFidelity(frames=8, sampled=2, ssim=1.0, ssim_lowest=1.0, psnr_db=psnr)
    summary = VideoSummary(encoder="ffv1", frames_covered=3, fidelity=fidelity)
    report = FileReport(Path("a.mkv"), Path("b.mkv"), "redacted", 0, frames=8, video=summary)
    print_summary(Report((report,)), failures_only=False)
    said = capsys.readouterr().err
    assert words in said
    assert "3 of 8 frames have a zone" in said
