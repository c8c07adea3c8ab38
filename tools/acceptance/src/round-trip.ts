// Pushes a repository to the server and gets it back in every way that git knows.
//
//   node tools/acceptance/dist/round-trip.js [--repository DIR] [--commits N]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeHistory } from './history.js';
import { git, gitMustFail, run } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer } from './server.js';

const { values } = parseArgs({
  options: { repository: { type: 'string' }, commits: { type: 'string', default: '10000' }, branch: { type: 'string', default: 'main' } },
});

const report = new Report('round trip');
const work = mkdtempSync(join(tmpdir(), 'govc-round-trip-'));
const source = values.repository ?? join(work, 'source.git');
if (values.repository === undefined) await makeHistory(source, Number(values.commits));
const branch = values.branch;
const server = await startServer(['--data', join(work, 'data')]);
const url = `${server.url}/round/trip.git`;
let count = 0;
const place = (): string => join(work, `clone-${++count}`);

const refs = (folder: string): Promise<string> => git(folder, ['for-each-ref', '--format=%(refname) %(objectname)']);
const objects = async (folder: string, args: readonly string[]): Promise<string> =>
  (await git(folder, ['rev-list', '--objects', ...args])).split('\n').map((line) => line.split(' ')[0]).sort().join('\n');

try {
  await createRepository(server.url, { id: 'round/trip', memory_only: false, default_branch: branch });
  const sourceRefs = await refs(source);
  const sourceObjects = await objects(source, ['--all']);

  await report.check('an empty repository is cloned', async () => {
    const folder = place();
    const { stderr } = await run('git', ['clone', url, folder]);
    if (!stderr.includes('empty repository')) throw new Error(stderr);
    mustEqual((await git(folder, ['symbolic-ref', 'HEAD'])).trim(), `refs/heads/${branch}`, 'HEAD');
    return undefined;
  });
  await report.check('push --mirror into an empty repository', async () => {
    await git(source, ['push', '-q', '--mirror', url]);
    return `server peak ${server.peakMemory().toFixed(0)} MiB`;
  });
  await report.check('the server\'s own directory passes git fsck and has the same refs and objects', async () => {
    const folder = join(work, 'data', 'round', 'trip.git');
    await git(folder, ['fsck', '--strict', '--full', '--no-dangling']);
    mustEqual(await refs(folder), sourceRefs, 'refs');
    mustEqual(await objects(folder, ['--all']), sourceObjects, 'objects');
    return undefined;
  });
  for (const version of ['0', '1', '2']) {
    await report.check(`protocol version ${version}: mirror clone is identical and sound`, async () => {
      const folder = place();
      await git(work, ['-c', `protocol.version=${version}`, 'clone', '-q', '--mirror', url, folder]);
      await git(folder, ['fsck', '--strict', '--full', '--no-dangling']);
      mustEqual(await refs(folder), sourceRefs, 'refs');
      mustEqual(await objects(folder, ['--all']), sourceObjects, 'objects');
      return undefined;
    });
    await report.check(`protocol version ${version}: bare clone is identical and sound`, async () => {
      const folder = place();
      await git(work, ['-c', `protocol.version=${version}`, 'clone', '-q', '--bare', url, folder]);
      await git(folder, ['fsck', '--strict', '--full', '--no-dangling']);
      mustEqual(await objects(folder, ['--branches', '--tags']), await objects(source, ['--branches', '--tags']), 'objects');
      return undefined;
    });
    await report.check(`protocol version ${version}: depth 1, then deeper, then unshallow`, async () => {
      const folder = place();
      const fetch = (args: readonly string[]): Promise<string> => git(folder, ['-c', `protocol.version=${version}`, 'fetch', '-q', ...args]);
      await git(work, ['-c', `protocol.version=${version}`, 'clone', '-q', '--depth', '1', url, folder]);
      mustEqual((await git(folder, ['rev-list', '--count', 'HEAD'])).trim(), '1', 'commits');
      await fetch(['--depth', '50']);
      const reference = place();
      await git(work, ['clone', '-q', '--depth', '50', `file://${source}`, reference]);
      mustEqual(await objects(folder, ['HEAD']), await objects(reference, ['HEAD']), 'depth 50');
      await fetch(['--deepen', '10']);
      await fetch(['--unshallow']);
      await git(folder, ['fsck', '--full', '--no-dangling']);
      mustEqual(await objects(folder, ['HEAD']), await objects(source, [branch]), 'unshallowed');
      return undefined;
    });
  }
  await report.check('--shallow-since and --shallow-exclude cut where git cuts', async () => {
    const dates = (await git(source, ['log', '--format=%ct', branch])).trim().split('\n');
    const since = dates[Math.floor(dates.length / 3)]!;
    const tags = (await git(source, ['tag', '--merged', branch])).trim().split('\n');
    const exclusions = tags[0] === '' ? [] : [`--shallow-exclude=${tags[Math.floor(tags.length / 2)]!}`];
    for (const cut of [`--shallow-since=${since}`, ...exclusions]) {
      const [ours, theirs] = [place(), place()];
      await git(work, ['clone', '-q', '--no-checkout', '--branch', branch, cut, url, ours]);
      await git(work, ['clone', '-q', '--no-checkout', '--branch', branch, cut, `file://${source}`, theirs]);
      mustEqual(await objects(ours, ['HEAD']), await objects(theirs, ['HEAD']), cut);
    }
    return undefined;
  });
  await report.check('--filter=blob:none and a checkout that fetches what it needs', async () => {
    const folder = place();
    await git(work, ['clone', '-q', '--filter=blob:none', '--branch', branch, url, folder]);
    mustEqual(await git(folder, ['ls-tree', '-r', 'HEAD']), await git(source, ['ls-tree', '-r', branch]), 'tree');
    await git(folder, ['checkout', '-q', `HEAD~${Math.min(100, Number(await git(folder, ['rev-list', '--count', '--first-parent', 'HEAD'])) - 1)}`]);
    mustEqual(await git(folder, ['status', '--porcelain']), '', 'status');
    return undefined;
  });
  for (const filter of ['tree:0', 'tree:2', 'blob:limit=200', 'object:type=commit', 'combine:blob:none+tree:3']) {
    await report.check(`--filter=${filter} leaves out what git leaves out`, async () => {
      const [ours, theirs] = [place(), place()];
      const list = async (folder: string): Promise<string> =>
        (await git(folder, ['cat-file', '--batch-check=%(objectname)', '--batch-all-objects'])).split('\n').sort().join('\n');
      await git(source, ['config', 'uploadpack.allowFilter', 'true']);
      await git(work, ['clone', '-q', '--bare', `--filter=${filter}`, url, ours]);
      await git(work, ['clone', '-q', '--bare', `--filter=${filter}`, `file://${source}`, theirs]);
      mustEqual(await list(ours), await list(theirs), 'objects');
      return undefined;
    });
  }
  await report.check('--single-branch', async () => {
    const folder = place();
    await git(work, ['clone', '-q', '--single-branch', '--branch', branch, url, folder]);
    mustEqual((await git(folder, ['branch', '-r', '--format=%(refname:short)'])).trim(), `origin/HEAD\norigin/${branch}`, 'remote branches');
    return undefined;
  });

  const one = place();
  const two = place();
  await git(work, ['clone', '-q', '--branch', branch, url, one]);
  await git(work, ['clone', '-q', '--branch', branch, url, two]);
  const commit = async (folder: string, name: string): Promise<void> => {
    writeFileSync(join(folder, name), `${name}\n`);
    await git(folder, ['add', '.']);
    await git(folder, ['commit', '-q', '-m', name]);
  };
  const remoteRef = async (name: string): Promise<string> => (await git(work, ['ls-remote', url, name])).split('\t')[0]!;

  await report.check('an incremental push and fetch', async () => {
    for (let i = 0; i < 5; i++) {
      await commit(one, `incremental-${i}`);
      await git(one, ['push', '-q']);
      await git(two, ['pull', '-q', '--ff-only']);
      mustEqual(await git(two, ['rev-parse', 'HEAD']), await git(one, ['rev-parse', 'HEAD']), 'HEAD');
    }
    return undefined;
  });
  await report.check('a push that is no fast-forward is refused, and forced', async () => {
    await commit(one, 'mine');
    await git(one, ['push', '-q']);
    await commit(two, 'theirs');
    const before = await remoteRef(branch);
    const stderr = await gitMustFail(two, ['push']);
    if (!stderr.includes('rejected')) throw new Error(stderr);
    mustEqual(await remoteRef(branch), before, 'the branch');
    await git(two, ['push', '-q', '--force']);
    mustEqual(await remoteRef(branch), (await git(two, ['rev-parse', 'HEAD'])).trim(), 'the branch');
    await git(one, ['fetch', '-q']);
    await git(one, ['reset', '-q', '--hard', `origin/${branch}`]);
    return undefined;
  });
  await report.check('--force-with-lease is refused when the branch moved', async () => {
    await commit(one, 'leased');
    await git(one, ['push', '-q']);
    await git(two, ['commit', '-q', '--amend', '-m', 'amended']);
    const stderr = await gitMustFail(two, ['push', `--force-with-lease=${branch}`]);
    if (!stderr.includes('stale info')) throw new Error(stderr);
    return undefined;
  });
  await report.check('branches and tags are made and deleted', async () => {
    await git(one, ['tag', 'light']);
    await git(one, ['tag', '-a', '-m', 'heavy', 'heavy']);
    await git(one, ['push', '-q', 'origin', 'HEAD:refs/heads/new/branch', 'light', 'heavy']);
    if ((await remoteRef('refs/tags/heavy^{}')) !== (await git(one, ['rev-parse', 'HEAD'])).trim()) throw new Error('the tag is not peeled');
    await git(one, ['push', '-q', 'origin', '--delete', 'new/branch', 'light', 'heavy']);
    mustEqual(await git(work, ['ls-remote', url, 'new/branch', 'light', 'heavy']), '', 'refs that are gone');
    return undefined;
  });
  await report.check('--atomic with one bad ref changes nothing', async () => {
    const before = await git(work, ['ls-remote', url]);
    await git(one, ['branch', '-f', 'good', 'HEAD']);
    await git(one, ['branch', '-f', 'bad', 'HEAD~3']);
    const stderr = await gitMustFail(one, ['push', '--atomic', 'origin', 'good:refs/heads/brand-new', `bad:${branch}`]);
    if (!stderr.includes('atomic') && !stderr.includes('rejected')) throw new Error(stderr);
    mustEqual(await git(work, ['ls-remote', url]), before, 'refs');
    const plain = await run('git', ['push', 'origin', 'good:refs/heads/brand-new', `bad:${branch}`], { cwd: one });
    if (plain.code === 0) throw new Error('the bad ref was accepted');
    if ((await remoteRef('refs/heads/brand-new')) === '') throw new Error('without --atomic the good ref should be there');
    return undefined;
  });
  await report.check('5,000 refs in one push, fetched back', async () => {
    const head = (await git(one, ['rev-parse', 'HEAD'])).trim();
    const updates = Array.from({ length: 5000 }, (_, i) => `create refs/heads/many/ref-${i} ${head}`).join('\n');
    await git(one, ['update-ref', '--stdin'], { input: `${updates}\n` });
    await git(one, ['push', '-q', 'origin', 'refs/heads/many/*:refs/heads/many/*']);
    const lines = (await git(work, ['ls-remote', url, 'refs/heads/many/*'])).trim().split('\n');
    mustEqual(String(lines.length), '5000', 'refs');
    await git(two, ['fetch', '-q']);
    return undefined;
  });
  await report.check('a push with nothing new says so', async () => {
    const { stderr } = await run('git', ['push', 'origin', 'HEAD'], { cwd: one });
    if (!stderr.includes('Everything up-to-date')) throw new Error(stderr);
    return undefined;
  });
  await report.check('a SHA-256 repository end to end', async () => {
    await createRepository(server.url, { id: 'modern', memory_only: false, object_format: 'sha256' });
    const folder = place();
    await git(work, ['init', '-q', '--object-format=sha256', '-b', 'main', folder]);
    for (let i = 0; i < 30; i++) await commit(folder, `file-${i}`);
    await git(folder, ['push', '-q', `${server.url}/modern.git`, 'main']);
    for (const version of ['0', '1', '2']) {
      const back = place();
      await git(work, ['-c', `protocol.version=${version}`, 'clone', '-q', `${server.url}/modern.git`, back]);
      await git(back, ['fsck', '--strict', '--full']);
      mustEqual(await git(back, ['rev-parse', 'HEAD']), await git(folder, ['rev-parse', 'HEAD']), 'HEAD');
    }
    await commit(folder, 'more');
    await git(folder, ['push', '-q', `${server.url}/modern.git`, 'main']);
    return undefined;
  });
  await report.check('the server\'s directory still passes git fsck', async () => {
    await git(join(work, 'data', 'round', 'trip.git'), ['fsck', '--strict', '--full', '--no-dangling']);
    return `server peak ${server.peakMemory().toFixed(0)} MiB`;
  });
} finally {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
report.finish();
