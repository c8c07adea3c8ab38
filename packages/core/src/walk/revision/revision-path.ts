/** `rev:path` and `:n:path`: entries of trees and of the index. */
import { bytesFromLosslessText } from '../../bytes/lossless-text.js';
import { LIMITS } from '../../limits.js';
import type { ObjectId } from '../../hash/object-id.js';
import { canonicalMode, findTreeEntry, MODE_TREE } from '../../object/tree.js';
import { findStages, type IndexEntry, type StagingIndex } from '../../staging/staging-index.js';
import type { Snapshot } from '../../store/snapshot.js';
import { peelToType } from './peel-object.js';
import type { ResolvedRevision, RevisionContext } from './revision-context.js';
import { revisionError } from './revision-problem.js';

interface TreePathRequest {
  /** What stands left of the colon. */
  readonly name: string;
  /** What it names: a tree, or what leads to one. */
  readonly id: ObjectId;
  /** What stands right of the colon. */
  readonly path: string;
}

/** @throws {GovcError} revision-invalid: nothing has that path, or the object has no tree. */
export function resolveTreePath(context: RevisionContext, text: string, request: TreePathRequest): ResolvedRevision {
  const { snapshot } = context;
  const { name, id } = request;
  const path = resolveRelative(context, text, request.path);
  const peeled = peelToType(snapshot, id, 'tree');
  if (!peeled.isFound) throw revisionError(text, { kind: 'not-a-tree', name });
  const entry = findTreePath(snapshot, peeled.id, path);
  if (entry !== undefined) return { id: entry.id, path, mode: entry.mode };
  const fullPath = `${context.prefix ?? ''}${path}`;
  const isThere = fullPath !== path && findTreePath(snapshot, peeled.id, fullPath) !== undefined;
  throw revisionError(text, { kind: 'path-missing', path, name, fullPath: isThere ? fullPath : undefined });
}

/** @throws {GovcError} revision-invalid: the index has no such entry. */
export function resolveIndexPath(context: RevisionContext, text: string): ResolvedRevision {
  const hasStage = /^:[0-3]:/.test(text);
  const wantedStage = hasStage ? Number(text[1]) : 0;
  const path = resolveRelative(context, text, text.slice(hasStage ? 3 : 1));
  const stages = stagesOf(context.index, path);
  const entry = stages.find(({ stage, mode }) => stage === wantedStage && canonicalMode(mode) !== MODE_TREE);
  if (entry !== undefined) return { id: entry.id, path, mode: entry.mode };
  const fullPath = `${context.prefix ?? ''}${path}`;
  const full = stages.length > 0 || fullPath === path ? [] : stagesOf(context.index, fullPath);
  throw revisionError(text, {
    kind: 'index-path-missing', path, wantedStage,
    stage: (stages[0] ?? full[0])?.stage,
    fullPath: full.length > 0 ? fullPath : undefined,
  });
}

function stagesOf(index: StagingIndex | undefined, path: string): readonly IndexEntry[] {
  return index === undefined ? [] : findStages(index, path);
}

/** A path that begins with `./` or `../`, from the root. @throws {GovcError} revision-invalid */
function resolveRelative({ prefix }: RevisionContext, text: string, path: string): string {
  if (!path.startsWith('./') && !path.startsWith('../')) return path;
  if (prefix === undefined) throw revisionError(text, { kind: 'path-outside', path });
  const parts = prefix.split('/').filter((part) => part !== '');
  const steps = path.split('/');
  for (const step of steps) {
    if (step === '' || step === '.') continue;
    if (step !== '..') parts.push(step);
    else if (parts.pop() === undefined) throw revisionError(text, { kind: 'path-outside', path });
  }
  const isFolder = ['', '.', '..'].includes(steps.at(-1)!) && parts.length > 0;
  return parts.join('/') + (isFolder ? '/' : '');
}

/**
 * The entry at a path of a tree, as `rev:path` finds it: `''` is the tree itself, a folder may have one slash at its
 * end, and nothing has an empty name.
 */
export function findTreePath(
  snapshot: Snapshot, tree: ObjectId, path: string,
): { readonly id: ObjectId; readonly mode: number } | undefined {
  let entry = { id: tree, mode: MODE_TREE };
  const names = path.split('/');
  if (names.at(-1) === '') names.pop();
  if (names.length > LIMITS.treeDepth.value) return undefined;
  for (const name of names) {
    if (canonicalMode(entry.mode) !== MODE_TREE || name === '') return undefined;
    const body = entry.id === snapshot.algorithm.emptyTreeId ? new Uint8Array(0) : snapshot.objects.find(entry.id)?.body;
    if (body === undefined) return undefined;
    const found = findTreeEntry(body, bytesFromLosslessText(name), snapshot.algorithm);
    if (found === undefined) return undefined;
    entry = { id: found.id, mode: found.mode };
  }
  return path.endsWith('/') && canonicalMode(entry.mode) !== MODE_TREE ? undefined : entry;
}
