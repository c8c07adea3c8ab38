import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatBisectLog, type BisectState } from '../../src/history/bisect-state.js';
import type { BisectOutcome } from '../../src/history/bisect.js';
import { Repository } from '../../src/repository/repository.js';
import { SeededRandom } from '../../src/testing/random.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('bisections, compared with git', () => {
  const git = new RealGit();
  let repository: Repository;
  let commits: string[];

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', 'r.git']);
    git.read(['-C', 'r.git', 'fast-import', '--quiet', '--force'], branchyHistory(5, 220));
    repository = await Repository.open(join(git.folder, 'r.git'));
    commits = git.read(['-C', 'r.git', 'rev-list', '--all']).toString().split('\n').filter(Boolean);
    git.read(['-C', 'r.git', 'update-ref', 'HEAD', commits[0]!]);
    git.read(['-C', 'r.git', 'symbolic-ref', 'HEAD']);
    await repository.refresh();
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  const bisect = (...args: string[]): { readonly text: string; readonly status: number } => {
    const { stdout, stderr, status } = git.run(['-C', 'r.git', 'bisect', ...args]);
    return { text: stdout.toString() + stderr, status };
  };

  /** What git printed, in our words. */
  function theirStep(text: string): string {
    const found = /^([0-9a-f]{40}) is the first/m.exec(text);
    if (found !== null) return `found ${found[1]!}`;
    if (text.includes("only 'skip'ped commits")) return `only-skipped ${[...text.matchAll(/^[0-9a-f]{40}$/gm)].map(([id]) => id).join(' ')}`;
    if (/^The merge base \S+ is /m.test(text)) return 'merge-base-bad';
    if (/^Some .* revs are not ancestors/m.test(text)) return 'not-ancestors';
    if (text.includes('No testable commit')) return 'nothing-testable';
    if (/was both/.test(text)) return 'contradiction';
    const [line, id] = [...text.matchAll(/^Bisecting: (.*)\n\[([0-9a-f]{40})\]/gm)].at(-1)?.slice(1) ?? [];
    if (line === undefined || id === undefined) return 'waiting';
    const left = /^(-?\d+) .*roughly (\d+) step/.exec(line);
    return `test ${id} ${left === null ? 'merge base' : `${left[1]!} ${left[2]!}`}`;
  }

  function ourStep({ step }: BisectOutcome): string {
    switch (step.kind) {
      case 'found':
        return `found ${step.id}`;
      case 'test':
        return `test ${step.id} ${step.isMergeBase ? 'merge base' : `${step.leftCount} ${step.stepCount}`}`;
      case 'only-skipped':
        return `only-skipped ${step.candidates.join(' ')}`;
      default:
        return step.kind;
    }
  }

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('tests the same commits, seed %d', (seed) => {
    const random = new SeededRandom(seed);
    const skipRate = [0, 0, 0.2, 0.5][seed % 4]!;
    const isFirstParent = seed === 5 || seed === 6;
    const paths = seed < 8 ? [] : [['d'], ['a1', 'd/b2'], ['*.txt*'], ['d/d', 'b0', 'b1']][seed - 8]!;
    const terms = seed === 4 ? { bad: 'fast', good: 'slow' } : undefined;
    for (let round = 0; round < 2; round++) {
      const bad = random.pick(commits.slice(0, 40));
      const good = Array.from({ length: 1 + random.below(3) }, () => random.pick(commits.slice(60)));
      const target = random.pick(commits);
      const reaches = new Set(git.read(['-C', 'r.git', 'rev-list', '--all', `^${target}`]).toString().split('\n'));
      const flags = [...(isFirstParent ? ['--first-parent'] : []), ...(terms === undefined ? [] : ['--term-bad', terms.bad, '--term-good', terms.good])];
      let theirs = theirStep(bisect('start', ...flags, bad, ...good, ...(paths.length === 0 ? [] : ['--', ...paths])).text);
      let ours = repository.bisect({ bad, good, terms, firstParent: isFirstParent, paths });
      const { bad: badTerm, good: goodTerm } = ours.state.terms;
      for (let step = 0; step < 40; step++) {
        expect(ourStep(ours)).toBe(theirs);
        if (ours.step.kind !== 'test') break;
        const { id } = ours.step;
        const mark = random.next() < skipRate ? 'skip' : reaches.has(id) ? goodTerm : badTerm;
        // What was kept in between is plain data.
        const kept = JSON.parse(JSON.stringify(ours.state)) as BisectState;
        ours = repository.bisectMark(kept, mark);
        theirs = theirStep(bisect(mark).text);
      }
      if (theirs === 'not-ancestors') continue;
      const log = bisect('log').text;
      expect(formatBisectLog(ours.state)).toBe(log);
      writeFileSync(join(git.folder, 'log'), log);
      const replayed = theirStep(bisect('replay', '../log').text);
      // Git 2.39 stops replaying where the beginning asks for a merge base.
      if (!replayed.endsWith('merge base')) expect(ourStep(repository.bisectReplay(log))).toBe(replayed);
    }
  });

  it('refuses other words and terms', () => {
    const { state } = repository.bisect({ bad: commits[0]! });
    expect(state.log.at(-1)).toBe('# status: waiting for good commit(s), bad commit known');
    expect(() => repository.bisectMark(state, 'ugly', ['HEAD'])).toThrow(expect.objectContaining({ code: 'bisect-invalid' }));
    expect(() => repository.bisectMark(state, 'bad', ['HEAD', 'HEAD'])).toThrow(expect.objectContaining({ code: 'bisect-invalid' }));
    expect(() => repository.bisect({ terms: { bad: 'good', good: 'bad' } })).toThrow(expect.objectContaining({ code: 'bisect-invalid' }));
    expect(repository.bisectMark(repository.bisect().state, 'new', [commits[0]!]).state.terms).toEqual({ bad: 'new', good: 'old' });
  });
});
