import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { parseCommit } from '../object/commit.js';
import { serializeHeaderBlock } from '../object/headers.js';
import { parseRefName, type RefName } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import { readReplacements, REPLACE_PREFIX, replacedSnapshot, withParents, type Grafts } from '../store/replace.js';
import type { Snapshot } from '../store/snapshot.js';
import { CommitGraph } from '../walk/commit-graph.js';
import type { ReadContext } from './read-context.js';

/** An object and what is read in its place. */
export interface Replacement {
  readonly id: ObjectId;
  readonly replacement: ObjectId;
}

/** Gives reading verbs their context: with replaced objects, grafts, and a graph of its own where there are any. */
export class ReplacedContexts {
  readonly #grafts: Grafts;
  #key = '';
  #graph: CommitGraph | undefined;
  #last: { readonly from: Snapshot; readonly to: Snapshot } | undefined;

  constructor(grafts: Grafts) {
    this.#grafts = grafts;
  }

  /** O(log refs) without replacements. The graph is kept for as long as the replacements stay the same. */
  of(context: ReadContext): ReadContext {
    const { snapshot } = context;
    if (this.#last?.from !== snapshot) this.#last = { from: snapshot, to: replacedSnapshot(snapshot, this.#grafts) };
    const { to } = this.#last;
    if (to === snapshot) return context;
    const key = [...readReplacements(snapshot.refs, snapshot.algorithm)].join('\n');
    if (key !== this.#key || this.#graph === undefined) this.#graph = new CommitGraph(snapshot.algorithm);
    this.#key = key;
    return { ...context, snapshot: to, graph: this.#graph };
  }
}

/** All replacements, ordered by the object: `git replace --list`. */
export function listReplacements(snapshot: Snapshot): Replacement[] {
  return [...readReplacements(snapshot.refs, snapshot.algorithm)].map(([id, replacement]) => ({ id, replacement }));
}

/** How an object is replaced. */
export interface ReplaceOptions {
  /** Replace what is replaced already, and objects by those of another type. Default: false. */
  readonly force?: boolean | undefined;
}

/**
 * Lets another object be read in the place of one: `git replace`.
 *
 * @throws {GovcError} ref-conflict: it is replaced already; object-type-mismatch, object-missing
 */
export function replaceObject(draft: Draft, { id, replacement }: Replacement, options: ReplaceOptions = {}): void {
  const { objects } = draft.view;
  const type = typeOf(draft, id);
  const other = typeOf(draft, replacement);
  if (type !== other && options.force !== true) {
    throw new GovcError('object-type-mismatch', `The ${type} ${id} cannot be replaced by the ${other} ${replacement}.`, {
      id: replacement, expected: type, actual: objects.findHeader(replacement)?.type,
    });
  }
  draft.setRef(replaceRef(id), replacement, options.force === true ? { kind: 'any' } : { kind: 'absent' });
}

/** Ends a replacement: `git replace --delete`. @throws {GovcError} ref-missing */
export function deleteReplacement(draft: Draft, id: ObjectId): void {
  const name = replaceRef(id);
  if (!draft.view.refs.has(name)) throw new GovcError('ref-missing', `The object ${id} is not replaced.`, { name });
  draft.editRef(name, undefined);
}

/**
 * Gives a commit other parents, by a commit that replaces it: `git replace --graft`. Its signature goes.
 *
 * @returns the new commit; `undefined` when the commit has these parents
 * @throws {GovcError} ref-conflict, object-missing, object-type-mismatch
 */
export function graftCommit(
  draft: Draft, graft: { readonly id: ObjectId; readonly parents: readonly ObjectId[] }, options: ReplaceOptions = {},
): ObjectId | undefined {
  const { objects, algorithm } = replacedSnapshot(draft.view);
  const object = objects.find(graft.id);
  if (object?.type !== 'commit') throw new GovcError('object-type-mismatch', `The object ${graft.id} is no commit.`, { id: graft.id });
  const commit = parseCommit(withParents(object.body, graft.parents, algorithm), algorithm);
  const headers = commit.headers.filter(({ key }) => key !== 'gpgsig' && key !== 'gpgsig-sha256');
  const id = draft.write('commit', serializeHeaderBlock({ headers, message: commit.message, ending: 'empty-line' }));
  if (id === graft.id) return undefined;
  replaceObject(draft, { id: graft.id, replacement: id }, options);
  return id;
}

function replaceRef(id: ObjectId): RefName {
  return parseRefName(REPLACE_PREFIX + id);
}

function typeOf(draft: Draft, id: ObjectId): string {
  const type = draft.view.objects.findHeader(id)?.type;
  if (type === undefined) throw new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
  return type;
}
