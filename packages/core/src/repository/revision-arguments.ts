import type { ObjectId } from '../hash/object-id.js';
import { BRANCH_PREFIX, HEAD, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import { findRefByShortName } from '../walk/revision/find-ref.js';
import { resolveRange } from '../walk/revision/resolve-range.js';
import type { ReadContext } from './read-context.js';
import { resolveText, revisionContext } from './resolve.js';

/** One revision that is asked for. */
export interface RevisionTip {
  /** The ref that the text names; `undefined` for an id or an expression. */
  readonly ref: RefName | undefined;
  /** What the text names, tags not followed. */
  readonly id: ObjectId;
}

/** What a list of revisions asks for. */
export interface RevisionArguments {
  /** In the order of the list, each ref once. */
  readonly tips: readonly RevisionTip[];
  readonly exclude: readonly ObjectId[];
}

const ALL_PREFIXES: Readonly<Record<string, string>> = {
  '--all': 'refs/', '--branches': BRANCH_PREFIX, '--tags': TAG_PREFIX, '--remotes': 'refs/remotes/',
};

/**
 * Reads revisions as `git rev-list` takes them: names, `^name`, `a..b`, `a...b`, `--all`, `--branches`, `--tags`,
 * `--remotes`, and `--not` before names to leave out.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous
 */
export function readRevisionArguments(context: ReadContext, revisions: readonly string[]): RevisionArguments {
  const tips = new Map<string, RevisionTip>();
  const exclude: ObjectId[] = [];
  let isNot = false;
  const add = (tip: RevisionTip): void => {
    if (isNot) exclude.push(tip.id);
    else tips.set(tip.ref ?? tip.id, tips.get(tip.ref ?? tip.id) ?? tip);
  };
  for (const text of revisions) {
    const prefix = ALL_PREFIXES[text];
    if (text === '--not') isNot = !isNot;
    else if (prefix !== undefined) listRefs(context, prefix).forEach(add);
    else if (/^\^/.test(text) || text.includes('..')) addRange(context, text, { add, exclude });
    else add(tipOf(context, text));
  }
  return { tips: [...tips.values()], exclude };
}

function listRefs(context: ReadContext, prefix: string): RevisionTip[] {
  const { refs } = context.snapshot;
  const found: RevisionTip[] = [];
  for (const [name] of refs.entries(prefix)) {
    const id = findRefId(refs, name as RefName);
    if (id !== undefined) found.push({ ref: name as RefName, id });
  }
  // Git lists HEAD after all others.
  const head = prefix === 'refs/' ? findRefId(refs, HEAD) : undefined;
  if (head !== undefined) found.push({ ref: HEAD, id: head });
  return found;
}

function addRange(
  context: ReadContext, text: string, to: { readonly add: (tip: RevisionTip) => void; readonly exclude: ObjectId[] },
): void {
  const range = resolveRange(revisionContext(context), text);
  for (const id of range.exclude) to.exclude.push(id);
  const [, right] = /^(?!\^)[^]*?\.\.(?!\.)([^]*)$/.exec(text) ?? [];
  if (right !== undefined) to.add(tipOf(context, right === '' ? HEAD : right));
  else for (const id of range.include) to.add({ ref: undefined, id });
}

function tipOf(context: ReadContext, text: string): RevisionTip {
  const found = findRefByShortName(context.snapshot.refs, text === '@' ? HEAD : text);
  return { ref: found?.name, id: resolveText(context, text) };
}
