import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { parseLooseRef, serializeLooseRef } from './loose-ref.js';
import { HEAD, parseRefName } from './ref-name.js';
import { directRef, symbolicRef } from './ref-value.js';

const ID = 'ab'.repeat(20) as ObjectId;
const parse = (text: string) => parseLooseRef(bytesFromText(text), SHA1);

describe('parseLooseRef', () => {
  it.each([ID, `${ID}\n`, `${ID} `, `${ID}\t\tbranch 'x' of y\n`, `${ID}\r\n`, `${ID.toUpperCase()}\n`])(
    'reads the id in %j',
    (text) => {
      expect(parse(text)).toEqual(directRef(ID));
    },
  );

  it.each(['ref: refs/heads/main\n', 'ref:refs/heads/main', 'ref: \t refs/heads/main \n\n'])(
    'reads the name in %j',
    (text) => {
      expect(parse(text)).toEqual(symbolicRef(parseRefName('refs/heads/main')));
    },
  );

  it('reads a symbolic ref to HEAD', () => {
    expect(parse('ref: HEAD\n')).toEqual(symbolicRef(HEAD));
  });

  it.each(['', '\n', ID.slice(1), `${ID}x`, ` ${ID}`, 'ref: ', 'ref: main\n', 'ref: refs/heads/a b', 'Ref: refs/heads/a'])(
    'refuses %j',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'ref-invalid' }));
    },
  );
});

describe('serializeLooseRef', () => {
  it('ends the line', () => {
    expect(textFromBytes(serializeLooseRef(directRef(ID)))).toBe(`${ID}\n`);
    expect(textFromBytes(serializeLooseRef(symbolicRef(HEAD)))).toBe('ref: HEAD\n');
  });
});
