import type { ObjectId } from '../hash/object-id.js';
import { treeAttributes } from '../history/archive-entries.js';
import { messageSubject } from '../history/commit-message.js';
import { runJob } from '../job/job.js';
import { mergeCommits, type MergeCommitsRequest } from '../merge/merge-commits.js';
import type { MergeOptions, SubmoduleHistory } from '../merge/merge-options.js';
import type { MergeStore } from '../merge/merge-state.js';
import { mergeTrees, type MergeTreesResult } from '../merge/merge-trees.js';
import { replayMergeOptions } from '../merge/replay-options.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { AttributeRules } from '../pattern/attributes.js';
import { ObjectStack } from '../store/object-stack.js';
import { YoungWriter } from '../store/young-objects.js';
import { isAncestor } from '../walk/ancestry.js';
import { readCommit } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { peelToCommit, peelToTree, resolveText } from './resolve.js';
import { listRevisions } from './rev-list.js';
import { shortNames } from './short-name.js';

/** How a merge is computed. What is not said comes from the configuration (`merge.*`), else it is as Git has it. */
export interface MergeTreeOptions extends Partial<Omit<MergeOptions, 'labels'>> {
  /** What stands for the sides in messages and conflict markers. Default: the revisions as they were given. */
  readonly labels?:
    | { readonly ours?: string | undefined; readonly theirs?: string | undefined; readonly ancestor?: string | undefined }
    | undefined;
  /** A revision to take for the merge base; then the sides may be trees. Default: the merge bases of the history. */
  readonly base?: string | undefined;
  /** Merge commits that have no common ancestor. Default: `false`. */
  readonly allowUnrelated?: boolean | undefined;
  /** The revision whose `.gitattributes` count (`attr.tree`). Default: none do, as in a bare Git repository. */
  readonly attributesFrom?: string | undefined;
}

/** A merge that was computed. */
export interface MergeTreeResult extends MergeTreesResult {
  /** The objects of the repository together with those of the result, which are nowhere else. */
  readonly objects: ObjectSource;
}

/** Objects that are written beside a snapshot. */
export interface Scratch extends MergeStore {
  readonly writer: YoungWriter;
}

/** A place for the objects of a merge that may come to nothing. */
export function openScratch({ snapshot }: ReadContext): Scratch {
  const writer = new YoungWriter(snapshot.algorithm);
  return {
    writer,
    objects: new ObjectStack([writer, snapshot.objects]),
    write: (type, body) => writer.write(type, body),
    algorithm: snapshot.algorithm,
  };
}

/**
 * Merges two revisions and changes nothing: `git merge-tree --write-tree`.
 *
 * @throws {GovcError} unrelated-histories, revision-invalid, object-missing, object-type-mismatch, config-invalid
 */
export function mergeTree(
  context: ReadContext, sides: { readonly ours: string; readonly theirs: string }, options: MergeTreeOptions,
): MergeTreeResult {
  const { snapshot } = context;
  const scratch = openScratch(context);
  const { ours: branch1 = sides.ours, theirs: branch2 = sides.theirs, ancestor } = options.labels ?? {};
  const merging = completeOptions(context, options);
  if (options.base !== undefined) {
    const treeAt = (text: string): ObjectId => peelToTree(snapshot, resolveText(context, text, 'treeish'));
    const result = runJob(mergeTrees({
      ...scratch,
      base: treeAt(options.base),
      ours: treeAt(sides.ours),
      theirs: treeAt(sides.theirs),
      options: { ...merging, labels: { branch1, branch2, ancestor: ancestor ?? options.base } },
    }));
    return { ...result, objects: scratch.objects };
  }
  const commitAt = (text: string): ObjectId => peelToCommit(snapshot, resolveText(context, text, 'committish'));
  const result = runJob(mergeCommits({
    ...scratch,
    ...commitRequest(context, { ours: commitAt(sides.ours), theirs: commitAt(sides.theirs) }),
    allowUnrelated: options.allowUnrelated,
    options: { ...merging, labels: { branch1, branch2, ancestor } },
  }));
  return { ...result, objects: scratch.objects };
}

/** The parts of a request that the repository decides. */
export function commitRequest(
  { snapshot, graph }: ReadContext, sides: { readonly ours: ObjectId; readonly theirs: ObjectId },
): Pick<MergeCommitsRequest, 'graph' | 'shallow' | 'ours' | 'theirs' | 'shortName'> {
  return { graph, shallow: snapshot.shallow, shortName: shortNames(snapshot), ...sides };
}

/** Options with what the configuration and the repository say. */
export function completeOptions(
  context: ReadContext, options: MergeTreeOptions, words: readonly string[] = [],
): Omit<MergeOptions, 'labels'> {
  const { config } = context.snapshot;
  const { labels: _labels, ...configured } = replayMergeOptions(config, words, { labels: { ancestor: '', branch1: '', branch2: '' } });
  const source = options.attributesFrom ?? config.get('attr.tree');
  return {
    defaultDriver: config.get('merge.default'),
    submodule: (_path, commits) => findSubmodule(context, commits),
    ...configured,
    ...(source === undefined ? {} : { attributes: attributesOf(context, source) }),
    ...givenOptions(options),
  };
}

const OPTION_NAMES = [
  'favor', 'style', 'renames', 'renameScore', 'renameLimit', 'directoryRenames', 'whitespace', 'algorithm', 'normalize', 'subtreeShift',
  'attributes', 'drivers', 'defaultDriver', 'submodule',
] as const satisfies readonly (keyof MergeOptions)[];

/** The options that a caller names, and nothing else of what it passes. */
function givenOptions(options: MergeTreeOptions): Partial<MergeOptions> {
  return Object.fromEntries(OPTION_NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

/** Attributes as the files of a revision have them. @throws {GovcError} revision-invalid, object-missing */
export function attributesOf(context: ReadContext, revision: string): AttributeRules {
  const { objects, algorithm } = context.snapshot;
  const tree = peelToTree(context.snapshot, resolveText(context, revision, 'treeish'));
  return treeAttributes({ objects, algorithm, tree }, {});
}

/** A submodule whose commits happen to be in the repository itself. */
function findSubmodule(context: ReadContext, commits: readonly ObjectId[]): SubmoduleHistory | undefined {
  const { snapshot, graph } = context;
  const { objects, shallow } = snapshot;
  if (!commits.every((id) => objects.findHeader(id)?.type === 'commit')) return undefined;
  const request = { graph, objects, shallow };
  const reaches = (ancestor: ObjectId, descendant: ObjectId): boolean => runJob(isAncestor(request, ancestor, descendant));
  return {
    has: (id) => objects.has(id),
    isAncestor: reaches,
    findMerges: (one, two) => {
      const merges = [...listRevisions(context, { revisions: ['--all', `^${one}`], ancestryPath: [one], minParents: 2 })]
        .map(({ id }) => id).filter((id) => reaches(two, id));
      const shortName = shortNames(snapshot);
      return merges.filter((id) => !merges.some((other) => other !== id && reaches(other, id)))
        .map((id) => `${shortName(id)} ${messageSubject(readCommit(snapshot, id).message)}`);
    },
  };
}
