import { describe, expect, it } from '@jest/globals';
import { bytesFromHex } from '../bytes/hex.js';
import { bytesFromLatin1, bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { SHA1 } from '../hash/algorithm.js';
import { hashObject, type ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ParseConfig } from './fsck-blob.js';
import { parseFsckSeverities, parseFsckSkipList } from './fsck-message.js';
import { isFsckError, type FsckOptions } from './fsck-report.js';
import { fsckObject, FsckSession, type FsckSessionOptions } from './fsck.js';
import { isSafeSubmoduleName, isSafeSubmoduleUrl } from './submodule-safety.js';

const TREE = SHA1.emptyTreeId;
const BLOB = SHA1.emptyBlobId;
const PERSON = 'A <a@b> 1 +0000';

const ids = (type: ObjectType, body: Uint8Array, options: FsckOptions = {}) =>
  fsckObject(type, body, SHA1, options).map(({ id }) => id);
const commit = (text: string, options: FsckOptions = {}) => ids('commit', bytesFromLatin1(text), options);
const tag = (text: string, options: FsckOptions = {}) => ids('tag', bytesFromLatin1(text), options);
const treeBody = (...rows: [mode: string, name: string, id?: string][]) =>
  Buffer.concat(rows.flatMap(([mode, name, id]) => [bytesFromText(`${mode} ${name}\0`), bytesFromHex(id ?? BLOB)]));
const tree = (...rows: [mode: string, name: string, id?: string][]) => ids('tree', treeBody(...rows));

describe('commits', () => {
  const sound = `tree ${TREE}\nparent ${BLOB}\nauthor ${PERSON}\ncommitter ${PERSON}\n\nm`;

  it('pass when sound', () => {
    expect(commit(sound)).toEqual([]);
    expect(commit(sound.replace('\n\nm', '\nextra x\n'))).toEqual([]);
  });

  it.each([
    ['nulInHeader', sound.replace('author', 'au\0thor')],
    ['unterminatedHeader', sound.replace('\n\nm', '')],
    ['missingTree', sound.replace('tree', 'tre')],
    ['badTreeSha1', sound.replace(TREE, TREE.slice(1))],
    ['badParentSha1', sound.replace(BLOB, `${BLOB}0`)],
    ['missingAuthor', sound.replace(/author.*\n/, '')],
    ['multipleAuthors', sound.replace(/author.*\n/, (line) => line + line)],
    ['missingCommitter', sound.replace(/committer.*\n/, '')],
    ['missingNameBeforeEmail', sound.replace('author A ', 'author ')],
    ['badName', sound.replace('<', '')],
    ['missingEmail', sound.replace('<a@b>', '')],
    ['badName', sound.replace('A <', 'A> <')],
    ['missingSpaceBeforeEmail', sound.replace('A <', 'A<')],
    ['badEmail', sound.replace('a@b>', 'a@b')],
    ['badEmail', sound.replace('a@b', 'a<b')],
    ['missingSpaceBeforeDate', sound.replace('> 1', '>1')],
    ['badDate', sound.replace('> 1 ', '> x ')],
    ['badDate', sound.replace('> 1 ', '> 1')],
    ['zeroPaddedDate', sound.replace('> 1 ', '> 01 ')],
    ['badDateOverflow', sound.replace('> 1 ', '> 9223372036854775808 ')],
    ['badTimezone', sound.replace('+0000', '+000')],
    ['badTimezone', sound.replace('+0000', '+00000')],
    ['badTimezone', sound.replace('+0000', 'UTC')],
    ['nulInCommit', `${sound}\0`],
  ])('are found with %s', (id, text) => {
    expect(commit(text)).toEqual([id]);
  });

  it('pass with dates up to the largest, zero and extra white space', () => {
    expect(commit(sound.replace('> 1 ', '> 9223372036854775807 '))).toEqual([]);
    expect(commit(sound.replace('> 1 ', '> 0 '))).toEqual([]);
    expect(commit(sound.replace('> 1 ', '>  \t1 '))).toEqual([]);
  });

  it('are looked at further after a warning', () => {
    const overrides = parseFsckSeverities([['missingEmail', 'warn'], ['badtreesha1', 'ignore']]);
    const text = sound.replace('<a@b>', '').replace(TREE, 'x');
    expect(commit(`${text}\0`, { overrides })).toEqual(['missingEmail', 'nulInCommit']);
  });
});

describe('tags', () => {
  const sound = `object ${BLOB}\ntype blob\ntag v1\ntagger ${PERSON}\n\nm`;

  it('pass when sound, signed or bare', () => {
    expect(tag(sound)).toEqual([]);
    expect(tag(sound.replace('\n\nm', '\n'))).toEqual([]);
    expect(tag(sound.replace('\n\nm', '\ngpgsig x\n y\n\nm'))).toEqual([]);
  });

  it.each([
    ['missingObject', sound.replace('object', 'objec')],
    ['badObjectSha1', sound.replace(BLOB, 'x')],
    ['missingTypeEntry', sound.replace('type', 'typ')],
    ['badType', sound.replace('type blob', 'type thing')],
    ['missingTagEntry', sound.replace('tag v1\n', '')],
    ['badTagName', sound.replace('v1', 'v..1')],
    ['missingTaggerEntry', sound.replace(/tagger.*\n/, '')],
    ['badTimezone', sound.replace('+0000', '+0')],
  ])('are found with %s', (id, text) => {
    expect(tag(text)).toEqual([id]);
  });

  it('have further headers only where that is asked', () => {
    const extra = sound.replace('\n\nm', '\nx y\n\nm');
    expect(tag(extra)).toEqual([]);
    expect(tag(extra, { overrides: parseFsckSeverities([['extraHeaderEntry', 'error']]) })).toEqual(['extraHeaderEntry']);
  });
});

describe('trees', () => {
  it('pass when sound', () => {
    expect(tree(['100644', 'a.b'], ['40000', 'a'], ['120000', 'c'], ['160000', 'd'], ['100755', 'e'])).toEqual([]);
    expect(tree()).toEqual([]);
  });

  it.each<[string, [string, string, string?][]]>([
    ['nullSha1', [['100644', 'a', '0'.repeat(40)]]],
    ['fullPathname', [['100644', 'a/b']]],
    ['hasDot', [['40000', '.']]],
    ['hasDotdot', [['40000', '..']]],
    ['hasDotgit', [['40000', '.git']]],
    ['hasDotgit', [['40000', '.GIT']]],
    ['hasDotgit', [['40000', 'git~1']]],
    ['hasDotgit', [['40000', '.gi\u200ct']]],
    ['hasDotgit', [['40000', 'a\\.git']]],
    ['zeroPaddedFilemode', [['040000', 'a']]],
    ['badFilemode', [['100666', 'a']]],
    ['duplicateEntries', [['100644', 'a'], ['100644', 'a']]],
    ['duplicateEntries', [['100644', 'a'], ['100644', 'a-b'], ['40000', 'a']]],
    ['treeNotSorted', [['40000', 'a'], ['100644', 'a-b']]],
    ['largePathname', [['100644', 'a'.repeat(4097)]]],
    ['gitmodulesSymlink', [['120000', '.gitmodules']]],
    ['gitmodulesSymlink', [['120000', 'gitmod~1']]],
    ['gitattributesSymlink', [['120000', '.gitattributes']]],
    ['gitignoreSymlink', [['120000', '.GITIGNORE']]],
    ['mailmapSymlink', [['120000', '.mailmap']]],
  ])('are found with %s', (id, rows) => {
    expect(tree(...rows)).toEqual([id]);
  });

  it('take 100664 unless strict', () => {
    expect(ids('tree', treeBody(['100664', 'a']))).toEqual([]);
    expect(ids('tree', treeBody(['100664', 'a']), { strict: true })).toEqual(['badFilemode']);
  });

  it('that cannot be read are one finding, after what was seen before', () => {
    expect(ids('tree', bytesFromText('x'))).toEqual(['badTree']);
    expect(ids('tree', Buffer.concat([treeBody(['100644', 'a']), bytesFromText('x')]))).toEqual(['badTree']);
    expect(ids('tree', treeBody(['40000', '.'], ['10064x', 'b']))).toEqual(['badTree', 'hasDot']);
    expect(ids('tree', treeBody(['100644', '']))).toEqual(['badTree']);
  });
});

describe('severities', () => {
  it('are Git’s, and warnings are errors in strict mode', () => {
    const body = treeBody(['40000', '.git']);
    expect(fsckObject('tree', body, SHA1)[0]).toEqual({
      id: 'hasDotgit',
      severity: 'warn',
      message: "contains '.git'",
      type: 'tree',
      object: undefined,
    });
    expect(fsckObject('tree', body, SHA1, { strict: true }).every(isFsckError)).toBe(true);
    const overrides = parseFsckSeverities([['HASDOTGIT', 'warn']]);
    expect(fsckObject('tree', body, SHA1, { strict: true, overrides }).some(isFsckError)).toBe(false);
  });

  it('may name the longest path', () => {
    const overrides = parseFsckSeverities([['largePathname', 'warn:3']]);
    expect(ids('tree', treeBody(['100644', 'abcd']), { overrides })).toEqual(['largePathname']);
    expect(ids('tree', treeBody(['100644', 'abc']), { overrides })).toEqual([]);
  });

  it.each([
    ['noSuchThing', 'warn'],
    ['badDate', 'maybe'],
    ['nulInHeader', 'warn'],
    ['largePathname', 'warn:x'],
  ])('refuse %s = %s', (key, value) => {
    expect(() => parseFsckSeverities([[key, value]])).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('do not matter for objects that are skipped', () => {
    const body = treeBody(['40000', '.git']);
    const id = hashObject('tree', body, SHA1);
    const skipList = parseFsckSkipList(bytesFromText(`# known\n\n ${id} # why\n`), SHA1);
    expect(session({ skipList }).check(id, 'tree', body)).toEqual([]);
    expect(session({}).check(id, 'tree', body)).toHaveLength(1);
    expect(() => parseFsckSkipList(bytesFromText('x\n'), SHA1)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});

/** Enough of the config language for these tests: `section.subsection.key=value` lines. */
const parseConfig: ParseConfig = (bytes) =>
  latin1FromBytes(bytes).split('\n').filter(Boolean).map((line) => {
    const match = /^(\w+)\.(.*)\.(\w+)(?:=(.*))?$/.exec(line);
    if (match === null) throw new GovcError('config-invalid', 'no');
    return { section: match[1]!, subsection: match[2]!, key: match[3]!, value: match[4] };
  });

function session(options: Partial<FsckSessionOptions>): FsckSession {
  return new FsckSession({ algorithm: SHA1, parseConfig, ...options });
}

describe('FsckSession', () => {
  const gitmodules = bytesFromText('submodule.../x.url=-u\n');
  const blob = hashObject('blob', gitmodules, SHA1);
  const root = treeBody(['100644', '.gitmodules', blob]);
  const rootId = hashObject('tree', root, SHA1);

  it('checks a blob by the names that trees before it gave it', () => {
    const checks = session({});
    expect(checks.check(blob, 'blob', gitmodules)).toEqual([]);
    expect(checks.check(rootId, 'tree', root)).toEqual([]);
    expect(checks.pending()).toEqual([blob]);
    expect(checks.check(blob, 'blob', gitmodules).map(({ id }) => id)).toEqual(['gitmodulesName', 'gitmodulesUrl']);
    expect(checks.pending()).toEqual([]);
    expect(checks.finish(() => undefined)).toEqual([]);
  });

  it('checks at the end what came before its tree', () => {
    const checks = session({});
    checks.check(rootId, 'tree', root);
    const findings = checks.finish((id) => (id === blob ? { type: 'blob', body: gitmodules } : undefined));
    expect(findings.map(({ id, object }) => [id, object])).toEqual([
      ['gitmodulesName', blob],
      ['gitmodulesUrl', blob],
    ]);
  });

  it('finds special blobs that are missing, of another type, too large or unreadable', () => {
    const after = (find: Parameters<FsckSession['finish']>[0], options: Partial<FsckSessionOptions> = {}) => {
      const checks = session(options);
      checks.check(rootId, 'tree', root);
      return checks.finish(find).map(({ id }) => id);
    };
    expect(after(() => undefined)).toEqual(['gitmodulesMissing']);
    expect(after(() => undefined, { isPromised: () => true })).toEqual([]);
    expect(after(() => ({ type: 'tree', body: new Uint8Array(0) }))).toEqual(['gitmodulesBlob']);
    expect(after(() => ({ type: 'blob', body: bytesFromText('?') }))).toEqual(['gitmodulesParse']);
    const large = session({});
    large.check(rootId, 'tree', root);
    expect(large.check(blob, 'blob', undefined).map(({ id }) => id)).toEqual(['gitmodulesLarge']);
  });

  it('finds attributes with lines that Git does not read', () => {
    const check = (text: string) => {
      const body = bytesFromText(text);
      const id = hashObject('blob', body, SHA1);
      const checks = session({});
      checks.check('1'.repeat(40) as ObjectId, 'tree', treeBody(['100644', '.gitattributes', id]));
      return checks.check(id, 'blob', body).map((finding) => finding.id);
    };
    expect(check(`a\n${'x'.repeat(2047)}\n`)).toEqual([]);
    expect(check(`a\n${'x'.repeat(2048)}\n`)).toEqual(['gitattributesLineLength']);
    expect(check(`a\0${'x'.repeat(2048)}\n`)).toEqual([]);
  });

  it('finds commands and options in submodules', () => {
    const check = (text: string) => {
      const body = bytesFromText(text);
      const id = hashObject('blob', body, SHA1);
      const checks = session({});
      checks.check(rootId, 'tree', treeBody(['100644', '.gitmodules', id]));
      return checks.check(id, 'blob', body).map((finding) => finding.id);
    };
    expect(check('submodule.a.update=!rm\n')).toEqual(['gitmodulesUpdate']);
    expect(check('submodule.a.path=-x\n')).toEqual(['gitmodulesPath']);
    expect(check('submodule.a.path=x\nsubmodule.a.update=merge\nsubmodule.a.url\nother.a.url=-x\n')).toEqual([]);
  });
});

describe('submodules', () => {
  it.each([['a', true], ['a/b', true], ['a..b', true], ['', false], ['..', false], ['a/..', false], ['..\\a', false]])(
    'may be called %j: %s',
    (name, safe) => {
      expect(isSafeSubmoduleName(name)).toBe(safe);
    },
  );

  it.each([
    ['https://example.com/a.git', true],
    ['../a.git', true],
    ['./a:b', true],
    ['git@example.com:a/b.git', true],
    ['/a/b', true],
    ['git://example.com/a', true],
    ['http://user:p%40ss@example.com:8080/a/../b?x#y', true],
    ['https://[::1]:80/a', true],
    ['-u./x', false],
    ['https://example.com/a%0ahost=x', false],
    ['../a%0Ab', false],
    ['git://host/%0a', false],
    ['../../../:https://example.com', false],
    ['..//example.com', false],
    ['https:///a', false],
    ['https://:80/a', false],
    ['https://a b/c', false],
    ['https://a:0/c', false],
    ['https://a:65536/c', false],
    ['https://a/%zz', false],
    ['https://a/../b', false],
    ['http::https://example.com/a%0a', false],
    ['http::x', false],
  ])('may come from %s: %s', (url, safe) => {
    expect(isSafeSubmoduleUrl(url)).toBe(safe);
  });
});
