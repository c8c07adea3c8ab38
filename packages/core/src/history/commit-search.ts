import { splitIdentLine } from '../bytes/ident-line.js';
import { bytesFromText } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { parseCommit, type Commit } from '../object/commit.js';
import { decodeText } from '../object/text-encoding.js';
import type { TextPattern } from '../pattern/text-pattern.js';
import type { RevListOptions } from './rev-list-options.js';

const LF = 0x0a;
const GREATER = 0x3e;

/** Looks for patterns in commits, as `git rev-list --author --committer --grep` do: line by line, in UTF-8. */
export class CommitSearch {
  readonly #options: RevListOptions;
  readonly #algorithm: HashAlgorithm;

  constructor(options: RevListOptions, algorithm: HashAlgorithm) {
    this.#options = options;
    this.#algorithm = algorithm;
  }

  /** Whether there is nothing to look for. */
  static isNeeded({ authors, committers, grep, grepReflog }: RevListOptions): boolean {
    return [authors, committers, grep, grepReflog].some((patterns) => patterns !== undefined && patterns.length > 0);
  }

  /** Whether the commit with that body matches. @throws {GovcError} object-corrupt */
  matches(body: Uint8Array, reflogMessage: string | undefined): boolean {
    const { authors = [], committers = [], grep = [], grepReflog = [] } = this.#options;
    const commit = parseCommit(body, this.#algorithm);
    if (authors.length > 0 && !hasMatch(authors, identityOf(commit.authorBytes, commit))) return false;
    if (committers.length > 0 && !hasMatch(committers, identityOf(commit.committerBytes, commit))) return false;
    if (grepReflog.length > 0 && !hasMatch(grepReflog, bytesFromText(reflogMessage ?? ''))) return false;
    return grep.length === 0 || this.#hasMessage(grep, inUtf8(commit.message, commit));
  }

  #hasMessage(patterns: readonly TextPattern[], message: Uint8Array): boolean {
    const found = patterns.map((pattern) => hasLine(pattern, message));
    if (this.#options.invertGrep === true) return !found.includes(true);
    return this.#options.allMatch === true ? !found.includes(false) : found.includes(true);
  }
}

function hasMatch(patterns: readonly TextPattern[], bytes: Uint8Array): boolean {
  return patterns.some((pattern) => pattern.test(bytes, 0, bytes.length));
}

function hasLine(pattern: TextPattern, message: Uint8Array): boolean {
  for (let start = 0; start < message.length;) {
    const end = message.indexOf(LF, start);
    if (pattern.test(message, start, end < 0 ? message.length : end)) return true;
    if (end < 0) return false;
    start = end + 1;
  }
  return false;
}

/** `name <email>` without the date. */
function identityOf(bytes: Uint8Array, commit: Commit): Uint8Array {
  const end = bytes.lastIndexOf(GREATER) + 1;
  return inUtf8(end === 0 ? bytes : bytes.subarray(0, end), commit);
}

function inUtf8(bytes: Uint8Array, { encoding }: Commit): Uint8Array {
  return encoding === undefined ? bytes : bytesFromText(decodeText(bytes, encoding));
}

/** The author's time in seconds since 1970 of the commit with that body; 0 where there is none. */
export function authorTimeOf(body: Uint8Array, algorithm: HashAlgorithm): number {
  const bytes = parseCommit(body, algorithm).authorBytes;
  const parts = splitIdentLine(bytes);
  if (parts === undefined || parts.dateStart < 0) return 0;
  let seconds = 0;
  for (let at = parts.dateStart; at < parts.dateEnd; at++) seconds = seconds * 10 + bytes[at]! - 0x30;
  return Number.isSafeInteger(seconds) ? seconds : 0;
}
