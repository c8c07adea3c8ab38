import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import { findConflicts, resolveRecorded, type RerereVariant } from '../../src/merge/rerere.js';
import {
  collectResolutions, forgetResolution, parseRererePaths, recordConflicts, recordResolutions, serializeRererePaths,
} from '../../src/merge/rerere-session.js';
import { Repository } from '../../src/repository/repository.js';
import { locateGitDirectory } from '../../src/storage/directory/layout.js';
import { RerereFiles } from '../../src/storage/directory/rerere-files.js';
import { MemoryRerereCache } from '../../src/store/rerere-cache.js';
import { TreeEditor } from '../../src/store/tree-editor.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, readTreeFile, ReplayLab } from './replay-lab.js';

describeWithGit('recorded resolutions', () => {
  const lab = new ReplayLab();
  afterAll(() => lab.remove());

  it('have the names, preimages and results of git', () => {
    const random = new SeededRandom(81);
    lab.git('config', 'rerere.enabled', 'true');
    mkdirSync(join(lab.folder, '.git', 'rr-cache'));
    const counts = { recorded: 0, resolved: 0 };
    for (let round = 0; round < 12; round++) {
      lab.git('config', 'merge.conflictStyle', round % 3 === 0 ? 'diff3' : 'merge');
      const base = Array.from({ length: 14 }, (_, i) => `line ${i}`);
      const variant = random.below(3);
      const side = (name: string, extra: string): string => {
        const text = [...base];
        text[3] = `${name} ${variant}`;
        if (variant === 2) text[9] = `${name} again`;
        text[13] = extra;
        return `${text.join('\n')}\n`;
      };
      lab.run(['merge', '--abort']);
      lab.git('checkout', '-q', '--orphan', `r${round}`);
      lab.run(['rm', '-q', '-rf', '.']);
      lab.write('f', `${base.join('\n')}\n`);
      lab.git('add', 'f');
      lab.git('commit', '-q', '-m', 'base');
      lab.git('branch', `s${round}`);
      lab.write('f', side('ours', base[13]!));
      lab.git('commit', '-q', '-am', 'ours');
      lab.git('checkout', '-q', `s${round}`);
      lab.write('f', side('theirs', `end ${round}`));
      lab.git('commit', '-q', '-am', 'theirs');
      const recorded = read();
      const before = lab.try(['merge-file', '-p', ...(round % 3 === 0 ? ['--diff3'] : []), 'f', 'f', 'f']);
      expect(before.status).toBe(0);
      lab.try(['-c', 'rerere.enabled=false', 'merge', `r${round}`]);
      const conflicts = findConflicts(Buffer.from(lab.file('f')), SHA1);
      if (conflicts === undefined || conflicts === 'malformed') throw new Error('no conflict');
      lab.try(['rerere']);
      const outcome = resolveRecorded(conflicts.preimage, recorded.get(conflicts.id) ?? []);
      counts[outcome.kind]++;
      if (outcome.kind === 'resolved') {
        expect(lab.file('f')).toBe(Buffer.from(outcome.content).toString());
      } else {
        const suffix = outcome.variant === 0 ? '' : `.${outcome.variant}`;
        expect(lab.file(`.git/rr-cache/${conflicts.id}/preimage${suffix}`)).toBe(Buffer.from(outcome.preimage).toString());
        lab.write('f', lab.file('f').replace(/<<<<<<<[^]*?>>>>>>>.*\n/g, `resolved ${round}\n`));
      }
      lab.git('commit', '-q', '-am', 'merged');
    }
    expect(counts.resolved).toBeGreaterThan(2);
    expect(counts.recorded).toBeGreaterThan(1);
  });

  function read(): Map<string, RerereVariant[]> {
    const cache = join(lab.folder, '.git', 'rr-cache');
    const found = new Map<string, RerereVariant[]>();
    for (const id of readdirSync(cache)) {
      const file = (name: string, at: number): Buffer | undefined => {
        const path = `.git/rr-cache/${id}/${name}${at === 0 ? '' : `.${at}`}`;
        return existsSync(join(lab.folder, path)) ? Buffer.from(lab.file(path)) : undefined;
      };
      const count = readdirSync(join(cache, id)).length;
      found.set(id, Array.from({ length: count }, (_, at) => ({ preimage: file('preimage', at), postimage: file('postimage', at) })));
    }
    return found;
  }
});

describeWithGit('stores of recorded resolutions', () => {
  const lab = new ReplayLab();
  afterAll(() => lab.remove());

  it('are gone on with by git, and git is gone on with', () => {
    lab.git('config', 'rerere.enabled', 'true');
    const commit = (text: string): void => {
      lab.write('f', text);
      lab.git('add', 'f');
      lab.git('commit', '-q', '-m', text.split('\n')[1]!);
    };
    const text = (middle: string, end: string): string => `first\n${middle}\nx\ny\nz\n${end}\n`;
    for (let round = 0; round < 3; round++) {
      // Three pairs of branches with the same conflict, and something else that differs.
      lab.git('checkout', '-q', '--orphan', `base${round}`);
      commit(text('base', `end ${round}`));
      lab.git('checkout', '-q', '-b', `theirs${round}`);
      commit(text('theirs', `end ${round}`));
      lab.git('checkout', '-q', '-b', `ours${round}`, `base${round}`);
      commit(text('ours', `end ${round}`));
    }
    const files = new RerereFiles(locateGitDirectory(lab.folder));
    const repository = lab.load();
    const who = { author: AUTHOR, committer: COMMITTER };
    // Ours records the conflict, and git takes the resolution for it.
    repository.setHead('ours0');
    const first = repository.merge('theirs0', { ...who, rerere: files });
    if (first.kind !== 'conflicts') throw new Error(first.kind);
    expect(first.rerere?.recorded.map(({ path, variant }) => [path, variant])).toEqual([['f', 0]]);
    lab.git('checkout', '-q', 'ours0');
    lab.try(['-c', 'rerere.enabled=false', 'merge', 'theirs0']);
    files.writePending(serializeRererePaths(first.rerere?.recorded ?? []));
    expect(lab.git('rerere', 'status')).toBe('f');
    lab.write('f', text('both', 'end 0'));
    lab.git('commit', '-q', '-am', 'merged');
    const { id } = first.rerere!.recorded[0]!;
    expect(Buffer.from(files.find(id)[0]!.postimage!).toString()).toBe(text('both', 'end 0'));
    // What git recorded resolves the next merge of ours, with the same content as that of git.
    lab.git('checkout', '-q', 'ours1');
    lab.try(['merge', 'theirs1']);
    expect(lab.file('f')).toBe(text('both', 'end 1'));
    lab.git('merge', '--abort');
    repository.setHead('ours1');
    const second = repository.cherryPick(['theirs1'], { ...who, rerere: files });
    if (second.kind !== 'stopped') throw new Error(second.kind);
    expect(readTreeFile(repository, second.state.stop.tree, 'f')).toBe(text('both', 'end 1'));
    expect(second.state.stop.conflicts).toHaveLength(1);
    repository.setConfig('rerere.autoUpdate', 'true');
    repository.abortSequence(second.state);
    expect(repository.merge('theirs1', { ...who, rerere: files }).kind).toBe('conflicts');
    // Forgotten by ours, recorded anew by ours, used by git.
    const session = { cache: files, algorithm: SHA1, nowSeconds: 0 };
    const forgotten = forgetResolution(session, { path: 'f', content: Buffer.from(readTreeFileAt(first.tree)) });
    expect(forgotten).toEqual({ path: 'f', id, variant: 0 });
    expect(files.find(id)[0]!.postimage).toBeUndefined();
    repository.setHead('ours0');
    repository.merge('theirs0', { ...who, rerere: files, resolutions: new Map([['f', text('anew', 'end 0')]]) });
    lab.git('checkout', '-q', 'ours2');
    lab.try(['merge', 'theirs2']);
    expect(lab.file('f')).toBe(text('anew', 'end 2'));
    // Old records are collected by both alike.
    const seconds = Math.floor(Date.now() / 1000);
    expect(collectResolutions({ ...session, nowSeconds: seconds + 59 * 86_400 })).toBe(0);
    expect(collectResolutions({ ...session, nowSeconds: seconds + 61 * 86_400 })).toBe(1);
    expect(files.ids()).toEqual([]);

    function readTreeFileAt(tree: string): string {
      if (first.kind !== 'conflicts') throw new Error(first.kind);
      const entry = new TreeEditor(first.objects, tree as never, SHA1).find('f')!;
      return Buffer.from(first.objects.find(entry.id)!.body).toString();
    }
  });

  it('are those of the directory where it has some or is told to, but not in a reality', async () => {
    const commit = (content: string): void => {
      lab.write('g', content);
      lab.git('add', 'g');
      lab.git('commit', '-q', '-m', 'g');
    };
    lab.git('reset', '-q', '--hard');
    lab.git('checkout', '-q', '--orphan', 'one');
    commit('base\n');
    lab.git('checkout', '-q', '-b', 'two');
    commit('theirs\n');
    lab.git('checkout', '-q', 'one');
    commit('ours\n');
    const folder = join(lab.folder, '.git', 'rr-cache');
    rmSync(folder, { recursive: true, force: true });
    const recorded = (): number => new RerereFiles(locateGitDirectory(lab.folder)).ids().length;
    const merge = async (enabled: string | undefined, inReality = false): Promise<void> => {
      lab.run(['config', '--unset', 'rerere.enabled']);
      if (enabled !== undefined) lab.git('config', 'rerere.enabled', enabled);
      const repository = await Repository.open(lab.folder);
      expect((inReality ? repository.reality() : repository).merge('two', { author: AUTHOR, committer: COMMITTER }).kind).toBe('conflicts');
      await repository.close();
    };
    await merge(undefined);
    await merge('true', true);
    expect(existsSync(folder)).toBe(false);
    await merge('true');
    expect(recorded()).toBe(1);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    await merge('false');
    expect(recorded()).toBe(0);
    await merge(undefined);
    expect(recorded()).toBe(1);
    // Git goes on with the same conflict by the same name.
    lab.try(['merge', 'two']);
    lab.write('g', 'both\n');
    lab.git('commit', '-q', '-am', 'merged');
    const [record] = new RerereFiles(locateGitDirectory(lab.folder)).ids();
    expect(Buffer.from(new RerereFiles(locateGitDirectory(lab.folder)).find(record!).at(-1)!.postimage!).toString()).toBe('both\n');
  });

  it('are the same in memory', () => {
    const session = { cache: new MemoryRerereCache(), algorithm: SHA1, nowSeconds: 1_000_000 };
    const content = Buffer.from('a\n<<<<<<< x\none\n=======\ntwo\n>>>>>>> y\n');
    const { recorded } = recordConflicts(session, [{ path: 'p\tq', content }, { path: 'none', content: Buffer.from('x\n') }]);
    expect(parseRererePaths(serializeRererePaths(recorded))).toEqual(recorded);
    expect(recordResolutions(session, recorded, () => content)).toEqual(recorded);
    expect(recordResolutions(session, recorded, () => Buffer.from('a\nboth\n'))).toEqual([]);
    const again = recordConflicts(session, [{ path: 'p', content }]);
    expect(again.resolved.map((file) => Buffer.from(file.content).toString())).toEqual(['a\nboth\n']);
    expect(collectResolutions({ ...session, nowSeconds: 1_000_000 + 61 * 86_400 })).toBe(1);
    expect(session.cache.ids()).toEqual([]);
  });
});
