/**
 * Which paths a command is about: gitglossary(7), "pathspec".
 *
 * An element without magic matches a path that is equal to it, that is below it, or that it matches as a
 * pattern in which "*" crosses "/". Excluding elements take away from what the others match.
 */
import { parsePathspecElement, type PathspecElement, type PathspecOptions } from './parse-pathspec.js';
import { equalAt, pathBytes, type PathLike } from './path-pattern.js';
import { WM_CASEFOLD, WM_PATHNAME, wildmatch } from './wildmatch.js';

/** A pathspec ready to match. */
export interface Pathspec {
  /** The elements, in the order given; one that was added for a pathspec of only excluding elements comes last. */
  readonly elements: readonly PathspecElement[];
  /** Whether every path matches. */
  readonly matchesEverything: boolean;
  /** Whether a path matches. O(elements). */
  matches(path: PathLike, isDirectory?: boolean): boolean;
  /**
   * Whether the element at `index` matches a path, by itself and whether it excludes or not: to report
   * elements that matched nothing.
   */
  matchesElement(index: number, path: PathLike, isDirectory?: boolean): boolean;
  /** Whether anything below a directory could match; false only when nothing can. The root is ''. */
  canMatchBelow(directory: PathLike): boolean;
}

/**
 * Reads the elements of a pathspec.
 *
 * @throws {GovcError} pathspec-invalid: an element is empty, has unknown or contradicting magic, or leaves the repository.
 */
export function parsePathspec(sources: readonly string[], options: PathspecOptions = {}): Pathspec {
  const elements = sources.map((source) => parsePathspecElement(source, options));
  const prefix = options.prefersPrefix === true ? (options.prefix ?? '') : '';
  if (elements.length > 0 ? elements.every((element) => element.isExclude) : prefix !== '') {
    elements.push(parsePathspecElement('.', { prefix }));
  }
  return new ParsedPathspec(elements, options);
}

class ParsedPathspec implements Pathspec {
  readonly elements: readonly PathspecElement[];
  readonly matchesEverything: boolean;
  readonly #attributesOf: NonNullable<PathspecOptions['attributesOf']>;

  constructor(elements: readonly PathspecElement[], options: PathspecOptions) {
    this.elements = elements;
    this.#attributesOf = options.attributesOf ?? ((_path, names) => names.map(() => undefined));
    this.matchesEverything =
      elements.length === 0 ||
      (elements.every((element) => !element.isExclude) &&
        elements.some((element) => element.match.length === 0 && element.attributes.length === 0));
  }

  matches(path: PathLike, isDirectory = false): boolean {
    if (this.matchesEverything) return true;
    const bytes = pathBytes(path);
    let isMatched = false;
    for (const element of this.elements) {
      if (isMatched && !element.isExclude) continue;
      if (!this.#fits(element, bytes, isDirectory)) continue;
      if (element.isExclude) return false;
      isMatched = true;
    }
    return isMatched;
  }

  matchesElement(index: number, path: PathLike, isDirectory = false): boolean {
    const element = this.elements[index];
    return element !== undefined && this.#fits(element, pathBytes(path), isDirectory);
  }

  canMatchBelow(directory: PathLike): boolean {
    if (this.matchesEverything) return true;
    const bytes = pathBytes(directory);
    let canMatch = false;
    for (const element of this.elements) {
      if (element.isExclude) {
        if (covers(element, bytes)) return false;
      } else {
        canMatch ||= reaches(element, bytes);
      }
    }
    return canMatch;
  }

  #fits(element: PathspecElement, path: Uint8Array, isDirectory: boolean): boolean {
    return matchesPath(element, path, isDirectory) && this.#hasAttributes(element, path);
  }

  #hasAttributes(element: PathspecElement, path: Uint8Array): boolean {
    const { attributes } = element;
    if (attributes.length === 0) return true;
    const values = this.#attributesOf(path, attributes.map((attribute) => attribute.name));
    return attributes.every((attribute, i) => values[i] === attribute.value);
  }
}

const SLASH = 0x2f;

function matchesPath(element: PathspecElement, path: Uint8Array, isDirectory: boolean): boolean {
  const { match, literalSize, ignoresCase } = element;
  if (!hasPrefix(element, path)) return false;
  if (match.length === 0) return true;
  const last = match[match.length - 1];
  if (match.length <= path.length && equalAt(match, 0, path, { at: 0, size: match.length, ignoresCase })) {
    if (match.length === path.length || last === SLASH || path[match.length] === SLASH) return true;
  } else if (
    isDirectory && last === SLASH && path.length === match.length - 1 &&
    equalAt(match, 0, path, { at: 0, size: path.length, ignoresCase })
  ) {
    return true;
  }
  return literalSize < match.length && matchesPattern(element, path);
}

/** The prefix counts with case even where the rest does not. */
function hasPrefix(element: PathspecElement, path: Uint8Array): boolean {
  const { prefixSize, ignoresCase } = element;
  if (prefixSize === 0 || !ignoresCase) return true;
  return equalAt(element.match, 0, path, { at: 0, size: prefixSize, ignoresCase: false });
}

function matchesPattern(element: PathspecElement, path: Uint8Array): boolean {
  const { match, literalSize, ignoresCase } = element;
  if (!equalAt(match, 0, path, { at: 0, size: literalSize, ignoresCase })) return false;
  const pattern = match.subarray(literalSize);
  const rest = path.subarray(literalSize);
  if (element.isSuffix) {
    const size = pattern.length - 1;
    return size <= rest.length && equalAt(pattern, 1, rest, { at: rest.length - size, size, ignoresCase });
  }
  return wildmatch(pattern, rest, (element.isGlob ? WM_PATHNAME : 0) | (ignoresCase ? WM_CASEFOLD : 0));
}

/** Whether an element certainly matches everything below a directory. */
function covers(element: PathspecElement, directory: Uint8Array): boolean {
  if (element.attributes.length > 0) return false;
  const { match, literalSize, ignoresCase } = element;
  if (literalSize < match.length || !hasPrefix(element, directory)) return false;
  const size = match[match.length - 1] === SLASH ? match.length - 1 : match.length;
  if (size === 0) return true;
  if (size > directory.length || !equalAt(match, 0, directory, { at: 0, size, ignoresCase })) return false;
  return size === directory.length || directory[size] === SLASH;
}

/** Whether an element may match something below a directory. */
function reaches(element: PathspecElement, directory: Uint8Array): boolean {
  const { match, literalSize, ignoresCase } = element;
  if (directory.length === 0 || match.length === 0) return true;
  // Compared as far as both are known; a directory counts with the slash behind it.
  const size = Math.min(literalSize, directory.length);
  if (!equalAt(match, 0, directory, { at: 0, size, ignoresCase })) return false;
  if (literalSize > directory.length) return match[directory.length] === SLASH;
  // The literal part lies within the directory. With a wildcard behind it anything may follow.
  if (literalSize < match.length) return true;
  return literalSize === directory.length || directory[literalSize] === SLASH || match[literalSize - 1] === SLASH;
}
