// Times as people write them.

/** 83.5 s: 1:23.50 */
export function written(seconds: number, digits = 2): string {
  const parts = 10 ** digits;
  const whole = Math.round(Math.max(seconds, 0) * parts) / parts; // before it is taken apart: 59.99 is no 0:60
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = (whole % 60).toFixed(digits).padStart(digits > 0 ? 3 + digits : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds of what somebody typed; null: it is no time. */
export function read(text: string): number | null {
  if (!/^\s*(\d+:){0,2}\d+([.,]\d+)?\s*$/.test(text)) return null;
  return text
    .replace(',', '.')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}
