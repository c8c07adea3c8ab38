import { GovcError, hasCode } from '../errors.js';
import { runJob, type Job } from '../job/job.js';
import type { ObjectId } from '../hash/object-id.js';
import { FastImporter, type FastImportOptions } from '../history/fast-import.js';
import type { ImportedRef } from '../history/fast-import-names.js';
import { findRefName, type RefName } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import { NO_REFLOGS } from '../store/reflogs.js';
import type { Snapshot } from '../store/snapshot.js';
import { isAncestor } from '../walk/ancestry.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import { resolveRevision } from '../walk/revision/resolve-revision.js';

/** How {@link importStream} imports. */
export interface ImportStreamOptions extends Omit<FastImportOptions, 'resolve' | 'onCheckpoint'> {
  /** Move branches even where their new tip does not contain the old one. Default: false. */
  readonly force?: boolean | undefined;
}

/** What was imported. */
export interface ImportResult {
  readonly objectCount: number;
  readonly marks: ReadonlyMap<number, ObjectId>;
  readonly updated: readonly ImportedRef[];
  /** Branches that stay because their new tip does not contain the old one. */
  readonly rejected: readonly ImportedRef[];
}

/**
 * Imports a stream into a draft: `git fast-import`. Objects are in the draft's memory until it is applied.
 *
 * @throws {GovcError} import-invalid, limit-exceeded, object-missing, ref-name-invalid
 */
export function* importStream(
  draft: Draft, pieces: Iterable<Uint8Array>, options: ImportStreamOptions = {},
): Job<ImportResult> {
  const { view } = draft;
  const resolve = (revision: string): ObjectId | undefined => findNamed(view, revision);
  const store = {
    algorithm: view.algorithm,
    objects: view.objects,
    write: (...[type, body]: Parameters<Draft['write']>) => draft.write(type, body),
  };
  const importer = new FastImporter(store, { ...options, resolve });
  let done = 0;
  for (const piece of pieces) {
    importer.write(piece);
    yield { phase: 'Importing objects', done: (done = importer.objectCount), total: undefined };
  }
  importer.end();
  const moved = moveRefs(draft, importer.takeRefs(), options.force === true || importer.isForced);
  yield { phase: 'Importing objects', done, total: done };
  return { objectCount: importer.objectCount, marks: importer.marks(), ...moved };
}

/** Sets what a stream says of refs. @throws {GovcError} ref-name-invalid */
export function moveRefs(draft: Draft, refs: readonly ImportedRef[], force: boolean): Pick<ImportResult, 'updated' | 'rejected'> {
  const updated: ImportedRef[] = [];
  const rejected: ImportedRef[] = [];
  const graph = new CommitGraph(draft.view.algorithm);
  for (const ref of refs) {
    const name = findRefName(ref.name);
    if (name === undefined) throw new GovcError('ref-name-invalid', `The stream names a ref "${ref.name.slice(0, 200)}".`, { name: ref.name.slice(0, 200) });
    if (force || ref.kind === 'tag' || isForward({ draft, graph }, name, ref.id)) {
      draft.editRef(name, ref.id === undefined ? undefined : { kind: 'direct', id: ref.id });
      updated.push(ref);
    } else {
      rejected.push(ref);
    }
  }
  return { updated, rejected };
}

/** What a revision names, without reflogs and dates, or `undefined`. */
export function findNamed(view: Snapshot, revision: string): ObjectId | undefined {
  try {
    return resolveRevision({ snapshot: view, graph: new CommitGraph(view.algorithm), reflogs: NO_REFLOGS, nowSeconds: 0 }, revision);
  } catch (error) {
    if (hasCode(error, 'revision-invalid')) return undefined;
    throw error;
  }
}

function isForward({ draft, graph }: { draft: Draft; graph: CommitGraph }, name: RefName, id: ObjectId | undefined): boolean {
  const { view } = draft;
  const old = findRefId(view.refs, name);
  if (old === undefined || id === undefined || old === id) return true;
  const before = findThroughTags(view, old);
  const after = findThroughTags(view, id);
  if (before?.type !== 'commit' || after?.type !== 'commit') return false;
  return runJob(isAncestor({ graph, objects: view.objects, shallow: view.shallow }, before.id, after.id));
}
