/** Running a command of our own: its arguments are read, one verb does its work, and what it gives is shown. */
import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { flag, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { jsonText } from './json.js';
import { problemOf, type OwnProblem } from './problem.js';
import type { Server, Target } from './server.js';
import { findVerb, optionsOf, usageOf, type Call, type OwnCommand, type Verb } from './verb.js';

/** A command of the table that does what its verbs say. */
export function runOwn(command: OwnCommand): Command {
  return async (args, context) => {
    const found = findVerb(command, args);
    if (found === undefined || (found.verb.name === '' && args[0] === 'help')) return withoutVerb(command, args, context);
    const call = new ReadCall(command, found.verb, context);
    const isJson = args.includes('--json');
    try {
      call.read(found.rest);
      const outcome = await found.verb.run(call);
      if (outcome === undefined) return EXIT.ok;
      context.io.stdout.write(call.isJson ? jsonText(outcome.data) : outcome.text());
      return outcome.exitCode ?? EXIT.ok;
    } catch (error) {
      const problem = await problemOf(error, call.target);
      if (problem === undefined) throw error;
      throw new Failure(isJson ? jsonText(bodyOf(problem)) : textOf(problem), problem.exitCode);
    }
  };
}

function bodyOf({ message, code, hint, requestId }: OwnProblem): object {
  return { error: message, code, ...(hint === undefined ? {} : { hint }), ...(requestId === undefined ? {} : { request_id: requestId }) };
}

function textOf({ message, hint, exitCode }: OwnProblem): string {
  return `${exitCode === EXIT.fatal ? 'fatal' : 'error'}: ${message}\n${hint === undefined ? '' : `hint: ${hint.replaceAll('\n', '\nhint: ')}\n`}`;
}

function withoutVerb(command: OwnCommand, args: readonly string[], { io }: Context): number {
  const [word] = args;
  const isHelp = word === '-h' || word === '--help' || word === 'help';
  const usage = usageText(command.verbs.map((verb) => usageOf(command, verb)), []);
  if (isHelp) io.stdout.write(usage);
  else io.stderr.write(`${word === undefined ? '' : `error: unknown subcommand: \`${args.filter((arg) => !arg.startsWith('-')).slice(0, 2).join(' ')}'\n`}${usage}`);
  return EXIT.usage;
}

class ReadCall implements Call {
  readonly context: Context;
  readonly #command: OwnCommand;
  readonly #verb: Verb;
  readonly #values = new Map<string, string[]>();
  #operands: readonly string[] = [];
  #server: Promise<Server> | undefined;

  constructor(command: OwnCommand, verb: Verb, context: Context) {
    this.#command = command;
    this.#verb = verb;
    this.context = context;
  }

  get io(): Context['io'] {
    return this.context.io;
  }

  get operands(): readonly string[] {
    return this.#operands;
  }

  get isJson(): boolean {
    return this.has('json');
  }

  /** The server that was spoken to, if one was. */
  get target(): Promise<Server> | undefined {
    return this.#server;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) throw new Failure(`error: option \`${name}' expects a numerical value\n`, EXIT.usage);
    return Number(text);
  }

  server(): Promise<Server> {
    return (this.#server ??= import('./connect.js').then(({ connect }) => connect(this)));
  }

  speakTo(target: Target): Promise<Server> {
    this.#server = import('./connect.js').then(({ connectTo }) => connectTo(this.io, target));
    return this.#server;
  }

  /** @throws {Failure} 129 */
  read(args: readonly string[]): void {
    const options = optionsOf(this.#verb).map(({ names, value: shown, help, repeats }): Option => {
      const name = names.split('|').find((each) => each.length > 1)!;
      const keep = (text: string | undefined): void => {
        if (text === undefined) this.#values.delete(name);
        else this.#values.set(name, repeats === true ? [...this.texts(name), text] : [text]);
      };
      if (shown !== undefined) return value(names, shown, help, keep, { canNegate: false });
      return flag(names, help, (isOn) => { keep(isOn ? '' : undefined); }, { canNegate: false });
    });
    const usage = [usageOf(this.#command, this.#verb)];
    this.#operands = parseOptions(args, { usage, options, io: this.io });
    const operands = this.#verb.operands ?? [];
    const least = operands.filter(({ count = 'one' }) => count === 'one' || count === 'many').length;
    const isOpen = ['many', 'any'].includes(operands.at(-1)?.count ?? 'one');
    if (this.#operands.length >= least && (isOpen || this.#operands.length <= operands.length)) return;
    const missing = operands[this.#operands.length];
    const sentence = this.#operands.length < least ? `${missing!.name} is missing` : `too many arguments: '${this.#operands[operands.length]!}'`;
    throw new Failure(`error: ${sentence}\n${usageText(usage, options)}`, EXIT.usage);
  }
}
