import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import { describeWithGit, RealGit } from '../compat/real-git.js';
import { MAIN, perform, SCRIPT, stateOf, type Action, type State } from './history.js';
import { RecordedDisk } from './recorded-disk.js';

const COUNT_DEFAULT = 4;
const IS_LONG = Number(process.env['GOVC_SIMULATIONS'] ?? COUNT_DEFAULT) > COUNT_DEFAULT;
// A number that has no factor in common with how many calls a commit takes, so that all kinds of calls are met.
const STRIDE = IS_LONG ? 1 : 7;

describeWithGit('a disk that fails', () => {
  it.each(['ENOSPC', 'EIO'])('leaves no lock behind, and a whole repository after a reload (%s at every call)', async (code) => {
    const git = new RealGit();
    const calls = await countCalls();
    let failed = 0;
    for (let at = calls.afterInit; at < calls.total; at += STRIDE) failed += await runFailing(at, code, at % 5 === 0 ? git : undefined);
    git.remove();
    console.info(`${code}: ${Math.ceil((calls.total - calls.afterInit) / STRIDE)} calls failed, ${failed} of them an append`);
    expect(failed).toBeGreaterThan(0);
  }, 600_000);
});

async function countCalls(): Promise<{ readonly afterInit: number; readonly total: number }> {
  return inFolder(async (root) => {
    const disk = new RecordedDisk(root);
    const writer = await Writer.open(await DirectoryBackend.init(root, { disk }));
    const afterInit = disk.steps.length;
    for (const [index, action] of SCRIPT.entries()) {
      if (action.kind === 'flush') await writer.flush();
      else await perform(writer, action, index);
    }
    await writer.close();
    return { afterInit, total: disk.steps.length };
  });
}

/** Runs the script with one call that fails; says whether an append failed with it. */
async function runFailing(at: number, code: string, git: RealGit | undefined): Promise<number> {
  return inFolder(async (root) => {
    const disk = new RecordedDisk(root);
    disk.failAt(at, code);
    const writer = await Writer.open(await DirectoryBackend.init(root, { disk }));
    let confirmed = stateOf(writer.current);
    let failed = 0;
    for (const [index, action] of SCRIPT.entries()) {
      const before = disk.steps.length;
      const applied = stateOf(writer.current);
      try {
        await step(writer, action, index);
        if (action.kind === 'flush') confirmed = applied;
      } catch (error) {
        expect([at, before <= at, disk.steps.length > at]).toEqual([at, true, true]);
        expect([at, ['io-failed', 'writer-failed'].includes((error as { code: string }).code)]).toEqual([at, true]);
        if (writer.state === 'failed') {
          failed++;
          await writer.reload();
          expectEachOf(at, stateOf(writer.current), [confirmed, applied]);
          confirmed = stateOf(writer.current);
        }
        // Only a lock that could not be removed may stay.
        const locks = locksIn(root);
        expect([at, locks.filter((lock) => lock !== disk.failedPath)]).toEqual([at, []]);
        for (const lock of locks) rmSync(lock);
      }
    }
    await writer.close();
    const again = await Writer.open(await DirectoryBackend.open(root, { syncs: false }));
    expect([at, stateOf(again.current)]).toEqual([at, stateOf(writer.current)]);
    await again.close();
    if (git !== undefined) expect([at, git.run(['--git-dir', root, 'fsck', '--strict', '--full']).status]).toEqual([at, 0]);
    return failed;
  });
}

async function step(writer: Writer, action: Action, index: number): Promise<void> {
  if (action.kind === 'flush') await writer.flush();
  else if (action.kind !== 'tag' || writer.current.refs.has(MAIN)) await perform(writer, action, index);
}

function expectEachOf(at: number, found: State, possible: readonly State[]): void {
  for (const name of new Set([found, ...possible].flatMap(({ refs }) => [...refs.keys()]))) {
    const values = possible.map(({ refs }) => refs.get(name));
    expect([at, name, values.includes(found.refs.get(name))]).toEqual([at, name, true]);
  }
  expect(possible.map(({ config }) => config)).toContain(found.config);
}

function locksIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lock')).map((name) => join(root, name));
}

async function inFolder<Result>(work: (root: string) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'govc-fault-'));
  try {
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
