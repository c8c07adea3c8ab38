/**
 * The marks that stand for branches: `@`, `@{-n}`, `<branch>@{upstream}` and `<branch>@{push}` (gitrevisions;
 * `branch.<name>.*`, `remote.*` and `push.default` in git-config).
 */
import { hasCode } from '../../errors.js';
import { BRANCH_PREFIX, HEAD, type RefName } from '../../ref/ref-name.js';
import { mapSource, parseFetchRefspec, parsePushRefspec, type Refspec } from '../../ref/refspec.js';
import { findRefId } from '../../store/ref-map.js';
import type { Snapshot } from '../../store/snapshot.js';
import { findRefByShortName, shortenRefName } from './find-ref.js';
import type { RevisionContext } from './revision-context.js';
import { revisionError, type RevisionProblem } from './revision-problem.js';

/** What was made of the beginning of a name. */
export interface BranchNameMatch {
  /** How many characters of the name it replaces. */
  readonly size: number;
  readonly text: string;
}

// A name out of a reflog may itself begin with a mark; nobody writes more than two.
const DEPTH_MAX = 10;

/**
 * What a name with a mark stands for, or `undefined` where it has none. What follows the mark is not looked at.
 *
 * @throws {GovcError} revision-invalid: there is no upstream, or no place to push to.
 */
export function matchBranchName(context: RevisionContext, name: string, depth = 0): BranchNameMatch | undefined {
  const prior = matchPriorBranch(context, name);
  if (prior === 'too-few') return undefined;
  if (prior !== undefined) return prior.size === name.length ? prior : goOn(context, name, { match: prior, depth });
  for (let at = name.indexOf('@'); at >= 0; at = name.indexOf('@', at + 1)) {
    if (at === 0 && isLoneAt(name)) return goOn(context, name, { match: { size: 1, text: 'HEAD' }, depth });
    const mark = /^@\{(?:upstream|u|push)\}/i.exec(name.slice(at, at + 12))?.[0];
    if (mark === undefined || name.slice(0, at).includes(':')) continue;
    const find = mark.toLowerCase() === '@{push}' ? findPushRef : findUpstreamRef;
    const ref = find(context.snapshot, name.slice(0, at));
    if (typeof ref !== 'string') throw revisionError(name, ref);
    return { size: at + mark.length, text: shortenRefName(context.snapshot.refs, ref) };
  }
  return undefined;
}

/** Whether the `@` at the start stands alone or before another `@{`. */
function isLoneAt(name: string): boolean {
  if (name[1] === '{') return false;
  const next = name.indexOf('@', 1);
  if (next >= 0 && name[next + 1] !== '{') return false;
  return (next < 0 ? name.length : next) === 1;
}

function goOn(
  context: RevisionContext, name: string, { match, depth }: { readonly match: BranchNameMatch; readonly depth: number },
): BranchNameMatch {
  const rest = name.slice(match.size);
  const further = depth < DEPTH_MAX ? matchBranchName(context, match.text + rest, depth + 1) : undefined;
  if (further === undefined) return match;
  return { size: further.size - match.text.length + match.size, text: further.text };
}

/** `@{-n}` at the start of a name: what was checked out before the last n times that HEAD moved to another branch. */
export function matchPriorBranch(context: RevisionContext, name: string): BranchNameMatch | 'too-few' | undefined {
  const match = /^@\{-[ \t\n\v\f\r]*\+?(\d+)\}/.exec(name);
  if (match === null) return undefined;
  let left = Number(match[1]);
  if (left <= 0) return undefined;
  const entries = context.reflogs.find(HEAD) ?? [];
  for (let i = entries.length - 1; i >= 0; i--) {
    const from = /^checkout: moving from (.*?) to /s.exec(entries[i]!.message)?.[1];
    if (from !== undefined && --left === 0) return { size: match[0].length, text: from };
  }
  return 'too-few';
}

/** The remote-tracking branch (or, with the remote `.`, the branch) that a branch is built on; `''` is the current one. */
export function findUpstreamRef(snapshot: Snapshot, branch: string): RefName | RevisionProblem {
  const name = branchOf(snapshot, branch);
  return name === undefined ? { kind: 'head-detached' } : upstreamOf(snapshot, name);
}

/** The remote-tracking branch of where `git push` would push a branch; `''` is the current one. */
export function findPushRef(snapshot: Snapshot, branch: string): RefName | RevisionProblem {
  const name = branchOf(snapshot, branch);
  if (name === undefined) return { kind: 'head-detached' };
  const { config, algorithm } = snapshot;
  const remote = config.get(`branch.${name}.pushRemote`) ?? config.get('remote.pushDefault') ??
    config.get(`branch.${name}.remote`) ?? defaultRemote(snapshot);
  const ref = `${BRANCH_PREFIX}${name}` as RefName;
  const push = refspecsOf(config.getAll(`remote.${remote}.push`), (text) => parsePushRefspec(text, algorithm));
  if (push.length > 0) {
    const target = mapPush(push, ref);
    if (target === undefined) return { kind: 'push-not-included', remote, branch: name };
    return trackingOf(snapshot, remote, target);
  }
  if (config.getBool(`remote.${remote}.mirror`, false)) return trackingOf(snapshot, remote, ref);
  switch (config.get('push.default')) {
    case 'nothing':
      return { kind: 'push-nothing' };
    case 'matching':
    case 'current':
      return trackingOf(snapshot, remote, ref);
    case 'upstream':
    case 'tracking':
      return upstreamOf(snapshot, name);
    default: {
      const upstream = upstreamOf(snapshot, name);
      if (typeof upstream !== 'string') return upstream;
      const current = trackingOf(snapshot, remote, ref);
      return current === upstream || typeof current !== 'string' ? current : { kind: 'push-not-simple' };
    }
  }
}

function branchOf(snapshot: Snapshot, branch: string): string | undefined {
  if (branch !== '' && branch !== 'HEAD') return branch;
  const head = snapshot.refs.get(HEAD);
  if (head?.kind !== 'symbolic' || !head.target.startsWith(BRANCH_PREFIX)) return undefined;
  return head.target.slice(BRANCH_PREFIX.length);
}

function upstreamOf(snapshot: Snapshot, branch: string): RefName | RevisionProblem {
  const { config, refs } = snapshot;
  const isNamable = !/[\n\0]/.test(branch);
  const remote = isNamable ? config.get(`branch.${branch}.remote`) : undefined;
  const [merge] = isNamable ? config.getAll(`branch.${branch}.merge`) : [];
  if (remote === undefined || merge === undefined) {
    if (findRefId(refs, `${BRANCH_PREFIX}${branch}` as RefName) === undefined) return { kind: 'no-branch', branch };
    return { kind: 'no-upstream', branch };
  }
  const tracking = findTracking(snapshot, remote, merge);
  if (tracking !== undefined) return tracking;
  if (remote !== '.') return { kind: 'upstream-not-tracked', merge };
  const found = findRefByShortName(refs, merge);
  return found?.count === 1 ? found.target : (merge as RefName);
}

function trackingOf(snapshot: Snapshot, remote: string, ref: string): RefName | RevisionProblem {
  return findTracking(snapshot, remote, ref) ?? { kind: 'push-not-tracked', remote, ref };
}

function findTracking(snapshot: Snapshot, remote: string, ref: string): RefName | undefined {
  const { config, algorithm } = snapshot;
  const specs = refspecsOf(config.getAll(`remote.${remote}.fetch`), (text) => parseFetchRefspec(text, algorithm));
  return mapSource(specs, ref as RefName)?.target;
}

/** Where refspecs of a push send a branch; one without a colon sends it to its own name. */
function mapPush(specs: readonly Refspec[], ref: RefName): RefName | undefined {
  return mapSource(specs.map((spec) => ({ ...spec, target: spec.target ?? spec.source })), ref)?.target;
}

function refspecsOf(texts: readonly string[], parse: (text: string) => Refspec): Refspec[] {
  const specs: Refspec[] = [];
  for (const text of texts) {
    try {
      specs.push(parse(text));
    } catch (error) {
      // Whoever fetches is told; a name is looked for in what can be read.
      if (!hasCode(error, 'refspec-invalid')) throw error;
    }
  }
  return specs;
}

function defaultRemote(snapshot: Snapshot): string {
  const remotes = snapshot.config.subsections('remote');
  return remotes.length === 1 ? remotes[0]! : 'origin';
}
