import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { parseRefName } from '../../src/ref/ref-name.js';
import { hasCode } from '../../src/errors.js';
import type { Writer } from '../../src/storage/writer.js';
import { describeWithGit, GIT_ENVIRONMENT } from './real-git.js';
import { draftCommit, mustApply, SharedRepository, showRefs } from './shared-repository.js';

const SHARED = parseRefName('refs/heads/shared');
const TIME_MS = 4000;

/** Moves the shared branch and one of its own, and prints each commit that it got in. */
const GIT_LOOP = `
tree=$(git mktree </dev/null); own=; i=0
while [ ! -e stop ]; do
  i=$((i+1))
  old=$(git rev-parse -q --verify refs/heads/shared) || continue
  # A repack may remove the folder that an object is about to be written to; then git fails.
  new=$(git commit-tree -p $old -m "$NAME $i" $tree 2>/dev/null) || continue
  git update-ref -m "$NAME" refs/heads/shared $new $old 2>/dev/null && echo shared $new
  new=$(git commit-tree \${own:+-p $own} -m "$NAME own $i" $tree 2>/dev/null) || continue
  git update-ref -m "$NAME" refs/heads/$NAME/own $new $own 2>/dev/null && own=$new && echo $NAME/own $new
done`;

const GIT_MAINTENANCE = `
while [ ! -e stop ]; do
  git pack-refs --all --prune 2>/dev/null
  git repack -adq 2>/dev/null
  git for-each-ref --format='delete %(refname)' refs/heads/passing | git update-ref --stdin 2>/dev/null
done`;

describeWithGit('a Git directory under many writers', () => {
  let shared: SharedRepository;
  let children: ChildProcess[] = [];
  beforeEach(() => {
    shared = new SharedRepository();
    shared.init();
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill();
    await shared.end();
  });

  const start = (script: string, name: string): Promise<string> => {
    const env = { ...GIT_ENVIRONMENT, NAME: name, GIT_DIR: shared.path('repo.git'), HOME: shared.folder };
    const child = spawn('sh', ['-c', script], { cwd: shared.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    return new Promise((resolve) => {
      child.on('close', () => resolve(output));
    });
  };

  /** Commits on the shared branch and one of its own until told to stop; gives the commits that were confirmed. */
  const write = async (writer: Writer, name: string, isOver: () => boolean): Promise<string[]> => {
    const confirmed: string[] = [];
    const own = parseRefName(`refs/heads/${name}/own`);
    for (let i = 0; !isOver(); i++) {
      await writer.refresh();
      const batches = [
        { ref: 'shared', ...draftCommit(writer, SHARED, `${name} ${i}`) },
        { ref: `${name}/own`, ...draftCommit(writer, own, `${name} own ${i}`) },
        { ref: '', ...draftCommit(writer, parseRefName(`refs/heads/passing/${name}-${i}`), 'comes and goes') },
      ];
      for (const { batch } of batches) mustApply(writer.apply(batch));
      await Promise.all(batches.map(async ({ ref, id, batch }) => {
        try {
          await writer.flush(batch);
          if (ref !== '') confirmed.push(`${ref} ${id}`);
        } catch (error) {
          // Git was faster, or held a lock for long: honest conflicts.
          if (!hasCode(error, 'ref-conflict') && !hasCode(error, 'lock-held')) throw error;
        }
      }));
      expect(writer.state).toBe('idle');
    }
    return confirmed;
  };

  it('loses no update of four git processes, two writers and maintenance', async () => {
    shared.git(['config', 'core.filesRefLockTimeout', '2000']);
    shared.git(['config', 'core.packedRefsTimeout', '5000']);
    shared.commit('refs/heads/shared', 'base');
    const names = ['g1', 'g2', 'g3', 'g4'];
    const outputs = [...names.map((name) => start(GIT_LOOP, name)), start(GIT_MAINTENANCE, 'maintenance')];
    const end = Date.now() + TIME_MS;
    const isOver = (): boolean => Date.now() > end;
    const writers = [await shared.open('repo.git', { syncs: false }), await shared.open('repo.git', { syncs: false })];
    const ours = await Promise.all(writers.map((writer, i) => write(writer, `w${i}`, isOver)));
    writeFileSync(shared.path('stop'), '');
    const theirs = (await Promise.all(outputs)).join('').trim().split('\n');
    const confirmed = [...theirs, ...ours.flat()];
    const histories = new Map<string, Set<string>>();
    for (const ref of new Set(confirmed.map((line) => line.split(' ')[0]!))) {
      histories.set(ref, new Set(shared.git(['rev-list', `refs/heads/${ref}`]).trim().split('\n')));
    }
    const lost = confirmed.filter((line) => {
      const [ref, id] = line.split(' ') as [string, string];
      return !histories.get(ref)!.has(id);
    });
    expect(lost).toEqual([]);
    const onShared = confirmed.filter((line) => line.startsWith('shared '));
    expect(histories.get('shared')!.size).toBe(onShared.length + 1);
    expect(ours.every((lines) => lines.length > 0)).toBe(true);
    expect(theirs.length).toBeGreaterThan(4);
    for (const writer of writers) {
      await writer.refresh();
      expect(showRefs(writer)).toBe(shared.refs());
    }
    expect(shared.runShell('find repo.git -name "*.lock" -o -name "tmp_*"')).toBe('');
    expect(shared.fsck()).toBe('');
    console.info(`${theirs.length} updates by git, ${ours.map(({ length }) => length).join(' and ')} by writers, ${onShared.length} on the shared branch`);
  }, 60_000);
});
