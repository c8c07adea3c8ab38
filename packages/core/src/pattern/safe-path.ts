/** Paths that may stand in a tree: what Git refuses to put into its index, and bounds. */
import { isDotgitLookalike } from '../bytes/dotgit.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';

/** The rule that a path breaks. */
export type TreePathRule =
  | 'empty'
  | 'leading-slash'
  | 'trailing-slash'
  | 'empty-component'
  | 'dot'
  | 'dot-dot'
  | 'dot-git'
  | 'nul'
  | 'not-unicode'
  | 'too-long'
  | 'component-too-long'
  | 'too-deep';

const SENTENCES: Readonly<Record<TreePathRule, string>> = {
  'empty': 'is empty',
  'leading-slash': 'begins with "/", but paths count from the root of the repository',
  'trailing-slash': 'ends with "/"',
  'empty-component': 'has two "/" in a row',
  'dot': 'has "." as a component',
  'dot-dot': 'has ".." as a component',
  'dot-git': 'has a component that a file system may take for ".git"',
  'nul': 'has a NUL',
  'not-unicode': 'has half of a surrogate pair',
  'too-long': `is longer than ${LIMITS.treePathSize.value} bytes`,
  'component-too-long': `has a component longer than ${LIMITS.treeEntryNameSize.value} bytes`,
  'too-deep': `has more than ${LIMITS.treeDepth.value} components`,
};

/**
 * The same path, checked: components separated by single slashes, none of them `.`, `..`, `.git` or a name
 * that HFS+ or NTFS takes for `.git`. O(n).
 *
 * @param path lossless text: U+DC80 to U+DCFF stand for bytes that are not UTF-8
 * @throws {GovcError} path-invalid: `data.rule` names the {@link TreePathRule} that is broken.
 */
export function checkTreePath(path: string): string {
  const rule = findBrokenPathRule(path);
  if (rule === undefined) return path;
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  throw new GovcError('path-invalid', `The path ${JSON.stringify(shown)} ${SENTENCES[rule]}.`, { path: shown, rule });
}

/** The first rule that a path breaks, or undefined for one that {@link checkTreePath} accepts. */
export function findBrokenPathRule(path: string): TreePathRule | undefined {
  if (path === '') return 'empty';
  // A text is never longer than its bytes, so this bounds the work below.
  if (path.length > LIMITS.treePathSize.value) return 'too-long';
  if (path.startsWith('/')) return 'leading-slash';
  if (path.endsWith('/')) return 'trailing-slash';
  if (LONE_SURROGATE.test(path)) return 'not-unicode';
  const bytes = bytesFromLosslessText(path);
  if (bytes.length > LIMITS.treePathSize.value) return 'too-long';
  let depth = 0;
  for (let start = 0; start <= bytes.length; ) {
    const slash = bytes.indexOf(SLASH, start);
    const end = slash < 0 ? bytes.length : slash;
    const rule = findBrokenComponentRule(bytes.subarray(start, end));
    if (rule !== undefined) return rule;
    if (++depth > LIMITS.treeDepth.value) return 'too-deep';
    start = end + 1;
  }
  return undefined;
}

/** Whether raw bytes may be the name of an entry of a tree: a component that {@link checkTreePath} accepts. */
export function isSafeComponent(name: Uint8Array): boolean {
  return !name.includes(SLASH) && findBrokenComponentRule(name) === undefined;
}

const SLASH = 0x2f;
const DOT = 0x2e;
// Halves without their partner, except those that stand for a byte in lossless text.
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDC7F\uDD00-\uDFFF]/;

function findBrokenComponentRule(name: Uint8Array): TreePathRule | undefined {
  if (name.length === 0) return 'empty-component';
  if (name.length > LIMITS.treeEntryNameSize.value) return 'component-too-long';
  if (name[0] === DOT) {
    if (name.length === 1) return 'dot';
    if (name.length === 2 && name[1] === DOT) return 'dot-dot';
  }
  if (name.includes(0)) return 'nul';
  return isDotgitLookalike(name) ? 'dot-git' : undefined;
}
