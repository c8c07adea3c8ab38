import { describe, expect, it } from '@jest/globals';
import { bytesFromLatin1, bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { findTagSignature, signatureOffset } from './signature.js';
import { makeTag, parseTag, scanTagTarget, serializeTag, tagMessageText } from './tag.js';

const ID = '1'.repeat(40) as ObjectId;
const TEXT = `object ${ID}\ntype commit\ntag v1\ntagger T <t@example.com> 1112911993 -0700\n\nmessage\n`;
const TAGGER = { name: 'T', email: 't@example.com', timeSeconds: 1_112_911_993, timezone: '-0700' };

const parse = (text: string) => parseTag(bytesFromLatin1(text), SHA1);

describe('parseTag', () => {
  it('reads a tag', () => {
    const tag = parse(TEXT);
    expect(tag.target).toEqual({ id: ID, type: 'commit' });
    expect(tag.name).toBe('v1');
    expect(tag.tagger).toEqual(TAGGER);
    expect(tagMessageText(tag)).toBe('message\n');
  });

  it.each([
    ['no tagger', TEXT.replace(/tagger.*\n/, '')],
    ['no name', TEXT.replace('tag v1\n', '')],
    ['no message', TEXT.slice(0, TEXT.indexOf('\n\n') + 1)],
    ['further headers', TEXT.replace('\n\n', '\nx y\n z\n\n')],
    ['other bytes', TEXT.replace('message', '\0\xff\r')],
  ])('gives back a tag with %s', (_, text) => {
    expect(latin1FromBytes(serializeTag(parse(text)))).toBe(text);
  });

  it('has no tagger where there is none', () => {
    expect(parse(TEXT.replace(/tagger.*\n/, '')).tagger).toBeUndefined();
  });

  it.each(['', `object ${ID}\n`, `object ${ID.slice(1)}\ntype commit\n`, `object ${ID}\ntype thing\n`, `object ${ID}\ntype commit`, `object ${ID} \ntype tag\n`])(
    'refuses %j',
    (text) => {
      expect(() => scanTagTarget(bytesFromText(text), SHA1)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
    },
  );
});

describe('makeTag', () => {
  it('makes the bytes that Git makes', () => {
    const tag = makeTag({ target: { id: ID, type: 'commit' }, name: 'v1', tagger: TAGGER, message: 'message\n' });
    expect(textFromBytes(serializeTag(tag))).toBe(TEXT);
  });

  it.each([{ name: '' }, { name: 'a\nb' }, { tagger: { ...TAGGER, name: '<>' } }, { tagger: bytesFromText('a\nb') }])(
    'refuses %j',
    (change) => {
      const parts = { target: { id: ID, type: 'commit' as const }, name: 'v1', tagger: TAGGER, message: 'm' };
      expect(() => makeTag({ ...parts, ...change })).toThrow(expect.objectContaining({ code: 'object-invalid' }));
    },
  );
});

describe('signatures', () => {
  const signature = '-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n';

  it('stand at the end of the message and sign what is before', () => {
    const found = findTagSignature(parse(TEXT + signature));
    expect(found && textFromBytes(found.signature)).toBe(signature);
    expect(found && textFromBytes(found.payload)).toBe(TEXT);
    expect(findTagSignature(parse(TEXT))).toBeUndefined();
  });

  it('are the last that begin, at the start of a line', () => {
    const quoted = ` ${signature}${signature}${signature}`;
    expect(signatureOffset(bytesFromText(quoted))).toBe(1 + 2 * signature.length);
  });
});
