/**
 * Commands of our own as data. What a command says about itself is read by everything that needs it: reading its arguments,
 * explaining it, completing it in a shell, and listing it in the documentation.
 */
import type { Context } from '../context.js';
import type { CommandIo } from '../io.js';
import type { Server, Target } from './server.js';

/** What a word of the command line names, so that a shell can complete it; a list gives the words themselves. */
export type Subject =
  | 'branch' | 'container-build' | 'context' | 'directory' | 'file' | 'reality' | 'repository' | 'role' | 'transaction' | 'user' | 'webhook'
  | 'words' | readonly string[];

/** A word that stands in its place, such as the name of a repository. */
export interface Operand {
  /** In capitals: `REPOSITORY`. */
  readonly name: string;
  readonly subject: Subject;
  /** Default: `one`. `optional` and `any` may be left out, `many` and `any` may be several and come last. */
  readonly count?: 'one' | 'optional' | 'many' | 'any';
}

/** An option, such as `--limit COUNT`. */
export interface VerbOption {
  /** `limit`, or with a letter `n|limit`. */
  readonly names: string;
  /** What its value is called; none takes no value. */
  readonly value?: string;
  readonly subject?: Subject;
  /** Whether it may be given more than once. */
  readonly repeats?: boolean;
  readonly help: string;
}

/** What a command found or did. */
export interface Outcome {
  /** What `--json` shows. */
  readonly data: unknown;
  /** What people are shown. */
  readonly text: () => string;
  /** Default: 0. */
  readonly exitCode?: number;
}

/** One use of a verb. */
export interface Call {
  readonly context: Context;
  readonly io: CommandIo;
  /** The words that stand in their places. */
  readonly operands: readonly string[];
  /** Whether `--json` was given. */
  readonly isJson: boolean;
  /** Whether an option without a value was given. */
  has(name: string): boolean;
  /** The last value of an option. */
  text(name: string): string | undefined;
  /** All values of an option. */
  texts(name: string): readonly string[];
  /** The last value of an option as a whole number. @throws {Failure} it is none */
  number(name: string): number | undefined;
  /** The server that is meant, with what is known about who asks. @throws {Failure} no server is known */
  server(): Promise<Server>;
  /** Another one, which is then the one that is spoken of where something goes wrong. */
  speakTo(target: Target): Promise<Server>;
}

/** One thing that a command of ours does. */
export interface Verb {
  /** A word, or two (`role add`); empty for what a command does by itself. */
  readonly name: string;
  /** Other spellings. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly operands?: readonly Operand[];
  readonly options?: readonly VerbOption[];
  /** Whether it speaks to a server, and so takes `--context` and `--server`. Default: yes. */
  readonly isLocal?: boolean;
  /** A few sentences for the help. */
  readonly details?: string;
  /** Gives what is shown, or nothing where it wrote all by itself: then an exit code other than 0 is thrown. */
  readonly run: (call: Call) => Promise<Outcome | undefined>;
}

/** A command of ours. */
export interface OwnCommand {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

/** Options that verbs have in common. */
export const JSON_OPTION: VerbOption = { names: 'json', help: 'show the answer as JSON' };

const SERVER_OPTIONS: readonly VerbOption[] = [
  { names: 'context', value: 'NAME', subject: 'context', help: 'ask the server of this context' },
  { names: 'server', value: 'URL', subject: 'words', help: 'ask the server at this address' },
];

/** All options of a verb. */
export function optionsOf(verb: Verb): readonly VerbOption[] {
  return [...(verb.options ?? []), ...(verb.isLocal === true ? [] : SERVER_OPTIONS), JSON_OPTION];
}

/** The operand that the word at a place is, if one may be there. */
export function operandAt(verb: Verb, index: number): Operand | undefined {
  const operands = verb.operands ?? [];
  const last = operands.at(-1);
  return operands[index] ?? (last?.count === 'many' || last?.count === 'any' ? last : undefined);
}

/** The verb that words begin with, and what follows it; the longer name wins. */
export function findVerb(command: OwnCommand, words: readonly string[]): { readonly verb: Verb; readonly rest: readonly string[] } | undefined {
  for (const size of [2, 1, 0]) {
    if (words.length < size) continue;
    const name = words.slice(0, size).join(' ');
    const verb = command.verbs.find((each) => each.name === name || each.aliases?.includes(name) === true);
    if (verb !== undefined) return { verb, rest: words.slice(size) };
  }
  return undefined;
}

/** How a verb is called: `govc repo list [--limit COUNT] …`. */
export function usageOf(command: OwnCommand, verb: Verb): string {
  const operands = (verb.operands ?? []).map(({ name, count = 'one' }) => ({ one: name, optional: `[${name}]`, many: `${name}...`, any: `[${name}...]` })[count]);
  return ['govc', command.name, ...(verb.name === '' ? [] : [verb.name]), ...operands, '[options]'].join(' ');
}

/** What `govc help <command>` shows. */
export function helpOf(command: OwnCommand): string {
  const parts = command.verbs.map((verb) => {
    const options = optionsOf(verb).map(({ names, value, help }) => `      ${`${shownNames(names)}${value === undefined ? '' : ` ${value}`}`.padEnd(26)} ${help}`);
    const aliases = verb.aliases === undefined ? '' : ` (also: ${verb.aliases.join(', ')})`;
    return `  ${usageOf(command, verb)}\n      ${verb.summary}${aliases}.${verb.details === undefined ? '' : `\n      ${verb.details.replaceAll('\n', '\n      ')}`}\n${options.join('\n')}\n`;
  });
  return `govc ${command.name}: ${command.summary}\n\nusage:\n${parts.join('\n')}`;
}

function shownNames(names: string): string {
  return names.split('|').map((name) => (name.length === 1 ? `-${name}` : `--${name}`)).join(', ');
}
