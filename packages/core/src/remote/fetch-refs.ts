import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ListedRef } from '../protocol/ls-refs.js';
import { findRefName, HEAD, type RefName } from '../ref/ref-name.js';
import { mapSource, matchFetch, parseFetchRefspec, type Refspec } from '../ref/refspec.js';
import type { Snapshot } from '../store/snapshot.js';

/** A ref of the remote that is wanted, and where it is stored. */
export interface WantedMatch {
  /** The name at the remote; `undefined` for an id that was asked for as such. */
  readonly source: string | undefined;
  readonly id: ObjectId;
  /** What an annotated tag names in the end; `undefined` where it is not known or no tag. */
  readonly peeled: ObjectId | undefined;
  /** `undefined`: stored nowhere. */
  readonly target: RefName | undefined;
  readonly isForced: boolean;
}

/** A ref that a refspec named: a line of `FETCH_HEAD`. */
export interface FetchedRef {
  readonly source: string | undefined;
  readonly id: ObjectId;
  /** Which refspec named it, from 0; `undefined`: a tag that was followed. */
  readonly refspecIndex: number | undefined;
  /** Where that stores it; `undefined`: nowhere. */
  readonly target: RefName | undefined;
}

/** What refspecs make of the refs of a remote. */
export interface RefPlan {
  readonly matches: readonly WantedMatch[];
  readonly fetched: readonly FetchedRef[];
}

/**
 * Finds the refs that the refspecs name, in their order, each source and target once.
 *
 * @throws {GovcError} refspec-source-missing: a refspec without `*` names a ref that the remote does not have;
 *   refspec-invalid: two sources would be stored under one name
 */
export function planRefs(
  listed: readonly ListedRef[],
  options: { readonly refspecs: readonly Refspec[]; readonly trackingRefspecs?: readonly Refspec[] | undefined; readonly tags?: string | undefined },
  algorithm: HashAlgorithm,
): RefPlan {
  const byName = new Map<string, ListedRef>();
  for (const ref of listed) byName.set(ref.name, ref);
  const names = [...byName.keys()].flatMap((name) => (name === HEAD ? [HEAD] : (findRefName(name) ?? [])));
  const given = options.refspecs.length === 0 ? [parseFetchRefspec('HEAD', algorithm)] : options.refspecs;
  const negatives = given.filter(({ negative }) => negative);
  const matches: WantedMatch[] = [];
  const fetched: FetchedRef[] = [];
  const taken = new Map<RefName, string | undefined>();
  const add = (match: WantedMatch): void => {
    if (match.target !== undefined) {
      if (taken.has(match.target)) {
        if (taken.get(match.target) === match.source) return;
        throw new GovcError('refspec-invalid', `Cannot fetch both ${taken.get(match.target) ?? ''} and ${match.source ?? match.id} to ${match.target}`, {});
      }
      taken.set(match.target, match.source);
    }
    matches.push(match);
  };
  given.forEach((spec, refspecIndex) => {
    if (spec.negative) return;
    for (const match of matchesOf(spec, { byName, names, negatives })) {
      add(match);
      fetched.push({ source: match.source, id: match.id, refspecIndex, target: match.target });
      const tracked = match.source === undefined ? undefined : mapSource(options.trackingRefspecs ?? [], match.source as RefName);
      if (tracked?.target !== undefined) add({ ...match, target: tracked.target, isForced: tracked.force });
    }
  });
  if (options.tags === 'all') {
    for (const match of matchesOf(parseFetchRefspec('refs/tags/*:refs/tags/*', algorithm), { byName, names, negatives })) {
      if (match.target === undefined || taken.has(match.target)) continue;
      add(match);
      fetched.push({ source: match.source, id: match.id, refspecIndex: undefined, target: match.target });
    }
  }
  return { matches, fetched };
}

interface Listing {
  readonly byName: ReadonlyMap<string, ListedRef>;
  readonly names: readonly RefName[];
  readonly negatives: readonly Refspec[];
}

function matchesOf(spec: Refspec, { byName, names, negatives }: Listing): WantedMatch[] {
  if (spec.exactId !== undefined) {
    const target = spec.target === undefined || spec.target === '' ? undefined : findRefName(spec.target.startsWith('refs/') ? spec.target : `refs/heads/${spec.target}`);
    return [{ source: undefined, id: spec.exactId, peeled: undefined, target, isForced: spec.force }];
  }
  const found = matchFetch([spec, ...negatives], names).flatMap(({ source, target, force }): WantedMatch[] => {
    const ref = byName.get(source);
    return ref?.id === undefined ? [] : [{ source, id: ref.id, peeled: ref.peeled, target, isForced: force }];
  });
  if (found.length === 0 && !spec.pattern) {
    const name = spec.source === '' ? 'HEAD' : spec.source;
    throw new GovcError('refspec-source-missing', `couldn't find remote ref ${name}`, { name });
  }
  return found;
}

/**
 * Tags of the remote that are not here although what they name is, or will be: those that Git follows by itself.
 *
 * @param known what is stored anyway
 */
export function missingTags(listed: readonly ListedRef[], known: readonly WantedMatch[], { refs, objects }: Snapshot): WantedMatch[] {
  const targets = new Set(known.map(({ target }) => target));
  const coming = new Set(known.map(({ id }) => id));
  const tags: WantedMatch[] = [];
  for (const { name, id, peeled } of listed) {
    if (!name.startsWith('refs/tags/') || id === undefined) continue;
    const target = findRefName(name);
    if (target === undefined || refs.has(target) || targets.has(target)) continue;
    const named = peeled ?? id;
    if (!objects.has(named) && !coming.has(named) && !coming.has(id)) continue;
    tags.push({ source: name, id, peeled, target, isForced: false });
  }
  return tags;
}
