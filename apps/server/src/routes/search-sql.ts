import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { parseQuery } from '../sql/parse-query.js';
import { runQuery } from '../sql/run-query.js';
import { openTable, TABLES } from '../sql/tables.js';
import { REF } from './commit-body.js';
import { readRepository, type RouteParts } from './parts.js';
import { finish } from './slices.js';

const ROWS_MAX = 10_000;
const HELD_BYTES_MAX = 16 * 1024 * 1024;

const VALUE: Schema = { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }] };

/** Questions in a subset of SQL. */
export function sqlRoutes(parts: RouteParts): Endpoint[] {
  return [endpoint<{ readonly query: string; readonly ref?: string }>({
    method: 'post', path: '/api/v1/repos/{id}/search/sql', summary: 'Ask in a subset of SQL: SELECT from files, content, commits, branches or tags',
    tag: 'search', permission: 'repo:read',
    body: {
      type: 'object', required: ['query'], additionalProperties: false,
      properties: {
        query: {
          type: 'string', minLength: 1, maxLength: 10_000, description: `SELECT … FROM ${TABLES.join(' | ')} [WHERE …] [GROUP BY …] [HAVING …] [ORDER BY …] [LIMIT n] [OFFSET n].`,
          examples: ['SELECT author, COUNT(*) AS commits FROM commits GROUP BY author ORDER BY commits DESC'],
        },
        ref: { ...REF, description: 'Whose files, and from where commits. Default: HEAD.' },
      },
    },
    answers: {
      200: {
        type: 'object', required: ['query', 'columns', 'rows', 'results', 'count', 'scanned', 'has_more'],
        properties: {
          query: { type: 'string' },
          columns: { type: 'array', items: { type: 'string' } },
          rows: { type: 'array', items: { type: 'array', items: VALUE }, description: 'In the order of the columns.' },
          results: { type: 'array', items: { type: 'object', additionalProperties: VALUE }, description: 'The same by column.' },
          count: { type: 'integer' },
          scanned: { type: 'integer', description: 'Rows of the table that were looked at.' },
          has_more: { type: 'boolean', description: `Whether there are more than the limit; an answer has at most ${ROWS_MAX} rows.` },
        },
      },
    },
    handle: (call) => readRepository(parts, call, async ({ repository }) => {
      const { query: text, ref = 'HEAD' } = call.body;
      const query = parseQuery(text);
      const table = openTable(query.table, { view: repository, ref });
      const { columns, rows, scanned, hasMore } = await finish(runQuery(query, table, { rowsMax: ROWS_MAX, heldBytesMax: HELD_BYTES_MAX }), call.context.signal);
      const results = rows.map((values) => Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null])));
      return reply(200, { query: text, columns, rows, results, count: rows.length, scanned, has_more: hasMore });
    }),
  })];
}
