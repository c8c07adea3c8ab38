/**
 * Refspecs: which refs a fetch or push moves, and where to (git-fetch, git-push, `refspec.c` of Git).
 *
 *     [+] <source> [: <target>]     `*` once on both sides makes a pattern, `+` allows what is no fast-forward
 *     ^ <source>                    leaves out again what others match
 *     [+] :                         push only: every branch that both sides have
 */
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { checkRefFormat, expandShortRefName, findRefName, type RefName } from './ref-name.js';

/** One refspec. */
export interface Refspec {
  readonly force: boolean;
  /** `^source`: refs that match are left out. */
  readonly negative: boolean;
  /** `:` of a push. */
  readonly matching: boolean;
  /** Whether source and target hold a `*`. */
  readonly pattern: boolean;
  /** The object that a fetch asks for by its id; `source` spells it. */
  readonly exactId: ObjectId | undefined;
  /** Left of the colon; `''` means `HEAD` for a fetch and deletion for a push. */
  readonly source: string;
  /** Right of the colon; `undefined` without a colon, `''` for a fetch that stores nothing. */
  readonly target: string | undefined;
}

/** A source with the name it is stored under. `target` is `undefined` where nothing is stored. */
export interface RefspecMatch {
  readonly source: RefName;
  readonly target: RefName | undefined;
  readonly force: boolean;
}

/**
 * A refspec of git fetch, or of `remote.<name>.fetch`.
 *
 * @throws {GovcError} refspec-invalid: a side is no ref name, or only one of them is a pattern.
 */
export function parseFetchRefspec(text: string, algorithm: HashAlgorithm): Refspec {
  const sides = splitSides(text);
  const { source, target, pattern, negative } = sides;
  if (negative) return negativeRefspec(text, sides, algorithm);
  // A pattern needs a target of the same kind.
  if (hasStar(source) !== (target !== undefined && hasStar(target))) throw invalid(text, 'only one side has a "*"');
  const exactId = findObjectId(source, algorithm);
  if (exactId === undefined && source !== '') requireName(text, source, pattern);
  if (target !== undefined && target !== '') requireName(text, target, pattern);
  return { ...sides, matching: false, exactId };
}

/**
 * A refspec of git push, or of `remote.<name>.push`. Its source may be any revision expression, which is not
 * looked at here.
 *
 * @throws {GovcError} refspec-invalid: the target is empty or no ref name, or only one side is a pattern.
 */
export function parsePushRefspec(text: string, algorithm: HashAlgorithm): Refspec {
  const sides = splitSides(text);
  const { source, target, pattern, negative } = sides;
  if (negative) return negativeRefspec(text, sides, algorithm);
  if (source === '' && target === '') return { ...sides, matching: true, exactId: undefined };
  if (target !== undefined && hasStar(source) !== hasStar(target)) throw invalid(text, 'only one side has a "*"');
  if (pattern) requireName(text, source, true);
  if (target === undefined) requireName(text, source, pattern);
  else if (target === '') throw invalid(text, 'its target is empty');
  else requireName(text, target, pattern);
  return { ...sides, matching: false, exactId: undefined };
}

/** The text of a refspec, which parses to an equal one. */
export function serializeRefspec(spec: Refspec): string {
  const target = spec.target === undefined ? '' : `:${spec.target}`;
  return `${spec.negative ? '^' : spec.force ? '+' : ''}${spec.source}${target}`;
}

/**
 * Where `name` goes: the first refspec with a colon that matches it as a source decides. `undefined` where none
 * does, or where a negative one leaves it out. O(refspecs).
 */
export function mapSource(specs: readonly Refspec[], name: RefName): RefspecMatch | undefined {
  if (isLeftOut(specs, name)) return undefined;
  for (const spec of specs) {
    if (spec.target === undefined || spec.negative || spec.matching) continue;
    const target = mapName({ name, from: spec.source, to: spec.target, pattern: spec.pattern });
    if (target !== undefined) return { source: name, target: findRefName(target), force: spec.force };
  }
  return undefined;
}

/** The other way round: which source would be stored as `name`. */
export function mapTarget(specs: readonly Refspec[], name: RefName): RefspecMatch | undefined {
  for (const spec of specs) {
    if (spec.target === undefined || spec.negative || spec.matching) continue;
    const text = mapName({ name, from: spec.target, to: spec.source, pattern: spec.pattern });
    const source = text === undefined ? undefined : findRefName(text);
    if (source !== undefined && !isLeftOut(specs, source)) return { source, target: name, force: spec.force };
  }
  return undefined;
}

/**
 * Every pair that the refspecs of a fetch make of the refs that a remote has, in the order of the refspecs. A
 * source that is not a pattern may be short, as in `git fetch origin main`; one that fits no ref gives nothing.
 * O(refspecs × refs).
 */
export function matchFetch(specs: readonly Refspec[], remote: readonly RefName[]): RefspecMatch[] {
  const matches: RefspecMatch[] = [];
  const names = new Set<string>(remote);
  for (const spec of specs) {
    if (spec.negative || spec.exactId !== undefined) continue;
    if (spec.pattern) {
      for (const source of remote) {
        const target = mapName({ name: source, from: spec.source, to: spec.target ?? '*', pattern: true });
        if (target === undefined || isLeftOut(specs, source)) continue;
        matches.push({ source, target: findRefName(target), force: spec.force });
      }
      continue;
    }
    const source = expandShortRefName(spec.source === '' ? 'HEAD' : spec.source).find((name) => names.has(name));
    if (source === undefined || isLeftOut(specs, source)) continue;
    matches.push({ source, target: fetchTarget(spec.target), force: spec.force });
  }
  return matches;
}

/**
 * The prefixes of ref names that can matter to the refspecs of a fetch, for `ref-prefix` of protocol version 2.
 * Empty where a server need not narrow its answer.
 */
export function fetchRefPrefixes(specs: readonly Refspec[]): string[] {
  const prefixes: string[] = [];
  for (const spec of specs) {
    if (spec.negative || spec.exactId !== undefined) continue;
    if (spec.pattern) prefixes.push(spec.source.slice(0, spec.source.indexOf('*')));
    else prefixes.push(...expandShortRefName(spec.source === '' ? 'HEAD' : spec.source));
  }
  return prefixes;
}

/** Whether a negative refspec names `source`. */
export function isLeftOut(specs: readonly Refspec[], source: RefName): boolean {
  return specs.some((spec) => spec.negative && matchesSource(spec, source));
}

/** Whether the refspec's source is `name` or, for a pattern, matches it. */
export function matchesSource(spec: Refspec, name: RefName): boolean {
  return mapName({ name, from: spec.source, to: spec.pattern ? '*' : '', pattern: spec.pattern }) !== undefined;
}

/** `name` rewritten from one side of a refspec to the other, or `undefined` where it does not match `from`. */
function mapName(rule: { name: string; from: string; to: string; pattern: boolean }): string | undefined {
  const { name, from, to } = rule;
  if (!rule.pattern) return name === from ? to : undefined;
  const star = from.indexOf('*');
  const suffix = from.slice(star + 1);
  const end = name.length - suffix.length;
  if (end < star || !name.startsWith(from.slice(0, star)) || !name.endsWith(suffix)) return undefined;
  const targetStar = to.indexOf('*');
  return to.slice(0, targetStar) + name.slice(star, end) + to.slice(targetStar + 1);
}

/** A target of a fetch that is no full name is a branch, as in `git fetch origin main:topic`. */
function fetchTarget(target: string | undefined): RefName | undefined {
  if (target === undefined || target === '') return undefined;
  if (target.startsWith('refs/')) return findRefName(target);
  if (/^(?:heads|tags|remotes)\//.test(target)) return findRefName(`refs/${target}`);
  return findRefName(`refs/heads/${target}`);
}

type Sides = Pick<Refspec, 'force' | 'negative' | 'pattern' | 'source' | 'target'>;

function splitSides(text: string): Sides {
  const force = text.startsWith('+');
  const negative = text.startsWith('^');
  const body = force || negative ? text.slice(1) : text;
  const colon = body.lastIndexOf(':');
  const target = colon < 0 ? undefined : body.slice(colon + 1);
  const left = colon < 0 ? body : body.slice(0, colon);
  const pattern = hasStar(left) || (target !== undefined && hasStar(target));
  return { force, negative, pattern, source: left === '@' ? 'HEAD' : left, target };
}

function negativeRefspec(text: string, sides: Sides, algorithm: HashAlgorithm): Refspec {
  const { source, target, pattern } = sides;
  if (target !== undefined) throw invalid(text, 'a negative refspec has one side');
  if (source === '') throw invalid(text, 'a negative refspec needs a name');
  if (findObjectId(source, algorithm) !== undefined) throw invalid(text, 'a negative refspec cannot name an object id');
  requireName(text, source, pattern);
  return { ...sides, matching: false, exactId: undefined };
}

function hasStar(text: string): boolean {
  return text.includes('*');
}

function requireName(text: string, side: string, pattern: boolean): void {
  const format = checkRefFormat(side, { allowOneLevel: true, refspecPattern: pattern });
  if (!format.valid) throw invalid(text, `"${side}" breaks the rule ${format.rule}`);
}

function invalid(text: string, reason: string): GovcError {
  const shown = text.slice(0, 200);
  return new GovcError('refspec-invalid', `"${shown}" is not a refspec: ${reason}.`, { refspec: shown, reason });
}
