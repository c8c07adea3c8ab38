import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { scanCommit } from '../object/commit.js';
import { findTreeEntry } from '../object/tree.js';
import { SparsePatterns } from '../pattern/sparse.js';
import { expandShortRefName } from '../ref/ref-name.js';
import type { Snapshot } from '../store/snapshot.js';
import { peelObject } from './peel.js';
import type { VisibleRefs } from './visible-refs.js';

/**
 * The patterns of a `sparse:oid` filter: the blob with a full id, or the file `<path>` of `<ref>:<path>` or
 * `<id>:<path>`, as far as the client may see the ref. O(path).
 *
 * @returns `undefined` where there is no such blob.
 * @throws {GovcError} limit-exceeded: the patterns are too large; object-corrupt
 */
export function findSparsePatterns(
  snapshot: Snapshot,
  refs: VisibleRefs,
  revision: string,
): SparsePatterns | undefined {
  const colon = revision.indexOf(':');
  const start = resolve(snapshot, refs, colon < 0 ? revision : revision.slice(0, colon));
  if (start === undefined) return undefined;
  const id = colon < 0 ? start : findPath(snapshot, start, revision.slice(colon + 1));
  const blob = id === undefined ? undefined : snapshot.objects.find(id);
  return blob?.type === 'blob' ? SparsePatterns.parse(blob.body) : undefined;
}

function resolve(snapshot: Snapshot, refs: VisibleRefs, text: string): ObjectId | undefined {
  const id = findObjectId(text, snapshot.algorithm);
  if (id !== undefined) return id;
  for (const name of expandShortRefName(text)) {
    const found = name === 'HEAD' ? refs.findHead()?.id : refs.findId(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findPath({ objects, algorithm }: Snapshot, start: ObjectId, path: string): ObjectId | undefined {
  const peeled = peelObject(objects, algorithm, start);
  const top = peeled === undefined ? undefined : objects.find(peeled.id);
  let at = top?.type === 'commit' ? scanCommit(top.body, algorithm).tree : peeled?.id;
  for (const name of path.split('/')) {
    if (at === undefined) return undefined;
    const tree = objects.find(at);
    if (tree?.type !== 'tree') return undefined;
    at = findTreeEntry(tree.body, bytesFromLosslessText(name), algorithm)?.id;
  }
  return at;
}
