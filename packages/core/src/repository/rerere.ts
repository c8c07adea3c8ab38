import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { MergeStage } from '../merge/merge-trees.js';
import { recordConflicts, recordResolutions, type ConflictedFile, type RererePath, type RerereResult, type RerereSession } from '../merge/rerere-session.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { RerereCache } from '../store/rerere-cache.js';
import { TreeEditor } from '../store/tree-editor.js';
import type { ReadContext } from './read-context.js';

const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;

/** A merge that stopped. */
export interface StoppedFiles<Conflict> {
  /** With markers. */
  readonly tree: ObjectId;
  readonly conflicts: readonly Conflict[];
}

/** What recorded resolutions make of it. */
export interface RerereFilesResult<Conflict> extends StoppedFiles<Conflict>, RerereResult {}

interface PathConflict {
  readonly path: string;
  readonly stages: { readonly ours: MergeStage | undefined; readonly theirs: MergeStage | undefined };
}

interface ObjectStore {
  readonly objects: ObjectSource;
  readonly write: (type: ObjectType, body: Uint8Array) => ObjectId;
}

/**
 * A session over a store of resolutions, by default that of the repository; `undefined` where there is none, or `rerere.enabled` says no.
 *
 * @throws {GovcError} config-invalid
 */
export function openRerere(context: Pick<ReadContext, 'snapshot' | 'clock' | 'findRerere'>, given: RerereCache | undefined): RerereSession | undefined {
  const { snapshot, clock } = context;
  const cache = given ?? context.findRerere?.();
  if (cache === undefined || !snapshot.config.getBool('rerere.enabled', true)) return undefined;
  return { cache, algorithm: snapshot.algorithm, nowSeconds: Math.floor(clock() / 1000) };
}

/**
 * Resolves conflicts as they were resolved before, in the tree, and records the others. What was resolved stays in conflict
 * for someone to look at, unless `rerere.autoUpdate` is on.
 */
export function rerereFiles<Conflict extends PathConflict>(
  context: Pick<ReadContext, 'snapshot'>, session: RerereSession, parts: { readonly stopped: StoppedFiles<Conflict>; readonly store: ObjectStore },
): RerereFilesResult<Conflict> {
  const { stopped: { tree, conflicts }, store } = parts;
  const editor = new TreeEditor(store.objects, tree, session.algorithm);
  const files: ConflictedFile[] = [];
  for (const { path, stages } of conflicts) {
    const content = isRegular(stages.ours) && isRegular(stages.theirs) ? contentAt(editor, store.objects, path) : undefined;
    if (content !== undefined) files.push({ path, content });
  }
  const result = recordConflicts(session, files);
  for (const { path, content } of result.resolved) editor.set(path, { mode: editor.find(path)!.mode, id: store.write('blob', content) });
  const isTaken = context.snapshot.config.getBool('rerere.autoupdate', false);
  const done = new Set(isTaken ? result.resolved.map(({ path }) => path) : []);
  return {
    ...result,
    tree: result.resolved.length === 0 ? tree : editor.write(store.write),
    conflicts: conflicts.filter(({ path }) => !done.has(path)),
  };
}

/** Records what a tree makes of files that were waiting. */
export function rerereResolved(session: RerereSession, waiting: readonly RererePath[], { objects, tree }: { readonly objects: ObjectSource; readonly tree: ObjectId }): void {
  const editor = new TreeEditor(objects, tree, session.algorithm);
  recordResolutions(session, waiting, (path) => contentAt(editor, objects, path));
}

function contentAt(editor: TreeEditor, objects: ObjectSource, path: string): Uint8Array | undefined {
  const entry = editor.find(path);
  return isRegular(entry) ? objects.find(entry!.id)?.body : undefined;
}

function isRegular(entry: MergeStage | undefined): boolean {
  return entry !== undefined && (entry.mode & TYPE_MASK) === REGULAR;
}
