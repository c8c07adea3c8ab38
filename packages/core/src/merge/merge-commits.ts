import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { AncestryRequest } from '../walk/ancestry.js';
import { mergeBases } from '../walk/merge-base.js';
import type { MergeOptions } from './merge-options.js';
import type { MergeStore } from './merge-state.js';
import { mergeTrees, type MergeTreesResult } from './merge-trees.js';
import { treeOf } from './octopus.js';

/** The names that stand for the two commits; the one of their base follows from what it is. */
export interface MergeCommitsLabels {
  readonly branch1: string;
  readonly branch2: string;
  /** Default: the base's id in short, `merged common ancestors` or `empty tree`. */
  readonly ancestor?: string | undefined;
}

/** Two commits to be merged. */
export interface MergeCommitsRequest extends MergeStore, AncestryRequest {
  readonly ours: ObjectId;
  readonly theirs: ObjectId;
  readonly options: Omit<MergeOptions, 'labels'> & { readonly labels: MergeCommitsLabels };
  /** Whether commits without a common ancestor are merged, as if the empty tree were one. Default: `false`. */
  readonly allowUnrelated?: boolean | undefined;
  /** Commits to be taken for the merge bases, in the order of `git merge-base --all`. Default: those of the history. */
  readonly bases?: readonly ObjectId[] | undefined;
  /** How a base is named in conflict markers of the style `diff3`. Default: the shortest unique form of at least seven digits. */
  readonly shortName?: ((id: ObjectId) => string) | undefined;
}

/**
 * Merges two commits by Git's strategy "ort": `git merge-tree --write-tree`. Several merge bases are merged first, the
 * oldest two, then the result with the next, each by its own merge bases; conflicts in them stay in the result as text,
 * with longer markers.
 *
 * @throws {GovcError} unrelated-histories: there is no common ancestor and that is not allowed.
 * @throws {GovcError} limit-exceeded: merge bases of merge bases go too deep.
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* mergeCommits(request: MergeCommitsRequest): Job<MergeTreesResult> {
  const { ours, theirs, allowUnrelated = false } = request;
  const bases = request.bases ?? (yield* mergeBases(request, ours, [theirs]));
  if (bases.length === 0 && !allowUnrelated) {
    throw new GovcError('unrelated-histories', `The commits ${ours} and ${theirs} have no common ancestor; allow unrelated histories to merge them.`, {
      ours, theirs,
    });
  }
  const stack: Frame[] = [openFrame({ ours: commitNode(request, ours), theirs: commitNode(request, theirs) }, bases)];
  let renameLimitNeeded: number | undefined;
  for (;;) {
    const frame = stack.at(-1)!;
    const next = frame.waiting.pop();
    if (next !== undefined && frame.base === undefined) {
      frame.base = commitNode(request, next);
    } else if (next !== undefined) {
      const inner = { ours: frame.base!, theirs: commitNode(request, next) };
      if (stack.length >= LIMITS.mergeBaseDepth.value) {
        throw new GovcError('limit-exceeded', `Merge bases of merge bases go deeper than ${LIMITS.mergeBaseDepth.value} levels.`, { limit: 'mergeBaseDepth' });
      }
      stack.push(openFrame(inner, yield* mergeBases(request, next, frame.base!.commits)));
    } else {
      const result = yield* mergeFrame(request, frame, stack.length - 1);
      if (result.renameLimitNeeded !== undefined) renameLimitNeeded = Math.max(renameLimitNeeded ?? 0, result.renameLimitNeeded);
      stack.pop();
      const above = stack.at(-1);
      if (above === undefined) return { ...result, renameLimitNeeded };
      above.base = { tree: result.tree, commits: [...frame.ours.commits, ...frame.theirs.commits] };
    }
  }
}

/** A commit, or one that is thought of as the merge of several. */
interface Node {
  readonly tree: ObjectId;
  readonly commits: readonly ObjectId[];
}

/** A merge that waits for its merge base. */
interface Frame {
  readonly ours: Node;
  readonly theirs: Node;
  readonly bases: readonly ObjectId[];
  /** The bases that are not in `base` yet, the newest first. */
  readonly waiting: ObjectId[];
  base: Node | undefined;
}

function openFrame(sides: { readonly ours: Node; readonly theirs: Node }, bases: readonly ObjectId[]): Frame {
  return { ...sides, bases, waiting: [...bases], base: undefined };
}

function* mergeFrame(request: MergeCommitsRequest, frame: Frame, depth: number): Job<MergeTreesResult> {
  const { objects, write, algorithm, options } = request;
  const { ours, theirs, base, bases } = frame;
  const ancestor = bases.length === 0 ? 'empty tree' : bases.length > 1 ? 'merged common ancestors' : nameBase(request, bases[0]!);
  const labels = depth === 0
    ? { ancestor: options.labels.ancestor ?? ancestor, branch1: options.labels.branch1, branch2: options.labels.branch2 }
    : { ancestor, branch1: 'Temporary merge branch 1', branch2: 'Temporary merge branch 2' };
  return yield* mergeTrees({
    objects, write, algorithm, depth,
    base: base?.tree ?? algorithm.emptyTreeId,
    ours: ours.tree,
    theirs: theirs.tree,
    options: { ...options, labels },
  });
}

/** The name of a base. It takes a look at the objects of the repository, so only those who show it pay for it. */
function nameBase(request: MergeCommitsRequest, id: ObjectId): string {
  const { style = 'merge', drivers, labels } = request.options;
  if (labels.ancestor !== undefined || (style === 'merge' && drivers === undefined)) return id.slice(0, SHORT_SIZE);
  return request.shortName?.(id) ?? shortId(request, id);
}

function commitNode(store: MergeStore, id: ObjectId): Node {
  return { tree: treeOf(store, id), commits: [id] };
}

const SHORT_SIZE = 7;

/** The fewest digits, but seven at least, that no other object begins with. */
function shortId({ objects }: MergeStore, id: ObjectId): string {
  for (let size = SHORT_SIZE; size < id.length; size++) {
    let isUnique = true;
    for (const other of objects.idsWithPrefix(id.slice(0, size))) {
      if (other === id) continue;
      isUnique = false;
      break;
    }
    if (isUnique) return id.slice(0, size);
  }
  return id;
}
