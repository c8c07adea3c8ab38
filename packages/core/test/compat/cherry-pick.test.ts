import { afterAll, expect, it } from '@jest/globals';
import { stripSpace } from '../../src/history/commit-message.js';
import type { SequenceKind, SequenceResult } from '../../src/repository/cherry-pick.js';
import type { Repository } from '../../src/repository/repository.js';
import type { ReplayOptions } from '../../src/repository/replay-state.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, conflictingHistory, LogWatch, readTreeFile, ReplayLab, showConflicts } from './replay-lab.js';

const FLAGS: readonly (readonly [string[], ReplayOptions])[] = [
  [[], {}],
  [['-s'], { signoff: true }],
  [['--strategy-option=theirs'], { strategyOptions: ['theirs'] }],
  [['--strategy-option=ours'], { strategyOptions: ['ours'] }],
];
const PICK_FLAGS: readonly (readonly [string[], ReplayOptions])[] = [
  ...FLAGS,
  [['-x'], { recordOrigin: true }],
  [['-x', '-s'], { recordOrigin: true, signoff: true }],
  [['--allow-empty'], { allowEmpty: true }],
  [['--keep-redundant-commits'], { allowEmpty: true, keepRedundant: true }],
  [['--ff'], { fastForward: true }],
];

describeWithGit('cherry-pick and revert', () => {
  const labs: ReplayLab[] = [];
  const counts = { runs: 0, stops: 0, commits: 0 };
  afterAll(() => {
    labs.forEach((lab) => lab.remove());
    console.info(`cherry-pick and revert: ${JSON.stringify(counts)}`);
  });

  for (const seed of [1, 2, 3, 4]) {
    it(`make the commits and conflicts of git, history ${seed}`, () => {
      const random = new SeededRandom(seed);
      const lab = new ReplayLab();
      labs.push(lab);
      lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(random, { commits: 7, merges: seed % 2 === 0 }));
      const loaded = lab.load();
      for (let round = 0; round < 7; round++) {
        const kind: SequenceKind = random.below(3) === 0 ? 'revert' : 'cherry-pick';
        const [words, options] = random.pick(kind === 'revert' ? FLAGS : PICK_FLAGS);
        const target = random.pick(['main', 'main~2', 'topic', 'topic~4', 'main~5']);
        const revisions = random.pick([['topic~3..topic'], ['topic~1'], ['topic', 'topic~2'], ['main~2..topic'], ['main~1'], ['main..topic~2'], ['main~3', 'topic~1']]);
        lab.reset(target);
        const repository = loaded.reality() as unknown as Repository;
        repository.setRef('refs/heads/work' as never, repository.resolve(target));
        repository.setHead('work');
        const mainline = seed % 2 === 0 && random.below(2) === 0 ? 1 : undefined;
        const all = { ...options, mainline, committer: COMMITTER, author: AUTHOR };
        const mainWords = mainline === undefined ? [] : ['-m', '1'];
        const name = `git ${kind} ${[...words, ...mainWords, ...revisions].join(' ')} on ${target}`;
        const logs = new LogWatch(lab, repository);
        let { status } = lab.try([kind, ...words, ...mainWords, ...revisions]);
        let result: SequenceResult;
        try {
          result = kind === 'revert' ? repository.revert(revisions, all) : repository.cherryPick(revisions, all);
        } catch (error) {
          expect([name, (error as Error).message, status !== 0]).toEqual([name, expect.stringContaining('merge'), true]);
          continue;
        }
        counts.runs++;
        for (let step = 0; step < 12; step++) {
          expect([name, step, result.kind]).toEqual([name, step, status === 0 ? 'done' : 'stopped']);
          expect([name, step, repository.head().id]).toEqual([name, step, lab.git('rev-parse', 'HEAD')]);
          expect([name, step, logs.ours]).toEqual([name, step, logs.theirs]);
          counts.commits += result.commits.length;
          if (result.kind === 'done') break;
          counts.stops++;
          // What is kept must survive being written down.
          const state = JSON.parse(JSON.stringify(result.state)) as typeof result.state;
          const { stop } = state;
          expect([name, showConflicts(stop.conflicts)]).toEqual([name, lab.conflicts()]);
          if (stop.reason === 'conflict') expect([name, stop.message]).toEqual([name, lab.file('.git/MERGE_MSG')]);
          for (const { path } of stop.conflicts) {
            expect([name, path, readTreeFile(repository, stop.tree, path)]).toEqual([name, path, lab.has(path) ? lab.file(path) : undefined]);
          }
          if (stop.reason === 'empty' || stripSpace(stop.message, '#') === '' || random.below(3) === 0) {
            ({ status } = lab.try([kind, '--skip']));
            result = repository.skipSequence(state);
          } else {
            lab.write('resolved', `${round} ${step}\n`);
            for (const { path } of stop.conflicts) if (!lab.has(path)) lab.write(path, 'there\n');
            lab.git('add', '-A');
            const paths = new Map(stop.conflicts.map(({ path }) => [path, Buffer.from(lab.file(path))] as const));
            paths.set('resolved', Buffer.from(`${round} ${step}\n`));
            ({ status } = lab.try([kind, '--continue']));
            result = repository.continueSequence(state, { paths });
          }
        }
      }
    });
  }

  it('revert merges and reverts, with references, and apply without committing', () => {
    const lab = new ReplayLab();
    labs.push(lab);
    lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(new SeededRandom(8), { commits: 7, merges: true }));
    const merge = lab.git('rev-list', '--merges', '-1', 'topic');
    for (const words of [['-m', '1'], ['-m', '2', '--reference'], ['-m', '1', '-s']]) {
      lab.reset('topic');
      const repository = lab.load();
      repository.setHead('work');
      lab.try(['revert', ...words, merge]);
      const options = { mainline: Number(words[1]), reference: words.includes('--reference'), signoff: words.includes('-s'), committer: COMMITTER, author: AUTHOR };
      repository.revert([merge], options);
      expect(repository.head().id).toBe(lab.git('rev-parse', 'HEAD'));
      lab.try(['revert', 'HEAD']);
      repository.revert(['HEAD'], { committer: COMMITTER, author: AUTHOR });
      expect(repository.head().id).toBe(lab.git('rev-parse', 'HEAD'));
    }
    lab.reset('topic');
    const repository = lab.load();
    repository.setHead('work');
    const [one, two] = lab.git('rev-list', '--no-merges', '-2', 'topic').split('\n') as [string, string];
    lab.try(['revert', '-n', one, two]);
    if (lab.conflicts().length === 0) expect(repository.applyChanges('revert', [one, two]).tree).toBe(lab.git('write-tree'));
  });

  it('goes back when it is aborted', () => {
    const lab = new ReplayLab();
    labs.push(lab);
    lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(new SeededRandom(9), { commits: 9 }));
    lab.reset('main');
    const repository = lab.load();
    repository.setHead('work');
    const before = repository.head().id;
    const result = repository.cherryPick(['main..topic'], { committer: COMMITTER });
    expect(result.kind).toBe('stopped');
    if (result.kind === 'stopped') repository.abortSequence(result.state);
    expect(repository.head().id).toBe(before);
  });
});
