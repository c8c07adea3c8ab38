// npm start, npm test, npm run build, npm run typecheck: everything that a fresh clone needs, with only Node and npm at hand.
//
//   node tools/run.mjs start [options of "govc serve"]
//   node tools/run.mjs test [--report DIR] [--coverage] [arguments of jest]
//
// Plain JavaScript, because nothing is installed or compiled when it begins.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = path.join(root, 'node_modules', '.govc-install');
const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };

/** Runs a program with this terminal; true when it succeeded. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment, ...options });
  if (result.error) throw result.error;
  return result.status === 0;
}

/** Runs pnpm through the npx that belongs to the npm which started this, without a shell, so that paths may hold spaces. */
function pnpm(args) {
  const npx = process.env.npm_execpath && path.join(path.dirname(process.env.npm_execpath), 'npx-cli.js');
  if (npx && existsSync(npx)) return run(process.execPath, [npx, '--yes', PNPM, ...args]);
  return run('npx', ['--yes', PNPM, ...args], { shell: process.platform === 'win32' });
}

function packageFolders() {
  return ['packages', 'apps', 'tools'].flatMap((group) =>
    readdirSync(path.join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(path.join(root, group, entry.name, 'package.json')))
      .map((entry) => `${group}/${entry.name}`),
  );
}

/** What an installation depends on: lock file, settings, every manifest, and the platform whose binaries it chose. */
function installStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${PNPM}\n`);
  const manifests = packageFolders().map((folder) => `${folder}/package.json`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(name).update(readFileSync(path.join(root, name)));
  }
  return hash.digest('hex');
}

function install() {
  const stamp = installStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.error('govc: installing dependencies');
  if (!pnpm(['install', '--frozen-lockfile', '--reporter=append-only'])) fail('the dependencies could not be installed');
  writeFileSync(stampFile, stamp);
}

function build(...filters) {
  const selection = filters.map((filter) => `--filter=${filter}`);
  const args = ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', ...selection];
  if (!pnpm(args)) fail('the build failed');
}

function fail(message) {
  console.error(`govc: ${message}`);
  process.exit(1);
}

/** The file that a package names as its program, found through node_modules. */
function program(name, bin) {
  const manifest = createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`);
  return path.join(path.dirname(manifest), bin);
}

function tool(name, bin, args) {
  return run(process.execPath, [program(name, bin), ...args]);
}

/** The server runs in this process, so that signals and the exit code are its own. */
async function start(args) {
  install();
  build('@govc/cli...');
  const cli = path.join(root, 'apps/cli/dist/govc.js');
  process.argv = [process.argv[0], cli, 'serve', ...args];
  endWithParent();
  await import(pathToFileURL(cli).href);
}

/**
 * npm passes a signal to the shell in which it runs a script, and that shell may die of it without telling us. Its death is the message
 * then. (Ctrl-C in a terminal reaches this process by itself.)
 */
function endWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  timer.unref();
}

/** Every package with its tests, two compilers at a time. */
async function typecheck() {
  const compiler = program('typescript', 'bin/tsc');
  const waiting = packageFolders().filter((folder) => existsSync(path.join(root, folder, 'tsconfig.json')));
  const results = [];
  const work = async () => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      results.push(await succeeds(process.execPath, [compiler, '-p', folder]));
    }
  };
  await Promise.all([work(), work()]);
  return results.every(Boolean);
}

function succeeds(command, args) {
  return new Promise((resolve, reject) => {
    spawn(command, args, { cwd: root, stdio: 'inherit', env: environment }).on('error', reject).on('exit', (code) => resolve(code === 0));
  });
}

/** Every check runs even when an earlier one failed, so that one run tells all. */
async function test(args) {
  const { report, coverage, rest } = testOptions(args);
  install();
  build();
  const jest = ['--maxWorkers=2', ...rest];
  if (report) {
    mkdirSync(report, { recursive: true });
    jest.push('--json', `--outputFile=${path.join(report, 'jest.json')}`);
  }
  if (coverage) jest.push('--coverage', '--config', 'jest.coverage.cjs');
  const checks = [
    ['types', typecheck],
    ['lint', () => tool('eslint', 'bin/eslint.js', ['.'])],
    ['tidy', () => run(process.execPath, ['tools/tidy/dist/main.js'])],
    ['tests', () => tool('jest', 'bin/jest.js', jest)],
  ];
  const results = [];
  for (const [name, check] of checks) {
    console.error(`govc: ${name}`);
    results.push({ name, passed: await check() });
  }
  if (report) writeFileSync(path.join(report, 'checks.json'), `${JSON.stringify(results, null, 2)}\n`);
  const failed = results.filter((check) => !check.passed).map((check) => check.name);
  if (failed.length > 0) fail(`failed: ${failed.join(', ')}`);
}

function testOptions(args) {
  const rest = [...args];
  const coverageAt = rest.indexOf('--coverage');
  if (coverageAt >= 0) rest.splice(coverageAt, 1);
  const reportAt = rest.indexOf('--report');
  const report = reportAt >= 0 ? path.resolve(rest.splice(reportAt, 2)[1] ?? 'report') : undefined;
  return { report, coverage: coverageAt >= 0, rest };
}

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case 'start':
    await start(args);
    break;
  case 'test':
    await test(args);
    break;
  case 'build':
    install();
    build();
    break;
  case 'typecheck':
    install();
    if (!(await typecheck())) process.exit(1);
    break;
  default:
    fail('usage: node tools/run.mjs start|test|build|typecheck');
}
