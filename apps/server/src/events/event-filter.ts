import { matchesGlob, matchesRef } from './glob.js';
import type { EventType } from './event-record.js';
import type { ServerEvent } from './server-event.js';

/** Which events somebody wants. What is empty does not narrow. */
export interface EventFilter {
  readonly types: readonly EventType[];
  /** Globs of refs; events that are about no ref do not fit. */
  readonly refs: readonly string[];
  /** Globs of paths; an event whose paths are too many to know fits. */
  readonly paths: readonly string[];
  /** Names or addresses, whole, by any letter case. */
  readonly authors: readonly string[];
}

/** Whether an event is wanted. */
export function isWanted(event: ServerEvent, { types, refs, paths, authors }: EventFilter): boolean {
  if (types.length > 0 && !types.includes(event.type)) return false;
  if (refs.length > 0 && (event.ref === undefined || !refs.some((pattern) => matchesRef(pattern, event.ref!)))) return false;
  if (paths.length > 0 && event.paths !== undefined && !event.paths.some((path) => paths.some((pattern) => matchesGlob(pattern, path)))) return false;
  if (authors.length === 0) return true;
  const people = event.people.map((name) => name.toLowerCase());
  return authors.some((author) => people.includes(author.toLowerCase()));
}
