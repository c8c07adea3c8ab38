import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lineLogPatch } from '../../src/history/line-log-patch.js';
import { Repository } from '../../src/repository/repository.js';
import type { ChangeLogQuery } from '../../src/repository/change-log.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const LETTERS = { added: 'A', deleted: 'D', modified: 'M', 'type-changed': 'T', renamed: 'R', copied: 'C', unmerged: 'U' } as const;

describeWithGit('logs of changes', () => {
  const git = new RealGit();
  const files = new Map<string, string[]>();
  let repository: Repository;

  function write(path: string, lines: readonly string[]): void {
    files.set(path, [...lines]);
    mkdirSync(dirname(join(git.folder, path)), { recursive: true });
    writeFileSync(join(git.folder, path), lines.map((line) => `${line}\n`).join(''));
  }

  beforeAll(async () => {
    const random = new SeededRandom(11);
    let time = 1_700_000_000;
    const commit = (message: string): void => {
      time += 60;
      git.read(['add', '-A']);
      git.run(['commit', '-q', '--allow-empty', '-m', message], '', { GIT_COMMITTER_DATE: `${time} +0000`, GIT_AUTHOR_DATE: `${time} +0000` });
    };
    const line = (): string => random.pick(['int main()', '{', '}', '  call(needle);', '  return 1;', `  x = ${random.below(50)};`, 'void other()', '']);
    git.read(['init', '-q', '-b', 'main']);
    for (const path of ['a.c', 'dir/b.c']) write(path, Array.from({ length: 30 }, line));
    commit('begin');
    for (let i = 0; i < 45; i++) {
      const path = random.pick([...files.keys()]);
      const lines = files.get(path)!;
      if (i % 10 === 6) {
        const target = random.pick([`moved${i}.c`, `dir/moved${i}.c`]);
        git.read(['mv', path, target]);
        files.delete(path);
        write(target, [...lines.slice(0, 20), line(), ...lines.slice(20)]);
      } else if (i % 9 === 4) {
        commit('before');
        git.read(['switch', '-q', '-c', `side${i}`]);
        write(path, [line(), line(), ...lines]);
        commit(`side ${i}`);
        git.read(['switch', '-q', 'main']);
        write(path, [...lines, line(), line()]);
        commit(`main ${i}`);
        time += 60;
        git.run(['merge', '-q', '-X', 'ours', '--no-edit', `side${i}`], '', { GIT_COMMITTER_DATE: `${time} +0000`, GIT_AUTHOR_DATE: `${time} +0000` });
        write(path, git.read(['show', `HEAD:${path}`]).toString().split('\n').slice(0, -1));
      } else {
        const at = random.below(lines.length);
        write(path, [...lines.slice(0, at), ...Array.from({ length: random.below(4) }, line), ...lines.slice(at + random.below(4))]);
      }
      commit(`change ${i}`);
    }
    repository = await Repository.open(git.folder);
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  function ours(query: ChangeLogQuery): string[] {
    return [...repository.changeLog(query)].flatMap(({ id, changes }) => [id, ...changes.map(({ status, old, new: new_, score }) => {
      const paths = status === 'renamed' || status === 'copied' ? `${old!.path}\t${new_!.path}` : (new_ ?? old)!.path;
      return `${LETTERS[status]}${score === undefined ? '' : String(score).padStart(3, '0')}\t${paths}`;
    })]);
  }

  function theirs(args: readonly string[]): string[] {
    return git.read(['log', '--format=%H', '--name-status', ...args]).toString().split('\n').filter((line) => line !== '');
  }

  const cases: readonly (readonly [readonly string[], ChangeLogQuery])[] = [
    [['-S', 'needle'], { text: 'needle' }],
    [['-S', 'call\\(n|void', '--pickaxe-regex'], { text: 'call\\(n|void', textIsPattern: true }],
    [['-S', 'needle', '--pickaxe-all'], { text: 'needle', pickaxeAll: true }],
    [['-S', 'NEEDLE', '-i'], { text: 'NEEDLE', ignoreCase: true }],
    [['-G', '^  x = 1'], { changedLine: '^  x = 1' }],
    [['-G', 'needle', '--', 'dir'], { changedLine: 'needle', paths: ['dir'] }],
    [['-3', '-S', 'needle'], { text: 'needle', maxCount: 3 }],
    [['--first-parent'], { firstParent: true }],
    [['--', 'dir'], { paths: ['dir'] }],
  ];

  it.each(cases)('git log %j', (args, query) => {
    expect(ours(query)).toEqual(theirs(args));
  });

  it('follow a file through its renames', () => {
    for (const path of files.keys()) expect(ours({ follow: path })).toEqual(theirs(['--follow', '--', path]));
  });

  it('find an object', () => {
    const id = git.read(['rev-parse', 'main~10^{tree}']).toString().trim();
    const blob = git.read(['ls-tree', '-r', 'main~10']).toString().split(/\s/)[2]!;
    expect(ours({ object: blob })).toEqual(theirs(['--find-object', blob]));
    expect(ours({ object: id })).toEqual([]);
  });

  it.each(['3,9', '1,4', ',12', '10,+5', '20,-6', '/needle/,+3', '/^}/', ':main', '25,'])('follow lines %s', (range) => {
    for (const path of files.keys()) {
      const { status, stdout } = git.run(['log', '--format=%H', '-L', `${range}:${path}`]);
      const print = (): string => [...repository.lineLog([{ path, lines: range }])].map(({ id, files: touched }) => {
        const patches = touched.map((file) => Buffer.from(lineLogPatch(file, contentOf(file.old?.id), contentOf(file.new.id))).toString());
        return `${id}\n\n${patches.join('')}`;
      }).join('');
      if (status === 0) expect(print()).toBe(stdout.toString());
      else expect(print).toThrow(expect.objectContaining({ code: 'line-range-invalid' }));
    }
  });

  it('follow lines of several files at once', () => {
    const paths = [...files.keys()].slice(0, 2);
    const theirIds = git.read(['log', '--format=%H', '-s', ...paths.flatMap((path) => ['-L', `2,8:${path}`])]).toString().split('\n').filter((line) => line !== '');
    expect([...repository.lineLog(paths.map((path) => ({ path, lines: '2,8' })))].map(({ id }) => id)).toEqual(theirIds);
  });

  it('blame takes the same ranges of lines', () => {
    for (const [path, lines] of files) {
      const args = ['-L', '/x = /,+2', '-L', '5,9', '-L', ':other'].filter((_, i) => i < 4 || lines.some((line) => line.startsWith('void')));
      const { status, stdout } = git.run(['blame', '-l', '-s', '--root', ...args, 'main', '--', path]);
      if (status !== 0) continue;
      const ranges = args.filter((_, i) => i % 2 === 1);
      const found = repository.blame(path, { ranges, showsRoot: true }).ranges.flatMap(({ line, count, commit }) =>
        Array.from({ length: count }, (_, i) => `${commit ?? ''} ${line + i + 1}`));
      expect(found).toEqual(stdout.toString().split('\n').filter((line) => line !== '').map((line) => `${line.slice(0, 40)} ${Number(/(\d+)\)/.exec(line)![1])}`));
    }
  });

  function contentOf(id: string | undefined): Uint8Array {
    return id === undefined ? new Uint8Array(0) : git.read(['cat-file', 'blob', id]);
  }
});
