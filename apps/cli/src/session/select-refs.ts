/** Refs by pattern, as `--branches[=<pattern>]`, `--glob=` and their like choose them. */
import { bytesFromLosslessText, wildmatch, type RefMap } from '@govc/core/plumbing';

/** Whether a name fits a wildcard pattern whose stars also match slashes. */
export function matchesRefPattern(pattern: string, name: string): boolean {
  return wildmatch(bytesFromLosslessText(pattern), bytesFromLosslessText(name), 0);
}

/** A pattern without wildcards stands for everything below. */
export function completeRefPattern(pattern: string): string {
  return /[*?[\\]/.test(pattern) ? pattern : `${pattern.replace(/\/$/, '')}/*`;
}

/** The names of all refs below `prefix` that fit the pattern, ordered. */
export function selectRefs(refs: RefMap, prefix: string, pattern?: string): string[] {
  const whole = pattern === undefined ? undefined : completeRefPattern(prefix !== '' || pattern.startsWith('refs/') ? prefix + pattern : `refs/${pattern}`);
  const found: string[] = [];
  for (const [name] of refs.entries(prefix === '' ? 'refs/' : prefix)) {
    if (whole === undefined || matchesRefPattern(whole, name)) found.push(name);
  }
  return found;
}
