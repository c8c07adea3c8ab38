import { describe, expect, it } from '@jest/globals';
import { bytesFromHex } from '../bytes/hex.js';
import { bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import {
  canonicalMode,
  compareTreeEntries,
  findTreeEntry,
  makeTree,
  MODE_BLOB,
  MODE_EXECUTABLE,
  MODE_GITLINK,
  MODE_SYMLINK,
  MODE_TREE,
  parseTree,
  serializeTree,
  TreeCursor,
  type TreeEntry,
} from './tree.js';

const BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' as ObjectId;

const body = (...rows: [mode: string, name: string, id?: string][]) =>
  Buffer.concat(rows.flatMap(([mode, name, id]) => [bytesFromText(`${mode} ${name}\0`), bytesFromHex(id ?? BLOB)]));
const entry = (name: string, mode = MODE_BLOB, id = BLOB): TreeEntry => ({ mode, name: bytesFromText(name), id });
const names = (entries: readonly TreeEntry[]) => entries.map(({ name }) => textFromBytes(name));

describe('parseTree', () => {
  it('reads entries as they stand', () => {
    expect(parseTree(body(['100644', 'a'], ['40000', 'b']), SHA1)).toEqual([
      { mode: MODE_BLOB, name: bytesFromText('a'), id: BLOB },
      { mode: MODE_TREE, name: bytesFromText('b'), id: BLOB },
    ]);
    expect(parseTree(new Uint8Array(0), SHA1)).toEqual([]);
  });

  it.each([
    ['100664', MODE_BLOB],
    ['100755', MODE_EXECUTABLE],
    ['100700', MODE_EXECUTABLE],
    ['040000', MODE_TREE],
    ['120777', MODE_SYMLINK],
    ['160000', MODE_GITLINK],
    ['0', MODE_GITLINK],
  ])('reads the mode %s as Git does and keeps how it is written', (text, mode) => {
    const tree = body([text, 'a']);
    const [read] = parseTree(tree, SHA1);
    expect(read!.mode).toBe(mode);
    expect(latin1FromBytes(serializeTree([read!]))).toBe(latin1FromBytes(tree));
  });

  it('writes the mode of a copied entry, not what its source said', () => {
    const [old] = parseTree(body(['100664', 'a']), SHA1);
    expect(latin1FromBytes(serializeTree([{ ...old!, mode: MODE_EXECUTABLE }]))).toMatch(/^100755 a/);
  });

  it.each([
    ['no mode', Buffer.from(` a\0${'x'.repeat(20)}`)],
    ['a mode that is not octal', body(['100648', 'a'])],
    ['an empty name', body(['100644', ''])],
    ['a cut id', body(['100644', 'a']).subarray(0, -1)],
    ['no NUL', bytesFromText('100644 abc')],
    ['a mode alone', bytesFromText('100644')],
    ['ids of another hash', body(['100644', 'a'])],
  ])('refuses %s', (what, bytes) => {
    const algorithm = what === 'ids of another hash' ? SHA256 : SHA1;
    expect(() => parseTree(bytes, algorithm)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
  });
});

describe('TreeCursor', () => {
  it('points into the body', () => {
    const tree = body(['100664', 'ab'], ['40000', 'c']);
    const cursor = new TreeCursor(tree, SHA1);
    expect(cursor.next()).toBe(true);
    expect([cursor.mode, cursor.rawMode, cursor.nameStart, cursor.nameEnd, cursor.idOffset]).toEqual([
      MODE_BLOB, 0o100664, 7, 9, 10,
    ]);
    expect(cursor.nameEquals(bytesFromText('ab'))).toBe(true);
    expect(cursor.nameEquals(bytesFromText('a'))).toBe(false);
    expect(cursor.next()).toBe(true);
    expect(cursor.modeStart).toBe(30);
    expect(cursor.next()).toBe(false);
    expect(cursor.next()).toBe(false);
  });

  it('finds one entry', () => {
    const tree = body(['100644', 'a'], ['40000', 'b']);
    expect(findTreeEntry(tree, bytesFromText('b'), SHA1)).toMatchObject({ mode: MODE_TREE });
    expect(findTreeEntry(tree, bytesFromText('c'), SHA1)).toBeUndefined();
  });
});

describe('makeTree', () => {
  it('sorts a folder as if its name ended with a slash', () => {
    const tree = makeTree([entry('a0'), entry('a', MODE_TREE), entry('a.b'), entry('a-b'), entry('b')]);
    expect(names(tree)).toEqual(['a-b', 'a.b', 'a', 'a0', 'b']);
    expect(compareTreeEntries(entry('a'), entry('a'))).toBe(0);
  });

  it('makes the empty tree', () => {
    expect(hashObject('tree', serializeTree(makeTree([])), SHA1)).toBe(SHA1.emptyTreeId);
  });

  it('makes modes canonical', () => {
    expect(makeTree([entry('a', 0o100600)])[0]!.mode).toBe(MODE_BLOB);
    expect(canonicalMode(0o100111)).toBe(MODE_EXECUTABLE);
  });

  it.each(['', '.', '..', 'a/b', 'a\0b', '.git', '.GIT', 'git~1', '.git ', '.git::$INDEX_ALLOCATION', '.g\u200cit', 'a\\.git'])(
    'refuses the name %j',
    (name) => {
      expect(() => makeTree([entry(name)])).toThrow(expect.objectContaining({ code: 'path-invalid' }));
    },
  );

  it('refuses names that come twice, also as file and folder with others between', () => {
    const twice = [entry('a'), entry('a.b'), entry('a', MODE_TREE)];
    expect(() => makeTree(twice)).toThrow(expect.objectContaining({ code: 'path-invalid' }));
    expect(() => makeTree([entry('a'), entry('a', MODE_EXECUTABLE)])).toThrow(expect.objectContaining({ code: 'path-invalid' }));
  });

  it('refuses an entry that names no object', () => {
    expect(() => makeTree([entry('a', MODE_BLOB, SHA1.zeroId)])).toThrow(expect.objectContaining({ code: 'object-invalid' }));
  });

  it('keeps a mode of six digits that holds more than sixteen bits', () => {
    const body = bytesFromText('520000 link\0' + 'x'.repeat(20));
    expect(serializeTree(parseTree(body, SHA1))).toEqual(body);
  });
});
