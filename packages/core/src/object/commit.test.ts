import { describe, expect, it } from '@jest/globals';
import { bytesFromLatin1, bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { commitMessageText, makeCommit, parseCommit, scanCommit, serializeCommit, type CommitParts } from './commit.js';
import { commitPayload, findCommitSignature, signatureHeader } from './signature.js';

const TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as ObjectId;
const ONE = '1'.repeat(40) as ObjectId;
const AUTHOR = { name: 'A U Thor', email: 'a@example.com', timeSeconds: 1_112_911_993, timezone: '-0700' };
const COMMITTER = { name: 'C O Mitter', email: 'c@example.com', timeSeconds: 1_112_912_053, timezone: '+0530' };
const LINES = `author A U Thor <a@example.com> 1112911993 -0700\ncommitter C O Mitter <c@example.com> 1112912053 +0530\n`;
const PARTS: CommitParts = { tree: TREE, parents: [], author: AUTHOR, committer: COMMITTER, message: 'initial\n' };

const parse = (text: string) => parseCommit(bytesFromLatin1(text), SHA1);

describe('parseCommit', () => {
  it('reads an ordinary commit', () => {
    const commit = parse(`tree ${TREE}\nparent ${ONE}\nparent ${TREE}\n${LINES}\nsubject\n\nbody\n`);
    expect(commit.tree).toBe(TREE);
    expect(commit.parents).toEqual([ONE, TREE]);
    expect(commit.author).toEqual(AUTHOR);
    expect(commit.committer).toEqual(COMMITTER);
    expect(commit.encoding).toBeUndefined();
    expect(commit.extraHeaders).toEqual([]);
    expect(commitMessageText(commit)).toBe('subject\n\nbody\n');
  });

  it('unfolds continuation lines and keeps unknown headers in order', () => {
    const text = `tree ${TREE}\n${LINES}x-one 1\ngpgsig -----BEGIN\n \n line\n -----END\nHG:extra a b\n\nm\n`;
    const commit = parse(text);
    expect(commit.extraHeaders.map(({ key, value }) => [key, value && textFromBytes(value)])).toEqual([
      ['x-one', '1'],
      ['gpgsig', '-----BEGIN\n\nline\n-----END'],
      ['HG:extra', 'a b'],
    ]);
    expect(latin1FromBytes(serializeCommit(commit))).toBe(text);
  });

  it('decodes message and names by the encoding header', () => {
    const latin1 = parse(`tree ${TREE}\n${LINES.replace('A U', '\xc5 U')}encoding ISO-8859-1\n\nstr\xf6m\n`);
    expect(commitMessageText(latin1)).toBe('ström\n');
    expect(latin1.author.name).toBe('Å U Thor');
    expect(latin1.encoding).toBe('ISO-8859-1');
    expect(commitMessageText(parse(`tree ${TREE}\n${LINES}encoding windows-1252\n\n\x80\n`))).toBe('€\n');
    expect(commitMessageText(parse(`tree ${TREE}\n${LINES}encoding EUC-JP\n\n\xc6\xfc\n`))).toBe('日\n');
    expect(commitMessageText(parse(`tree ${TREE}\n${LINES}encoding no-such\n\nplain\n`))).toBe('plain\n');
  });

  it.each([
    ['no message', `tree ${TREE}\n${LINES}`],
    ['no headers but the tree', `tree ${TREE}\n`],
    ['an empty message', `tree ${TREE}\n${LINES}\n`],
    ['an unterminated last header', `tree ${TREE}\n${LINES}x`],
    ['NULs and carriage returns', `tree ${TREE}\n${LINES.replace(/\n/g, '\r\n')}\r\n\0\n\n\0`],
    ['two authors', `tree ${TREE}\n${LINES}${LINES}\nm`],
    ['a continuation of nothing', `tree ${TREE}\n\n x`],
    ['a key without a space and a continuation', `tree ${TREE}\nkey\n more\n more\n\n`],
    ['ids in capitals', `tree ${TREE.toUpperCase()}\n${LINES}\nm`],
  ])('gives back a commit with %s', (_, text) => {
    expect(latin1FromBytes(serializeCommit(parse(text)))).toBe(text);
  });

  it('reads odd identities leniently', () => {
    const author = (line: string) => parse(`tree ${TREE}\nauthor ${line}\n\n`).author;
    expect(author('nobody')).toEqual({ name: 'nobody', email: '', timeSeconds: 0, timezone: '+0000' });
    expect(author('<>')).toEqual({ name: '', email: '', timeSeconds: 0, timezone: '+0000' });
    expect(author('A <a@b> x')).toMatchObject({ name: 'A', timeSeconds: 0 });
    expect(author('A <a@b> 12 -0000')).toMatchObject({ timeSeconds: 12, timezone: '-0000' });
    expect(author('A <a>b> 12 +0100')).toMatchObject({ email: 'a', timeSeconds: 12 });
    expect(author('A <a@b> 99999999999999999999 +0100').timeSeconds).toBe(0);
    expect(parse(`tree ${TREE}\n\n`).author).toEqual({ name: '', email: '', timeSeconds: 0, timezone: '+0000' });
  });

  it.each(['', 'tree', `tree ${TREE}`, `tree ${TREE.slice(1)}\n`, `parent ${ONE}\n`, `tree ${TREE} \n`, `tree ${TREE}\nparent 1\n`])(
    'refuses %j',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
      expect(() => scanCommit(bytesFromLatin1(text), SHA1)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
    },
  );

  it('reads SHA-256 commits', () => {
    const commit = parseCommit(bytesFromText(`tree ${SHA256.emptyTreeId}\n${LINES}\nm\n`), SHA256);
    expect(commit.tree).toBe(SHA256.emptyTreeId);
  });
});

describe('scanCommit', () => {
  const time = (lines: string) => scanCommit(bytesFromLatin1(`tree ${TREE}\nparent ${ONE}\n${lines}\nm\n`), SHA1).timeSeconds;

  it('gives the ids and the time of the committer', () => {
    expect(scanCommit(bytesFromText(`tree ${TREE}\nparent ${ONE}\n${LINES}\nm`), SHA1)).toEqual({
      tree: TREE,
      parents: [ONE],
      timeSeconds: 1_112_912_053,
    });
  });

  it.each([
    ['', 0],
    ['author A <a> 1 +0000\n', 0],
    ['author A <a> 1 +0000\ncommitter C <c> x\n', 0],
    ['author A <a> 1 +0000\ncommitter C <c>\n', 0],
    ['author A <a> 1 +0000\ncommitter C\n', 0],
    ['author A <a> 1 +0000\ncommitter C <c>> 7 +0000\n', 7],
    ['author A <a> 1 +0000\ncommitter C <c>   7+0000\n', 7],
    ['author A <a> 1 +0000\nauthor B <a> 1 +0000\ncommitter C <c> 7 +0000\n', 0],
    ['author A <a> 1 +0000\ncommitter C <c> 99999999999999999999 +0000\n', Number.MAX_SAFE_INTEGER],
  ])('reads the time of %j as %d', (lines, expected) => {
    expect(time(lines)).toBe(expected);
  });
});

describe('makeCommit', () => {
  it('makes the bytes that Git makes', () => {
    const body = serializeCommit(makeCommit(PARTS));
    expect(textFromBytes(body)).toBe(`tree ${TREE}\n${LINES}\ninitial\n`);
    expect(hashObject('commit', body, SHA1)).toBe('2968258cfeaf6e3f83228fb2a8b67820b2e5d693');
  });

  it('cleans names as Git does', () => {
    const commit = makeCommit({ ...PARTS, author: { ...AUTHOR, name: ' "A\n<U> Thor,', email: "'<a@b>;" } });
    expect(commit.author).toMatchObject({ name: 'AU Thor', email: 'a@b' });
  });

  it('puts the encoding before further headers and encodes text by it', () => {
    const commit = makeCommit({
      ...PARTS,
      message: 'ström\n',
      encoding: 'ISO-8859-1',
      extraHeaders: [{ key: 'x', value: bytesFromText('a\nb') }],
    });
    expect(latin1FromBytes(serializeCommit(commit))).toBe(
      `tree ${TREE}\n${LINES}encoding ISO-8859-1\nx a\n b\n\nstr\xf6m\n`,
    );
    expect(makeCommit({ ...PARTS, encoding: 'UTF-8' }).headers.map(({ key }) => key)).toEqual(['tree', 'author', 'committer']);
  });

  it('keeps an identity that was read, byte for byte', () => {
    const odd = parse(`tree ${TREE}\nauthor  odd\xff < > 1\n${LINES.split('\n')[1]!}\n\n`);
    const amended = makeCommit({ ...PARTS, author: odd.authorBytes, extraHeaders: odd.extraHeaders });
    expect(latin1FromBytes(amended.authorBytes)).toBe(' odd\xff < > 1');
  });

  it.each<[string, Partial<CommitParts>]>([
    ['an empty name', { author: { ...AUTHOR, name: '' } }],
    ['a name of marks only', { author: { ...AUTHOR, name: ' ,<>' } }],
    ['a NUL in a name', { committer: { ...AUTHOR, name: 'a\0b' } }],
    ['a date before 1970', { committer: { ...AUTHOR, timeSeconds: -1 } }],
    ['a zone of words', { committer: { ...AUTHOR, timezone: 'CET' } }],
    ['a NUL in the message', { message: 'a\0b' }],
    ['raw bytes of two lines', { author: bytesFromText('a\nb') }],
    ['a header of its own', { extraHeaders: [{ key: 'parent', value: bytesFromText(ONE) }] }],
    ['a key with a space', { extraHeaders: [{ key: 'a b', value: bytesFromText('x') }] }],
    ['an encoding that cannot be written', { encoding: 'EUC-JP' }],
    ['a character that the encoding lacks', { encoding: 'ISO-8859-1', message: '日' }],
  ])('refuses %s', (_, change) => {
    expect(() => makeCommit({ ...PARTS, ...change })).toThrow(expect.objectContaining({ code: 'object-invalid' }));
  });
});

describe('signatures', () => {
  it('are taken out of a commit with what they sign', () => {
    const unsigned = makeCommit(PARTS);
    const signature = bytesFromText('-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n');
    const signed = makeCommit({ ...PARTS, extraHeaders: [signatureHeader(signature)] });
    expect(latin1FromBytes(serializeCommit(signed))).toContain('gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END');
    expect(latin1FromBytes(commitPayload(signed))).toBe(latin1FromBytes(serializeCommit(unsigned)));
    expect(latin1FromBytes(findCommitSignature(signed)!.signature)).toBe(latin1FromBytes(signature));
    expect(findCommitSignature(unsigned)).toBeUndefined();
  });
});
