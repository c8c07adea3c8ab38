/**
 * Git's shell patterns (gitignore(5), "Pattern format"; `wildmatch.c` defines the corners).
 *
 *     ?        one byte, not "/" with WM_PATHNAME
 *     *        any bytes, not "/" with WM_PATHNAME
 *     **       with WM_PATHNAME, as a whole component: any bytes; "**" "/" also matches nothing; else as "*"
 *     [...]    one byte of a set: ranges, [:classes:], "!" or "^" to negate; never "/" with WM_PATHNAME
 *     \x       the byte x
 *
 * Time is O(pattern x text) whatever the pattern. A star is tried with its shortest match first and only
 * the last one is ever taken back: an earlier star would only hand a later one fewer bytes to choose
 * from. With WM_PATHNAME the last "*" and the last "**" are kept, and the "*" is given up at the next "/",
 * so that for each component at which a "**" may end every component of the pattern is tried once.
 * Matching byte by byte means that "?" is one byte of a character that has several, as in Git.
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';

/** Letters of either case match each other; only ASCII letters have case. */
export const WM_CASEFOLD = 1;
/** "/" separates components, which "*", "?" and sets do not cross. */
export const WM_PATHNAME = 2;

/**
 * Whether `text` matches `pattern` as a whole. Neither holds a NUL.
 *
 * @param flags {@link WM_CASEFOLD} and {@link WM_PATHNAME}, or 0
 */
export function wildmatch(pattern: Uint8Array, text: Uint8Array, flags = 0): boolean {
  const isPath = (flags & WM_PATHNAME) !== 0;
  const patternSize = pattern.length;
  const textSize = text.length;
  let p = 0;
  let t = 0;
  // Where to go on when what follows a star does not fit: in the pattern, and in the text.
  let starPattern = -1;
  let starText = 0;
  let wideKind: Wide = WIDE_NONE;
  let widePattern = 0;
  let wideText = 0;

  for (;;) {
    let fits: boolean;
    if (p === patternSize) {
      if (t === textSize) return true;
      fits = false;
    } else if (pattern[p] === STAR) {
      const first = p;
      while (pattern[p] === STAR) p++;
      const isWide = !isPath || (p - first > 1 && isComponent(pattern, first, p));
      if (p === patternSize && (isWide || text.indexOf(SLASH, t) < 0)) return true;
      if (!isWide) {
        starPattern = p;
        starText = t;
      } else {
        starPattern = -1;
        wideKind = isPath && pattern[p] === SLASH ? WIDE_FOLDERS : WIDE_BYTES;
        if (wideKind === WIDE_FOLDERS) p++;
        widePattern = p;
        wideText = t;
      }
      continue;
    } else if (t === textSize) {
      // Whatever a star would give back, less text would be left for the same pattern.
      return false;
    } else {
      const step = matchOne(pattern, p, text[t]!, flags);
      if (step === MALFORMED) return false;
      fits = step > 0;
      if (fits) {
        p += step;
        t++;
      }
    }
    if (fits) continue;

    if (starPattern >= 0 && starText < textSize && text[starText] !== SLASH) {
      starText++;
      p = starPattern;
      t = starText;
      continue;
    }
    starPattern = -1;
    if (wideKind === WIDE_NONE) return false;
    if (wideKind === WIDE_FOLDERS) {
      const slash = text.indexOf(SLASH, wideText);
      if (slash < 0) return false;
      wideText = slash + 1;
    } else {
      if (wideText >= textSize) return false;
      wideText++;
    }
    p = widePattern;
    t = wideText;
  }
}

/** {@link wildmatch} over the UTF-8 bytes of two texts. */
export function wildmatchText(pattern: string, text: string, flags = 0): boolean {
  return wildmatch(bytesFromLosslessText(pattern), bytesFromLosslessText(text), flags);
}

/** What a "**" may take: nothing, any bytes, or whole components with their "/". */
type Wide = typeof WIDE_NONE | typeof WIDE_BYTES | typeof WIDE_FOLDERS;
const WIDE_NONE = 0;
const WIDE_BYTES = 1;
const WIDE_FOLDERS = 2;

const SLASH = 0x2f;
const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const CARET = 0x5e;
const BANG = 0x21;
const DASH = 0x2d;
const COLON = 0x3a;

/** Whether the stars in `pattern[first, end)` stand between slashes or the ends of the pattern. */
function isComponent(pattern: Uint8Array, first: number, end: number): boolean {
  if (first > 0 && pattern[first - 1] !== SLASH) return false;
  if (end === pattern.length || pattern[end] === SLASH) return true;
  return pattern[end] === BACKSLASH && pattern[end + 1] === SLASH;
}

/** The pattern cannot match any text. */
const MALFORMED = -1;

/** The size of the pattern element at `p` when `byte` fits it, 0 when it does not, or MALFORMED. */
function matchOne(pattern: Uint8Array, p: number, byte: number, flags: number): number {
  const folds = (flags & WM_CASEFOLD) !== 0;
  const c = pattern[p]!;
  const folded = folds && isUpper(byte) ? byte | 0x20 : byte;
  switch (c) {
    case QUESTION:
      return byte === SLASH && (flags & WM_PATHNAME) !== 0 ? 0 : 1;
    case OPEN:
      return matchSet(pattern, p, folded, flags);
    case BACKSLASH:
      // Git folds the text but not an escaped byte, so "\A" matches no letter without regard to case.
      return pattern[p + 1] === folded ? 2 : 0;
    default:
      return (folds && isUpper(c) ? c | 0x20 : c) === folded ? 1 : 0;
  }
}

/** The same for a set `[...]` that begins at `start`; `byte` is folded already. */
function matchSet(pattern: Uint8Array, start: number, byte: number, flags: number): number {
  const folds = (flags & WM_CASEFOLD) !== 0;
  const end = pattern.length;
  let p = start + 1;
  const isNegated = pattern[p] === BANG || pattern[p] === CARET;
  if (isNegated) p++;
  let isMatched = false;
  // The byte before, for a range; 0 where none can begin.
  let previous = 0;
  for (let isFirst = true; ; isFirst = false, p++) {
    if (p >= end) return MALFORMED;
    let c = pattern[p]!;
    if (c === CLOSE && !isFirst) break;
    if (c === BACKSLASH) {
      if (++p >= end) return MALFORMED;
      c = pattern[p]!;
      isMatched ||= byte === c;
    } else if (c === DASH && previous !== 0 && p + 1 < end && pattern[p + 1] !== CLOSE) {
      c = pattern[++p]!;
      if (c === BACKSLASH) {
        if (++p >= end) return MALFORMED;
        c = pattern[p]!;
      }
      isMatched ||= byte >= previous && byte <= c;
      if (folds && isLower(byte)) isMatched ||= (byte & ~0x20) >= previous && (byte & ~0x20) <= c;
      c = 0;
    } else if (c === OPEN && pattern[p + 1] === COLON) {
      const close = pattern.indexOf(CLOSE, p + 2);
      if (close < 0) return MALFORMED;
      if (close - p >= 3 && pattern[close - 1] === COLON) {
        // No name is longer than six bytes, so that eight tell a longer one apart.
        const name = String.fromCharCode(...pattern.subarray(p + 2, Math.min(close - 1, p + 10)));
        const fits = isInClass(name, byte, folds);
        if (fits === undefined) return MALFORMED;
        isMatched ||= fits;
        p = close;
        c = 0;
      } else {
        // Without ":]" it is a plain "[", and the ":" comes next.
        isMatched ||= byte === c;
      }
    } else {
      isMatched ||= byte === c;
    }
    previous = c;
  }
  if (isMatched === isNegated || (byte === SLASH && (flags & WM_PATHNAME) !== 0)) return 0;
  return p + 1 - start;
}

/** Whether `byte` is in a class such as "alpha"; undefined for a name that is none. */
function isInClass(name: string, byte: number, folds: boolean): boolean | undefined {
  switch (name) {
    case 'alnum':
      return isAlpha(byte) || isDigit(byte);
    case 'alpha':
      return isAlpha(byte);
    case 'blank':
      return byte === 0x20 || byte === 0x09;
    case 'cntrl':
      return byte < 0x20 || byte === 0x7f;
    case 'digit':
      return isDigit(byte);
    case 'graph':
      return byte > 0x20 && byte < 0x7f;
    case 'lower':
      return isLower(byte);
    case 'print':
      return byte >= 0x20 && byte < 0x7f;
    case 'punct':
      return byte > 0x20 && byte < 0x7f && !isAlpha(byte) && !isDigit(byte);
    case 'space':
      return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
    case 'upper':
      return isUpper(byte) || (folds && isLower(byte));
    case 'xdigit':
      return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
    default:
      return undefined;
  }
}

function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

function isAlpha(byte: number): boolean {
  return isUpper(byte) || isLower(byte);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
