/** The options of `git apply`. */
import type { ApplyPatchOptions } from '@govc/core';
import type { Config } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { count, flag, integer, value, type Option } from '../options/option.js';

/** What is asked for; changed in place while options are read. */
export interface ApplyAsked {
  readonly filters: { readonly kind: 'include' | 'exclude'; readonly pattern: string }[];
  strip: number | undefined;
  showsStat: boolean;
  showsNumstat: boolean;
  showsSummary: boolean;
  checks: boolean;
  usesIndex: boolean;
  isCached: boolean;
  intendsToAdd: boolean;
  applies: boolean | undefined;
  threeWay: boolean;
  isNul: boolean;
  contextLines: number | undefined;
  whitespace: NonNullable<ApplyPatchOptions['whitespace']>;
  /** How many errors of white space are shown; 0 for all. */
  shownErrors: number;
  isWhitespaceGiven: boolean;
  ignoresSpaceChange: boolean;
  isReverse: boolean;
  isUnidiffZero: boolean;
  rejects: boolean;
  allowsOverlap: boolean;
  /** -1 quiet, 0 normal, 1 verbose. */
  verbosity: number;
  inaccurateEof: boolean;
  recount: boolean;
  directory: string | undefined;
  allowsEmpty: boolean;
  drops: boolean;
}

/** What the configuration asks for. @throws {Failure} */
export function makeApplyAsked(config: Config): ApplyAsked {
  const asked: ApplyAsked = {
    filters: [], strip: undefined, showsStat: false, showsNumstat: false, showsSummary: false, checks: false, usesIndex: false, isCached: false,
    intendsToAdd: false, applies: undefined, threeWay: false, isNul: false, contextLines: undefined, whitespace: 'warn', shownErrors: 5,
    isWhitespaceGiven: false, ignoresSpaceChange: false, isReverse: false, isUnidiffZero: false, rejects: false, allowsOverlap: false, verbosity: 0,
    inaccurateEof: false, recount: false, directory: undefined, allowsEmpty: false, drops: false,
  };
  const whitespace = config.get('apply.whitespace');
  if (whitespace !== undefined) readWhitespace(asked, whitespace);
  const ignores = config.get('apply.ignorewhitespace');
  if (ignores !== undefined) {
    if (ignores === 'change') asked.ignoresSpaceChange = true;
    else if (!/^(?:no|false|never|none)$/.test(ignores)) throw new Failure(`error: unrecognized whitespace ignore option '${ignores}'\n`, 128);
  }
  asked.isWhitespaceGiven = whitespace !== undefined;
  return asked;
}

/** What `--whitespace=<action>` means. @throws {Failure} */
export function readWhitespace(asked: ApplyAsked, text: string): void {
  asked.isWhitespaceGiven = true;
  switch (text) {
    case '': case 'warn': asked.whitespace = 'warn'; return;
    case 'nowarn': asked.whitespace = 'nowarn'; return;
    case 'error': asked.whitespace = 'error'; return;
    case 'error-all':
      asked.whitespace = 'error';
      asked.shownErrors = 0;
      return;
    case 'fix': case 'strip': asked.whitespace = 'fix'; return;
    default: throw new Failure(`error: unrecognized whitespace option '${text}'\n`, 129);
  }
}

/** The options as Git spells them. */
export function applyOptions(o: ApplyAsked): Option[] {
  const spaces = (isOn: boolean): void => { o.ignoresSpaceChange = isOn; };
  return [
    value('exclude', 'path', "don't apply changes matching the given path", (text) => { if (text !== undefined) o.filters.push({ kind: 'exclude', pattern: text }); }, { canNegate: false }),
    value('include', 'path', 'apply changes matching the given path', (text) => { if (text !== undefined) o.filters.push({ kind: 'include', pattern: text }); }, { canNegate: false }),
    value('p', 'num', 'remove <num> leading slashes from traditional diff paths', (text) => { o.strip = Number.parseInt(text ?? '0', 10) || 0; }),
    flag('no-add', 'ignore additions made by the patch', (isOn) => {
      if (isOn) die('leaving out what a patch adds is not supported');
    }),
    flag('stat', 'instead of applying the patch, output diffstat for the input', (isOn) => { o.showsStat = isOn; }),
    flag('allow-binary-replacement', 'no-op (backward compatibility)', () => undefined, { isHidden: true }),
    flag('binary', 'no-op (backward compatibility)', () => undefined, { isHidden: true }),
    flag('numstat', 'show number of added and deleted lines in decimal notation', (isOn) => { o.showsNumstat = isOn; }),
    flag('summary', 'instead of applying the patch, output a summary for the input', (isOn) => { o.showsSummary = isOn; }),
    flag('check', 'instead of applying the patch, see if the patch is applicable', (isOn) => { o.checks = isOn; }),
    flag('index', 'make sure the patch is applicable to the current index', (isOn) => { o.usesIndex = isOn; }),
    flag('N|intent-to-add', 'mark new files with `git add --intent-to-add`', (isOn) => { o.intendsToAdd = isOn; }),
    flag('cached', 'apply a patch without touching the working tree', (isOn) => { o.isCached = isOn; }),
    flag('unsafe-paths', 'accept a patch that touches outside the working area', (isOn) => {
      if (isOn) die('paths outside of the working area are never touched');
    }),
    flag('apply', 'also apply the patch (use with --stat/--summary/--check)', (isOn) => { o.applies = isOn; }),
    flag('3|3way', 'attempt three-way merge, fall back on normal patch if that fails', (isOn) => { o.threeWay = isOn; }),
    value('build-fake-ancestor', 'file', 'build a temporary index based on embedded index information', () => die('an index of ancestors is not built by this command')),
    flag('z', 'paths are separated with NUL character', (isOn) => { o.isNul = isOn; }),
    integer('C', 'n', 'ensure at least <n> lines of context match', (number) => { o.contextLines = number; }),
    value('whitespace', 'action', 'detect new or modified lines that have whitespace errors', (text) => { readWhitespace(o, text ?? ''); }, { canNegate: false }),
    flag('ignore-space-change', 'ignore changes in whitespace when finding context', spaces),
    flag('ignore-whitespace', 'ignore changes in whitespace when finding context', spaces),
    flag('R|reverse', 'apply the patch in reverse', (isOn) => { o.isReverse = isOn; }),
    flag('unidiff-zero', "don't expect at least one line of context", (isOn) => { o.isUnidiffZero = isOn; }),
    flag('reject', 'leave the rejected hunks in corresponding *.rej files', (isOn) => { o.rejects = isOn; }),
    flag('allow-overlap', 'allow overlapping hunks', (isOn) => { o.allowsOverlap = isOn; }),
    count('v|verbose', 'be more verbose', (times) => { o.verbosity = times > 0 ? 1 : 0; }),
    flag('q|quiet', 'be more quiet', (isOn) => { o.verbosity = isOn ? -1 : 0; }),
    flag('inaccurate-eof', 'tolerate incorrectly detected missing new-line at the end of file', (isOn) => { o.inaccurateEof = isOn; }),
    flag('recount', 'do not trust the line counts in the hunk headers', (isOn) => { o.recount = isOn; }),
    value('directory', 'root', 'prepend <root> to all filenames', (text) => { o.directory = text; }),
    flag('allow-empty', "don't return error for empty patches", (isOn) => { o.allowsEmpty = isOn; }),
  ];
}
