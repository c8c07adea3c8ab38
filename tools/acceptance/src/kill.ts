// A server that is killed again and again while real clients write to it: nothing that it confirmed may be lost.
//
//   nice -n 5 node tools/acceptance/dist/kill.js [--kills 300] [--repositories 4] [--seed 1]
//
// Eight `git push` clients and eight writers over REST work all the time. After each SIGKILL every commit that was
// confirmed must be reachable by git, before a server has looked at the directory again; every few kills, and at the
// end, each repository must pass `git fsck --full --strict`.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Acknowledged, mustBeSound } from './durable/acknowledged.js';
import { Chance } from './durable/chance.js';
import { pushWriter, restWriter, type DurableWriter } from './durable/writers.js';
import { git } from './programs.js';
import { Report } from './report.js';
import { createRepository, startServer } from './server.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' }, repositories: { type: 'string', default: '4' }, seed: { type: 'string', default: '1' },
  },
});
const KILLS = Number(values.kills);
const CLIENTS = 8;
const FSCK_EVERY = 10;
/** A killed server leaves a pack for each append; git takes long to open very many. */
const PACKS_MAX = 300;

const report = new Report('kill');
const work = mkdtempSync(join(tmpdir(), 'govc-kill-'));
const data = join(work, 'data');
const chance = new Chance(Number(values.seed));
const acknowledged = new Acknowledged(data);
const repositories = Array.from({ length: Number(values.repositories) }, (_, i) => `repo-${i}`);
const folderOf = (id: string): string => join(data, `${id}.git`);
let lifeMs = 0;

/** Lets everyone write to a server until it is killed, and gives what went wrong before. */
async function liveAndDie(writers: readonly DurableWriter[]): Promise<string[]> {
  const server = await startServer(['--data', data]);
  const ended = new Promise((resolve) => server.process.once('exit', resolve));
  const faults: string[] = [];
  let isOver = false;
  const target = { url: server.url, isOver: () => isOver || !server.isAlive() };
  const writing = Promise.all(writers.map((writer) => writer.write(target).catch((error: unknown) => {
    faults.push(error instanceof Error ? error.message : String(error));
  })));
  const ms = 30 + chance.below(2500);
  lifeMs += ms;
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  if (!server.isAlive()) faults.push('the server ended by itself');
  isOver = true;
  server.process.kill('SIGKILL');
  await Promise.all([writing, ended]);
  return faults;
}

async function tidy(id: string): Promise<void> {
  const packs = readdirSync(join(folderOf(id), 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  if (packs <= PACKS_MAX) return;
  // Marks of packs whose refs were not moved are removed a day later; here is no time for that.
  for (const name of readdirSync(join(folderOf(id), 'objects', 'pack'))) {
    if (name.endsWith('.keep')) rmSync(join(folderOf(id), 'objects', 'pack', name));
  }
  await git(folderOf(id), ['repack', '-adq']);
}

try {
  const first = await startServer(['--data', data]);
  for (const id of repositories) await createRepository(first.url, { id, memory_only: false });
  await first.stop();
  const writers: DurableWriter[] = [];
  // After a kill nobody holds a lock, so there is no honest refusal.
  const isHonest = (): boolean => false;
  for (let i = 0; i < CLIENTS; i++) {
    const repository = repositories[i % repositories.length]!;
    writers.push(await pushWriter({ name: `push-${i}`, repository, work, acknowledged, isHonest, seed: i }));
    writers.push(restWriter({ name: `rest-${i}`, repository, branch: 'main', acknowledged, isHonest }));
  }
  const faults: string[] = [];
  await report.check(`${KILLS} kills lose nothing that was confirmed`, async () => {
    for (let kill = 1; kill <= KILLS; kill++) {
      for (const fault of await liveAndDie(writers)) faults.push(`before kill ${kill}: ${fault}`);
      await acknowledged.checkFresh();
      if (kill % FSCK_EVERY === 0) for (const id of repositories) await mustBeSound(folderOf(id));
      for (const id of repositories) await tidy(id);
      if (kill % 25 === 0) process.stdout.write(`     ${kill} kills, ${acknowledged.count} commits confirmed, ${faults.length} refused\n`);
    }
    return `${acknowledged.count} commits confirmed in ${(lifeMs / 1000).toFixed(0)} s of life`;
  });
  await report.check('each confirmed commit is reachable at the end', async () => {
    await acknowledged.checkAll();
    return undefined;
  });
  await report.check('each repository passes git fsck --full --strict', async () => {
    for (const id of repositories) await mustBeSound(folderOf(id));
    return undefined;
  });
  await report.check('no write was refused because of an earlier kill', async () => {
    if (faults.length > 0) throw new Error(`${faults.length} were: ${faults.slice(0, 5).join('; ')}`);
    return undefined;
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
report.finish();
