import { t } from './messages.svelte';
import type { Mark } from './review.svelte';

/** What a mark is called. */
export function nameOf(mark: Mark): string {
  if (mark.kind !== 'track') return t('faces.place', { n: mark.name });
  return t(mark.track?.zone ? 'faces.zone' : 'faces.face', { n: mark.name });
}
