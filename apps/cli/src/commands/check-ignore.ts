import { findStages, losslessTextFromBytes, quotePath, worktreeAttributes, worktreeIgnores, type AttributeRules } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { readAll, writeText } from '../print/output.js';
import { unquotePath } from '../print/unquote.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';
import { openIndex } from '../worktree/open-worktree.js';

const IGNORE_USAGE = ['git check-ignore [<options>] <pathname>...', 'git check-ignore [<options>] --stdin'];

/** `git check-ignore`. */
export const checkIgnoreCommand: Command = async (args, context) => {
  const { io } = context;
  const o = { isQuiet: false, isVerbose: false, stdin: false, isNul: false, nonMatching: false, usesIndex: true };
  const rest = parseOptions(args, {
    io, usage: IGNORE_USAGE,
    options: [
      flag('q|quiet', 'suppress progress reporting', (isOn) => { o.isQuiet = isOn; }),
      flag('v|verbose', 'be verbose', (isOn) => { o.isVerbose = isOn; }),
      flag('stdin', 'read file names from stdin', (isOn) => { o.stdin = isOn; }),
      flag('z', 'terminate input and output records by a NUL character', (isOn) => { o.isNul = isOn; }),
      flag('n|non-matching', 'show non-matching input paths', (isOn) => { o.nonMatching = isOn; }),
      flag('no-index', 'ignore index when checking', (isOn) => { o.usesIndex = !isOn; }),
    ],
  });
  if (o.stdin && rest.length > 0) die('cannot specify pathnames with --stdin');
  if (o.isNul && !o.stdin) die('-z only makes sense with --stdin');
  if (!o.stdin && rest.length === 0) die('no path specified');
  if (o.isQuiet && rest.length > 1) die('--quiet is only valid with a single pathname');
  if (o.isQuiet && o.isVerbose) die('cannot have both --quiet and --verbose');
  if (o.nonMatching && !o.isVerbose) die('--non-matching is only valid with --verbose');
  const session = await context.session();
  session.needWorktree();
  const tree = openIndex(session);
  const rules = worktreeIgnores(tree, tree.index);
  let hasMatch = false;
  for (const text of o.stdin ? await readNames(context.io, o.isNul) : rest) {
    if (text === '') die('empty string is not a valid pathspec. please use . instead if you meant to match all paths');
    const path = pathOf(session, text);
    const info = tree.files.find(path);
    const isFolder = info?.kind === 'directory' || text.endsWith('/');
    const isTracked = o.usesIndex && (findStages(tree.index, path).length > 0 || tree.index.entries.some((entry) => entry.path.startsWith(`${path}/`)));
    const match = path === '' || isTracked ? undefined : rules.findMatch(path, isFolder);
    const counts = match !== undefined && (o.isVerbose || !match.isNegated);
    if (counts && !(match.isNegated && !o.isVerbose)) hasMatch = true;
    if (o.isQuiet || (!counts && !o.nonMatching)) continue;
    const shown = o.isNul ? text : quotePath(text);
    if (!o.isVerbose) writeText(io.stdout, `${shown}${o.isNul ? '\0' : '\n'}`);
    else if (o.isNul) writeText(io.stdout, match === undefined ? `\0\0\0${text}\0` : `${match.source}\0${match.line}\0${match.text}\0${text}\0`);
    else writeText(io.stdout, `${match === undefined ? '::' : `${quotePath(match.source)}:${match.line}:${match.text}`}\t${shown}\n`);
  }
  return hasMatch ? 0 : 1;
};

const ATTR_USAGE = ['git check-attr [-a | --all | <attr>...] [--] <pathname>...', 'git check-attr --stdin [-z] [-a | --all | <attr>...]'];

/** `git check-attr`. */
export const checkAttrCommand: Command = async (args, context) => {
  const { io } = context;
  const o = { all: false, cached: false, stdin: false, isNul: false };
  const rest = parseOptions(args, {
    io, usage: ATTR_USAGE, keepsDashes: true,
    options: [
      flag('a|all', 'report all attributes set on file', (isOn) => { o.all = isOn; }),
      flag('cached', 'use .gitattributes only from the index', (isOn) => { o.cached = isOn; }),
      flag('stdin', 'read file names from stdin', (isOn) => { o.stdin = isOn; }),
      flag('z', 'terminate input and output records by a NUL character', (isOn) => { o.isNul = isOn; }),
    ],
  });
  const session = await context.session();
  const dashes = rest.indexOf('--');
  let names = o.all ? [] : dashes >= 0 ? rest.slice(0, dashes) : o.stdin ? rest : rest.slice(0, 1);
  let paths = dashes >= 0 ? rest.slice(dashes + 1) : o.stdin ? [] : o.all ? rest : rest.slice(1);
  if (!o.all && names.length === 0 && paths.length === 0) die('No attribute specified');
  if (dashes === 0 && !o.all) [names, paths] = [paths.slice(0, 1), paths.slice(1)];
  if (o.stdin && paths.length > 0) die('Can\'t specify files with --stdin');
  if (!o.stdin && paths.length === 0) die('No file specified');
  for (const name of names) if (name.startsWith('-') || !/^[\w.-]+$/.test(name)) die(`${name}: not a valid attribute name`);
  const tree = openIndex(session);
  const rules: AttributeRules = worktreeAttributes(tree, tree.index, o.cached ? 'index-only' : 'worktree');
  for (const text of o.stdin ? await readNames(io, o.isNul) : paths) {
    const path = pathOf(session, text) + (text.endsWith('/') ? '/' : '');
    const values = o.all ? inGitOrder([...rules.checkAll(path)]) : rules.check(path, names).map((value, i) => [names[i]!, value] as const);
    for (const [name, value] of values) {
      const shown = value === true ? 'set' : value === false ? 'unset' : value ?? 'unspecified';
      writeText(io.stdout, o.isNul ? `${text}\0${name}\0${shown}\0` : `${quotePath(text)}: ${name}: ${shown}\n`);
    }
  }
  return 0;
};

/** Git lists attributes in the order in which it first heard of them; its own come first. */
function inGitOrder<T>(values: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  const own = ['binary', 'diff', 'merge', 'text'];
  const rank = (name: string): number => (own.includes(name) ? own.indexOf(name) : own.length);
  return [...values].sort(([a], [b]) => rank(a) - rank(b));
}

async function readNames(io: Session['io'], isNul: boolean): Promise<string[]> {
  const lines = losslessTextFromBytes(await readAll(io.stdin)).split(isNul ? '\0' : '\n');
  if (lines.at(-1) === '') lines.pop();
  return isNul ? lines : lines.map(unquotePath);
}

function pathOf(session: Session, text: string): string {
  const root = session.worktreePath ?? session.io.cwd;
  const path = absolutePath(session.io.cwd, text);
  if (path === root) return '';
  if (!path.startsWith(`${root}/`)) die(`${text}: '${text}' is outside repository at '${root}'`);
  return path.slice(root.length + 1);
}
