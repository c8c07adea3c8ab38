import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, optionalValue } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { formatLong } from '../print/status-long.js';
import { formatPorcelain2, formatShort, type ShortFormat, type StatusHead } from '../print/status-short.js';
import { collectStatus, longStatus, statusPaint, untrackedMode, type StatusChoice } from '../worktree/collect-status.js';
import { readHead } from '../worktree/head.js';
import { openWorktree } from '../worktree/open-worktree.js';
import { findTracking } from '../worktree/tracking.js';
import { relativeTo } from './ls-files.js';

const USAGE = ['git status [<options>] [--] [<pathspec>...]'];

/** `git status`. */
export const statusCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const { config } = session;
  const asked: { format?: 'long' | 'short' | 'v1' | 'v2' | undefined; isNul: boolean } = { isNul: false };
  let branch: boolean | undefined;
  let isVerbose = 0;
  let stash = config.getBool('status.showstash', false);
  let counts: boolean | undefined;
  const choice: { -readonly [K in keyof StatusChoice]: StatusChoice[K] } = {};
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('v|verbose', 'be verbose', (isOn) => { isVerbose += isOn ? 1 : 0; }),
      flag('s|short', 'show status concisely', (isOn) => { asked.format = isOn ? 'short' : 'long'; }),
      flag('b|branch', 'show branch information', (isOn) => { branch = isOn; }),
      flag('show-stash', 'show stash information', (isOn) => { stash = isOn; }),
      flag('ahead-behind', 'compute full ahead/behind values', (isOn) => { counts = isOn; }),
      optionalValue('porcelain', 'version', 'machine-readable output', (text, isSet) => {
        if (!isSet) asked.format = undefined;
        else if (text === undefined || text === 'v1' || text === '1') asked.format = 'v1';
        else if (text === 'v2' || text === '2') asked.format = 'v2';
        else die(`unsupported porcelain version '${text}'`);
      }),
      flag('long', 'show status in long format (default)', (isOn) => { asked.format = isOn ? 'long' : undefined; }),
      flag('z|null', 'terminate entries with NUL', (isOn) => { asked.isNul = isOn; }),
      optionalValue('u|untracked-files', 'mode', 'show untracked files, optional modes: all, normal, no. (Default: all)', (text, isSet) => {
        const word = isSet ? (text ?? 'all') : 'no';
        if (word !== 'all' && word !== 'normal' && word !== 'no') die(`Invalid untracked files mode '${word}'`);
        choice.untracked = word;
      }),
      optionalValue('ignored', 'mode', 'show ignored files, optional modes: traditional, matching, no. (Default: traditional)', (text, isSet) => {
        const word = isSet ? (text ?? 'traditional') : 'no';
        if (word !== 'traditional' && word !== 'matching' && word !== 'no') die(`Invalid ignored mode '${word}'`);
        choice.ignored = word;
      }),
      optionalValue('ignore-submodules', 'when', 'ignore changes to submodules, optional when: all, dirty, untracked. (Default: all)', (text, isSet) => {
        const word = isSet ? (text ?? 'all') : 'none';
        if (word !== 'all' && word !== 'dirty' && word !== 'untracked' && word !== 'none') die(`bad --ignore-submodules argument: ${word}`);
        choice.ignoreSubmodules = word;
      }),
      optionalValue('column', 'style', 'list untracked files in columns', () => undefined),
      flag('no-renames', 'do not detect renames', (isOn) => { choice.renames = isOn ? { renames: 'off' } : { renames: 'renames' }; }),
      optionalValue('M|find-renames', 'n', 'detect renames, optionally set similarity index', (text) => {
        choice.renames = { renames: 'renames', renameScore: text === undefined ? undefined : parseScore(text) };
      }),
    ],
  });
  const tree = openWorktree(session);
  choice.pathspec = rest.length === 0 ? undefined : tree.pathspec(rest);
  const { isNul } = asked;
  let { format } = asked;
  if (isNul && format === undefined) format = 'v1';
  if (isNul && format === 'long') die("options '-z' and '--long' cannot be used together");
  const isPlain = format === 'v1' || format === 'v2';
  format ??= config.getBool('status.short', false) ? 'short' : 'long';
  if (!isPlain && branch === undefined) branch = config.getBool('status.branch', false);
  const untracked = untrackedMode(tree, choice.untracked);
  if (untracked === 'no' && choice.ignored !== undefined && choice.ignored !== 'no') die('Unsupported combination of ignored and untracked-files arguments');
  await tree.refresh(choice.pathspec);
  const status = await collectStatus(tree, choice);
  const stashCount = stash ? session.repository.stashes().length : undefined;
  const shown = format === 'short' && config.getBool('status.relativepaths', true)
    ? (path: string): string => relativeTo(path, session.prefix) : (path: string): string => path;
  const head = readHead(session);
  const hasCounts = counts ?? (isPlain || config.getBool('status.aheadbehind', true));
  const around: StatusHead = {
    head, showsBranch: branch === true, stashCount, hasCounts,
    tracking: branch === true && head.branch !== undefined ? findTracking(session, head.branch) : undefined,
  };
  const lines: ShortFormat = {
    isNul, shown, zeroId: session.algorithm.zeroId, quoteNonAscii: config.getBool('core.quotepath', true),
    paint: format === 'short' ? statusPaint(tree) : (_, text) => text,
  };
  if (format === 'short' || format === 'v1') writeText(io.stdout, formatShort(status, around, lines));
  else if (format === 'v2') writeText(io.stdout, formatPorcelain2(status, around, lines));
  else {
    writeText(io.stdout, formatLong(longStatus(tree, status, {
      untracked, showsIgnored: choice.ignored !== undefined && choice.ignored !== 'no', stashCount: stashCount ?? 0, paint: statusPaint(tree),
    })));
    if (isVerbose > 0) await context.run(['diff', '--cached']);
  }
  return 0;
};

/** A similarity as `-M` takes it: `50%`, `5` for 0.5, `75` for 0.75; in percent. */
export function parseScore(text: string): number {
  if (text.endsWith('%')) return Number.parseFloat(text);
  const digits = text.replace('.', '');
  return digits === '' ? 50 : Math.min(100, (Number(digits) / 10 ** digits.length) * 100);
}
