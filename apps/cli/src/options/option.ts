/** The options of a command as data, in the manner of Git's: each says its names and what it does with a value. */

/** One option. `accept` is called in the order of the command line; `undefined` is the value of `--no-<name>`. */
export interface Option {
  /** One character, without the dash. */
  readonly short?: string | undefined;
  readonly long?: string | undefined;
  readonly takes: 'nothing' | 'value' | 'optional';
  /** How the value is called in the usage: `<file>` or another text in brackets is taken as it is. */
  readonly valueName?: string | undefined;
  readonly help: string;
  /** Whether `--no-<name>` exists. Default: yes, for those with a long name. */
  readonly canNegate: boolean;
  /** Left out of the usage. */
  readonly isHidden?: boolean | undefined;
  /** Options of the same mode exclude each other. */
  readonly mode?: string | undefined;
  /** `-NUM`. */
  readonly isNumber?: boolean | undefined;
  /** A heading of the usage instead of an option. */
  readonly isGroup?: boolean | undefined;
  /** What stands for a value that is left out where the option is the last argument. */
  readonly lastValue?: string | undefined;
  /**
   * @param value the text given; `undefined` where there is none
   * @param isSet `false` for `--no-<name>`
   * @returns a sentence about a value that is wrong, after the name of the option; `undefined` when all is well
   */
  readonly accept: (value: string | undefined, isSet: boolean) => string | undefined;
}

/** What most options have beside names and an effect. */
export interface OptionTraits {
  readonly canNegate?: boolean;
  readonly isHidden?: boolean;
  readonly mode?: string;
  readonly lastValue?: string;
}

/** `-q, --quiet`: on, or off for `--no-quiet`. Names are given as `q|quiet`, `q` or `quiet`. */
export function flag(names: string, help: string, accept: (isOn: boolean) => void, traits: OptionTraits = {}): Option {
  return option(names, 'nothing', {
    help, traits, accept: (_, isSet) => {
      accept(isSet);
      return undefined;
    },
  });
}

/** One of several ways to work: `--delete` and `--list` of `git tag`. Only one of a mode may be given. */
export function modeFlag(names: string, help: string, mode: string, accept: () => void): Option {
  return option(names, 'nothing', {
    help, traits: { canNegate: false, mode }, accept: () => {
      accept();
      return undefined;
    },
  });
}

/** What is wrong with a value, where `accept` says so; what else it gives means nothing. */
function complaintOf(answer: unknown): string | undefined {
  return typeof answer === 'string' ? answer : undefined;
}

/** `--file <file>`; `undefined` for `--no-file`. */
export function value(
  names: string, valueName: string, help: string, ...[accept, traits = {}]: readonly [accept: (text: string | undefined) => unknown, traits?: OptionTraits]
): Option {
  return { ...option(names, 'value', { help, traits, accept: (text) => complaintOf(accept(text)) }), valueName };
}

/** `--color[=<when>]`: `isSet` tells `--color` from `--no-color`. */
export function optionalValue(
  names: string, valueName: string, help: string, ...[accept, traits = {}]: readonly [accept: (text: string | undefined, isSet: boolean) => unknown, traits?: OptionTraits]
): Option {
  return { ...option(names, 'optional', { help, traits, accept: (text, isSet) => complaintOf(accept(text, isSet)) }), valueName };
}

/** `--depth <n>`: a whole number. */
export function integer(
  names: string, valueName: string, help: string, ...[accept, traits = {}]: readonly [accept: (number: number | undefined) => void, traits?: OptionTraits]
): Option {
  return value(names, valueName, help, (text) => {
    if (text !== undefined && !/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return 'expects a numerical value';
    accept(text === undefined ? undefined : Number(text));
    return undefined;
  }, traits);
}

/** `-v`, `-v -v`: how many times; `--no-v` is 0. */
export function count(names: string, help: string, accept: (times: number) => void, traits: OptionTraits = {}): Option {
  let times = 0;
  return flag(names, help, (isOn) => {
    times = isOn ? times + 1 : 0;
    accept(times);
  }, traits);
}

/** `-<n>`. */
export function numberOption(help: string, accept: (number: number) => void): Option {
  return {
    takes: 'nothing', help, canNegate: false, isNumber: true,
    accept: (text) => {
      accept(Number(text));
      return undefined;
    },
  };
}

/** A heading in the usage. */
export function group(help: string): Option {
  return { takes: 'nothing', help, canNegate: false, isGroup: true, accept: () => undefined };
}

interface OptionParts {
  readonly help: string;
  readonly traits: OptionTraits;
  readonly accept: Option['accept'];
}

function option(names: string, takes: Option['takes'], { help, traits, accept }: OptionParts): Option {
  const parts = names.split('|');
  const short = parts.find((name) => name.length === 1);
  const long = parts.find((name) => name.length > 1);
  return { short, long, takes, help, accept, canNegate: traits.canNegate ?? true, isHidden: traits.isHidden, mode: traits.mode, lastValue: traits.lastValue };
}
