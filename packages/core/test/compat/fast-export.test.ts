import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import { parseFetchRefspec } from '../../src/ref/refspec.js';
import type { FastExportQuery } from '../../src/repository/fast-export.js';
import { Repository } from '../../src/repository/repository.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

const put = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;

/** What a stream finds hard: odd paths, kinds that change, renames, encodings, tags of all kinds, roots, NULs. */
function oddities(): string {
  const head = (mark: number, rest: readonly string[] = []): string[] =>
    ['commit refs/heads/odd', `mark :${mark}`, 'author A <a@b> 1600000000 +0000', 'committer C <c@d> 1600000000 +0000', ...rest];
  const long = 'line of text\n'.repeat(40);
  return [
    ...head(1001), put('first'), 'M 100644 inline "a b"', put(long), 'M 100644 inline "q\\"uote"', put('x'),
    'M 100644 inline "tab\\tb"', put('x'), 'M 100644 inline é', put('x'), 'M 100644 inline dir/x', put('x'),
    'M 120000 inline link', put('a b'), `M 160000 ${'1'.repeat(40)} sub`,
    ...head(1002, ['encoding ISO-8859-1']), put('latin \xe9'), 'D dir/x', 'M 100644 inline dir', put('now a file'), 'M 100755 inline link', put('now a file'),
    ...head(1003), put('rename\n\nwith a body\n'), 'R "a b" moved/there', 'C moved/there copy', 'M 100644 inline copy', put(`${long}more\n`),
    ...head(1004), put('empty'),
    'commit refs/heads/root2', 'mark :1005', 'committer C <c@d> 1600000100 +0000', put(''), 'from 0000000000000000000000000000000000000000', 'M 100644 inline f', put(''),
    ...head(1006), put('merge'), 'merge :1005',
    'tag annotated', 'from :1003', 'tagger T <t@e> 1700000000 +0000', put('tag message\n'),
    'tag signed', 'from :1003', 'tagger T <t@e> 1700000000 +0000', put('signed\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n'),
    'reset refs/tags/light', 'from :1002', '', 'reset refs/heads/same', 'from :1004', '',
  ].join('\n') + '\n';
}

/** The first `--` ends the options of fast-export itself, and only the second one ends the revisions. */
const twoDashes = (args: readonly string[]): string[] => args.flatMap((arg) => (arg === '--' ? [arg, arg] : [arg]));

describeWithGit('fast-export streams, compared with git', () => {
  const git = new RealGit();
  let repository: Repository;

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
    git.read(['fast-import', '--quiet', '--force'], Buffer.from(branchyHistory(7, 60) + oddities(), 'utf8'));
    const nested = git.read(['mktag'], `object ${git.read(['rev-parse', 'annotated']).toString().trim()}\ntype tag\ntag nested\ntagger T <t@e> 1700000000 +0000\n\nnested\n`);
    git.read(['update-ref', 'refs/tags/nested', nested.toString().trim()]);
    const blob = git.read(['hash-object', '-w', '--stdin'], 'a tagged blob').toString().trim();
    git.read(['tag', 'blob', blob]);
    git.read(['tag', '-m', 'a blob', 'blob-tag', blob]);
    repository = await Repository.open(git.folder);
  });
  afterAll(() => {
    git.remove();
  });

  const make = (revisions: readonly string[], options: FastExportQuery): string => {
    const pieces: Uint8Array[] = [];
    for (const step of repository.fastExport(revisions, options)) if (step instanceof Uint8Array) pieces.push(step);
    return Buffer.concat(pieces).toString('latin1');
  };
  const base: FastExportQuery = { signedTags: 'verbatim', reencode: 'no', tagOfFilteredObject: 'drop' };
  const baseArgs = ['--signed-tags=verbatim', '--reencode=no', '--tag-of-filtered-object=drop'];
  const cases: readonly (readonly [args: readonly string[], revisions: readonly string[], options: FastExportQuery])[] = [
    [['--all'], ['--all'], {}],
    [['main'], ['main'], {}],
    [['odd', 'signed', 'same'], ['odd', 'signed', 'same'], {}],
    [['main~5..main'], ['main~5..main'], {}],
    [['--reference-excluded-parents', 'main', '^main~4', '^topic'], ['main', '^main~4', '^topic'], { referenceExcludedParents: true }],
    [['--branches', '--not', 'odd~1'], ['--branches', '--not', 'odd~1'], {}],
    [['--exclude=s*', '--branches=[os]*', '--not', '--glob=tags/l*'], ['--exclude=s*', '--branches=[os]*', '--not', '--glob=tags/l*'], {}],
    [['main...topic'], ['main...topic'], {}],
    [['--signed-tags=strip', '--all'], ['--all'], { signedTags: 'strip' }],
    [['--reencode=yes', 'odd'], ['odd'], { reencode: 'yes' }],
    [['-M', '--all'], ['--all'], { renames: { renames: 'renames' } }],
    [['-C', '--all'], ['--all'], { renames: { renames: 'copies' } }],
    [['-C', '-C', '--all'], ['--all'], { renames: { renames: 'copies', findCopiesHarder: true } }],
    [['--no-data', '--all'], ['--all'], { noData: true }],
    [['--full-tree', '--use-done-feature', 'odd'], ['odd'], { fullTree: true, useDoneFeature: true }],
    [['--show-original-ids', '--mark-tags', '--all'], ['--all'], { showOriginalIds: true, markTags: true }],
    [['--refspec', 'refs/heads/*:refs/heads/new/*', '--all'], ['--all'], { refspecs: [parseFetchRefspec('refs/heads/*:refs/heads/new/*', SHA1)] }],
    [['--tag-of-filtered-object=rewrite', '--mark-tags', 'annotated', '^odd'], ['annotated', '^odd'], { tagOfFilteredObject: 'rewrite', markTags: true }],
    [['--all', '--', 'd/d'], ['--all'], { paths: ['d/d'] }],
    [['--all', '--', 'a1'], ['--all'], { paths: ['a1'] }],
    [['main', 'odd', 'topic', '--', 'd/a1', 'b*', 'moved'], ['main', 'odd', 'topic'], { paths: ['d/a1', 'b*', 'moved'] }],
    [['--full-tree', '--all', '--', 'd/d', 'dir'], ['--all'], { fullTree: true, paths: ['d/d', 'dir'] }],
    [['--tag-of-filtered-object=rewrite', '--all', '--', 'd/a1', 'q*'], ['--all'], { tagOfFilteredObject: 'rewrite', paths: ['d/a1', 'q*'] }],
    [['--tag-of-filtered-object=rewrite', '--mark-tags', '--all', '--', 'dir'], ['--all'], { tagOfFilteredObject: 'rewrite', markTags: true, paths: ['dir'] }],
    [['--reference-excluded-parents', 'main', '^main~4', '--', 'd'], ['main', '^main~4'], { referenceExcludedParents: true, paths: ['d'] }],
    [['-M', '--all', '--', 'moved', 'a b', 'copy'], ['--all'], { renames: { renames: 'renames' }, paths: ['moved', 'a b', 'copy'] }],
    [['--all', '--', 'nothing'], ['--all'], { paths: ['nothing'] }],
  ];

  it.each(cases)('are the same for %j', (args, revisions, options) => {
    const result = git.run(['fast-export', ...baseArgs, ...twoDashes(args)]);
    if (result.status === 0) expect(make(revisions, { ...base, ...options })).toBe(result.stdout.toString('latin1'));
    else expect(() => make(revisions, { ...base, ...options })).toThrow();
  });

  it.each([
    ['a signed tag', ['signed'], {}], ['another encoding', ['odd'], {}], ['a tag of what is excluded', ['annotated', '^odd'], { reencode: 'no' as const }],
  ])('refuse %s unless told what to do', (_name, revisions, options) => {
    expect(git.run(['fast-export', ...revisions]).status).not.toBe(0);
    expect(() => make(revisions, options)).toThrow(expect.objectContaining({ code: 'export-refused' }));
  });
});
