import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fsckLine, type FsckRepositoryOptions } from '../../src/history/fsck-repository.js';
import { Repository } from '../../src/repository/repository.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('a check of a whole repository, compared with git', () => {
  let git: RealGit;
  beforeEach(() => {
    git = new RealGit();
    git.read(['init', '-q', '--bare', '-b', 'main', '.']);
    git.read(['-c', 'fastimport.unpackLimit=10000', 'fast-import', '--quiet', '--force'], branchyHistory(5, 30));
  });
  afterEach(() => {
    git.remove();
  });

  const text = (args: readonly string[], input = ''): string => git.read(args, input).toString().trim();
  const remove = (id: string): void => {
    rmSync(join(git.folder, 'objects', id.slice(0, 2), id.slice(2)));
  };
  const set = (name: string, id: string): void => {
    writeFileSync(join(git.folder, name), `${id}\n`);
  };
  const write = (type: string, body: string | Uint8Array): string => git.read(['hash-object', '-t', type, '--literally', '-w', '--stdin'], body).toString().trim();

  /** The lines of git without progress, with the two lines of a broken link as one. */
  const theirs = (args: readonly string[]): string[] => {
    const result = git.run(['fsck', '--full', '--no-progress', ...args]);
    const lines = `${result.stdout.toString()}${result.stderr}`.replace(/\n {14}to/g, '\0').split('\n')
      .map((line) => line.replace('\0', '\n              to').replace(/^(error: [0-9a-f]{40}: object corrupt or missing).*/, '$1'));
    return [...new Set(lines.filter((line) => line !== '' && !/^(?:error: (?:inflate|unable|corrupt|garbage|hash mismatch|refs)|fatal|missing unknown)/.test(line)))].sort();
  };
  const ours = async (options: FsckRepositoryOptions): Promise<string[]> => {
    const repository = await Repository.open(git.folder);
    const lines = repository.fsck(options).map(fsckLine);
    await repository.close();
    return [...new Set(lines)].sort();
  };
  const compare = async (): Promise<void> => {
    expect(await ours({ strict: true, unreachable: true, root: true, tags: true }))
      .toEqual(theirs(['--strict', '--unreachable', '--root', '--tags']));
    expect(await ours({})).toEqual(theirs([]));
  };

  it('finds nothing wrong with a sound repository', async () => {
    await compare();
    git.read(['gc', '-q']);
    await compare();
  });

  it('finds what nothing names', async () => {
    git.read(['update-ref', '-d', 'refs/heads/side']);
    write('blob', 'nobody wants me');
    git.read(['mktag'], `object ${text(['rev-parse', 'topic'])}\ntype commit\ntag loose\ntagger T <t@e> 1700000000 +0000\n\nx\n`);
    await compare();
  });

  it('finds missing objects of every type', async () => {
    remove(text(['rev-parse', 'main~2']));
    remove(text(['rev-parse', 'topic^{tree}']));
    const file = text(['ls-tree', '-r', 'deep']).split('\n')[0]!.split(/\s/)[2]!;
    remove(file);
    await compare();
  });

  it('finds objects that break rules, and links of the wrong type', async () => {
    const blob = write('blob', 'content');
    const tree = text(['mktree'], `100644 blob ${blob}\tfile\n`);
    const raw = Buffer.from(blob, 'hex');
    const bad = write('tree', Buffer.concat([Buffer.from('100644 b\0'), raw, Buffer.from('100644 a\0'), raw, Buffer.from('40000 .git\0'), Buffer.from(tree, 'hex')]));
    const commit = write('commit', `tree ${bad}\nauthor A <a@b> 1 +0000\ncommitter C <c@d> 01 +0000\n\nx\n`);
    set('refs/heads/bad', commit);
    const lying = write('tree', Buffer.concat([Buffer.from('40000 dir\0'), raw]));
    set('refs/heads/lying', write('commit', `tree ${lying}\nauthor A <a@b> 1 +0000\ncommitter C <c@d> 1 +0000\n\nx\n`));
    const findings = await ours({ strict: true });
    for (const line of theirs(['--strict']).filter((found) => /^error in|^warning in/.test(found))) expect(findings).toContain(line);
  });

  it('obeys the configuration', async () => {
    write('commit', `tree ${text(['rev-parse', 'main^{tree}'])}\nauthor A <a@b> 1 +0000\ncommitter C <c@d> 01 +0000\n\nx\n`);
    await compare();
    git.read(['config', 'fsck.zeroPaddedDate', 'warn']);
    await compare();
    git.read(['config', 'fsck.zeroPaddedDate', 'ignore']);
    await compare();
  });

  it('finds damaged bytes', async () => {
    const id = text(['rev-parse', 'main~1^{tree}']);
    const other = text(['rev-parse', 'topic']);
    const path = join(git.folder, 'objects', id.slice(0, 2), id.slice(2));
    remove(id);
    writeFileSync(path, 'garbage');
    const findings = await ours({});
    expect(findings).toContain(`error: ${id}: object corrupt or missing`);
    expect(theirs([])).toContain(`error: ${id}: object corrupt or missing`);
    expect(findings.some((line) => line.includes(other))).toBe(false);
  });
});
