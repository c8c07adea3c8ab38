import { describe, expect, it } from '@jest/globals';

import { parseQuery } from './parse-query.js';
import type { Row } from './query.js';
import { isLike, runQuery, type QueryResult, type Table } from './run-query.js';

const ROWS: readonly Row[] = [
  { name: 'main.ts', size: 30, kind: 'ts', at: null },
  { name: 'Side.ts', size: 10, kind: 'ts', at: 'x' },
  { name: 'readme', size: 20, kind: '', at: 'y' },
  { name: 'other.md', size: 5, kind: 'md', at: null },
];

function run(text: string, rows: Iterable<Row | undefined> = ROWS, bounds = { rowsMax: 100, heldBytesMax: 1_000_000 }): QueryResult {
  const table: Table = { columns: ['name', 'size', 'kind', 'at'], rows };
  const work = runQuery(parseQuery(text), table, bounds);
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value;
}

describe('a query', () => {
  it.each([
    ['SELECT * FROM t WHERE size = 10', [['Side.ts', 10, 'ts', 'x']]],
    ['select name from t where kind = \'ts\' order by size', [['Side.ts'], ['main.ts']]],
    ["SELECT name FROM t WHERE name LIKE '%.TS' AND NOT size > 20", [['Side.ts']]],
    ["SELECT name FROM t WHERE name CONTAINS 'EAD' OR (size < 6 AND kind != 'ts')", [['readme'], ['other.md']]],
    ["SELECT name FROM t WHERE kind NOT IN ('ts', 'md')", [['readme']]],
    ['SELECT name FROM t WHERE size BETWEEN 10 AND 20 ORDER BY name DESC', [['readme'], ['Side.ts']]],
    ['SELECT name FROM t WHERE at IS NULL ORDER BY name', [['main.ts'], ['other.md']]],
    // What is compared with null neither holds nor does not.
    ["SELECT name FROM t WHERE NOT at = 'x'", [['readme']]],
    ['SELECT kind, COUNT(*) AS n, SUM(size), AVG(size), MIN(name), MAX(size) FROM t GROUP BY kind HAVING COUNT(*) > 1', [['ts', 2, 40, 20, 'Side.ts', 30]]],
    ['SELECT COUNT(*), COUNT(at), COUNT(DISTINCT kind), AVG(size) FROM t', [[4, 2, 3, 16.25]]],
    ['SELECT COUNT(*), SUM(size) FROM t WHERE size > 99', [[0, null]]],
    ['SELECT kind, COUNT(*) n FROM t GROUP BY kind ORDER BY n DESC, kind LIMIT 2', [['ts', 2], ['', 1]]],
    ['SELECT DISTINCT kind FROM t ORDER BY kind LIMIT 1 OFFSET 1;', [['md']]],
    ["SELECT name, 'it''s' \"a b\" FROM t WHERE size >= 30 -- the end", [['main.ts', "it's"]]],
    ['SELECT name FROM t LIMIT 0', []],
  ])('%s', (text, rows) => {
    expect(run(text).rows).toEqual(rows);
  });

  it('names its columns, and says whether there is more', () => {
    expect(run('SELECT name, COUNT(*), MAX(size) AS most FROM t GROUP BY name LIMIT 3')).toMatchObject({ columns: ['name', 'count(*)', 'most'], hasMore: true, scanned: 4 });
    expect(run('SELECT name FROM t', ROWS, { rowsMax: 4, heldBytesMax: 10_000 }).hasMore).toBe(false);
  });

  it('reads no further than it must', () => {
    let given = 0;
    function* endless(): Generator<Row> {
      for (;; given++) yield { name: `n${given}`, size: given };
    }
    expect(run('SELECT name FROM t LIMIT 3', endless()).rows).toEqual([['n0'], ['n1'], ['n2']]);
    expect(given).toBeLessThan(5);
  });

  it.each([
    'SELECT', 'SELECT * FROM', 'DELETE FROM t', 'SELECT * FROM t; DROP TABLE t', 'SELECT * FROM t WHERE', 'SELECT * FROM t WHERE size', 'SELECT nothing FROM t',
    'SELECT * FROM t WHERE COUNT(*) > 1', 'SELECT name, COUNT(*) FROM t', "SELECT * FROM t WHERE name = 'open", 'SELECT * FROM t LIMIT -1', 'SELECT * FROM t LIMIT 1.5',
    'SELECT * FROM t ORDER BY', 'SELECT size + 1 FROM t', 'SELECT * FROM t WHERE size IN (name)', 'SELECT constructor FROM t', 'SELECT SUM(*) FROM t', `SELECT * FROM t WHERE ${'('.repeat(60)}size = 1${')'.repeat(60)}`,
    `SELECT * FROM t WHERE ${'size = 1 OR '.repeat(1001)}size = 1`,
  ])('%s is refused', (text) => {
    expect(() => run(text)).toThrow(expect.objectContaining({ code: 'query-invalid' }));
  });

  it('holds no more than it may', () => {
    function* many(): Generator<Row> {
      for (let index = 0; index < 10_000; index++) yield { name: `${index}`.repeat(10), size: index, kind: 'x', at: null };
    }
    const bounds = { rowsMax: 10, heldBytesMax: 100_000 };
    expect(() => run('SELECT name FROM t ORDER BY size', many(), bounds)).toThrow(expect.objectContaining({ code: 'query-invalid' }));
    expect(() => run('SELECT COUNT(DISTINCT name) FROM t', many(), bounds)).toThrow(expect.objectContaining({ code: 'query-invalid' }));
    expect(run('SELECT COUNT(*), MAX(size) FROM t', many(), bounds).rows).toEqual([[10_000, 9999]]);
  });
});

describe('LIKE', () => {
  it.each([
    ['', '', true], ['', '%', true], ['abc', 'a%', true], ['abc', '%c', true], ['abc', 'a_c', true], ['abc', 'a_', false], ['abc', '%b%', true], ['aXbXc', 'a%X_', true],
    ['abc', 'abcd', false], ['a%', 'a%', true],
  ])('%j is like %j: %s', (text, pattern, isIt) => {
    expect(isLike(text, pattern)).toBe(isIt);
  });

  it('ends on what is meant to make it slow', () => {
    expect(isLike('a'.repeat(10_000), `${'%a'.repeat(100)}b`)).toBe(false);
  });
});
