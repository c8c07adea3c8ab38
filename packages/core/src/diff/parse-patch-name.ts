/**
 * Names of files as they stand in patches. What is read here is one line as Latin-1 text, one character per
 * byte, without its line feed; so are the names that come out, before `-p` and `--directory` make paths of them.
 *
 * White space is what Git's `isspace` knows: space, tab, carriage return, line feed.
 */

/** How names become paths. */
export interface NameRule {
  /** How many leading components to take away. */
  readonly strip: number;
  /** Put before every name, with a slash at its end; or empty. Latin-1 text. */
  readonly root: string;
}

/** What ends a name that is not quoted: any white space but space, or any but space and tab. */
export type NameEnd = 'tab' | 'line';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"',
};

/** The text of a C-style quoted string that begins at `start`, and where it ends; `undefined` where it is none. */
export function unquoteName(line: string, start: number): { readonly text: string; readonly end: number } | undefined {
  if (line[start] !== '"') return undefined;
  const parts: string[] = [];
  let from = start + 1;
  for (let at = from; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"') {
      parts.push(line.slice(from, at));
      return { text: parts.join(''), end: at + 1 };
    }
    if (character !== '\\') continue;
    parts.push(line.slice(from, at));
    const escaped = line[++at] ?? '';
    const plain = ESCAPES[escaped];
    if (plain !== undefined) {
      parts.push(plain);
    } else {
      const octal = line.slice(at, at + 3);
      if (!/^[0-3][0-7]{2}$/.test(octal)) return undefined;
      parts.push(String.fromCharCode(Number.parseInt(octal, 8)));
      at += 2;
    }
    from = at + 1;
  }
  return undefined;
}

/** Whether a name begins with `/dev/null` and ends there. */
export function isDevNull(text: string): boolean {
  return text.startsWith('/dev/null') && (text.length === 9 || isSpaceAt(text, 9));
}

/**
 * The name at the beginning of `text`, stripped and prefixed; `undefined` where too few components are there.
 *
 * @param fallback taken where there is no name, or where the name only adds something to it (`file.orig`)
 */
export function findName(text: string, rule: NameRule, end: NameEnd, fallback?: string): string | undefined {
  const quoted = findQuotedName(text, rule);
  if (quoted !== undefined) return quoted;
  return pickName(text.slice(0, endOfName(text, end)), rule, fallback);
}

/** The name on a `---` or `+++` line of a traditional diff, where a date may follow it. */
export function findTraditionalName(text: string, rule: NameRule, fallback?: string): string | undefined {
  const quoted = findQuotedName(text, rule);
  if (quoted !== undefined) return quoted;
  const date = DATE_AT_END.exec(text);
  if (date === null) return pickName(text.slice(0, endOfName(text, 'tab')), rule, fallback);
  let cut = date.index;
  // A tab that became spaces on its way.
  if (text[cut] === ' ') while (cut > 0 && text[cut - 1] === ' ') cut--;
  return pickName(text.slice(0, cut), rule, fallback);
}

// POSIX: 2010-07-05 19:41:17; GNU: 2010-07-05 19:41:17.620000023 -0500; the year may have two digits.
const DATE_AT_END =
  /[\t ](?:\d\d)?\d\d-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?(?: [+-]\d{4}| [+-]\d\d:\d\d)?$/;

/** Whether a line of a traditional diff has the date with which GNU diff says "no such file". */
export function hasEpochDate(text: string): boolean {
  const tab = text.lastIndexOf('\t');
  if (tab < 0) return false;
  const match = /^(1969-12-31|1970-01-01) ([0-2]\d):([0-5]\d):00(?:\.0+)? ([-+])([0-2]\d):?([0-5]\d)$/.exec(text.slice(tab + 1));
  if (match === null) return false;
  const zone = (Number(match[5]) * 60 + Number(match[6])) * (match[4] === '-' ? -1 : 1);
  const epoch = match[1] === '1969-12-31' ? 24 * 60 : 0;
  return Number(match[2]) * 60 + Number(match[3]) - zone === epoch;
}

/**
 * How many components to strip, as far as a traditional `---` or `+++` line tells: 0 for a name without folders,
 * otherwise `undefined`.
 */
export function guessStrip(text: string, root: string): number | undefined {
  if (isDevNull(text)) return undefined;
  const name = findTraditionalName(text, { strip: 0, root });
  return name === undefined || name.includes('/') ? undefined : 0;
}

/**
 * The one name that both halves of a `diff --git` line have after stripping; `undefined` where they differ, as
 * for a rename, or cannot be told apart.
 *
 * @param text what follows `diff --git `
 */
export function findHeaderName(text: string, strip: number): string | undefined {
  if (text.startsWith('"')) return findQuotedHeaderName(text, strip);
  const nameAt = stripAt(text, 0, strip);
  if (nameAt === undefined) return undefined;
  const quote = text.indexOf('"', nameAt);
  if (quote >= 0) {
    const second = unquoteName(text, quote);
    const secondAt = second === undefined ? undefined : stripAt(second.text, 0, strip);
    if (second === undefined || secondAt === undefined) return undefined;
    const name = second.text.slice(secondAt);
    const fits = name.length < quote - nameAt && text.startsWith(name, nameAt) && isSpaceAt(text, nameAt + name.length);
    return fits ? name : undefined;
  }
  const size = text.length - nameAt;
  for (let length = 0; length < size; length++) {
    const character = text[nameAt + length];
    if (character !== ' ' && character !== '\t') continue;
    const second = stripAt(text, nameAt + length + 1, strip);
    if (second === undefined) return undefined;
    // Only halves of one length can be equal, which spares the comparing of all others.
    if (text.length - second === length && text.startsWith(text.slice(nameAt, nameAt + length), second)) {
      return text.slice(nameAt, nameAt + length);
    }
  }
  return undefined;
}

function findQuotedHeaderName(text: string, strip: number): string | undefined {
  const first = unquoteName(text, 0);
  const firstAt = first === undefined ? undefined : stripAt(first.text, 0, strip);
  if (first === undefined || firstAt === undefined) return undefined;
  const name = first.text.slice(firstAt);
  let at = first.end;
  while (at < text.length && isSpaceAt(text, at)) at++;
  if (at >= text.length) return undefined;
  if (text[at] !== '"') {
    const second = stripAt(text, at, strip);
    return second !== undefined && text.slice(second) === name ? name : undefined;
  }
  const second = unquoteName(text, at);
  const secondAt = second === undefined ? undefined : stripAt(second.text, 0, strip);
  if (second === undefined || secondAt === undefined) return undefined;
  return second.text.slice(secondAt) === name ? name : undefined;
}

/** Where the name that begins at `start` goes on after `strip` components; absolute paths have none. */
function stripAt(text: string, start: number, strip: number): number | undefined {
  if (strip === 0) return text[start] === '/' ? undefined : start;
  let left = strip;
  for (let at = text.indexOf('/', start); at >= 0; at = text.indexOf('/', at + 1)) {
    if (--left <= 0) return at === start ? undefined : at + 1;
  }
  return undefined;
}

function findQuotedName(text: string, rule: NameRule): string | undefined {
  const quoted = unquoteName(text, 0);
  if (quoted === undefined) return undefined;
  let at = 0;
  for (let left = rule.strip; left > 0; left--) {
    const slash = quoted.text.indexOf('/', at);
    if (slash < 0) return undefined;
    at = slash + 1;
  }
  return squashSlashes(rule.root + quoted.text.slice(at));
}

function endOfName(text: string, end: NameEnd): number {
  const match = (end === 'tab' ? /[\t\r\n]/ : /[\r\n]/).exec(text);
  return match === null ? text.length : match.index;
}

function pickName(text: string, rule: NameRule, fallback: string | undefined): string | undefined {
  let at = 0;
  for (let left = rule.strip; left > 0; left--) {
    const slash = text.indexOf('/', at);
    if (slash < 0) return squashSlashes(fallback);
    at = slash + 1;
  }
  const name = text.slice(at);
  if (name === '') return squashSlashes(fallback);
  if (fallback !== undefined && fallback.length < name.length && name.startsWith(fallback)) return squashSlashes(fallback);
  return squashSlashes(rule.root + name);
}

function squashSlashes(name: string): string;
function squashSlashes(name: string | undefined): string | undefined;
function squashSlashes(name: string | undefined): string | undefined {
  return name?.replace(/\/{2,}/g, '/');
}

function isSpaceAt(text: string, at: number): boolean {
  const character = text[at];
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}
