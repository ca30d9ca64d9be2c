// Files that are dropped into the page, one after the other.
import { server } from '../api/client';
import { desk } from './desk.svelte';

class Drops {
  /** Something is dragged over the page. */
  over = $state(false);
  copying = $state<string | null>(null);
  trouble = $state.raw<{ name: string; why: string }[]>([]);

  async take(files: Iterable<File>): Promise<void> {
    const most = desk.state?.droppable_bytes;
    if (most == null) return;
    this.trouble = [];
    for (const file of [...files]) {
      this.copying = file.name;
      try {
        const summary = await server.drop(file);
        await desk.load();
        if (desk.currentId === null) await desk.show(summary.id);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.trouble = [...this.trouble, { name: file.name, why }];
      }
    }
    this.copying = null;
  }
}

export const drops = new Drops();
