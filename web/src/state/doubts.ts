// What to look at next in a video.
import type { Reel } from './reel.svelte';
import type { Review } from './review.svelte';
import { contains } from './spans';

/** On to the next place that may need somebody: one that is in doubt, or was seen after covering; a
 * stretch in which a face was followed and not seen, unless it was watched. */
export function nextDoubt(review: Review, reel: Reel): void {
  const places = review.listed
    .filter((mark) => mark.kind !== 'track')
    .map((mark) => ({ frame: mark.frame, key: mark.key }));
  const known = new Set(review.decisions.tracks.map((track) => track.id));
  for (const { track, first, last } of review.state.unseen) {
    const middle = Math.floor((first + last) / 2);
    const open = known.has(track) && !contains(reel.watched, middle);
    if (open) places.push({ frame: middle, key: `${track}/0` });
  }
  places.sort((a, b) => a.frame - b.frame);
  const at = places.findIndex((one) => one.key === review.selected && one.frame === reel.frame);
  const next = at >= 0 ? places[at + 1] : places.find((one) => one.frame > reel.frame);
  const found = next ?? places[0];
  if (!found) return;
  reel.pause();
  reel.seek(found.frame);
  review.selected = found.key;
}
