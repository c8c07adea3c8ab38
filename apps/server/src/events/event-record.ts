import type { ObjectId } from '@govc/core';

/** Who did something. */
export interface EventActor {
  readonly name: string;
  readonly email: string;
}

/** One ref that moved. */
export interface RefMove {
  readonly ref: string;
  /** `null`: it was not there. */
  readonly before: ObjectId | null;
  /** `null`: it is gone. */
  readonly after: ObjectId | null;
  /** Of a ref that was made: the tip of the current branch at that time, whose commits are not new. */
  readonly base?: ObjectId | undefined;
}

/** Something that is no move of refs. */
export interface EventNote {
  readonly type: EventType;
  readonly action: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What one line of an event log says: what a batch did, in as few words as it can be told anew from the repository. */
export interface EventRecord {
  /** Counts from 1 in each log, without gaps. */
  readonly sequence: number;
  readonly timeMs: number;
  /** `undefined`: not known, because it happened outside of the server or before a crash. */
  readonly actor?: EventActor | undefined;
  /** What was done, in a word: `push`, `commit`, `merge`; `outside` for what others did to the repository. */
  readonly origin: string;
  /** The header `traceparent` of the request that did it. */
  readonly trace?: string | undefined;
  readonly moves?: readonly RefMove[] | undefined;
  readonly note?: EventNote | undefined;
}

/** What happens. */
export const EVENT_TYPES = [
  'push', 'commit', 'branch', 'tag', 'ref', 'merge', 'stash', 'reset', 'rebase', 'cherry-pick', 'revert', 'repository', 'reality', 'transaction', 'webhook', 'build',
] as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];
