import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { messageSubject } from '../history/commit-message.js';
import { replayedText } from '../history/commit-message-replay.js';
import { addExecItems, autosquash, plainItem, type TodoItem } from '../history/todo.js';
import { commentPrefixOf } from '../history/trailers-rules.js';
import { runJob } from '../job/job.js';
import { parseCommit } from '../object/commit.js';
import { BRANCH_PREFIX, HEAD, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { forkPoint } from '../walk/fork-point.js';
import { mergeBases } from '../walk/merge-base.js';
import { findRefByShortName } from '../walk/revision/find-ref.js';
import { makeRebaseScript } from './rebase-script.js';
import type { RebaseOptions } from './rebase-state.js';
import { peelToCommit, resolveText } from './resolve.js';
import { headTip, type WriteContext } from './write-context.js';

/** What is rebased onto what, and by which list. */
export interface RebasePlan {
  readonly branch: RefName | undefined;
  readonly head: ObjectId;
  /** `undefined` for new roots. */
  readonly onto: ObjectId | undefined;
  readonly todo: readonly TodoItem[];
}

/**
 * What a rebase would do: the list that Git would give to an editor.
 *
 * @param upstream what is left out and, without `onto`, gone onto; `undefined` with `root`
 * @throws {GovcError} replay-invalid: no single merge base to keep, nothing to rebase; revision-invalid
 */
export function planRebase(context: WriteContext, upstream: string | undefined, options: RebaseOptions): RebasePlan {
  const { snapshot, graph } = context;
  const { objects, shallow } = snapshot;
  const commitAt = (text: string): ObjectId => peelToCommit(snapshot, resolveText(context, text, 'commit'));
  const { branch, head } = findBranch(context, options.branch);
  if (upstream === undefined && options.root !== true) {
    throw new GovcError('replay-invalid', 'A rebase needs an upstream, or `root`.', {});
  }
  const upstreamId = upstream === undefined || options.root === true ? undefined : commitAt(upstream);
  let onto = options.onto === undefined ? upstreamId : findOnto(context, options.onto, commitAt);
  if (options.keepBase === true) {
    const bases = upstreamId === undefined ? [] : runJob(mergeBases({ graph, objects, shallow }, upstreamId, [head]));
    if (bases.length !== 1) {
      throw new GovcError('replay-invalid', `"${upstream ?? ''}" and the branch have ${bases.length} merge bases; to keep the base there must be one.`, { bases });
    }
    onto = bases[0];
  }
  const ref = options.forkPoint === true && upstream !== undefined ? findRefByShortName(snapshot.refs, upstream) : undefined;
  const limit = upstreamId === undefined || ref === undefined
    ? undefined
    : runJob(forkPoint({ graph, objects, shallow }, head, { entries: context.reflogs.find(ref.name) ?? [], tip: upstreamId }));
  const commentPrefix = commentPrefixOf(snapshot.config);
  const script = makeRebaseScript(context, {
    upstream: upstreamId ?? (options.root === true ? onto : undefined),
    head,
    limit,
    reappliesCherries: options.reapplyCherryPicks ?? options.keepBase === true,
    keepsEmpty: options.keepEmpty ?? true,
    rebaseMerges: options.rebaseMerges ?? false,
    hasRootOnto: options.root === true && onto !== undefined,
    commentPrefix,
  });
  return { branch, head, onto, todo: finishScript(context, script.length === 0 ? [plainItem('noop')] : script, { options, branch }) };
}

function findBranch(context: WriteContext, text: string | undefined): { branch: RefName | undefined; head: ObjectId } {
  const { snapshot } = context;
  if (text === undefined) {
    const tip = headTip(context);
    if (tip.id === undefined) throw new GovcError('replay-invalid', 'HEAD has no commit to rebase.', { name: HEAD });
    return { branch: tip.isDetached ? undefined : tip.ref, head: tip.id };
  }
  const ref = (text.startsWith(BRANCH_PREFIX) ? text : `${BRANCH_PREFIX}${text}`) as RefName;
  const id = snapshot.refs.has(ref) ? findRefId(snapshot.refs, ref) : undefined;
  return id === undefined
    ? { branch: undefined, head: peelToCommit(snapshot, resolveText(context, text, 'commit')) }
    : { branch: ref, head: id };
}

/** A commit, or of `a...b` the one merge base. */
function findOnto(context: WriteContext, text: string, commitAt: (text: string) => ObjectId): ObjectId {
  const dots = text.indexOf('...');
  if (dots < 0) return commitAt(text);
  const { snapshot, graph } = context;
  const { objects, shallow } = snapshot;
  const one = commitAt(text.slice(0, dots) || HEAD);
  const two = commitAt(text.slice(dots + 3) || HEAD);
  const bases = runJob(mergeBases({ graph, objects, shallow }, one, [two]));
  if (bases.length === 1) return bases[0]!;
  throw new GovcError('replay-invalid', `"${text}" has ${bases.length} merge bases; there must be one.`, { text, bases });
}

/** The list with updates of refs, squashed commits in their place, and commands. */
function finishScript(context: WriteContext, script: readonly TodoItem[], { options, branch }: { readonly options: RebaseOptions; readonly branch: RefName | undefined }): TodoItem[] {
  const { snapshot } = context;
  let items: readonly TodoItem[] = script;
  if (options.updateRefs === true) {
    const names = branchesByCommit(snapshot, branch);
    items = items.flatMap((item) => [item, ...(item.commit === undefined ? [] : (names.get(item.commit) ?? [])).map((name) => plainItem('update-ref', name))]);
  }
  if (options.autosquash === true) {
    items = autosquash(items, {
      subjectOf: (commit) => messageSubject(replayedText(parseCommit(snapshot.objects.find(commit as ObjectId)!.body, snapshot.algorithm)).message),
      findCommit: (word) => {
        const found = items.filter(({ commit }) => /^[0-9a-f]{4,}$/i.test(word) && commit?.startsWith(word.toLowerCase()));
        return found.length === 1 ? found[0]!.commit : undefined;
      },
    });
  }
  return options.exec === undefined || options.exec.length === 0 ? [...items] : addExecItems(items, options.exec);
}

/** Branches other than the one that is rebased, by commit, in the order in which Git lists them. */
function branchesByCommit(snapshot: Snapshot, except: RefName | undefined): Map<string, RefName[]> {
  const names = new Map<string, RefName[]>();
  for (const [name] of snapshot.refs.entries(BRANCH_PREFIX)) {
    const id = findRefId(snapshot.refs, name as RefName);
    if (id === undefined || name === except) continue;
    names.set(id, [name as RefName, ...(names.get(id) ?? [])]);
  }
  return names;
}
