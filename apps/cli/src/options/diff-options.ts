/** The options that all commands share which show changes (git-diff(1), "OPTIONS"). */
import type { DiffAlgorithm, DiffOptions, WhitespaceOptions, WordDiffStyle } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';

/** How changes are shown. */
export type DiffFormat = 'raw' | 'name-only' | 'name-status' | 'numstat' | 'stat' | 'shortstat' | 'dirstat' | 'summary' | 'patch' | 'check';

/** What the options ask for; everything is changed in place while options are read. */
export interface DiffSettings {
  /** Empty: what the command shows by itself. */
  readonly formats: Set<DiffFormat>;
  /** `-s`: nothing is shown. */
  isSilent: boolean;
  readonly diff: { -readonly [Key in keyof DiffOptions]: DiffOptions[Key] };
  recursive: boolean | undefined;
  showsTrees: boolean;
  nul: boolean;
  isFullIndex: boolean;
  isBinary: boolean;
  isText: boolean;
  isIrreversible: boolean;
  /** Digits of ids; `undefined` as the command does, 0 for all. */
  abbreviation: number | undefined;
  stat: { width?: number; nameWidth?: number; graphWidth?: number; count?: number; isCompactSummary?: boolean };
  dirstat: { count?: 'changes' | 'lines' | 'files'; isCumulative?: boolean; limitPercent?: number };
  oldPrefix: string | undefined;
  newPrefix: string | undefined;
  words: WordDiffStyle | undefined;
  merges: 'off' | 'separate' | 'combined' | 'dense' | 'first-parent' | 'remerge' | undefined;
  pickaxe: { text?: string; isPattern?: boolean; lines?: string; object?: string; all?: boolean };
  follow: boolean;
  quiet: boolean;
  exitCode: boolean;
  color: 'always' | 'never' | 'auto' | undefined;
  /** Follows names below the current folder only: its prefix, or `true` for that of the session. */
  relative: string | true | undefined;
  linePrefix: string;
  outputFile: string | undefined;
  submodule: string | undefined;
  orderFile: string | undefined;
  ignoreMatching: string[];
}

/** Settings before any option was read. */
export function makeDiffSettings(): DiffSettings {
  return {
    formats: new Set(), isSilent: false, diff: {}, recursive: undefined, showsTrees: false, nul: false, isFullIndex: false, isBinary: false, isText: false,
    isIrreversible: false, abbreviation: undefined, stat: {}, dirstat: {}, oldPrefix: undefined, newPrefix: undefined, words: undefined, merges: undefined,
    pickaxe: {}, follow: false, quiet: false, exitCode: false, color: undefined, relative: undefined, linePrefix: '', outputFile: undefined,
    submodule: undefined, orderFile: undefined, ignoreMatching: [],
  };
}

/**
 * Reads the option at a place of the command line.
 *
 * @returns how many arguments it takes; 0 where it is none of these
 * @throws {Failure} its value cannot be read
 */
export function readDiffOption(settings: DiffSettings, args: readonly string[], at: number): number {
  const arg = args[at]!;
  if (!arg.startsWith('-')) return 0;
  const handler = arg.startsWith('--') ? undefined : SHORT.find(([pattern]) => pattern.test(arg));
  if (handler !== undefined) return handler[1](settings, arg, args[at + 1]);
  const equals = arg.indexOf('=');
  const name = equals < 0 ? arg : arg.slice(0, equals);
  const text = equals < 0 ? undefined : arg.slice(equals + 1);
  const plain = text === undefined ? PLAIN[name] : undefined;
  if (plain !== undefined) {
    plain(settings);
    return 1;
  }
  const valued = VALUED[name];
  if (valued !== undefined) {
    if (text !== undefined) {
      valued(settings, text);
      return 1;
    }
    const next = args[at + 1] ?? needsValue(name);
    valued(settings, next);
    return 2;
  }
  const optional = OPTIONAL[name];
  if (optional === undefined) return 0;
  optional(settings, text);
  return 1;
}

function needsValue(name: string): never {
  throw new Failure(`error: option \`${name.slice(2)}' requires a value\n`, 129);
}

function show(settings: DiffSettings, ...formats: DiffFormat[]): void {
  settings.isSilent = false;
  for (const format of formats) settings.formats.add(format);
}

function space(settings: DiffSettings, change: WhitespaceOptions): void {
  settings.diff.whitespace = { ...settings.diff.whitespace, ...change };
}

/** A count at the end of a short option, or in the next argument. */
function number(text: string, name: string): number {
  if (!/^\d+$/.test(text)) throw new Failure(`error: ${name} expects a numerical value\n`, 129);
  return Number(text);
}

/** `50%`, `50` (of 100 where it is no fraction) or `.5`, as similarities are written. */
function percent(text: string, option: string): number {
  const match = /^(\d*)(?:\.(\d*))?(%)?$/.exec(text);
  if (match === null) throw new Failure(`error: invalid argument to ${option}\n`, 129);
  const [, whole = '', fraction, mark] = match;
  if (mark !== undefined) return Math.min(100, Number(`${whole}.${fraction ?? '0'}`));
  // Digits alone are what stands behind a decimal point.
  const value = fraction === undefined ? Number(`0.${whole}`) : Number(`${whole}.${fraction}`);
  return Math.min(100, value * 100);
}

type Short = readonly [RegExp, (settings: DiffSettings, arg: string, next: string | undefined) => number];

const SHORT: readonly Short[] = [
  [/^-(?:p|u)$/, (settings) => { show(settings, 'patch'); return 1; }],
  [/^-s$/, (settings) => { settings.isSilent = true; settings.formats.clear(); return 1; }],
  [/^-U/, (settings, arg, next) => { show(settings, 'patch'); return take(arg, next, (text) => { settings.diff.contextLines = number(text, '--unified'); }); }],
  [/^-z$/, (settings) => { settings.nul = true; return 1; }],
  [/^-r$/, (settings) => { settings.recursive = true; return 1; }],
  [/^-t$/, (settings) => { settings.recursive = true; settings.showsTrees = true; return 1; }],
  [/^-a$/, (settings) => { settings.isText = true; return 1; }],
  [/^-R$/, (settings) => { settings.diff.isReversed = settings.diff.isReversed !== true; return 1; }],
  [/^-b$/, (settings) => { space(settings, { spaceChange: true }); return 1; }],
  [/^-w$/, (settings) => { space(settings, { allSpace: true }); return 1; }],
  [/^-W$/, (settings) => { settings.diff.functionContext = true; return 1; }],
  [/^-B/, (settings, arg) => {
    const [minimum = '', merge = ''] = arg.slice(2).split('/');
    settings.diff.breakRewrites = {
      ...(minimum === '' ? {} : { breakScore: percent(minimum, '-B') }), ...(merge === '' ? {} : { mergeScore: percent(merge, '-B') }),
   };
    return 1;
  }],
  [/^-M/, (settings, arg) => { settings.diff.renames = 'renames'; if (arg.length > 2) settings.diff.renameScore = percent(arg.slice(2), '-M'); return 1; }],
  [/^-C/, (settings, arg) => {
    if (settings.diff.renames === 'copies') settings.diff.findCopiesHarder = true;
    settings.diff.renames = 'copies';
    if (arg.length > 2) settings.diff.renameScore = percent(arg.slice(2), '-C');
    return 1;
  }],
  [/^-D$/, (settings) => { settings.isIrreversible = true; return 1; }],
  [/^-l/, (settings, arg, next) => take(arg, next, (text) => { settings.diff.renameLimit = number(text, 'switch `l\''); })],
  [/^-S/, (settings, arg, next) => take(arg, next, (text) => { settings.pickaxe.text = text; })],
  [/^-G/, (settings, arg, next) => take(arg, next, (text) => { settings.pickaxe.lines = text; })],
  [/^-O/, (settings, arg, next) => take(arg, next, (text) => { settings.orderFile = text; })],
  [/^-I/, (settings, arg, next) => take(arg, next, (text) => { settings.ignoreMatching.push(text); })],
  [/^-X/, (settings, arg) => { dirstat(settings, arg.slice(2)); return 1; }],
  [/^-c$/, (settings) => { settings.merges = 'combined'; return 1; }],
  [/^-m$/, (settings) => { settings.merges = 'separate'; return 1; }],
];

function take(arg: string, next: string | undefined, accept: (text: string) => void): number {
  if (arg.length > 2) {
    accept(arg.slice(2));
    return 1;
  }
  if (next === undefined) throw new Failure(`error: switch \`${arg[1]!}' requires a value\n`, 129);
  accept(next);
  return 2;
}

const PLAIN: Readonly<Record<string, (settings: DiffSettings) => void>> = {
  '--patch': (settings) => { show(settings, 'patch'); },
  '--no-patch': (settings) => { settings.isSilent = true; settings.formats.clear(); },
  '--raw': (settings) => { show(settings, 'raw'); },
  '--name-only': (settings) => { show(settings, 'name-only'); },
  '--name-status': (settings) => { show(settings, 'name-status'); },
  '--numstat': (settings) => { show(settings, 'numstat'); },
  '--shortstat': (settings) => { show(settings, 'shortstat'); },
  '--summary': (settings) => { show(settings, 'summary'); },
  '--check': (settings) => { show(settings, 'check'); },
  '--patch-with-raw': (settings) => { show(settings, 'patch', 'raw'); },
  '--patch-with-stat': (settings) => { show(settings, 'patch', 'stat'); },
  '--cumulative': (settings) => { show(settings, 'dirstat'); settings.dirstat.isCumulative = true; },
  '--compact-summary': (settings) => { show(settings, 'stat'); settings.stat.isCompactSummary = true; },
  '--no-compact-summary': (settings) => { settings.stat.isCompactSummary = false; },
  '--binary': (settings) => { settings.isBinary = true; show(settings, 'patch'); },
  '--full-index': (settings) => { settings.isFullIndex = true; },
  '--no-full-index': (settings) => { settings.isFullIndex = false; },
  '--text': (settings) => { settings.isText = true; },
  '--no-text': (settings) => { settings.isText = false; },
  '--minimal': (settings) => { settings.diff.algorithm = 'minimal'; },
  '--patience': (settings) => { settings.diff.algorithm = 'patience'; },
  '--histogram': (settings) => { settings.diff.algorithm = 'histogram'; },
  '--no-renames': (settings) => { settings.diff.renames = 'off'; },
  '--find-copies-harder': (settings) => { settings.diff.renames = 'copies'; settings.diff.findCopiesHarder = true; },
  '--irreversible-delete': (settings) => { settings.isIrreversible = true; },
  '--pickaxe-all': (settings) => { settings.pickaxe.all = true; },
  '--pickaxe-regex': (settings) => { settings.pickaxe.isPattern = true; },
  '--follow': (settings) => { settings.follow = true; },
  '--no-follow': (settings) => { settings.follow = false; },
  '--ignore-all-space': (settings) => { space(settings, { allSpace: true }); },
  '--ignore-space-change': (settings) => { space(settings, { spaceChange: true }); },
  '--ignore-space-at-eol': (settings) => { space(settings, { spaceAtEol: true }); },
  '--ignore-cr-at-eol': (settings) => { space(settings, { crAtEol: true }); },
  '--ignore-blank-lines': (settings) => { space(settings, { blankLines: true }); },
  '--function-context': (settings) => { settings.diff.functionContext = true; },
  '--no-function-context': (settings) => { settings.diff.functionContext = false; },
  '--exit-code': (settings) => { settings.exitCode = true; },
  '--quiet': (settings) => { settings.quiet = true; settings.exitCode = true; },
  '--no-color': (settings) => { settings.color = 'never'; },
  '--no-relative': (settings) => { settings.relative = undefined; },
  '--no-prefix': (settings) => { settings.oldPrefix = ''; settings.newPrefix = ''; },
  '--default-prefix': (settings) => { settings.oldPrefix = 'a/'; settings.newPrefix = 'b/'; },
  '--cc': (settings) => { settings.merges = 'dense'; },
  '--no-diff-merges': (settings) => { settings.merges = 'off'; },
  '--combined-all-paths': () => undefined,
  '--remerge-diff': (settings) => { settings.merges = 'remerge'; },
  '--no-abbrev': (settings) => { settings.abbreviation = 0; },
  '--ext-diff': () => undefined, '--no-ext-diff': () => undefined, '--textconv': () => undefined, '--no-textconv': () => undefined,
  '--indent-heuristic': () => undefined, '--no-indent-heuristic': () => undefined, '--no-color-moved': () => undefined,
  '--rename-empty': () => undefined, '--no-rename-empty': () => undefined, '--ita-invisible-in-index': () => undefined, '--ita-visible-in-index': () => undefined,
};

const VALUED: Readonly<Record<string, (settings: DiffSettings, text: string) => void>> = {
  '--inter-hunk-context': (settings, text) => { settings.diff.interHunkLines = number(text, 'option `inter-hunk-context\''); },
  '--diff-algorithm': (settings, text) => {
    const name = text === 'default' ? 'myers' : text;
    if (!['myers', 'minimal', 'patience', 'histogram'].includes(name)) throw new Failure("error: option diff-algorithm accepts \"myers\", \"minimal\", \"patience\" and \"histogram\"\n", 129);
    settings.diff.algorithm = name as DiffAlgorithm;
  },
  '--anchored': (settings) => { settings.diff.algorithm = 'patience'; },
  '--src-prefix': (settings, text) => { settings.oldPrefix = text; },
  '--dst-prefix': (settings, text) => { settings.newPrefix = text; },
  '--line-prefix': (settings, text) => { settings.linePrefix = text; },
  '--output': (settings, text) => { settings.outputFile = text; },
  '--word-diff-regex': (settings, text) => { settings.words ??= 'plain'; settings.diff.wordRegex = text; },
  '--diff-filter': (settings, text) => { settings.diff.filter = (settings.diff.filter ?? '') + text; },
  '--find-object': (settings, text) => { settings.pickaxe.object = text; },
  '--rotate-to': (settings, text) => { settings.diff.rotation = { path: text, before: 'rotate', isStrict: true }; },
  '--skip-to': (settings, text) => { settings.diff.rotation = { path: text, before: 'skip', isStrict: true }; },
  '--ignore-matching-lines': (settings, text) => { settings.ignoreMatching.push(text); },
  '--stat-width': (settings, text) => { show(settings, 'stat'); settings.stat.width = number(text, '--stat-width'); },
  '--stat-name-width': (settings, text) => { show(settings, 'stat'); settings.stat.nameWidth = number(text, '--stat-name-width'); },
  '--stat-graph-width': (settings, text) => { show(settings, 'stat'); settings.stat.graphWidth = number(text, '--stat-graph-width'); },
  '--stat-count': (settings, text) => { show(settings, 'stat'); settings.stat.count = number(text, '--stat-count'); },
  '--diff-merges': (settings, text) => {
    const known: Readonly<Record<string, DiffSettings['merges']>> = {
      off: 'off', none: 'off', on: 'separate', m: 'separate', separate: 'separate', '1': 'first-parent', 'first-parent': 'first-parent', c: 'combined',
      combined: 'combined', cc: 'dense', 'dense-combined': 'dense', r: 'remerge', remerge: 'remerge',
    };
    settings.merges = known[text] ?? die(`invalid value for '--diff-merges': '${text}'`);
  },
  '--ws-error-highlight': () => undefined,
};

const OPTIONAL: Readonly<Record<string, (settings: DiffSettings, text: string | undefined) => void>> = {
  '--unified': (settings, text) => { show(settings, 'patch'); if (text !== undefined) settings.diff.contextLines = number(text, '--unified'); },
  '--abbrev': (settings, text) => { settings.abbreviation = text === undefined ? -1 : Number(text) === 0 ? 0 : Math.max(4, Number.parseInt(text, 10) || 7); },
  '--stat': (settings, text) => {
    show(settings, 'stat');
    const [width, nameWidth, count] = (text ?? '').split(',');
    if (width !== undefined && width !== '') settings.stat.width = number(width, '--stat');
    if (nameWidth !== undefined && nameWidth !== '') settings.stat.nameWidth = number(nameWidth, '--stat');
    if (count !== undefined && count !== '') settings.stat.count = number(count, '--stat');
  },
  '--dirstat': (settings, text) => { dirstat(settings, text ?? ''); },
  '--dirstat-by-file': (settings, text) => { settings.dirstat.count = 'files'; dirstat(settings, text ?? ''); },
  '--find-renames': (settings, text) => { settings.diff.renames = 'renames'; if (text !== undefined) settings.diff.renameScore = percent(text, '--find-renames'); },
  '--find-copies': (settings, text) => {
    if (settings.diff.renames === 'copies') settings.diff.findCopiesHarder = true;
    settings.diff.renames = 'copies';
    if (text !== undefined) settings.diff.renameScore = percent(text, '--find-copies');
  },
  '--break-rewrites': (settings, text) => { SHORT.find(([pattern]) => pattern.test('-B'))![1](settings, `-B${text ?? ''}`, undefined); },
  '--word-diff': (settings, text) => {
    const mode = text ?? 'plain';
    if (mode === 'none') settings.words = undefined;
    else if (mode === 'plain' || mode === 'color' || mode === 'porcelain') settings.words = mode === 'porcelain' ? mode : 'plain';
    else throw new Failure(`error: bad --word-diff argument: ${mode}\n`, 129);
  },
  '--color-words': (settings, text) => { settings.words = 'plain'; settings.color = 'always'; if (text !== undefined) settings.diff.wordRegex = text; },
  '--color': (settings, text) => { settings.color = text === undefined || text === 'always' ? 'always' : text === 'never' ? 'never' : 'auto'; },
  '--color-moved': () => undefined,
  '--color-moved-ws': () => undefined,
  '--relative': (settings, text) => { settings.relative = text ?? true; },
  '--ignore-submodules': (settings, text) => { settings.diff.ignoreSubmodules = text === undefined || text === 'all' ? 'all' : 'none'; },
  '--submodule': (settings, text) => { settings.submodule = text ?? 'log'; },
};

function dirstat(settings: DiffSettings, text: string): void {
  show(settings, 'dirstat');
  for (const part of text.split(',')) {
    if (part === '') continue;
    if (part === 'changes' || part === 'lines' || part === 'files') settings.dirstat.count = part;
    else if (part === 'cumulative' || part === 'noncumulative') settings.dirstat.isCumulative = part === 'cumulative';
    else if (/^\d+(?:\.\d*)?$/.test(part)) settings.dirstat.limitPercent = Number(part);
    else die(`Failed to parse --dirstat/-X option parameter:\n  Unknown dirstat parameter '${part}'\n`);
  }
}
