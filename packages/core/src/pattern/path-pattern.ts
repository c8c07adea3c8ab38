/**
 * One pattern of an ignore, attributes or sparse-checkout file, and how it is held against a path:
 * gitignore(5), "Pattern format".
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { WM_CASEFOLD, WM_PATHNAME, wildmatch } from './wildmatch.js';

/** A path in a repository, slash-separated: raw bytes, or lossless text. */
export type PathLike = string | Uint8Array;

/** The bytes of a path. */
export function pathBytes(path: PathLike): Uint8Array {
  return typeof path === 'string' ? bytesFromLosslessText(path) : path;
}

/** A pattern, taken apart once. */
export interface PathPattern {
  /** Without a leading "!" and a trailing "/". */
  readonly bytes: Uint8Array;
  /** Began with "!". */
  readonly isNegated: boolean;
  /** Ended with "/": matches only directories. */
  readonly isForDirectory: boolean;
  /** Has no other "/": matches the last component of a path, at any depth. */
  readonly isForName: boolean;
  /** How many bytes at the start are no wildcard. */
  readonly literalSize: number;
  /** Is "*" and then no wildcard, so that comparing the end suffices. */
  readonly isSuffix: boolean;
}

/** A path as it is held against many patterns. */
export interface PatternTarget {
  /** From the directory of the patterns on, without a trailing slash. */
  readonly path: Uint8Array;
  /** Its last component. */
  readonly name: Uint8Array;
  readonly isDirectory: boolean;
}

const SLASH = 0x2f;
const STAR = 0x2a;
const BANG = 0x21;

/** Takes a pattern apart. */
export function parsePathPattern(source: Uint8Array): PathPattern {
  const isNegated = source[0] === BANG;
  const whole = isNegated ? source.subarray(1) : source;
  const isForDirectory = whole.length > 0 && whole[whole.length - 1] === SLASH;
  const bytes = isForDirectory ? whole.subarray(0, -1) : whole;
  return {
    bytes,
    isNegated,
    isForDirectory,
    isForName: !bytes.includes(SLASH),
    literalSize: literalSizeOf(bytes),
    isSuffix: bytes[0] === STAR && literalSizeOf(bytes.subarray(1)) === bytes.length - 1,
  };
}

/** How many bytes of a pattern come before its first wildcard or backslash. */
export function literalSizeOf(pattern: Uint8Array): number {
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === STAR || c === 0x3f || c === 0x5b || c === 0x5c) return i;
  }
  return pattern.length;
}

/** Whether a path matches a pattern, whether negated or not. */
export function matchesPathPattern(pattern: PathPattern, target: PatternTarget, ignoresCase: boolean): boolean {
  if (pattern.isForDirectory && !target.isDirectory) return false;
  return pattern.isForName
    ? matchesName(pattern, target.name, ignoresCase)
    : matchesWhole(pattern, target.path, ignoresCase);
}

function matchesName(pattern: PathPattern, name: Uint8Array, ignoresCase: boolean): boolean {
  const { bytes } = pattern;
  if (pattern.literalSize === bytes.length) {
    return bytes.length === name.length && equalAt(bytes, 0, name, { at: 0, size: bytes.length, ignoresCase });
  }
  if (pattern.isSuffix) {
    const size = bytes.length - 1;
    return size <= name.length && equalAt(bytes, 1, name, { at: name.length - size, size, ignoresCase });
  }
  return wildmatch(bytes, name, ignoresCase ? WM_CASEFOLD : 0);
}

function matchesWhole(pattern: PathPattern, path: Uint8Array, ignoresCase: boolean): boolean {
  const start = pattern.bytes[0] === SLASH ? 1 : 0;
  const size = Math.max(0, pattern.literalSize - start);
  if (size > path.length || !equalAt(pattern.bytes, start, path, { at: 0, size, ignoresCase })) return false;
  if (start + size === pattern.bytes.length) return size === path.length;
  // Git matches from the first wildcard on, so that "**" right behind a literal counts as a component.
  const rest = pattern.bytes.subarray(start + size);
  const flags = ignoresCase ? WM_PATHNAME | WM_CASEFOLD : WM_PATHNAME;
  return wildmatch(rest, size === 0 ? path : path.subarray(size), flags);
}

/** Whether `size` bytes of `left` from `leftAt` equal those of `right` from `at`; case is that of ASCII letters. */
export function equalAt(
  left: Uint8Array, leftAt: number, right: Uint8Array,
  range: { readonly at: number; readonly size: number; readonly ignoresCase: boolean },
): boolean {
  const { at, size, ignoresCase } = range;
  if (leftAt + size > left.length || at + size > right.length) return false;
  for (let i = 0; i < size; i++) {
    const a = left[leftAt + i]!;
    const b = right[at + i]!;
    if (a === b) continue;
    if (!ignoresCase || fold(a) !== fold(b)) return false;
  }
  return true;
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
