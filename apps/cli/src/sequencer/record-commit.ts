/** Making the commit of a step: here, where nobody edits, and else by `git commit`. */
import type { Identity, ObjectId } from '@govc/core';
import {
  bytesFromLosslessText, cleanMessage, directRef, makeCommit, parseIdentity, type Commit,
} from '@govc/core/plumbing';

import { commitBytes } from '../session/signing.js';
import { commitSummary } from '../worktree/commit-summary.js';
import { hasHook, runHook } from '../worktree/run-hook.js';
import { writeIndexTree } from '../commands/write-tree.js';
import { parseAuthorScript, type ScriptedAuthor } from './author-script.js';
import { copyRewrittenNotes } from './rewritten-notes.js';
import { refuse } from './refusal.js';
import type { PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

/** What kind of commit is made. */
export interface RecordFlags {
  readonly allowsEmpty?: boolean | undefined;
  readonly edits?: boolean | undefined;
  readonly amends?: boolean | undefined;
  /** Comments are taken out of the message. */
  readonly cleans?: boolean | undefined;
  /** The message stays as it is. */
  readonly isVerbatim?: boolean | undefined;
  /** Hooks may refuse. */
  readonly verifies?: boolean | undefined;
  readonly isRoot?: boolean | undefined;
}

/** A commit to be made. */
export interface RecordRequest {
  /** The file of the Git directory with the message. Default: that of HEAD for an amended commit, else what `git commit` takes. */
  readonly file: string | undefined;
  /** Raw. Default: whoever makes it. */
  readonly author: Uint8Array | undefined;
  readonly flags: RecordFlags;
  /** The commit that is picked. */
  readonly picked: ObjectId | undefined;
  /** What the log says before the title. */
  readonly reflog: string;
}

/** Makes a commit of the index; 0, or the exit code of `git commit`. @throws {Refusal} */
export async function recordCommit(work: Workplace, settings: PickSettings, request: RecordRequest): Promise<number> {
  const { flags, picked } = request;
  const isRebase = settings.action === 'rebase';
  if (flags.edits !== true && flags.verifies !== true) {
    const id = await tryToRecord(work, settings, request);
    if (id !== undefined) {
      work.remove('CHERRY_PICK_HEAD', 'MERGE_MSG');
      if (!isRebase) work.say(commitSummary(work.session, id, { branch: work.head.branch, showsDate: true }));
      return 0;
    }
  }
  if (isRebase && picked !== undefined) work.setPseudoRef('REBASE_HEAD', picked);
  return runCommit(work, settings, request);
}

/** `undefined`: there is nothing to commit, which `git commit` explains. */
async function tryToRecord(work: Workplace, settings: PickSettings, request: RecordRequest): Promise<ObjectId | undefined> {
  const { flags } = request;
  const { session, tree } = work;
  const head = work.head;
  const current = head.id === undefined ? undefined : work.commit(head.id);
  const amended = flags.amends === true ? current : undefined;
  const { id: treeId } = writeIndexTree(tree);
  if (flags.allowsEmpty !== true) {
    const before = amended === undefined ? head.tree : amended.parents[0] === undefined ? undefined : work.treeOf(amended.parents[0]);
    if ((before ?? session.algorithm.emptyTreeId) === treeId) return undefined;
  }
  let message = request.file === undefined ? messageOfHead(work) : work.read(request.file) ?? '';
  if (hasHook(session, 'prepare-commit-msg')) {
    work.save('COMMIT_EDITMSG', message);
    await tree.saveObjects();
    const source = request.file === undefined && amended !== undefined ? ['commit', 'HEAD'] : ['message'];
    if (await runHook(session, 'prepare-commit-msg', { args: [work.pathOf('COMMIT_EDITMSG'), ...source], env: hookEnvironment(work) }) !== 0) {
      refuse("'prepare-commit-msg' hook failed");
    }
    message = work.read('COMMIT_EDITMSG') ?? '';
  }
  message = cleaned(message, settings, flags);
  const raw = amended === undefined ? request.author : amended.authorBytes;
  const author = authorOf(work, settings, raw);
  const commit = makeCommit({
    tree: treeId,
    parents: amended !== undefined ? amended.parents : head.id === undefined || flags.isRoot === true ? [] : [head.id],
    author, committer: committerOf(work, settings, author), message: bytesFromLosslessText(message),
    ...(amended === undefined ? {} : { extraHeaders: keptHeaders(amended) }),
  });
  const id = tree.write('commit', commitBytes(session, commit, settings.signing));
  tree.draft.editRef(head.ref, directRef(id));
  await tree.saveObjects({ message: `${request.reflog}: ${message.split('\n', 1)[0]!}` });
  await runHook(session, 'post-commit', { env: hookEnvironment(work) });
  if (amended !== undefined && head.id !== undefined) {
    await copyRewrittenNotes(work, 'amend', [[head.id, id]]);
    await runHook(session, 'post-rewrite', { args: ['amend'], stdin: bytesFromLosslessText(`${head.id} ${id}\n`) });
  }
  return id;
}

function keptHeaders(commit: Commit): Commit['extraHeaders'] {
  return commit.extraHeaders.filter(({ key }) => key !== 'gpgsig' && key !== 'gpgsig-sha256');
}

function messageOfHead(work: Workplace): string {
  const { id } = work.head;
  return id === undefined ? '' : work.messageOf(id);
}

function cleaned(message: string, settings: PickSettings, flags: RecordFlags): string {
  if (flags.cleans === true) return cleanMessage(message, 'strip');
  if (flags.isVerbatim === true) return message;
  if (settings.cleanup !== undefined) return settings.cleanup === 'verbatim' ? message : cleanMessage(message, settings.cleanup === 'strip' ? 'strip' : 'whitespace');
  return settings.signsOff || settings.recordsOrigin ? cleanMessage(message, 'whitespace') : message;
}

function authorOf(work: Workplace, { ignoresDate }: PickSettings, raw: Uint8Array | undefined): Identity | Uint8Array {
  if (raw === undefined) return work.session.identity('author');
  if (!ignoresDate) return raw;
  const { timeSeconds, timezone } = nowOf(work);
  return { ...parseIdentity(raw), timeSeconds, timezone };
}

function committerOf(work: Workplace, settings: PickSettings, author: Identity | Uint8Array): Identity {
  const committer = work.session.identity('committer');
  if (!settings.committerDateIsAuthorDate) return committer;
  const { timeSeconds, timezone } = settings.ignoresDate ? nowOf(work) : author instanceof Uint8Array ? parseIdentity(author) : author;
  return { ...committer, timeSeconds, timezone };
}

/** The present moment, whatever the environment says. */
function nowOf({ session }: Workplace): Pick<Identity, 'timeSeconds' | 'timezone'> {
  return session.identity('committer', { isStrict: false, date: `@${Math.floor(session.io.clock() / 1000)} ${zoneText(session.io)}` });
}

function zoneText(io: Workplace['session']['io']): string {
  const minutes = io.zone?.(Math.floor(io.clock() / 1000)) ?? 0;
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}${String(size % 60).padStart(2, '0')}`;
}

/** What hooks of a commit that nobody edits are told. */
export function hookEnvironment(work: Workplace): Record<string, string> {
  return { GIT_INDEX_FILE: `${work.session.gitDirectoryText === '.git' ? '.git' : work.session.gitDirectory}/index`, GIT_EDITOR: ':' };
}

/** Runs `git commit` as a sequence does. */
export async function runCommit(work: Workplace, settings: PickSettings, { file, flags, reflog }: RecordRequest): Promise<number> {
  const isRebase = settings.action === 'rebase';
  const env: Record<string, string | undefined> = { GIT_REFLOG_ACTION: reflog };
  const dated = settings.committerDateIsAuthorDate && !settings.ignoresDate;
  if (isRebase && (dated || !(file === undefined && flags.amends === true))) Object.assign(env, needAuthor(work, settings));
  if (settings.committerDateIsAuthorDate) env['GIT_COMMITTER_DATE'] = settings.ignoresDate ? '' : env['GIT_AUTHOR_DATE'];
  if (settings.ignoresDate) env['GIT_AUTHOR_DATE'] = '';
  const args = ['commit'];
  if (flags.verifies !== true) args.push('-n');
  if (flags.amends === true) args.push('--amend');
  if (settings.signing === undefined) args.push(...(work.session.config.getBool('commit.gpgsign', false) ? [] : ['--no-gpg-sign']));
  else args.push(settings.signing === false ? '--no-gpg-sign' : settings.signing === true ? '-S' : `-S${settings.signing}`);
  if (file !== undefined) args.push('-F', `${work.session.gitDirectory}/${file}`);
  else if (flags.edits !== true) args.push('-C', 'HEAD');
  if (flags.cleans === true) args.push('--cleanup=strip');
  if (flags.isVerbatim === true) args.push('--cleanup=verbatim');
  if (flags.edits === true) args.push('-e');
  else if (flags.cleans !== true && !settings.signsOff && !settings.recordsOrigin && settings.cleanup === undefined) args.push('--cleanup=verbatim');
  if (flags.allowsEmpty === true) args.push('--allow-empty');
  if (flags.edits !== true) args.push('--allow-empty-message');
  return work.run(args, { env, isQuiet: isRebase && flags.edits !== true });
}

/** The author that a rebase keeps for the commit at hand. @throws {Refusal} it is not known, since the user has staged something else */
export function needAuthor(work: Workplace, settings: PickSettings): ScriptedAuthor {
  const text = work.read('rebase-merge/author-script');
  const author = text === undefined ? '' : parseAuthorScript(text);
  if (typeof author !== 'string') return author;
  const key = settings.signing === undefined || settings.signing === false ? '' : settings.signing === true ? '-S' : `-S${settings.signing}`;
  return refuse('you have staged changes in your working tree\nIf these changes are meant to be squashed into the previous commit, run:\n\n' +
    `  git commit --amend ${key}\n\nIf they are meant to go into a new commit, run:\n\n  git commit ${key}\n\nIn both cases, once you're done, continue with:\n\n  git rebase --continue\n`);
}
