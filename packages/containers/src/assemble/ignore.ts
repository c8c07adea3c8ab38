import { matchesPathOrAbove, type PathPattern, parsePathPattern } from './path-pattern.js';

/** Which paths of a context a build does not see (`.dockerignore`, Dockerfile reference). */
export interface IgnoreRules {
  /** O(rules × path). */
  isIgnored(path: string): boolean;
}

/** Most rules of one file. */
const RULES_MAX = 10_000;

/** Reads the text of a `.dockerignore`: the last rule that matches a path, or a folder that it is in, decides. */
export function parseIgnore(text: string): IgnoreRules {
  const rules: { readonly pattern: PathPattern; readonly isExcept: boolean }[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/).slice(0, RULES_MAX)) {
    const trimmed = line.trim();
    if (trimmed === '' || line.startsWith('#')) continue;
    const isExcept = trimmed.startsWith('!');
    const pattern = parsePathPattern((isExcept ? trimmed.slice(1) : trimmed).trim());
    if (pattern.length > 0) rules.push({ pattern, isExcept });
  }
  return {
    isIgnored: (path) => rules.findLast(({ pattern }) => matchesPathOrAbove(pattern, path))?.isExcept === false,
  };
}
