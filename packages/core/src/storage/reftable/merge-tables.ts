import { logKey, type LogRecord, type RefRecord } from './record.js';
import type { Table } from './read-table.js';
import type { TableContent } from './write-table.js';

/** A run of tables in a stack, the oldest first; `end` is after the last. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

const FACTOR = 2;

/**
 * Which tables should become one, so that each is at least `factor` times as large as the next newer one; `undefined` where they
 * all are. From the newest such place on, older tables join as long as what is merged has grown to their size.
 *
 * @param sizes the oldest first
 */
export function findSegment(sizes: readonly number[], factor = FACTOR): Segment | undefined {
  let last = sizes.length - 1;
  while (last > 0 && sizes[last - 1]! >= sizes[last]! * factor) last--;
  if (last <= 0) return undefined;
  let start = last;
  let sum = sizes[last]!;
  for (let i = last - 1; i >= 0; i--) {
    if (sizes[i]! < sum * factor) start = i;
    sum += sizes[i]!;
  }
  return { start, end: last + 1 };
}

/**
 * One table with the effect of several.
 *
 * @param tables the oldest first
 * @param isWhole whether nothing older is left: then what was deleted need not be remembered
 * @throws {GovcError} reftable-invalid
 */
export function mergeTables(tables: readonly Table[], isWhole: boolean): Omit<TableContent, 'algorithm'> {
  const refs = new Map<string, RefRecord>();
  const logs = new Map<string, LogRecord>();
  for (const table of tables) {
    for (const record of table.refs()) refs.set(record.key, record);
    for (const record of table.logs()) logs.set(logKey(record.key, record.updateIndex), record);
  }
  return {
    minUpdateIndex: Math.min(...tables.map(({ facts }) => facts.minUpdateIndex)),
    maxUpdateIndex: Math.max(...tables.map(({ facts }) => facts.maxUpdateIndex)),
    refs: [...refs.values()].filter(({ cell }) => !isWhole || cell.kind !== 'deleted').sort(byKey),
    logs: [...logs].filter(([, { line }]) => !isWhole || line !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1)).map(([, record]) => record),
  };
}

/** For sorting by keys, none of which is there twice. */
export function byKey(left: { readonly key: string }, right: { readonly key: string }): number {
  return left.key < right.key ? -1 : 1;
}

/** For sorting lines of logs. */
export function byLogKey(left: LogRecord, right: LogRecord): number {
  return logKey(left.key, left.updateIndex) < logKey(right.key, right.updateIndex) ? -1 : 1;
}
