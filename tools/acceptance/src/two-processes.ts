// A server and real git at work in one repository at the same time: no update may be lost, and whoever is refused must be
// told of an honest conflict.
//
//   node tools/acceptance/dist/two-processes.js [--seconds 300]
//
// git's own fsck cannot run beside git's own writers and collectors: it lists objects first and looks at refs and reflogs later, so a commit that
// comes in between is "missing" or "invalid" to it, and a pack that goes in between "cannot be accessed". So those wait while it looks. The
// server, with its writers, pushes and maintenance, does not; where git says that it missed something, everything that it names must be there.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Acknowledged, mustBeSound } from './durable/acknowledged.js';
import { pushWriter, restWriter, type DurableWriter, type Target } from './durable/writers.js';
import { Turns } from './durable/turns.js';
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
const turns = new Turns();
const done = new Map<string, number>();
const count = (name: string): void => {
  done.set(name, (done.get(name) ?? 0) + 1);
};

/** What another writer at the same ref makes of a request; anything else is a fault. */
const HONEST: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['the ref moved', /REF_CONFLICT|ref-conflict|but expected|fetch first|non-fast-forward|stale info|reference already exists/],
  ['the lock is held', /REPO_BUSY|lock-held|Unable to create '[^']*\.lock': File exists|cannot lock ref|failed to update ref/],
  ['the server was collecting', /gc is already running/],
  // A gc removes the folder of loose objects in which git is about to write: between the two of them.
  ['git lost its folder', /unable to (?:create temporary file|write file|migrate objects)/],
  // A worktree that is being added has a HEAD of zeros for a moment.
  ['git met its own new worktree', /(?:bad object|unable to parse object:?) worktrees\/\w+\/HEAD/],
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
      await turns.among(() => commitByPlumbing(this.name));
    }
  },
};

async function commitByPlumbing(name: string): Promise<void> {
  const old = (await git(folder, ['rev-parse', 'refs/heads/main'])).trim();
  const made = await run('git', ['commit-tree', '-p', old, '-m', 'by git', `${old}^{tree}`], { cwd: folder });
  if (made.code !== 0 && isHonest(made.stderr)) return;
  if (made.code !== 0) throw new Error(`git commit-tree: ${made.stderr}`);
  const commit = made.stdout.trim();
  const { code, stderr } = await run('git', ['update-ref', 'refs/heads/main', commit, old], { cwd: folder });
  if (code === 0) {
    acknowledged.add('app', commit);
    count(name);
  } else if (!isHonest(stderr)) {
    throw new Error(`${name}: ${stderr}`);
  }
}

const FSCK_ATTEMPTS_MAX = 20;

/**
 * Lets git check everything while the server goes on. What the server brings or takes away meanwhile is no fault, if everything that git missed
 * is there: then it looks again.
 */
const checker: DurableWriter = {
  name: 'git fsck',
  async write(target) {
    while (!target.isOver()) {
      await turns.alone(checkOnce);
      await pause(1500);
    }
  },
};

async function checkOnce(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = packs();
    const { code, stdout, stderr } = await run('git', ['fsck', '--full', '--strict', '--no-dangling', '--no-progress'], { cwd: folder });
    if (code === 0) {
      count('git fsck --full --strict');
      return;
    }
    const text = `${stderr}${stdout}`;
    const after = new Set(packs());
    const reason = before.every((name) => after.has(name)) ? 'git looked for what came after it had listed objects' : 'a pack went while git looked';
    if (attempt === FSCK_ATTEMPTS_MAX || !(await isAllThere(text, after))) throw new Error(`git fsck ended with ${code}: ${text.slice(0, 2000)}`);
    conflicts.set(reason, (conflicts.get(reason) ?? 0) + 1);
  }
}

/** Whether git only missed objects, all of which are there, and packs, all of which are gone. */
async function isAllThere(text: string, left: ReadonlySet<string>): Promise<boolean> {
  const lines = text.split('\n').filter((line) => line !== '');
  const isMiss = (line: string): boolean => /^(?:error: \S+: invalid (?:reflog entry|sha1 pointer) |missing |broken link|\s+to )/.test(line);
  const isGone = (line: string): boolean => /^error: /.test(line) && isPackGone(/\bpack-[0-9a-f]{40}\b/.exec(line)?.[0], left);
  if (!lines.every((line) => isMiss(line) || isGone(line))) return false;
  const ids = lines.filter((line) => isMiss(line)).flatMap((line) => line.match(/\b[0-9a-f]{40}\b/g) ?? []);
  const found = await git(folder, ['cat-file', '--batch-check'], { input: `${ids.join('\n')}\n` });
  return !found.includes(' missing\n') || ids.length === 0;
}

function isPackGone(name: string | undefined, left: ReadonlySet<string>): boolean {
  return name !== undefined && !left.has(`${name}.pack`);
}

function packs(): string[] {
  return readdirSync(join(folder, 'objects', 'pack')).filter((name) => name.endsWith('.pack'));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Runs commands of git one after another, again and again. Two that repack at once get in each other's way without us. */
function housekeeper(commands: readonly (readonly string[])[], pauseMs: number): DurableWriter {
  return {
    name: commands.map(([name]) => name).join(', '),
    async write(target) {
      for (let i = 0; !target.isOver(); i++) {
        const args = commands[i % commands.length]!;
        const name = `git ${args.join(' ')}`;
        const { code, stdout, stderr } = await turns.among(() => run('git', args, { cwd: folder }));
        if (code === 0) count(name.replaceAll(work, ''));
        else if (!isHonest(stderr)) throw new Error(`${name}: ${stderr}${stdout}`);
        await pause(pauseMs);
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
  const foreign = await pushWriter({ ...common, name: 'foreign', work, seed: 9, inTurn: (push) => turns.among(push) });
  const tree = join(work, 'tree');
  writers.push(
    housekeeper([['gc', '-q'], ['repack', '-adq'], ['repack', '-adq']], 200), housekeeper([['pack-refs', '--all', '--prune']], 50),
    housekeeper([['worktree', 'add', '-q', '--detach', tree, 'main'], ['worktree', 'remove', '--force', tree], ['worktree', 'prune']], 300), checker,
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
