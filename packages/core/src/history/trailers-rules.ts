/** The rules for adding trailers, from the keys `trailer.*` of the configuration (git-interpret-trailers(1)). */
import type { Config } from '../config/config.js';
import { COMMENT_PREFIX } from './commit-message.js';
import { foldCase, type KnownToken, type TrailerSyntax } from './trailers.js';

/** Where a new trailer goes: beside those of its token, or to an end of the block. */
export type TrailerPlace = 'after' | 'before' | 'end' | 'start';

/** What happens when the block has a trailer of that token. */
export type TrailerIfExists = 'add' | 'replace' | 'doNothing' | 'addIfDifferent' | 'addIfDifferentNeighbor';

/** What happens when it has none. */
export type TrailerIfMissing = 'add' | 'doNothing';

/** How a trailer is added. */
export interface TrailerManner {
  readonly where: TrailerPlace;
  readonly ifExists: TrailerIfExists;
  readonly ifMissing: TrailerIfMissing;
}

/** The rule for one token. */
export interface TrailerRule extends KnownToken, TrailerManner {
  /** `trailer.<alias>.command`: a shell command whose output is the value; it runs at every call, too. */
  readonly command: string | undefined;
  /** `trailer.<alias>.cmd`: as `command`, with the value as its argument. */
  readonly cmd: string | undefined;
}

/** All rules of a configuration. */
export interface TrailerRules extends TrailerSyntax {
  readonly manner: TrailerManner;
  readonly known: readonly TrailerRule[];
}

const PLACES: readonly TrailerPlace[] = ['after', 'before', 'end', 'start'];
const IF_EXISTS: readonly TrailerIfExists[] = ['add', 'replace', 'doNothing', 'addIfDifferent', 'addIfDifferentNeighbor'];
const IF_MISSING: readonly TrailerIfMissing[] = ['add', 'doNothing'];

/** The rules of a configuration. A value that Git does not know is passed over, where Git warns. */
export function trailerRules(config: Config): TrailerRules {
  const manner: TrailerManner = {
    where: findWord(PLACES, config.get('trailer.where')) ?? 'end',
    ifExists: findWord(IF_EXISTS, config.get('trailer.ifexists')) ?? 'addIfDifferentNeighbor',
    ifMissing: findWord(IF_MISSING, config.get('trailer.ifmissing')) ?? 'add',
  };
  const known = new Map<string, TrailerRule>();
  for (const { section, subsection, key, value = '' } of config.entries('trailer.')) {
    if (section !== 'trailer' || subsection === undefined) continue;
    const change = ruleChange(key, value);
    if (change === undefined) continue;
    const name = foldCase(subsection);
    const rule = known.get(name) ?? { name: subsection, key: undefined, command: undefined, cmd: undefined, ...manner };
    known.set(name, { ...rule, ...change });
  }
  return {
    separators: config.get('trailer.separators') ?? ':',
    commentPrefix: commentPrefixOf(config),
    manner,
    known: [...known.values()],
  };
}

/** What begins a comment line: `core.commentChar`, or `#` where that is not set or is `auto`. */
export function commentPrefixOf(config: Config): string {
  const value = config.get('core.commentchar');
  return value === undefined || value === '' || foldCase(value) === 'auto' ? COMMENT_PREFIX : value;
}

function ruleChange(key: string, value: string): Partial<TrailerRule> | undefined {
  switch (key) {
    case 'key':
      return { key: value };
    case 'command':
      return { command: value };
    case 'cmd':
      return { cmd: value };
    case 'where':
      return given('where', findWord(PLACES, value));
    case 'ifexists':
      return given('ifExists', findWord(IF_EXISTS, value));
    case 'ifmissing':
      return given('ifMissing', findWord(IF_MISSING, value));
    default:
      return undefined;
  }
}

function given<K extends keyof TrailerManner>(key: K, value: TrailerManner[K] | undefined): Partial<TrailerRule> {
  return value === undefined ? {} : { [key]: value };
}

function findWord<T extends string>(words: readonly T[], text: string | undefined): T | undefined {
  return text === undefined ? undefined : words.find((word) => foldCase(word) === foldCase(text));
}
