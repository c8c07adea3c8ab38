import type { ObjectType } from '../../hash/hash-object.js';
import type { ObjectId } from '../../hash/object-id.js';
import type { Snapshot } from '../../store/snapshot.js';
import { findTypeThroughTags } from './peel-object.js';
import type { ExpectedObject } from './revision-context.js';
import type { IdCandidate, RevisionProblem } from './revision-problem.js';

/** What an abbreviation stands for. */
export type ShortIdMatch =
  | { readonly kind: 'found'; readonly id: ObjectId }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous'; readonly problem: RevisionProblem };

const MISSING: ShortIdMatch = { kind: 'missing' };
const DIGITS = /^[0-9a-f]+$/;
const DIGITS_MIN = 4;

/**
 * The object whose id begins with these four or more digits. Where several do, it must be the only one of the kind
 * that is asked for, or that `core.disambiguate` names. O(objects with that beginning).
 */
export function matchShortId(snapshot: Snapshot, text: string, expected: ExpectedObject | undefined): ShortIdMatch {
  const prefix = text.toLowerCase();
  const { hexSize } = snapshot.algorithm;
  if (prefix.length < DIGITS_MIN || prefix.length > hexSize || !DIGITS.test(prefix)) return MISSING;
  const ids = new Set<ObjectId>(snapshot.objects.idsWithPrefix(prefix));
  const [first] = ids;
  if (first === undefined) return MISSING;
  if (ids.size === 1) return { kind: 'found', id: first };
  const kind = expected ?? configuredKind(snapshot);
  const all = [...ids];
  const fitting = kind === undefined ? all : all.filter((id) => isKind(snapshot, id, kind));
  if (kind !== undefined && fitting.length === 1) return { kind: 'found', id: fitting[0]! };
  return {
    kind: 'ambiguous',
    problem: { kind: 'ambiguous', prefix, candidates: sortCandidates(snapshot, fitting.length === 0 ? all : fitting) },
  };
}

/** The candidates as Git lists them: tags, commits, trees, blobs, each by id. */
function sortCandidates(snapshot: Snapshot, ids: readonly ObjectId[]): IdCandidate[] {
  const order: Readonly<Record<ObjectType, number>> = { tag: 0, commit: 1, tree: 2, blob: 3 };
  const candidates = ids.map((id) => ({ id, type: snapshot.objects.findHeader(id)?.type ?? 'blob' }));
  return candidates.sort((left, right) => order[left.type] - order[right.type] || (left.id < right.id ? -1 : 1));
}

const KINDS: ReadonlySet<string> = new Set<ExpectedObject>(['commit', 'committish', 'tree', 'treeish', 'blob']);

function configuredKind(snapshot: Snapshot): ExpectedObject | undefined {
  const value = snapshot.config.get('core.disambiguate')?.toLowerCase();
  return value !== undefined && KINDS.has(value) ? (value as ExpectedObject) : undefined;
}

function isKind(snapshot: Snapshot, id: ObjectId, kind: ExpectedObject): boolean {
  const type = snapshot.objects.findHeader(id)?.type;
  switch (kind) {
    case 'commit':
    case 'tree':
    case 'blob':
      return type === kind;
    case 'committish':
      return type === 'commit' || (type === 'tag' && findTypeThroughTags(snapshot, id) === 'commit');
    case 'treeish': {
      const end = type === 'tag' ? findTypeThroughTags(snapshot, id) : type;
      return end === 'commit' || end === 'tree';
    }
  }
}
