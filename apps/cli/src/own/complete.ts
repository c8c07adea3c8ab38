/**
 * Completing a command line. The shells ask `govc completion words -- <words>` with the words up to the cursor, and are answered with
 * candidates, one on a line, each with a tab and a few words about it where there are some; `:files` and `:directories` leave it to the
 * shell, and `:nospace` says that the word goes on.
 */
import type { Context } from '../context.js';
import { beginning, commandNames, NOTHING, type Candidate, type Completion, type Line, type Tables } from './candidates.js';
import { completeGit } from './complete-git.js';
import { completeSubject } from './complete-subject.js';
import { findVerb, operandAt, optionsOf, type OwnCommand, type Subject, type Verb, type VerbOption } from './verb.js';

/** Options before the command, and whether they take the next word. */
const GLOBAL_OPTIONS: Readonly<Record<string, boolean>> = {
  '-C': true, '-c': true, '--git-dir': true, '--work-tree': true, '--namespace': true, '--config-env': true, '--exec-path': false, '--bare': false,
  '--no-pager': false, '--paginate': false, '--version': false, '--help': false, '--no-replace-objects': false, '--literal-pathspecs': false,
};

/** What may stand under the cursor, every candidate beginning with what is typed. */
export async function complete(context: Context, tables: Tables, { words, current }: Line): Promise<Completion> {
  let at = 0;
  while (words[at]?.startsWith('-') === true) at += GLOBAL_OPTIONS[words[at]!] === true ? 2 : 1;
  if (at > words.length) return GLOBAL_OPTIONS[words.at(-1)!] === true && words.at(-1) !== '-c' ? { candidates: [], fallback: 'directories' } : NOTHING;
  const name = words[at];
  if (name === undefined) {
    const all = current.startsWith('-') ? Object.keys(GLOBAL_OPTIONS).map((word) => ({ word })) : await commandNames(context, tables.commands);
    return beginning(all, current);
  }
  const inner = contextAfter(context, words.slice(0, at));
  const line = { words: words.slice(at + 1), current };
  const load = Object.hasOwn(tables.own, name) ? tables.own[name] : undefined;
  return load === undefined ? completeGit(inner, tables.commands, { ...line, name }) : completeOwn(inner, await load(), line);
}

/** The folder that `-C` names. */
function contextAfter(context: Context, options: readonly string[]): Context {
  const at = options.lastIndexOf('-C');
  const folder = at < 0 ? undefined : options[at + 1];
  if (folder === undefined) return context;
  const io = { ...context.io, cwd: folder.startsWith('/') ? folder : `${context.io.cwd}/${folder}` };
  return { io, name: context.name, session: () => context.session(), findSession: () => context.findSession(), config: () => context.config(), run: (argv, changes) => context.run(argv, { ...io, ...changes }) };
}

async function completeOwn(context: Context, command: OwnCommand, { words, current }: Line): Promise<Completion> {
  const found = findVerb(command, words);
  const verbWords = nextVerbWords(command, words);
  if (found === undefined) return beginning(verbWords, current);
  const { verb, rest } = found;
  const options = optionsOf(verb);
  const attached = /^(--[\w-]+)=(.*)$/s.exec(current);
  if (attached !== null) {
    const option = options.find(({ names }) => names.split('|').includes(attached[1]!.slice(2)));
    return option?.subject === undefined ? NOTHING : prefixed(await valuesOf(context, { option, line: { words: rest, current: attached[2]! } }), `${attached[1]!}=`);
  }
  const { operands, waiting, isOver } = readWords(verb, rest);
  if (waiting !== undefined) return valuesOf(context, { option: waiting, line: { words: rest, current } });
  if (!isOver && current.startsWith('-')) return beginning(optionCandidates(options), current);
  const operand = operandAt(verb, operands.length);
  const own = operand === undefined ? NOTHING : await subjectOf(context, operand.subject, { words: rest, current, operands });
  // `auth token` is a verb by itself and may go on with `create`.
  return operands.length === 0 && rest.length === 0 ? { ...own, candidates: [...beginning(verbWords, current).candidates, ...own.candidates] } : own;
}

function optionCandidates(options: readonly VerbOption[]): Candidate[] {
  return options.map(({ names, help }) => ({ word: `--${names.split('|').find((name) => name.length > 1)!}`, about: help }));
}

/** The next words of verbs that begin with these. */
function nextVerbWords(command: OwnCommand, words: readonly string[]): Candidate[] {
  const seen = new Map<string, string>();
  for (const { name, summary } of command.verbs) {
    const parts = name.split(' ');
    if (name === '' || parts.length <= words.length || words.some((word, index) => parts[index] !== word)) continue;
    const next = parts[words.length]!;
    if (!seen.has(next)) seen.set(next, parts.length === words.length + 1 ? summary : `${parts.slice(words.length).join(' ')} …`);
  }
  return [...seen].map(([word, about]) => ({ word, about }));
}

interface ReadWords {
  readonly operands: readonly string[];
  /** The option whose value is under the cursor. */
  readonly waiting: VerbOption | undefined;
  /** Whether `--` said that no options follow. */
  readonly isOver: boolean;
}

function readWords(verb: Verb, words: readonly string[]): ReadWords {
  const options = optionsOf(verb);
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return { operands: [...operands, ...words.slice(at + 1)], waiting: undefined, isOver: true };
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const option = options.find(({ names }) => names.split('|').some((name) => word === (name.length === 1 ? `-${name}` : `--${name}`)));
    if (option?.value === undefined) continue;
    if (at === words.length - 1) return { operands, waiting: option, isOver: false };
    at++;
  }
  return { operands, waiting: undefined, isOver: false };
}

function valuesOf(context: Context, { option, line }: { readonly option: VerbOption; readonly line: Line }): Promise<Completion> {
  return subjectOf(context, option.subject ?? 'words', { ...line, operands: line.words.filter((word) => !word.startsWith('-')) });
}

async function subjectOf(context: Context, subject: Subject, line: Line & { readonly operands: readonly string[] }): Promise<Completion> {
  if (subject === 'file') return { candidates: [], fallback: 'files' };
  if (subject === 'directory') return { candidates: [], fallback: 'directories' };
  if (subject === 'words') return NOTHING;
  if (typeof subject !== 'string') return beginning(subject.map((word) => ({ word })), line.current);
  return beginning(await completeSubject(context, subject, line), line.current);
}

function prefixed({ candidates, ...rest }: Completion, prefix: string): Completion {
  return { ...rest, candidates: candidates.map(({ word, about }) => ({ word: prefix + word, about })) };
}

/** The answer for a shell. */
export function completionText({ candidates, fallback, isOpen }: Completion): string {
  const lines = candidates.filter(({ word }) => !/[\t\r\n]/.test(word)).map(({ word, about }) => (about === undefined ? word : `${word}\t${about.replace(/\s+/g, ' ')}`));
  if (fallback !== undefined) lines.push(`:${fallback}`);
  if (isOpen === true) lines.push(':nospace');
  return lines.map((line) => `${line}\n`).join('');
}
