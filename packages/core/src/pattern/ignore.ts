/**
 * Which paths are ignored: gitignore(5).
 *
 * Lists are asked in this order, the last matching pattern of a list decides, and the first list with
 * one ends the search:
 *   1. patterns of the command line, the last list first
 *   2. `.gitignore` of the directory of the path, then of each directory above it
 *   3. other files, the last one first (`core.excludesFile`, then `info/exclude`, which is asked before it)
 * A path below an ignored directory is ignored whatever its own patterns say: Git does not look there.
 */
import { latin1FromBytes } from '../bytes/text.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { matchesPathPattern, parsePathPattern, pathBytes, type PathLike, type PathPattern } from './path-pattern.js';

/** A pattern and where it stands. */
export interface IgnorePattern extends PathPattern {
  /** As `git check-ignore -v` names it: the list's `source`. */
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** The pattern as `git check-ignore -v` prints it, with "!" and a trailing "/". Lossless text. */
  readonly text: string;
}

/** The patterns of one file in the order in which they stand. */
export type IgnoreList = readonly IgnorePattern[];

/** Where patterns come from. */
export interface IgnoreSources {
  /** Lists that outrank all others (`--exclude`), the strongest last. Default: none. */
  readonly commandLine?: readonly IgnoreList[] | undefined;
  /**
   * The patterns of the `.gitignore` in a directory, named by its path without a trailing slash, '' for the root.
   * Asked again when paths come out of order, so keep what is parsed. Default: none.
   */
  readonly inDirectory?: ((directory: string) => IgnoreList | undefined) | undefined;
  /** Lists of files outside of the worktree, the strongest last. Default: none. */
  readonly files?: readonly IgnoreList[] | undefined;
  /** `core.ignoreCase`. Default: false. */
  readonly ignoresCase?: boolean | undefined;
}

/**
 * The patterns of an ignore file.
 *
 * @param source names the file in matches, for example `.gitignore` or `.git/info/exclude`
 * @throws {GovcError} limit-exceeded: the file is larger than `patternFileSize`.
 */
export function parseIgnore(bytes: Uint8Array, source: string): IgnoreList {
  const limit = LIMITS.patternFileSize.value;
  if (bytes.length > limit) {
    throw new GovcError('limit-exceeded', `${source} has ${bytes.length} bytes, more than ${limit}.`, {
      source,
      size: bytes.length,
      limit,
    });
  }
  const list: IgnorePattern[] = [];
  let line = 0;
  for (let at = hasByteOrderMark(bytes) ? 3 : 0; at < bytes.length; ) {
    const lineFeed = bytes.indexOf(LF, at);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    line++;
    if (end > at && bytes[at] !== HASH) list.push(makePattern(trimLine(bytes.subarray(at, end)), source, line));
    at = end + 1;
  }
  return list;
}

/** A list of patterns that were given one by one, as `--exclude=<pattern>`; line is their number from 1. */
export function makeIgnoreList(patterns: readonly PathLike[], source: string): IgnoreList {
  return patterns.map((pattern, index) => makePattern(pathBytes(pattern), source, index + 1));
}

/** Decides which paths are ignored. Keeps the lists of the directories of the last path: ask in order of paths. */
export class IgnoreRules {
  readonly #commandLine: readonly IgnoreList[];
  readonly #inDirectory: (directory: string) => IgnoreList | undefined;
  readonly #files: readonly IgnoreList[];
  readonly #ignoresCase: boolean;
  /** The root and the directories down to the last path, until one that is ignored. */
  readonly #stack: Directory[] = [];

  constructor(sources: IgnoreSources) {
    this.#commandLine = sources.commandLine ?? [];
    this.#inDirectory = sources.inDirectory ?? (() => undefined);
    this.#files = sources.files ?? [];
    this.#ignoresCase = sources.ignoresCase ?? false;
  }

  /** Whether a path is ignored, by itself or because a directory above it is. O(patterns). */
  isIgnored(path: PathLike, isDirectory: boolean): boolean {
    return this.findMatch(path, isDirectory)?.isNegated === false;
  }

  /** The pattern that decides about a path; negated when it says that the path is not ignored. */
  findMatch(path: PathLike, isDirectory: boolean): IgnorePattern | undefined {
    const bytes = pathBytes(path);
    const nameStart = bytes.lastIndexOf(SLASH) + 1;
    const parent = this.#enter(bytes, nameStart);
    return parent.ignoredBy ?? this.#decide(bytes, nameStart, isDirectory);
  }

  /** Makes the stack that of the directory `path[0, nameStart)`; its top is that directory or an ignored one above. */
  #enter(path: Uint8Array, nameStart: number): Directory {
    const directory = latin1FromBytes(path.subarray(0, nameStart));
    const stack = this.#stack;
    while (stack.length > 0 && !directory.startsWith(stack.at(-1)!.prefix)) stack.pop();
    let top = stack.at(-1) ?? this.#push(path, 0);
    while (top.ignoredBy === undefined && top.size < nameStart) {
      top = this.#push(path, path.indexOf(SLASH, top.size) + 1);
    }
    return top;
  }

  /** Pushes the directory `path[0, size)`. Whether it is ignored is decided before its own patterns are read. */
  #push(path: Uint8Array, size: number): Directory {
    let ignoredBy: IgnorePattern | undefined;
    if (size > 0) {
      const above = this.#stack.at(-1)!;
      const match = this.#decide(path.subarray(0, size - 1), above.size, true);
      if (match?.isNegated === false) ignoredBy = match;
    }
    const name = losslessTextFromBytes(path.subarray(0, Math.max(0, size - 1)));
    const list = ignoredBy === undefined ? (this.#inDirectory(name) ?? []) : [];
    const directory = { prefix: latin1FromBytes(path.subarray(0, size)), size, list, ignoredBy };
    this.#stack.push(directory);
    return directory;
  }

  /** The pattern that decides about a path whose directories are on the stack. */
  #decide(path: Uint8Array, nameStart: number, isDirectory: boolean): IgnorePattern | undefined {
    const name = path.subarray(nameStart);
    const target = { path, name, isDirectory };
    const found = this.#findLast(this.#commandLine, target);
    if (found !== undefined) return found;
    for (let i = this.#stack.length - 1; i >= 0; i--) {
      const { list, size } = this.#stack[i]!;
      if (list.length === 0) continue;
      const match = this.#findIn(list, size === 0 ? target : { path: path.subarray(size), name, isDirectory });
      if (match !== undefined) return match;
    }
    return this.#findLast(this.#files, target);
  }

  #findLast(lists: readonly IgnoreList[], target: Target): IgnorePattern | undefined {
    for (let i = lists.length - 1; i >= 0; i--) {
      const match = this.#findIn(lists[i]!, target);
      if (match !== undefined) return match;
    }
    return undefined;
  }

  #findIn(list: IgnoreList, target: Target): IgnorePattern | undefined {
    for (let i = list.length - 1; i >= 0; i--) {
      if (matchesPathPattern(list[i]!, target, this.#ignoresCase)) return list[i];
    }
    return undefined;
  }
}

type Target = Parameters<typeof matchesPathPattern>[1];

interface Directory {
  /** With a trailing slash; '' for the root. One character per byte. */
  readonly prefix: string;
  /** Its length. */
  readonly size: number;
  readonly list: IgnoreList;
  readonly ignoredBy: IgnorePattern | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function makePattern(bytes: Uint8Array, source: string, line: number): IgnorePattern {
  return { ...parsePathPattern(bytes), source, line, text: losslessTextFromBytes(bytes) };
}

/** A line without its carriage return and the spaces at its end that no backslash keeps. A NUL ends it. */
function trimLine(line: Uint8Array): Uint8Array {
  let end = line[line.length - 1] === CR ? line.length - 1 : line.length;
  const nul = line.indexOf(0);
  if (nul >= 0 && nul < end) end = nul;
  let spaces = -1;
  for (let i = 0; i < end; i++) {
    if (line[i] === SPACE) {
      if (spaces < 0) spaces = i;
      continue;
    }
    if (line[i] === BACKSLASH && ++i >= end) return line.subarray(0, end);
    spaces = -1;
  }
  return line.subarray(0, spaces < 0 ? end : spaces);
}
