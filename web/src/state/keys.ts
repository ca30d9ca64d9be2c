// Everything by keyboard; Keys.svelte lists it.
import { desk } from './desk.svelte';
import { nextDoubt } from './doubts';
import { moved, resized } from './geometry';
import type { Track } from '../api/client';
import type { Mark, Rect, Review } from './review.svelte';
import { ui, views } from './ui.svelte';

const ZOOM = 1.25;
const PAN_PX = 60;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function zoomBy(factor: number): void {
  ui.zoom = Math.min(Math.max(ui.zoom * factor, 1), 64);
  if (ui.zoom === 1) ui.pan = [0, 0];
}

export function shownFiles() {
  return desk.files.filter((file) => (file.checked || file.publication !== null) === ui.done);
}

/** Content with this picture: on to the next. */
export function looksRight(review: Review): void {
  if (desk.state?.two_persons && ui.who !== '') void review.confirm(ui.who);
  else review.check(true);
  desk.update({ ...review.state.summary, checked: true }); // the server's word comes later
  ui.view = 'edit';
  ui.fit();
  desk.forward();
}

/** A zone in the middle of the picture, to be moved by keys. */
export function addInTheMiddle(review: Review): void {
  const [width, height] = review.size;
  const side = Math.max(Math.min(width, height) / 6 / ui.zoom, 8);
  ui.view = 'edit';
  review.add([(width - side) / 2, (height - side) / 2, side, side]);
}

/** Select the next mark, or the next in doubt. */
export function cycle(review: Review, by: number, kind?: Mark['kind']): void {
  const marks = review.listed.filter((mark) => kind === undefined || mark.kind === kind);
  if (marks.length === 0) return;
  const at = marks.findIndex((mark) => mark.key === review.selected);
  const next = at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length;
  const found = marks[next];
  if (found) review.select(found);
}

export function pressed(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (ui.busy || desk.asking || desk.state?.audience == null) return;
  if (target.closest('select, input, textarea, dialog')) return;
  const command = event.ctrlKey || event.metaKey;
  const done = command ? commanded(event) : simple(event, target);
  if (done) event.preventDefault();
}

function commanded(event: KeyboardEvent): boolean {
  const review = desk.current;
  if (!review) return false;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey) review.undo();
  else if (key === 'y' || key === 'z') review.redo();
  else return false;
  return true;
}

function simple(event: KeyboardEvent, target: HTMLElement): boolean {
  switch (event.key) {
    case '?':
      ui.helping = true;
      return true;
    case '[':
      desk.walk(-1, shownFiles());
      return true;
    case ']':
      desk.walk(1, shownFiles());
      return true;
    case 'r':
    case 'R':
      ui.releasing = true;
      return true;
  }
  const review = desk.current;
  if (!review) return false;
  const onButton = target.closest('button') !== null;
  if (event.key === 'Enter' && !onButton && target.getAttribute('role') !== 'button') {
    looksRight(review);
    return true;
  }
  if (event.key.toLowerCase() === 'f') {
    if (ui.who !== '') void review.confirm(ui.who);
    else document.querySelector<HTMLInputElement>('aside input.name')?.focus();
    return true;
  }
  return inVideo(event, review, onButton) || inPicture(event, review);
}

/** What only a video has. */
function inVideo(event: KeyboardEvent, review: Review, onButton: boolean): boolean {
  const { reel, track } = review;
  if (!reel) return false;
  const second = Math.max(Math.round(reel.rate), 1);
  const key = event.key.toLowerCase();
  const by = { ',': -1, '.': 1, '<': -second, '>': second, ';': -second, ':': second }[key];
  const sideways = { arrowleft: -1, arrowright: 1 }[key];
  if (key === ' ' && !onButton) reel.toggle();
  else if (by !== undefined) reel.step(by);
  else if (sideways !== undefined && !review.chosen) reel.step(sideways * (event.shiftKey ? second : 1));
  else if (key === 'n') nextDoubt(review, reel);
  else if (key === 'i') ui.mark(0, reel.frame);
  else if (key === 'o') ui.mark(1, reel.frame);
  else return track !== null && onTrack(event, review, track);
  return true;
}

function onTrack(event: KeyboardEvent, review: Review, track: Track): boolean {
  const [first, last] = ui.range;
  const follower = review.follower(track);
  const key = event.key.toLowerCase();
  if (key === 'k') review.keyFrame(track);
  else if (key === 's') review.split(track);
  else if (key === 'j' && follower) review.join(track, follower);
  else if (key === 'v' && event.shiftKey && first !== null && last !== null && first <= last) review.toggleSpan(track, first, last);
  else return false;
  return true;
}

function inPicture(event: KeyboardEvent, review: Review): boolean {
  const mark = review.chosen ?? review.listed.find((one) => one.key === review.selected) ?? null;
  const view = views[Number(event.key) - 1];
  if (view) ui.view = view;
  else if (event.key === '+' || event.key === '=') zoomBy(ZOOM);
  else if (event.key === '-') zoomBy(1 / ZOOM);
  else if (event.key === '0') ui.fit();
  else if (event.key === 'Escape') review.selected = null;
  else if (event.key in ARROWS) arrow(event, review, review.chosen);
  else if (!letter(event.key.toLowerCase(), review, mark)) return false;
  return true;
}

function letter(key: string, review: Review, mark: Mark | null): boolean {
  if (key === 'a') addInTheMiddle(review);
  else if (key === 'n') cycle(review, 1, 'doubt');
  else if (key === 'm') cycle(review, 1);
  else if (key === 'b') cycle(review, -1);
  else if (mark && key === 'v' && mark.kind === 'track') review.toggle(mark);
  else if (mark && key === 'c' && mark.kind !== 'track') review.judge(mark, true);
  else if (mark && (key === 'delete' || key === 'backspace')) review.remove(mark);
  else return false;
  return true;
}

function arrow(event: KeyboardEvent, review: Review, mark: Mark | null): void {
  const [x, y] = ARROWS[event.key] ?? [0, 0];
  if (!mark || mark.kind !== 'track') {
    ui.pan = [ui.pan[0] - x * PAN_PX, ui.pan[1] - y * PAN_PX];
    return;
  }
  const [width, height] = review.size;
  const step = Math.max(Math.round(Math.max(width, height) / 1000), 1) * (event.shiftKey ? 10 : 1);
  const rect: Rect = event.altKey
    ? resized(mark.rect, 'se', x * step, y * step)
    : moved(mark.rect, x * step, y * step, review.size);
  review.place(mark, rect);
}
