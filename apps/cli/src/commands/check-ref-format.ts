import { checkRefFormat } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import { matchFullBranchName } from '../session/branch-names.js';

const USAGE = 'usage: git check-ref-format [--normalize] [<options>] <refname>\n   or: git check-ref-format --branch <branchname-shorthand>\n';

/** `git check-ref-format`. */
export const checkRefFormatCommand: Command = async (args, context) => {
  const { io } = context;
  if (args.length === 1 && args[0] === '-h') {
    io.stdout.write(USAGE);
    return 129;
  }
  if (args.length === 2 && args[0] === '--branch') {
    const name = args[1]!;
    const session = await context.findSession();
    let full = name;
    if (session !== undefined && name.includes('@')) {
      const found = matchFullBranchName(session, name);
      if (found?.startsWith('refs/heads/') === true) full = found.slice(11);
      else if (found !== undefined) full = found;
    }
    const isPrior = /^@\{-\d+\}$/.test(name) && full !== name;
    if (full.startsWith('-') || (full === 'HEAD') || (!isPrior && !checkRefFormat(`refs/heads/${full}`).valid)) die(`'${name}' is not a valid branch name`);
    writeText(io.stdout, `${full}\n`);
    return 0;
  }
  let normalize = false;
  let allowOneLevel = false;
  let refspecPattern = false;
  let at = 0;
  for (; at < args.length && args[at]!.startsWith('-'); at++) {
    const arg = args[at]!;
    if (arg === '--normalize' || arg === '--print') normalize = true;
    else if (arg === '--allow-onelevel') allowOneLevel = true;
    else if (arg === '--no-allow-onelevel') allowOneLevel = false;
    else if (arg === '--refspec-pattern') refspecPattern = true;
    else throw new Failure(USAGE, 129);
  }
  if (at !== args.length - 1) throw new Failure(USAGE, 129);
  const found = checkRefFormat(args[at]!, { allowOneLevel, refspecPattern, normalize });
  if (!found.valid) return 1;
  if (normalize) writeText(io.stdout, `${found.name}\n`);
  return 0;
};
