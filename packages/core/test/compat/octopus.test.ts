import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import type { MergeOutcome, MergeVerbOptions } from '../../src/repository/merge.js';
import { branchRef } from '../../src/ref/ref-name.js';
import { headCases, type MergeCase } from './merge-cases.js';
import { describeWithGit, RealGit } from './real-git.js';

const AUTHOR = { name: 'A U Thor', email: 'author@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };
const COMMITTER = { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };

/** Merges branches into a branch with git and gives the commit that it ends at, or how it ended. */
function withGit(git: RealGit, ours: string, args: readonly string[]): string {
  git.read(['checkout', '-q', '-f', '-B', 'work', ours]);
  git.read(['clean', '-q', '-f', '-d', '-x']);
  const { status } = git.run(['merge', '-q', ...args]);
  const head = git.read(['rev-parse', 'HEAD']).toString().trim();
  git.run(['reset', '-q', '--hard']);
  return status === 0 ? head : status === 1 ? 'conflicts' : 'failed';
}

function answerOf(outcome: MergeOutcome, head: string): string {
  switch (outcome.kind) {
    case 'merged':
      return outcome.commit.id;
    case 'fast-forward':
      return outcome.to;
    case 'up-to-date':
      return head;
    case 'conflicts':
      return 'conflicts';
    default:
      return 'failed';
  }
}

describeWithGit('merges into HEAD, compared with git merge', () => {
  const git = new RealGit();
  const cases: MergeCase = headCases(3, 14);
  let repository: Repository;

  beforeAll(async () => {
    git.read(['init', '-q']);
    git.read(['fast-import', '--quiet', '--force'], Buffer.from(cases.stream, 'latin1'));
    repository = await Repository.open(git.folder);
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  const withUs = (ours: string, heads: readonly string[], options: MergeVerbOptions): string => {
    const reality = repository.reality();
    reality.setRef(branchRef('work'), reality.resolve(ours), { kind: 'any' });
    reality.setHead('work');
    const answer = answerOf(reality.merge(heads, { author: AUTHOR, committer: COMMITTER, ...options }), reality.resolve('HEAD'));
    reality.discard();
    return answer;
  };

  it('makes the same commit of several heads', () => {
    for (const [ours, ...heads] of cases.pairs.map((pair) => [...pair])) {
      const given = [ours, heads].join(' ');
      expect({ given, answer: withUs(ours!, heads, {}) }).toEqual({ given, answer: withGit(git, ours!, heads) });
    }
  });

  it('makes the same commit by every strategy', () => {
    for (const [ours, theirs] of cases.pairs.slice(0, 4)) {
      for (const strategy of ['ort', 'resolve', 'ours'] as const) {
        const given = [strategy, ours, theirs].join(' ');
        expect({ given, answer: withUs(ours, [theirs], { strategy }) })
          .toEqual({ given, answer: withGit(git, ours, ['-s', strategy, theirs]) });
      }
    }
  });
});
