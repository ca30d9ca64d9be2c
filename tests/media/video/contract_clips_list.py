"""Which clips the contract is held for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

from tests.media.video.contract_clips import LIGHT, MASTERING, Clip, Sound, Words

MS, TS = F(1, 1000), F(1, 90000)
X264 = {"preset": "ultrafast", "bf": "2", "crf": "12"}
X265 = {"preset": "ultrafast", "crf": "12", "x265-params": "log-level=none:bframes=2"}
VPX = {"deadline": "realtime", "cpu-used": "8", "crf": "8", "b": "2M"}
SVT = {"preset": "12", "crf": "20"}
HDR10 = {
    **X265,
    "x265-params": f"log-level=none:hdr10=1:master-display={MASTERING}:max-cll={LIGHT}",
}
SVT_HDR = {
    **SVT,
    "svtav1-params": "mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)"
    "L(1000,0.005):content-light=1000,400",
}
SHOWN = 0x1
FORCED = 0x40
MP4 = Clip(".mp4", "libx264", options=X264)
MKV = Clip(".mkv", "libx264", options=X264, time_base=MS)

CLIPS = {
    "mp4-h264": replace(MP4, sounds=(Sound(),), keys=(0, 5, 9)),
    "mp4-h264-vfr": replace(MP4, times=(0, 512, 1024, 2048, 2100, 3000, 5000, 5512, 6024, 9000)),
    "mp4-h264-late": replace(MP4, times=tuple(1024 + 512 * i for i in range(10))),
    "mp4-h264-turned": replace(
        MP4,
        rotation=90,
        sounds=(Sound(disposition=SHOWN), Sound(language="deu")),
        words=(Words("mov_text"),),
    ),
    "mp4-h264-aspect": replace(MP4, aspect=F(4, 3)),
    "mp4-h264-bt709": replace(MP4, colours=(1, 1, 1, 1)),
    "mp4-h264-full-range": replace(MP4, pixel_format="yuvj420p", colours=(1, 1, 1, 2)),
    "mp4-h264-interlaced": replace(MP4, interlaced=True, size=(96, 96)),
    "mp4-hevc": Clip(".mp4", "libx265", options=X265, sounds=(Sound(),)),
    "mp4-hevc-hdr10": Clip(
        ".mp4", "libx265", "yuv420p10le", colours=(9, 16, 9, 1), options=HDR10
    ),
    "mp4-av1": Clip(".mp4", "libsvtav1", options=SVT),
    "mp4-vp9": Clip(".mp4", "libvpx-vp9", options=VPX),
    "mp4-mpeg4": Clip(".mp4", "mpeg4", time_base=F(1, 25), options={"bf": "2", "q": "2"}),
    "mov-prores": Clip(".mov", "prores_ks", "yuv422p10le", sounds=(Sound("pcm_s16le"),)),
    "mov-prores-interlaced": Clip(
        ".mov", "prores_ks", "yuv422p10le", interlaced=True, size=(96, 96)
    ),
    "mov-mjpeg": Clip(".mov", "mjpeg", "yuvj420p", time_base=F(1, 600)),
    "mov-dnxhr": Clip(
        ".mov", "dnxhd", "yuv422p", size=(256, 128), options={"profile": "dnxhr_hq"}, frames=6
    ),
    "mov-h264-422": Clip(".mov", "libx264", "yuv422p10le", options=X264, sounds=(Sound(),)),
    "mkv-h264": replace(
        MKV,
        sounds=(Sound("flac"), Sound("libopus", language="deu", disposition=SHOWN)),
        words=(Words("subrip", disposition=FORCED), Words("ass", language="ara")),
    ),
    "mkv-h264-odd": replace(MKV, pixel_format="yuv444p", size=(97, 63)),
    "mkv-h264-vfr": replace(MKV, times=(0, 20, 90, 100, 233, 300, 301, 420, 500)),
    "mkv-hevc-444": Clip(".mkv", "libx265", "yuv444p", time_base=MS, options=X265),
    "mkv-ffv1": Clip(".mkv", "ffv1", "yuv422p10le", time_base=MS, sounds=(Sound("ac3"),)),
    "mkv-ffv1-rgb": Clip(".mkv", "ffv1", "gbrp16le", time_base=MS),
    "mkv-ffv1-grey": Clip(".mkv", "ffv1", "gray", time_base=MS, size=(95, 61)),
    "webm-vp9-odd": Clip(
        ".webm",
        "libvpx-vp9",
        size=(97, 63),
        sounds=(Sound("libopus"),),
        words=(Words("webvtt"),),
        time_base=MS,
        options=VPX,
    ),
    "webm-vp9-aspect": Clip(".webm", "libvpx-vp9", aspect=F(4, 3), time_base=MS, options=VPX),
    "webm-vp8": Clip(".webm", "libvpx", sounds=(Sound("libopus"),), time_base=MS, options=VPX),
    "webm-av1-hdr10": Clip(
        ".webm",
        "libsvtav1",
        "yuv420p10le",
        sounds=(Sound("libopus"), Sound("libopus", language="spa")),
        time_base=MS,
        colours=(9, 16, 9, 1),
        options=SVT_HDR,
    ),
    "avi-mpeg4": Clip(
        ".avi", "mpeg4", sounds=(Sound("pcm_s16le"),), time_base=F(1, 25), options={"q": "2"}
    ),
    "avi-mpeg4-mp3": Clip(
        ".avi",
        "mpeg4",
        sounds=(Sound("libmp3lame", rate=44100),),
        time_base=F(1, 25),
        options={"bf": "2", "q": "2"},
        frames=24,
    ),
    "avi-h264": Clip(
        ".avi", "libx264", sounds=(Sound("libmp3lame"),), time_base=F(1, 25), options=X264
    ),
    "avi-mjpeg": Clip(".avi", "mjpeg", "yuvj420p", time_base=F(1, 25)),
    "ts-h264": Clip(
        ".ts",
        "libx264",
        sounds=(Sound(), Sound("mp2", language="deu")),
        time_base=TS,
        options=X264,
    ),
    "ts-hevc": Clip(".ts", "libx265", sounds=(Sound("ac3"),), time_base=TS, options=X265),
    "ts-mpeg2-interlaced": Clip(
        ".ts",
        "mpeg2video",
        interlaced=True,
        size=(96, 96),
        sounds=(Sound("mp2"),),
        time_base=F(1, 25),
        options={"bf": "2", "q": "2"},
    ),
}  # fmt: skip
