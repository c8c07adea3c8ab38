import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../../src/bytes/text.js';
import { runJob } from '../../src/job/job.js';
import { importStream, type ImportResult, type ImportStreamOptions } from '../../src/repository/fast-import.js';
import { Repository } from '../../src/repository/repository.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

const put = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
const WHO = 'committer C <c@d> 1600000000 +0100\n';
const head = (branch: string, mark: number): string => `commit refs/heads/${branch}\nmark :${mark}\n${WHO}`;
const notes = (count: number): string => Array.from({ length: count }, (_, i) =>
  `commit refs/heads/n${i}\nmark :${i + 1}\n${WHO}${put(`noted ${i}`)}\n`).join('') +
  `commit refs/notes/commits\n${WHO}${put('notes')}` + Array.from({ length: count }, (_, i) => `N inline :${i + 1}\n${put(`note ${i}`)}`).join('');

const STREAMS: Readonly<Record<string, string>> = {
  'a branchy history': branchyHistory(3, 120),
  'all ways to change files': [
    head('a', 1), put('one'), 'M 644 inline plain\n', put('x'), 'M 100755 inline "qu\\"o te\\303\\251"\n', put('y'), 'M 120000 inline l\n', put('plain'),
    `M 160000 ${'2'.repeat(40)} sub\n`, 'M 100644 inline d/e/f\n', put('deep'), 'M 100644 inline d/e.x\n', put('sorts before'), '\n',
    head('a', 2), put('two'), 'R d moved/d\nC moved/d/e copy\nD plain\nR "qu\\"o te\\303\\251" back\n\n',
    head('a', 3), put('three'), 'D moved/d/e/f\nD moved/d/e.x\nM 100644 inline copy\n', put('was a folder'), '\n',
    head('b', 4), put('four'), 'from :1\nmerge :3\nmerge refs/heads/a\ndeleteall\nM 100644 inline only\n', put('z'), '\n',
    head('b', 5), put('five'), 'from refs/heads/b^0\n'.replace('refs/heads/b^0', ':4'), 'C "" all\n', '\n',
  ].join(''),
  'data in all its forms': `${head('a', 1)}data <<END\nline one\nline two\nEND\nM 100644 inline f\ndata <<X\nX\nblob\nmark :7\ndata 3\nabc` +
    `\n${head('a', 2)}data 0\nM 100644 :7 g\n# a comment\nM 100644 :7 h`,
  'tags, resets and aliases': `${head('a', 1)}${put('x')}\ntag t\nmark :9\nfrom :1\noriginal-oid ${'1'.repeat(40)}\ntagger T <t@t> 1 +0000\n${put('tagged')}tag u\nfrom :9\n${put('of a tag, without a tagger')}` +
    `reset refs/heads/b\nfrom :1\n\nreset refs/heads/c\nreset refs/tags/light\nfrom refs/heads/a\nalias\nmark :20\nto :1\n\ncommit refs/heads/d\n${WHO}${put('y')}from :20\n`,
  'features, options and progress': `feature done\nfeature date-format=raw-permissive\noption git quiet\nprogress hello\ncommit refs/heads/a\nauthor A <a@b> 1600000000 +9900\n${WHO}encoding latin1\n${put('x')}checkpoint\n\ndone\nthis is not read`,
  'dates in rfc2822': `feature date-format=rfc2822\ncommit refs/heads/a\ncommitter C <c@d> Mon, 14 Sep 2020 10:11:12 -0330\n${put('x')}`,
  'no names': `commit refs/heads/a\nauthor <a@b> 1 +0000\ncommitter  <> 1 +0000\n${put('x')}`,
  'notes': notes(3),
  'many notes': notes(300),
  'an empty tree and a root made of another': `${head('a', 1)}${put('x')}M 100644 inline d/f\n${put('y')}\n${head('a', 2)}${put('x')}M 040000 4b825dc642cb6eb9a060e54bf8d69288fbee4904 d\n\n${head('b', 3)}${put('z')}from :1\nC d e\nM 040000 4b825dc642cb6eb9a060e54bf8d69288fbee4904 ""\n`,
};

const BROKEN: Readonly<Record<string, string>> = {
  'an unknown command': 'frobnicate\n',
  'a commit without a committer': 'commit refs/heads/a\ndata 1\nx',
  'data that is cut': `${head('a', 1)}data 100\nx`,
  'a mark that was not set': `${head('a', 1)}${put('x')}M 100644 :99 f\n`,
  'a mark of the wrong type': `${head('a', 1)}${put('x')}M 100644 :1 f\n`.replace(':1 f', ':1 f'),
  'a bad mode': `${head('a', 1)}${put('x')}M 100600 inline f\n${put('x')}`,
  'a bad date': `commit refs/heads/a\ncommitter C <c@d> yesterday\n${put('x')}`,
  'an empty name': `${head('a', 1)}${put('x')}M 100644 inline a//b\n${put('x')}`,
  'a rename of nothing': `${head('a', 1)}${put('x')}R a b\n`,
  'an unknown feature': 'feature flying\n',
  'a missing done': 'feature done\n',
  'an unfinished blob': 'blob\nmark :1\n',
  'a branch from itself': `${head('a', 1)}${put('x')}from refs/heads/a\n`,
};

describeWithGit('fast-import streams, compared with git', () => {
  let git: RealGit;
  beforeEach(() => {
    git = new RealGit();
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
  });
  afterEach(() => {
    git.remove();
  });

  const take = (repository: Repository, stream: Uint8Array, options: ImportStreamOptions & { readonly size?: number } = {}): ImportResult => {
    const { size = stream.length } = options;
    const pieces = Array.from({ length: Math.ceil(stream.length / Math.max(1, size)) }, (_, i) => stream.subarray(i * size, (i + 1) * size));
    return repository.propose({ origin: 'fast-import' }, (draft) => runJob(importStream(draft, pieces, options)));
  };
  const refsOf = (repository: Repository): string => [...repository.refs('refs/')]
    .map(({ name, value }) => `${value.kind === 'direct' ? value.id : ''} ${name}\n`).join('');

  it.each(Object.entries(STREAMS))('give the same refs for %s', (_name, text) => {
    const stream = bytesFromText(text);
    git.read(['fast-import', '--quiet', '--force'], stream);
    const expected = git.read(['for-each-ref', '--format=%(objectname) %(refname)']).toString();
    for (const size of [stream.length, 1000, 7]) {
      if (stream.length / size > 4000) continue;
      const repository = Repository.init();
      take(repository, stream, { size, nowSeconds: 1_700_000_000 });
      expect(refsOf(repository)).toBe(expected);
    }
  });

  it.each(Object.entries(BROKEN))('are refused for %s', (_name, text) => {
    expect(git.run(['fast-import', '--quiet'], text).status).not.toBe(0);
    expect(() => take(Repository.init(), bytesFromText(text))).toThrow(expect.objectContaining({ code: 'import-invalid' }));
  });

  it('answer questions alike', () => {
    const text = `blob\nmark :1\n${put('content')}get-mark :1\ncat-blob :1\ncommit refs/heads/a\nmark :2\n${WHO}${put('m')}M 100644 :1 "a b"\nls "a b"\nls ""\n` +
      `M 100644 inline d/x\ncat-blob :1\n${put('z')}ls "d"\nls "none"\ncat-blob :1\n\nls :2 d/x\nls :2 q"uote\n`;
    const answers: Uint8Array[] = [];
    take(Repository.init(), bytesFromText(text), { respond: (answer) => answers.push(answer) });
    expect(textFromBytes(Buffer.concat(answers))).toBe(git.read(['fast-import', '--quiet'], text).toString());
  });

  it('move branches forwards only, unless forced', () => {
    const repository = Repository.init();
    const first = bytesFromText(`${head('a', 1)}${put('one')}\n`);
    const other = bytesFromText(`${head('a', 1)}${put('other')}\n`);
    const next = bytesFromText(`commit refs/heads/a\n${WHO}${put('next')}from refs/heads/a^0\n`);
    take(repository, first);
    expect(take(repository, other).rejected.map(({ name }) => name)).toEqual(['refs/heads/a']);
    take(repository, next);
    for (const stream of [first, next]) git.read(['fast-import', '--quiet'], stream);
    expect(refsOf(repository)).toBe(git.read(['for-each-ref', '--format=%(objectname) %(refname)']).toString());
    expect(take(repository, other, { force: true }).rejected).toEqual([]);
  });

  it('give the marks that git gives, and go on from them', () => {
    const stream = bytesFromText(branchyHistory(9, 20));
    git.read(['fast-import', '--quiet', '--force', '--export-marks=marks'], stream);
    const repository = Repository.init();
    const { marks } = take(repository, stream);
    const lines = [...marks].sort(([left], [right]) => left - right).map(([mark, id]) => `:${mark} ${id}\n`).join('');
    expect(lines).toBe(git.read(['-C', '.', 'cat-file', '--batch-check', '--batch-all-objects']).length > 0
      ? git.read(['-c', 'alias.m=!cat marks', 'm']).toString() : '');
    const more = bytesFromText(`commit refs/heads/main\n${WHO}${put('more')}from :20\n`);
    take(repository, more, { importMarks: marks, force: true });
    git.read(['fast-import', '--quiet', '--force', '--import-marks=marks'], more);
    expect(refsOf(repository)).toBe(git.read(['for-each-ref', '--format=%(objectname) %(refname)']).toString());
  });

  it('give back what fast-export wrote', () => {
    const repository = Repository.init();
    take(repository, bytesFromText(branchyHistory(11, 60)), { force: true });
    const pieces: Uint8Array[] = [];
    for (const step of repository.fastExport(['--all'])) if (step instanceof Uint8Array) pieces.push(step);
    const copy = Repository.init();
    take(copy, Buffer.concat(pieces));
    expect(refsOf(copy)).toBe(refsOf(repository));
  });
});
