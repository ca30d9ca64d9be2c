// Tracks of a video: key frames, with what lies between them.
import type { Box, Track } from '../api/client';
import type { Rect } from './review.svelte';

/** Gives a frame its time; the server goes by frames, and people and programs by times. */
export type Timed = (frame: number) => number | null;

export function firstOf(track: Track): number {
  return track.boxes[0]?.frame ?? 0;
}

export function lastOf(track: Track): number {
  return track.boxes.at(-1)?.frame ?? 0;
}

/** The place among a track's boxes of the last that is not after a frame; -1: all are. */
export function placeOf(track: Track, frame: number): number {
  let [low, high] = [0, track.boxes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((track.boxes[middle]?.frame ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where it is in a frame: as efface fills it in, linearly between key frames. */
export function rectAt(track: Track, frame: number): Rect | null {
  const at = placeOf(track, frame);
  const before = track.boxes[at];
  if (!before) return null;
  if (before.frame === frame) return before.box;
  const after = track.boxes[at + 1];
  if (!track.interpolate || !after) return null;
  const t = (frame - before.frame) / (after.frame - before.frame);
  const mixed = before.box.map((value, n) => value + t * ((after.box[n] ?? 0) - value));
  return mixed as Rect;
}

/** Frames without a hole: one stretch of key frames, or several of single boxes. */
export function stretchesOf(track: Track): [number, number][] {
  if (track.interpolate) return [[firstOf(track), lastOf(track)]];
  const out: [number, number][] = [];
  for (const { frame } of track.boxes) {
    const last = out.at(-1);
    if (last && frame <= last[1] + 1) last[1] = frame;
    else out.push([frame, frame]);
  }
  return out;
}

function boxAt(frame: number, rect: Rect, timed: Timed): Box {
  return { frame, pts: timed(frame), box: rect };
}

function inOrder(boxes: Box[]): Box[] {
  return [...boxes].sort((a, b) => a.frame - b.frame);
}

/** The same with a key frame, in place of one that is there. */
export function withKey(track: Track, frame: number, rect: Rect, timed: Timed): Track {
  const others = track.boxes.filter((box) => box.frame !== frame);
  const boxes = inOrder([...others, boxAt(frame, rect, timed)]);
  return { ...track, boxes, ...(boxes.length > 1 && { interpolate: true }) };
}

export function withoutKey(track: Track, frame: number): Track {
  const boxes = track.boxes.filter((box) => box.frame !== frame);
  return boxes.length > 0 ? { ...track, boxes } : track;
}

/** The part of it from one frame to another; null: there is none. */
export function part(track: Track, first: number, last: number, timed: Timed): Track | null {
  const boxes = track.boxes.filter((box) => box.frame >= first && box.frame <= last);
  for (const frame of [first, last]) {
    const rect = rectAt(track, frame);
    if (rect && !boxes.some((box) => box.frame === frame)) boxes.push(boxAt(frame, rect, timed));
  }
  return boxes.length > 0 ? { ...track, boxes: inOrder(boxes) } : null;
}

/** The same with other ends: cut off, or drawn out with the box that was the last there. */
export function withEnds(track: Track, first: number, last: number, timed: Timed): Track {
  const inner = part(track, first, last, timed) ?? track;
  let out = inner;
  const [from, to] = [inner.boxes[0], inner.boxes.at(-1)];
  if (from && first < from.frame) out = withKey(out, first, from.box, timed);
  if (to && last > to.frame) out = withKey(out, last, to.box, timed);
  return out;
}

/** Both as one: what lies between them is covered, too. */
export function joinedWith(track: Track, other: Track): Track {
  const taken = new Set(track.boxes.map((box) => box.frame));
  const boxes = inOrder([...track.boxes, ...other.boxes.filter((box) => !taken.has(box.frame))]);
  return { ...track, boxes, interpolate: true };
}

const NEAR_S = 2;
const NEAR_SIZES = 2.5;

/** Who could be the same person, by motion and place alone: a track that begins soon after this one
 * ends, near to where it was last. */
export function successor(track: Track, tracks: Track[], rate: number): Track | null {
  const end = track.boxes.at(-1);
  if (!end) return null;
  const near = tracks.filter((other) => {
    const start = other.boxes[0];
    if (other === track || !start || Boolean(other.zone) !== Boolean(track.zone)) return false;
    const apart = (start.frame - end.frame) / rate;
    const size = Math.max(end.box[3], start.box[3]);
    const far = Math.hypot(middle(start.box, 0) - middle(end.box, 0), middle(start.box, 1) - middle(end.box, 1));
    const like = Math.max(end.box[3] / start.box[3], start.box[3] / end.box[3]) < 2;
    return apart > 0 && apart <= NEAR_S && far <= size * NEAR_SIZES && like;
  });
  return near.sort((a, b) => firstOf(a) - firstOf(b))[0] ?? null;
}

function middle(box: Rect, axis: 0 | 1): number {
  return box[axis] + box[axis === 0 ? 2 : 3] / 2;
}
