// Boxes and zones, in pixels of the upright picture.
import type { Growth } from '../api/client';
import type { Mark, Rect } from './review.svelte';

export type Corner = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';
export const corners: Corner[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

const LEAST_PX = 4;

/** What is covered of a picture for a box, as efface grows it; a format's grid may add to it. */
export function zoneOf(mark: Mark, growth: Growth, size: [number, number]): Rect {
  let [x, y, width, height] = mark.rect;
  if (!mark.track?.zone) {
    const across = Math.max((width * (growth.width - 1)) / 2, growth.min_margin_px);
    const along = Math.max((height * (growth.height - 1)) / 2, growth.min_margin_px);
    const ratio = growth.ratio ?? (width + 2 * across) / (height + 2 * along);
    const tall = Math.max(height + 2 * along, (width + 2 * across) / ratio);
    const wide = Math.max(width + 2 * across, tall * ratio);
    [x, y] = [x + (width - wide) / 2, y + (height - tall) / 2];
    [width, height] = [wide, tall + (tall * growth.below) / growth.height];
  }
  return clipped([x, y, width, height], size);
}

export function clipped([x, y, width, height]: Rect, [w, h]: [number, number]): Rect {
  const [x0, y0] = [Math.max(x, 0), Math.max(y, 0)];
  return [x0, y0, Math.max(Math.min(x + width, w) - x0, 0), Math.max(Math.min(y + height, h) - y0, 0)];
}

export function between(a: [number, number], b: [number, number]): Rect {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
}

/** A box moved, so that at least a part of it stays in the picture. */
export function moved([x, y, width, height]: Rect, dx: number, dy: number, [w, h]: [number, number]): Rect {
  return [
    Math.min(Math.max(x + dx, LEAST_PX - width), w - LEAST_PX),
    Math.min(Math.max(y + dy, LEAST_PX - height), h - LEAST_PX),
    width,
    height,
  ];
}

/** A box with one edge or corner dragged. */
export function resized([x, y, width, height]: Rect, corner: Corner, dx: number, dy: number): Rect {
  let [x0, y0, x1, y1] = [x, y, x + width, y + height];
  if (corner.includes('w')) x0 = Math.min(x0 + dx, x1 - LEAST_PX);
  if (corner.includes('e')) x1 = Math.max(x1 + dx, x0 + LEAST_PX);
  if (corner.includes('n')) y0 = Math.min(y0 + dy, y1 - LEAST_PX);
  if (corner.includes('s')) y1 = Math.max(y1 + dy, y0 + LEAST_PX);
  return [x0, y0, x1 - x0, y1 - y0];
}

/** Where a handle sits. */
export function handleAt([x, y, width, height]: Rect, corner: Corner): [number, number] {
  const across = corner.includes('w') ? 0 : corner.includes('e') ? 1 : 0.5;
  const down = corner.includes('n') ? 0 : corner.includes('s') ? 1 : 0.5;
  return [x + across * width, y + down * height];
}
