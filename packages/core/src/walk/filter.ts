import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { ObjectType } from '../hash/hash-object.js';

/**
 * Which objects of a fetch are left out (the object filters of git-rev-list(1)). Commits that the walk
 * reaches and objects that were asked for by id are never left out, except commits by `object:type`.
 */
export type ObjectFilter =
  | { readonly kind: 'blob:none' }
  | { readonly kind: 'blob:limit'; readonly sizeBytes: number }
  | { readonly kind: 'tree'; readonly depth: number }
  | { readonly kind: 'object:type'; readonly type: ObjectType }
  | { readonly kind: 'sparse:oid'; readonly revision: string }
  | { readonly kind: 'combine'; readonly filters: readonly ObjectFilter[] };

const COMBINED_MAX = 64;

/**
 * The filter that a filter-spec describes.
 *
 * @throws {GovcError} protocol-error: not a filter-spec, too long, or nested combinations beyond a bound.
 */
export function parseFilter(spec: string): ObjectFilter {
  if (spec.length > LIMITS.filterSpecSize.value) throw invalidFilter(spec, 'is too long');
  // A combination may hold combinations; a list of what is left to read replaces recursion.
  const filters: ObjectFilter[] = [];
  const waiting = [spec];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (filters.length + waiting.length > COMBINED_MAX) throw invalidFilter(spec, 'combines too many filters');
    if (part.startsWith('combine:')) {
      const inner = part.slice('combine:'.length).split('+');
      if (inner.length === 1 && inner[0] === '') throw invalidFilter(spec, 'expected something after combine:');
      for (const piece of inner.reverse()) waiting.push(decodeFilterPart(piece, spec));
    } else {
      filters.push(parseSimpleFilter(part));
    }
  }
  return filters.length === 1 ? filters[0]! : { kind: 'combine', filters };
}

/** The filter-spec of a filter, such that {@link parseFilter} gives it back. */
export function serializeFilter(filter: ObjectFilter): string {
  switch (filter.kind) {
    case 'blob:none':
      return 'blob:none';
    case 'blob:limit':
      return `blob:limit=${filter.sizeBytes}`;
    case 'tree':
      return `tree:${filter.depth}`;
    case 'object:type':
      return `object:type=${filter.type}`;
    case 'sparse:oid':
      return `sparse:oid=${filter.revision}`;
    case 'combine':
      return `combine:${filter.filters.map((part) => encodeFilterPart(serializeFilter(part))).join('+')}`;
  }
}

/** The simple filters that a filter consists of. */
export function simpleFilters(filter: ObjectFilter): readonly Exclude<ObjectFilter, { kind: 'combine' }>[] {
  if (filter.kind !== 'combine') return [filter];
  const simple: Exclude<ObjectFilter, { kind: 'combine' }>[] = [];
  const waiting: ObjectFilter[] = [...filter.filters];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part.kind === 'combine') waiting.unshift(...part.filters);
    else simple.push(part);
  }
  return simple;
}

function parseSimpleFilter(spec: string): ObjectFilter {
  if (spec === 'blob:none') return { kind: 'blob:none' };
  if (spec.startsWith('blob:limit=')) {
    const sizeBytes = parseSize(spec.slice('blob:limit='.length));
    if (sizeBytes !== undefined) return { kind: 'blob:limit', sizeBytes };
  }
  if (spec.startsWith('tree:')) {
    const depth = parseSize(spec.slice('tree:'.length));
    if (depth === undefined) throw invalidFilter(spec, "expected 'tree:<depth>'");
    return { kind: 'tree', depth };
  }
  if (spec.startsWith('object:type=')) {
    const type = spec.slice('object:type='.length);
    if (type === 'commit' || type === 'tree' || type === 'blob' || type === 'tag') {
      return { kind: 'object:type', type };
    }
    throw invalidFilter(spec, `'${type}' for 'object:type=<type>' is not a valid object type`);
  }
  if (spec.startsWith('sparse:path=')) throw invalidFilter(spec, 'sparse:path filters support has been dropped');
  if (spec.startsWith('sparse:oid=')) return { kind: 'sparse:oid', revision: spec.slice('sparse:oid='.length) };
  throw invalidFilter(spec, 'is not known');
}

/** A non-negative number with an optional unit k, m or g, as Git reads sizes. */
function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15})([kmg]?)$/i.exec(text);
  if (match === null) return undefined;
  const unit = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match[2]!.toLowerCase()]!;
  const size = Number(match[1]) * unit;
  return Number.isSafeInteger(size) ? size : undefined;
}

const RESERVED = /[~`!@#$^&*()[\]{}\\;",<>?'+ %]/;

function decodeFilterPart(part: string, spec: string): string {
  const bare = part.replace(/%[0-9a-fA-F]{2}/g, '');
  const illegal = RESERVED.exec(bare);
  if (illegal !== null) throw invalidFilter(spec, `must escape char in sub-filter-spec: '${illegal[0]}'`);
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new GovcError('protocol-error', `The filter "${spec.slice(0, 200)}" is not valid UTF-8 when decoded.`, {}, { cause });
  }
}

function encodeFilterPart(part: string): string {
  return part.replace(/[~`!@#$^&*()[\]{}\\;",<>?'+ %]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function invalidFilter(spec: string, why: string): GovcError {
  return new GovcError('protocol-error', `invalid filter-spec '${spec.slice(0, 200)}': ${why}`, {
    spec: spec.slice(0, 200),
  });
}
