// A server and real git at work in one repository at the same time: no update may be lost, and whoever is refused must be
// told of an honest conflict.
//
//   node tools/acceptance/dist/two-processes.js [--seconds 300]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Acknowledged, mustBeSound } from './durable/acknowledged.js';
import { pushWriter, restWriter, type DurableWriter, type Target } from './durable/writers.js';
import { git, run } from './programs.js';
import { Report } from './report.js';
import { createRepository, startServer } from './server.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' } } });
const report = new Report('two processes');
const work = mkdtempSync(join(tmpdir(), 'govc-two-'));
const data = join(work, 'data');
const folder = join(data, 'app.git');
const acknowledged = new Acknowledged(data);
const conflicts = new Map<string, number>();
const faults: string[] = [];
const done = new Map<string, number>();
const count = (name: string): void => {
  done.set(name, (done.get(name) ?? 0) + 1);
};

/** What another writer at the same ref makes of a request; anything else is a fault. */
const HONEST: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['the ref moved', /REF_CONFLICT|ref-conflict|but expected|fetch first|non-fast-forward|stale info|reference already exists/],
  ['the lock is held', /REPO_BUSY|lock-held|Unable to create '[^']*\.lock': File exists|cannot lock ref|failed to update ref/],
  // A gc removes the folder of loose objects in which git is about to write: between the two of them.
  ['git lost its folder', /unable to (?:create temporary file|write file|migrate objects)/],
];

function isHonest(text: string): boolean {
  const found = HONEST.find(([, pattern]) => pattern.test(text));
  if (found === undefined) return false;
  conflicts.set(found[0], (conflicts.get(found[0]) ?? 0) + 1);
  return true;
}

/** Commits to the branch that the server's writers share, by plumbing in the directory itself. */
const plumber: DurableWriter = {
  name: 'git update-ref',
  async write(target) {
    while (!target.isOver()) {
      const old = (await git(folder, ['rev-parse', 'refs/heads/main'])).trim();
      const made = await run('git', ['commit-tree', '-p', old, '-m', 'by git', `${old}^{tree}`], { cwd: folder });
      if (made.code !== 0 && isHonest(made.stderr)) continue;
      if (made.code !== 0) throw new Error(`git commit-tree: ${made.stderr}`);
      const commit = made.stdout.trim();
      const { code, stderr } = await run('git', ['update-ref', 'refs/heads/main', commit, old], { cwd: folder });
      if (code === 0) {
        acknowledged.add('app', commit);
        count(this.name);
      } else if (!isHonest(stderr)) {
        throw new Error(`${this.name}: ${stderr}`);
      }
    }
  },
};

/** Runs commands of git one after another, again and again. Two that repack at once get in each other's way without us. */
function housekeeper(commands: readonly (readonly string[])[], pauseMs: number): DurableWriter {
  return {
    name: commands.map(([name]) => name).join(', '),
    async write(target) {
      for (let i = 0; !target.isOver(); i++) {
        const args = commands[i % commands.length]!;
        const name = `git ${args.join(' ')}`;
        const { code, stdout, stderr } = await run('git', args, { cwd: folder });
        if (code === 0) count(name);
        else if (!isHonest(stderr)) throw new Error(`${name}: ${stderr}${stdout}`);
        await new Promise((resolve) => {
          setTimeout(resolve, pauseMs);
        });
      }
    },
  };
}

const server = await startServer(['--data', data]);
try {
  await createRepository(server.url, { id: 'app', memory_only: false });
  await fetch(`${server.url}/api/v1/repos/app/commits`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'First', author: { name: 'T', email: 't@example.com' }, branch: 'main', files: [{ path: 'a', content: 'a' }] }),
  });
  const common = { repository: 'app', acknowledged, isHonest };
  const writers: DurableWriter[] = [plumber];
  for (let i = 0; i < 3; i++) writers.push(restWriter({ ...common, name: `rest-${i}`, branch: 'main' }));
  for (let i = 0; i < 2; i++) writers.push(await pushWriter({ ...common, name: `push-${i}`, work, seed: i }));
  const foreign = await pushWriter({ ...common, name: 'foreign', work, seed: 9 });
  writers.push(
    housekeeper([['gc', '-q'], ['repack', '-adq'], ['repack', '-adq']], 200), housekeeper([['pack-refs', '--all', '--prune']], 50),
  );
  await report.check(`${values.seconds} s of a server and git at once`, async () => {
    const end = performance.now() + 1000 * Number(values.seconds);
    const target: Target = { url: server.url, isOver: () => performance.now() > end || !server.isAlive() };
    // The pushes of this one go into the directory without the server.
    const directly: Target = { ...target, url: data };
    await Promise.all([...writers.map((writer) => ({ writer, target })), { writer: foreign, target: directly }].map(async (each) => {
      try {
        await each.writer.write(each.target);
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
    }));
    const told = (of: ReadonlyMap<string, number>): string => [...of].map(([name, times]) => `${name} ${times}`).join(', ');
    if (faults.length > 0) throw new Error(faults.join('; '));
    return `${acknowledged.count} commits confirmed; ${told(done)}; honest conflicts: ${told(conflicts)}`;
  });
  await report.check('no update is lost', async () => {
    await acknowledged.checkAll();
    return undefined;
  });
  await report.check('git fsck --full --strict', async () => {
    await mustBeSound(folder);
    return undefined;
  });
} finally {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
report.finish();
