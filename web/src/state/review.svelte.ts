// One file under review: decisions with their history, kept on the server one after the other.
import {
  type Box,
  type Decisions,
  type FileState,
  type FileSummary,
  pictureAt,
  Refused,
  server,
  type Track,
  Unreachable,
} from '../api/client';
import type { Reel } from './reel.svelte';
import {
  firstOf,
  joinedWith,
  lastOf,
  part,
  rectAt,
  successor,
  withEnds,
  withKey,
  withoutKey,
} from './tracks';

export type Rect = [x: number, y: number, width: number, height: number];
export type Keeping = 'kept' | 'keeping' | 'offline' | 'refused' | 'conflict';

const AGAIN_MS = 2000;
const SHOWN_PX = 2048;
/** A zone that is drawn in a video lasts so long: what is too long is seen, what is too short is not. */
const DRAWN_S = 5;
/** So far before and after its one frame a face that was nearly missed is covered. */
const DOUBT_S = 1;

/** Something that can be pointed at: a face or zone, a place in doubt, or a face seen at the end. */
export interface Mark {
  key: string;
  kind: 'track' | 'doubt' | 'seen';
  /** Of the track, or the doubt. */
  id: string;
  /** Which of the track's boxes. */
  index: number;
  frame: number;
  rect: Rect;
  name: number;
  track: Track | null;
  score: number | null;
}

export class Review {
  state = $state.raw<FileState>() as FileState;
  decisions = $state.raw<Decisions>() as Decisions;
  past = $state.raw<Decisions[]>([]);
  future = $state.raw<Decisions[]>([]);
  selected = $state<string | null>(null);
  keeping = $state<Keeping>('kept');
  refusal = $state('');
  #page = $state(0);
  #url = $state<string | null>(null);
  /** Faces that the second detector saw after the last try to release it. */
  seen = $state.raw<Box[]>([]);
  #revision: number;
  #theirs: FileState | null = null;
  #sending = false;
  #waiting = false;

  constructor(
    state: FileState,
    /** Of a video: its frames. */
    readonly reel: Reel | null = null,
  ) {
    this.state = state;
    this.decisions = state.decisions;
    this.#revision = state.summary.revision;
    if (reel) reel.knows(state.watched);
    else void this.#load();
  }

  /** The page, or the frame whose picture is shown. */
  get page(): number {
    return this.reel ? Math.max(this.reel.shown, 0) : this.#page;
  }

  get url(): string | null {
    return this.reel ? this.reel.url : this.#url;
  }

  get id(): string {
    return this.state.summary.id;
  }

  get revision(): number {
    return this.#revision;
  }

  get size(): [number, number] {
    const { media } = this.state;
    const page = media.pages?.find((one) => one.frame === this.page);
    return page ? [page.width, page.height] : [media.width, media.height];
  }

  get pages(): number {
    return this.state.media.frames;
  }

  get openDoubts(): string[] {
    return this.state.doubtful
      .map((_, at) => `d${at + 1}`)
      .filter((id) => !(id in this.decisions.doubts));
  }

  get marks(): Mark[] {
    const out: Mark[] = [];
    this.#named.forEach(([track, name]) => {
      if (this.reel) {
        const rect = this.reel.clip?.exact ? rectAt(track, this.page) : null;
        if (rect) out.push(markOf(track, name, 0, rect, null));
        return;
      }
      track.boxes.forEach((box, index) => {
        if (track.interpolate ? index > 0 : box.frame !== this.page) return;
        out.push(markOf(track, name, index, box.box, box.score ?? null));
      });
    });
    const here = (mark: Mark): boolean => mark.frame === this.page;
    return [...out, ...this.#doubted.filter(here), ...this.#uncovered.filter(here)];
  }

  /** For a list of everything: of a video with the frame that shows each best. */
  get listed(): Mark[] {
    if (!this.reel) return this.marks.filter((mark) => mark.index === 0);
    const tracks = this.#named.map(([track, name]) => {
      const seen = track.boxes.filter((box) => typeof box.score === 'number');
      const [first] = seen.length > 0 ? seen : track.boxes;
      const best = seen.reduce((most, box) => Math.max(most, box.score ?? 0), 0);
      const rect = first?.box ?? [0, 0, 1, 1];
      return { ...markOf(track, name, 0, rect, seen.length > 0 ? best : null), frame: first?.frame ?? 0 };
    });
    return [...tracks, ...this.#doubted, ...this.#uncovered];
  }

  get #named(): [Track, number][] {
    let faces = 0;
    let zones = 0;
    return this.decisions.tracks.map((track) => [track, track.zone ? ++zones : ++faces]);
  }

  get #doubted(): Mark[] {
    return this.openDoubts.flatMap((id) => {
      const number = Number(id.slice(1));
      const box = this.state.doubtful[number - 1];
      if (!box) return [];
      const [name, rect, score] = [number, box.box, box.score ?? null];
      return [{ key: id, kind: 'doubt' as const, id, index: 0, frame: box.frame, rect, name, track: null, score }];
    });
  }

  get #uncovered(): Mark[] {
    return this.seen.map((box, at) => {
      const [id, name, rect] = [`s${at}`, at + 1, box.box];
      return { key: id, kind: 'seen' as const, id, index: 0, frame: box.frame, rect, name, track: null, score: null };
    });
  }

  get chosen(): Mark | null {
    return this.marks.find((mark) => mark.key === this.selected) ?? null;
  }

  /** The track that is selected, whether it shows here or not. */
  get track(): Track | null {
    const id = this.selected?.split('/')[0];
    return this.decisions.tracks.find((track) => track.id === id) ?? null;
  }

  /** Select something, and go to where it shows. */
  select(mark: Mark): void {
    this.selected = mark.key;
    if (!this.reel) return;
    const { track } = mark;
    const shows = track ? rectAt(track, this.page) !== null : mark.frame === this.page;
    if (!shows) {
      this.reel.pause();
      this.reel.seek(mark.frame);
    }
  }

  /** Whether it was released, and with other decisions than these. */
  get changedSince(): boolean {
    const { publication } = this.state.summary;
    return publication !== null && publication.revision !== this.#revision;
  }

  add(rect: Rect): void {
    const id = this.#fresh('z');
    const boxes = this.reel ? this.#lasting(rect, this.page, 0, DRAWN_S) : this.#everywhere(rect);
    const track: Track = { id, source: 'person', zone: true, boxes };
    if (boxes.length > 1) track.interpolate = true;
    this.#commit({ tracks: [...this.decisions.tracks, track] });
    this.selected = `${id}/0`;
  }

  place(mark: Mark, rect: Rect): void {
    if (this.reel) {
      this.#track(mark.id, (track) => withKey(track, this.page, rect, this.#timed));
      return;
    }
    this.#track(mark.id, (track) => ({
      ...track,
      boxes: track.boxes.map((box, at) =>
        at === mark.index || track.interpolate ? { ...box, box: rect } : box,
      ),
    }));
  }

  toggle(mark: Mark): void {
    this.#track(mark.id, (track) => ({
      ...track,
      action: track.action === 'keep' ? 'redact' : 'keep',
    }));
  }

  remove(mark: Mark): void {
    if (mark.kind === 'doubt') return this.judge(mark, false);
    if (mark.kind === 'seen') return;
    const doubts = { ...this.decisions.doubts };
    if (doubts[mark.id.slice(1)] === 'face') delete doubts[mark.id.slice(1)];
    this.#commit({
      tracks: this.decisions.tracks.filter((track) => track.id !== mark.id),
      doubts,
    });
    this.selected = null;
  }

  /** Say of a place in doubt, or of a face that was seen at the end, whether it is to be covered. */
  judge(mark: Mark, face: boolean): void {
    const doubts = { ...this.decisions.doubts };
    if (mark.kind === 'doubt') doubts[mark.id] = face ? 'face' : 'nothing';
    if (!face) {
      this.#commit({ doubts });
      this.selected = null;
      return;
    }
    const id = mark.kind === 'doubt' ? `p${mark.id}` : this.#fresh('p');
    const boxes = this.reel
      ? this.#lasting(mark.rect, mark.frame, DOUBT_S, DOUBT_S)
      : [{ frame: this.page, pts: null, box: mark.rect }];
    const track: Track = { id, source: 'person', boxes };
    if (boxes.length > 1) track.interpolate = true;
    this.#commit({ tracks: [...this.decisions.tracks, track], doubts });
    if (mark.kind === 'seen') this.seen = this.seen.filter((_, at) => `s${at}` !== mark.id);
    this.selected = `${id}/0`;
  }

  /** A key frame here, or none any more. */
  keyFrame(track: Track): void {
    const rect = rectAt(track, this.page);
    if (!rect) return;
    const there = track.boxes.some((box) => box.frame === this.page);
    this.#track(track.id, (one) =>
      there ? withoutKey(one, this.page) : withKey(one, this.page, rect, this.#timed),
    );
  }

  /** Where a track begins and ends. */
  end(track: Track, first: number, last: number): void {
    const most = this.pages - 1;
    const from = Math.min(Math.max(first, 0), last);
    const to = Math.max(Math.min(last, most), from);
    if (from === firstOf(track) && to === lastOf(track)) return;
    this.#track(track.id, (one) => withEnds(one, from, to, this.#timed));
  }

  /** Two tracks out of one: the second begins here. */
  split(track: Track): void {
    this.#parted(track, this.page, lastOf(track), {});
  }

  /** Visible, or covered, from one frame to another only. */
  toggleSpan(track: Track, first: number, last: number): void {
    this.#parted(track, first, last, { action: track.action === 'keep' ? 'redact' : 'keep' });
  }

  /** Who could be the same person, after this one. */
  follower(track: Track): Track | null {
    return this.reel ? successor(track, this.decisions.tracks, this.reel.rate) : null;
  }

  join(track: Track, other: Track): void {
    const one = joinedWith(track, other);
    const tracks = this.decisions.tracks.filter((own) => own !== other);
    this.#commit({ tracks: tracks.map((own) => (own === track ? one : own)) });
    this.selected = `${track.id}/0`;
  }

  lookAgain(): void {
    const doubts = Object.entries(this.decisions.doubts).filter(([, what]) => what === 'face');
    this.#commit({ doubts: Object.fromEntries(doubts) });
  }

  check(checked: boolean): void {
    if (checked !== this.decisions.checked) this.#commit({ checked });
  }

  /** Somebody has looked at all of it, and says so by name. */
  async confirm(who: string): Promise<void> {
    this.check(true);
    await this.reel?.settled();
    if (!(await this.settled())) return;
    try {
      this.state = await server.look(this.id, this.#revision, who);
    } catch (error) {
      this.#failed(error);
    }
  }

  undo(): void {
    const before = this.past.at(-1);
    if (!before) return;
    this.past = this.past.slice(0, -1);
    this.future = [...this.future, this.decisions];
    this.#set(before);
  }

  redo(): void {
    const after = this.future.at(-1);
    if (!after) return;
    this.future = this.future.slice(0, -1);
    this.past = [...this.past, this.decisions];
    this.#set(after);
  }

  /** After a conflict: what is there is taken over; undo leads back to what was here. */
  takeTheirs(): void {
    if (!this.#theirs) return;
    this.past = [...this.past, this.decisions];
    this.future = [];
    this.took(this.#theirs);
    this.#theirs = null;
    this.keeping = 'kept';
  }

  took(state: FileState): void {
    this.state = state;
    this.decisions = state.decisions;
    this.#revision = state.summary.revision;
  }

  /** What the server says after a release; what was decided here meanwhile stays. */
  released(state: FileState): void {
    if (this.keeping === 'kept' && state.summary.revision >= this.#revision) this.took(state);
  }

  heard(summary: FileSummary): void {
    if (summary.revision >= this.#revision) this.state = { ...this.state, summary };
  }

  async turn(to: number): Promise<void> {
    this.#page = Math.min(Math.max(to, 0), this.pages - 1);
    this.selected = null;
    await this.#load();
  }

  /** When everything that was decided is kept. */
  async settled(): Promise<boolean> {
    while (this.keeping === 'keeping') await new Promise((go) => setTimeout(go, 30));
    return this.keeping === 'kept';
  }

  #everywhere(rect: Rect): Box[] {
    const { media } = this.state;
    const last = media.frames - 1;
    const frames = last > 0 && !media.pages?.length ? [0, last] : [this.page];
    return frames.map((frame) => ({ frame, pts: null, box: rect }));
  }

  #timed = (frame: number): number | null => this.reel?.pts(frame) ?? null;

  /** A box that stays put around a frame. */
  #lasting(rect: Rect, frame: number, before: number, after: number): Box[] {
    const [rate, last] = [this.reel?.rate ?? 1, this.pages - 1];
    const ends = [Math.max(frame - Math.round(before * rate), 0), Math.min(frame + Math.round(after * rate), last)];
    return [...new Set(ends)].map((at) => ({ frame: at, pts: this.#timed(at), box: rect }));
  }

  /** A track in up to three: the frames from the first to the last with something changed. */
  #parted(track: Track, first: number, last: number, changed: Partial<Track>): void {
    const middle = part(track, first, last, this.#timed);
    if (!middle) return;
    const parts: Track[] = [];
    const before = first > firstOf(track) ? part(track, firstOf(track), first - 1, this.#timed) : null;
    if (before) parts.push(before);
    const own = before ? this.#fresh('p', parts) : track.id;
    parts.push({ ...middle, id: own, ...changed });
    const after = last < lastOf(track) ? part(track, last + 1, lastOf(track), this.#timed) : null;
    if (after) parts.push({ ...after, id: this.#fresh('p', parts) });
    if (parts.length === 1 && Object.keys(changed).length === 0) return;
    this.#commit({ tracks: this.decisions.tracks.flatMap((one) => (one === track ? parts : [one])) });
    this.selected = `${own}/0`;
  }

  #fresh(letter: string, others: Track[] = []): string {
    const taken = new Set([...this.decisions.tracks, ...others].map((track) => track.id));
    for (const past of [...this.past, ...this.future]) {
      for (const track of past.tracks) taken.add(track.id);
    }
    let number = 1;
    while (taken.has(`${letter}${number}`)) number += 1;
    return `${letter}${number}`;
  }

  #track(id: string, change: (track: Track) => Track): void {
    this.#commit({
      tracks: this.decisions.tracks.map((track) => (track.id === id ? change(track) : track)),
    });
  }

  #commit(changed: Partial<Decisions>): void {
    this.past = [...this.past, this.decisions];
    this.future = [];
    this.#set({ ...this.decisions, ...changed });
  }

  #set(decisions: Decisions): void {
    this.decisions = decisions;
    if (this.keeping === 'conflict') return;
    this.keeping = 'keeping';
    void this.#keep();
  }

  async #keep(): Promise<void> {
    if (this.#sending) {
      this.#waiting = true;
      return;
    }
    this.#sending = true;
    try {
      do {
        this.#waiting = false;
        const state = await server.decide(this.id, this.#revision, this.decisions);
        this.state = state;
        this.#revision = state.summary.revision;
      } while (this.#waiting);
      this.keeping = 'kept';
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#sending = false;
    }
  }

  #failed(error: unknown): void {
    if (error instanceof Refused && error.status === 412 && error.trouble.current) {
      this.#theirs = error.trouble.current;
      this.keeping = 'conflict';
    } else if (error instanceof Unreachable) {
      this.keeping = 'offline';
      setTimeout(() => void this.#keep(), AGAIN_MS);
    } else {
      this.keeping = 'refused';
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  async #load(): Promise<void> {
    const page = this.page;
    const blob = await server.picture(pictureAt(this.id, 'picture', page, SHOWN_PX));
    if (page !== this.page) return;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = URL.createObjectURL(blob);
  }
}

function markOf(track: Track, name: number, index: number, rect: Rect, score: number | null): Mark {
  const [key, kind, id] = [`${track.id}/${index}`, 'track' as const, track.id];
  return { key, kind, id, index, frame: track.boxes[index]?.frame ?? 0, rect, name, track, score };
}
