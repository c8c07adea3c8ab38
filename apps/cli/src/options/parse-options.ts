/**
 * Reading the options of a command in Git's manner (gitcli): clusters of short options, values in the same or the next
 * argument, unambiguous beginnings of long names, `--no-`, and `--` before what is no option.
 */
import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import type { Option } from './option.js';
import { showUsage, usageError, usageText } from './usage.js';

/** How the options of a command are read. */
export interface ParseRequest {
  /** How it is called: `git tag [-a | -s] <tagname>`; line feeds continue a line. */
  readonly usage: readonly string[];
  readonly options: readonly Option[];
  readonly io: Pick<CommandIo, 'stdout' | 'env'>;
  /** Options end at the first argument that is none. Default: they may come anywhere before `--`. */
  readonly stopsAtArgument?: boolean | undefined;
  /** `--` stays among the arguments. */
  readonly keepsDashes?: boolean | undefined;
  /** Options that are not known stay among the arguments, and long names are not completed. */
  readonly keepsUnknown?: boolean | undefined;
}

/**
 * Calls `accept` of each option that is given and gives the other arguments.
 *
 * @throws {Failure} 129: an option that does not exist or lacks its value, or `-h`
 * @example
 * let isQuiet = false;
 * const rest = parseOptions(args, { io, usage: ['git x [-q]'], options: [flag('q|quiet', 'say less', (on) => { isQuiet = on; })] });
 */
export function parseOptions(args: readonly string[], request: ParseRequest): string[] {
  return new OptionReader(args, request).read();
}

/** What names an option in messages. */
interface Given {
  readonly option: Option;
  readonly isNegated: boolean;
  readonly isShort: boolean;
}

class OptionReader {
  readonly #args: readonly string[];
  readonly #request: ParseRequest;
  readonly #modes = new Map<string, Option>();
  #at = 0;

  constructor(args: readonly string[], request: ParseRequest) {
    this.#args = args;
    this.#request = request;
  }

  read(): string[] {
    const rest: string[] = [];
    const { stopsAtArgument, keepsDashes, io } = this.#request;
    if (this.#args.length === 1 && this.#args[0] === '-h') showUsage(io, this.#usage());
    for (; this.#at < this.#args.length; this.#at++) {
      const arg = this.#args[this.#at]!;
      if (!arg.startsWith('-') || arg === '-') {
        if (stopsAtArgument === true) break;
        rest.push(arg);
      } else if (arg === '--' || arg === '--end-of-options') {
        if (keepsDashes !== true) this.#at++;
        break;
      } else if (arg.startsWith('--')) {
        this.#readLong(arg, rest);
      } else {
        this.#readShort(arg, rest);
      }
    }
    return rest.concat(this.#args.slice(this.#at));
  }

  #readShort(arg: string, rest: string[]): void {
    const { options, keepsUnknown, io } = this.#request;
    let cluster = arg.slice(1);
    while (cluster !== '') {
      const letter = cluster[0]!;
      const option = options.find(({ short }) => short === letter);
      const number = option === undefined && options.find(({ isNumber }) => isNumber === true);
      if (option !== undefined) {
        cluster = cluster.slice(1);
        const given = { option, isNegated: false, isShort: true };
        if (option.takes === 'nothing') this.#accept(given, undefined);
        else if (cluster !== '') this.#accept(given, cluster);
        else this.#accept(given, option.takes === 'optional' ? undefined : this.#nextValue(given));
        if (option.takes !== 'nothing') return;
      } else if (typeof number === 'object' && /^\d/.test(cluster)) {
        const digits = /^\d+/.exec(cluster)![0];
        number.accept(digits, true);
        cluster = cluster.slice(digits.length);
      } else if (keepsUnknown === true) {
        rest.push(cluster === arg.slice(1) ? arg : `-${cluster}`);
        return;
      } else {
        if (letter === 'h') showUsage(io, this.#usage());
        this.#checkTypos(arg);
        const isAscii = letter.charCodeAt(0) < 0x80;
        usageError(this.#usage(), isAscii ? `unknown switch \`${letter}'` : `unknown non-ascii option in string: \`${arg}'`);
      }
    }
  }

  /** A long name after one dash is more likely a slip than a cluster. */
  #checkTypos(arg: string): void {
    const name = arg.slice(1);
    if (name.length < 3) return;
    const isLong = name.startsWith('no-') || this.#request.options.some(({ long }) => long?.startsWith(name) === true);
    if (isLong) throw new Failure(`error: did you mean \`--${name}\` (with two dashes)?\n`, 129);
  }

  #readLong(arg: string, rest: string[]): void {
    const text = arg.slice(2);
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const attached = equals < 0 ? undefined : text.slice(equals + 1);
    if (text === 'help-all') showUsage(this.#request.io, this.#usage(true));
    if (text === 'help') showUsage(this.#request.io, this.#usage());
    const given = this.#findLong(name, text);
    if (given === undefined) {
      if (this.#request.keepsUnknown !== true) usageError(this.#usage(), `unknown option \`${text}'`);
      rest.push(arg);
      return;
    }
    const { option, isNegated } = given;
    if (isNegated && attached !== undefined) this.#refuse(given, 'takes no value');
    if (isNegated && !option.canNegate) this.#refuse(given, "isn't available");
    if (option.takes === 'nothing' && attached !== undefined) this.#refuse(given, 'takes no value');
    if (isNegated || option.takes === 'nothing') this.#accept(given, undefined);
    else if (attached !== undefined) this.#accept(given, attached);
    else this.#accept(given, option.takes === 'optional' ? undefined : this.#nextValue(given));
  }

  #findLong(name: string, text: string): Given | undefined {
    const abbreviated: Given[] = [];
    for (const option of this.#request.options) {
      if (option.long === undefined) continue;
      for (const { spelling, isNegated } of spellings(option)) {
        if (spelling === name) return { option, isNegated, isShort: false };
        if (spelling.startsWith(name)) abbreviated.push({ option, isNegated, isShort: false });
      }
    }
    if (this.#request.keepsUnknown === true || abbreviated.length === 0) return undefined;
    const [first, ...others] = abbreviated;
    const other = others.findLast(({ option }) => option !== first!.option);
    if (other !== undefined) {
      const shown = (given: Given): string => `--${spellingOf(given)}`;
      const [one, two] = abbreviated.slice(-2);
      usageErrorOnStdout(this.#request.io, this.#usage(), `ambiguous option: ${text} (could be ${shown(one!)} or ${shown(two!)})`);
    }
    return first;
  }

  #nextValue(given: Given): string {
    if (this.#at + 1 >= this.#args.length) {
      if (given.option.lastValue !== undefined) return given.option.lastValue;
      this.#refuse(given, 'requires a value');
    }
    return this.#args[++this.#at]!;
  }

  #accept(given: Given, value: string | undefined): void {
    const { option, isNegated } = given;
    if (option.mode !== undefined) {
      const other = this.#modes.get(option.mode);
      if (other !== undefined && other !== option) {
        this.#refuse(given, `is incompatible with ${other.long === undefined ? `-${other.short!}` : `--${other.long}`}`);
      }
      this.#modes.set(option.mode, option);
    }
    const problem = option.accept(value, !isNegated);
    if (problem !== undefined) this.#refuse(given, problem);
  }

  #refuse(given: Given, sentence: string): never {
    const name = given.isShort ? `switch \`${given.option.short!}'` : `option \`${spellingOf(given)}'`;
    throw new Failure(`error: ${name} ${sentence}\n`, 129);
  }

  #usage(showsHidden = false): string {
    return usageText(this.#request.usage, this.#request.options, showsHidden);
  }
}

/** Where a name is not clear, Git prints the usage as help. */
function usageErrorOnStdout(io: Pick<CommandIo, 'stdout'>, usage: string, sentence: string): never {
  io.stdout.write(usage);
  throw new Failure(`error: ${sentence}\n`, 129);
}

/** How an option may be spelled: `--quiet`, `--no-quiet`; one that is called `no-x` is undone by `--x`. */
function spellings({ long, canNegate }: Option): { readonly spelling: string; readonly isNegated: boolean }[] {
  const own = { spelling: long!, isNegated: false };
  const opposite = long!.startsWith('no-') ? long!.slice(3) : `no-${long!}`;
  return canNegate ? [own, { spelling: opposite, isNegated: true }] : [own];
}

function spellingOf({ option, isNegated }: Given): string {
  if (!isNegated) return option.long!;
  return option.long!.startsWith('no-') ? option.long!.slice(3) : `no-${option.long!}`;
}
