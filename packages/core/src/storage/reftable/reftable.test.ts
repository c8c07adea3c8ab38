import { describe, expect, it } from '@jest/globals';
import { SHA1, SHA256 } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import { findSegment, mergeTables } from './merge-tables.js';
import { Table } from './read-table.js';
import { keyOfText, logKey, splitLogKey, type LogLine, type RefRecord } from './record.js';
import { writeTable, type TableContent } from './write-table.js';

const ID = '0123456789abcdef0123456789abcdef01234567' as ObjectId;
const OTHER = 'fedcba9876543210fedcba9876543210fedcba98' as ObjectId;
const ZERO = SHA1.zeroId;

const line = (over: Partial<LogLine> = {}): LogLine => ({
  oldId: ZERO, newId: ID, name: 'A', email: 'a@b', timeSeconds: 300, zone: -130, message: 'm\n', ...over,
});

const refs = (count: number): RefRecord[] => Array.from({ length: count }, (_, i): RefRecord => ({
  key: `refs/heads/b${String(i).padStart(6, '0')}`, updateIndex: 7,
  cell: { kind: 'direct', id: i.toString(16).padStart(40, '0') as ObjectId, peeled: undefined },
}));

const table = (content: Partial<TableContent>, options = {}): Table =>
  new Table(writeTable({ algorithm: SHA1, minUpdateIndex: 7, maxUpdateIndex: 9, refs: [], logs: [], ...content }, options), SHA1, 'test');

describe('a table', () => {
  it('has the bytes that the format names', () => {
    const bytes = writeTable({
      algorithm: SHA1, minUpdateIndex: 2, maxUpdateIndex: 3, logs: [],
      refs: [
        { key: 'HEAD', updateIndex: 2, cell: { kind: 'symbolic', target: 'refs/heads/m' } },
        { key: 'refs/a', updateIndex: 2, cell: { kind: 'direct', id: ID, peeled: undefined } },
        { key: 'refs/ab', updateIndex: 3, cell: { kind: 'deleted' } },
        { key: 'refs/t', updateIndex: 2, cell: { kind: 'direct', id: ID, peeled: OTHER } },
      ],
    });
    const header = '52454654' + '01001000' + '0000000000000002' + '0000000000000003';
    const records = [
      // What is shared with the key before, eight times the rest plus the kind, the rest, how much later than the first, the value.
      '00' + '23' + Buffer.from('HEAD').toString('hex') + '00' + '0c' + Buffer.from('refs/heads/m').toString('hex'),
      '00' + '31' + Buffer.from('refs/a').toString('hex') + '00' + ID,
      '06' + '08' + Buffer.from('b').toString('hex') + '01',
      '05' + '0a' + Buffer.from('t').toString('hex') + '00' + ID + OTHER,
    ];
    // The first record shares nothing, so that it is where a reader may begin.
    const body = `${records.join('')}00001c0001`;
    const size = (header.length + 8 + body.length) / 2;
    const block = `${header}72${size.toString(16).padStart(6, '0')}${body}`;
    const places = '0'.repeat(5 * 16);
    expect(Buffer.from(bytes).toString('hex').slice(0, -8)).toBe(block + header + places);
    expect(Buffer.from(bytes.subarray(-4)).toString('hex')).toBe(crcOf(Buffer.from(header + places, 'hex')));
  });

  it('names the other hash in a longer header of version 2', () => {
    const bytes = writeTable({ algorithm: SHA256, minUpdateIndex: 1, maxUpdateIndex: 1, refs: [], logs: [] });
    expect(Buffer.from(bytes.subarray(0, 8)).toString('hex')).toBe('5245465402001000');
    expect(Buffer.from(bytes.subarray(24, 28)).toString()).toBe('s256');
    expect(bytes.length).toBe(28 + 72);
    expect([...new Table(bytes, SHA256, 'empty').refs()]).toEqual([]);
    expect(() => new Table(bytes, SHA1, 'empty')).toThrow(expect.objectContaining({ code: 'reftable-invalid' }));
  });

  it.each([1, 3, 150, 5000])('gives back %i refs and their logs', (count) => {
    const records = refs(count);
    const logs = records.flatMap(({ key }) => [9, 8].map((updateIndex) => ({ key, updateIndex, line: updateIndex === 8 ? undefined : line({ message: `${key}\n` }) })));
    const read = table({ refs: records, logs });
    expect([...read.refs()]).toEqual(records);
    expect([...read.logs()]).toEqual(logs);
    expect(read.facts.refIndexAt > 0).toBe(count >= 5000);
    for (const i of [0, count >> 1, count - 1]) expect([...read.logsOf(records[i]!.key)]).toEqual(logs.slice(2 * i, 2 * i + 2));
    expect([...read.logsOf('refs/heads/')]).toEqual([]);
    expect([...read.logsOf('zzz')]).toEqual([]);
  });

  it('says which blocks name an object, with as few bytes of it as tell it from others', () => {
    const records = refs(5000).map((ref, i): RefRecord => (i % 10 === 0 ? { ...ref, cell: { kind: 'direct', id: ID, peeled: undefined } } : ref));
    const read = table({ refs: records }, { blockSize: 2048 });
    const found = [...read.objects()];
    expect(read.facts.objectIdSize).toBeGreaterThanOrEqual(2);
    expect(found).toHaveLength(new Set(records.map(({ cell }) => (cell.kind === 'direct' ? cell.id : ''))).size);
    const { positions } = found.find(({ prefix }) => ID.startsWith(prefix))!;
    expect(positions.length).toBeGreaterThan(7);
    expect(positions.every((position) => position % 2048 === 0)).toBe(true);
    expect([...table({ refs: records }, { indexesObjects: false }).objects()]).toEqual([]);
  });

  it('grows its blocks for what is larger than one', () => {
    const message = `${'x'.repeat(20_000)}\n`;
    const read = table({ logs: [{ key: 'HEAD', updateIndex: 8, line: line({ message }) }] });
    expect([...read.logs()][0]?.line?.message).toBe(message);
    expect(read.facts.blockSize).toBeGreaterThan(20_000);
  });

  it('refuses every damaged byte with an error of its own, or reads what is there', () => {
    const bytes = writeTable({ algorithm: SHA1, minUpdateIndex: 1, maxUpdateIndex: 9, refs: refs(40).map((ref) => ({ ...ref, updateIndex: 2 })), logs: [{ key: 'HEAD', updateIndex: 8, line: line() }] });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0xff;
      let code: unknown;
      try {
        const read = new Table(damaged, SHA1, 'damaged');
        expect([...read.refs(), ...read.logs(), ...read.objects()].length).toBeGreaterThanOrEqual(0);
      } catch (error) {
        code = (error as { code?: unknown }).code;
      }
      expect([at, code === undefined || code === 'reftable-invalid']).toEqual([at, true]);
    }
  });
});

describe('keys of lines', () => {
  it.each([0, 1, 255, 2 ** 31, 2 ** 32, 2 ** 53 - 1])('lead back to %d', (updateIndex) => {
    expect(splitLogKey(logKey('refs/ä', updateIndex))).toEqual({ key: 'refs/ä', updateIndex });
  });
  it('put newer lines first, and compare as bytes do', () => {
    expect(logKey('a', 2) < logKey('a', 1)).toBe(true);
    expect(keyOfText('\u{10000}') > keyOfText('\uffff')).toBe(true);
  });
});

describe('merging', () => {
  it('lets newer tables win, and forgets what is gone only where nothing older is left', () => {
    const older = table({ refs: refs(3), logs: [{ key: 'HEAD', updateIndex: 7, line: line() }] });
    const newer = table({
      refs: [{ ...refs(2)[1]!, cell: { kind: 'deleted' } }],
      logs: [{ key: 'HEAD', updateIndex: 8, line: line({ message: 'new\n' }) }, { key: 'HEAD', updateIndex: 7, line: undefined }],
    });
    const whole = mergeTables([older, newer], true);
    expect(whole.refs.map(({ key }) => key)).toEqual([refs(3)[0]!.key, refs(3)[2]!.key]);
    expect(whole.logs.map(({ line: each }) => each?.message)).toEqual(['new\n']);
    const part = mergeTables([older, newer], false);
    expect(part.refs).toHaveLength(3);
    expect(part.logs).toHaveLength(2);
    expect([whole.minUpdateIndex, whole.maxUpdateIndex]).toEqual([7, 9]);
  });

  it.each<[number[], number | undefined, number | undefined]>([
    [[], undefined, undefined], [[10], undefined, undefined], [[64, 32, 16], undefined, undefined],
    [[64, 32, 16, 16], 0, 4], [[100, 3, 3], 1, 3], [[512, 64, 17, 16, 9, 9, 9, 16, 2, 16], 1, 10],
  ])('of tables of %p', (sizes, start, end) => {
    expect(findSegment(sizes)).toEqual(start === undefined ? undefined : { start, end });
  });
});

/** The checksum of zlib, bit by bit. */
function crcOf(bytes: Uint8Array): string {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}
