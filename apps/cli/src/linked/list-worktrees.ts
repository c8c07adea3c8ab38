import { findExpiryDate, quotePath, textWidth } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import type { Session } from '../session/session.js';
import { listWorktrees, pruneReason, type LinkedWorktree, type WorktreeVerb } from './worktree-list.js';

/** `git worktree list`. */
export const listWorktreesCommand: WorktreeVerb = async (args, { io }, session) => {
  const seen = { porcelain: false, verbose: false, nul: false, expire: Number.POSITIVE_INFINITY };
  const options = [
    flag('porcelain', 'machine-readable output', (isOn) => { seen.porcelain = isOn; }),
    flag('v|verbose', 'show extended annotations and reasons, if available', (isOn) => { seen.verbose = isOn; }),
    value('expire', 'expiry-date', "add 'prunable' annotation to worktrees older than <time>", (text) => { seen.expire = readExpiry(session, text); }),
    flag('z', 'terminate records with a NUL character', (isOn) => { seen.nul = isOn; }),
  ];
  const usage = ['git worktree list [-v | --porcelain [-z]]'];
  const rest = parseOptions(args, { io, usage, options });
  if (rest.length > 0) usageError(usageText(usage, options));
  if (seen.verbose && seen.porcelain) die("options '--verbose' and '--porcelain' cannot be used together");
  if (seen.nul && !seen.porcelain) die("the option '-z' requires '--porcelain'");
  const all = listWorktrees(session);
  const digits = Math.max(7, ...all.map(({ head }) => (head === undefined ? 7 : shortId(session, head).length)));
  const width = Math.max(...all.map(({ path }) => Buffer.byteLength(path)));
  for (const each of all) {
    const prunable = each.name === undefined ? undefined : pruneReason(session, each.name, seen.expire);
    writeText(io.stdout, seen.porcelain ? porcelain(session, each, { prunable, end: seen.nul ? '\0' : '\n' }) : line(session, each, { prunable, digits, width, isVerbose: seen.verbose }));
  }
  return 0;
};

/** The moment of `--expire`. @throws {Failure} */
export function readExpiry(session: Session, text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const found = findExpiryDate(text, { nowSeconds: Math.floor(session.io.clock() / 1000), zone: session.io.zone });
  if (found === undefined) throw new Failure(`error: malformed expiration date '${text}'\n`, 129);
  return found;
}

function porcelain(session: Session, each: LinkedWorktree, { prunable, end }: { readonly prunable: string | undefined; readonly end: string }): string {
  let text = `worktree ${each.path}${end}`;
  if (each.isBare) text += `bare${end}`;
  else text += `HEAD ${each.head ?? session.algorithm.zeroId}${end}${each.branch === undefined ? 'detached' : `branch ${each.branch}`}${end}`;
  if (each.lockReason !== undefined) text += `locked${each.lockReason === '' ? '' : ` ${end === '\0' ? each.lockReason : quotePath(each.lockReason)}`}${end}`;
  if (prunable !== undefined) text += `prunable ${prunable}${end}`;
  return text + end;
}

function line(
  session: Session, each: LinkedWorktree,
  { prunable, digits, width, isVerbose }: { readonly prunable: string | undefined; readonly digits: number; readonly width: number; readonly isVerbose: boolean },
): string {
  let text = `${each.path}${' '.repeat(Math.max(0, 1 + width - textWidth(each.path)))} `;
  if (each.isBare) text += '(bare)';
  else {
    text += `${(each.head === undefined ? session.algorithm.zeroId.slice(0, 7) : shortId(session, each.head)).padEnd(digits)} `;
    text += each.branch === undefined ? '(detached HEAD)' : `[${each.branch.replace(/^refs\/(?:heads|remotes|tags)\//, '')}]`;
  }
  const { lockReason } = each;
  if (lockReason !== undefined) text += isVerbose && lockReason !== '' ? `\n\tlocked: ${lockReason}` : ' locked';
  if (prunable !== undefined) text += isVerbose ? `\n\tprunable: ${prunable}` : ' prunable';
  return `${text}\n`;
}
