import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { abbreviateId } from '../../src/history/abbreviate-id.js';
import { PrettyCommit } from '../../src/history/pretty-commit.js';
import { formatCommit } from '../../src/history/pretty-format.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { archiveRevision, type ArchiveOptions } from '../../src/repository/archive.js';
import type { ReadContext } from '../../src/repository/read-context.js';
import { findHeadBranch, readDecorations } from '../../src/repository/ref-decorations.js';
import { Repository } from '../../src/repository/repository.js';
import { NO_REFLOGS } from '../../src/store/reflogs.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { describeWithGit, RealGit } from './real-git.js';

const LONG = 'd/'.repeat(60);
const FILES: Readonly<Record<string, string>> = {
  '.gitattributes': 'hidden export-ignore\nsecret/ export-ignore\n*.subst export-subst\n*.txt text\n*.crlf eol=crlf\n' +
    '*.auto text=auto eol=crlf\n*.id ident\n*.dat -diff\n*.utf16 working-tree-encoding=UTF-16LE\n',
  'a.txt': 'one\ntwo\n',
  'b.crlf': 'one\ntwo\r\nthree',
  'c.auto': 'plain\n',
  'd.auto': 'has\r\nboth\n',
  'e.id': '$Id$ and $Id: old$ and $Id: of another system $\n',
  'f.dat': 'text by name only'.repeat(20),
  'g.utf16': 'héllo\n',
  'hidden': 'x',
  'secret/inside': 'x',
  'empty': '',
  'nul\u00e9': 'a\0b'.repeat(100),
  'v.subst': '$Format:%H %h %T %t %P|%an <%ae> %ad|%cn %ci %cI %cD|%s|%b|%d|%D$ $Format: $Format:%%%n%x41$ $Format',
  [`${LONG}deep`]: 'in the prefix field',
  ['n'.repeat(120)]: 'needs a pax header',
  [`${LONG}${'m'.repeat(120)}`]: 'needs one too',
};

/** A history whose commits try the pretty formats. */
function stream(): string {
  const lines = ['blob', 'mark :1', 'data 4', 'link'];
  const put = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;
  const commit = (mark: number, message: string, rest: readonly string[], encoding = ''): void => {
    lines.push('commit refs/heads/main', `mark :${mark}`, 'author J\u00f6rg <joerg@example.com> 1600000000 +0530',
      'committer C <c@example.com> 1700000001 -0330', ...(encoding === '' ? [] : [`encoding ${encoding}`]), put(message), ...rest);
  };
  commit(2, '\n  Subject\nin two lines\n\n\nBody\n\nSigned-off-by: A <a@b>\nReviewed-by: B\n  <b@c>\n', Object.entries(FILES)
    .flatMap(([path, content]) => [`M 100644 inline ${path}`, put(content)]).concat([
      'M 100755 inline run', put('#!/bin/sh\n'), 'M 120000 :1 z-link', `M 120000 inline z-long`, put('t'.repeat(150)),
      `M 160000 ${'1'.repeat(40)} sub/module`,
    ]));
  commit(3, 'A subject with \u4e2d\u6587 wide characters, long enough to be wrapped and cut off', ['M 100644 inline late', put('late')]);
  commit(4, '', ['D late']);
  lines.push('tag v1', 'from :3', 'tagger T <t@e> 1700000000 +0000', put('tagged'), 'reset refs/remotes/origin/main', 'from :3', '');
  lines.push('reset refs/heads/other', 'from :2', '');
  return `${lines.join('\n')}\n`;
}

describeWithGit('archives and pretty formats, compared with git', () => {
  const git = new RealGit();
  let context: ReadContext;

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
    git.read(['fast-import', '--quiet'], stream());
    git.read(['gc', '-q']);
    const repository = await Repository.open(git.folder);
    const { snapshot } = repository;
    context = { snapshot, graph: new CommitGraph(snapshot.algorithm), reflogs: NO_REFLOGS, clock: () => 1_700_000_100_000 };
  });
  afterAll(() => {
    git.remove();
  });

  const make = (revision: string, options: ArchiveOptions = {}): Buffer => Buffer.concat([...archiveRevision(context, revision, options)]);
  const cases: readonly (readonly [name: string, args: readonly string[], revision: string, options: ArchiveOptions])[] = [
    ['a branch', ['main'], 'main', {}],
    ['a tag', ['v1'], 'v1', {}],
    ['a prefix', ['--prefix=p/q//', 'main'], 'main', { prefix: 'p/q//' }],
    ['a prefix that is no folder', ['--prefix=p', 'main~2'], 'main~2', { prefix: 'p' }],
    ['some paths', ['main', 'd', 'a.txt', '*.auto'], 'main', { paths: ['d', 'a.txt', '*.auto'] }],
    ['all paths but some', ['main', '.', ':!d'], 'main', { paths: ['.', ':!d'] }],
  ];

  it.each(cases)('makes the same tar of %s', (_name, args, revision, options) => {
    const id = git.read(['rev-parse', revision]).toString().trim();
    expect(make(id, options).equals(git.read(['archive', '--format=tar', ...args]))).toBe(true);
  });

  it.each(cases)('makes a zip of %s with the same entries, times, kinds and bytes', (_name, args, revision, options) => {
    const id = git.read(['rev-parse', revision]).toString().trim();
    const ours = make(id, { ...options, format: 'zip', level: 0 });
    expect(ours.equals(git.read(['archive', '--format=zip', '-0', ...args], '', { TZ: 'UTC' }))).toBe(true);
    for (const level of [1, 2, 3, 4, 6, 9]) {
      expect(make(id, { ...options, format: 'zip', level }).equals(git.read(['archive', '--format=zip', `-${level}`, ...args], '', { TZ: 'UTC' }))).toBe(true);
    }
    expect(make(id, { ...options, format: 'zip' }).equals(git.read(['archive', '--format=zip', ...args], '', { TZ: 'UTC' }))).toBe(true);
  });

  it.each([undefined, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('makes the same tar.gz at level %j', (level) => {
    const theirs = git.read(['archive', '--format=tar.gz', ...(level === undefined ? [] : [`-${level}`]), 'main']);
    expect(make('main', { format: 'tar.gz', level }).equals(theirs)).toBe(true);
  });

  it.each([
    '', ':tags', ':tags=false', ':abbrev=12', ':abbrev=0,tags', ':match=v*', ':exclude=v1', ':tags=maybe', ':tags=maybe,tags', ':tags=maybe,match=v*', ':tags,tags=', ':abbrev=x', ':match=', ':tags,abbrev=4,', ':what', ':match=w*,match=v*',
  ])('describes the commit once for $Format:%%(describe%s)$', (options) => {
    const head = git.read(['rev-parse', 'main']).toString().trim();
    const blob = git.read(['hash-object', '-w', '--stdin'], `$Format:%(describe${options})$ and again $Format:%(describe)$\n`).toString().trim();
    const attributes = git.read(['hash-object', '-w', '--stdin'], 'file export-subst\n').toString().trim();
    const tree = git.read(['mktree'], `100644 blob ${attributes}\t.gitattributes\n100644 blob ${blob}\tfile\n`).toString().trim();
    const commit = git.read(['commit-tree', '-p', head, '-m', 'described', tree]).toString().trim();
    const tar = git.read(['archive', '--format=tar', commit]);
    return Repository.open(git.folder).then((repository) => {
      const ours = Buffer.concat([...repository.archive(commit)]);
      expect(ours.equals(tar)).toBe(true);
    });
  });

  it('streams what is larger than the threshold', () => {
    const config = context.snapshot.config.with([{ section: 'core', subsection: undefined, key: 'bigfilethreshold', value: '100' } as never]);
    const streamed = { ...context, snapshot: { ...context.snapshot, config } };
    const tar = Buffer.concat([...archiveRevision(streamed, 'main')]);
    expect(tar.equals(git.read(['-c', 'core.bigFileThreshold=100', 'archive', 'main']))).toBe(true);
    const zip = Buffer.concat([...archiveRevision(streamed, 'main', { format: 'zip', level: 0 })]);
    expect(zip.equals(git.read(['-c', 'core.bigFileThreshold=100', 'archive', '--format=zip', '-0', 'main'], '', { TZ: 'UTC' }))).toBe(true);
    const deflated = Buffer.concat([...archiveRevision(streamed, 'main', { format: 'zip' })]);
    expect(deflated.equals(git.read(['-c', 'core.bigFileThreshold=100', 'archive', '--format=zip', 'main'], '', { TZ: 'UTC' }))).toBe(true);
  });

  it('adds files that are not in the tree', () => {
    const options = { extraFiles: [{ path: 'extra/file', content: Buffer.from('virtual') }] };
    expect(make('main', options).equals(git.read(['archive', '--add-virtual-file=extra/file:virtual', 'main']))).toBe(true);
  });

  it('refuses a path that matches nothing', () => {
    expect(() => make('main', { paths: ['no-such'] })).toThrow(expect.objectContaining({ code: 'path-missing' }));
  });

  const formats = [
    '%H %h %T %t %P %p', '%an|%ae|%al|%aN|%aE|%aL|%ad|%aD|%ai|%aI|%as|%at|%cn|%ce|%cd|%ct', '%s', '%f', '%b', '%B', '%e', '%d|%D',
    '%m%n%x41%x00%%', '%+s%-b% s', '%+b|% b|%-b', '%w(20,2,4)%s', '%w(20)%b', '%<(20)%s|', '%<(20,trunc)%s|', '%<(20,ltrunc)%s|',
    '%<(20,mtrunc)%s|', '%>(20)%an|', '%><(20)%an|', 'x     %>>(5)%an|', 'abc%<|(10)%an|', '%>|(30)%h', '%Q %a %az %(unknown)',
    '%C(red)x%C(reset)%C(always,bold blue)y%Cred', '%(trailers)', '%(trailers:only,unfold)', '%(trailers:key=reviewed-by,valueonly)',
    '%(trailers:separator=%x2C ,only)', '%(trailers:key=Signed-off-by,keyonly,separator=|)', '%(trailers:bogus)',
    '%(trailers:key_value_separator=%n>,only)', '%gd%gs%gn', '%G?', '%N',
  ];

  it.each(formats)('formats %j alike', (format) => {
    const { snapshot } = context;
    const ids = git.read(['rev-list', '--all']).toString().trim().split('\n') as ObjectId[];
    const decorations = readDecorations(snapshot);
    for (const id of ids) {
      const text = formatCommit(new PrettyCommit(id, snapshot.objects.find(id)!.body, snapshot.algorithm), format, {
        abbreviate: (other) => abbreviateId(snapshot.objects, other, 7),
        nowSeconds: 1_700_000_100,
        decorations: decorations.get(id),
        headBranch: findHeadBranch(snapshot),
      });
      const expected = git.read(['log', '-1', '--no-notes', `--format=tformat:${format}`, id]).toString();
      expect(`${text}\n`).toBe(expected);
    }
  });
});
