import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { makeCommit, parseCommit, scanCommit, serializeCommit } from './commit.js';
import { fsckObject } from './fsck.js';
import { parseHeaderBlock, serializeHeaderBlock } from './headers.js';
import { parseIdentity } from './identity.js';
import { parseTag, scanTagTarget, serializeTag } from './tag.js';
import { makeTree, MODE_BLOB, MODE_TREE, compareTreeEntries, parseTree, serializeTree } from './tree.js';

const oddText = fc
  .array(fc.constantFrom('\n', '\n', ' ', 'a', 'key', '\0', '\r\n', 'tree ', 'author ', '<', '>', '\xff', 'parent ', '1', '+0100'))
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));
const hex = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex') as ObjectId);

const commitBody = fc
  .tuple(hex, fc.array(hex, { maxLength: 3 }), oddText)
  .map(([tree, parents, rest]) =>
    Buffer.concat([bytesFromText(`tree ${tree}\n${parents.map((id) => `parent ${id}\n`).join('')}`), rest]),
  );
const tagBody = fc
  .tuple(hex, fc.constantFrom('commit', 'tree', 'blob', 'tag', 'what'), oddText)
  .map(([id, type, rest]) => Buffer.concat([bytesFromText(`object ${id}\ntype ${type}\n`), rest]));

function throwsOnlyGovcErrors(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(GovcError);
  }
}

describe('header blocks', () => {
  it('give back any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(oddText, fc.uint8Array()), (body) => {
        expect(latin1FromBytes(serializeHeaderBlock(parseHeaderBlock(body)))).toBe(latin1FromBytes(body));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('commits and tags', () => {
  it('give back the bytes of every commit that is read', () => {
    fc.assert(
      fc.property(commitBody, (body) => {
        throwsOnlyGovcErrors(() => {
          const commit = parseCommit(body, SHA1);
          expect(latin1FromBytes(serializeCommit(commit))).toBe(latin1FromBytes(body));
          expect(scanCommit(body, SHA1)).toMatchObject({ tree: commit.tree, parents: commit.parents });
          expect([commit.author.timeSeconds, commit.committer.timeSeconds].every(Number.isSafeInteger)).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('give back the bytes of every tag that is read', () => {
    fc.assert(
      fc.property(tagBody, (body) => {
        throwsOnlyGovcErrors(() => {
          const tag = parseTag(body, SHA1);
          expect(latin1FromBytes(serializeTag(tag))).toBe(latin1FromBytes(body));
          expect([tag.name.length, tag.tagger?.timeSeconds ?? 0].every(Number.isSafeInteger)).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('throw nothing but a GovcError, whatever they are read from', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), commitBody, tagBody), (bytes) => {
        for (const algorithm of [SHA1, SHA256]) {
          throwsOnlyGovcErrors(() => parseCommit(bytes, algorithm));
          throwsOnlyGovcErrors(() => scanCommit(bytes, algorithm));
          throwsOnlyGovcErrors(() => parseTag(bytes, algorithm));
          throwsOnlyGovcErrors(() => scanTagTarget(bytes, algorithm));
          throwsOnlyGovcErrors(() => parseTree(bytes, algorithm));
          for (const type of ['commit', 'tree', 'tag', 'blob'] as const) fsckObject(type, bytes, algorithm);
        }
        parseIdentity(bytes);
      }),
    );
  });

  it('are made of identities that are read back', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'é', '-', '.', ' ', '<', '\n', '"', '\u{1F600}') });
    fc.assert(
      fc.property(hex, word.filter((text) => /[aé-]/.test(text)), word, fc.nat(), (tree, name, email, timeSeconds) => {
        const author = { name, email, timeSeconds, timezone: '+0130' };
        const commit = makeCommit({ tree, parents: [], author, committer: author, message: 'm\n' });
        const read = parseCommit(serializeCommit(commit), SHA1);
        expect(read.author).toEqual(commit.author);
        expect(read.author).toMatchObject({ timeSeconds, timezone: '+0130' });
        expect(fsckObject('commit', serializeCommit(read), SHA1).map(({ id }) => id)).toEqual([]);
      }),
    );
  });
});

describe('trees', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '0', 'é', '~'), minLength: 1, maxLength: 3 });
  const entry = fc.record({
    mode: fc.constantFrom(MODE_TREE, MODE_BLOB),
    name: name.map(bytesFromText),
    id: hex.filter((id) => !/^0+$/.test(id)),
  });

  it('are sorted, sound to fsck, and read back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: (e) => latin1FromBytes(e.name) }), (entries) => {
        const safe = entries.filter((e) => !['.', '..'].includes(latin1FromBytes(e.name)));
        const body = serializeTree(makeTree(safe));
        expect(fsckObject('tree', body, SHA1)).toEqual([]);
        const read = parseTree(body, SHA1);
        expect(read.map((e) => [e.mode, latin1FromBytes(e.name), e.id])).toEqual(
          safe.sort(compareTreeEntries).map((e) => [e.mode, latin1FromBytes(e.name), e.id]),
        );
      }),
    );
  });

  it('refuse a name that comes twice, however far apart, as fsck does', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const safe = entries.filter((e) => !['.', '..'].includes(latin1FromBytes(e.name)));
        const unique = new Set(safe.map((e) => latin1FromBytes(e.name))).size === safe.length;
        const sorted = serializeTree(safe.slice().sort(compareTreeEntries));
        expect(fsckObject('tree', sorted, SHA1).some(({ id }) => id === 'duplicateEntries')).toBe(!unique);
        if (unique) makeTree(safe);
        else expect(() => makeTree(safe)).toThrow(expect.objectContaining({ code: 'path-invalid' }));
      }),
      { numRuns: 1000 },
    );
  });

  it('give back the bytes of every tree that is read', () => {
    const mode = fc.constantFrom('100644', '40000', '040000', '100664', '120000', '160000', '755', '0100644', '1', '7777777777');
    const raw = fc.tuple(mode, name, fc.uint8Array({ minLength: 20, maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(raw), (rows) => {
        const body = Buffer.concat(rows.flatMap(([m, n, id]) => [bytesFromText(`${m} ${n}\0`), id]));
        expect(latin1FromBytes(serializeTree(parseTree(body, SHA1)))).toBe(latin1FromBytes(body));
      }),
    );
  });
});
