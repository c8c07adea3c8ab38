/**
 * Revisions as gitrevisions defines them, read from the right as Git reads them:
 *
 *     <rev>~<n>  <rev>^<n>            ancestors along first parents; the n-th parent
 *     <rev>^{<type>}  ^{}  ^{/text}   peeled; searched by message
 *     <name>  <name>@{<n or date>}    an id, a ref, what a ref was; `@`, `@{-n}`, `@{upstream}`, `@{push}`
 *     <anything>-g<hex>, <hex>        output of git describe; an abbreviated id
 *     <rev>:<path>  :<n>:<path>       an entry of its tree; of the index
 *     :/text                          the youngest commit of any ref with such a message
 *
 * Where a suffix does not fit, Git goes on to take the whole for a name; so does this. Nothing recurses, and
 * the text is bounded by `LIMITS.revisionSize`.
 */
import { LIMITS } from '../../limits.js';
import type { ObjectType } from '../../hash/hash-object.js';
import { findObjectId, type ObjectId } from '../../hash/object-id.js';
import { findApproxidate } from '../approxidate.js';
import { matchBranchName, matchPriorBranch } from './branch-name.js';
import { findRefByShortName, findReflogByShortName, type FoundReflog } from './find-ref.js';
import { findThroughTags, findType, peelToType } from './peel-object.js';
import { reflogValueAt, reflogValueOn } from './reflog-value.js';
import type { ExpectedObject, ResolvedRevision, RevisionContext } from './revision-context.js';
import { revisionError, type RevisionProblem } from './revision-problem.js';
import { resolveIndexPath, resolveTreePath } from './revision-path.js';
import { findMessageSearch, searchMessage, searchStarts } from './search-message.js';
import { matchShortId } from './short-id.js';

/** How a revision is resolved. */
export interface ResolveOptions {
  /** What the place asks for; a hint between objects with the same abbreviation, not a demand. Default: anything. */
  readonly expected?: ExpectedObject | undefined;
}

/**
 * The object that a revision names. A full id is given as it is, whether or not such an object exists.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous: `data` is a {@link RevisionProblem} with the text as `revision`.
 * @throws {GovcError} object-missing, object-corrupt: an object on the way.
 */
export function resolveRevision(context: RevisionContext, text: string, options: ResolveOptions = {}): ObjectId {
  return resolveRevisionEntry(context, text, options).id;
}

/** As {@link resolveRevision}, with path and mode where the revision names an entry of a tree or of the index. */
export function resolveRevisionEntry(context: RevisionContext, text: string, options: ResolveOptions = {}): ResolvedRevision {
  const resolver = new Resolver(context, text);
  const id = resolver.object(text, options.expected);
  if (id !== undefined) return { id, path: undefined, mode: undefined };
  if (text.startsWith(':')) {
    if (text.length > 2 && text[1] === '/') return { id: resolver.anyMessage(text.slice(2)), path: undefined, mode: undefined };
    return resolveIndexPath(context, text);
  }
  const colon = findColon(text);
  if (colon < 0) throw resolver.failure();
  const name = text.slice(0, colon);
  const tree = resolver.object(name, 'treeish');
  if (tree === undefined) throw revisionError(text, resolver.specificProblem ?? { kind: 'not-a-tree', name });
  return resolveTreePath(context, text, { name, id: tree, path: text.slice(colon + 1) });
}

/** The first colon outside of braces, or -1. */
function findColon(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{') depth++;
    else if (char === '}' && depth > 0) depth--;
    else if (char === ':' && depth === 0) return at;
  }
  return -1;
}

/** A suffix, and where the name before it ends. */
type Suffix =
  | { readonly kind: 'parent' | 'ancestor'; readonly start: number; readonly end: number; readonly count: number }
  | { readonly kind: 'peel'; readonly start: number; readonly end: number; readonly type: ObjectType | undefined }
  | { readonly kind: 'object'; readonly start: number; readonly end: number }
  | { readonly kind: 'search'; readonly start: number; readonly end: number; readonly text: string };

const COUNT_MAX = 0x7fff_ffff;

class Resolver {
  readonly #context: RevisionContext;
  readonly #text: string;
  #problem: RevisionProblem | undefined;
  #searchCount = 0;

  constructor(context: RevisionContext, text: string) {
    this.#context = context;
    this.#text = text;
    const sizeMax = LIMITS.revisionSize.value;
    if (text.length > sizeMax) throw revisionError(text, { kind: 'too-long', sizeMax });
  }

  /** The first thing that was found wrong, beside that nothing has the name. */
  get specificProblem(): RevisionProblem | undefined {
    return this.#problem;
  }

  failure(): Error {
    return revisionError(this.#text, this.#problem ?? { kind: 'unknown' });
  }

  /** Whatever a text without a path names, or `undefined`. */
  object(text: string, expected: ExpectedObject | undefined): ObjectId | undefined {
    const suffixes: Suffix[] = [];
    let end = text.length;
    for (let suffix = findSuffix(text, end); suffix !== undefined; suffix = findSuffix(text, end)) {
      if (suffixes.push(suffix) > SUFFIXES_MAX) throw revisionError(this.#text, { kind: 'too-long', sizeMax: SUFFIXES_MAX });
      end = suffix.start;
    }
    // What each level asks for, from the left: a suffix says it of what stands before it.
    const asked = (level: number): ExpectedObject | undefined => {
      const suffix = suffixes[level];
      if (suffix === undefined) return expected;
      if (suffix.kind === 'peel') return suffix.type === 'commit' ? 'committish' : suffix.type === 'tree' ? 'treeish' : undefined;
      return suffix.kind === 'object' ? undefined : 'committish';
    };
    // A count beyond all histories finds nothing, and what stands before it is not even looked at.
    const beyond = suffixes.findIndex((suffix) => 'count' in suffix && suffix.count > COUNT_MAX);
    const outermost = beyond < 0 ? suffixes.length : beyond;
    let id = beyond < 0 ? this.#name(text.slice(0, end), asked(outermost - 1)) : undefined;
    for (let level = outermost - 1; level >= 0; level--) {
      const suffix = suffixes[level]!;
      id = id === undefined ? undefined : this.#follow(id, suffix, text);
      const isPeel = suffix.kind !== 'parent' && suffix.kind !== 'ancestor';
      if (id === undefined && isPeel) id = this.#name(text.slice(0, suffix.end), asked(level - 1));
    }
    return id;
  }

  /** `:/text`: the youngest commit that any ref reaches. @throws {GovcError} revision-invalid */
  anyMessage(pattern: string): ObjectId {
    const search = findMessageSearch(pattern);
    if (search === undefined) throw revisionError(this.#text, { kind: 'pattern-invalid', pattern });
    const id = searchMessage(this.#context, search, searchStarts(this.#context));
    if (id === undefined) throw revisionError(this.#text, { kind: 'text-not-found', pattern });
    return id;
  }

  #follow(id: ObjectId, suffix: Suffix, text: string): ObjectId | undefined {
    const { snapshot } = this.#context;
    switch (suffix.kind) {
      case 'parent':
        return this.#parent(id, suffix.count);
      case 'ancestor':
        return this.#ancestor(id, suffix.count);
      case 'object':
        return findType(snapshot, id) === undefined ? undefined : id;
      case 'search': {
        const commit = this.#peel(id, 'commit', text.slice(0, suffix.end));
        return commit === undefined || suffix.text === '' ? commit : this.#search(commit, suffix.text);
      }
      case 'peel':
        if (suffix.type === undefined) return findThroughTags(snapshot, id)?.id;
        return this.#peel(id, suffix.type, text.slice(0, suffix.end));
    }
  }

  #peel(id: ObjectId, wanted: ObjectType, expression: string): ObjectId | undefined {
    const result = peelToType(this.#context.snapshot, id, wanted);
    if (result.isFound) return result.id;
    if (result.last !== undefined) {
      this.#note({ kind: 'wrong-type', expression: expression.slice(0, 200), expected: wanted, actual: result.last.type });
    }
    return undefined;
  }

  #search(commit: ObjectId, pattern: string): ObjectId | undefined {
    const search = this.#searchCount++ < SEARCHES_MAX ? findMessageSearch(pattern) : undefined;
    if (search === undefined) {
      this.#note({ kind: 'pattern-invalid', pattern: pattern.slice(0, 200) });
      return undefined;
    }
    const id = searchMessage(this.#context, search, [commit]);
    if (id === undefined) this.#note({ kind: 'text-not-found', pattern: pattern.slice(0, 200) });
    return id;
  }

  #parent(id: ObjectId, count: number): ObjectId | undefined {
    const commit = this.#commit(id);
    if (commit === undefined || count === 0) return commit;
    const { graph } = this.#context;
    const number = graph.numberOf(commit);
    return count <= this.#parentCount(number) ? graph.idAt(graph.parentOf(number, count - 1)) : undefined;
  }

  #ancestor(id: ObjectId, count: number): ObjectId | undefined {
    const commit = this.#commit(id);
    if (commit === undefined || count === 0) return commit;
    const { graph, snapshot } = this.#context;
    let number = graph.numberOf(commit);
    for (let left = count; left > 0; left--) {
      if (!graph.read(number, snapshot.objects) || this.#parentCount(number) === 0) return undefined;
      number = graph.parentOf(number, 0);
    }
    return graph.idAt(number);
  }

  #commit(id: ObjectId): ObjectId | undefined {
    const { graph, snapshot } = this.#context;
    const object = findThroughTags(snapshot, id);
    if (object?.type !== 'commit') {
      if (object !== undefined) this.#note({ kind: 'wrong-type', expression: object.id, expected: 'commit', actual: object.type });
      return undefined;
    }
    return graph.read(graph.numberOf(object.id), snapshot.objects) ? object.id : undefined;
  }

  #parentCount(number: number): number {
    const { graph, snapshot } = this.#context;
    return snapshot.shallow.size > 0 && snapshot.shallow.has(graph.idAt(number)) ? 0 : graph.parentCountOf(number);
  }

  /** A name without suffixes, as an id, a ref, output of git describe or an abbreviation. */
  #name(name: string, expected: ExpectedObject | undefined): ObjectId | undefined {
    return this.#basicName(name) ?? this.#describedName(name) ?? this.#shortId(name, expected);
  }

  #basicName(name: string): ObjectId | undefined {
    const { snapshot } = this.#context;
    const full = findObjectId(name, snapshot.algorithm);
    if (full !== undefined) return full;
    const split = splitReflogSuffix(name);
    if (split === undefined || isAmbiguousPath(split.name)) return undefined;
    if (split.isPrior) {
      const prior = matchPriorBranch(this.#context, split.name);
      const detached = typeof prior === 'object' ? findObjectId(prior.text, snapshot.algorithm) : undefined;
      if (detached !== undefined) return detached;
    }
    if (split.suffix === '') return this.#ref(split.name);
    return this.#reflog(split.name, split.suffix);
  }

  #ref(name: string): ObjectId | undefined {
    const { snapshot } = this.#context;
    const found = findRefByShortName(snapshot.refs, this.#substitute(name));
    if (found !== undefined) this.#warnIfAmbiguous(name, found.count);
    return found?.id;
  }

  #reflog(name: string, suffix: string): ObjectId | undefined {
    const { snapshot, reflogs } = this.#context;
    let found: FoundReflog | undefined;
    if (name === '') {
      // The log of the branch that is checked out, not that of HEAD.
      const head = findRefByShortName(snapshot.refs, 'HEAD');
      if (head !== undefined) found = { ...head, logName: head.target, entries: reflogs.find(head.target) ?? [] };
    } else {
      found = findReflogByShortName(snapshot.refs, reflogs, this.#substitute(name));
    }
    if (found === undefined) return undefined;
    if (name !== '') this.#warnIfAmbiguous(name, found.count);
    const count = /^\d+$/.test(suffix) ? Number(suffix) : -1;
    if (count >= 0 && count < 100_000_000) return this.#entryAt(found, name, count);
    const time = count >= 0 ? count : findApproxidate(suffix, this.#clock());
    return time === undefined ? undefined : this.#entryOn(found, name, time);
  }

  #entryAt(found: FoundReflog, name: string, count: number): ObjectId {
    const { entries, id } = found;
    const { algorithm } = this.#context.snapshot;
    if (entries.length === 0 && count > 0) throw revisionError(this.#text, { kind: 'reflog-empty', name: found.logName });
    const value = reflogValueAt(entries, count, algorithm);
    if (!value.isExact) {
      throw revisionError(this.#text, { kind: 'reflog-too-short', name: shownName(found, name), count: entries.length });
    }
    return value.id ?? id;
  }

  #entryOn(found: FoundReflog, name: string, time: number): ObjectId {
    const { entries, id } = found;
    if (entries.length === 0) throw revisionError(this.#text, { kind: 'reflog-empty', name: found.logName });
    const value = reflogValueOn(entries, time, this.#context.snapshot.algorithm);
    if (!value.isExact) {
      const shown = shownName(found, name);
      if (time === 0) throw revisionError(this.#text, { kind: 'reflog-too-short', name: shown, count: entries.length });
      const { timeSeconds, timezone } = value.entry!;
      this.#context.onWarning?.({ kind: 'reflog-too-young', name: shown, timeSeconds, timezone });
    }
    return value.id ?? id;
  }

  /** The name with a branch in place of its mark, if it has one. */
  #substitute(name: string): string {
    const match = matchBranchName(this.#context, name);
    // Git takes the branch only where nothing is left behind the mark.
    return match?.size === name.length ? match.text : name;
  }

  #describedName(name: string): ObjectId | undefined {
    const dash = name.lastIndexOf('-g');
    if (dash < 1 || !/^[0-9a-f]*$/i.test(name.slice(dash + 2))) return undefined;
    const match = matchShortId(this.#context.snapshot, name.slice(dash + 2), 'commit');
    return match.kind === 'found' ? match.id : undefined;
  }

  #shortId(name: string, expected: ExpectedObject | undefined): ObjectId | undefined {
    const match = matchShortId(this.#context.snapshot, name, expected);
    if (match.kind === 'ambiguous') this.#note(match.problem);
    return match.kind === 'found' ? match.id : undefined;
  }

  #warnIfAmbiguous(name: string, count: number): void {
    const { onWarning, snapshot } = this.#context;
    if (onWarning === undefined || !snapshot.config.getBool('core.warnambiguousrefs', true)) return;
    if (count > 1 || matchShortId(snapshot, name, undefined).kind === 'found') onWarning({ kind: 'ambiguous-name', name });
  }

  #clock(): { readonly nowSeconds: number; readonly zone?: RevisionContext['zone'] } {
    const { nowSeconds, zone } = this.#context;
    return { nowSeconds, zone };
  }

  #note(problem: RevisionProblem): void {
    this.#problem ??= problem;
  }
}

// Each may look at the whole name.
const SUFFIXES_MAX = 1000;
// Each may look at the whole history.
const SEARCHES_MAX = 32;

/** How Git calls a ref in messages about its log. */
function shownName({ logName }: FoundReflog, name: string): string {
  if (name !== '') return name;
  return logName.startsWith('refs/heads/') ? logName.slice(11) : 'HEAD';
}

/** The suffix at the end of `text[0, end)`, or `undefined`. */
function findSuffix(text: string, end: number): Suffix | undefined {
  let at = end - 1;
  while (at >= 0 && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at--;
  const mark = at < 0 ? '' : text[at];
  if (mark === '~' || mark === '^') {
    const count = at + 1 === end ? 1 : Number(text.slice(at + 1, end));
    return { kind: mark === '^' ? 'parent' : 'ancestor', start: at, end, count };
  }
  if (end < 4 || text[end - 1] !== '}') return undefined;
  const open = text.lastIndexOf('^{', end - 2);
  if (open < 0) return undefined;
  const inside = text.slice(open + 2, end);
  if (inside.startsWith('/')) return { kind: 'search', start: open, end, text: inside.slice(1, -1) };
  if (inside.startsWith('object}')) return { kind: 'object', start: open, end };
  const type = /^(commit|tag|tree|blob|)\}/.exec(inside)?.[1];
  if (type === undefined) return undefined;
  return { kind: 'peel', start: open, end, type: type === '' ? undefined : (type as ObjectType) };
}

/** `name@{…}` taken apart; `undefined` for `@{-n}` that does not stand at the start. */
function splitReflogSuffix(name: string): { readonly name: string; readonly suffix: string; readonly isPrior: boolean } | undefined {
  let isPrior = false;
  if (name.endsWith('}')) {
    let at = name.lastIndexOf('@{', name.length - 4);
    for (; at >= 0; at = at < 1 ? -1 : name.lastIndexOf('@{', at - 1)) {
      if (name[at + 2] === '-') {
        if (at > 0) return undefined;
        isPrior = true;
        break;
      }
      if (/^@\{(?:upstream|u|push)\}/i.test(name.slice(at, at + 12))) break;
      return { name: name.slice(0, at), suffix: name.slice(at + 2, -1), isPrior: false };
    }
  }
  return { name, suffix: '', isPrior };
}

/** Whether a path has an empty component, or one of dots only, at its end or before that. */
function isAmbiguousPath(path: string): boolean {
  return path !== '' && /(?:^|\/)\.*(?:\/|$)/.test(path);
}
