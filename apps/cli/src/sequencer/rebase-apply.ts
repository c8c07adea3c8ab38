/** Rebasing by patches (`--apply`): `git format-patch` and `git am` do the work. */
import type { ObjectId } from '@govc/core';
import type { RefName } from '@govc/core/plumbing';
import { Readable } from 'node:stream';

import { finishRebase } from './rebase-continue.js';
import type { RebaseAsked } from './rebase-options.js';
import type { RebaseTarget } from './rebase-begin.js';
import { readBasics } from './rebase-state.js';
import { resetHead } from './reset-head.js';
import type { PickSettings } from './settings.js';
import { TextSink, type Workplace } from './workplace.js';

const FOLDER = 'rebase-apply';

/** Makes the patches and applies them. */
export async function beginApply(work: Workplace, settings: PickSettings, { target, asked }: { readonly target: RebaseTarget; readonly asked: RebaseAsked }): Promise<number> {
  const { upstream, onto, origin, limit } = target;
  const range = `${upstream ?? onto}...${origin}`;
  const patches = new TextSink();
  const { io } = work.session;
  const made = await work.context.run([
    'format-patch', '-k', '--stdout', '--full-index', '--cherry-pick', '--right-only', '--src-prefix=a/', '--dst-prefix=b/', '--no-renames', '--no-cover-letter',
    '--pretty=mboxrd', '--topo-order', '--no-base', range, ...(limit === undefined ? [] : [`^${limit}`]),
  ], { stdout: patches, cwd: work.session.worktreePath ?? io.cwd });
  if (made !== 0) {
    await resetHead(work, { id: origin, branch: target.branch, headMessage: `${settings.reflogAction}: updating HEAD` });
    work.tell(`error: \ngit encountered an error while preparing the patches to replay\nthese revisions:\n\n    ${range}\n\nAs a result, git cannot rebase them.\n`);
    return 1;
  }
  await work.renew();
  const code = await am(work, settings, {
    args: [...(asked.isQuiet ? ['-q'] : []), ...asked.apply, '--rebasing', resolveMessage(work), '--patch-format=mboxrd', ...rerere(asked.rerereAuto), ...signing(settings)], stdin: patches.bytes,
  });
  if (code === 0) return finishApply(work, settings, target);
  if (work.has(FOLDER)) writeApplyBasics(work, settings, target);
  return 1;
}

function resolveMessage(work: Workplace): string {
  return `--resolvemsg=${work.env['GIT_CHERRY_PICK_HELP'] ?? ''}`;
}

function rerere(auto: boolean | undefined): string[] {
  return auto === undefined ? [] : [auto ? '--rerere-autoupdate' : '--no-rerere-autoupdate'];
}

function signing({ signing: wish }: PickSettings): string[] {
  return wish === true ? ['-S'] : typeof wish === 'string' ? [`-S${wish}`] : [];
}

async function am(work: Workplace, settings: PickSettings, { args, stdin }: { readonly args: readonly string[]; readonly stdin?: Uint8Array | undefined }): Promise<number> {
  const { io } = work.session;
  const env = { ...io.env, GIT_REFLOG_ACTION: `${settings.reflogAction} (pick)` };
  work.tree.unlock();
  const code = await work.context.run(['am', ...args], { env, cwd: work.session.worktreePath ?? io.cwd, ...(stdin === undefined ? {} : { stdin: Readable.from([stdin]) }) });
  await work.renew();
  return code;
}

function writeApplyBasics(work: Workplace, settings: PickSettings, { branch, onto, origin }: RebaseTarget): void {
  const file = (name: string, text: string): void => { work.save(`${FOLDER}/${name}`, text === '' ? '' : `${text}\n`); };
  file('head-name', branch ?? 'detached HEAD');
  file('onto', onto);
  file('orig-head', origin);
  if (settings.isQuiet) file('quiet', '');
  if (settings.isVerbose) file('verbose', '');
  if (settings.rerereAuto !== undefined) file('allow_rerere_autoupdate', settings.rerereAuto ? '--rerere-autoupdate' : '--no-rerere-autoupdate');
  if (settings.signsOff) file('signoff', '--signoff');
}

/** `--continue`. */
export async function continueApply(work: Workplace, settings: PickSettings): Promise<number> {
  const basics = readBasics(work, FOLDER);
  const code = await am(work, settings, { args: ['--resolved', resolveMessage(work), ...signing(settings)] });
  return code === 0 ? finishApply(work, settings, basics) : 1;
}

/** `--skip`. */
export async function skipApply(work: Workplace, settings: PickSettings): Promise<number> {
  const basics = readBasics(work, FOLDER);
  const code = await am(work, settings, { args: ['--skip', resolveMessage(work)] });
  return code === 0 ? finishApply(work, settings, basics) : 1;
}

async function finishApply(work: Workplace, settings: PickSettings, basics: { readonly branch: RefName | undefined; readonly onto: ObjectId }): Promise<number> {
  await moveBack(work, settings, basics);
  return finishRebase(work, FOLDER);
}

/** Puts the branch where HEAD is, and HEAD back on it. */
export async function moveBack(work: Workplace, { reflogAction }: PickSettings, { branch, onto }: { readonly branch: RefName | undefined; readonly onto: ObjectId }): Promise<void> {
  if (branch === undefined) return;
  await resetHead(work, {
    branch, refsOnly: true, branchMessage: `${reflogAction} (finish): ${branch} onto ${onto}`, headMessage: `${reflogAction} (finish): returning to ${branch}`,
  });
}
