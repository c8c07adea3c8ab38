/**
 * What stands before the hunks of a file: the extended headers of Git, or the two lines of a traditional diff.
 * Lines are Latin-1 text without line feed, as in `parse-patch-name.ts`.
 */
import { GovcError } from '../errors.js';
import {
  findHeaderName, findName, findTraditionalName, hasEpochDate, isDevNull, type NameRule,
} from './parse-patch-name.js';

/** The facts of a header while they are read. Names are Latin-1 text; `undefined` is what nothing was said of. */
export interface PatchHeader {
  oldName: string | undefined;
  newName: string | undefined;
  oldMode: number | undefined;
  newMode: number | undefined;
  isNew: boolean | undefined;
  isDeleted: boolean | undefined;
  isRename: boolean;
  isCopy: boolean;
  score: number | undefined;
  oldIdPrefix: string | undefined;
  newIdPrefix: string | undefined;
  isGit: boolean;
}

/** A header of which nothing is known yet. */
export function emptyHeader(): PatchHeader {
  return {
    oldName: undefined, newName: undefined, oldMode: undefined, newMode: undefined, isNew: undefined, isDeleted: undefined,
    isRename: false, isCopy: false, score: undefined, oldIdPrefix: undefined, newIdPrefix: undefined, isGit: false,
  };
}

interface HeaderLine {
  readonly header: PatchHeader;
  readonly rule: NameRule;
  /** What follows the keyword. */
  readonly text: string;
  readonly defaultName: string | undefined;
  readonly line: number;
}

// The first that fits is taken, so a word stands before those that begin like it.
const HEADER_LINES: readonly (readonly [string, (line: HeaderLine) => void])[] = [
  ['--- ', (at) => { at.header.oldName = checkName(at, 'old'); }],
  ['+++ ', (at) => { at.header.newName = checkName(at, 'new'); }],
  ['old mode ', (at) => { at.header.oldMode = parseMode(at); }],
  ['new mode ', (at) => { at.header.newMode = parseMode(at); }],
  ['deleted file mode ', (at) => {
    at.header.isDeleted = true;
    at.header.oldName = at.defaultName;
    at.header.oldMode = parseMode(at);
  }],
  ['new file mode ', (at) => {
    at.header.isNew = true;
    at.header.newName = at.defaultName;
    at.header.newMode = parseMode(at);
  }],
  ['copy from ', (at) => { moved(at, 'isCopy', 'oldName'); }],
  ['copy to ', (at) => { moved(at, 'isCopy', 'newName'); }],
  ['rename old ', (at) => { moved(at, 'isRename', 'oldName'); }],
  ['rename new ', (at) => { moved(at, 'isRename', 'newName'); }],
  ['rename from ', (at) => { moved(at, 'isRename', 'oldName'); }],
  ['rename to ', (at) => { moved(at, 'isRename', 'newName'); }],
  ['similarity index ', (at) => { parseScore(at); }],
  ['dissimilarity index ', (at) => { parseScore(at); }],
  ['index ', (at) => { parseIndexLine(at); }],
];

/**
 * Reads the headers of a git diff, line by line as `readLine` gives them (`undefined` at the end or where a line has
 * no line feed), up to a line that is none. Gives how many lines belong to the header, the first with them.
 *
 * @throws {GovcError} patch-invalid: names, modes or kinds contradict each other.
 */
export function parseGitHeader(
  header: PatchHeader, readLine: (index: number) => string | undefined, rule: NameRule, firstLine: number,
): number {
  header.isGit = true;
  header.isNew = false;
  header.isDeleted = false;
  const name = findHeaderName(readLine(0)!.slice('diff --git '.length), rule.strip);
  const defaultName = name === undefined ? undefined : rule.root + name;
  let count = 1;
  for (;;) {
    const text = readLine(count);
    const known = text === undefined ? undefined : HEADER_LINES.find(([keyword]) => text.startsWith(keyword));
    if (text === undefined || known === undefined) break;
    const line = firstLine + count;
    known[1]({ header, rule, text: text.slice(known[0].length), defaultName, line });
    count++;
    const kinds = Number(header.isDeleted) + Number(header.isNew) + Number(header.isRename) + Number(header.isCopy);
    if (kinds > 1) throw invalid('inconsistent-header', `The header lines up to line ${line} contradict each other.`, line);
  }
  const line = firstLine + count;
  if (header.oldName === undefined && header.newName === undefined) {
    if (defaultName === undefined) {
      throw invalid('no-name', `The header before line ${line} names no file after ${rule.strip} components are taken away.`, line);
    }
    header.oldName = defaultName;
    header.newName = defaultName;
  }
  if (isMadeOf(header)) {
    throw invalid('inconsistent-header', `The header before line ${line} makes a new file of an old one.`, line);
  }
  if (lacksName(header)) throw invalid('no-name', `The header before line ${line} names only one of two files.`, line);
  return count;
}

function isMadeOf({ oldName, isNew }: PatchHeader): boolean {
  return isNew === true && oldName !== undefined;
}

function lacksName({ oldName, newName, isNew, isDeleted }: PatchHeader): boolean {
  return (newName === undefined && isDeleted !== true) || (oldName === undefined && isNew !== true);
}

/**
 * Reads the `---` and `+++` lines of a traditional diff, without those words.
 *
 * @throws {GovcError} patch-invalid: there is no name.
 */
export function parseTraditionalHeader(
  header: PatchHeader, names: { readonly old: string; readonly new: string }, rule: NameRule, line: number,
): void {
  header.oldName = undefined;
  header.newName = undefined;
  let name: string | undefined;
  const isNew = isDevNull(names.old);
  if (isNew || isDevNull(names.new)) {
    header.isNew = isNew;
    header.isDeleted = !isNew;
    name = findTraditionalName(isNew ? names.new : names.old, rule);
    if (isNew) header.newName = name;
    else header.oldName = name;
  } else {
    name = findTraditionalName(names.new, rule, findTraditionalName(names.old, rule));
    if (hasEpochDate(names.old)) {
      header.isNew = true;
      header.isDeleted = false;
      header.newName = name;
    } else if (hasEpochDate(names.new)) {
      header.isNew = false;
      header.isDeleted = true;
      header.oldName = name;
    } else {
      header.oldName = name;
      header.newName = name;
    }
  }
  if (name === undefined) throw invalid('no-name', `The patch names no file at line ${line}.`, line);
}

/** The name of one side, which must be what was said before. */
function checkName(at: HeaderLine, side: 'old' | 'new'): string | undefined {
  const { header, rule, text, line } = at;
  const before = side === 'old' ? header.oldName : header.newName;
  const isNothing = side === 'old' ? header.isNew === true : header.isDeleted === true;
  if (before === undefined) {
    if (!isNothing) return findName(text, rule, 'tab');
    if (!isDevNull(text)) throw invalid('inconsistent-name', `Line ${line} must name /dev/null.`, line);
    return undefined;
  }
  if (isNothing) throw invalid('inconsistent-name', `Line ${line} must name /dev/null, but "${before}" was named before.`, line);
  if (findName(text, rule, 'tab') !== before) {
    throw invalid('inconsistent-name', `Line ${line} names another ${side} file than "${before}".`, line);
  }
  return before;
}

function moved(at: HeaderLine, kind: 'isRename' | 'isCopy', side: 'oldName' | 'newName'): void {
  at.header[kind] = true;
  // These names have no "a/" or "b/" before them.
  at.header[side] = findName(at.text, { ...at.rule, strip: Math.max(0, at.rule.strip - 1) }, 'line');
}

function parseMode({ text, line }: HeaderLine): number | undefined {
  const match = /^[ \t\r]*([0-7]+)(?=[ \t\r]|$)/.exec(text);
  const mode = match === null ? Number.NaN : Number.parseInt(match[1]!, 8);
  if (!(mode <= 0xffff_ffff)) throw invalid('mode', `The mode at line ${line} is no octal number.`, line);
  return mode === 0 ? undefined : mode;
}

function parseScore({ header, text }: HeaderLine): void {
  const score = Number(/^[ \t\r]*(\d*)/.exec(text)?.[1] ?? '');
  if (score <= 100) header.score = score;
}

/** `index <id>..<id>[ <mode>]`; ids may be cut short, and lines that are something else are passed over. */
function parseIndexLine(at: HeaderLine): void {
  const { header, text } = at;
  const dots = text.indexOf('.');
  if (dots < 0 || text[dots + 1] !== '.' || dots > ID_SIZE_MAX) return;
  header.oldIdPrefix = text.slice(0, dots);
  const space = text.indexOf(' ', dots + 2);
  const end = space < 0 ? text.length : space;
  if (end - dots - 2 > ID_SIZE_MAX) return;
  header.newIdPrefix = text.slice(dots + 2, end);
  if (space >= 0) header.oldMode = parseMode({ ...at, text: text.slice(space + 1) });
}

const ID_SIZE_MAX = 64;

function invalid(reason: string, message: string, line: number): GovcError {
  return new GovcError('patch-invalid', message, { line, reason });
}
