import { afterAll, expect, it } from '@jest/globals';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesFromHex } from '../../src/bytes/hex.js';
import { bytesFromLatin1, bytesFromText } from '../../src/bytes/text.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { hashObject, type ObjectType } from '../../src/hash/hash-object.js';
import { parseFsckSeverities } from '../../src/object/fsck-message.js';
import { isFsckError, type FsckFinding, type FsckOptions } from '../../src/object/fsck-report.js';
import { FsckSession } from '../../src/object/fsck.js';
import type { GitObject } from '../../src/object/object.js';
import { describeWithGit, RealGit } from './real-git.js';

const git = new RealGit();
afterAll(() => git.remove());

const TREE = SHA1.emptyTreeId;
const BLOB = SHA1.emptyBlobId;
const PERSON = 'A <a@b> 1 +0000';

const COMMIT = `tree ${TREE}\nauthor ${PERSON}\ncommitter ${PERSON}\n\nm\n`;
const commits = [
  COMMIT,
  COMMIT.replace('\n\nm\n', '\n'),
  COMMIT.replace('\n\nm\n', ''),
  COMMIT.replace('A', 'A\0'),
  COMMIT.replace('m', 'm\0'),
  COMMIT.replace('author A ', 'author '),
  COMMIT.replace('<a@b>', ''),
  COMMIT.replace('<', ''),
  COMMIT.replace('A <', 'A<'),
  COMMIT.replace('a@b>', 'a@b'),
  COMMIT.replace('a@b', 'a<b'),
  COMMIT.replace('> 1', '>1'),
  COMMIT.replace('> 1 ', '> 1'),
  COMMIT.replace('> 1 ', '> x '),
  COMMIT.replace('> 1 ', '> 01 '),
  COMMIT.replace('> 1 ', '> 0 '),
  COMMIT.replace('> 1 ', '>  1 '),
  COMMIT.replace('> 1 ', '> 9223372036854775807 '),
  COMMIT.replace('> 1 ', '> 9223372036854775808 '),
  COMMIT.replace('> 1 ', '> 18446744073709551616 '),
  COMMIT.replace('+0000', '+000'),
  COMMIT.replace('+0000', '+00000'),
  COMMIT.replace('+0000', '-1x00'),
  COMMIT.replace('+0000', ''),
  COMMIT.replace(/author.*\n/, ''),
  COMMIT.replace(/author.*\n/, (line) => line + line),
  COMMIT.replace(/committer.*\n/, ''),
  COMMIT.replace('committer', 'parent x\ncommitter'),
  COMMIT.replace('author', 'x y\nauthor'),
  COMMIT.replace('\n\n', '\nx y\n\n'),
];

const TAG = `object ${TREE}\ntype tree\ntag v1\ntagger ${PERSON}\n\nm\n`;
const tags = [
  TAG,
  TAG.replace('v1', 'v..1'),
  TAG.replace('v1', 'v 1'),
  TAG.replace('v1', '\xff'),
  TAG.replace(/tagger.*\n/, ''),
  TAG.replace('tagger A', 'tagger '),
  TAG.replace('+0000', '+00'),
  TAG.replace('\n\n', '\nx y\n\n'),
  TAG.replace('\n\nm\n', '\n'),
];

type Row = [mode: string, name: string, id?: string];
const GITMODULES = bytesFromText('[submodule "../x"]\n\turl = -u\n\tpath = -p\n\tupdate = !rm\n[submodule "ok"]\n\turl = ../x\n');
const ATTRIBUTES = bytesFromText(`${'x'.repeat(2048)} text\n`);
const BROKEN = bytesFromText('[submodule "x"\n');
const idOf = (body: Uint8Array): string => hashObject('blob', body, SHA1);
const trees: Row[][] = [
  [],
  [['100644', 'a'], ['40000', 'b', TREE]],
  [['40000', 'a', TREE], ['100644', 'a-b']],
  [['100644', 'a-b'], ['40000', 'a', TREE]],
  [['100644', 'b'], ['100644', 'a']],
  [['100644', 'a'], ['100644', 'a']],
  [['100644', 'a'], ['40000', 'a', TREE]],
  [['100644', 'a'], ['100644', 'a-b'], ['40000', 'a', TREE]],
  [['100644', 'foo'], ['100644', 'foo.bar'], ['100644', 'foo.bar.baz'], ['40000', 'foo.bar', TREE], ['40000', 'foo', TREE]],
  [['100644', '.git']],
  [['40000', '.GiT', TREE]],
  [['40000', 'GIT~1', TREE]],
  [['40000', '.git. .', TREE]],
  [['40000', '.g\u200cit', TREE]],
  [['100644', 'a\\.git\\x']],
  [['100644', '.git\u00e9']],
  [['100644', '.']],
  [['40000', '..', TREE]],
  [['100644', 'a/b']],
  [['040000', 'a', TREE]],
  [['0100644', 'a']],
  [['100664', 'a']],
  [['100666', 'a']],
  [['100644', 'a', '0'.repeat(40)]],
  [['160000', 'a', '1'.repeat(40)]],
  [['120000', '.gitmodules']],
  [['120000', '.GITIGNORE']],
  [['120000', 'gi7d29~1']],
  [['120000', '.mail\u200cmap']],
  [['120000', 'a\\.gitmodules']],
  [['100644', '.gitmodules', idOf(GITMODULES)]],
  [['100644', '.gitmodules', idOf(BROKEN)]],
  [['100644', '.gitattributes', idOf(ATTRIBUTES)]],
  [['100644', 'gitmod~1', idOf(BROKEN)]],
];

const objects = new Map<string, GitObject>();
function add(type: ObjectType, body: Uint8Array): void {
  objects.set(hashObject(type, body, SHA1), { type, body });
}
for (const body of [GITMODULES, ATTRIBUTES, BROKEN, new Uint8Array(0)]) add('blob', body);
for (const rows of trees) {
  add('tree', Buffer.concat(rows.flatMap(([mode, name, id]) => [bytesFromText(`${mode} ${name}\0`), bytesFromHex(id ?? BLOB)])));
}
for (const text of commits) add('commit', bytesFromLatin1(text));
for (const text of tags) add('tag', bytesFromLatin1(text));

/** `error in tree <id>: hasDot: contains '.'` as Git prints what it finds. */
function printed({ id, type, object, message, ...finding }: FsckFinding): string {
  return `${isFsckError(finding as FsckFinding) ? 'error' : 'warning'} in ${type} ${object!}: ${id}: ${message}`;
}

function ours(options: FsckOptions): string[] {
  const session = new FsckSession({ algorithm: SHA1, parseConfig, ...options });
  const findings = [...objects].flatMap(([id, { type, body }]) => session.check(id as never, type, body));
  findings.push(...session.finish((id) => objects.get(id)));
  return findings.map(printed).sort();
}

function theirs(args: readonly string[]): string[] {
  const { stderr, stdout } = git.run([...args]);
  return `${stderr}\n${stdout.toString('latin1')}`
    .split('\n')
    .filter((line) => /^(?:error|warning) in (?:commit|tree|tag|blob) [0-9a-f]{40}: \w+:/.test(line))
    .sort();
}

describeWithGit('git fsck', () => {
  it('finds the same in each object, in the same words', () => {
    git.read(['init', '-q']);
    for (const [id, { type, body }] of objects) {
      const written = git.read(['hash-object', '-w', '-t', type, '--literally', '--stdin'], body).toString().trim();
      expect(written).toBe(id);
    }
    // Git reads the name of a tag as bytes and prints it as such; the terminal's encoding is nobody's here.
    const utf8 = (lines: string[]) => lines.map((line) => line.replace(/[\u0080-\uffff]+/g, '?'));
    expect(theirs(['fsck', '--no-dangling']).length).toBeGreaterThan(40);
    expect(utf8(ours({}))).toEqual(utf8(theirs(['fsck', '--no-dangling'])));
    expect(utf8(ours({ strict: true }))).toEqual(utf8(theirs(['fsck', '--no-dangling', '--strict'])));
  });

  it('obeys the same severities', () => {
    const settings: [string, string][] = [
      ['missingEmail', 'warn'],
      ['hasDotgit', 'error'],
      ['badTimezone', 'ignore'],
      ['missingTaggerEntry', 'error'],
      ['extraHeaderEntry', 'warn'],
      ['zeroPaddedDate', 'ignore'],
      ['duplicateEntries', 'ignore'],
      ['gitmodulesParse', 'error'],
    ];
    appendFileSync(
      join(git.folder, '.git/config'),
      `[fsck]\n${settings.map(([key, value]) => `\t${key} = ${value}\n`).join('')}`,
    );
    expect(ours({ overrides: parseFsckSeverities(settings) }).map((line) => line.replace(/[\u0080-\uffff]+/g, '?'))).toEqual(
      theirs(['fsck', '--no-dangling']).map((line) => line.replace(/[\u0080-\uffff]+/g, '?')),
    );
  });
});
