import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { fsckLine, lostFiles } from '../../src/history/fsck-lines.js';
import type { FsckRepositoryOptions } from '../../src/history/fsck-repository.js';
import { Repository } from '../../src/repository/repository.js';
import { parseIndexFile } from '../../src/staging/index-file.js';
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
  /** With the refs that were left out when the repository was opened. */
  const withBroken = async (): Promise<string[]> => {
    const broken: { name: string; id: ObjectId }[] = [];
    const repository = await Repository.open(git.folder, { onProblem: ({ data }) => {
      if (typeof data['name'] === 'string' && typeof data['id'] === 'string') broken.push({ name: data['name'], id: data['id'] as ObjectId });
    } });
    const lines = repository.fsck({ brokenRefs: broken }).map(fsckLine);
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

  it('opens a repository whose branch names a damaged or missing commit, and tells so', async () => {
    const damaged = text(['rev-parse', 'topic']);
    remove(damaged);
    writeFileSync(join(git.folder, 'objects', damaged.slice(0, 2), damaged.slice(2)), 'garbage');
    const found = await withBroken();
    expect(found).toContain(`error: ${damaged}: object corrupt or missing`);
    expect(found).toContain(`error: refs/heads/topic: invalid sha1 pointer ${damaged}`);
    set('refs/heads/topic', text(['rev-parse', 'side']));
    remove(damaged);
    set('refs/heads/gone', '1'.repeat(40));
    remove(text(['rev-parse', 'main']));
    const lines = await withBroken();
    const badRefs = lines.filter((line) => line.startsWith('error: refs/'));
    expect(badRefs).toHaveLength(2);
    for (const line of badRefs) expect(git.run(['fsck', '--full', '--no-progress']).stderr).toContain(`${line}\n`);
    expect(lines.filter((line) => !badRefs.includes(line))).toEqual(theirs([]));
  });

  it('takes what the index names for reachable, and keeps what is lost', async () => {
    const tree = new RealGit();
    try {
      tree.read(['init', '-q', '-b', 'main', '.']);
      writeFileSync(join(tree.folder, 'file'), 'one');
      tree.read(['add', 'file']);
      tree.read(['commit', '-q', '-m', 'one']);
      writeFileSync(join(tree.folder, 'file'), 'only staged');
      writeFileSync(join(tree.folder, 'gone'), 'staged and gone');
      tree.read(['add', 'file', 'gone']);
      const lost = tree.read(['hash-object', '-w', '--stdin'], 'lost').toString().trim();
      const commit = tree.read(['commit-tree', '-m', 'lost', 'HEAD^{tree}']).toString().trim();
      const gone = tree.read(['rev-parse', ':gone']).toString().trim();
      rmSync(join(tree.folder, '.git/objects', gone.slice(0, 2), gone.slice(2)));
      const repository = await Repository.open(tree.folder);
      const index = parseIndexFile(readFileSync(join(tree.folder, '.git/index')), SHA1);
      const findings = repository.fsck({ index });
      expect(findings.map(fsckLine).sort()).toEqual(tree.run(['fsck', '--full', '--no-progress']).stdout.toString().trim().split('\n').sort());
      const files = [...lostFiles(repository.snapshot, findings)];
      tree.run(['fsck', '--lost-found', '--no-progress']);
      for (const { path, content } of files) {
        expect(Buffer.from(content)).toEqual(readFileSync(join(tree.folder, '.git/lost-found', path)));
      }
      expect(files.map(({ path }) => path).sort()).toEqual([`commit/${commit}`, `other/${lost}`]);
      await repository.close();
    } finally {
      tree.remove();
    }
  });
});
