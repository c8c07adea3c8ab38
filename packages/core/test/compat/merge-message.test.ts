import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import type { MergeVerbOptions } from '../../src/repository/merge.js';
import { branchRef } from '../../src/ref/ref-name.js';
import { describeWithGit, RealGit } from './real-git.js';

const PERSONS = {
  author: { name: 'A U Thor', email: 'author@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' },
  committer: { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' },
};

const CASES: readonly (readonly [args: readonly string[], heads: readonly string[], options: MergeVerbOptions, config?: string])[] = [
  [[], ['topic'], {}],
  [[], ['v1'], {}],
  [[], ['light'], {}],
  [[], ['origin/far'], {}],
  [[], ['topic~1'], {}],
  [[], ['topic^^'], {}],
  [[], ['topic~0'], {}],
  [[], ['topic', 'side'], {}],
  [[], ['topic', 'v2', 'origin/far', 'side'], {}],
  [[], ['v1', 'v2'], {}],
  [['--log=2'], ['topic', 'side'], { log: 2 }],
  [['--log'], ['v1'], { log: 20 }],
  [['-m', 'Own words  \n\n\n\nand more'], ['topic'], { message: 'Own words  \n\n\n\nand more' }],
  [['-m', 'Own words', '--log'], ['topic'], { message: 'Own words', log: 20 }],
  [['--into-name', 'elsewhere'], ['topic'], { intoName: 'elsewhere' }],
  [['--no-ff'], ['ahead'], { fastForward: 'never' }],
  [['--ff-only'], ['ahead'], { fastForward: 'only' }],
  [['--ff-only'], ['topic'], { fastForward: 'only' }],
  [[], ['ahead', 'base'], {}],
  [[], ['base'], {}],
  [[], ['topic'], {}, 'merge.suppressDest=wor*'],
  [[], ['topic'], {}, 'merge.log=1'],
  [[], ['alien'], { allowUnrelated: false }],
  [['--allow-unrelated-histories'], ['alien'], { allowUnrelated: true }],
  [['-s', 'subtree'], ['topic'], { strategy: 'subtree' }],
  [['-X', 'theirs'], ['rival'], { strategyOptions: ['theirs'] }],
  [['-X', 'ours'], ['rival'], { favor: 'ours' }],
];

describeWithGit('messages of merges, compared with git merge', () => {
  const git = new RealGit();
  let repository: Repository;

  beforeAll(async () => {
    git.read(['init', '-q', '-b', 'base']);
    const commit = (message: string, path: string, content: string): void => {
      git.read(['update-index', '--add', '--cacheinfo', `100644,${git.read(['hash-object', '-w', '--stdin'], content).toString().trim()},${path}`]);
      git.read(['commit', '-q', '-m', message]);
      git.read(['checkout-index', '-f', '-a']);
    };
    commit('root', 'file', 'one\ntwo\nthree\n');
    for (const [branch, path] of [['topic', 't'], ['side', 's'], ['ahead', 'h'], ['far', 'r']] as const) {
      git.read(['checkout', '-q', '-f', '-b', branch, 'base']);
      for (const n of [1, 2, 3]) commit(`${branch} ${n}\n\nbody`, `${path}${n}`, `${branch}${n}\n`);
    }
    git.read(['checkout', '-q', '-f', '-b', 'rival', 'base']);
    commit('rival', 'file', 'one\nrival\nthree\n');
    git.read(['checkout', '-q', '-f', '-b', 'ours', 'base']);
    commit('ours', 'file', 'one\nours\nthree\n');
    git.read(['update-ref', 'refs/remotes/origin/far', 'far']);
    git.read(['branch', '-q', '-D', 'far']);
    git.read(['tag', '-a', '-m', 'First\n\nnotes', 'v1', 'topic']);
    git.read(['tag', '-a', '-m', 'Second', 'v2', 'side~1']);
    git.read(['tag', 'light', 'side']);
    git.read(['checkout', '-q', '-f', '--orphan', 'alien']);
    git.read(['rm', '-q', '-r', '-f', '.']);
    commit('alien', 'alien', 'alien\n');
    git.read(['branch', '-q', 'main', 'ours']);
    repository = await Repository.open(git.folder);
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  it.each(CASES.map(([args, heads, options, config]) => ({ args, heads, options, config })))('merges as git merge $args $heads', ({ args, heads, options, config }) => {
    for (const start of heads[0] === 'ahead' || heads[0] === 'base' ? ['base'] : ['ours']) {
      git.read(['checkout', '-q', '-f', '-B', 'work', start]);
      const { status } = git.run([...(config === undefined ? [] : ['-c', config]), 'merge', '-q', ...args, ...heads]);
      const theirs = status === 0 ? git.read(['cat-file', 'commit', 'HEAD']).toString() : 'failed';
      git.run(['reset', '-q', '--hard']);

      const reality = repository.reality();
      if (config !== undefined) reality.setConfig(config.split('=')[0]!, config.split('=')[1]);
      reality.setRef(branchRef('work'), reality.resolve(start), { kind: 'any' });
      reality.setHead('work');
      let ours = 'failed';
      try {
        const outcome = reality.merge(heads, { ...PERSONS, ...options });
        if (outcome.kind !== 'diverged' && outcome.kind !== 'failed' && outcome.kind !== 'conflicts') {
          ours = Buffer.from(reality.snapshot.objects.find(reality.resolve('HEAD'))!.body).toString();
        }
      } catch (error) {
        if ((error as { code?: string }).code !== 'unrelated-histories') throw error;
      }
      reality.discard();
      expect(ours).toBe(theirs);
    }
  });
});
