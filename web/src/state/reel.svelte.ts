// A video's frames, one at a time: the newest seek wins, those around it are fetched beforehand.
import { type ClipState, frameAt, server, type ShownFrame, Unreachable, type WatchedBy } from '../api/client';
import { joined, type Span } from './spans';

const HELD = 160;
const AHEAD = 12;
const BEHIND = 6;
const RESTS_MS = 120;
/** Frames that are shown no farther apart than this, one after the other, count as watched. */
const WATCHED_S = 0.25;
const TELL_MS = 1000;
const AGAIN_MS = 1000;
const SIDES = [640, 1024, 1536, 2048];
export const speeds = [0.25, 0.5, 1, 2, 4];

export class Reel {
  clip = $state.raw<ClipState | null>(null);
  /** Where somebody wants to be, and the frame whose picture is there. */
  frame = $state(0);
  shown = $state(-1);
  url = $state<string | null>(null);
  playing = $state(false);
  waiting = $state(false);
  speed = $state(1);
  watched = $state.raw<Span[]>([]);
  trouble = $state('');
  #times = $state.raw<number[]>([]);
  #held = new Map<number, string>();
  #asked = new Map<number, AbortController>();
  #side = 1024;
  #seek = 0;
  #rough: number | null = null;
  #roughing = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #untold: Span[] = [];
  #telling: ReturnType<typeof setTimeout> | undefined;
  #began: { at: number; frame: number } | null = null;
  #who = '';
  #watchers = new Map<string, Span[]>();
  /** Its faces are shown: until then nobody can see what is not covered. */
  #reviewed = false;

  constructor(readonly id: string) {
    void this.load();
  }

  get frames(): number {
    return this.#times.length;
  }

  get rate(): number {
    const long = this.seconds(this.frames - 1);
    return long > 0 ? (this.frames - 1) / long : 25;
  }

  /** Seconds from the first frame. */
  seconds(frame: number): number {
    const start = this.#times[0] ?? 0;
    const at = this.#times[Math.min(Math.max(Math.round(frame), 0), this.frames - 1)] ?? start;
    return (at - start) * (this.clip?.tick_s ?? 1);
  }

  pts(frame: number): number {
    return this.#times[Math.min(Math.max(frame, 0), this.frames - 1)] ?? 0;
  }

  /** The frame that is shown at a time. */
  at(seconds: number): number {
    return this.#numbered((this.#times[0] ?? 0) + seconds / (this.clip?.tick_s ?? 1) + 0.5);
  }

  /** Ask when frames are shown; until each was counted that is an estimate. */
  async load(): Promise<void> {
    try {
      const clip = await server.clip(this.id);
      if (!clip.exact) setTimeout(() => void this.load(), AGAIN_MS);
      if (this.clip && !clip.exact) return;
      const pts = this.pts(this.frame);
      const times = [clip.times.start];
      for (const [step, count] of clip.times.steps) {
        for (let n = 0; n < count; n += 1) times.push((times.at(-1) ?? 0) + step);
      }
      this.#times = times;
      const first = this.clip === null;
      this.clip = clip;
      this.#forget();
      this.seek(first ? 0 : this.#numbered(pts));
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
      if (error instanceof Unreachable) setTimeout(() => void this.load(), AGAIN_MS);
    }
  }

  /** How large it is shown, in real pixels. */
  size(longest: number): void {
    const side = SIDES.find((one) => one >= longest) ?? SIDES.at(-1) ?? 2048;
    if (side <= this.#side) return;
    this.#side = side;
    this.#forget();
    if (this.clip) this.seek(this.frame);
  }

  /** Go to a frame; while somebody scrubs, the key frame before it will do until he rests. */
  seek(frame: number, scrubbing = false): void {
    this.frame = Math.min(Math.max(Math.round(frame), 0), Math.max(this.frames - 1, 0));
    clearTimeout(this.#resting);
    if (this.#show(this.frame)) {
      this.#around();
      return;
    }
    this.#begin();
    this.#roughly(this.frame);
    if (scrubbing) this.#resting = setTimeout(() => void this.#exactly(this.frame), RESTS_MS);
    else void this.#exactly(this.frame);
  }

  step(by: number): void {
    this.pause();
    this.seek(this.frame + by);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.frames < 2) return;
    if (this.frame >= this.frames - 1) this.seek(0);
    this.playing = true;
    this.#begin();
    this.#began = null;
    requestAnimationFrame(() => this.#tick());
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.waiting = false;
    this.seek(this.shown >= 0 ? this.shown : this.frame);
  }

  faster(by: number): void {
    const at = speeds.indexOf(this.speed) + by;
    this.speed = speeds[Math.min(Math.max(at, 0), speeds.length - 1)] ?? 1;
    this.#began = null;
  }

  /** It is reviewed from now on, and this was watched before. */
  knows(spans: Span[]): void {
    this.watched = joined([...spans, ...this.watched]);
    this.#reviewed = true;
    if (this.clip?.exact && this.shown >= 0) this.#watch(this.shown);
  }

  /** What is covered is asked for once more: until it is known nothing counts as watched. */
  unreviewed(): void {
    this.#reviewed = false;
  }

  /** From now on it is watched under this name; empty: under none. What counts is what they saw. */
  by(who: string, known: WatchedBy[]): void {
    if (who === this.#who) return;
    void this.settled();
    this.#watchers.set(this.#who, this.watched);
    this.#who = who;
    const same = known.filter((one) => one.who.toLowerCase() === who.toLowerCase());
    const here = this.#watchers.get(who) ?? [];
    this.watched = joined([...same.flatMap((one) => one.spans), ...here]);
    if (this.clip?.exact && this.#reviewed && this.shown >= 0) this.#watch(this.shown);
  }

  get #stride(): number {
    return Math.max(Math.round((this.rate * this.speed) / 30), 1);
  }

  #tick(): void {
    if (!this.playing) return;
    const now = performance.now();
    this.#began ??= { at: now, frame: this.frame };
    const passed = ((now - this.#began.at) / 1000) * this.speed;
    const due = this.at(this.seconds(this.#began.frame) + passed);
    // It plays from where it stands: that frame, too, is shown before the next one is.
    const next = this.shown === this.frame ? Math.min(this.frame + this.#stride, this.frames - 1) : this.frame;
    this.#ahead();
    if (due >= next && next !== this.shown) {
      if (this.#show(next)) {
        this.frame = next;
        this.waiting = false;
        if (due - next > this.rate * WATCHED_S * this.speed) this.#began = { at: now, frame: next };
      } else this.waiting = true;
    }
    if (this.frame >= this.frames - 1 && this.shown === this.frame) {
      this.pause();
      return;
    }
    requestAnimationFrame(() => this.#tick());
  }

  #ahead(): void {
    const stride = this.#stride;
    for (let n = 0; n <= AHEAD; n += 1) void this.#fetch(Math.min(this.frame + n * stride, this.frames - 1));
  }

  #around(): void {
    for (let n = 1; n <= AHEAD; n += 1) void this.#fetch(this.frame + n);
    for (let n = 1; n <= BEHIND; n += 1) void this.#fetch(this.frame - n);
  }

  /** A new seek: whatever earlier ones still wait for is let go. */
  #begin(): void {
    this.#seek = Math.max(Date.now(), this.#seek + 1);
    for (const asked of this.#asked.values()) asked.abort();
    this.#asked.clear();
  }

  async #exactly(frame: number): Promise<void> {
    await this.#fetch(frame);
    if (this.frame !== frame || this.playing) return;
    if (this.#show(frame)) this.#around();
    else if (this.trouble === '') this.#resting = setTimeout(() => void this.#exactly(frame), RESTS_MS);
  }

  async #fetch(frame: number): Promise<void> {
    if (frame < 0 || frame >= this.frames || this.#held.has(frame) || this.#asked.has(frame)) return;
    const control = new AbortController();
    this.#asked.set(frame, control);
    try {
      const at = frameAt(this.id, this.pts(frame), this.#side, this.#seek);
      const found = await server.frame(at, control.signal);
      if (!found && !control.signal.aborted) this.#seek = Math.max(Date.now(), this.#seek + 1); // another tab's was newer
      if (found && !control.signal.aborted) this.#hold(this.clip?.exact ? this.#numbered(found.pts) : frame, found);
      this.trouble = '';
    } catch (error) {
      if (!control.signal.aborted) this.trouble = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#asked.get(frame) === control) this.#asked.delete(frame);
    }
  }

  /** One at a time, and the latest that was asked for next. */
  #roughly(frame: number): void {
    this.#rough = frame;
    if (!this.#roughing) void this.#sketch();
  }

  async #sketch(): Promise<void> {
    this.#roughing = true;
    try {
      while (this.#rough !== null) {
        const wanted = this.#rough;
        this.#rough = null;
        const found = await server.frame(frameAt(this.id, this.pts(wanted), this.#side, 0, true));
        if (!found || this.shown === this.frame || this.playing) continue;
        const number = this.#numbered(found.pts);
        this.#hold(number, found);
        this.url = this.#held.get(number) ?? null;
        this.shown = number;
      }
    } catch {
      // the exact one says what is the matter
    } finally {
      this.#roughing = false;
    }
  }

  #show(frame: number): boolean {
    const held = this.#held.get(frame);
    if (held === undefined) return false;
    this.#held.delete(frame);
    this.#held.set(frame, held);
    if (this.clip?.exact && this.#reviewed) this.#watch(frame);
    this.url = held;
    this.shown = frame;
    return true;
  }

  #hold(frame: number, found: ShownFrame): void {
    const before = this.#held.get(frame);
    if (before !== undefined) return;
    this.#held.set(frame, URL.createObjectURL(found.blob));
    for (const [old, url] of this.#held) {
      if (this.#held.size <= HELD) break;
      if (old === this.shown) continue;
      URL.revokeObjectURL(url);
      this.#held.delete(old);
    }
  }

  #forget(): void {
    for (const [frame, url] of this.#held) if (frame !== this.shown) URL.revokeObjectURL(url);
    this.#held.clear();
  }

  /** Somebody sees this frame, and what lay between the last one and it, unless that is long. */
  #watch(frame: number): void {
    const from = Math.abs(this.seconds(frame) - this.seconds(this.shown)) <= WATCHED_S && this.shown >= 0 ? this.shown : frame;
    const span: Span = [Math.min(from, frame), Math.max(from, frame)];
    this.watched = joined([...this.watched, span]);
    this.#untold.push(span);
    this.#telling ??= setTimeout(() => void this.#tell(), TELL_MS);
  }

  async #tell(): Promise<void> {
    this.#telling = undefined;
    const spans = joined(this.#untold);
    this.#untold = [];
    try {
      await server.watched(this.id, spans, this.#who);
    } catch {
      this.#untold.push(...spans); // with the next ones
    }
  }

  /** Everything that was watched is known to the server. */
  async settled(): Promise<void> {
    clearTimeout(this.#telling);
    if (this.#untold.length > 0) await this.#tell();
  }

  #numbered(pts: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= pts) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }
}
