/** Beginning a rebase: what is rebased onto what, and whether there is anything to do. */
import type { ObjectId } from '@govc/core';
import {
  fileStats, findChanges, findRefByShortName, findRefId, findUpstreamRef, forkPoint, formatStat, formatSummary, losslessTextFromBytes, mergeBases, peelToCommit,
  runJob, shortenRefName, type RefName,
} from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { findObject } from '../session/revisions.js';
import { runHook } from '../worktree/run-hook.js';
import { createAutostash } from './autostash.js';
import { isCleanFor } from './clean-worktree.js';
import { beginApply, moveBack } from './rebase-apply.js';
import { finishRebase } from './rebase-continue.js';
import { startRebase } from './rebase-list.js';
import { newRoot } from './rebase-merges.js';
import { settingsOf, type RebaseAsked } from './rebase-options.js';
import { STATE } from './rebase-state.js';
import { resetHead } from './reset-head.js';
import type { PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

/** What is rebased onto what. */
export interface RebaseTarget {
  readonly upstream: ObjectId | undefined;
  readonly upstreamText: string;
  readonly onto: ObjectId;
  readonly ontoName: string;
  readonly origin: ObjectId;
  readonly branch: RefName | undefined;
  readonly branchName: string;
  /** The branch or commit that is switched to first. */
  readonly switchesTo: string | undefined;
  readonly limit: ObjectId | undefined;
  /** The one merge base of the branch and what it goes onto. */
  readonly base: ObjectId | undefined;
  readonly hasRootOnto: boolean;
}

/** Does it; the exit code. @throws {Failure} */
export async function beginRebase(work: Workplace, asked: RebaseAsked, rest: readonly string[]): Promise<number> {
  const settings = settingsOf(work.session, asked);
  const target = await findTarget(work, { asked, rest, settings });
  const folder = asked.backend === 'apply' ? 'rebase-apply' : STATE;
  if (asked.autostashes) await createAutostash(work, `${folder}/autostash`);
  if (!await isCleanFor(work, 'rebase', 'Please commit or stash them.')) return 1;
  const mayStay = !asked.isInteractive && asked.exec.length === 0 && !asked.autosquashes && !asked.apply.some((option) => option === '--whitespace=fix' || option === '--whitespace=strip');
  if (mayStay && canStay(work, target)) {
    const name = target.branchName === 'HEAD' ? 'HEAD is' : `Current branch ${target.branchName} is`;
    if (!asked.isForced) {
      if (target.switchesTo !== undefined) await switchTo(work, settings, target);
      if (!asked.isQuiet) work.say(`${name} up to date.\n`);
      return finishRebase(work, folder);
    }
    if (!asked.isQuiet) work.say(`${name} up to date, rebase forced.\n`);
  }
  const named = target.switchesTo === undefined ? [] : [target.switchesTo];
  if (asked.verifies && await runHook(work.session, 'pre-rebase', { args: [target.upstreamText, ...named] }) !== 0) die('The pre-rebase hook refused to rebase.');
  if (asked.showsStat) showStat(work, target, asked.isVerbose);
  setRebaseEnvironment(work, asked.isInteractive);
  if (asked.backend === 'apply') return applyBackend(work, asked, { settings, target });
  return startRebase(work, settings, {
    ...target, reappliesCherries: asked.reappliesCherries === true, keepsEmpty: asked.keepsEmpty, exec: asked.exec,
    merges: asked.merges === undefined ? false : asked.merges === 'rebase-cousins' ? 'cousins' : true,
    autosquashes: asked.isInteractive && asked.autosquashes, updatesRefs: asked.updatesRefs,
  });
}

/** What programs below a rebase are told. */
export function setRebaseEnvironment(work: Workplace, isInteractive: boolean): void {
  work.env['GIT_CHERRY_PICK_HELP'] = RESOLVE_HELP;
  if (!isInteractive) work.env['GIT_SEQUENCE_EDITOR'] = ':';
}

/** What is to be done about conflicts. */
export const RESOLVE_HELP = 'Resolve all conflicts manually, mark them as resolved with\n"git add/rm <conflicted_files>", then run "git rebase --continue".\n' +
  'You can instead skip this commit: run "git rebase --skip".\nTo abort and get back to the state before "git rebase", run "git rebase --abort".';

async function applyBackend(work: Workplace, asked: RebaseAsked, { settings, target }: { readonly settings: PickSettings; readonly target: RebaseTarget }): Promise<number> {
  if (!asked.isQuiet) work.say('First, rewinding head to replay your work on top of it...\n');
  await resetHead(work, {
    id: target.onto, origin: target.origin, detaches: true, runsHook: true, headMessage: `${settings.reflogAction} (start): checkout ${target.ontoName}`,
  });
  if (target.base === target.origin) {
    work.say(`Fast-forwarded ${target.branchName} to ${target.ontoName}.\n`);
    await moveBack(work, settings, target);
    return finishRebase(work, 'rebase-apply');
  }
  return beginApply(work, settings, { target, asked });
}

async function switchTo(work: Workplace, settings: PickSettings, { origin, branch, switchesTo }: RebaseTarget): Promise<void> {
  await resetHead(work, { id: origin, branch, detaches: branch === undefined, runsHook: true, headMessage: `${settings.reflogAction}: checkout ${switchesTo!}` });
}

interface TargetParts {
  readonly asked: RebaseAsked;
  readonly rest: readonly string[];
  readonly settings: PickSettings;
}

async function findTarget(work: Workplace, { asked, rest, settings }: TargetParts): Promise<RebaseTarget> {
  const left = [...rest];
  let upstreamName: string | undefined;
  let upstream: ObjectId | undefined;
  let ontoName = asked.onto;
  if (!asked.root) {
    upstreamName = left.shift();
    if (upstreamName === undefined) {
      upstreamName = configuredUpstream(work);
      asked.forkPoint ??= true;
    }
    if (upstreamName === '-') upstreamName = '@{-1}';
    upstream = findCommit(work, upstreamName) ?? die(`invalid upstream '${upstreamName}'`);
  } else if (ontoName === undefined) {
    settings.squashOnto = await newRoot(work, settings);
    ontoName = settings.squashOnto;
  }
  const hasRootOnto = asked.root && asked.onto !== undefined;
  if (left.length > 1) throw new Failure('usage: git rebase\n', 129);
  const tip = findTip(work, left[0]);
  if (asked.keepsBase) ontoName = `${upstreamName!}...${tip.branchName}`;
  ontoName ??= upstreamName!;
  const onto = findOnto(work, ontoName, asked.keepsBase ? upstreamName : undefined);
  const bases = basesOf(work, onto, tip.origin);
  const base = ontoName.includes('...') ? onto : bases.length === 1 ? bases[0] : undefined;
  if (asked.keepsBase && asked.reappliesCherries === true) upstream = onto;
  const limit = asked.forkPoint === true && upstreamName !== undefined ? findForkPoint(work, upstreamName, tip.origin) : undefined;
  return { upstream, upstreamText: asked.root ? '--root' : upstreamName!, onto, ontoName, ...tip, switchesTo: left[0], limit, base, hasRootOnto };
}

function findTip(work: Workplace, name: string | undefined): Pick<RebaseTarget, 'origin' | 'branch' | 'branchName'> {
  if (name !== undefined) {
    const ref = `refs/heads/${name}` as RefName;
    const own = findRefId(work.session.repository.snapshot.refs, ref);
    const origin = own ?? findCommit(work, name) ?? die(`no such branch/commit '${name}'`);
    return { origin, branch: own === undefined ? undefined : ref, branchName: name };
  }
  const { head } = work;
  if (head.id === undefined) die('Could not resolve HEAD to a commit');
  return { origin: head.id, branch: head.isDetached ? undefined : head.ref, branchName: head.branch ?? 'HEAD' };
}

function findCommit(work: Workplace, name: string): ObjectId | undefined {
  const id = findObject(work.session, name, 'committish');
  if (id === undefined) return undefined;
  try {
    return peelToCommit(work.session.context.snapshot, id);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'object-type-mismatch') throw error;
    return undefined;
  }
}

function findOnto(work: Workplace, name: string, keptFor: string | undefined): ObjectId {
  const dots = name.indexOf('...');
  if (dots < 0) return findCommit(work, name) ?? die(`Does not point to a valid commit '${name}'`);
  const [one, two] = [name.slice(0, dots) || 'HEAD', name.slice(dots + 3) || 'HEAD'].map((text) => findCommit(work, text));
  const bases = one === undefined || two === undefined ? [] : basesOf(work, one, two);
  if (bases.length === 1) return bases[0]!;
  return die(keptFor === undefined ? `'${name}': need exactly one merge base` : `'${keptFor}': need exactly one merge base with branch`);
}

function basesOf(work: Workplace, one: ObjectId, two: ObjectId): readonly ObjectId[] {
  const { graph, snapshot } = work.session.context;
  return runJob(mergeBases({ graph, objects: snapshot.objects, shallow: snapshot.shallow }, one, [two]));
}

function findForkPoint(work: Workplace, name: string, head: ObjectId): ObjectId | undefined {
  const { graph, snapshot, reflogs } = work.session.context;
  const ref = findRefByShortName(snapshot.refs, name) ?? upstreamRef(work, name);
  if (ref === undefined) die(`No such ref: '${name}'`);
  const tip = findRefId(snapshot.refs, ref.name);
  if (tip === undefined) return undefined;
  return runJob(forkPoint({ graph, objects: snapshot.objects, shallow: snapshot.shallow }, head, { entries: reflogs.find(ref.name) ?? [], tip }));
}

function upstreamRef(work: Workplace, name: string): { readonly name: RefName } | undefined {
  const match = /^(.*)@\{(?:u|upstream)\}$/i.exec(name);
  if (match === null) return undefined;
  const found = findUpstreamRef(work.session.repository.snapshot, match[1] === '' ? work.head.branch ?? '' : match[1]!);
  return typeof found === 'string' ? { name: found } : undefined;
}

/** The upstream of the branch, or what is said where it has none. @throws {Failure} */
function configuredUpstream(work: Workplace): string {
  const { branch } = work.head;
  const { snapshot } = work.session.repository;
  const found = branch === undefined ? undefined : findUpstreamRef(snapshot, branch);
  if (typeof found === 'string') return shortenRefName(snapshot.refs, found);
  const remote = branch === undefined ? undefined : work.session.config.get(`branch.${branch}.remote`) ?? '<remote>';
  work.say(`${branch === undefined ? 'You are not currently on a branch.' : 'There is no tracking information for the current branch.'}\n` +
    "Please specify which branch you want to rebase against.\nSee git-rebase(1) for details.\n\n    git rebase '<branch>'\n\n" +
    (branch === undefined ? '' : `If you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${remote!}/<branch> ${branch}\n\n`));
  throw new Failure('', 1);
}

/** Whether the branch is where it would be put, with a straight line of commits. */
function canStay(work: Workplace, { base, onto, upstream, limit, origin }: RebaseTarget): boolean {
  if (base === undefined || base !== onto || upstream === undefined) return false;
  if (limit !== undefined && limit !== base) return false;
  const bases = basesOf(work, upstream, origin);
  if (bases.length !== 1 || bases[0] !== onto) return false;
  for (let at: ObjectId | undefined = origin; at !== undefined && at !== onto;) {
    const { parents }: { readonly parents: readonly ObjectId[] } = work.commit(at);
    if (parents.length > 1) return false;
    at = parents[0];
  }
  return true;
}

function showStat(work: Workplace, { base, onto }: RebaseTarget, isVerbose: boolean): void {
  if (isVerbose) work.say(base === undefined ? `Changes to ${onto}:\n` : `Changes from ${base} to ${onto}:\n`);
  const { objects } = work.tree;
  const { changes } = findChanges({ objects, algorithm: work.session.algorithm, old: base === undefined ? undefined : work.treeOf(base), new: work.treeOf(onto), options: { renames: 'renames' } });
  work.say(losslessTextFromBytes(formatStat(fileStats(changes, { objects }), {})) + losslessTextFromBytes(formatSummary(changes, {})));
}
