import { GovcError } from '../errors.js';
import { findBrokenRefFormat, type RefFormatRule } from '../bytes/ref-format.js';
import { LIMITS } from '../limits.js';

declare const refNameBrand: unique symbol;

/**
 * A full ref name such as `HEAD` or `refs/heads/main`, checked by the rules of git check-ref-format.
 *
 * Names on disk are bytes; a `RefName` is their UTF-8 text where they are UTF-8.
 */
export type RefName = string & { readonly [refNameBrand]: true };

/** The rule that a name breaks: those of git check-ref-format, a bound, and what git branch and git tag refuse. */
export type RefNameRule = RefFormatRule | 'too-long' | 'leading-dash' | 'reserved';

const RULE_SENTENCES: Readonly<Record<RefNameRule, string>> = {
  'empty-component': 'a part between slashes is empty',
  'leading-dot': 'a part begins with "."',
  'double-dot': 'it holds ".."',
  'control-character': 'it holds a control character',
  'forbidden-character': 'it holds a space or one of ~ ^ : ? [ \\',
  'asterisk': 'it holds "*" where no pattern is allowed, or two of them',
  'lock-suffix': 'a part ends with ".lock"',
  'at-brace': 'it holds "@{"',
  'lone-at': 'it is "@"',
  'trailing-dot': 'it ends with "."',
  'one-level': 'it has one level and is not written in capitals like HEAD',
  'too-long': `it is longer than ${LIMITS.refNameSize.value} bytes`,
  'not-unicode': 'it holds half of a surrogate pair',
  'leading-dash': 'it begins with "-"',
  'reserved': 'the name is reserved',
};

/** The ref that says what is checked out. */
export const HEAD = 'HEAD' as RefName;

/** Where `HEAD` was before something drastic. */
export const ORIG_HEAD = 'ORIG_HEAD' as RefName;

/** The refs outside of `refs/` that are kept with the others: those of one worktree. */
export const WORKTREE_REFS: readonly RefName[] = [
  HEAD, ORIG_HEAD, ...(['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD', 'BISECT_HEAD', 'AUTO_MERGE'] as RefName[]),
];

/** Whether a ref stands outside of `refs/` and so belongs to one worktree: those above, and what else Git or a script keeps there. */
export function isWorktreeRef(name: RefName): boolean {
  return !name.startsWith('refs/');
}

/** The folder of branches. */
export const BRANCH_PREFIX = 'refs/heads/';
/** The folder of tags. */
export const TAG_PREFIX = 'refs/tags/';
/** The folder of the branches of remotes. */
export const REMOTE_PREFIX = 'refs/remotes/';

/**
 * Whether `text` is a full ref name: one level of capitals and underscores (`HEAD`, `FETCH_HEAD`), or at least
 * two levels that obey git check-ref-format, of at most `LIMITS.refNameSize` bytes. O(length).
 */
export function isRefName(text: string): text is RefName {
  return findBrokenRule(text) === undefined;
}

/**
 * The ref name that `text` is.
 *
 * @throws {GovcError} ref-name-invalid: `data.rule` is the {@link RefNameRule} that it breaks.
 */
export function parseRefName(text: string): RefName {
  const rule = findBrokenRule(text);
  if (rule !== undefined) throw invalidRefName(text, rule);
  return text as RefName;
}

/** The ref name that `text` is, or `undefined`. */
export function findRefName(text: string): RefName | undefined {
  return isRefName(text) ? text : undefined;
}

/**
 * The ref of a branch: `main` gives `refs/heads/main`. Refuses what git branch refuses: a leading `-`, and `HEAD`.
 *
 * @throws {GovcError} ref-name-invalid: the branch cannot have that name.
 */
export function branchRef(short: string): RefName {
  return underPrefix(BRANCH_PREFIX, short);
}

/**
 * The ref of a tag: `v1` gives `refs/tags/v1`. Refuses what git tag refuses: a leading `-`, and `HEAD`.
 *
 * @throws {GovcError} ref-name-invalid: the tag cannot have that name.
 */
export function tagRef(short: string): RefName {
  return underPrefix(TAG_PREFIX, short);
}

/** The name without `refs/heads/`, `refs/tags/`, `refs/remotes/` or `refs/`, which may be ambiguous in a repository. */
export function shortRefName(name: RefName): string {
  if (!name.startsWith('refs/')) return name;
  for (const prefix of [BRANCH_PREFIX, TAG_PREFIX, REMOTE_PREFIX]) {
    if (name.startsWith(prefix)) return name.slice(prefix.length);
  }
  return name.slice(5);
}

/** Whether the ref is a branch. */
export function isBranchRef(name: RefName): boolean {
  return name.startsWith(BRANCH_PREFIX);
}

/** Whether the ref is a tag. */
export function isTagRef(name: RefName): boolean {
  return name.startsWith(TAG_PREFIX);
}

/**
 * The full names that a short one may stand for, in the order in which Git looks (gitrevisions, "<refname>"):
 * itself, then under `refs/`, `refs/tags/`, `refs/heads/`, `refs/remotes/`, and the `HEAD` of that remote.
 * Those that are no ref names are left out.
 */
export function expandShortRefName(short: string): RefName[] {
  const candidates = [
    short,
    `refs/${short}`,
    `${TAG_PREFIX}${short}`,
    `${BRANCH_PREFIX}${short}`,
    `${REMOTE_PREFIX}${short}`,
    `${REMOTE_PREFIX}${short}/HEAD`,
  ];
  return candidates.filter((name) => isRefName(name));
}

/**
 * Whether a ref may be stored as a file of that name inside a Git directory: one level of capitals, or below `refs/`.
 * Names such as `objects/x` or `hooks/x` are well-formed, but their files belong to something else.
 */
export function isSafeRefPath(text: string): boolean {
  return isRefName(text) && (text.startsWith('refs/') || !text.includes('/'));
}

/** Options of {@link checkRefFormat}, as those of git check-ref-format. */
export interface RefFormatOptions {
  /** Accept a name without a slash. Default: false. */
  readonly allowOneLevel?: boolean | undefined;
  /** Accept one `*`. Default: false. */
  readonly refspecPattern?: boolean | undefined;
  /** Drop leading slashes and make runs of slashes one first. Default: false. */
  readonly normalize?: boolean | undefined;
}

/** What {@link checkRefFormat} finds: the name, normalized where asked for, or the rule that it breaks. */
export type RefFormat =
  | { readonly valid: true; readonly name: string }
  | { readonly valid: false; readonly rule: RefNameRule };

/** Checks a name as git check-ref-format does, which knows neither a length nor the capitals of `HEAD`. */
export function checkRefFormat(text: string, options: RefFormatOptions = {}): RefFormat {
  const name = options.normalize === true ? collapseSlashes(text) : text;
  const rule = findBrokenRefFormat(name, options.allowOneLevel, options.refspecPattern);
  return rule === undefined ? { valid: true, name } : { valid: false, rule };
}

/** The error for a name that breaks a rule. */
export function invalidRefName(text: string, rule: RefNameRule): GovcError {
  const shown = text.slice(0, 200);
  return new GovcError('ref-name-invalid', `"${shown}" is not a ref name: ${RULE_SENTENCES[rule]}.`, {
    name: shown,
    rule,
  });
}

function collapseSlashes(text: string): string {
  return text.replace(/^\/+/, '').replace(/\/{2,}/g, '/');
}

function underPrefix(prefix: string, short: string): RefName {
  if (short.startsWith('-')) throw invalidRefName(short, 'leading-dash');
  if (short === 'HEAD') throw invalidRefName(short, 'reserved');
  const name = prefix + short;
  const rule = findBrokenRule(name);
  if (rule !== undefined) throw invalidRefName(short, rule);
  return name as RefName;
}

const ROOT_NAME = /^[A-Z_]+$/;

function findBrokenRule(text: string): RefNameRule | undefined {
  const size = LIMITS.refNameSize.value;
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (text.length > size || (text.length * 3 > size && Buffer.byteLength(text) > size)) return 'too-long';
  const rule = findBrokenRefFormat(text);
  return rule === 'one-level' && ROOT_NAME.test(text) ? undefined : rule;
}
