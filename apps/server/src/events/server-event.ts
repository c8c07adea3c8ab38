import type { EventActor, EventType } from './event-record.js';

/** One event as clients see it. */
export interface ServerEvent {
  /** `<log>-<sequence>-<index>`: names a place in the log of the repository, also after a restart. */
  readonly id: string;
  readonly type: EventType;
  readonly action?: string | undefined;
  readonly repository: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly actor: EventActor | null;
  /** What was done, in a word. */
  readonly origin: string;
  /** The ref that it is about, where it is about one. */
  readonly ref?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  /** The header `traceparent` of the request that did it. Not sent in it. */
  readonly trace?: string | undefined;
  /** The paths that it changes; `undefined`: too many to know. Not sent. */
  readonly paths: readonly string[] | undefined;
  /** Everybody who has a part in it, as names and addresses. Not sent. */
  readonly people: readonly string[];
}

/** A commit inside an event. */
export interface CommitSummary {
  readonly id: string;
  readonly tree_id: string;
  readonly message: string;
  readonly timestamp: string;
  readonly author: EventActor;
  readonly committer: EventActor;
  readonly parents: readonly string[];
  readonly distinct: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** The id of an event. */
export function eventId(log: string, sequence: number, index: number): string {
  return `${log}-${sequence}-${index}`;
}

/** The place that an id names, or `undefined` where it is none. */
export function parseEventId(text: string): { readonly log: string; readonly sequence: number; readonly index: number } | undefined {
  const match = /^([0-9a-f]{16})-(\d{1,15})-(\d{1,7})$/.exec(text);
  return match === null ? undefined : { log: match[1]!, sequence: Number(match[2]), index: Number(match[3]) };
}

/** An event as it is sent. */
export function eventBody({ paths: _paths, people: _people, trace: _trace, ...event }: ServerEvent) {
  return event;
}
