import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { BRANCH_PREFIX, HEAD } from '../ref/ref-name.js';
import { directRef, symbolicRef } from '../ref/ref-value.js';
import { mergeBases } from '../walk/merge-base.js';
import { readCommit } from './commit-info.js';
import type { RebasePlan } from './rebase-plan.js';
import type { RebaseOptions, RebaseResult } from './rebase-state.js';
import { peelToCommit, resolveText } from './resolve.js';
import { logLine } from './step-log.js';
import { headTip, type WriteContext } from './write-context.js';

/** What a rebase was asked for. */
export interface RebaseRequest {
  readonly upstream: string | undefined;
  readonly options: RebaseOptions;
}

/** Whether the branch stands where it is to go already, as a line of commits, so that nothing need be done. */
export function isUpToDate(context: WriteContext, { plan, upstream, options }: RebaseRequest & { readonly plan: RebasePlan }): boolean {
  const { force, signoff, committerDateIsAuthorDate, resetAuthorDate, autosquash, exec = [] } = options;
  if ([force, signoff, committerDateIsAuthorDate, resetAuthorDate, autosquash].includes(true) || exec.length > 0) return false;
  const { onto, head } = plan;
  if (onto === undefined || upstream === undefined || options.root === true) return false;
  const { snapshot, graph } = context;
  const request = { graph, objects: snapshot.objects, shallow: snapshot.shallow };
  const upstreamId = peelToCommit(snapshot, resolveText(context, upstream, 'commit'));
  for (const other of new Set([onto, upstreamId])) {
    const bases = runJob(mergeBases(request, other, [head]));
    if (bases.length !== 1 || bases[0] !== onto) return false;
  }
  for (let at: ObjectId | undefined = head; at !== onto;) {
    const { parents }: { parents: readonly ObjectId[] } = readCommit(snapshot, at);
    if (parents.length !== 1) return false;
    at = parents[0]!;
  }
  return true;
}

/** Puts `HEAD` on the branch that was named, and does nothing more. */
export function stayUpToDate(context: WriteContext, { branch, head }: RebasePlan, options: RebaseOptions): RebaseResult {
  const text = options.branch;
  const tip = headTip(context);
  if (text !== undefined) {
    const identity = context.identity(options.committer);
    context.propose({ origin: 'rebase' }, (draft) => {
      draft.editRef(HEAD, branch === undefined ? directRef(head) : symbolicRef(branch));
      if (branch !== undefined || !tip.isDetached || tip.id !== head) {
        logLine(draft, HEAD, { from: tip.id, to: head, message: `rebase: checkout ${text}`, identity });
      }
    });
  }
  return { kind: 'done', head, rewritten: [] };
}

/** What Git calls the place where the commits go, in the log. */
export function ontoName(context: WriteContext, { branch, onto }: RebasePlan, { upstream, options }: RebaseRequest): string {
  if (options.keepBase !== true) return options.onto ?? upstream ?? onto ?? '';
  const tip = headTip(context);
  const name = options.branch ?? (tip.isDetached ? HEAD : (branch ?? '').slice(BRANCH_PREFIX.length));
  return `${upstream ?? ''}...${name}`;
}
