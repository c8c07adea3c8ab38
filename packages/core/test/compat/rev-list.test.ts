import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Repository } from '../../src/repository/repository.js';
import type { RevListQuery } from '../../src/repository/rev-list.js';
import { fastImportStream, planHistory, seededRandom } from '../random-history.js';
import { describeWithGit, RealGit } from './real-git.js';

type Option = readonly [readonly string[], RevListQuery];

const OPTIONS: readonly Option[] = [
  [['--topo-order'], { order: 'topo' }],
  [['--date-order'], { order: 'date' }],
  [['--author-date-order'], { order: 'author-date' }],
  [['--reverse'], { reverse: true }],
  [['--first-parent'], { firstParent: true }],
  [['--exclude-first-parent-only'], { excludeFirstParentOnly: true }],
  [['--merges'], { minParents: 2 }],
  [['--no-merges'], { maxParents: 1 }],
  [['--max-count=9', '--skip=2'], { maxCount: 9, skip: 2 }],
  [['--boundary'], { boundary: true }],
  [['--parents'], { parents: true }],
  [['--children'], { children: true }],
  [['--full-history'], { fullHistory: true }],
  [['--sparse'], { sparse: true }],
  [['--simplify-merges'], { simplifyMerges: true }],
  [['--show-pulls'], { showPulls: true }],
  [['--remove-empty'], { removeEmpty: true }],
  [['--max-age=1600000600'], { since: 1_600_000_600 }],
  [['--min-age=1600000900'], { until: 1_600_000_900 }],
  [['--since-as-filter=2020-09-13T12:40:00Z'], { sinceAsFilter: '2020-09-13T12:40:00Z' }],
  [['--author=A1 ', '--author=a2', '-i'], { author: ['A1 ', 'a2'], ignoreCase: true }],
  [['--committer=C0'], { committer: 'C0' }],
  [['--grep=^Fix (.*)$', '--grep=1'], { grep: ['^Fix (.*)$', '1'] }],
  [['--grep=Mend|change', '--grep=[5-9]$', '-E', '--all-match'], { grep: ['Mend|change', '[5-9]$'], patternSyntax: 'extended', allMatch: true }],
  [['--grep=(', '-F', '--invert-grep'], { grep: '(', patternSyntax: 'fixed', invertGrep: true }],
  [['--author=A1', '--grep=Add', '--committer=C'], { author: 'A1', grep: 'Add', committer: 'C' }],
  [['--simplify-by-decoration'], { simplifyByDecoration: true }],
];

describeWithGit('revision lists compared with git rev-list', () => {
  describe.each([
    { seed: 1, width: 4, mergeEvery: 3, skewEvery: 0 },
    { seed: 2, width: 9, mergeEvery: 2, skewEvery: 4 },
  ])('on the history $seed', ({ seed, ...shape }) => {
    const git = new RealGit();
    const plan = planHistory(seed, { ...shape, count: 160 });
    let repository: Repository;
    const ask = (query: RevListQuery): string => [...repository.revList(query)].map(({ id, side, isBoundary, parents, children }) => {
      const others = query.parents === true ? parents : query.children === true ? (children ?? []) : [];
      return [`${isBoundary ? '-' : side === 'left' ? '<' : '>'}${id}`, ...others].join(' ');
    }).join('\n');
    const expectSame = (args: readonly string[], query: RevListQuery): void => {
      const theirs = git.read(['rev-list', '--left-right', ...args]).toString().trimEnd();
      expect([args, ask(query)]).toEqual([args, theirs]);
    };

    beforeAll(async () => {
      git.read(['init', '-q', '--bare']);
      git.read(['fast-import', '--quiet'], fastImportStream(plan, seed));
      git.read(['symbolic-ref', 'HEAD', `refs/heads/c${plan.length - 1}`]);
      repository = await Repository.open(git.folder);
    });
    afterAll(async () => {
      await repository.close();
      git.remove();
    });

    it('gives the same lines for each option and for pairs of options', () => {
      const random = seededRandom(seed);
      const revision = (): string => `c${random(plan.length)}`;
      const ranges = (): string[] => [
        ['HEAD'], ['--all'], [`${revision()}..${revision()}`], [`${revision()}...HEAD`], ['HEAD', `^${revision()}`, revision()],
        ['--branches=c1*', '--not', revision()],
      ][random(6)]!;
      const paths = (): string[] => [[], ['d'], ['a', 'f/b'], ['d/e/c.txt'], ['*.txt'], [':!d']][random(6)]!;
      for (let round = 0; round < 90; round++) {
        const first = OPTIONS[round % OPTIONS.length]!;
        const second = OPTIONS[random(OPTIONS.length)]!;
        const options = round < OPTIONS.length || areAtOdds(first[1], second[1]) ? [first] : [first, second];
        const revisions = ranges();
        const names = paths();
        const query = Object.assign({}, ...options.map(([, each]) => each)) as RevListQuery;
        expectSame([...options.flatMap(([each]) => each), ...revisions, '--', ...names], { ...query, revisions, paths: names });
      }
    });

    it('gives the same sides, ancestry paths and unwalked commits', () => {
      const random = seededRandom(seed + 5);
      const revision = (): string => `c${random(plan.length)}`;
      for (let round = 0; round < 10; round++) {
        const [one, two, three] = [revision(), revision(), revision()] as const;
        expectSame(['--left-only', `${one}...${two}`], { leftOnly: true, revisions: [`${one}...${two}`] });
        expectSame(['--right-only', '--boundary', `${one}...${two}`], { rightOnly: true, boundary: true, revisions: [`${one}...${two}`] });
        expectSame(['--ancestry-path', `${one}..${two}`], { ancestryPath: true, revisions: [`${one}..${two}`] });
        expectSame([`--ancestry-path=${three}`, `${one}..${two}`], { ancestryPath: [three], revisions: [`${one}..${two}`] });
        expectSame(['--no-walk', one, two, three], { noWalk: 'sorted', revisions: [one, two, three] });
        expectSame(['--no-walk=unsorted', one, two, three], { noWalk: 'unsorted', revisions: [one, two, three] });
      }
    });

    it('walks reflogs', async () => {
      git.read(['config', 'core.logAllRefUpdates', 'true']);
      const random = seededRandom(seed + 9);
      for (let move = 0; move < 12; move++) {
        git.read(['update-ref', '-m', `move ${move % 3}`, 'refs/heads/logged', `c${random(plan.length)}`], '', {
          GIT_COMMITTER_DATE: `${1_700_000_000 + move * 100} +0000`,
        });
      }
      const opened = await Repository.open(git.folder);
      const list = (query: RevListQuery): string[] => [...opened.revList({ ...query, walkReflogs: true, revisions: ['logged'] })].map(({ id }) => id);
      const theirs = (...args: string[]): string[] => git.read(['rev-list', '-g', ...args, 'logged']).toString().trim().split('\n').filter((line) => line !== '');
      expect(list({})).toEqual(theirs());
      expect(list({ grepReflog: 'move 1' })).toEqual(theirs('--grep-reflog=move 1'));
      expect(list({ since: 1_700_000_500, maxCount: 4 })).toEqual(theirs('--since=@1700000500', '--max-count=4'));
      await opened.close();
    });

    it('gives the same with a commit-graph file, which it writes as git does', async () => {
      const path = join(git.folder, 'objects/info/commit-graph');
      const opened = await Repository.open(git.folder);
      expect(await opened.writeCommitGraph({ changedPaths: true })).toBe(true);
      await opened.close();
      const ours = readFileSync(path);
      expect(git.run(['commit-graph', 'verify']).status).toBe(0);
      rmSync(path);
      git.read(['commit-graph', 'write', '--reachable', '--changed-paths']);
      expect(ours.equals(readFileSync(path))).toBe(true);
      await repository.close();
      repository = await Repository.open(git.folder);
      expect(repository.commitGraph.file?.count).toBeGreaterThan(100);
      for (const names of [['d/e/c.txt'], ['a'], ['f/']]) {
        expectSame(['HEAD', '--', ...names], { revisions: ['HEAD'], paths: names });
        expectSame(['--full-history', '--parents', '--all', '--', ...names], { revisions: ['--all'], paths: names, fullHistory: true, parents: true });
      }
      for (let index = 0; index < 25; index++) {
        const pair = [`c${(index * 7) % plan.length}`, `c${(index * 31 + 5) % plan.length}`];
        const bases = git.run(['merge-base', '--all', ...pair]).stdout.toString().split('\n').filter((line) => line !== '');
        expect([pair, repository.mergeBase(pair)]).toEqual([pair, bases]);
      }
    });
  });

  it('shows second parents as they are where only first ones are followed', async () => {
    const git = new RealGit();
    const commit = (mark: number, parents: string, change: string): string =>
      `commit refs/heads/main\nmark :${mark}\ncommitter C <c@example.com> ${1_600_000_000 + mark} +0000\ndata 1\nx\n${parents}${change}\n`;
    const file = (name: string, text: string): string => `M 100644 inline ${name}\ndata 1\n${text}\n`;
    git.read(['init', '-q', '--bare', '-b', 'main']);
    git.read(['fast-import', '--quiet', '--force'], [
      commit(1, '', file('a.h', '1')), 'reset refs/heads/main\n\n', commit(2, '', file('other', '1')), commit(3, 'from :2\n', file('other', '2')),
      commit(4, 'from :1\nmerge :3\n', file('other', '2')), commit(5, 'from :4\n', file('a.h', '2')),
    ].join(''));
    const repository = await Repository.open(git.folder);
    for (const known of [false, true]) {
      if (known) repository.countRevisions();
      for (const path of ['*.h', 'a.h']) {
        const ours = [...repository.revList({ fullHistory: true, firstParent: true, parents: true, paths: [path] })];
        expect(ours.map(({ id, parents }) => [id, ...parents].join(' ')).join('\n'))
          .toBe(git.read(['rev-list', '--full-history', '--first-parent', '--parents', 'main', '--', path]).toString().trimEnd());
      }
    }
    await repository.close();
    git.remove();
  });
});

/** Git refuses some pairs. */
function areAtOdds(one: RevListQuery, two: RevListQuery): boolean {
  const has = (key: keyof RevListQuery): boolean => one[key] !== undefined || two[key] !== undefined;
  const both = Object.keys(one).some((key) => key in two && !['ignoreCase'].includes(key));
  return both || ((has('parents') || has('simplifyMerges') || has('simplifyByDecoration')) && has('children')) || (has('ignoreCase') && has('grep')) || (has('patternSyntax') && (has('author') || has('committer')));
}
