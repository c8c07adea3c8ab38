import type { Command } from '../command.js';
import { usageError, showUsage } from '../options/usage.js';
import { addWorktree } from '../linked/add-worktree.js';
import { listWorktreesCommand } from '../linked/list-worktrees.js';
import { lockWorktree, moveWorktree, pruneWorktrees, removeWorktree, repairWorktrees, unlockWorktree } from '../linked/change-worktree.js';
import type { WorktreeVerb } from '../linked/worktree-list.js';

const USAGE = `usage: git worktree add [-f] [--detach] [--checkout] [--lock [--reason <string>]]
                        [-b <new-branch>] <path> [<commit-ish>]
   or: git worktree list [-v | --porcelain [-z]]
   or: git worktree lock [--reason <string>] <worktree>
   or: git worktree move <worktree> <new-path>
   or: git worktree prune [-n] [-v] [--expire <expire>]
   or: git worktree remove [-f] <worktree>
   or: git worktree repair [<path>...]
   or: git worktree unlock <worktree>

`;

const VERBS: Readonly<Record<string, WorktreeVerb>> = {
  add: addWorktree, list: listWorktreesCommand, lock: lockWorktree, move: moveWorktree, prune: pruneWorktrees, remove: removeWorktree, repair: repairWorktrees,
  unlock: unlockWorktree,
};

/** `git worktree`. */
export const worktreeCommand: Command = async ([verb, ...args], context) => {
  if (verb === '-h' || verb === '--help') showUsage(context.io, USAGE);
  if (verb === undefined) usageError(USAGE, 'need a subcommand');
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (run === undefined) usageError(USAGE, verb.startsWith('-') ? `unknown ${verb.startsWith('--') ? `option \`${verb.slice(2)}'` : `switch \`${verb[1] ?? ''}'`}` : `unknown subcommand: \`${verb}'`);
  return run(args, context, await context.session());
};
