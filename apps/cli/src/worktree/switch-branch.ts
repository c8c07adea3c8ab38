/** Moving HEAD to another branch or commit with index and files: what `git checkout <branch>` and `git switch` do. */
import type { ObjectId } from '@govc/core';
import {
  BRANCH_PREFIX, bytesFromText, directRef, HEAD, peelToTree, removeAll, setConfigValue, shortenRefName, symbolicRef, type RefName,
} from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import { shortId } from '../print/abbreviation.js';
import { findCheckedOut } from '../linked/worktree-list.js';
import { readHead, subjectOf } from './head.js';
import { localChanges } from './local-changes.js';
import type { OpenWorktree } from './open-worktree.js';
import { runHook } from './run-hook.js';
import { obstacleText, switchTree } from './switch-tree.js';
import { trackingText } from './tracking.js';

/** Where HEAD goes. */
export interface SwitchRequest {
  /** The revision as it was given, for messages and the log. */
  readonly name: string;
  /** The commit; `undefined` only for a branch that has none yet. */
  readonly id: ObjectId | undefined;
  /** The branch that HEAD names then; `undefined` detaches it. */
  readonly branch: string | undefined;
  readonly isNewBranch: boolean;
  /** A branch of that name may exist. */
  readonly resetsBranch: boolean;
  readonly isOrphan: boolean;
  readonly isForced: boolean;
  readonly merges: boolean;
  readonly isQuiet: boolean;
  /** The branch may be checked out in another worktree, too. */
  readonly ignoresOtherWorktrees?: boolean | undefined;
  readonly overwritesIgnored: boolean;
  /** Whether the user asked for no branch, who then needs no advice. */
  readonly isDetachWanted: boolean;
  /** Whether the new branch follows this ref. */
  readonly upstream: RefName | undefined;
}

/** Does it; the exit code. */
export async function switchBranch(tree: OpenWorktree, request: SwitchRequest): Promise<number> {
  const { session } = tree;
  const { io, config } = session;
  const before = readHead(session);
  const isUnmerged = tree.index.entries.some(({ stage }) => stage !== 0);
  if (isUnmerged && !request.isForced) {
    let last = '';
    for (const { path, stage } of tree.index.entries) {
      if (stage !== 0 && path !== last) writeText(io.stdout, `${path}: needs merge\n`);
      if (stage !== 0) last = path;
    }
    throw new Failure('error: you need to resolve your current index first\n', 1);
  }
  const to = request.isOrphan && request.id === before.id ? before.tree : request.id === undefined ? undefined : peelToTree(session.context.snapshot, request.id);
  if (request.branch !== undefined && !request.isForced && !request.ignoresOtherWorktrees && request.branch !== before.branch) refuseCheckedOut(session, request.branch);
  tree.lock();
  const isInitial = tree.loaded.time === undefined;
  // A new branch at the commit where HEAD stands changes no file, so none is looked at.
  const isStill = request.isNewBranch && !request.resetsBranch && !request.isOrphan && !request.isForced && !request.merges && request.id === before.id && !isInitial;
  if (isStill) {
    tree.unlock();
  } else {
    await tree.refresh();
    const result = request.isForced
      ? await switchTree(tree, [to], { discards: 'overwrite' })
      : await switchTree(tree, [before.tree, to], { isInitial, overwritesIgnored: request.overwritesIgnored });
    if ('obstacles' in result) throw new Failure(obstacleText(result.obstacles, 'checkout', config.getBool('advice.commitbeforemerge', true)), 1);
    await tree.save(result.index);
    if (!request.isQuiet && !request.isForced && request.id !== undefined) writeText(io.stdout, await localChanges(tree, to));
  }
  const { gitFiles, draft } = tree;
  const ref = request.branch === undefined ? undefined : (`${BRANCH_PREFIX}${request.branch}` as RefName);
  if (ref !== undefined && request.isNewBranch && !request.isOrphan && request.id !== undefined) draft.editRef(ref, directRef(request.id));
  const from = before.isDetached ? before.id ?? '(invalid)' : before.branch ?? '';
  const message = `${io.env['GIT_REFLOG_ACTION'] === undefined ? 'checkout' : io.env['GIT_REFLOG_ACTION']}: moving from ${from} to ${request.branch ?? request.name}`;
  const wasThere = ref !== undefined && session.repository.snapshot.refs.get(ref) !== undefined;
  if (ref !== undefined && request.isNewBranch && !request.isOrphan) await tree.saveObjects({ message: wasThere ? `branch: Reset to ${request.name}` : `branch: Created from ${request.name}` });
  if (ref !== undefined) {
    if (before.isDetached || before.ref !== ref) tree.draft.editRef(HEAD, symbolicRef(ref));
    else if (before.id !== undefined && request.id === before.id) {
      // The log tells of switches that lead nowhere, too.
      const entry = { ...session.identity('committer', { isStrict: false }), oldId: before.id, newId: before.id, message };
      tree.draft.editReflog(HEAD, { kind: 'append', entry });
    }
  } else if (request.id !== undefined) {
    tree.draft.editRef(HEAD, directRef(request.id));
  }
  await tree.saveObjects(request.isOrphan ? undefined : { message });
  for (const name of ['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_HEAD', 'MERGE_RR', 'MERGE_MSG', 'MERGE_MODE', 'SQUASH_MSG', 'AUTO_MERGE']) gitFiles.remove(name);
  if (gitFiles.find('sequencer/abort-safety') === undefined) removeAll(gitFiles, 'sequencer');
  if (request.upstream !== undefined && request.branch !== undefined && request.isNewBranch) setUpstream(tree, request.branch, request.upstream, request.isQuiet);
  if (!request.isQuiet) tell(tree, request, { before, wasThere });
  const code = await runHook(session, 'post-checkout', { args: [before.id ?? session.algorithm.zeroId, request.id ?? session.algorithm.zeroId, '1'] });
  return code === 0 ? 0 : 1;
}

/** A branch is checked out in one worktree at a time. */
function refuseCheckedOut(session: OpenWorktree['session'], branch: string): void {
  if (session.commonFiles.find('worktrees') === undefined) return;
  const other = findCheckedOut(session, `${BRANCH_PREFIX}${branch}`);
  if (other !== undefined) die(`'${branch}' is already checked out at '${other.path}'`);
}

function tell(
  tree: OpenWorktree, request: SwitchRequest, { before, wasThere }: { readonly before: ReturnType<typeof readHead>; readonly wasThere: boolean },
): void {
  const { session } = tree;
  const { io } = session;
  if (before.isDetached && before.id !== undefined && before.id !== request.id) {
    writeText(io.stderr, `Previous HEAD position was ${shortId(session, before.id)} ${subjectOf(session, before.id)}\n`);
  }
  if (request.branch === undefined) {
    if (!before.isDetached) {
      if (!request.isDetachWanted && session.config.getBool('advice.detachedhead', true)) writeText(io.stderr, detachedAdvice(request.name));
    }
    writeText(io.stderr, `HEAD is now at ${shortId(session, request.id!)} ${subjectOf(session, request.id!)}\n`);
    return;
  }
  const name = `'${request.branch}'`;
  const isSame = !before.isDetached && before.branch === request.branch;
  if (request.isOrphan) writeText(io.stderr, `Switched to a new branch ${name}\n`);
  else if (isSame) writeText(io.stderr, request.resetsBranch && request.isNewBranch ? `Reset branch ${name}\n` : `Already on ${name}\n`);
  else if (request.isNewBranch) writeText(io.stderr, wasThere ? `Switched to and reset branch ${name}\n` : `Switched to a new branch ${name}\n`);
  else writeText(io.stderr, `Switched to branch ${name}\n`);
  if (!request.isOrphan && !(request.isNewBranch && !wasThere && request.upstream === undefined)) writeText(io.stdout, trackingText(session, request.branch));
}

function detachedAdvice(name: string): string {
  return `Note: switching to '${name}'.\n\nYou are in 'detached HEAD' state. You can look around, make experimental\n` +
    'changes and commit them, and you can discard any commits you make in this\n' +
    'state without impacting any branches by switching back to a branch.\n\n' +
    'If you want to create a new branch to retain commits you create, you may\n' +
    'do so (now or later) by using -c with the switch command. Example:\n\n  git switch -c <new-branch-name>\n\n' +
    'Or undo this operation with:\n\n  git switch -\n\n' +
    'Turn off this advice by setting config variable advice.detachedHead to false\n\n';
}

/** Writes `branch.<name>.remote` and `.merge`. */
export function setUpstream(tree: OpenWorktree, branch: string, upstream: RefName, isQuiet: boolean): void {
  const { session, commonFiles } = tree;
  const short = shortenRefName(session.repository.snapshot.refs, upstream);
  const remote = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(upstream);
  const [name, merge] = remote === null ? ['.', upstream] : [remote[1]!, `refs/heads/${remote[2]!}`];
  let bytes: Uint8Array = commonFiles.find('config') === undefined ? bytesFromText('') : commonFiles.read('config');
  bytes = setConfigValue(bytes, `branch.${branch}.remote`, name);
  bytes = setConfigValue(bytes, `branch.${branch}.merge`, merge);
  commonFiles.write('config', bytes);
  session.repository.setConfig(`branch.${branch}.remote`, name);
  session.repository.setConfig(`branch.${branch}.merge`, merge);
  if (!isQuiet) writeText(session.io.stdout, `branch '${branch}' set up to track '${short}'.\n`);
}

/** Ends where a branch of that name exists or the name cannot be used. */
export function checkNewBranch(tree: OpenWorktree, name: string, resets: boolean): void {
  if (!resets && tree.session.repository.snapshot.refs.get(`${BRANCH_PREFIX}${name}` as RefName) !== undefined) {
    die(`a branch named '${name}' already exists`);
  }
}

