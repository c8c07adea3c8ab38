/** Completing Git's commands: options as their usage has them, and names of what is in the repository. */
import { Readable } from 'node:stream';

import type { CommandTable } from '../command.js';
import type { Context } from '../context.js';
import { beginning, commandNames, type Candidate, type Completion, type Line } from './candidates.js';
import { refNames } from './complete-subject.js';
import { capture } from './push-everything.js';

const ALL_REFS = ['refs/heads', 'refs/tags', 'refs/remotes'];
/** Commands whose words are revisions. */
const REVISIONS = new Set([
  'archive', 'bisect', 'blame', 'branch', 'bundle', 'cat-file', 'checkout', 'cherry', 'cherry-pick', 'describe', 'diff', 'diff-tree', 'fast-export', 'format-patch', 'grep', 'log',
  'ls-tree', 'merge', 'merge-base', 'merge-tree', 'name-rev', 'notes', 'range-diff', 'rebase', 'reset', 'rev-list', 'rev-parse', 'revert', 'shortlog', 'show', 'show-branch', 'switch',
  'tag', 'whatchanged', 'worktree',
]);
/** Commands whose first word is a remote, and the others branches. */
const REMOTES = new Set(['fetch', 'ls-remote', 'pull', 'push']);
/** Options whose usage does not name them all. */
const MORE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  diff: ['--stat', '--name-only', '--name-status', '--cached', '--staged', '--word-diff', '--color', '--numstat', '--shortstat', '--summary', '--patch', '--raw', '--no-index', '--exit-code', '--quiet', '--ignore-all-space', '--find-renames', '--find-copies'],
  log: ['--oneline', '--graph', '--all', '--decorate', '--stat', '--patch', '--name-only', '--name-status', '--author', '--since', '--until', '--grep', '--max-count', '--first-parent', '--merges', '--no-merges', '--reverse', '--follow', '--format', '--pretty', '--abbrev-commit', '--date', '--branches', '--tags', '--remotes'],
};
/** Words of commands whose usage by itself does not name them. */
const MORE_WORDS: Readonly<Record<string, readonly string[]>> = { stash: ['apply', 'branch', 'clear', 'drop', 'list', 'pop', 'push', 'save', 'show'] };
const SAME_OPTIONS: Readonly<Record<string, string>> = { show: 'log', whatchanged: 'log', 'diff-index': 'diff', 'diff-files': 'diff', 'diff-tree': 'diff' };

/** What may stand in the words of a Git command. */
export async function completeGit(context: Context, commands: CommandTable, line: Line & { readonly name: string }): Promise<Completion> {
  const { name, words, current } = line;
  if (!Object.hasOwn(commands, name)) return completeAlias(context, commands, line);
  const isOver = words.includes('--');
  if (name === 'help') return beginning(await commandNames(context, commands), current);
  const usage = await usageOf(context, commands, name);
  if (current.startsWith('-') && !isOver) return beginning(optionsIn(name, usage), current);
  if (isOver) return { candidates: [], fallback: 'files' };
  const operands = words.filter((word) => !word.startsWith('-'));
  const subcommands = operands.length === 0 ? subcommandsIn(name, usage, commands[name]?.usage !== undefined) : [];
  const named = await namesFor(context, name, operands);
  // Where no name fits, files may: `git checkout src/…`.
  const candidates = beginning([...subcommands, ...named], current).candidates;
  const takesFiles = !REMOTES.has(name) && name !== 'switch' && name !== 'remote' && (candidates.length === 0 || !REVISIONS.has(name)) && subcommands.length === 0;
  return { candidates, ...(takesFiles ? { fallback: 'files' as const } : {}) };
}

async function completeAlias(context: Context, commands: CommandTable, line: Line & { readonly name: string }): Promise<Completion> {
  const { name } = line;
  const alias = (await context.config()).get(`alias.${name}`);
  const [command, ...rest] = alias === undefined || alias.startsWith('!') ? [] : alias.split(/\s+/);
  if (command === undefined || !Object.hasOwn(commands, command)) return { candidates: [], fallback: 'files' };
  return completeGit(context, commands, { ...line, name: command, words: [...rest, ...line.words] });
}

async function namesFor(context: Context, name: string, operands: readonly string[]): Promise<Candidate[]> {
  if (REMOTES.has(name)) return operands.length === 0 ? remoteNames(context) : refNames(context, ['refs/heads', 'refs/tags']);
  if (name === 'remote') return operands.length === 0 ? [] : remoteNames(context);
  if (name === 'tag') return refNames(context, ['refs/tags', 'refs/heads']);
  if (name === 'checkout' || name === 'switch') return [...(await refNames(context, ALL_REFS)), ...(await trackedNames(context))];
  return REVISIONS.has(name) ? refNames(context, ALL_REFS) : [];
}

async function remoteNames(context: Context): Promise<Candidate[]> {
  const { exitCode, stdout } = await capture(context, ['remote']);
  return exitCode === 0 ? stdout.split('\n').filter((word) => word !== '').map((word) => ({ word })) : [];
}

/** Branches of remotes by their own names: `git switch topic` makes one that tracks it. */
async function trackedNames(context: Context): Promise<Candidate[]> {
  const local = new Set((await refNames(context, ['refs/heads'])).map(({ word }) => word));
  const names = (await refNames(context, ['refs/remotes'])).map(({ word }) => word.slice(word.indexOf('/') + 1)).filter((word) => word !== 'HEAD' && !local.has(word));
  return [...new Set(names)].map((word) => ({ word, about: 'a branch of a remote' }));
}

/** What a command says of itself. It is run here, with nothing but the option that asks for it, and can reach nothing. */
async function usageOf(context: Context, commands: CommandTable, name: string): Promise<string> {
  const entry = commands[name]!;
  if (entry.usage !== undefined) {
    return name === 'serve' ? `${entry.usage}\n${(await import('../commands/serve.js')).serveOptions()}` : entry.usage;
  }
  const { io } = context;
  const mute: Context = { ...context, run: (argv, changes) => context.run(argv, { ...io, ...changes, stdin: Readable.from([]), spawn: undefined, start: undefined, http: undefined, fetch: undefined }) };
  const { stdout, stderr } = await capture(mute, [name, '-h']);
  return stdout + stderr;
}

function optionsIn(name: string, usage: string): Candidate[] {
  const about = new Map<string, string | undefined>();
  for (const [, word, help] of usage.matchAll(/^ {2,4}(?:-\S+, )?(--[a-z][\w-]*)(?:\[?=\S+| [<(A-Z]\S*)?(?: {2,}(.*)|\n {20,}(.*))?$/gm)) about.set(word!, help);
  const own = SAME_OPTIONS[name] ?? name;
  for (const [word] of usage.matchAll(/--[a-z][\w-]*/g)) if (!about.has(word)) about.set(word, undefined);
  for (const word of MORE_OPTIONS[own] ?? []) if (!about.has(word)) about.set(word, undefined);
  return [...about].map(([word, help]) => ({ word, about: help?.trim() === '' ? undefined : help?.trim() })).sort((left, right) => (left.word < right.word ? -1 : 1));
}

/** `git stash list` in the usage makes `list` a word that may follow. */
function subcommandsIn(name: string, usage: string, isOwn: boolean): Candidate[] {
  const words = new Set<string>(MORE_WORDS[name]);
  const calls = new RegExp(`^(?:usage:|   or:)\\s+(?:git|govc) ${name} (?:\\[--?[^\\]]*\\] )*\\[?(\\(? ?[a-z][a-z-]*(?: \\| [a-z][a-z-]*)*)(?= |\\)|\\]|$)`, 'gm');
  for (const [, list] of usage.matchAll(calls)) {
    for (const word of list!.replace(/[( ]/g, '').split('|')) words.add(word);
  }
  if (isOwn) for (const [, word] of usage.matchAll(/(?:\||^govc \S+) ([a-z][a-z-]+) [A-Z]/g)) words.add(word!);
  return [...words].map((word) => ({ word }));
}

