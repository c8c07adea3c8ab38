import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { scanTagTarget } from '../object/tag.js';
import { expandShortRefName, findRefName, type RefName } from '../ref/ref-name.js';
import { serializeRefspec, type Refspec } from '../ref/refspec.js';
import { resolveRef } from '../store/ref-map.js';
import type { PushFrom, PushOptions } from './push-options.js';

/** A ref of the remote that is to be set or deleted. */
export interface PushMatch {
  readonly source: string | undefined;
  readonly sourceRef: RefName | undefined;
  readonly target: RefName;
  readonly newId: ObjectId | undefined;
  readonly isForced: boolean;
}

/**
 * Finds what the refspecs of a push name here and there (`match_push_refs` of Git), each target once.
 *
 * @param remote the refs of the remote
 * @throws {GovcError} refspec-source-missing: a left side names nothing here; refspec-invalid: a right side is no full name and
 *   cannot be guessed, fits several refs, or comes twice
 */
export function matchPush(from: PushFrom, options: PushOptions, remote: ReadonlyMap<string, ObjectId>): PushMatch[] {
  const matcher = new PushMatcher(from, remote);
  if (options.isMirror === true) matcher.addMirror();
  for (const spec of options.refspecs) {
    if (spec.negative) continue;
    if (spec.matching) matcher.addMatching(spec.force);
    else if (spec.pattern) matcher.addPattern(spec);
    else matcher.addOne(spec);
  }
  for (const spec of options.refspecs) if (spec.negative) matcher.leaveOut(spec);
  if (options.isPruning === true || options.isMirror === true) matcher.addPruned(options);
  if (options.followsTags === true) matcher.addFollowedTags();
  return [...matcher.matches.values()];
}

class PushMatcher {
  readonly matches = new Map<RefName, PushMatch>();
  readonly #from: PushFrom;
  readonly #remote: ReadonlyMap<string, ObjectId>;

  constructor(from: PushFrom, remote: ReadonlyMap<string, ObjectId>) {
    this.#from = from;
    this.#remote = remote;
  }

  addMirror(): void {
    for (const [name, id] of this.#locals()) if (name.startsWith('refs/')) this.#add({ source: name, sourceRef: name, target: name, newId: id, isForced: true });
  }

  addMatching(isForced: boolean): void {
    for (const [name, id] of this.#locals()) {
      if (name.startsWith('refs/heads/') && this.#remote.has(name)) this.#add({ source: name, sourceRef: name, target: name, newId: id, isForced });
    }
  }

  addPattern(spec: Refspec): void {
    for (const [name, id] of this.#locals()) {
      const target = mapPattern(name, spec.source, spec.target ?? spec.source);
      if (target !== undefined) this.#add({ source: name, sourceRef: name, target, newId: id, isForced: spec.force });
    }
  }

  addOne(spec: Refspec): void {
    if (spec.source === '') {
      const target = this.#findRemote(spec.target ?? '');
      this.#add({ source: undefined, sourceRef: undefined, target, newId: undefined, isForced: spec.force });
      return;
    }
    const source = this.#from.resolve(spec.source);
    if (source === undefined) {
      throw new GovcError('refspec-source-missing', `src refspec ${spec.source} does not match any`, { source: spec.source });
    }
    const target = this.#targetOf(spec, source.ref);
    this.#add({ source: spec.source === 'HEAD' || spec.source === '@' ? 'HEAD' : source.ref ?? spec.source, sourceRef: source.ref, target, newId: source.id, isForced: spec.force });
  }

  leaveOut({ source }: Refspec): void {
    for (const [target, match] of this.matches) {
      const name = match.sourceRef ?? match.target;
      const isMeant = source.includes('*') ? mapPattern(name, source, source) !== undefined : name === source || expandShortRefName(source).includes(name);
      if (isMeant) this.matches.delete(target);
    }
  }

  addPruned({ refspecs, isMirror }: PushOptions): void {
    const specs = isMirror === true ? [{ source: 'refs/*', target: 'refs/*' }] : refspecs.filter(({ pattern, negative }) => pattern && !negative);
    const isMatching = refspecs.some(({ matching }) => matching);
    const locals = new Set<string>(this.#locals().map(([name]) => name));
    for (const text of this.#remote.keys()) {
      const name = findRefName(text);
      if (name === undefined || !name.startsWith('refs/') || this.matches.has(name)) continue;
      const sources = specs.flatMap(({ source, target }) => mapPattern(name, target ?? source, source) ?? []);
      if (isMatching && name.startsWith('refs/heads/')) sources.push(name);
      if (sources.length === 0 || sources.some((source) => locals.has(source))) continue;
      this.#add({ source: undefined, sourceRef: undefined, target: name, newId: undefined, isForced: isMirror === true });
    }
  }

  /** Annotated tags that the remote lacks and whose commits it has or gets. */
  addFollowedTags(): void {
    const { objects, algorithm } = this.#from.snapshot;
    const given = new Set<ObjectId>(this.#remote.values());
    for (const { newId } of this.matches.values()) if (newId !== undefined) given.add(newId);
    for (const [name, id] of this.#locals()) {
      if (!name.startsWith('refs/tags/') || this.#remote.has(name) || this.matches.has(name)) continue;
      const object = objects.find(id);
      if (object?.type !== 'tag') continue;
      if (given.has(scanTagTarget(object.body, algorithm).id)) this.#add({ source: name, sourceRef: name, target: name, newId: id, isForced: false });
    }
  }

  #add(match: PushMatch): void {
    const earlier = this.matches.get(match.target);
    if (earlier !== undefined && earlier.newId !== match.newId) {
      throw new GovcError('refspec-invalid', `dst ref ${match.target} receives from more than one src`, { target: match.target });
    }
    this.matches.set(match.target, match);
  }

  #locals(): [RefName, ObjectId][] {
    const { refs } = this.#from.snapshot;
    const locals: [RefName, ObjectId][] = [];
    for (const [key] of refs.entries('refs/')) {
      const name = key as RefName;
      const id = resolveRef(refs, name)?.id;
      if (id !== undefined) locals.push([name, id]);
    }
    return locals;
  }

  #targetOf(spec: Refspec, source: RefName | undefined): RefName {
    if (spec.target === undefined) {
      if (source === undefined || !source.startsWith('refs/')) throw unclear(spec, `${spec.source} cannot be resolved to branch`);
      return source;
    }
    const found = this.#remoteNames(spec.target);
    if (found.length === 1) return found[0]!;
    if (found.length > 1) throw unclear(spec, `dst refspec ${spec.target} matches more than one`);
    const full = spec.target.startsWith('refs/') ? findRefName(spec.target) : undefined;
    if (full !== undefined) return full;
    const folder = source?.startsWith('refs/heads/') === true ? 'refs/heads/' : source?.startsWith('refs/tags/') === true ? 'refs/tags/' : undefined;
    const guessed = folder === undefined ? undefined : findRefName(folder + spec.target);
    if (guessed === undefined) {
      throw unclear(spec, `The destination you provided is not a full refname (i.e., starting with "refs/"): ${spec.target}`);
    }
    return guessed;
  }

  #findRemote(text: string): RefName {
    const found = this.#remoteNames(text);
    if (found.length > 1) throw new GovcError('refspec-invalid', `dst refspec ${text} matches more than one`, { target: text });
    const full = found[0] ?? (text.startsWith('refs/') ? findRefName(text) : undefined);
    if (full === undefined) {
      throw new GovcError('refspec-source-missing', `unable to delete '${text}': remote ref does not exist`, { target: text });
    }
    return full;
  }

  /** Refs of the remote that a short name may mean; a stronger match hides weaker ones, as branches and tags hide nothing of each other. */
  #remoteNames(text: string): RefName[] {
    const names = expandShortRefName(text).filter((name) => this.#remote.has(name));
    if (this.#remote.has(text)) return [text as RefName];
    return names;
  }
}

/** `name` through a pattern with one `*` on each side. */
function mapPattern(name: string, from: string, to: string): RefName | undefined {
  const star = from.indexOf('*');
  const [before, after] = [from.slice(0, star), from.slice(star + 1)];
  if (!name.startsWith(before) || !name.endsWith(after) || name.length < before.length + after.length) return undefined;
  return findRefName(to.replace('*', () => name.slice(before.length, name.length - after.length)));
}

function unclear(spec: Refspec, message: string): GovcError {
  return new GovcError('refspec-invalid', message, { refspec: serializeRefspec(spec) });
}
