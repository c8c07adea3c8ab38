/** The order of version numbers: `v1.9` before `v1.10`, suffixes such as `-rc` before their release (`versionsort.suffix`). */

/** Compares as `--sort=version:refname` does. */
export function compareVersions(left: string, right: string, suffixes: readonly string[]): number {
  const bySuffix = suffixes.length === 0 ? undefined : compareSuffixes(left, right, suffixes);
  if (bySuffix !== undefined && bySuffix !== 0) return bySuffix;
  return compareNumbered(left, right);
}

function compareSuffixes(left: string, right: string, suffixes: readonly string[]): number | undefined {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const one = suffixAt(left, at, suffixes);
  const two = suffixAt(right, at, suffixes);
  if (one === undefined && two === undefined) return undefined;
  if (one !== undefined && two !== undefined) return one === two ? undefined : one - two;
  return one !== undefined ? -1 : 1;
}

/** Which suffix a name has where it differs from another; the one that begins first and is longest. */
function suffixAt(name: string, differsAt: number, suffixes: readonly string[]): number | undefined {
  let found: { readonly index: number; readonly start: number; readonly size: number } | undefined;
  suffixes.forEach((suffix, index) => {
    for (let start = Math.max(0, differsAt - suffix.length + (suffix === '' ? 0 : 1)); start <= differsAt; start++) {
      if (!name.startsWith(suffix, start)) continue;
      if (found === undefined || start < found.start || (start === found.start && suffix.length > found.size)) found = { index, start, size: suffix.length };
      break;
    }
  });
  return found?.index;
}

/** As strverscmp of the C library: runs of digits count as numbers, those with leading zeros as fractions. */
function compareNumbered(left: string, right: string): number {
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at++;
  if (at === left.length && at === right.length) return 0;
  let start = at;
  while (start > 0 && isDigit(left[start - 1])) start--;
  const one = /^\d*/.exec(left.slice(start))![0];
  const two = /^\d*/.exec(right.slice(start))![0];
  if (one !== '' && two !== '' && (isDigit(left[at]) || isDigit(right[at]))) {
    const isFraction = (one.startsWith('0') && one.length > 1) || (two.startsWith('0') && two.length > 1);
    if (!isFraction && one.length !== two.length && (start < at || (isDigit(left[at]) && isDigit(right[at])))) return one.length - two.length;
  }
  return (left.charCodeAt(at) || 0) - (right.charCodeAt(at) || 0);
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
