// The files that are open, as the server tells them.
import {
  type Audience,
  type DeskState,
  type FileSummary,
  type Happening,
  type Method,
  server,
  Unreachable,
} from '../api/client';
import { Reel } from './reel.svelte';
import { Review } from './review.svelte';

const REORDER_MS = 700;

/** What is being done to a file, and how far it has come. */
export interface Step {
  id: string;
  step: string;
  share: number | null;
  began: number;
  from: number;
}

class Desk {
  state = $state.raw<DeskState | null>(null);
  files = $state.raw<FileSummary[]>([]);
  current = $state.raw<Review | null>(null);
  currentId = $state<string | null>(null);
  reachable = $state(true);
  asking = $state(false);
  done = $state(0);
  of = $state(0);
  step = $state.raw<Step | null>(null);
  #reels = new Map<string, Reel>();
  #reviews = new Map<string, Promise<Review>>();
  #open = new Map<string, Review>();
  #started = 0;
  #doneAtStart = 0;
  /** Somebody asked for the current file; until then any that is ready will do. */
  #wanted = false;
  #ordering: ReturnType<typeof setTimeout> | undefined;

  get summary(): FileSummary | null {
    return this.files.find((file) => file.id === this.currentId) ?? null;
  }

  /** Seconds until every file has been looked at, as far as the pace so far tells. */
  get left(): number | null {
    const made = this.done - this.#doneAtStart;
    if (made < 2 || this.done >= this.of) return null;
    return (((performance.now() - this.#started) / made) * (this.of - this.done)) / 1000;
  }

  /** The frames of a video; there is one reel of each. */
  reel(id: string): Reel {
    const known = this.#reels.get(id);
    if (known) return known;
    const reel = new Reel(id);
    this.#reels.set(id, reel);
    return reel;
  }

  /** Seconds until a step is done, as far as its pace so far tells. */
  secondsOf(step: Step): number | null {
    const share = step.share ?? 0;
    const made = share - step.from;
    const passed = performance.now() - step.began;
    if (made <= 0 || passed < 3000) return null;
    return ((passed / made) * (1 - share)) / 1000;
  }

  async open(): Promise<void> {
    await this.load();
    this.#started = performance.now();
    this.#doneAtStart = this.done;
    this.#listen();
    this.forward();
  }

  async load(): Promise<void> {
    try {
      this.#take(await server.desk());
      this.reachable = true;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.reachable = false;
    }
  }

  async choose(audience: Audience): Promise<void> {
    this.#take(await server.choose(audience));
    this.asking = false;
    this.#reviews.clear();
    this.#open.clear();
    for (const reel of this.#reels.values()) reel.unreviewed();
    const id = this.currentId;
    this.current = null;
    if (id !== null) await this.show(id);
  }

  async fill(method: Method): Promise<void> {
    this.#take(await server.fill(method));
  }

  async show(id: string): Promise<void> {
    this.currentId = id;
    this.current = this.#open.get(id) ?? null;
    if (this.current) return;
    const summary = this.files.find((file) => file.id === id);
    if (summary?.stage !== 'ready') {
      if (summary?.stage === 'waiting') await server.hurry(id).catch(() => undefined);
      return;
    }
    if (this.state?.audience == null) return; // from whom people are hidden decides what is covered
    const review = await this.reviewOf(id);
    if (this.currentId === id && this.#open.get(id) === review) this.current = review;
  }

  /** A file's review; begun when nobody has looked at it yet. There is one of each file. */
  reviewOf(id: string): Promise<Review> {
    const known = this.#reviews.get(id);
    if (known) return known;
    const begun: Promise<Review> = server.file(id).then((state) => {
      const video = state.media.kind === 'video';
      const review = new Review(state, video ? this.reel(id) : null);
      // What was asked for under an earlier answer to the first question is of no use any more.
      if (this.#reviews.get(id) === begun) this.#open.set(id, review);
      return review;
    });
    this.#reviews.set(id, begun);
    begun.catch(() => {
      if (this.#reviews.get(id) === begun) this.#reviews.delete(id);
    });
    return begun;
  }

  /** On to the next file that nobody has checked, the most doubtful first; then to one that is still
   * looked at, which comes up as soon as it is ready. */
  forward(): void {
    const open = this.files.filter((file) => !file.checked && file.stage !== 'failed');
    const ready = open.filter((file) => file.stage === 'ready');
    const at = ready.findIndex((file) => file.id === this.currentId);
    const other = (file: FileSummary) => file.id !== this.currentId;
    const next = ready[at + 1] ?? ready.find(other) ?? open.find(other) ?? this.files[0];
    if (next && next.id !== this.currentId) void this.show(next.id);
  }

  /** Show a file that somebody asked for. */
  async ask(id: string): Promise<void> {
    this.#wanted = true;
    await this.show(id);
  }

  walk(by: number, shown: FileSummary[]): void {
    const at = shown.findIndex((file) => file.id === this.currentId);
    const next = shown[Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next) void this.ask(next.id);
  }

  update(summary: FileSummary): void {
    const known = this.#ownWord(summary);
    this.files = this.files.map((file) => (file.id === summary.id ? known : file));
  }

  /** What was decided here may be newer than what the server told of it. */
  #ownWord(told: FileSummary): FileSummary {
    // Whoever has looked at a file never begins anew: such news were long on their way.
    const known = this.files.find((file) => file.id === told.id);
    const late = known?.stage === 'ready' && (told.stage === 'waiting' || told.stage === 'looking');
    const file = late ? known : told;
    const own = this.#open.get(file.id);
    return own ? { ...file, checked: own.decisions.checked } : file;
  }

  #take(state: DeskState): void {
    this.state = state;
    this.files = state.files.map((file) => this.#ownWord(file));
    this.of = state.files.length;
    this.done = state.files.filter((f) => f.stage !== 'waiting' && f.stage !== 'looking').length;
    if (this.currentId !== null) this.#follow();
  }

  #listen(): void {
    const source = new EventSource('/api/happenings');
    source.onopen = () => void this.load();
    source.onerror = () => (this.reachable = false);
    source.onmessage = (event: MessageEvent<string>) => {
      const happening = JSON.parse(event.data) as Happening;
      if (happening.file) this.#hear(happening.file, happening.step, happening.share);
      if (happening.done !== null && happening.of !== null) {
        this.done = happening.done;
        this.of = happening.of;
        this.#reorder();
      }
    };
  }

  #hear(file: FileSummary, step: string | null, share: number | null): void {
    if (step) {
      const same = this.step?.id === file.id && this.step.step === step ? this.step : null;
      const [began, from] = [same?.began ?? performance.now(), same?.from ?? share ?? 0];
      this.step = { id: file.id, step, share, began, from };
    } else if (this.step?.id === file.id) this.step = null;
    this.update(file);
    this.#open.get(file.id)?.heard(file);
    this.#follow();
  }

  /** A file that has become ready comes up, however that was heard. */
  #follow(): void {
    if (this.current || !this.state) return;
    // Not another one while the current file is still on its way from the server.
    const own = this.summary?.stage === 'ready' ? this.summary : undefined;
    const ready = own ?? (this.#wanted ? undefined : this.files.find((f) => f.stage === 'ready' && !f.checked));
    if (ready) void this.show(ready.id);
  }

  /** Files come into the server's order, now and then while it still looks for faces. */
  #reorder(): void {
    this.#ordering ??= setTimeout(() => {
      this.#ordering = undefined;
      void this.load();
    }, REORDER_MS);
  }
}

export const desk = new Desk();
