/** Revisions of a command line, resolved with the index, the current folder and the warnings of Git. */
import type { ObjectId } from '@govc/core';
import {
  emptyIndex, parseIndexFile, peelToCommit, peelToTree, resolveRange, resolveRevision, resolveRevisionEntry, revisionContext, type ExpectedObject,
  type ResolvedRevision, type RevisionContext, type RevisionRange, type StagingIndex,
} from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from './session.js';

/** What revisions of a session are resolved against; the index is read when something asks for it. */
export function revisionsOf(session: Session, options: { readonly isQuiet?: boolean } = {}): RevisionContext {
  const { io } = session;
  let index: StagingIndex | undefined;
  return {
    ...revisionContext(session.context),
    get index(): StagingIndex {
      return (index ??= readStoredIndex(session));
    },
    prefix: session.worktree === undefined ? undefined : session.prefix,
    onWarning: (warning) => {
      if (options.isQuiet === true) return;
      if (warning.kind === 'ambiguous-name') {
        if (session.config.getBool('core.warnambiguousrefs', true)) io.stderr.write(`warning: refname '${warning.name}' is ambiguous.\n`);
      } else {
        io.stderr.write(`warning: log for '${warning.name}' only goes back to ${dateText(warning.timeSeconds, warning.timezone)}\n`);
      }
    },
  };
}

/** The index as it is stored, without looking at files; an empty one where there is none. */
export function readStoredIndex(session: Session): StagingIndex {
  const named = session.io.env['GIT_INDEX_FILE'];
  const path = named === undefined ? `${session.gitDirectory}/index` : session.path(named);
  const bytes = session.io.files.readFile(path);
  return bytes === undefined || bytes.length === 0 ? emptyIndex(session.algorithm) : parseIndexFile(bytes, session.algorithm);
}

/** The object that a text names, or `undefined`. */
export function findObject(session: Session, text: string, expected?: ExpectedObject, isQuiet = false): ObjectId | undefined {
  return unlessUnknown(() => resolveRevision(revisionsOf(session, { isQuiet }), text, { expected }));
}

/** The same where no object stands in for another. */
export function findStoredObject(session: Session, text: string): ObjectId | undefined {
  return unlessUnknown(() => resolveRevision({ ...revisionsOf(session), ...revisionContext(session.repository.storedContext) }, text));
}

/** The same with its place in a tree. */
export function findEntry(session: Session, text: string): ResolvedRevision | undefined {
  return unlessUnknown(() => resolveRevisionEntry(revisionsOf(session), text));
}

/** The range that a text names, or `undefined`. */
export function findRange(session: Session, text: string): RevisionRange | undefined {
  return unlessUnknown(() => resolveRange(revisionsOf(session), text));
}

/** The object that a text names. @throws {Failure} `Not a valid object name …` */
export function needObject(session: Session, text: string, expected?: ExpectedObject): ObjectId {
  return findObject(session, text, expected) ?? die(`Not a valid object name ${text}`);
}

/** The commit that a text names, through tags. @throws {Failure} */
export function needCommit(session: Session, text: string, sentence = `Not a valid object name ${text}`): ObjectId {
  const id = findObject(session, text, 'committish');
  if (id === undefined) die(sentence);
  return peelToCommit(session.context.snapshot, id);
}

/** The tree that a text names, through commits and tags. @throws {Failure} */
export function needTree(session: Session, text: string): ObjectId {
  const id = needObject(session, text, 'treeish');
  try {
    return peelToTree(session.context.snapshot, id);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return die('not a tree object');
  }
}

const UNKNOWN = new Set(['revision-invalid', 'object-id-ambiguous', 'object-missing', 'object-type-mismatch']);

function unlessUnknown<T>(resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (error) {
    if (UNKNOWN.has(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}

function dateText(timeSeconds: number, timezone: string): string {
  const minutes = (Number(timezone.slice(1, 3)) * 60 + Number(timezone.slice(3, 5))) * (timezone.startsWith('-') ? -1 : 1);
  const [day, date, month, year, time] = new Date((timeSeconds + minutes * 60) * 1000).toUTCString().replace(',', '').split(' ');
  return `${day!}, ${Number(date)} ${month!} ${year!} ${time!} ${timezone}`;
}
