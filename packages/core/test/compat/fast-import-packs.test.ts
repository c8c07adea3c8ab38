import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { bytesFromText } from '../../src/bytes/text.js';
import { Repository } from '../../src/repository/repository.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

const WHO = 'committer C <c@d> 1600000000 +0100\n';
const commit = (branch: string, text: string): string =>
  `commit refs/heads/${branch}\n${WHO}data ${text.length}\n${text}\nM 100644 inline f\ndata ${text.length}\n${text}\n\n`;

describeWithGit('streams that are imported into packs, compared with git', () => {
  let git: RealGit;
  beforeEach(() => {
    git = new RealGit();
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
  });
  afterEach(() => {
    git.remove();
  });

  function* cut(stream: Uint8Array, size: number): Generator<Uint8Array> {
    for (let at = 0; at < stream.length; at += size) yield stream.subarray(at, at + size);
  }
  const refsOf = (repository: Repository): string => [...repository.refs('refs/')]
    .map(({ name, value }) => `${value.kind === 'direct' ? value.id : ''} ${name}\n`).join('');

  it.each([1 << 20, 1000])('give the same refs and a sound repository, in pieces of %d bytes', async (size) => {
    const stream = bytesFromText(branchyHistory(3, 120).replace(/\n(commit refs\/heads\/side)/, '\ncheckpoint\n\n$1'));
    git.read(['fast-import', '--quiet', '--force'], stream);
    const expected = git.read(['show-ref']).toString();
    const memory = Repository.init();
    await memory.fastImportStream(cut(stream, size), { force: true });
    expect(refsOf(memory)).toBe(expected);
    const directory = await Repository.create(join(git.folder, 'ours.git'));
    const result = await directory.fastImportStream(cut(stream, size), { force: true });
    expect(result.rejected).toEqual([]);
    expect(result.objectCount).toBeGreaterThan(200);
    await directory.close();
    expect(git.read(['-C', 'ours.git', 'show-ref']).toString()).toBe(expected);
    expect(git.read(['-C', 'ours.git', 'fsck', '--full', '--strict', '--no-dangling']).toString()).toBe('');
    expect(git.read(['-C', 'ours.git', 'count-objects', '-v']).toString()).toMatch(/^garbage: 0$/m);
  });

  it('keep what the last checkpoint took in when the stream fails, and leave nothing else', async () => {
    const directory = await Repository.create(join(git.folder, 'ours.git'));
    const parts = [commit('a', 'one'), 'checkpoint\n\n', commit('a', 'two'), 'nonsense\n'];
    await expect(directory.fastImportStream(parts.map(bytesFromText))).rejects.toMatchObject({ code: 'import-invalid' });
    expect(directory.state).not.toBe('failed');
    await directory.close();
    expect(git.read(['-C', 'ours.git', 'log', '--format=%s', 'a']).toString()).toBe('one\n');
    expect(git.read(['-C', 'ours.git', 'count-objects', '-v']).toString()).toMatch(/^packs: 1$/m);
  });

  it('do not store again what the repository holds, and do not move branches back', async () => {
    const stream = bytesFromText(branchyHistory(4, 30));
    const directory = await Repository.create(join(git.folder, 'ours.git'));
    await directory.fastImportStream([stream], { force: true });
    await directory.fastImportStream([stream], { force: true });
    const { rejected } = await directory.fastImportStream([bytesFromText(commit('main', 'other').replace('M 100644', `from ${directory.resolve('main')}\nM 100644`))]);
    expect(rejected).toEqual([]);
    const back = await directory.fastImportStream([bytesFromText(`reset refs/heads/main\nfrom ${directory.resolve('main~3')}\n\n`)]);
    expect(back.rejected.map(({ name }) => name)).toEqual(['refs/heads/main']);
    await directory.close();
    expect(git.read(['-C', 'ours.git', 'count-objects', '-v']).toString()).toMatch(/^packs: 2$/m);
  });
});
