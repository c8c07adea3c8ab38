/** Conditional requests and ranges: RFC 9110, sections 13 and 14. */
import { parseRange } from '../git/plain-files.js';
import { ServerError } from '../errors.js';
import { RawBody, type Call, type Reply } from './endpoint.js';

/** The entity tag of something that an object id names. */
export function etagOf(id: string): string {
  return `"${id}"`;
}

/**
 * Refuses where `If-Match` or `If-None-Match` demands another state.
 *
 * @param id what stands there now; `undefined` where nothing does
 * @throws {ServerError} precondition-failed
 */
export function mustMeetConditions({ headers }: Call, id: string | undefined): void {
  const match = tagsOf(headers['if-match']);
  const noneMatch = tagsOf(headers['if-none-match']);
  const current = id === undefined ? undefined : etagOf(id);
  // If-Match compares strongly: a weak tag matches nothing.
  const isMatched = match === undefined || (current !== undefined && (match.includes('*') || match.includes(current)));
  const isUnmatched = noneMatch === undefined || current === undefined || !(noneMatch.includes('*') || noneMatch.map(strong).includes(current));
  if (isMatched && isUnmatched) return;
  throw new ServerError('precondition-failed', `What is there has ${current === undefined ? 'no tag' : `the tag ${current}`}; the request demands another.`, {
    actual: id, expected: (match ?? noneMatch)?.slice(0, 10),
  });
}

/** Whether whoever asks has what has this id already (`If-None-Match`). @throws {ServerError} precondition-failed: by `If-Match` */
export function isKnown(call: Call, id: string): boolean {
  const match = tagsOf(call.headers['if-match']);
  if (match !== undefined) mustMeetConditions({ ...call, headers: { 'if-match': call.headers['if-match'] } }, id);
  const noneMatch = tagsOf(call.headers['if-none-match']);
  return noneMatch !== undefined && (noneMatch.includes('*') || noneMatch.map(strong).includes(etagOf(id)));
}

/** Headers of what may be kept, and asked for again by its tag. */
export function taggedHeaders(id: string): Record<string, string> {
  return { ETag: etagOf(id), 'Cache-Control': 'private, no-cache' };
}

/** The id that `If-Match` names, where it names just one; `undefined` otherwise. */
export function matchedId({ headers }: Call): string | undefined {
  const [tag, ...others] = tagsOf(headers['if-match']) ?? [];
  return tag !== undefined && others.length === 0 && tag.startsWith('"') ? tag.slice(1, -1) : undefined;
}

/** Answers bytes, or the one range of them that is asked for. */
export function bytesReply(call: Call, bytes: Uint8Array, { type, headers }: { readonly type: string; readonly headers: Readonly<Record<string, string>> }): Reply {
  const common = { ...headers, 'Accept-Ranges': 'bytes' };
  const given = call.headers['range'];
  const ifRange = call.headers['if-range'];
  const isAsked = typeof given === 'string' && (ifRange === undefined || ifRange === headers['ETag']);
  const range = isAsked ? parseRange(given, bytes.length) : undefined;
  if (range === undefined) return { status: 200, body: new RawBody(type, bytes), headers: common };
  if (range === 'unsatisfiable') {
    const body = { error: `The content has ${bytes.length} bytes.`, code: 'RANGE_NOT_SATISFIABLE', request_id: call.context.requestId };
    return { status: 416, body, headers: { ...common, 'Content-Range': `bytes */${bytes.length}` } };
  }
  const { start, end } = range;
  return {
    status: 206,
    body: new RawBody(type, bytes.subarray(start, end + 1)),
    headers: { ...common, 'Content-Range': `bytes ${start}-${end}/${bytes.length}` },
  };
}

/** The tags of a header, in order; `*` stands for any. */
function tagsOf(header: string | readonly string[] | undefined): string[] | undefined {
  if (typeof header !== 'string') return undefined;
  return [...header.matchAll(/\*|(?:W\/)?"[^"]*"/g)].slice(0, 100).map(([tag]) => tag);
}

function strong(tag: string): string {
  return tag.replace(/^W\//, '');
}
