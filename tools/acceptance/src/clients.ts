// Clones, commits, pushes and fetches with Git clients that nobody here wrote, and prints a table.
//
//   node tools/acceptance/dist/clients.js [--repository DIR] [--branch main] [--client NAME ...]
//
// dulwich and JGit come from Debian (python3-dulwich, jgit-cli); isomorphic-git and es-git (libgit2) from npm. In CI all are
// there; elsewhere a client that is not installed is left out, and the table says so.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cloneRepository, createSignature } from 'es-git';
import isomorphic from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { makeHistory } from './history.js';
import { git, hasProgram, run } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer } from './server.js';

/** One client: it clones to a folder, changes a file there and pushes, fetches into the same folder. */
interface Client {
  readonly name: string;
  isInstalled(): Promise<boolean>;
  clone(url: string, folder: string): Promise<void>;
  /** Writes a file, commits it on `main` and pushes. */
  push(url: string, folder: string, file: string): Promise<void>;
  /** Fetches, and gives the id that the remote's `main` then has there. */
  fetch(url: string, folder: string): Promise<string>;
}

const AUTHOR = { name: 'Client', email: 'client@example.com' };

async function must(command: string, args: readonly string[], cwd: string): Promise<string> {
  const outcome = await run(command, args, { cwd, env: { HOME: cwd } });
  if (outcome.code !== 0) throw new Error(`${command} ${args.join(' ').slice(0, 200)}: ${outcome.stderr.slice(-1500)}`);
  return outcome.stdout;
}

const python = async (program: string, args: readonly string[], cwd: string): Promise<string> =>
  must('/usr/bin/python3', ['-c', `import sys\nfrom dulwich import porcelain\nfrom dulwich.repo import Repo\n${program}`, ...args], cwd);

const dulwich: Client = {
  name: 'dulwich',
  isInstalled: async () => (await run('/usr/bin/python3', ['-c', 'import dulwich'])).code === 0,
  clone: async (url, folder) => {
    await python('porcelain.clone(sys.argv[1], sys.argv[2], errstream=porcelain.NoneStream())', [url, folder], '/');
  },
  push: async (url, folder, file) => {
    writeFileSync(join(folder, file), file);
    await python(
      'r = Repo(".")\nporcelain.add(r, [sys.argv[2]])\n' +
      'porcelain.commit(r, message=b"by dulwich", author=b"C <c@example.com>", committer=b"C <c@example.com>")\n' +
      'porcelain.push(r, sys.argv[1], b"refs/heads/main", outstream=porcelain.NoneStream(), errstream=porcelain.NoneStream())',
      [url, join(folder, file)], folder);
  },
  fetch: async (url, folder) => (await python(
    'f = porcelain.fetch(".", sys.argv[1], errstream=porcelain.NoneStream(), outstream=porcelain.NoneStream())\n' +
    'print(f.refs[b"refs/heads/main"].decode())', [url], folder)).trim(),
};

// The script that Debian ships looks for its classes in the wrong places, so the jars are named here.
const JARS = /^(org\.eclipse\.jgit[a-z.]*|args4j|jsch|slf4j-api|slf4j-jdk14|javaewah|gson|httpclient|httpcore|commons-compress|commons-logging)\.jar$/;
const jarFolder = '/usr/share/java';
const jars = existsSync(jarFolder) ? readdirSync(jarFolder).filter((name) => JARS.test(name)).map((name) => join(jarFolder, name)) : [];
const jgitRun = (args: readonly string[], cwd: string): Promise<string> =>
  must('java', ['-cp', jars.join(':'), 'org.eclipse.jgit.pgm.Main', ...args], cwd);

const jgit: Client = {
  name: 'JGit',
  isInstalled: async () => (await hasProgram('java')) && existsSync('/usr/share/java/org.eclipse.jgit.pgm.jar'),
  clone: async (url, folder) => {
    await jgitRun(['clone', url, folder], '/tmp');
  },
  push: async (url, folder, file) => {
    writeFileSync(join(folder, file), file);
    await jgitRun(['add', file], folder);
    await jgitRun(['commit', '-m', 'by JGit', '--author', 'C <c@example.com>'], folder);
    await jgitRun(['push', url, 'HEAD:refs/heads/main'], folder);
  },
  fetch: async (_url, folder) => {
    await jgitRun(['fetch', 'origin'], folder);
    return (await git(folder, ['rev-parse', 'refs/remotes/origin/main'])).trim();
  },
};

const isomorphicGit: Client = {
  name: 'isomorphic-git',
  isInstalled: () => Promise.resolve(true),
  clone: async (url, folder) => {
    await isomorphic.clone({ fs, http, dir: folder, url });
  },
  push: async (url, folder, file) => {
    writeFileSync(join(folder, file), file);
    await isomorphic.add({ fs, dir: folder, filepath: file });
    await isomorphic.commit({ fs, dir: folder, message: 'by isomorphic-git', author: AUTHOR });
    const result = await isomorphic.push({ fs, http, dir: folder, url, ref: 'main' });
    if (!result.ok) throw new Error(JSON.stringify(result));
  },
  fetch: async (_url, folder) => {
    await isomorphic.fetch({ fs, http, dir: folder, remote: 'origin' });
    return isomorphic.resolveRef({ fs, dir: folder, ref: 'refs/remotes/origin/main' });
  },
};

const libgit2: Client = {
  name: 'libgit2 (es-git)',
  isInstalled: () => Promise.resolve(true),
  clone: async (url, folder) => {
    await cloneRepository(url, folder);
  },
  push: async (_url, folder, file) => {
    const { openRepository } = await import('es-git');
    const repository = await openRepository(folder);
    writeFileSync(join(folder, file), file);
    const index = repository.index();
    index.addPath(file);
    index.write();
    const tree = repository.getTree(index.writeTree());
    const signature = createSignature(AUTHOR.name, AUTHOR.email);
    repository.commit(tree, 'by libgit2', {
      updateRef: 'HEAD', author: signature, committer: signature, parents: [repository.head().target()!],
    });
    await repository.getRemote('origin').push(['refs/heads/main:refs/heads/main']);
  },
  fetch: async (_url, folder) => {
    const { openRepository } = await import('es-git');
    const repository = await openRepository(folder);
    await repository.getRemote('origin').fetch(['+refs/heads/*:refs/remotes/origin/*']);
    return repository.revparseSingle('refs/remotes/origin/main');
  },
};

const report = new Report('clients');
const work = mkdtempSync(join(tmpdir(), 'govc-clients-'));
const source = join(work, 'source.git');
const { values } = parseArgs({ options: { repository: { type: 'string' }, branch: { type: 'string', default: 'main' }, client: { type: 'string', multiple: true } } });
if (values.repository === undefined) {
  await makeHistory(source, 400);
} else {
  await git(work, ['clone', '-q', '--bare', '--single-branch', '--branch', values.branch, values.repository, source]);
  if (values.branch !== 'main') await git(source, ['branch', '-m', values.branch, 'main']);
}
const server = await startServer(['--data', join(work, 'data')]);
const rows: string[][] = [];
try {
  const chosen = [dulwich, jgit, isomorphicGit, libgit2].filter(({ name }) => values.client?.includes(name) ?? true);
  for (const client of chosen) {
    if (!(await client.isInstalled())) {
      if (process.env['CI'] !== undefined) await report.check(`${client.name} is installed`, () => Promise.reject(new Error('it is not')));
      rows.push([client.name, 'not installed', '', '', '']);
      continue;
    }
    const id = client.name.replace(/\W+/g, '-').toLowerCase();
    const url = `${server.url}/${id}.git`;
    const folder = join(work, id);
    const checker = join(work, `${id}-check`);
    await createRepository(server.url, { id, memory_only: false });
    await git(source, ['push', '-q', '--mirror', url]);
    const row = [client.name];
    const step = async (name: string, action: () => Promise<undefined>): Promise<void> => {
      row.push((await report.check(`${client.name}: ${name}`, action)) ? 'yes' : 'NO');
    };
    await step('clone', async () => {
      await client.clone(url, folder);
      mustEqual(await git(folder, ['rev-parse', 'HEAD']), await git(source, ['rev-parse', 'main']), 'HEAD');
      await git(folder, ['fsck', '--full', '--no-dangling']);
      return undefined;
    });
    await step('push', async () => {
      await client.push(url, folder, 'pushed.txt');
      await git(work, ['clone', '-q', '--branch', 'main', url, checker]);
      mustEqual(readFileSync(join(checker, 'pushed.txt'), 'utf8'), 'pushed.txt', 'what was pushed');
      return undefined;
    });
    await step('fetch', async () => {
      writeFileSync(join(checker, 'other.txt'), 'other');
      await git(checker, ['add', '.']);
      await git(checker, ['commit', '-q', '-m', 'other']);
      await git(checker, ['push', '-q', 'origin', 'main']);
      mustEqual(await client.fetch(url, folder), (await git(checker, ['rev-parse', 'HEAD'])).trim(), 'main');
      return undefined;
    });
    await step('fsck', async () => {
      await git(join(work, 'data', `${id}.git`), ['fsck', '--full', '--strict', '--no-dangling']);
      return undefined;
    });
    rows.push(row);
  }
} finally {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
process.stdout.write('\n| client | clone | push | fetch | server\'s git fsck |\n| --- | --- | --- | --- | --- |\n');
for (const row of rows) process.stdout.write(`| ${row.join(' | ')} |\n`);
report.finish();
