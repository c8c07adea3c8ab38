import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, gitReadsTables, RealGit } from '../compat/real-git.js';
import { LOSSES, leaveCrash, type Loss } from './crash.js';
import { MAIN, PACKED_SCRIPT, perform, randomActions, SCRIPT, stateOf } from './history.js';
import { findFault, hasWholeRefs, isWhole, momentAt, runHistory, type Run } from './run.js';

/**
 * Crashes of the directory backend after every call that changes the disk.
 *
 * `GOVC_SIMULATIONS` is how many random histories there are (default 4), `GOVC_SIMULATION_SEED` the seed of the first.
 */
const COUNT_DEFAULT = 4;
const COUNT = Number(process.env['GOVC_SIMULATIONS'] ?? COUNT_DEFAULT);
const TIMEOUT_MS = 300_000 + COUNT * 20_000;
const FIRST_SEED = Number(process.env['GOVC_SIMULATION_SEED'] ?? 1);
const ACTION_COUNT = 8;
/** So many are told of; one often comes with others of the same reason. */
const FAULTS_MAX = 10;

const READS_TABLES = gitReadsTables();

describeWithGit('a crash of a repository in a directory', () => {
  let folder = '';
  let git: RealGit;
  const faults: string[] = [];
  const counts = { crashes: 0, whole: 0, byGit: 0 };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'govc-crash-'));
    git = new RealGit();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    git.remove();
    console.info(`${counts.crashes} crashes; ${counts.whole} left a whole state; git fsck looked at ${counts.byGit}`);
  });

  it('leaves a state between what was confirmed and what was applied, after every call of a script', async () => {
    const run = await runHistory(SCRIPT);
    const random = new SeededRandom(1);
    for (let count = 0; count <= run.disk.steps.length; count++) {
      const losses = COUNT > COUNT_DEFAULT ? LOSSES : [LOSSES[count % LOSSES.length]!, LOSSES[(count + 1) % LOSSES.length]!];
      for (const loss of losses) await crash(run, { count, loss, random, label: 'script' });
    }
    expect(faults.splice(0)).toEqual([]);
  }, TIMEOUT_MS);

  it('leaves such a state where refs are packed', async () => {
    const run = await runHistory(PACKED_SCRIPT);
    const random = new SeededRandom(2);
    // Taking and giving back hundreds of locks is one call like another.
    const stride = COUNT > COUNT_DEFAULT ? 1 : 11;
    const busy = run.moments[4]!.callCount;
    for (let count = 0, i = 0; count <= run.disk.steps.length; count += count < busy ? stride : 1, i++) {
      await crash(run, { count, loss: LOSSES[i % LOSSES.length]!, random, label: 'packed refs' });
    }
    expect(faults.splice(0)).toEqual([]);
  }, TIMEOUT_MS);

  it('leaves all of a change or nothing where refs are in tables', async () => {
    const random = new SeededRandom(3);
    const isLong = COUNT > COUNT_DEFAULT;
    const histories = [SCRIPT, ...Array.from({ length: isLong ? COUNT : 1 }, (_, i) => randomActions(new SeededRandom(FIRST_SEED + i), ACTION_COUNT))];
    for (const [index, actions] of histories.entries()) {
      const run = await runHistory(actions, { refFormat: 'reftable' });
      for (let count = 0; count <= run.disk.steps.length; count += isLong ? 1 : 3) {
        const loss = LOSSES[(count + index) % LOSSES.length]!;
        await crash(run, { count, loss, random, label: `tables ${index}`, isInTables: true });
      }
    }
    expect(faults.splice(0)).toEqual([]);
  }, TIMEOUT_MS);

  it('leaves such a state where objects are loose', async () => {
    const random = new SeededRandom(4);
    const isLong = COUNT > COUNT_DEFAULT;
    const histories = [SCRIPT, ...Array.from({ length: isLong ? COUNT : 1 }, (_, i) => randomActions(new SeededRandom(FIRST_SEED + i), ACTION_COUNT))];
    for (const [index, actions] of histories.entries()) {
      const run = await runHistory(actions, { packLimit: 100 });
      for (let count = 0; count <= run.disk.steps.length; count += isLong ? 1 : 3) {
        await crash(run, { count, loss: LOSSES[(count + index) % LOSSES.length]!, random, label: `loose ${index}` });
      }
    }
    expect(faults.splice(0)).toEqual([]);
  }, TIMEOUT_MS);

  it('leaves such a state in random histories', async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
      const random = new SeededRandom(seed);
      const run = await runHistory(randomActions(random, ACTION_COUNT));
      for (let count = 0; count <= run.disk.steps.length; count++) {
        const loss = count === run.disk.steps.length ? 'nothing' : LOSSES[(count + seed) % LOSSES.length]!;
        await crash(run, { count, loss, random, label: `seed ${seed}` });
      }
    }
    expect(faults.splice(0)).toEqual([]);
  }, TIMEOUT_MS);

  async function crash(run: Run, { count, loss, random, label, isInTables = false }: {
    readonly count: number; readonly loss: Loss; readonly random: SeededRandom; readonly label: string; readonly isInTables?: boolean;
  }): Promise<void> {
    const moment = momentAt(run, count);
    if (moment === undefined) return;
    const path = join(folder, 'left.git');
    mkdirSync(path);
    leaveCrash(run.disk, path, { count, loss, random });
    const where = `${label}, after call ${count}, of the rest ${loss}`;
    counts.crashes++;
    try {
      const problems: string[] = [];
      const backend = await DirectoryBackend.open(path, { syncs: false, onProblem: ({ message }) => problems.push(message) });
      const writer = await Writer.open(backend);
      expect([where, problems]).toEqual([where, []]);
      const found = stateOf(writer.current);
      expect([where, findFault(run, moment, found)]).toEqual([where, undefined]);
      if (isWhole(run, moment, found)) counts.whole++;
      if (isInTables) expect([where, hasWholeRefs(run, moment, found)]).toEqual([where, true]);
      const log = (writer.reflogs.find(MAIN) ?? []).map(({ newId, timeSeconds }) => `${newId} ${timeSeconds}`);
      const logs = run.logs.slice(moment.confirmed, moment.applied + 1);
      if (!logs.some((lines) => startsWith(log, lines))) expect([where, log]).toEqual([where, logs]);
      if (counts.crashes % 97 === 0 && (!isInTables || READS_TABLES)) {
        counts.byGit++;
        expect([where, ...fsck(path)]).toEqual([where, 0, '']);
        removeLocks(path);
        await perform(writer, { kind: 'commit', name: MAIN }, 1_000_000);
        await writer.flush();
        expect([where, ...fsck(path)]).toEqual([where, 0, '']);
      }
      await writer.close();
    } catch (error) {
      faults.push(`${where}: ${(error as Error).message}`);
      if (faults.length >= FAULTS_MAX) throw new Error(faults.join('\n'), { cause: error });
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }

  function fsck(path: string): [number, string] {
    const { status, stdout, stderr } = git.run(['--git-dir', path, 'fsck', '--full', '--strict', '--no-dangling']);
    return [status, `${stdout.toString()}${stderr}`.replace(/^notice: .*\n/gm, '')];
  }
});

function startsWith(log: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((line, i) => log[i] === line);
}

function removeLocks(path: string): void {
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.lock')) rmSync(join(path, name));
  }
}
