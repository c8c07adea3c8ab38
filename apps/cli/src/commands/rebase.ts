import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { usageText } from '../options/usage.js';
import { parseOptions } from '../options/parse-options.js';
import { abortRebase, continueRebase, discardStep, editRebase, quitRebase, refuseUnresolved, skipRebase } from '../sequencer/rebase-continue.js';
import { makeRebaseAsked, rebaseOptions, REBASE_USAGE, settingsOf, settleBackend, type RebaseAsked } from '../sequencer/rebase-options.js';
import { beginRebase, setRebaseEnvironment } from '../sequencer/rebase-begin.js';
import { continueApply, skipApply } from '../sequencer/rebase-apply.js';
import { STATE } from '../sequencer/rebase-state.js';
import { Refusal } from '../sequencer/refusal.js';
import { Workplace } from '../sequencer/workplace.js';

const APPLY = 'rebase-apply';

/** `git rebase`. */
export const rebaseCommand: Command = async (args, context) => {
  const session = await context.session();
  session.needWorktree();
  const asked = makeRebaseAsked(session.config);
  const work = new Workplace(context, session);
  const folder = findState(work);
  asked.isInteractive = folder === STATE && work.has(`${STATE}/interactive`);
  const options = rebaseOptions(asked);
  const rest = parseOptions(args, { io: context.io, usage: REBASE_USAGE, options });
  if (asked.preservesMerges) die("--preserve-merges was replaced by --rebase-merges\nNote: Your `pull.rebase` configuration may also be set to 'preserve',\nwhich is no longer supported; use 'merges' instead");
  if ((asked.mode !== undefined && args.length !== 1) || rest.length > 2) throw new Failure(usageText(REBASE_USAGE, options), 129);
  if (asked.mode !== undefined && folder === undefined) die('No rebase in progress?');
  try {
    return asked.mode === undefined ? await begin(work, { asked, rest, folder }) : await conclude(work, asked, folder!);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Failure(error.text, 1);
  } finally {
    work.tree.unlock();
  }
};

function findState(work: Workplace): string | undefined {
  if (work.has(`${APPLY}/applying`)) die("It looks like 'git am' is in progress. Cannot rebase.");
  return work.has(APPLY) ? APPLY : work.has(STATE) ? STATE : undefined;
}

async function begin(work: Workplace, { asked, rest, folder }: { readonly asked: RebaseAsked; readonly rest: readonly string[]; readonly folder: string | undefined }): Promise<number> {
  if (folder !== undefined) {
    die(`It seems that there is already a ${folder} directory, and\nI wonder if you are in the middle of another rebase.  If that is the\ncase, please try\n\tgit rebase (--continue | --abort | --skip)\n` +
      `If that is not the case, please\n\trm -fr "${work.pathOf(folder)}"\nand run me again.  I am stopping in case you still have something\nvaluable there.\n`);
  }
  settleBackend(asked);
  return beginRebase(work, asked, rest);
}

async function conclude(work: Workplace, asked: RebaseAsked, folder: string): Promise<number> {
  const settings = settingsOf(work.session, asked);
  settings.isQuiet = false;
  const isMerge = folder === STATE;
  setRebaseEnvironment(work, asked.isInteractive);
  switch (asked.mode) {
    case 'continue':
      if (isMerge) return continueRebase(work, settings);
      await refuseUnresolved(work);
      return continueApply(work, settings);
    case 'skip':
      if (isMerge) return skipRebase(work, settings);
      await discardStep(work);
      return skipApply(work, settings);
    case 'abort': return abortRebase(work, settings, folder);
    case 'quit': return quitRebase(work, folder);
    case 'edit-todo':
      if (!isMerge) die('The --edit-todo action can only be used during interactive rebase.');
      return editRebase(work);
    case 'show-current-patch':
      return work.run(isMerge ? ['show', 'REBASE_HEAD', '--'] : ['am', '--show-current-patch']);
    case undefined: return 0;
  }
}
