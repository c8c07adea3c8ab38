import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { parsePackedRefs, serializePackedRefs } from './packed-refs.js';
import { parseRefName } from './ref-name.js';

const ONE = '1'.repeat(40) as ObjectId;
const TWO = '2'.repeat(40) as ObjectId;

const parse = (text: string) => parsePackedRefs(bytesFromText(text), SHA1);

describe('parsePackedRefs', () => {
  it('reads refs and what tags peel to', () => {
    const text = `# pack-refs with: peeled fully-peeled sorted \n${ONE} refs/heads/a\n${TWO} refs/tags/v1\n^${ONE}\n`;
    expect(parse(text)).toEqual([
      { name: 'refs/heads/a', id: ONE, peeled: undefined },
      { name: 'refs/tags/v1', id: TWO, peeled: ONE },
    ]);
  });

  it('reads an empty file, and one without a header in any order', () => {
    expect(parse('')).toEqual([]);
    const names = parse(`${ONE} refs/heads/b\n${TWO} refs/heads/a\n^${ONE}\n`);
    expect(names.map(({ name, peeled }) => [name, peeled])).toEqual([
      ['refs/heads/a', ONE],
      ['refs/heads/b', undefined],
    ]);
  });

  it('does not believe a header that says the refs are sorted', () => {
    const text = `# pack-refs with: sorted \n${ONE} refs/heads/b\n${TWO} refs/heads/a\n`;
    expect(parse(text).map(({ name }) => name)).toEqual(['refs/heads/a', 'refs/heads/b']);
  });

  it('lowers the digits of ids, accepts a tab, and reads names of any script', () => {
    expect(parse(`${'AB'.repeat(20)}\trefs/heads/größe\n`)).toEqual([
      { name: 'refs/heads/größe', id: 'ab'.repeat(20), peeled: undefined },
    ]);
  });

  it('reads ids of 64 digits in SHA-256 repositories', () => {
    const id = '3'.repeat(64);
    expect(parsePackedRefs(bytesFromText(`${id} refs/heads/a\n`), SHA256)[0]!.id).toBe(id);
  });

  it.each([
    ['a header of another kind', '# something\n'],
    ['a header without an end', '# pack-refs with: sorted'],
    ['a line without an end', `${ONE} refs/heads/a`],
    ['a short id', `${ONE.slice(1)} refs/heads/a\n`],
    ['no name', `${ONE} \n`],
    ['no space', `${ONE}refs/heads/a\n`],
    ['a bad name', `${ONE} refs/heads/a..b\n`],
    ['a peeled line first', `^${ONE}\n`],
    ['two peeled lines', `${ONE} refs/tags/a\n^${ONE}\n^${ONE}\n`],
    ['a short peeled line', `${ONE} refs/tags/a\n^${ONE.slice(1)}\n`],
    ['a name twice', `${ONE} refs/heads/a\n${TWO} refs/heads/a\n`],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'packed-refs-invalid' }));
  });

  it('refuses a name that is not UTF-8 rather than lose it', () => {
    const bytes = Buffer.concat([bytesFromText(`${ONE} refs/heads/`), Uint8Array.of(0xff, 0x0a)]);
    expect(() => parsePackedRefs(bytes, SHA1)).toThrow(expect.objectContaining({ code: 'packed-refs-invalid' }));
  });
});

describe('serializePackedRefs', () => {
  it('writes the header, sorts by bytes, and peels', () => {
    const bytes = serializePackedRefs([
      { name: parseRefName('refs/tags/v1'), id: TWO, peeled: ONE },
      { name: parseRefName('refs/heads/\u{1F600}'), id: ONE },
      { name: parseRefName('refs/heads/\uffe0'), id: ONE },
    ]);
    expect(textFromBytes(bytes)).toBe(
      `# pack-refs with: peeled fully-peeled sorted \n${ONE} refs/heads/\uffe0\n${ONE} refs/heads/\u{1F600}\n${TWO} refs/tags/v1\n^${ONE}\n`,
    );
  });

  it('refuses a name that comes twice', () => {
    const ref = { name: parseRefName('refs/heads/a'), id: ONE };
    expect(() => serializePackedRefs([ref, ref])).toThrow(expect.objectContaining({ code: 'packed-refs-invalid' }));
  });
});
