import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hashObject } from '../../src/hash/hash-object.js';
import { runJob } from '../../src/job/job.js';
import { deflate } from '../../src/pack/deflate.js';
import { parseRefName } from '../../src/ref/ref-name.js';
import { maintain, type MaintenanceTask } from '../../src/repository/maintenance.js';
import { OpenSnapshots } from '../../src/repository/open-snapshots.js';
import { DirectoryBackend } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import { SeededRandom } from '../../src/testing/random.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { checkConnectivity } from '../../src/walk/connectivity.js';
import { describeWithGit, RealGit } from '../compat/real-git.js';
import { LOSSES, leaveCrash, type Loss } from './crash.js';
import { MAIN, perform, stateOf, type Action, type State } from './history.js';
import { RecordedDisk } from './recorded-disk.js';
import { findFault, momentAt, type Moment, type Run } from './run.js';

/**
 * Crashes, and calls that fail, while maintenance runs and commits are made at the same time.
 *
 * `GOVC_SIMULATIONS` beyond its default lets every kind of loss happen at every call, and git look at each.
 */
const IS_LONG = Number(process.env['GOVC_SIMULATIONS'] ?? 4) > 4;
const SIDE = parseRefName('refs/heads/side');
const FAR_FUTURE = 4_000_000_000;

type Step = Action | { readonly kind: 'maintain'; readonly tasks: readonly MaintenanceTask[]; readonly meanwhile?: Exclude<Action, { kind: 'flush' }> }
  | { readonly kind: 'loose'; readonly text: string };

/** Each task with something to do, and once more where nothing is left; things become unreachable in between. */
const SCRIPT: readonly Step[] = [
  ...flushed({ kind: 'commit', name: MAIN }), ...flushed({ kind: 'commit', name: MAIN }), ...flushed({ kind: 'commit', name: SIDE }),
  { kind: 'loose', text: 'never needed\n' },
  { kind: 'maintain', tasks: ['repack', 'commit-graph'], meanwhile: { kind: 'commit', name: MAIN } },
  ...flushed({ kind: 'receive', name: parseRefName('refs/heads/pushed') }),
  { kind: 'maintain', tasks: ['multi-pack-index'] },
  ...flushed({ kind: 'delete', name: SIDE }), ...flushed({ kind: 'tag', name: parseRefName('refs/tags/t') }),
  { kind: 'maintain', tasks: ['seal', 'reflog-expire', 'repack'] },
  ...flushed({ kind: 'commit', name: MAIN }),
  { kind: 'loose', text: 'not needed either\n' },
  { kind: 'maintain', tasks: ['collect', 'multi-pack-index'], meanwhile: { kind: 'commit', name: parseRefName('refs/heads/other') } },
  ...flushed({ kind: 'commit', name: MAIN }), ...flushed({ kind: 'commit', name: MAIN }),
  { kind: 'maintain', tasks: ['repack', 'collect', 'repack', 'leftovers'] },
];

function flushed(action: Action): Step[] {
  return [action, { kind: 'flush' }];
}

describeWithGit('a crash during maintenance', () => {
  let folder = '';
  let git: RealGit;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'govc-maintenance-'));
    git = new RealGit();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    git.remove();
  });

  it('leaves every object that is needed, after every call', async () => {
    const { run, first } = await runScript();
    const random = new SeededRandom(3);
    let looked = 0;
    let crashes = 0;
    for (let count = first; count <= run.disk.steps.length; count += IS_LONG ? 1 : 5) {
      const losses = IS_LONG ? LOSSES : [LOSSES[crashes % LOSSES.length]!];
      for (const loss of losses) {
        const byGit = IS_LONG || crashes % 4 === 0;
        await crash(run, { count, loss, random, byGit });
        crashes++;
        if (byGit) looked++;
      }
    }
    console.info(`${crashes} crashes during maintenance; git fsck looked at ${looked}`);
  }, 600_000);

  it('that does not come, but a disk that fails, leaves no lock and every object', async () => {
    const { run, first } = await runScript();
    let failed = 0;
    for (let at = first; at < run.disk.steps.length; at += IS_LONG ? 1 : 47) {
      const root = mkdtempSync(join(tmpdir(), 'govc-maintenance-'));
      const disk = new RecordedDisk(root);
      disk.failAt(at, at % 2 === 0 ? 'ENOSPC' : 'EIO');
      const writer = await Writer.open(await DirectoryBackend.init(root, { disk }));
      for (const [index, step] of SCRIPT.entries()) {
        try {
          await take(writer, disk, root, { step, index });
        } catch (error) {
          expect([at, ['io-failed', 'writer-failed'].includes((error as { code: string }).code)]).toEqual([at, true]);
          failed++;
          if (writer.state === 'failed') await writer.reload();
        }
      }
      await writer.close();
      const left = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lock') || name.endsWith('gc.pid'));
      expect([at, left.filter((name) => join(root, name) !== disk.failedPath)]).toEqual([at, []]);
      await check(root, `call ${at} failed`, at % 2 === 0);
      rmSync(root, { recursive: true, force: true });
    }
    expect(failed).toBeGreaterThan(0);
  }, 600_000);

  async function crash(run: Run, { count, loss, random, byGit }: {
    readonly count: number; readonly loss: Loss; readonly random: SeededRandom; readonly byGit: boolean;
  }): Promise<void> {
    const path = join(folder, 'left.git');
    mkdirSync(path);
    leaveCrash(run.disk, path, { count, loss, random });
    const where = `after call ${count}, of the rest ${loss}`;
    const found = await check(path, where, byGit);
    expect([where, findFault(run, momentAt(run, count)!, found)]).toEqual([where, undefined]);
    rmSync(path, { recursive: true, force: true });
  }

  /** The state that is left, after all that it needs was read. */
  async function check(path: string, where: string, byGit: boolean): Promise<State> {
    const problems: string[] = [];
    const backend = await DirectoryBackend.open(path, { syncs: false, onProblem: ({ message }) => problems.push(message) });
    const writer = await Writer.open(backend);
    const { objects, algorithm, refs, shallow } = writer.current;
    const tips = [...refs.entries()].flatMap(([, value]) => (value.kind === 'direct' ? [value.id] : []));
    const answer = runJob(checkConnectivity({ objects, algorithm, tips, known: [], shallow }));
    expect([where, answer, problems]).toEqual([where, { ok: true }, []]);
    const state = stateOf(writer.current);
    await writer.close();
    if (byGit) {
      const { status, stdout, stderr } = git.run(['--git-dir', path, 'fsck', '--full', '--strict', '--no-dangling']);
      expect([where, status, `${stdout.toString()}${stderr}`.replace(/^notice: .*\n/gm, '')]).toEqual([where, 0, '']);
    }
    return state;
  }
});

/** Runs the script on a disk that remembers; `first` is the call before which there was no repository worth the name. */
async function runScript(): Promise<{ readonly run: Run; readonly first: number }> {
  const root = mkdtempSync(join(tmpdir(), 'govc-maintenance-'));
  try {
    const disk = new RecordedDisk(root);
    const writer = await Writer.open(await DirectoryBackend.init(root, { disk }));
    const states: State[] = [stateOf(writer.current)];
    const moments: Moment[] = [];
    let confirmed = 0;
    const note = (): void => {
      const state = stateOf(writer.current);
      states.push(state);
      moments.push({ callCount: disk.steps.length, confirmed, applied: states.length - 1 });
    };
    note();
    const first = disk.steps.length;
    for (const [index, step] of SCRIPT.entries()) {
      await take(writer, disk, root, { step, index, note });
      if (step.kind === 'flush' || step.kind === 'maintain') confirmed = states.length - 1;
      note();
    }
    await writer.close();
    note();
    return { run: { disk, states, logs: [], moments }, first };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function take(
  writer: Writer, disk: RecordedDisk, root: string,
  { step, index, note }: { readonly step: Step; readonly index: number; readonly note?: () => void },
): Promise<void> {
  if (step.kind === 'flush') {
    await writer.flush();
  } else if (step.kind === 'loose') {
    try {
      await writeLoose(disk, root, step.text, writer);
    } catch (error) {
      // It is another program that could not write: ours goes on.
      if (!['ENOSPC', 'EIO'].includes((error as { code: string }).code)) throw error;
    }
  } else if (step.kind === 'maintain') {
    const working = maintain({
      writer,
      graph: new CommitGraph(writer.backend.algorithm),
      clock: () => 1_700_000_000_000,
      openSnapshots: new OpenSnapshots(),
      expireReflog: () => [],
    }, { tasks: step.tasks, expireBefore: FAR_FUTURE, sliceMs: 0 });
    // What comes of it is asked below, also where the commit fails.
    const end = working.then(() => undefined, (error: unknown) => error);
    try {
      if (step.meanwhile !== undefined) {
        await perform(writer, step.meanwhile, index);
        note?.();
        await writer.flush();
      }
    } finally {
      await end;
    }
    await working;
  } else {
    await perform(writer, step, index);
  }
}

/** As git does: under another name first. */
async function writeLoose(disk: RecordedDisk, root: string, text: string, writer: Writer): Promise<void> {
  const body = Buffer.from(text);
  const id = hashObject('blob', body, writer.backend.algorithm);
  const path = join(root, 'objects', id.slice(0, 2));
  disk.makeDirectory(path);
  const temporary = join(path, 'tmp_obj_simulated');
  const file = await disk.create(temporary, 0o444);
  try {
    await file.writeFile(deflate(Buffer.concat([Buffer.from(`blob ${body.length}\0`), body])));
    await file.sync();
  } finally {
    await file.close();
  }
  disk.rename(temporary, join(path, id.slice(2)));
  await disk.sync(path);
  await disk.sync(join(root, 'objects'));
}
