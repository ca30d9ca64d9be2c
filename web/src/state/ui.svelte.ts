// What of the page is open, and how the picture is shown.
export type View = 'edit' | 'behind' | 'preview' | 'original';
export const views: View[] = ['edit', 'behind', 'preview', 'original'];

class Ui {
  view = $state<View>('edit');
  /** Only files that nobody has checked, or the others. */
  done = $state(false);
  releasing = $state(false);
  /** Who is at the screen, as they say; in this page alone, so that nobody confirms for another. */
  who = $state('');
  helping = $state(false);
  setting = $state(false);
  /** Methods are held side by side. */
  comparing = $state(false);
  /** A video's contact sheet. */
  sheet = $state(false);
  /** First and last frame that were marked on a video's timeline. */
  range = $state.raw<[number | null, number | null]>([null, null]);
  /** Times the stage's own zoom; 1: the whole picture. */
  zoom = $state(1);
  pan = $state<[number, number]>([0, 0]);

  fit(): void {
    this.zoom = 1;
    this.pan = [0, 0];
  }

  /** Mark where a stretch begins or ends; the same place again takes the mark away. */
  mark(edge: 0 | 1, frame: number): void {
    const next: [number | null, number | null] = [...this.range];
    next[edge] = next[edge] === frame ? null : frame;
    this.range = next;
  }

  get busy(): boolean {
    return this.releasing || this.helping || this.setting || this.comparing || this.sheet;
  }
}

export const ui = new Ui();
