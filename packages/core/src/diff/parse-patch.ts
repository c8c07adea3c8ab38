/**
 * Patches as `git diff` and traditional `diff -u` write them, read as `git apply` reads them: text before, between
 * and after the patches of files is passed over; combined diffs (`diff --cc`) are such text.
 *
 *     diff --git a/<name> b/<name>          extended headers, then hunks or binary data, any of them missing
 *     --- <name>  +++ <name>  @@ …          a traditional diff, with at least one hunk
 */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { parseBinaryHunk, type BinaryHunk } from './parse-patch-binary.js';
import { emptyHeader, parseGitHeader, parseTraditionalHeader, type PatchHeader } from './parse-patch-header.js';
import { parseHunk, parseHunkRange, type PatchHunk } from './parse-patch-hunk.js';
import { guessStrip, type NameRule } from './parse-patch-name.js';

/** What a patch says of one file. */
export interface FilePatch {
  /** Lossless text; `undefined` where the patch is known to create the file. */
  readonly oldPath: string | undefined;
  /** Lossless text; `undefined` where the patch deletes the file. */
  readonly newPath: string | undefined;
  /** As the patch says, unchecked; `undefined` where it does not. */
  readonly oldMode: number | undefined;
  readonly newMode: number | undefined;
  /** `undefined` where only the target can tell whether the file is created. */
  readonly isNew: boolean | undefined;
  /** `undefined` where the patch may leave an empty file or none. */
  readonly isDeleted: boolean | undefined;
  readonly isRename: boolean;
  readonly isCopy: boolean;
  /** The percentage of the similarity or dissimilarity line. */
  readonly score: number | undefined;
  /** The ids of the `index` line, often cut short, unchecked. */
  readonly oldIdPrefix: string | undefined;
  readonly newIdPrefix: string | undefined;
  readonly hunks: readonly PatchHunk[];
  /** For files that are not text: the data in both directions as far as the patch has them. */
  readonly binary: { readonly forward: BinaryHunk | undefined; readonly reverse: BinaryHunk | undefined } | undefined;
  readonly linesAdded: number;
  readonly linesDeleted: number;
  /** Whether it began with `diff --git`. */
  readonly isGit: boolean;
  /** Where its header begins in the patch, counted from 1. */
  readonly line: number;
}

/** How {@link parsePatch} reads. */
export interface ParsePatchOptions {
  /**
   * How many leading components names lose (`-p`). Default: 1, or 0 from the first traditional diff on whose
   * names are both without folders.
   */
  readonly strip?: number | undefined;
  /** A folder to put before every path (`--directory`). Default: none. */
  readonly directory?: string | undefined;
  /** Count the lines of hunks instead of trusting their headers (`--recount`). Default: `false`. */
  readonly recount?: boolean | undefined;
}

/**
 * The patches of files in `bytes`, in their order; none when there is nothing but other text. Hunks are views
 * on `bytes`. O(bytes).
 *
 * @throws {GovcError} patch-invalid: a patch is malformed, with `data.line`; limit-exceeded: the whole or the data
 *   of a binary patch is too large.
 */
export function parsePatch(bytes: Uint8Array, options: ParsePatchOptions = {}): FilePatch[] {
  const max = LIMITS.patchSize.value;
  if (bytes.length > max) {
    throw new GovcError('limit-exceeded', `A patch of ${bytes.length} bytes is longer than ${max}.`, {
      limit: 'patchSize', size: bytes.length, max,
    });
  }
  return new PatchReader(bytes, options).readAll();
}

const LF = 0x0a;

class PatchReader {
  readonly #bytes: Uint8Array;
  readonly #recount: boolean;
  readonly #root: string;
  #strip: number;
  #isStripKnown: boolean;
  #at = 0;
  #line = 1;

  constructor(bytes: Uint8Array, options: ParsePatchOptions) {
    const { strip, directory = '' } = options;
    this.#bytes = bytes;
    this.#recount = options.recount === true;
    this.#strip = strip ?? 1;
    this.#isStripKnown = strip !== undefined;
    const root = latin1FromBytes(bytesFromLosslessText(directory));
    this.#root = root === '' || root.endsWith('/') ? root : `${root}/`;
  }

  readAll(): FilePatch[] {
    const patches: FilePatch[] = [];
    for (let header = this.#findHeader(); header !== undefined; header = this.#findHeader()) {
      patches.push(this.#readBody(header.header, header.line));
    }
    return patches;
  }

  /** Goes to behind the next header; `undefined` when there is none. */
  #findHeader(): { readonly header: PatchHeader; readonly line: number } | undefined {
    const bytes = this.#bytes;
    const header = emptyHeader();
    while (this.#at < bytes.length) {
      const start = this.#at;
      const line = this.#line;
      const end = this.#nextLine(start);
      const first = bytes[start];
      if (first === 0x40 && end - start >= 6 && parseHunkRange(bytes, start) !== undefined) {
        throw new GovcError('patch-invalid', `The hunk at line ${line} belongs to no file.`, { line, reason: 'no-header' });
      }
      if (first === 0x64 && this.#startsWith(start, 'diff --git ') && bytes.length >= end + 6) {
        const count = parseGitHeader(header, this.#lineReader(start), this.#rule, line);
        // A header with nothing behind its first line is other text, but as for Git its names stay known.
        if (count > 1) {
          for (let i = 0; i < count; i++) this.#skipLine();
          return { header, line };
        }
      } else if (first === 0x2d && end - start >= 6 && this.#startsTraditional(start, end)) {
        this.#readTraditional(header, start, end);
        return { header, line };
      }
      this.#skipLine();
    }
    return undefined;
  }

  get #rule(): NameRule {
    return { strip: this.#strip, root: this.#root };
  }

  #startsTraditional(start: number, end: number): boolean {
    if (!this.#startsWith(start, '--- ') || !this.#startsWith(end, '+++ ')) return false;
    const next = this.#nextLine(end);
    return this.#bytes.length >= next + 14 && this.#startsWith(next, '@@ -');
  }

  #readTraditional(header: PatchHeader, start: number, end: number): void {
    const names = { old: this.#text(start + 4, end), new: this.#text(end + 4, this.#nextLine(end)) };
    if (!this.#isStripKnown) {
      const newGuess = guessStrip(names.new, this.#root);
      // A side that tells nothing leaves it to the other, but only the new one may decide alone.
      if (newGuess === 0 && (guessStrip(names.old, this.#root) ?? newGuess) === 0) {
        this.#strip = 0;
        this.#isStripKnown = true;
      }
    }
    parseTraditionalHeader(header, names, this.#rule, this.#line);
    header.isGit = false;
    this.#skipLine();
    this.#skipLine();
  }

  #readBody(header: PatchHeader, line: number): FilePatch {
    const hunks: PatchHunk[] = [];
    while (this.#bytes.length - this.#at > 4 && this.#startsWith(this.#at, '@@ -')) {
      const { hunk, lines } = parseHunk({ bytes: this.#bytes, start: this.#at, line: this.#line, recount: this.#recount });
      hunks.push(hunk);
      this.#at += hunk.bytes.length;
      this.#line += lines;
    }
    const binary = hunks.length === 0 ? this.#readBinary() : undefined;
    let oldCount = 0;
    let newCount = 0;
    let linesAdded = 0;
    let linesDeleted = 0;
    for (const hunk of hunks) {
      oldCount += hunk.oldCount;
      newCount += hunk.newCount;
      linesAdded += hunk.added;
      linesDeleted += hunk.deleted;
    }
    const { oldName, newName, ...facts } = header;
    const isNew = facts.isNew ?? (oldCount > 0 || hunks.length > 1 ? false : undefined);
    const isDeleted = facts.isDeleted ?? (newCount > 0 || hunks.length > 1 ? false : undefined);
    if (isNew === true && oldCount > 0) throw leftover(line, 'The new file depends on old contents');
    if (isDeleted === true && newCount > 0) throw leftover(line, 'The deleted file still has contents');
    return {
      ...facts, isNew, isDeleted, oldPath: pathOf(oldName), newPath: pathOf(newName), hunks, binary, linesAdded, linesDeleted, line,
    };
  }

  #readBinary(): FilePatch['binary'] {
    const end = this.#nextLine(this.#at);
    const text = this.#at < end && end - this.#at < LINE_TEXT_MAX ? this.#text(this.#at, end) : '';
    if (this.#bytes[end - 1] !== LF) return undefined;
    if (text !== 'GIT binary patch') {
      const says = /^(?:Binary files|Files) .* differ$/s.test(text);
      if (says) this.#skipLine();
      return says ? { forward: undefined, reverse: undefined } : undefined;
    }
    this.#skipLine();
    const forward = this.#readBinaryHunk();
    if (forward === undefined) {
      throw new GovcError('patch-invalid', `The binary patch at line ${this.#line} is of no known kind.`, {
        line: this.#line, reason: 'binary-unknown',
      });
    }
    return { forward, reverse: this.#readBinaryHunk() };
  }

  #readBinaryHunk(): BinaryHunk | undefined {
    const found = parseBinaryHunk(this.#bytes, this.#at, this.#line);
    if (found === undefined) return undefined;
    this.#at = found.end;
    this.#line += found.lines;
    return found.hunk;
  }

  /** The lines from `start` on by number, each asked for once and in order after the first. */
  #lineReader(start: number): (index: number) => string | undefined {
    let at = start;
    let next = 0;
    return (index) => {
      while (next < index) {
        at = this.#nextLine(at);
        next++;
      }
      const end = this.#nextLine(at);
      return at < this.#bytes.length && this.#bytes[end - 1] === LF ? this.#text(at, end) : undefined;
    };
  }

  #startsWith(at: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#bytes[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  #text(start: number, end: number): string {
    return latin1FromBytes(this.#bytes.subarray(start, this.#bytes[end - 1] === LF ? end - 1 : end));
  }

  #nextLine(start: number): number {
    const lf = this.#bytes.indexOf(LF, start);
    return lf < 0 ? this.#bytes.length : lf + 1;
  }

  #skipLine(): void {
    this.#at = this.#nextLine(this.#at);
    this.#line++;
  }
}

// Two names of the longest path, quoted.
const LINE_TEXT_MAX = 1 << 20;

function pathOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : losslessTextFromBytes(bytesFromLatin1(name));
}

function leftover(line: number, sentence: string): GovcError {
  return new GovcError('patch-invalid', `${sentence} (patch at line ${line}).`, { line, reason: 'leftover-contents' });
}
