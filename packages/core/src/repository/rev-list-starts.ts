import { GovcError, hasCode } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectStart } from '../history/list-objects.js';
import type { RevListStart } from '../history/rev-list-options.js';
import { wildmatch } from '../pattern/wildmatch.js';
import { LIMITS } from '../limits.js';
import { parseTag } from '../object/tag.js';
import { BRANCH_PREFIX, HEAD, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import { resolveRange } from '../walk/revision/resolve-range.js';
import type { ReadContext } from './read-context.js';
import { revisionContext } from './resolve.js';

const REMOTE_PREFIX = 'refs/remotes/';

/** Where a walk begins. */
export interface RevListStarts {
  readonly starts: readonly RevListStart[];
  /** Tags on the way to commits, and what is no commit, in the order in which they were given. */
  readonly objectStarts: readonly ObjectStart[];
  /** Whether anything was asked for, even if it names no commit: then nothing is the answer, not `HEAD`. */
  readonly isGiven: boolean;
}

/**
 * Reads revisions as `git rev-list` takes them: `rev`, `^rev`, `a..b`, `a...b` and the other ranges of gitrevisions(7); `--all`,
 * `--branches[=<pattern>]`, `--tags[=<pattern>]`, `--remotes[=<pattern>]`, `--glob=<pattern>`, each with `--exclude=<pattern>` before
 * it; and `--not`, which turns the meaning of what follows.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch
 */
export function readStarts(
  context: ReadContext, revisions: readonly string[], { ignoreMissing }: { readonly ignoreMissing: boolean },
): RevListStarts {
  const starts: RevListStart[] = [];
  const objectStarts: ObjectStart[] = [];
  let isNot = false;
  let isGiven = false;
  let excluded: string[] = [];
  for (const text of revisions) {
    if (text === '--not') {
      isNot = !isNot;
    } else if (text.startsWith('--exclude=')) {
      excluded.push(text.slice('--exclude='.length));
    } else if (text.startsWith('--')) {
      isGiven = true;
      for (const id of selectRefs(context, text, excluded)) {
        const commit = addObjects(context, id, { objectStarts, isExcluded: isNot, path: NO_PATH });
        if (commit !== undefined) starts.push({ id: commit, isExcluded: isNot });
      }
      excluded = [];
    } else {
      isGiven = true;
      addRange(context, text, { starts, objectStarts, isNot, ignoreMissing });
    }
  }
  return { starts, objectStarts, isGiven };
}

function addRange(
  context: ReadContext, text: string,
  to: { readonly starts: RevListStart[]; readonly objectStarts: ObjectStart[]; readonly isNot: boolean; readonly ignoreMissing: boolean },
): void {
  const { snapshot } = context;
  const add = (id: ObjectId, isExcluded: boolean, isLeft: boolean): void => {
    const object = findThroughTags(snapshot, id);
    const path = bytesFromLosslessText(text.slice(text.indexOf(':') + 1 || text.length));
    const commit = addObjects(context, id, { objectStarts: to.objectStarts, isExcluded: isExcluded !== to.isNot, path });
    if (commit !== undefined) to.starts.push({ id: commit, isExcluded: isExcluded !== to.isNot, isLeft });
    else if (object === undefined && !isExcluded && !to.ignoreMissing) {
      throw new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
    }
  };
  try {
    const { include, exclude, symmetric } = resolveRange(revisionContext(context), text);
    for (const id of exclude) add(id, true, false);
    for (const id of include) add(id, false, symmetric !== undefined && id === symmetric.left && id === include[0]);
  } catch (error) {
    if (!to.ignoreMissing || !hasCode(error, 'revision-invalid')) throw error;
  }
}

const NO_PATH = new Uint8Array(0);

/** Takes the tags on the way to an object, and the object unless it is a commit; gives the commit. */
function addObjects(
  { snapshot: { objects, algorithm } }: ReadContext, first: ObjectId,
  to: { readonly objectStarts: ObjectStart[]; readonly isExcluded: boolean; readonly path: Uint8Array },
): ObjectId | undefined {
  let id = first;
  for (let depth = 0; depth <= LIMITS.tagDepth.value; depth++) {
    const type = objects.findHeader(id)?.type;
    if (type === 'commit' || type === undefined) return type === undefined ? undefined : id;
    if (type !== 'tag') {
      to.objectStarts.push({ id, type, path: to.path, isExcluded: to.isExcluded });
      return undefined;
    }
    const tag = parseTag(objects.find(id)!.body, algorithm);
    if (!to.isExcluded) to.objectStarts.push({ id, type, path: bytesFromLosslessText(tag.name), isExcluded: false });
    id = tag.target.id;
  }
  throw new GovcError('limit-exceeded', `The tag ${first} nests more than ${LIMITS.tagDepth.value} tags.`, { id: first });
}

interface RefSelection {
  readonly prefix: string;
  /** How much of a name `--exclude` does not see. */
  readonly hidden: string;
  readonly pattern: string | undefined;
  readonly withHead: boolean;
}

function selectionOf(text: string): RefSelection {
  const [name = '', ...rest] = text.split('=');
  const pattern = rest.length === 0 ? undefined : rest.join('=');
  const below = (prefix: string): RefSelection => ({
    prefix, hidden: prefix, pattern: pattern === undefined ? undefined : globOf(prefix + pattern), withHead: false,
  });
  if (name === '--all' && pattern === undefined) return { prefix: 'refs/', hidden: '', pattern: undefined, withHead: true };
  if (name === '--branches') return below(BRANCH_PREFIX);
  if (name === '--tags') return below(TAG_PREFIX);
  if (name === '--remotes') return below(REMOTE_PREFIX);
  if (name === '--glob' && pattern !== undefined) {
    return { prefix: 'refs/', hidden: '', pattern: globOf(pattern.startsWith('refs/') ? pattern : `refs/${pattern}`), withHead: false };
  }
  throw new GovcError('revision-invalid', `"${text.slice(0, 200)}" selects no refs.`, { revision: text.slice(0, 200) });
}

/** A pattern without wildcards stands for everything below. */
function globOf(pattern: string): string {
  return /[*?[\\]/.test(pattern) ? pattern : `${pattern.replace(/\/$/, '')}/*`;
}

/** What the selected refs name, in the order of the refs. */
function* selectRefs(context: ReadContext, text: string, excluded: readonly string[]): Generator<ObjectId, void, void> {
  const { snapshot } = context;
  const { refs } = snapshot;
  const { prefix, hidden, pattern, withHead } = selectionOf(text);
  const matches = (glob: string, name: string): boolean => wildmatch(bytesFromLosslessText(glob), bytesFromLosslessText(name), 0);
  const names: string[] = [];
  for (const [name] of refs.entries(prefix)) if (pattern === undefined || matches(pattern, name)) names.push(name);
  if (withHead) names.push(HEAD);
  for (const name of names) {
    const seen = name.startsWith(hidden) ? name.slice(hidden.length) : name;
    if (excluded.some((glob) => matches(glob, seen))) continue;
    const id = findRefId(refs, name as RefName);
    if (id !== undefined) yield id;
  }
}
