import { isBinary } from '../diff/is-binary.js';
import { diffTrees } from '../diff/tree-diff.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Pathspec } from '../pattern/pathspec.js';
import type { TextMatch } from '../pattern/text-pattern.js';
import { compileGrep, type CompiledGrep, type GrepExpression, type GrepMatchOptions } from './grep-expression.js';

/** Which lines of which files are given. */
export interface GrepOptions extends GrepMatchOptions {
  /** Lines that do not match instead (`-v`). Default: `false`. */
  readonly invert?: boolean | undefined;
  /** Only files in which each part of an `any` at the top matches some line (`--all-match`). Default: `false`. */
  readonly allMatch?: boolean | undefined;
  /** Lines around a match, before and after it. Default: 0. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  /** How many matching lines of a file are given at most (`-m`). Default: all. */
  readonly countMax?: number | undefined;
  /** How many folders deep below the root (`--max-depth`). Default: all. */
  readonly depthMax?: number | undefined;
  /** What happens with files that hold NUL bytes: only told that they match, left out, or read like text. Default: `tell`. */
  readonly binary?: 'tell' | 'skip' | 'text' | undefined;
}

/** What is asked of {@link grepTree}. */
export interface GrepRequest extends GrepOptions {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly tree: ObjectId;
  readonly expression: GrepExpression;
  readonly pathspec?: Pathspec | undefined;
}

/** A line that matches, or one around it. */
export interface GrepLine {
  /** From 0. */
  readonly line: number;
  /** Without its line feed; shared bytes. */
  readonly text: Uint8Array;
  readonly isMatch: boolean;
  /** Where patterns match, in bytes of the line; empty for context and for inverted matches. */
  readonly spans: readonly TextMatch[];
}

/** A file with at least one matching line. */
export interface GrepFile {
  /** Lossless text. */
  readonly path: string;
  readonly id: ObjectId;
  readonly isBinary: boolean;
  /** How many lines match, of a binary file that is only told of: 0. */
  readonly matchCount: number;
  /** In order; empty for a binary file that is only told of. */
  readonly lines: readonly GrepLine[];
}

const LF = 0x0a;

/**
 * Looks for lines in all files of a tree, in the order of paths. Lazy: one file is read at a time. Links and submodules are left
 * out; files larger than memory holds are passed over.
 *
 * @throws {GovcError} pattern-invalid, object-missing, limit-exceeded
 */
export function* grepTree(request: GrepRequest): Generator<GrepFile, void, void> {
  const compiled = compileGrep(request.expression, request);
  const { objects, algorithm, tree, pathspec, depthMax } = request;
  for (const { new: entry } of diffTrees(objects, algorithm, undefined, tree, { pathspec })) {
    if (entry === undefined || (entry.mode & 0o170000) !== 0o100000) continue;
    if (depthMax !== undefined && entry.path.split('/').length - 1 > depthMax) continue;
    const header = objects.findHeader(entry.id);
    if (header !== undefined && header.size > LIMITS.objectSizeInMemory.value) continue;
    const content = objects.find(entry.id)?.body;
    if (content === undefined) continue;
    const found = grepText(content, compiled, request);
    if (found !== undefined) yield { path: entry.path, id: entry.id, ...found };
  }
}

/** What of a text matches, or `undefined` where nothing does. */
export function grepText(
  text: Uint8Array, compiled: CompiledGrep, options: GrepOptions = {},
): Pick<GrepFile, 'isBinary' | 'matchCount' | 'lines'> | undefined {
  const { invert = false, allMatch = false, countMax = Number.POSITIVE_INFINITY, binary = 'tell' } = options;
  if (!invert && !compiled.matcher.mayMatchIn(text)) return undefined;
  const isOpaque = binary !== 'text' && isBinary(text);
  if (isOpaque && binary === 'skip') return undefined;
  if (allMatch && !hasAllParts(text, compiled)) return undefined;
  const starts: number[] = [];
  const hits: number[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfLine(text, start);
    starts.push(start);
    if (compiled.matcher.matches(text, start, end) !== invert) {
      if (isOpaque) return { isBinary: true, matchCount: 0, lines: [] };
      hits.push(starts.length - 1);
      if (hits.length >= countMax) {
        pushStarts(text, end + 1, { starts, count: options.after ?? 0 });
        break;
      }
    }
    start = end + 1;
  }
  if (hits.length === 0) return undefined;
  return { isBinary: isOpaque, matchCount: hits.length, lines: collect(text, { starts, hits, compiled, options }) };
}

function hasAllParts(text: Uint8Array, { parts }: CompiledGrep): boolean {
  const left = new Set(parts);
  for (let start = 0; start < text.length && left.size > 0;) {
    const end = endOfLine(text, start);
    for (const part of left) if (part.matches(text, start, end)) left.delete(part);
    start = end + 1;
  }
  return left.size === 0;
}

function collect(
  text: Uint8Array,
  { starts, hits, compiled, options }: { starts: readonly number[]; hits: readonly number[]; compiled: CompiledGrep; options: GrepOptions },
): GrepLine[] {
  const { before = 0, after = 0, invert = false } = options;
  const matching = new Set(hits);
  const lines: GrepLine[] = [];
  let next = 0;
  for (const hit of hits) {
    const from = Math.max(next, hit - before);
    const to = Math.min(starts.length, hit + after + 1);
    for (let line = from; line < to; line++) {
      const start = starts[line]!;
      const end = endOfLine(text, start);
      const isMatch = matching.has(line);
      lines.push({
        line, text: text.subarray(start, end), isMatch, spans: isMatch && !invert ? compiled.spans(text, start, end) : [],
      });
    }
    next = Math.max(next, to);
  }
  return lines;
}

function pushStarts(text: Uint8Array, from: number, { starts, count }: { starts: number[]; count: number }): void {
  for (let start = from, left = count; left > 0 && start < text.length; left--) {
    starts.push(start);
    start = endOfLine(text, start) + 1;
  }
}

function endOfLine(text: Uint8Array, start: number): number {
  const end = text.indexOf(LF, start);
  return end < 0 ? text.length : end;
}
