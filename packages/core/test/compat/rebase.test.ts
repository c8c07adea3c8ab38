import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { parseTodo, serializeTodo } from '../../src/history/todo.js';
import type { RebaseOptions, RebaseResult } from '../../src/repository/rebase-state.js';
import type { Repository } from '../../src/repository/repository.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, conflictingHistory, LogWatch, readTreeFile, ReplayLab, showConflicts } from './replay-lab.js';

const FLAGS: readonly (readonly [string[], RebaseOptions])[] = [
  [[], {}], [[], {}],
  [['--signoff'], { signoff: true }],
  [['--no-ff'], { force: true }],
  [['--committer-date-is-author-date'], { committerDateIsAuthorDate: true }],
  [['--reapply-cherry-picks'], { reapplyCherryPicks: true }],
  [['--empty=keep'], { empty: 'keep' }],
  [['--no-keep-empty'], { keepEmpty: false }],
  [['-Xtheirs'], { strategyOptions: ['theirs'] }],
  [['--keep-base'], { keepBase: true }],
  [['--onto', 'main~3'], { onto: 'main~3' }],
];

/** Commits for `--autosquash`: ordinary ones, and such that are titled for them. */
function addFixups(lab: ReplayLab, random: SeededRandom): void {
  const titles = lab.git('log', '-4', '--format=%s', 'topic').split('\n');
  for (let i = 0; i < 4; i++) {
    const prefix = random.pick(['fixup! ', 'squash! ', 'amend! ', 'fixup! fixup! ']);
    const body = random.pick(['', '\nmore text\n', '\n# comment\nbody\n']);
    lab.write(`f${random.below(3)}`, `${i}\n`);
    lab.git('add', '-A');
    lab.read(['commit', '-q', '--allow-empty', '--cleanup=verbatim', '-F', '-'], `${prefix}${random.pick(titles)}\n${body}`);
  }
}

describeWithGit('rebase', () => {
  const labs: ReplayLab[] = [];
  const counts = { runs: 0, stops: 0, rewritten: 0 };
  afterAll(() => {
    labs.forEach((lab) => lab.remove());
    console.info(`rebase: ${JSON.stringify(counts)}`);
  });

  /** Runs both to their ends, with the same decisions, and compares at each stop. */
  function compare(
    lab: ReplayLab, loaded: Repository, request: { readonly name: string; readonly words: readonly string[]; readonly upstream: string | undefined; readonly options: RebaseOptions & { todo?: string }; readonly random: SeededRandom; readonly env?: Readonly<Record<string, string>>; readonly logs?: readonly string[] },
  ): void {
    const { name, random, env = {} } = request;
    const repository = loaded.reality() as unknown as Repository;
    repository.setRef('refs/heads/work' as never, lab.git('rev-parse', 'work') as never);
    repository.setHead('work');
    const words = request.upstream === undefined ? request.words : [...request.words, request.upstream];
    // The new root on which git begins is no commit of ours.
    const names = ['HEAD', 'refs/heads/work', ...(request.logs ?? [])];
    const logs = request.options.root === true && request.options.onto === undefined ? undefined : new LogWatch(lab, repository, names);
    let { status, stderr } = lab.try(['rebase', ...words], env);
    const runCommand = (command: string): number => (command === 'false' ? 1 : 0);
    let result: RebaseResult = repository.rebase(request.upstream, { ...request.options, runCommand, committer: COMMITTER, author: AUTHOR });
    counts.runs++;
    for (let step = 0; step < 20; step++) {
      const isStopped = lab.has('.git/rebase-merge');
      expect([name, step, result.kind, isStopped ? '' : '']).toEqual([name, step, isStopped ? 'stopped' : status === 0 ? 'done' : stderr, '']);
      expect([name, step, repository.resolve('HEAD')]).toEqual([name, step, lab.git('rev-parse', 'HEAD')]);
      expect([name, step, logs?.ours]).toEqual([name, step, logs?.theirs]);
      if (result.kind === 'done') {
        expect(repository.resolve('work')).toBe(lab.git('rev-parse', 'work'));
        counts.rewritten += result.rewritten.length;
        // Other branches, and what notes say, moved alike.
        for (const name of lab.git('for-each-ref', '--format=%(refname)', 'refs/heads/', 'refs/notes/').split('\n')) {
          const revision = `${name}^{tree}`;
          if (name !== 'refs/heads/elsewhere') expect([name, repository.resolve(revision)]).toEqual([name, lab.git('rev-parse', revision)]);
          if (name.startsWith('refs/heads/mid')) expect(repository.resolve(name)).toBe(lab.git('rev-parse', name));
        }
        return;
      }
      counts.stops++;
      const state = JSON.parse(JSON.stringify(result.state)) as typeof result.state;
      const { stop } = state;
      if (stop.kind === 'commit') {
        const { stopped } = stop;
        expect([name, step, showConflicts(stopped.conflicts)]).toEqual([name, step, lab.conflicts()]);
        for (const { path } of stopped.conflicts) {
          expect([name, path, readTreeFile(repository, stopped.tree, path)]).toEqual([name, path, lab.has(path) ? lab.file(path) : undefined]);
        }
        const isEmptyMessage = stopped.message.replace(/^#.*$/gm, '').trim() === '';
        // Git takes the headers of a commit for its message when it skips in the middle of a chain.
        const isInChain = state.squash !== undefined && /fixup|squash/.test(stop.item.command) && /fixup|squash/.test(state.todo.find(({ command }) => command !== 'comment')?.command ?? '');
        const mustSkip = stopped.reason === 'empty' || isEmptyMessage;
        if (mustSkip && isInChain) return;
        if (mustSkip || (random.below(3) === 0 && !isInChain)) {
          ({ status, stderr } = lab.try(['rebase', '--skip'], env));
          result = repository.skipRebase(state, { runCommand });
          continue;
        }
        lab.write('resolved', `${step} ${stopped.commit}\n`);
        for (const { path } of stopped.conflicts) if (!lab.has(path)) lab.write(path, 'there\n');
        lab.git('add', '-A');
        const paths = new Map(stopped.conflicts.map(({ path }) => [path, Buffer.from(lab.file(path))] as const));
        paths.set('resolved', Buffer.from(`${step} ${stopped.commit}\n`));
        ({ status, stderr } = lab.try(['rebase', '--continue'], env));
        result = repository.continueRebase(state, { paths, runCommand });
      } else if (stop.kind === 'merge') {
        return;
      } else {
        ({ status, stderr } = lab.try(['rebase', '--continue'], env));
        result = repository.continueRebase(state, { runCommand });
      }
    }
  }

  function labOf(seed: number, merges: boolean): { lab: ReplayLab; random: SeededRandom } {
    const random = new SeededRandom(seed);
    const lab = new ReplayLab();
    labs.push(lab);
    lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(random, { commits: 6, merges }));
    return { lab, random };
  }

  for (const seed of [11, 12]) {
    it(`makes the commits and conflicts of git, history ${seed}`, () => {
      const { lab, random } = labOf(seed, seed % 2 === 1);
      // A change that is upstream already, under another id.
      lab.reset('main');
      lab.try(['cherry-pick', '-Xtheirs', lab.git('rev-list', '--no-merges', '-1', 'topic~2')]);
      lab.try(['cherry-pick', '--abort']);
      lab.git('update-ref', 'refs/heads/main', 'work');
      const loaded = lab.load();
      for (let round = 0; round < 5; round++) {
        const [words, options] = random.pick(FLAGS);
        lab.reset('topic');
        compare(lab, loaded, { name: `rebase ${words.join(' ')} main`, words, upstream: 'main', options, random });
      }
    });
  }

  it('rebases merges, with the same lists', () => {
    const { lab, random } = labOf(21, true);
    const loaded = lab.load();
    for (const [words, options] of [
      [['--rebase-merges'], { rebaseMerges: true }], [['--rebase-merges=rebase-cousins'], { rebaseMerges: 'cousins' }],
      [['--rebase-merges', '--onto', 'main~4'], { rebaseMerges: true, onto: 'main~4' }], [['--rebase-merges', '--no-ff', '--onto', 'topic~6'], { rebaseMerges: true, onto: 'topic~6', force: true }],
    ] as const) {
      lab.reset('topic');
      const repository = loaded.reality();
      repository.setRef('refs/heads/work' as never, lab.git('rev-parse', 'work') as never);
      repository.setHead('work');
      lab.try(['rebase', '-i', ...words, 'main'], { GIT_SEQUENCE_EDITOR: `sh -c 'cp "$1" ${join(lab.folder, '.git', 'seen')}; exit 1' -` });
      const seen = lab.file('.git/seen');
      const ours = serializeTodo(repository.planRebase('main', options).todo, { shortName: (id) => lab.git('rev-parse', '--short', id) });
      expect(ours).toBe(seen.slice(0, seen.indexOf('\n\n# Rebase ') + 1));
      lab.reset('topic');
      compare(lab, loaded, { name: `rebase ${words.join(' ')}`, words, upstream: 'main', options, random });
    }
  });

  it('makes octopus merges again', () => {
    const lab = new ReplayLab();
    labs.push(lab);
    const commit = (name: string, content = name): void => {
      lab.write(name, `${content}\n`);
      lab.git('add', name);
      lab.git('commit', '-q', '-m', `${name} ${content}`);
    };
    commit('base');
    lab.git('checkout', '-q', '-b', 'topic');
    commit('t1');
    for (const side of ['a', 'b', 'c']) {
      lab.git('checkout', '-q', '-b', side, 'topic');
      commit(side);
      commit(`${side}2`);
    }
    lab.git('checkout', '-q', 'topic');
    commit('t2');
    lab.git('merge', '-q', '-m', "Merge branches 'a', 'b' and 'c'\n\nAll of them", 'a', 'b', 'c');
    commit('t3');
    lab.git('checkout', '-q', '-b', 'two', 'topic~2');
    commit('d');
    lab.git('checkout', '-q', 'topic');
    lab.git('merge', '-q', '-m', 'An evil octopus', 'two', 'c~1');
    commit('t4');
    lab.git('checkout', '-q', 'main');
    commit('m1');
    lab.git('branch', 'clash', 'main');
    lab.git('checkout', '-q', 'clash');
    commit('b', 'in the way of b');
    const loaded = lab.load();
    const random = new SeededRandom(1);
    for (const [upstream, words, options] of [
      ['main', [], {}], ['main', ['--no-ff'], { force: true }], ['main~1', ['--no-ff'], { force: true }], ['clash', [], {}],
    ] as const) {
      lab.reset('topic');
      const all = ['--rebase-merges', ...words];
      compare(lab, loaded, { name: `octopus on ${upstream} ${all.join(' ')}`, words: all, upstream, options: { rebaseMerges: true, ...options }, random });
    }
  });

  it('squashes what is titled for it', () => {
    const { lab, random } = labOf(31, false);
    for (let round = 0; round < 3; round++) {
      lab.reset('topic');
      addFixups(lab, random);
      const tip = lab.git('rev-parse', 'HEAD');
      const loaded = lab.load();
      lab.reset(tip);
      const words = ['-i', '--autosquash', ...(round % 2 === 0 ? [] : ['--signoff'])];
      compare(lab, loaded, { name: `autosquash ${round}`, words, upstream: 'topic~4', options: { autosquash: true, signoff: round % 2 === 1, empty: 'stop' }, random });
    }
  });

  it('follows lists that were edited', () => {
    const { lab, random } = labOf(41, false);
    const loaded = lab.load();
    for (let round = 0; round < 9; round++) {
      lab.reset('topic');
      const commits = lab.git('rev-list', '--reverse', 'topic~6..topic').split('\n');
      const lines: string[] = [];
      for (const [i, commit] of commits.entries()) {
        const command = i === 0 ? 'pick' : random.pick(['pick', 'p', 'reword', 'edit', 'squash', 's', 'fixup', 'fixup -C', 'f -c', 'drop', 'pick', 'pick']);
        lines.push(`${command} ${commit} title`);
        if (random.below(6) === 0) lines.push(random.pick(['break', 'exec true', 'x false', '# comment', '', 'label here']));
      }
      const todo = `${lines.join('\n')}\n`;
      expect(serializeTodo(parseTodo(todo)).split('\n')).toHaveLength(lines.length + 1);
      lab.write('.git/todo', todo);
      compare(lab, loaded, {
        name: todo, words: ['-i'], upstream: random.pick(['main', 'topic~6', 'topic~6']), options: { todo }, random,
        env: { GIT_SEQUENCE_EDITOR: `cp ${join(lab.folder, '.git', 'todo')}` },
      });
    }
  });

  it('rebases roots, moves other branches and rewrites notes', () => {
    const { lab, random } = labOf(51, false);
    lab.git('branch', 'mid', 'topic~2');
    lab.git('notes', 'add', '-m', 'noted', 'topic~1');
    const notes = lab.git('rev-parse', 'refs/notes/commits');
    const loaded = lab.load({ 'notes.rewriteRef': 'refs/notes/*' });
    lab.git('config', 'notes.rewriteRef', 'refs/notes/*');
    for (const [words, upstream, options] of [
      [['--root', '--onto', 'main', '-Xtheirs'], undefined, { root: true, onto: 'main', strategyOptions: ['theirs'] }],
      [['--root', '--no-ff'], undefined, { root: true, force: true }],
      [['--update-refs', '-Xours'], 'main', { updateRefs: true, strategyOptions: ['ours'] }],
    ] as const) {
      lab.reset('topic');
      lab.git('update-ref', 'refs/heads/mid', 'topic~2');
      lab.git('update-ref', 'refs/notes/commits', notes);
      compare(lab, loaded, { name: words.join(' '), words, upstream, options, random, logs: ['refs/notes/commits'] });
    }
  });
});
