/**
 * Names that some file system takes for `.git`, `.gitmodules` and the like.
 *
 * HFS+ ignores a set of invisible characters and letter case; NTFS trims spaces and periods at the
 * end, takes `name:stream` for `name`, and knows every file by a short name too (`GIT~1`, `GITMOD~1`,
 * `GI7EBA~1`). A tree with such a name could overwrite a repository's own files on checkout there, so
 * the rules hold on every system (`path.c` and `utf8.c` of Git; CVE-2014-9390, CVE-2018-11235,
 * CVE-2019-1353). Names are raw bytes of one path component and end early at a NUL.
 */

interface SpecialName {
  /** After the dot, lower case. */
  readonly name: Uint8Array;
  /** The six characters of the short name that NTFS makes of a hash when `~1` to `~4` are taken. */
  readonly hashed: Uint8Array;
}

const special = (name: string, hashed: string): SpecialName => ({
  name: Uint8Array.from(name, (c) => c.charCodeAt(0)),
  hashed: Uint8Array.from(hashed, (c) => c.charCodeAt(0)),
});

const GIT = special('git', '');
const MODULES = special('gitmodules', 'gi7eba');
const ATTRIBUTES = special('gitattributes', 'gi7d29');
const IGNORE = special('gitignore', 'gi250a');
const MAILMAP = special('mailmap', 'maba30');

/** Whether HFS+ takes `name` for `.git`. */
export function isDotgitHfs(name: Uint8Array): boolean {
  return isHfs(name, GIT);
}

/** Whether HFS+ takes `name` for `.gitmodules`. */
export function isDotGitmodulesHfs(name: Uint8Array): boolean {
  return isHfs(name, MODULES);
}

/** Whether HFS+ takes `name` for `.gitattributes`. */
export function isDotGitattributesHfs(name: Uint8Array): boolean {
  return isHfs(name, ATTRIBUTES);
}

/** Whether HFS+ takes `name` for `.gitignore`. */
export function isDotGitignoreHfs(name: Uint8Array): boolean {
  return isHfs(name, IGNORE);
}

/** Whether HFS+ takes `name` for `.mailmap`. */
export function isDotMailmapHfs(name: Uint8Array): boolean {
  return isHfs(name, MAILMAP);
}

/** Whether NTFS takes `name` for `.git`; a backslash or slash ends the component. */
export function isDotgitNtfs(name: Uint8Array): boolean {
  const first = byteAt(name, 0);
  let at: number;
  if (first === DOT) {
    if (!matchesFolded(name, 1, GIT.name, 3)) return false;
    at = 4;
  } else {
    if (!matchesFolded(name, 0, GIT.name, 3)) return false;
    if (byteAt(name, 3) !== TILDE || byteAt(name, 4) !== 0x31) return false;
    at = 5;
  }
  for (; ; at++) {
    const byte = byteAt(name, at);
    if (byte === 0 || byte === SLASH || byte === BACKSLASH || byte === COLON) return true;
    if (byte !== DOT && byte !== SPACE) return false;
  }
}

/** Whether NTFS takes `name` for `.gitmodules`. */
export function isDotGitmodulesNtfs(name: Uint8Array): boolean {
  return isNtfs(name, MODULES);
}

/** Whether NTFS takes `name` for `.gitattributes`. */
export function isDotGitattributesNtfs(name: Uint8Array): boolean {
  return isNtfs(name, ATTRIBUTES);
}

/** Whether NTFS takes `name` for `.gitignore`. */
export function isDotGitignoreNtfs(name: Uint8Array): boolean {
  return isNtfs(name, IGNORE);
}

/** Whether NTFS takes `name` for `.mailmap`. */
export function isDotMailmapNtfs(name: Uint8Array): boolean {
  return isNtfs(name, MAILMAP);
}

/**
 * Whether `name` is `.git` to HFS+ or to NTFS, or holds a part after a backslash that is `.git` to
 * NTFS: such a name never stands in a tree that Git makes.
 */
export function isDotgitLookalike(name: Uint8Array): boolean {
  if (!mayBeSpecial(name)) return false;
  if (isDotgitHfs(name) || isDotgitNtfs(name)) return true;
  for (let at = name.indexOf(BACKSLASH); at >= 0; at = name.indexOf(BACKSLASH, at + 1)) {
    if (isDotgitNtfs(name.subarray(at + 1))) return true;
  }
  return false;
}

/**
 * A cheap test before the others: every special name begins with a dot, with a `g` or `m` of a short
 * name, with an invisible character (which is not ASCII), or follows a backslash.
 */
export function mayBeSpecial(name: Uint8Array): boolean {
  const first = name.length === 0 ? 0 : name[0]!;
  if (first === DOT || first >= 0x80) return true;
  const folded = first | 0x20;
  if (folded === 0x67 || folded === 0x6d) return true;
  return name.includes(BACKSLASH);
}

const DOT = 0x2e;
const SPACE = 0x20;
const TILDE = 0x7e;
const COLON = 0x3a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

function byteAt(name: Uint8Array, at: number): number {
  return at < name.length ? name[at]! : 0;
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function matchesFolded(name: Uint8Array, at: number, wanted: Uint8Array, size: number): boolean {
  for (let i = 0; i < size; i++) if (fold(byteAt(name, at + i)) !== wanted[i]) return false;
  return true;
}

function onlySpacesAndPeriods(name: Uint8Array, start: number): boolean {
  for (let at = start; ; at++) {
    const byte = byteAt(name, at);
    if (byte === 0 || byte === COLON) return true;
    if (byte !== SPACE && byte !== DOT) return false;
  }
}

function isNtfs(name: Uint8Array, wanted: SpecialName): boolean {
  if (byteAt(name, 0) === DOT && matchesFolded(name, 1, wanted.name, wanted.name.length)) {
    return onlySpacesAndPeriods(name, wanted.name.length + 1);
  }
  const number = byteAt(name, 7);
  if (matchesFolded(name, 0, wanted.name, 6) && byteAt(name, 6) === TILDE && number >= 0x31 && number <= 0x34) {
    return onlySpacesAndPeriods(name, 8);
  }
  return isHashedShortName(name, wanted.hashed) && onlySpacesAndPeriods(name, 8);
}

/** Eight characters: a beginning of the hashed form, a tilde, then digits of which the first is not 0. */
function isHashedShortName(name: Uint8Array, hashed: Uint8Array): boolean {
  let afterTilde = false;
  for (let i = 0; i < 8; i++) {
    const byte = byteAt(name, i);
    if (byte === 0) return false;
    if (afterTilde) {
      if (byte < 0x30 || byte > 0x39) return false;
    } else if (byte === TILDE) {
      i++;
      if (byteAt(name, i) < 0x31 || byteAt(name, i) > 0x39) return false;
      afterTilde = true;
    } else if (i >= 6 || fold(byte) !== hashed[i]) {
      return false;
    }
  }
  return true;
}

// The characters that HFS+ ignores are the three-byte sequences E2 80 8C..8F, E2 80 AA..AE,
// E2 81 AA..AF and EF BB BF. Any other byte over 7F ends a match, well-formed or not.
function skipIgnored(name: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const first = byteAt(name, at);
    if (first !== 0xe2 && first !== 0xef) return at;
    const second = byteAt(name, at + 1);
    const third = byteAt(name, at + 2);
    const ignored =
      first === 0xef
        ? second === 0xbb && third === 0xbf
        : second === 0x80
          ? (third >= 0x8c && third <= 0x8f) || (third >= 0xaa && third <= 0xae)
          : second === 0x81 && third >= 0xaa && third <= 0xaf;
    if (!ignored) return at;
    at += 3;
  }
}

function isHfs(name: Uint8Array, wanted: SpecialName): boolean {
  let at = skipIgnored(name, 0);
  if (byteAt(name, at) !== DOT) return false;
  at++;
  for (const letter of wanted.name) {
    at = skipIgnored(name, at);
    if (fold(byteAt(name, at)) !== letter) return false;
    at++;
  }
  at = skipIgnored(name, at);
  const next = byteAt(name, at);
  return next === 0 || next === SLASH || isMalformedUtf8(name, at);
}

/** Git's reader gives 0, as at the end of the name, where a character is malformed. */
function isMalformedUtf8(name: Uint8Array, at: number): boolean {
  const first = byteAt(name, at);
  if (first < 0x80) return false;
  const second = byteAt(name, at + 1);
  const third = byteAt(name, at + 2);
  if ((first & 0xe0) === 0xc0) return !isTail(second) || (first & 0xfe) === 0xc0;
  if ((first & 0xf0) === 0xe0) {
    return (
      !isTail(second) ||
      !isTail(third) ||
      (first === 0xe0 && (second & 0xe0) === 0x80) ||
      (first === 0xed && (second & 0xe0) === 0xa0) ||
      (first === 0xef && second === 0xbf && (third & 0xfe) === 0xbe)
    );
  }
  if ((first & 0xf8) === 0xf0) {
    return (
      !isTail(second) ||
      !isTail(third) ||
      !isTail(byteAt(name, at + 3)) ||
      (first === 0xf0 && (second & 0xf0) === 0x80) ||
      (first === 0xf4 && second > 0x8f) ||
      first > 0xf4
    );
  }
  return true;
}

function isTail(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
