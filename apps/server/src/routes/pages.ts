/** Long lists, in pages: `limit` with `cursor`, `offset` or `page`, and links by RFC 8288. */
import { ServerError } from '../errors.js';
import type { Call } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';

/** Which page is asked for. */
export interface PageQuery {
  readonly limit: number;
  readonly offset?: number;
  readonly page?: number;
  readonly cursor?: string;
}

const LIMIT_MAX = 10_000;

/** The properties of {@link PageQuery}. */
export function pageQuery(limitDefault: number): Readonly<Record<string, Schema>> {
  return {
    limit: { type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: limitDefault },
    offset: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
    page: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'Instead of offset: pages of limit items, from 1.' },
    cursor: { type: 'string', minLength: 1, maxLength: 1000, description: 'Where the page before ended: its next_cursor. Wins over offset and page.' },
  };
}

/** What answers say of the page that they are. */
export const PAGE_PROPERTIES: Readonly<Record<string, Schema>> = {
  count: { type: 'integer', description: 'How many are in this answer.' },
  limit: { type: 'integer' },
  offset: { type: 'integer' },
  has_more: { type: 'boolean' },
  next_cursor: { type: 'string', description: 'For the next page; absent on the last.' },
};

/** Where a page begins. */
export interface PageStart {
  readonly offset: number;
  readonly limit: number;
  /** What the first page was made of, such as the commit that a branch stood at, so that the pages fit together. */
  readonly pin: string | undefined;
}

/** Where the page that is asked for begins. @throws {ServerError} request-invalid: a cursor that is none */
export function pageStart({ limit, offset, page, cursor }: PageQuery): PageStart {
  if (cursor === undefined) return { limit, offset: offset ?? (page === undefined ? 0 : (page - 1) * limit), pin: undefined };
  const match = /^(\d{1,12}):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new ServerError('request-invalid', 'The cursor is none that this server gave.', { place: 'query', path: '/cursor' });
  return { limit, offset: Number(match[1]), pin: match[2] === '' ? undefined : match[2] };
}

/** A page with what is said of it, and its headers. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly fields: {
    readonly count: number; readonly limit: number; readonly offset: number; readonly has_more: boolean; readonly next_cursor?: string;
  };
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A page.
 *
 * @param found the items from the offset on, one more than the limit where there are more
 */
export function makePage<Item>(call: Call, found: readonly Item[], { limit, offset, pin }: PageStart): Page<Item> {
  const items = found.slice(0, limit);
  const hasMore = found.length > limit;
  const next = hasMore ? cursorAt(offset + limit, pin) : undefined;
  const links = [
    ...(next === undefined ? [] : [link(call, 'next', next)]),
    ...(offset === 0 ? [] : [link(call, 'prev', cursorAt(Math.max(0, offset - limit), pin)), link(call, 'first', cursorAt(0, pin))]),
  ];
  return {
    items,
    fields: { count: items.length, limit, offset, has_more: hasMore, ...(next === undefined ? {} : { next_cursor: next }) },
    headers: links.length === 0 ? {} : { Link: links.join(', ') },
  };
}

/** A page of a list that is there as a whole. */
export function pageOf<Item>(call: Call<unknown, PageQuery>, all: readonly Item[]): Page<Item> {
  const start = pageStart(call.query);
  return makePage(call, all.slice(start.offset, start.offset + start.limit + 1), start);
}

function cursorAt(offset: number, pin: string | undefined): string {
  return Buffer.from(`${offset}:${pin ?? ''}`).toString('base64url');
}

function link({ origin, url }: Call, relation: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  for (const name of ['offset', 'page', 'cursor']) parameters.delete(name);
  parameters.set('cursor', cursor);
  return `<${origin}${path}?${parameters.toString()}>; rel="${relation}"`;
}
