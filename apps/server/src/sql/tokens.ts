import { ServerError } from '../errors.js';

/** A piece of a query. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'sign' | 'end';
  /** As it counts: a quoted name or text without its quotes, a word as it was written. */
  readonly text: string;
  /** Where it begins in the query, from 0. */
  readonly at: number;
}

const PIECE = /\s+|--[^\n]*|([A-Za-z_]\w*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\d+(?:\.\d+)?)|(<=|>=|<>|!=|==|[=<>(),*;-])/y;

/** The pieces of a query in SQL, with one of kind `end` behind the last. @throws {ServerError} query-invalid */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(query);
    if (match === null) throw queryError(`${JSON.stringify(query[at])} means nothing`, at);
    const [, word, quoted, text, number, sign] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll('""', '"'), at });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'"), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at });
  }
  tokens.push({ kind: 'end', text: '', at: query.length });
  return tokens;
}

/** The error for a query that cannot be understood. */
export function queryError(reason: string, at: number): ServerError {
  return new ServerError('query-invalid', `The query cannot be understood: ${reason}, at character ${at + 1}.`, { place: 'body', path: '/query', at: at + 1 });
}
