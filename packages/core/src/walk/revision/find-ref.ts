/** Refs by short names, after "<refname>" of gitrevisions. */
import type { ObjectId } from '../../hash/object-id.js';
import { expandShortRefName, REMOTE_PREFIX, type RefName } from '../../ref/ref-name.js';
import type { ReflogEntry } from '../../ref/reflog.js';
import { findRefId, resolveRef, type RefMap } from '../../store/ref-map.js';
import type { ReflogSource } from '../../store/reflogs.js';

/** The ref that a short name stands for. */
export interface FoundRef {
  /** The full name that was made of the short one. */
  readonly name: RefName;
  /** The ref that it leads to through symbolic refs. */
  readonly target: RefName;
  readonly id: ObjectId;
  /** How many refs the short name may stand for; the first by the rules was taken. */
  readonly count: number;
}

/** The ref that a short name stands for, or `undefined`. Refs that lead nowhere do not count. */
export function findRefByShortName(refs: RefMap, short: string): FoundRef | undefined {
  let found: Omit<FoundRef, 'count'> | undefined;
  let count = 0;
  for (const name of expandShortRefName(short)) {
    const id = findRefId(refs, name);
    if (id === undefined) continue;
    count++;
    found ??= { name, target: resolveRef(refs, name)?.name ?? name, id };
  }
  return found === undefined ? undefined : { ...found, count };
}

/** A ref with its log. */
export interface FoundReflog extends FoundRef {
  /** The ref whose log it is: the one named, or the one that it leads to. */
  readonly logName: RefName;
  readonly entries: readonly ReflogEntry[];
}

/** The first ref by the rules that has a log, or leads to one that has. */
export function findReflogByShortName(refs: RefMap, reflogs: ReflogSource, short: string): FoundReflog | undefined {
  let found: Omit<FoundReflog, 'count'> | undefined;
  let count = 0;
  for (const name of expandShortRefName(short)) {
    const id = findRefId(refs, name);
    if (id === undefined) continue;
    const target = resolveRef(refs, name)?.name ?? name;
    let logName = name;
    let entries = reflogs.find(name);
    if (entries === undefined && target !== name) {
      logName = target;
      entries = reflogs.find(target);
    }
    if (entries === undefined) continue;
    count++;
    found ??= { name, target, id, logName, entries };
  }
  return found === undefined ? undefined : { ...found, count };
}

const PREFIXES = ['refs/', 'refs/tags/', 'refs/heads/', REMOTE_PREFIX] as const;

/**
 * The shortest name that stands for a ref, as `git rev-parse --abbrev-ref` prints it: one that no earlier rule takes
 * for another ref.
 *
 * @param options.strict no other rule at all may find a ref of that name. Default: false.
 */
export function shortenRefName(refs: RefMap, name: RefName, options: { readonly strict?: boolean | undefined } = {}): string {
  // Rule 5 is "the HEAD of a remote"; the longest prefix comes first.
  for (let rule = 5; rule > 0; rule--) {
    const short = shortenByRule(name, rule);
    if (short === undefined) continue;
    const isTaken = rulesOf(short).some((other, j) => j !== rule && (options.strict === true || j < rule) && findRefId(refs, other as RefName) !== undefined);
    if (!isTaken) return short;
  }
  return name;
}

function shortenByRule(name: RefName, rule: number): string | undefined {
  const prefix = rule === 5 ? REMOTE_PREFIX : PREFIXES[rule - 1]!;
  if (!name.startsWith(prefix) || name.length === prefix.length) return undefined;
  if (rule < 5) return name.slice(prefix.length);
  return name.endsWith('/HEAD') && name.length > prefix.length + 5 ? name.slice(prefix.length, -5) : undefined;
}

function rulesOf(short: string): string[] {
  return [short, ...PREFIXES.map((prefix) => prefix + short), `${REMOTE_PREFIX}${short}/HEAD`];
}
