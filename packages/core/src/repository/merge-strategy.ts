import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { mergeCommits } from '../merge/merge-commits.js';
import type { MergeMessage } from '../merge/merge-message.js';
import type { MergeConflict } from '../merge/merge-trees.js';
import { octopusMerge, treeOf } from '../merge/octopus.js';
import { simpleMerge } from '../merge/simple-merge.js';
import type { NamedHead } from './merge-heads.js';
import { attributesOf, commitRequest, completeOptions, type MergeTreeOptions, type Scratch } from './merge-tree.js';
import type { ReadContext } from './read-context.js';

/** The strategies of gitmerge-strategies; `recursive` is another name of `ort`. */
export type MergeStrategy = 'ort' | 'recursive' | 'resolve' | 'octopus' | 'ours' | 'subtree';

/** What a strategy made of a merge. */
export type StrategyResult =
  | {
      readonly kind: 'merged';
      readonly tree: ObjectId;
      readonly isClean: boolean;
      readonly conflicts: readonly MergeConflict[];
      readonly messages: readonly MergeMessage[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** A merge for a strategy. */
export interface StrategyRequest {
  readonly scratch: Scratch;
  readonly ours: ObjectId;
  readonly heads: readonly NamedHead[];
  readonly bases: readonly ObjectId[];
  readonly strategy: MergeStrategy;
}

/** Merges heads into a commit by a strategy. @throws {GovcError} object-missing, object-type-mismatch, config-invalid */
export function* runStrategy(
  context: ReadContext, request: StrategyRequest, options: MergeTreeOptions & { readonly strategyOptions?: readonly string[] | undefined },
): Job<StrategyResult> {
  const { scratch, ours, heads, strategy } = request;
  switch (strategy) {
    case 'ours':
      return { kind: 'merged', tree: treeOf(scratch, ours), isClean: true, conflicts: [], messages: [] };
    case 'octopus':
      return yield* runOctopus(context, request, options);
    case 'resolve':
      return yield* runResolve(context, request, options);
    case 'ort':
    case 'recursive':
    case 'subtree':
      if (heads.length > 1) return { kind: 'failed', reason: 'Not handling anything other than two heads merge.' };
      return yield* runOrt(context, request, options);
  }
}

function* runOrt(
  context: ReadContext, request: StrategyRequest, options: MergeTreeOptions & { readonly strategyOptions?: readonly string[] | undefined },
): Job<StrategyResult> {
  const { scratch, ours, heads, bases, strategy } = request;
  const { strategyOptions, ...given } = options;
  const merging = completeOptions(context, given, strategyOptions);
  const [head] = heads;
  const result = yield* mergeCommits({
    ...scratch,
    ...commitRequest(context, { ours, theirs: head!.id }),
    bases,
    allowUnrelated: true,
    options: {
      ...merging,
      // A merge with a worktree looks up attributes in its files: those of HEAD.
      attributes: merging.attributes ?? attributesOf(context, ours),
      subtreeShift: merging.subtreeShift ?? (strategy === 'subtree' ? '' : undefined),
      labels: { branch1: 'HEAD', branch2: head!.name },
    },
  });
  return { kind: 'merged', ...result };
}

function* runOctopus(context: ReadContext, { scratch, ours, heads }: StrategyRequest, options: MergeTreeOptions): Job<StrategyResult> {
  // An octopus has arms: one head is for the other strategies.
  if (heads.length < 2) return { kind: 'failed', reason: 'An octopus merges two heads or more.' };
  const { graph, snapshot } = context;
  const { style } = completeOptions(context, options);
  const result = yield* octopusMerge({ ...scratch, graph, shallow: snapshot.shallow, ours, heads, style });
  if (result.kind === 'merged') return { ...result, messages: [] };
  const reason = result.reason === 'unrelated'
    ? `Unable to find common commit with ${result.head}`
    : 'Automated merge did not work. Should not be doing an octopus.';
  return { kind: 'failed', reason };
}

function* runResolve(context: ReadContext, request: StrategyRequest, options: MergeTreeOptions): Job<StrategyResult> {
  const { scratch, ours, heads, bases } = request;
  if (heads.length > 1) return { kind: 'failed', reason: 'Not handling an octopus.' };
  if (bases.length === 0) return { kind: 'failed', reason: 'Not handling a merge without a base.' };
  const { style } = completeOptions(context, options);
  const { objects, write, algorithm } = scratch;
  const result = yield* simpleMerge({
    objects, write, algorithm, style,
    bases: bases.map((id) => treeOf(scratch, id)),
    ours: treeOf(scratch, ours),
    theirs: treeOf(scratch, heads[0]!.id),
    labels: { ours: 'HEAD', theirs: heads[0]!.name },
  });
  return { kind: 'merged', ...result, messages: [] };
}
