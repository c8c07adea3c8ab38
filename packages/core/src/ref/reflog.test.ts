import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import {
  cleanReflogMessage,
  parseReflog,
  parseReflogLine,
  readReflogBackwards,
  serializeReflogEntry,
  type ReflogEntry,
} from './reflog.js';

const ZERO = SHA1.zeroId;
const ONE = '1'.repeat(40) as ObjectId;
const ENTRY: ReflogEntry = {
  oldId: ZERO,
  newId: ONE,
  name: 'A U Thor',
  email: 'a@example.com',
  timeSeconds: 1_112_911_993,
  timezone: '-0700',
  message: 'commit (initial): first',
};
const LINE = `${ZERO} ${ONE} A U Thor <a@example.com> 1112911993 -0700\tcommit (initial): first`;

const parse = (line: string) => parseReflogLine(bytesFromText(line), SHA1);

describe('parseReflogLine', () => {
  it('reads a line', () => {
    expect(parse(LINE)).toEqual(ENTRY);
  });

  it('reads one without a message, or with a message that has brackets and tabs', () => {
    expect(parse(LINE.split('\t')[0]!).message).toBe('');
    expect(parse(LINE.replace('first', 'a > b <c>\td')).message).toBe('commit (initial): a > b <c>\td');
  });

  it('reads odd identities as they are', () => {
    expect(parse(LINE.replace('A U Thor <', '<')).name).toBe('');
    expect(parse(LINE.replace('A U Thor', 'A\tU'))).toMatchObject({ name: 'A\tU', message: ENTRY.message });
    expect(parse(LINE.replace('A U Thor <a', 'a'))).toMatchObject({ name: '', email: 'a@example.com'.slice(0) });
  });

  it.each([
    ['a short id', LINE.slice(1)],
    ['no identity', `${ZERO} ${ONE} \tx`],
    ['no bracket', LINE.replace('>', '')],
    ['no date', LINE.replace('1112911993 ', '')],
    ['two spaces', LINE.replace('> ', '>  ')],
    ['a short zone', LINE.replace('-0700', '-070')],
    ['nothing', ''],
  ])('refuses %s', (_, line) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'reflog-invalid' }));
  });
});

describe('reading a whole log', () => {
  const log = bytesFromText(`${LINE}\ngarbage\n\n${LINE.replace('first', 'second')}\n${LINE.replace('first', 'cut o')}`);

  it('leaves out what is no entry and a last line that was cut off', () => {
    expect(parseReflog(log, SHA1).map(({ message }) => message)).toEqual([
      'commit (initial): first',
      'commit (initial): second',
    ]);
  });

  it('gives the newest first, as far as asked', () => {
    const entries = readReflogBackwards(log, SHA1);
    expect(entries.next().value).toMatchObject({ message: 'commit (initial): second' });
    expect(entries.next().value).toMatchObject({ message: 'commit (initial): first' });
    expect(entries.next().done).toBe(true);
    expect(parseReflog(new Uint8Array(0), SHA1)).toEqual([]);
  });
});

describe('serializeReflogEntry', () => {
  it('writes a line', () => {
    expect(textFromBytes(serializeReflogEntry(ENTRY))).toBe(`${LINE}\n`);
  });

  it('makes one line of any message, and none of an empty one', () => {
    expect(textFromBytes(serializeReflogEntry({ ...ENTRY, message: ' commit:\n\n\tx  y\r\n' }))).toBe(
      `${LINE.split('\t')[0]!}\tcommit: x y\n`,
    );
    expect(textFromBytes(serializeReflogEntry({ ...ENTRY, message: ' \n' }))).toBe(`${LINE.split('\t')[0]!}\n`);
    expect(cleanReflogMessage('a\0b')).toBe('a');
  });

  it.each([{ name: 'a\nb' }, { name: 'a<b' }, { email: 'x>' }, { timezone: 'UTC' }, { timeSeconds: -1 }, { timeSeconds: 1.5 }])(
    'refuses %j',
    (change) => {
      expect(() => serializeReflogEntry({ ...ENTRY, ...change })).toThrow(
        expect.objectContaining({ code: 'reflog-invalid' }),
      );
    },
  );
});
