import { GovcError, hasCode } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { ObjectId } from '../hash/object-id.js';
import { wildmatch } from '../pattern/wildmatch.js';
import { BRANCH_PREFIX, HEAD, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import { findRefByShortName } from '../walk/revision/find-ref.js';
import { resolveRange } from '../walk/revision/resolve-range.js';
import type { ReadContext } from './read-context.js';
import { revisionContext } from './resolve.js';

const REMOTE_PREFIX = 'refs/remotes/';

/** One object that a list of revisions asks for, or leaves out. */
export interface NamedRevision {
  /** What is named, tags not followed. */
  readonly id: ObjectId;
  readonly isExcluded: boolean;
  /** Whether it is the left side of `a...b`. */
  readonly isLeft: boolean;
  /** The ref that is named; `undefined` for an id or an expression. */
  readonly ref: RefName | undefined;
  /** The word of the list that names it; `undefined` where it selects refs. */
  readonly text: string | undefined;
}

/**
 * Reads revisions as `git rev-list` takes them: `rev`, `^rev`, `a..b`, `a...b` and the other ranges of gitrevisions(7); `--all`,
 * `--branches[=<pattern>]`, `--tags[=<pattern>]`, `--remotes[=<pattern>]`, `--glob=<pattern>`, each with `--exclude=<pattern>` before
 * it; and `--not`, which turns the meaning of what follows.
 *
 * @param options.ignoreMissing words that name nothing are passed over. Default: they are refused.
 * @throws {GovcError} revision-invalid, object-id-ambiguous
 */
export function* readRevisionList(
  context: ReadContext, revisions: readonly string[], { ignoreMissing = false }: { readonly ignoreMissing?: boolean | undefined } = {},
): Generator<NamedRevision, void, void> {
  let isNot = false;
  let excluded: string[] = [];
  for (const text of revisions) {
    if (text === '--not') {
      isNot = !isNot;
    } else if (text.startsWith('--exclude=')) {
      excluded.push(text.slice('--exclude='.length));
    } else if (text.startsWith('--')) {
      for (const { ref, id } of selectRefs(context, text, excluded)) yield { id, isExcluded: isNot, isLeft: false, ref, text: undefined };
      excluded = [];
    } else {
      for (const found of readWord(context, text, ignoreMissing)) yield { ...found, isExcluded: found.isExcluded !== isNot };
    }
  }
}

function readWord(context: ReadContext, text: string, ignoreMissing: boolean): NamedRevision[] {
  try {
    const { include, exclude, symmetric } = resolveRange(revisionContext(context), text);
    const [, left, right] = /^(?!\^)([^]*?)\.\.\.?([^]*)$/.exec(text) ?? [];
    const refOf = (name: string): RefName | undefined =>
      findRefByShortName(context.snapshot.refs, name === '' || name === '@' ? HEAD : name)?.name;
    return [
      ...exclude.map((id): NamedRevision => ({ id, isExcluded: true, isLeft: false, ref: undefined, text })),
      ...include.map((id, index): NamedRevision => {
        const isLeft = symmetric !== undefined && id === symmetric.left && index === 0;
        const name = isLeft ? left : (right ?? text);
        return { id, isExcluded: false, isLeft, ref: name === undefined ? undefined : refOf(name), text };
      }),
    ];
  } catch (error) {
    if (ignoreMissing && hasCode(error, 'revision-invalid')) return [];
    throw error;
  }
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

/** The selected refs and what they name, in their order, `HEAD` behind all others. */
function* selectRefs(
  context: ReadContext, text: string, excluded: readonly string[],
): Generator<{ readonly ref: RefName; readonly id: ObjectId }, void, void> {
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
    if (id !== undefined) yield { ref: name as RefName, id };
  }
}
