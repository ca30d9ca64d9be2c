"""Sound that is encoded anew as AAC: heard when it was, as long, and as loud."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.video.clips import clip
from tests.media.video.contract_clips import packets
from tests.media.video.test_healthy import done

from efface.errors import InputError, RefusedError, VerificationError
from efface.media.video import aac, open_video
from efface.media.video.hearing import Heard, listen
from efface.media.video.rehearsal import rehearse
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, Policy, VideoPolicy
from efface.zones.filling import ConstantFilling

BLACK = ConstantFilling(Colour(0, 0, 0))
AAC = VideoPolicy(audio="aac")
ANEW = 1.5
"""Seconds of sound."""


def sound(rate: int, channels: int = 1, length: float = ANEW) -> NDArray[np.float64]:
    """Notes over noise, with a click at the very start; shape (channels, samples)."""
    rng = np.random.default_rng(rate)
    t = np.arange(int(length * rate)) / rate
    one = 0.1 * np.sin(2 * np.pi * 330 * t * (1 + t / 5)) + 0.05 * rng.standard_normal(t.size)
    one[:8] = 0.8
    return np.stack([one * (1 - 0.2 * n) for n in range(channels)])


def with_sound(
    path: Path,
    codec: str,
    *,
    rate: int = 48000,
    channels: int = 1,
    start: float = 0.0,
    gap: float = 0.0,
    name: str | None = None,
) -> Path:
    """A clip with sound in a codec.

    Args:
        start: of the sound, seconds.
        gap: pause in the middle, seconds.
        name: FFmpeg's of the container.
    """
    layout = aac.LAYOUTS[channels]
    values = (np.clip(sound(rate, channels), -1, 1) * 32767).astype(np.int16)
    picture = clip(path.with_name("picture.mkv"), frames=8)
    with av.open(str(picture)) as file, av.open(str(path), "w", format=name) as out:
        video = out.add_stream_from_template(file.streams.video[0])
        made: Any = out.add_stream(codec, rate=rate)
        made.codec_context.layout = layout
        size = made.codec_context.frame_size or 1024
        for packet in file.demux(video=0):
            if packet.size:
                packet.stream = video
                out.mux(packet)
        for at in range(0, values.shape[1], size):
            part = np.ascontiguousarray(values[:, at : at + size].T.reshape(1, -1))
            frame: Any = av.AudioFrame.from_ndarray(part, "s16", layout)
            late = start + (gap if at > values.shape[1] // 2 else 0)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = at + int(late * rate)
            out.mux(made.encode(frame))
        out.mux(made.encode(None))
    return path


def heard(path: Path, rate: int) -> tuple[Fraction, NDArray[np.float64]]:
    """When a track begins, seconds, and its first channel at a rate."""
    resampler = av.AudioResampler("fltp", None, rate)
    parts, start = [], None
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            if start is None:
                start = Fraction((frame.pts or 0) * (frame.time_base or 1))
            frame.pts = None
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return start or Fraction(0), np.concatenate(parts)


def lag(before: Path, after: Path, rate: int = 48000) -> int:
    """By how many samples the sound of one file is later than that of another."""
    (start, old), (begins, new) = heard(before, rate), heard(after, rate)
    lead = round((begins - start) * rate)
    new = np.concatenate((np.zeros(max(lead, 0)), new[max(-lead, 0) :]))
    stretch, reach = old[4000:20000], 1500
    places = np.correlate(new[4000 - reach : 20000 + reach], stretch, "valid")
    return int(places.argmax()) - reach


@pytest.mark.parametrize(
    ("name", "codec", "rate", "start"),
    [
        ("a.mov", "pcm_alaw", 8000, 0.0),
        ("a.mov", "pcm_s16le", 44100, 0.25),
        ("a.mkv", "flac", 48000, 0.0),
        ("a.mkv", "pcm_s16le", 11025, 0.3),
        ("a.mp4", "ac3", 48000, 0.0),
        ("a.ts", "mp2", 48000, 0.5),
    ],
)
def test_it_begins_where_it_began(
    tmp_path: Path, name: str, codec: str, rate: int, start: float
) -> None:
    source = with_sound(tmp_path / name, codec, rate=rate, start=start)
    out, target = done(source, AAC)
    assert abs(lag(source, target)) <= (1 if name != "a.mkv" else 48)  # a millisecond's rounding
    with av.open(str(target)) as file:
        assert [s.codec_context.name for s in file.streams] == ["h264", "aac"]
        assert file.streams.audio[0].rate == aac.rate_of(file.streams.audio[0])
    assert any(f"{codec} at {rate} Hz was encoded anew as AAC" in note for note in out.notes)


@pytest.mark.parametrize(("name", "codec", "channels"), [("a.mkv", "flac", 6), ("a.mp4", "ac3", 2)])
def test_channels_stay(tmp_path: Path, name: str, codec: str, channels: int) -> None:
    source = with_sound(tmp_path / name, codec, channels=channels)
    _, target = done(source, AAC)
    with av.open(str(source)) as before, av.open(str(target)) as after:
        old, new = (
            np.concatenate([f.to_ndarray() for f in file.decode(audio=0)], axis=1)
            for file in (before, after)
        )
        if codec == "flac":
            old = old.reshape(-1, channels).T / (32768 if old.dtype == np.int16 else 1 << 31)
    middle = slice(20000, 40000)
    for channel in range(channels):
        if channels == 6 and channel == 3:
            continue  # of low notes alone
        levels = [np.sqrt(np.mean(x[channel, middle].astype(float) ** 2)) for x in (old, new)]
        assert levels[0] == pytest.approx(levels[1], rel=0.1)


def test_g711_in_mp4_stays_mp4(tmp_path: Path) -> None:
    source = tmp_path / "b.mp4"
    made = with_sound(tmp_path / "a.mov", "pcm_mulaw", rate=8000).read_bytes()
    source.write_bytes(made.replace(b"ftypqt  ", b"ftypmp42", 1))
    out, target = done(source, AAC)
    assert not any("Written as" in note for note in out.notes)
    assert open_video(target, Limits()).format == "MP4"


def test_aac_is_copied(tmp_path: Path) -> None:
    source = with_sound(tmp_path / "a.mp4", "aac")
    out, target = done(source, AAC)
    assert packets(target) == packets(source)
    assert not any("anew" in note for note in out.notes)


def test_a_pause_is_silent_as_long(tmp_path: Path) -> None:
    source = with_sound(tmp_path / "a.mkv", "flac", gap=0.5)
    _, target = done(source, AAC)
    with av.open(str(source)) as file:
        pauses = [f.pts for f in file.decode(audio=0) if f.pts is not None]
    _, new = heard(target, 48000)
    at = next(b for a, b in pairwise(pauses) if b - a > 400) * 48
    assert np.abs(new[at - 20000 : at - 2000]).max() < 0.01
    assert np.abs(new[at : at + 2000]).max() > 0.05
    assert abs(new.size - (ANEW + 0.5) * 48000) < 3000


@pytest.mark.parametrize(
    ("name", "codec", "words"), [("a.avi", "pcm_s16le", "AVI"), ("a.webm", "libopus", "WebM")]
)
def test_containers_that_cannot(tmp_path: Path, name: str, codec: str, words: str) -> None:
    source = clip(
        tmp_path / name, audio=codec, codec="libvpx" if name == "a.webm" else "libx264", frames=4
    )
    with pytest.raises(RefusedError, match=f"{words} does not hold AAC") as caught:
        rehearse(open_video(source, Limits()), Policy(video=AAC))
    assert "--audio aac" in (caught.value.hint or "")


def test_damaged_sound(tmp_path: Path) -> None:
    """Refused, or silent where it cannot be decoded."""
    source = with_sound(tmp_path / "a.mkv", "flac")
    with av.open(str(source)) as file:
        packet = [p for p in file.demux(audio=0) if p.size][9]
        at, size = source.read_bytes().index(bytes(packet)), packet.size
    data = bytearray(source.read_bytes())
    data[at : at + size] = bytes(size)
    cluster = data.rindex(b"\x1f\x43\xb6\x75", 0, at)
    crc = data.index(b"\xbf\x84", cluster)
    data[crc : crc + 6] = b"\xec\x84" + bytes(4)  # void in place of a checksum that holds no more
    source.write_bytes(data)
    with pytest.raises(InputError, match="sound") as caught:
        done(source, AAC)
    assert "--allow-damaged" in (caught.value.hint or "")
    target = tmp_path / "allowed.mkv"
    movie = open_video(source, Limits())
    out = write_video(movie, target, lambda _: (), BLACK, AAC, allow_damaged=True)
    listen(open_video(target, Limits()), 1, out.proof.tracks[0].heard, frame=aac.FRAME)
    _, new = heard(target, 48000)
    assert new.size >= int(ANEW * 48000)
    blocks = np.abs(new[: new.size // 512 * 512].reshape(-1, 512)).max(axis=1)
    assert (blocks[:135] < 0.01).any()


def meant_of(path: Path) -> tuple[Any, Heard]:
    out, target = done(path, AAC)
    return open_video(target, Limits()), out.proof.tracks[0].heard


def again(heard_: Heard, change: Any) -> Heard:
    """What is meant if the sound had been another one."""
    samples = change(sound(48000).astype(np.float32))
    out = Heard(heard_.rate, samples.shape[0], start=heard_.start)
    for at in range(0, samples.shape[1], 1000):
        out.add(samples[:, at : at + 1000])
    out.end()
    return out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: x * 0.5, "dB louder or softer"),
        (lambda x: np.roll(x, 1024), "not at the same time"),
        (lambda x: np.roll(x, 60), "not at the same time"),
        (lambda x: -x[:, ::-1], "does not sound like|louder or softer"),
        (lambda x: np.where(np.arange(x.shape[1]) // 12000 == 2, 0, x), "louder or softer"),
        (lambda x: x[:, : x.shape[1] // 2], "lasts"),
        (lambda x: np.concatenate((x, x), axis=1), "lasts"),
        (lambda x: np.concatenate((x, x)), "channels"),
    ],
)
def test_other_sound_is_noticed(tmp_path: Path, change: Any, message: str) -> None:
    movie, meant = meant_of(with_sound(tmp_path / "a.mov", "pcm_s16le"))
    listen(movie, 1, again(meant, lambda x: x), frame=aac.FRAME)
    with pytest.raises(VerificationError, match=message):
        listen(movie, 1, again(meant, change), frame=aac.FRAME)


def test_another_start_is_noticed(tmp_path: Path) -> None:
    movie, meant = meant_of(with_sound(tmp_path / "a.mov", "pcm_s16le"))
    with pytest.raises(VerificationError, match="starts"):
        listen(movie, 1, replace(meant, start=Fraction(1, 5)), frame=aac.FRAME)


def test_what_is_heard_is_the_same_in_whatever_parts_it_comes() -> None:
    samples = sound(16000, 2, 3.3).astype(np.float32)
    kept = []
    for step in (100, 1024, 40000, samples.shape[1]):
        one = Heard(16000, 2, 300, {0, 5, 12})
        for at in range(0, samples.shape[1], step):
            one.add(samples[:, at : at + step])
        one.end()
        kept.append(one)
    for other in kept[1:]:
        assert np.allclose(other.levels, kept[0].levels)
        assert other.stretches.keys() == {0, 5, 12}
        assert all(np.array_equal(s, kept[0].stretches[n]) for n, s in other.stretches.items())
    stretch = kept[0].stretches[5][:, 300:2348]
    assert np.array_equal(stretch, samples[:, 5 * 4000 : 5 * 4000 + 2048])
