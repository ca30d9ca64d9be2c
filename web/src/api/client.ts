// What the server is asked; its types are generated from its own description.
import type { components } from './schema';

type Schemas = components['schemas'];
export type DeskState = Schemas['DeskState'];
export type FileSummary = Schemas['FileSummary'];
export type FileState = Schemas['FileState'];
export type Decisions = Schemas['Decisions'];
export type Track = Schemas['TrackEntry'];
export type Box = Schemas['BoxEntry'];
export type Growth = Schemas['ZoneGrowth'];
export type Outcome = Schemas['ReleaseOutcome'];
export type Acceptance = NonNullable<Outcome['acceptable']>;
export type Audience = NonNullable<DeskState['audience']>;
export type Method = DeskState['method'];
export type EvidenceState = Schemas['EvidenceState'];
export type EvidenceOrder = Schemas['EvidenceOrder'];
export type EvidenceOutcome = Schemas['EvidenceOutcome'];
export type WatchedBy = Schemas['WatchedBy'];
export type ClipState = Schemas['ClipState'];
export type Unseen = Schemas['UnseenEntry'];
export type AttackView = Schemas['AttackView'];
export type Happening = Schemas['Happening'];
export type Trouble = Schemas['Trouble'];

/** A frame's picture, and its time in ticks. */
export interface ShownFrame {
  blob: Blob;
  pts: number;
}

/** The server said no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly trouble: Trouble,
  ) {
    super([trouble.message, trouble.hint].filter(Boolean).join(' '));
  }
}

/** The server does not answer. */
export class Unreachable extends Error {}

async function asked(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin' });
  } catch {
    throw new Unreachable();
  }
  if (answer.ok) return answer;
  let trouble: Trouble = { message: answer.statusText, hint: null, current: null };
  try {
    trouble = (await answer.json()) as Trouble;
  } catch {
    // a sentence of the guard's
  }
  throw new Refused(answer.status, trouble);
}

function sent(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  };
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await asked(path, init)).json()) as T;
}

export const server = {
  desk: () => json<DeskState>('/api/desk'),
  choose: (audience: Audience) => json<DeskState>('/api/audience', sent('PUT', { audience })),
  fill: (method: Method) => json<DeskState>('/api/method', sent('PUT', { method })),
  file: (id: string) => json<FileState>(`/api/files/${id}`),
  /** Somebody waits for it: it is looked at next. */
  hurry: (id: string) => asked(`/api/files/${id}/hurry`, { method: 'POST' }),
  decide: (id: string, revision: number, decisions: Decisions) =>
    json<FileState>(
      `/api/files/${id}/decisions`,
      sent('PUT', decisions, { 'if-match': `"${revision}"` }),
    ),
  /** Somebody has looked at what was decided. */
  look: (id: string, revision: number, who: string) =>
    json<FileState>(`/api/files/${id}/looks`, sent('POST', { who }, { 'if-match': `"${revision}"` })),
  release: (id: string, revision: number, accept: Acceptance[], evidence: EvidenceOrder | null) =>
    json<Outcome>(`/api/files/${id}/release`, sent('POST', { revision, accept, evidence })),
  evidence: () => json<EvidenceState>('/api/evidence'),
  makeKey: (name: string, passphrase: string) =>
    json<EvidenceState>('/api/keys', sent('POST', { name, passphrase })),
  attack: (id: string) => json<AttackView>(`/api/files/${id}/attack`, { method: 'POST' }),
  stop: (id: string) => asked(`/api/files/${id}/release`, { method: 'DELETE' }),
  clip: (id: string) => json<ClipState>(`/api/files/${id}/clip`),
  watched: (id: string, spans: [number, number][], who: string) =>
    asked(`/api/files/${id}/watched`, sent('PUT', { spans, who: who === '' ? null : who })),
  /** Nothing comes for a seek that a newer one has overtaken. */
  frame: async (path: string, signal: AbortSignal | null = null): Promise<ShownFrame | null> => {
    const answer = await asked(path, { signal });
    if (answer.status === 204) return null;
    return { blob: await answer.blob(), pts: Number(answer.headers.get('x-efface-pts')) };
  },
  drop: async (file: File): Promise<FileSummary> => {
    const headers = { 'content-type': 'application/octet-stream' };
    return json(`/api/uploads?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file, headers });
  },
  picture: async (path: string) => (await asked(path)).blob(),
};

/** Where a picture of a file is; `key` tells pictures apart that change. */
export function pictureAt(
  id: string,
  what: 'picture' | 'preview',
  page: number,
  side: number,
  key = '',
): string {
  return `/api/files/${id}/${what}?page=${page}&side=${side}${key && `&k=${key}`}`;
}

/** Where a frame of a video is, by its time in ticks. */
export function frameAt(id: string, pts: number, side: number, seek: number, rough = false): string {
  return `/api/files/${id}/frame?pts=${Math.round(pts)}&side=${side}&seek=${seek}${rough ? '&rough=1' : ''}`;
}

/** Where a part of a frame is: what is around a box. */
export function cropAt(id: string, pts: number, box: Box['box'], side: number): string {
  const [x, y, w, h] = box.map(Math.round);
  return `/api/files/${id}/crop?pts=${Math.round(pts)}&x=${x}&y=${y}&w=${w}&h=${h}&side=${side}`;
}
