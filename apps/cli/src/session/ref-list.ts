/** Refs chosen and ordered by the options that for-each-ref, branch and tag share. */
import type { ObjectId, RefName } from '@govc/core';
import { findRefId, findThroughTags, isAncestor, peelTag, runJob, type ReadContext } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { flag, value, type Option } from '../options/option.js';
import { RefValues, type ShownRef } from '../print/ref-format.js';
import { findObject } from './revisions.js';
import { matchesRefPattern } from './select-refs.js';
import type { Session } from './session.js';
import { compareVersions as versionOrder } from './version-order.js';

/** What is asked for; changed in place while options are read. */
export interface RefSelection {
  readonly sorts: string[];
  pointsAt: string[];
  readonly merged: { readonly revision: string; readonly isNegated: boolean }[];
  readonly contains: string[];
  readonly excludes: string[];
  ignoreCase: boolean;
}

/** A selection before any option was read. */
export function makeRefSelection(): RefSelection {
  return { sorts: [], pointsAt: [], merged: [], contains: [], excludes: [], ignoreCase: false };
}

/** The options of a selection. */
export function selectionOptions(selection: RefSelection): Option[] {
  const merged = (isNegated: boolean) => (text: string | undefined): void => {
    selection.merged.push({ revision: text ?? 'HEAD', isNegated });
  };
  return [
    value('sort', 'key', 'field name to sort on', (text) => {
      if (text === undefined) selection.sorts.length = 0;
      else selection.sorts.push(text);
    }),
    value('points-at', 'object', 'print only refs which points at the given object', (text) => { if (text !== undefined) selection.pointsAt.push(text); }, { lastValue: 'HEAD' }),
    value('merged', 'commit', 'print only refs that are merged', merged(false), { canNegate: false, lastValue: 'HEAD' }),
    value('no-merged', 'commit', 'print only refs that are not merged', merged(true), { canNegate: false, lastValue: 'HEAD' }),
    value('contains', 'commit', 'print only refs which contain the commit', (text) => { selection.contains.push(text ?? 'HEAD'); }, { canNegate: false, lastValue: 'HEAD' }),
    value('no-contains', 'commit', "print only refs which don't contain the commit", (text) => { selection.excludes.push(text ?? 'HEAD'); }, { canNegate: false, lastValue: 'HEAD' }),
    { ...value('with', 'commit', 'print only refs which contain the commit', (text) => { selection.contains.push(text ?? 'HEAD'); }, { canNegate: false, lastValue: 'HEAD' }), isHidden: true },
    { ...value('without', 'commit', "print only refs which don't contain the commit", (text) => { selection.excludes.push(text ?? 'HEAD'); }, { canNegate: false, lastValue: 'HEAD' }), isHidden: true },
    flag('i|ignore-case', 'sorting and filtering are case insensitive', (isOn) => { selection.ignoreCase = isOn; }),
  ];
}

/** Whether a full name fits a pattern of for-each-ref: whole, a folder, or with wildcards that stop at slashes. */
export function fitsForEachPattern(name: string, pattern: string): boolean {
  if (name === pattern || name.startsWith(pattern.endsWith('/') ? pattern : `${pattern}/`)) return true;
  return matchPath(pattern, name);
}

function matchPath(pattern: string, name: string): boolean {
  const escaped = pattern.split('/');
  const parts = name.split('/');
  if (pattern.includes('**')) return matchesRefPattern(pattern, name);
  return escaped.length === parts.length && escaped.every((part, index) => matchesRefPattern(part, parts[index]!));
}

/** The refs below some prefixes that a selection keeps, ordered. @throws {Failure} */
export function listRefs(
  session: Session, request: { readonly prefixes: readonly string[]; readonly fits: (name: string) => boolean; readonly selection: RefSelection; readonly defaultSort: string },
): ShownRef[] {
  const { selection } = request;
  const { snapshot } = session.context;
  const found: ShownRef[] = [];
  for (const prefix of request.prefixes) {
    for (const [name] of snapshot.refs.entries(prefix)) {
      const id = findRefId(snapshot.refs, name as RefName);
      if (id !== undefined && request.fits(name)) found.push({ name: name as RefName, id });
    }
  }
  return sortRefs(session, selectRefs(session, found, selection), selection.sorts.length > 0 ? selection.sorts : [request.defaultSort], selection.ignoreCase);
}

function commitOf(session: Session, text: string): ObjectId {
  const id = findObject(session, text, 'committish') ?? die(`malformed object name ${text}`);
  const object = findThroughTags(session.context.snapshot, id);
  if (object?.type !== 'commit') throw new Failure(`error: object ${id} is a ${object?.type ?? 'missing object'}, not a commit\nerror: no such commit ${text}\n`, 129);
  return object.id;
}

/** Those refs that the selection keeps. */
export function selectRefs(session: Session, refs: readonly ShownRef[], selection: RefSelection): ShownRef[] {
  const { context } = session;
  const { snapshot } = context;
  const targets = selection.pointsAt.map((text) => findObject(session, text) ?? die(`malformed object name '${text}'`));
  const contains = selection.contains.map((text) => commitOf(session, text));
  const excludes = selection.excludes.map((text) => commitOf(session, text));
  const merged = selection.merged.map(({ revision, isNegated }) => ({ id: commitOf(session, revision), isNegated }));
  const reaches = (from: ObjectId, to: ObjectId): boolean => runJob(isAncestor(requestOf(context), to, from));
  return refs.filter(({ id }) => {
    if (targets.length > 0 && !targets.includes(id) && !targets.includes(peelTag(snapshot, id))) return false;
    if (contains.length + excludes.length + merged.length === 0) return true;
    const object = findThroughTags(snapshot, id);
    if (object?.type !== 'commit') return false;
    if (contains.length > 0 && !contains.some((target) => reaches(object.id, target))) return false;
    if (excludes.some((target) => reaches(object.id, target))) return false;
    const wanted = merged.filter(({ isNegated }) => !isNegated);
    if (wanted.length > 0 && !wanted.some(({ id: tip }) => reaches(tip, object.id))) return false;
    return !merged.some(({ id: tip, isNegated }) => isNegated && reaches(tip, object.id));
  });
}

function requestOf({ graph, snapshot }: ReadContext): Parameters<typeof isAncestor>[0] {
  return { graph, objects: snapshot.objects, shallow: snapshot.shallow };
}

/** Refs ordered by keys, the last of which counts most; names decide between equals. @throws {Failure} */
export function sortRefs(session: Session, refs: readonly ShownRef[], sorts: readonly string[], ignoresCase: boolean): ShownRef[] {
  const values = new RefValues(session);
  const keys = sorts.map((text) => {
    const isDescending = text.startsWith('-');
    let name = isDescending ? text.slice(1) : text;
    const isVersion = /^v(?:ersion)?:/.test(name);
    name = name.replace(/^v(?:ersion)?:/, '');
    const peeled = name.startsWith('*');
    const [field = '', argument] = (peeled ? name.slice(1) : name).split(':');
    if (!/^(?:refname|objecttype|objectsize|objectname|tree|parent|numparent|object|type|tag|(?:author|committer|tagger|creator)(?:name|email|date)?|subject|body|contents|raw|upstream|push|symref|flag|HEAD|worktreepath|color|align|deltabase|trailers)$/.test(field)) die(`unknown field name: ${name}`);
    const isNumber = field === 'objectsize' || field === 'numparent' || field.endsWith('date');
    const token = { name: field, argument: field.endsWith('date') ? 'unix' : argument, peeled };
    const cache = new Map<ShownRef, string>();
    const of = (ref: ShownRef): string => {
      const known = cache.get(ref);
      if (known !== undefined) return known;
      const text_ = values.of(ref, token);
      cache.set(ref, text_);
      return text_;
    };
    return (left: ShownRef, right: ShownRef): number => {
      let [one, two] = [of(left), of(right)];
      if (ignoresCase) [one, two] = [one.toLowerCase(), two.toLowerCase()];
      const order = isVersion ? compareVersions(one, two, session) : isNumber ? Number(one) - Number(two) : compareText(one, two);
      return isDescending ? -order : order;
    };
  }).reverse();
  return [...refs].sort((left, right) => {
    for (const key of keys) {
      const order = key(left, right);
      if (order !== 0) return order;
    }
    return compareText(left.name, right.name);
  });
}

function compareText(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function compareVersions(left: string, right: string, session: Session): number {
  return versionOrder(left, right, session.config.getAll('versionsort.suffix').length > 0 ? session.config.getAll('versionsort.suffix') : session.config.getAll('versionsort.prereleasesuffix'));
}
