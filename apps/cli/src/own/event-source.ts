/**
 * Events of a repository as they happen: a `text/event-stream` (HTML standard, "Server-sent events") that is asked for again, behind the
 * last event that came, whenever it ends.
 */
import { objectOf } from './contexts.js';

/** A message of a stream. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** A message may hold many commits, and no more than this in bytes. */
const MESSAGE_SIZE_MAX = 16 * 1024 * 1024;

/** The messages in pieces of a stream, however it is cut. Comments are left out. @throws {Error} a message is larger than any can be */
export async function* readMessages(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields: { id?: string; type?: string; data: string[]; size: number } = { data: [], size: 0 };
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    if (rest.length + fields.size > MESSAGE_SIZE_MAX) throw new Error('an event is larger than 16 MiB');
    for (const line of lines) {
      if (line !== '') {
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'id') fields.id = value;
        else if (name === 'event') fields.type = value;
        else if (name === 'data') {
          fields.data.push(value);
          fields.size += value.length;
          if (fields.size > MESSAGE_SIZE_MAX) throw new Error('an event is larger than 16 MiB');
        }
        continue;
      }
      if (fields.type !== undefined || fields.data.length > 0) yield { id: fields.id, type: fields.type ?? 'message', data: fields.data.join('\n') };
      fields = { data: [], size: 0 };
    }
  }
}

/** How events are followed. */
export interface Following {
  /** Opens the stream behind an event, or where it stands. */
  readonly open: (lastId: string | undefined) => Promise<AsyncIterable<Uint8Array>>;
  /** Where it begins. Default: with what happens from then on. */
  readonly after: string | undefined;
  /** Whether nobody wants more. */
  readonly isOver: () => boolean;
  /** Waits before it is asked again. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Told that the stream is interrupted. */
  readonly onInterrupted: (reason: string) => void;
}

/** What ends a stream for good. */
const FINAL = new Set(['access-ended', 'repository-deleted']);
const WAITS_MS = [250, 500, 1000, 2000, 5000, 10_000];

/** Every message that tells of something, for as long as there is access. @throws what `open` throws where asking again does not help */
export async function* follow({ open, after, isOver, wait, onInterrupted }: Following): AsyncGenerator<StreamMessage, void, void> {
  let lastId = after;
  for (let failures = 0; !isOver();) {
    let reason: string | undefined;
    try {
      for await (const message of readMessages(await open(lastId))) {
        failures = 0;
        if (message.type === 'connected') continue;
        if (message.type === 'end') reason = reasonOf(message.data);
        else {
          if (message.id !== undefined) lastId = message.id;
          yield message;
        }
      }
    } catch (error) {
      if (isOver()) return;
      const { status } = error as { status?: unknown };
      // A refusal stays one; a server that starts again, or a proxy without one, does not.
      if (typeof status === 'number' && status < 500 && status !== 429) throw error;
      reason = error instanceof Error ? error.message : String(error);
    }
    if (isOver() || (reason !== undefined && FINAL.has(reason))) return;
    onInterrupted(reason ?? 'the connection ended');
    await wait(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)]!);
  }
}

function reasonOf(data: string): string {
  const reason = objectOf(JSON.parse(data))?.['reason'];
  return typeof reason === 'string' ? reason : 'it ended';
}
