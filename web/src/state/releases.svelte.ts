// Files on their way out: one after the other, each through every gate.
import { SvelteMap } from 'svelte/reactivity';
import { type Acceptance, type FileSummary, type Outcome, server, Unreachable } from '../api/client';
import { desk } from './desk.svelte';
import { evidence } from './evidence.svelte';
import { t } from './messages.svelte';
import type { Review } from './review.svelte';

class Releases {
  files = $state.raw<FileSummary[]>([]);
  working = $state<string | null>(null);
  results = new SvelteMap<string, Outcome>();
  trouble = new SvelteMap<string, string>();
  #stopped = false;
  #accepted = new Map<string, Acceptance[]>();

  forget(): void {
    if (this.working !== null) return;
    this.files = [];
    this.results.clear();
    this.trouble.clear();
    this.#accepted.clear();
    evidence.forget();
  }

  /** Nothing was released, for a reason that lies in what was asked: it can be asked otherwise. */
  get barren(): boolean {
    return this.working === null && this.files.length > 0 && this.files.every((file) => this.trouble.has(file.id));
  }

  back(): void {
    this.files = [];
    this.trouble.clear();
  }

  async start(files: FileSummary[]): Promise<void> {
    this.files = files;
    this.#stopped = false;
    for (const file of files) if (!this.#stopped) await this.#release(file);
  }

  async accept(file: FileSummary, what: Acceptance): Promise<void> {
    this.#accepted.set(file.id, [...(this.#accepted.get(file.id) ?? []), what]);
    await this.#release(file);
  }

  /** What is being written is given up; nothing of it stays. */
  async stop(): Promise<void> {
    if (this.working === null) return;
    this.#stopped = true;
    await server.stop(this.working);
  }

  async #release(file: FileSummary): Promise<void> {
    this.working = file.id;
    this.results.delete(file.id);
    this.trouble.delete(file.id);
    try {
      const review = await desk.reviewOf(file.id);
      await review.reel?.settled();
      if (!(await review.settled())) throw new Error(whyNotKept(review));
      const outcome = await server.release(
        file.id,
        review.revision,
        this.#accepted.get(file.id) ?? [],
        evidence.order(this.files.length === 1),
      );
      review.seen = outcome.uncovered;
      review.released(outcome.state);
      desk.update(outcome.state.summary);
      this.results.set(file.id, outcome);
    } catch (error) {
      this.trouble.set(file.id, said(error));
    } finally {
      this.working = null;
    }
  }
}

function whyNotKept(review: Review): string {
  if (review.keeping === 'refused') return t('keep.refused', { why: review.refusal });
  return t(review.keeping === 'conflict' ? 'conflict.title' : 'keep.offline');
}

function said(error: unknown): string {
  if (error instanceof Unreachable) return t('app.unreachable');
  return error instanceof Error ? error.message : String(error);
}

export const releases = new Releases();
