/** Adding trailers to a message by rules, as `git interpret-trailers` does, byte for byte. */
import { GovcError } from '../errors.js';
import { Config } from '../config/config.js';
import {
  findKnownToken, findTrailerBlock, findTrailerSeparator, foldCase, sameStart, splitTrailer, tokenSize, trimMessage, unfoldTrailer,
} from './trailers.js';
import { trailerRules, type TrailerManner, type TrailerRule, type TrailerRules } from './trailers-rules.js';

/** A trailer to add. What is left out of its manner is taken from the rules. */
export interface NewTrailer extends Partial<TrailerManner> {
  /** `token: value`, `token=value`, or a token alone. One without a token is passed over. */
  readonly text: string;
}

/** A command of the configuration that gives the value of a trailer. */
export interface TrailerCommand {
  /** A shell command, in which `$ARG` has been replaced for `trailer.<alias>.command`. */
  readonly command: string;
  /** The argument for `trailer.<alias>.cmd`; `undefined` for `command`. */
  readonly argument: string | undefined;
}

/** How a message is rewritten. */
export interface InterpretTrailersOptions {
  /** Default: the rules of an empty configuration. */
  readonly rules?: TrailerRules | undefined;
  /** Default: none. */
  readonly add?: readonly NewTrailer[] | undefined;
  /** Leave out trailers without a value. Default: `false`. */
  readonly trimEmpty?: boolean | undefined;
  /** Give the trailers without the rest of the message. Default: `false`. */
  readonly onlyTrailers?: boolean | undefined;
  /** Add nothing, whatever the rules say. Default: `false`. */
  readonly onlyInput?: boolean | undefined;
  /** Put values on one line each. Default: `false`. */
  readonly unfold?: boolean | undefined;
  /** Whether a line `---` ends the message. Default: `true`. */
  readonly hasDivider?: boolean | undefined;
  /** Runs a command and gives what it printed, or `undefined` where it failed. Default: commands are refused. */
  readonly runCommand?: ((command: TrailerCommand) => string | undefined) | undefined;
}

/** A line of the block; what is no trailer has no token. */
interface Line {
  readonly token: string | undefined;
  readonly value: string;
}

interface Addition extends TrailerManner {
  readonly token: string;
  readonly value: string;
  readonly rule: TrailerRule | undefined;
}

/**
 * The message with trailers added, moved or left out. O(size + trailers²).
 *
 * @throws {GovcError} unsupported: a rule has a command, and there is no `runCommand`.
 */
export function interpretTrailers(message: string, options: InterpretTrailersOptions = {}): string {
  const { rules = trailerRules(Config.empty), onlyTrailers = false, onlyInput = false, trimEmpty = false } = options;
  const block = findTrailerBlock(message, { syntax: rules, hasDivider: options.hasDivider ?? true });
  const lines: Line[] = [];
  for (const text of block.lines) {
    if (text.startsWith(rules.commentPrefix)) continue;
    const trailer = splitTrailer(text, rules);
    if (trailer !== undefined) lines.push(options.unfold === true ? { ...trailer, value: unfoldTrailer(trailer.value) } : trailer);
    else if (!onlyTrailers) lines.push({ token: undefined, value: text.endsWith('\n') ? text.slice(0, -1) : text });
  }
  if (!onlyInput) for (const addition of listAdditions(rules, options.add ?? [])) applyAddition(lines, addition, options);
  const shown = lines.filter(({ token, value }) => (!trimEmpty || value !== '') && (!onlyTrailers || token !== undefined));
  const text = shown.map((line) => formatLine(line, rules.separators)).join('');
  if (onlyTrailers) return text;
  return `${message.slice(0, block.start)}${block.isAfterBlankLine ? '' : '\n'}${text}${message.slice(block.end)}`;
}

function formatLine({ token, value }: Line, separators: string): string {
  if (token === undefined) return `${value}\n`;
  const trimmed = trimMessage(token);
  if (trimmed === '') return '';
  return separators.includes(trimmed.charAt(trimmed.length - 1))
    ? `${token}${value}\n`
    : `${token}${separators.charAt(0)} ${value}\n`;
}

/** What to add: a trailer for each rule that runs by itself, then those that were asked for. */
function listAdditions(rules: TrailerRules, added: readonly NewTrailer[]): Addition[] {
  const additions: Addition[] = [];
  for (const rule of rules.known) {
    if (rule.command !== undefined) additions.push({ ...mannerOf(rule), token: rule.key ?? rule.name, value: '', rule });
  }
  for (const { text, ...manner } of added) {
    const at = findTrailerSeparator(text, `=${rules.separators}`);
    if (at === 0) continue;
    const token = trimMessage(at < 0 ? text : text.slice(0, at));
    const rule = findKnownToken(token, rules.known);
    const general = rule ?? rules.manner;
    additions.push({
      token: rule?.key ?? token,
      value: at < 0 ? '' : trimMessage(text.slice(at + 1)),
      rule,
      where: manner.where ?? general.where,
      ifExists: manner.ifExists ?? general.ifExists,
      ifMissing: manner.ifMissing ?? general.ifMissing,
    });
  }
  return additions;
}

function mannerOf({ where, ifExists, ifMissing }: TrailerManner): TrailerManner {
  return { where, ifExists, ifMissing };
}

function applyAddition(lines: Line[], addition: Addition, options: InterpretTrailersOptions): void {
  const { where, ifExists, ifMissing } = addition;
  const isBackwards = where === 'after' || where === 'end';
  const same = (line: Line): boolean => sameToken(line, addition);
  const found = isBackwards ? lines.findLastIndex(same) : lines.findIndex(same);
  if (found < 0) {
    if (ifMissing === 'doNothing') return;
    const line = withCommand(addition, undefined, options);
    if (isBackwards) lines.push(line);
    else lines.unshift(line);
    return;
  }
  if (ifExists === 'doNothing') return;
  const line = withCommand(addition, lines[found]!.value, options);
  const isBeside = where === 'after' || where === 'before';
  const neighbor = isBeside ? found : isBackwards ? lines.length - 1 : 0;
  if (ifExists === 'addIfDifferentNeighbor' && sameTrailer(lines[neighbor]!, line)) return;
  if (ifExists === 'addIfDifferent') {
    const compared = isBackwards ? lines.slice(0, found + 1) : lines.slice(found);
    if (compared.some((other) => sameTrailer(other, line))) return;
  }
  const place = isBackwards ? neighbor + 1 : neighbor;
  lines.splice(place, 0, line);
  if (ifExists === 'replace') lines.splice(found >= place ? found + 1 : found, 1);
}

function withCommand(addition: Addition, existing: string | undefined, options: InterpretTrailersOptions): Line & { token: string } {
  const { token, value, rule } = addition;
  const command = rule?.cmd ?? rule?.command;
  if (rule === undefined || command === undefined) return { token, value };
  if (options.runCommand === undefined) {
    throw new GovcError('unsupported', `The trailer "${token}" gets its value from a command; pass \`runCommand\` to run it.`, {
      token, command,
    });
  }
  const argument = value === '' ? (existing ?? '') : value;
  const output = options.runCommand(rule.cmd === undefined
    ? { command: command.replace('$ARG', () => argument), argument: undefined }
    : { command, argument });
  return { token, value: trimMessage(output ?? '') };
}

/** As Git compares: by as many characters as the shorter of the two tokens has. */
function sameToken(line: Line, { token }: { readonly token: string }): boolean {
  if (line.token === undefined) return false;
  return sameStart(line.token, token, Math.min(tokenSize(line.token), tokenSize(token)));
}

function sameTrailer(line: Line, other: Line & { readonly token: string }): boolean {
  return sameToken(line, other) && foldCase(line.value) === foldCase(other.value);
}
