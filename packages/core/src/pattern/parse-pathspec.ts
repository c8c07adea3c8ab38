/**
 * One element of a pathspec: its magic, and the path that it counts from the root of the repository.
 *
 *     element = path  /  ":(" magic *( "," magic ) ")" path  /  ":" *( "/" / "!" / "^" ) [ ":" ] path
 *     magic   = "top" / "literal" / "glob" / "icase" / "exclude" / "attr:" *requirement / "prefix:" number
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { isAttributeName, type AttributeValue } from './parse-attributes.js';
import { literalSizeOf, type PathLike } from './path-pattern.js';

/** How elements are read and matched. Every boolean is false by default. */
export interface PathspecOptions {
  /** The directory that elements count from, without a trailing slash; '' for the root. Default: ''. */
  readonly prefix?: string | undefined;
  /** The absolute path of the worktree, so that absolute elements can be understood. Default: they are refused. */
  readonly root?: string | undefined;
  /** `--literal-pathspecs`: no magic, no wildcards. */
  readonly isLiteral?: boolean | undefined;
  /** `--glob-pathspecs`: as if every element had `:(glob)`. */
  readonly isGlob?: boolean | undefined;
  /** `--noglob-pathspecs`: as if every element had `:(literal)`. */
  readonly isNoglob?: boolean | undefined;
  /** `--icase-pathspecs`: as if every element had `:(icase)`. */
  readonly ignoresCase?: boolean | undefined;
  /** Whether no element, or only excluding ones, mean the prefix instead of everything. */
  readonly prefersPrefix?: boolean | undefined;
  /** Looks up attributes for `:(attr:…)`. Default: every attribute is unspecified. */
  readonly attributesOf?: ((path: PathLike, names: readonly string[]) => readonly AttributeValue[]) | undefined;
}

/** One element, ready to match. Sizes are bytes of `match`. */
export interface PathspecElement {
  /** As it was given. */
  readonly source: string;
  /** The path or pattern from the root of the repository; empty for everything. */
  readonly match: Uint8Array;
  /** How much of `match` is the prefix, which always counts with case and without wildcards. */
  readonly prefixSize: number;
  /** How much of `match` comes before its first wildcard. */
  readonly literalSize: number;
  /** Whether what follows `literalSize` is "*" and then no wildcard. */
  readonly isSuffix: boolean;
  /** Whether "*" and "?" stop at "/". */
  readonly isGlob: boolean;
  readonly isExclude: boolean;
  readonly ignoresCase: boolean;
  /** What `:(attr:…)` asks for; `undefined` as a value means unspecified. */
  readonly attributes: readonly { readonly name: string; readonly value: AttributeValue }[];
}

/**
 * Reads one element.
 *
 * @throws {GovcError} pathspec-invalid: as `parsePathspec`.
 */
export function parsePathspecElement(source: string, options: PathspecOptions): PathspecElement {
  if (source === '') throw invalid(source, 'is empty; "." means everything');
  if (source.length > LIMITS.treePathSize.value) throw invalid(source, `is longer than ${LIMITS.treePathSize.value}`);
  const magic = readMagic(source, options);
  applyGlobalMagic(magic, source, options);
  if (magic.isLiteral && magic.isGlob) throw invalid(source, 'has both "literal" and "glob"');
  const { path, prefix } = resolve(magic, source, options);
  const match = bytesFromLosslessText(path);
  const prefixSize = magic.prefixSize ?? bytesFromLosslessText(prefix).length;
  if (prefixSize > match.length) throw invalid(source, 'has a "prefix" that is longer than its path');
  const literalSize = magic.isLiteral ? match.length : Math.max(prefixSize, literalSizeOf(match));
  const afterStar = match.subarray(literalSize + 1);
  return {
    source,
    match,
    prefixSize,
    literalSize,
    isSuffix: !magic.isGlob && match[literalSize] === STAR && literalSizeOf(afterStar) === afterStar.length,
    isGlob: magic.isGlob,
    isExclude: magic.isExclude,
    ignoresCase: magic.ignoresCase,
    attributes: magic.attributes,
  };
}

const STAR = 0x2a;

interface Magic {
  isTop: boolean;
  isLiteral: boolean;
  isGlob: boolean;
  isExclude: boolean;
  ignoresCase: boolean;
  prefixSize: number | undefined;
  attributes: PathspecElement['attributes'];
  /** What follows the magic. */
  rest: string;
}

function readMagic(source: string, options: PathspecOptions): Magic {
  const magic: Magic = {
    isTop: false, isLiteral: false, isGlob: false, isExclude: false, ignoresCase: false,
    prefixSize: undefined, attributes: [], rest: source,
  };
  if (!source.startsWith(':') || options.isLiteral === true) return magic;
  if (source[1] === '(') readLongMagic(source, magic);
  else readShortMagic(source, magic);
  return magic;
}

function readShortMagic(source: string, magic: Magic): void {
  let at = 1;
  for (; at < source.length && source[at] !== ':'; at++) {
    const c = source[at]!;
    if (c === '/') magic.isTop = true;
    else if (c === '!' || c === '^') magic.isExclude = true;
    else if ('"#%&\',-;<=>@_`~'.includes(c)) throw invalid(source, `has the unknown magic "${c}"`);
    else break;
  }
  magic.rest = source.slice(source[at] === ':' ? at + 1 : at);
}

function readLongMagic(source: string, magic: Magic): void {
  let at = 2;
  while (at < source.length && source[at] !== ')') {
    const end = endOfWord(source, at);
    if (end > at) applyWord(source.slice(at, end), source, magic);
    at = source[end] === ',' ? end + 1 : end;
  }
  if (source[at] !== ')') throw invalid(source, 'has no ")" behind its magic');
  magic.rest = source.slice(at + 1);
}

/** The next "," or ")" that no backslash precedes, or the end. */
function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ',' && text[at] !== ')') at += text[at] === '\\' && at + 1 < text.length ? 2 : 1;
  return at;
}

function applyWord(word: string, source: string, magic: Magic): void {
  if (word.startsWith('prefix:')) {
    if (!/^prefix:\d{1,9}$/.test(word)) throw invalid(source, 'has a "prefix" that is no number');
    magic.prefixSize = Number(word.slice(7));
    return;
  }
  if (word.startsWith('attr:')) {
    if (magic.attributes.length > 0) throw invalid(source, 'has "attr" more than once');
    magic.attributes = parseRequirements(word.slice(5), source);
    return;
  }
  switch (word) {
    case 'top':
      magic.isTop = true;
      break;
    case 'literal':
      magic.isLiteral = true;
      break;
    case 'glob':
      magic.isGlob = true;
      break;
    case 'icase':
      magic.ignoresCase = true;
      break;
    case 'exclude':
      magic.isExclude = true;
      break;
    default:
      throw invalid(source, `has the unknown magic "${word.slice(0, 80)}"`);
  }
}

function parseRequirements(text: string, source: string): PathspecElement['attributes'] {
  const words = text.split(' ').filter((word) => word !== '');
  if (words.length === 0) throw invalid(source, 'has an empty "attr"');
  return words.map((word) => {
    const sign = word.startsWith('!') || word.startsWith('-') ? word[0]! : '';
    const equals = sign === '' ? word.indexOf('=') : -1;
    const name = equals < 0 ? word.slice(sign.length) : word.slice(0, equals);
    if (!isAttributeName(name)) throw invalid(source, `asks for "${name.slice(0, 80)}", which no attribute is called`);
    if (sign !== '') return { name, value: sign === '-' ? false : undefined };
    return { name, value: equals < 0 ? true : unescapeValue(word.slice(equals + 1), source) };
  });
}

function unescapeValue(text: string, source: string): string {
  // A backslash with nothing behind it stays, and is refused below.
  const value = text.replace(/\\([^])/g, '$1');
  if (!/^[A-Za-z0-9,_-]*$/.test(value)) {
    throw invalid(source, 'has an attribute value with other characters than letters, digits, ",", "-" and "_"');
  }
  return value;
}

function applyGlobalMagic(magic: Magic, source: string, options: PathspecOptions): void {
  const { isLiteral = false, isGlob = false, isNoglob = false, ignoresCase = false } = options;
  if (isGlob && isNoglob) throw invalid(source, 'cannot be read with both "glob" and "noglob" for all elements');
  if (isLiteral && (isGlob || ignoresCase)) {
    throw invalid(source, 'cannot be read with "literal" and another setting for all elements');
  }
  const elementIsGlob = magic.isGlob;
  if (isLiteral) magic.isLiteral = true;
  if (isGlob && !magic.isLiteral) magic.isGlob = true;
  if (isNoglob && !elementIsGlob) magic.isLiteral = true;
  if (ignoresCase) magic.ignoresCase = true;
}

/** The path from the root of the repository, and how much of it is still the prefix. */
function resolve(
  magic: Magic, source: string, options: PathspecOptions,
): { readonly path: string; readonly prefix: string } {
  const { rest } = magic;
  if (magic.isTop || magic.prefixSize !== undefined) return { path: rest, prefix: '' };
  if (rest.startsWith('/')) {
    const path = normalize('', rest.slice(1), source).path;
    return { path: relativeToRoot(path, source, options.root), prefix: '' };
  }
  return normalize(options.prefix ?? '', rest, source);
}

function relativeToRoot(path: string, source: string, root: string | undefined): string {
  const folder = root?.replace(/^\/+|\/+$/g, '');
  if (folder !== undefined) {
    if (folder === '' || path === folder) return folder === '' ? path : '';
    if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  }
  throw invalid(source, 'is outside of the repository');
}

/** Joins, drops "." and double slashes, resolves ".."; a slash at the end stays. */
function normalize(prefix: string, rest: string, source: string): { readonly path: string; readonly prefix: string } {
  const parts = prefix === '' ? [] : prefix.split('/').map((part) => `${part}/`);
  let prefixCount = parts.length;
  const pieces = rest.split('/');
  pieces.forEach((piece, index) => {
    if (piece === '' || piece === '.') return;
    if (piece !== '..') {
      parts.push(index === pieces.length - 1 ? piece : `${piece}/`);
      return;
    }
    if (parts.pop() === undefined) throw invalid(source, 'is outside of the repository');
    prefixCount = Math.min(prefixCount, parts.length);
  });
  return { path: parts.join(''), prefix: parts.slice(0, prefixCount).join('') };
}

function invalid(source: string, rule: string): GovcError {
  const shown = source.slice(0, 200);
  return new GovcError('pathspec-invalid', `The pathspec ${JSON.stringify(shown)} ${rule}.`, { source: shown });
}
