// Which frames were watched: spans, both ends included, apart and in order.
export type Span = [number, number];

export function joined(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
    const before = out.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else out.push([first, last]);
  }
  return out;
}

/** What lies between them, of so many frames. */
export function missing(spans: readonly Span[], frames: number): Span[] {
  const out: Span[] = [];
  let next = 0;
  for (const [first, last] of joined(spans)) {
    if (first > next) out.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next < frames) out.push([next, frames - 1]);
  return out;
}

export function contains(spans: readonly Span[], frame: number): boolean {
  return spans.some(([first, last]) => first <= frame && frame <= last);
}
