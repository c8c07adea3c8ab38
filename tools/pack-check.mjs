// Packs every package and app as it would be published, installs each into an empty folder with npm, and uses it there.
//
//   node tools/pack-check.mjs [--report FILE] [name …]
//
// Needs a build. Prints a table; the report is a JSON list of { name, passed }.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const PNPM = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager;
const COLUMNS = ['pack', 'install', 'import', 'require', 'types', 'publint', 'attw', 'bin'];

const names = process.argv.slice(2);
const reportAt = names.indexOf('--report');
const report = reportAt >= 0 ? names.splice(reportAt, 2)[1] : undefined;
const packages = ['packages', 'apps'].flatMap((group) =>
  readdirSync(path.join(root, group))
    .map((name) => path.join(root, group, name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) })),
);
const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
const temporary = mkdtempSync(path.join(tmpdir(), 'govc pack-'));

/** Runs a program; its output when it succeeded, an error with the output when not. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${path.basename(command)} ${args.join(' ')}\n${result.stdout}${result.stderr}`.trim());
  return result.stdout;
}

function bin(name, file) {
  const manifest = createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`);
  return path.join(path.dirname(manifest), file);
}

function pack(entry) {
  const before = new Set(readdirSync(temporary));
  run('npx', ['--yes', PNPM, 'pack', '--pack-destination', temporary], { cwd: entry.folder });
  const tarball = readdirSync(temporary).find((name) => name.endsWith('.tgz') && !before.has(name));
  if (tarball === undefined) throw new Error('no tarball appeared');
  entry.tarball = path.join(temporary, tarball);
  const listed = run('tar', ['-tzf', entry.tarball]).split('\n');
  for (const needed of ['package/package.json', 'package/README.md', 'package/LICENSE']) {
    if (!listed.includes(needed)) throw new Error(`${needed} is not in the tarball`);
  }
  const unwanted = listed.filter((name) => /\.test\.|\.tsbuildinfo$|^package\/test\//.test(name));
  if (unwanted.length > 0) throw new Error(`does not belong in the tarball: ${unwanted.join(', ')}`);
}

/** The package and everything of ours that it needs, however far away. */
function closure(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const dependency of Object.keys(byName.get(name).manifest.dependencies ?? {})) if (byName.has(dependency)) closure(dependency, found);
  return found;
}

function install(entry) {
  entry.place = path.join(temporary, path.basename(entry.folder));
  mkdirSync(entry.place);
  writeFileSync(path.join(entry.place, 'package.json'), '{ "name": "empty", "private": true }\n');
  const tarballs = [...closure(entry.manifest.name)].map((name) => byName.get(name).tarball);
  if (tarballs.includes(undefined)) throw new Error('a package of ours that it needs was not packed');
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], { cwd: entry.place });
}

function entriesOf({ manifest }) {
  return Object.keys(manifest.exports)
    .filter((key) => key !== './package.json')
    .map((key) => manifest.name + key.slice(1));
}

function importAll(entry) {
  const file = path.join(entry.place, 'import.mjs');
  const lines = entriesOf(entry).map((name, at) => `import * as m${at} from '${name}';\nif (Object.keys(m${at}).length === 0) throw new Error('${name} exports nothing');`);
  writeFileSync(file, lines.join('\n'));
  run(process.execPath, [file], { cwd: entry.place });
}

function requireAll(entry) {
  const file = path.join(entry.place, 'require.cjs');
  const lines = entriesOf(entry).map((name) => `if (Object.keys(require('${name}')).length === 0) throw new Error('${name} exports nothing');`);
  writeFileSync(file, lines.join('\n'));
  run(process.execPath, [file], { cwd: entry.place });
}

/** A strict project that uses every entry and checks our declarations too; only those of Node come from outside. */
function checkTypes(entry) {
  const lines = entriesOf(entry).map((name, at) => `import * as m${at} from '${name}';\nexport const keys${at}: string[] = Object.keys(m${at});`);
  writeFileSync(path.join(entry.place, 'use.mts'), lines.join('\n'));
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2023'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    typeRoots: [path.join(root, 'node_modules/@types')],
    types: ['node'],
  };
  writeFileSync(path.join(entry.place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.mts'] }));
  run(process.execPath, [bin('typescript', 'bin/tsc'), '-p', entry.place]);
}

async function checkPublint(entry) {
  const bytes = readFileSync(entry.tarball);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true, level: 'warning' });
  if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join('\n'));
}

function checkAttw(entry) {
  const main = bin('@arethetypeswrong/cli', 'dist/index.js');
  run(process.execPath, [main, entry.tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], { env: { ...process.env, FORCE_COLOR: '0' } });
}

/** A command answers when it is asked for its version. */
function runBin(entry) {
  for (const name of Object.keys(entry.manifest.bin ?? {})) {
    if (run(path.join(entry.place, 'node_modules/.bin', name), ['version'], { cwd: entry.place }).trim() === '') throw new Error(`${name} version says nothing`);
  }
}

const CHECKS = { pack, install, import: importAll, require: requireAll, types: checkTypes, publint: checkPublint, attw: checkAttw, bin: runBin };
const selected = packages.filter(({ manifest }) => names.length === 0 || names.includes(manifest.name));
const needed = new Set(selected.flatMap(({ manifest }) => [...closure(manifest.name)]));
const results = [];
const failures = [];
try {
  for (const column of COLUMNS) {
    for (const entry of packages.filter(({ manifest }) => (column === 'pack' ? needed.has(manifest.name) : selected.some((one) => one.manifest === manifest)))) {
      if (column === 'bin' && entry.manifest.bin === undefined) continue;
      const result = { name: `${entry.manifest.name} ${column}`, package: entry.manifest.name, column, passed: true };
      try {
        await CHECKS[column](entry);
      } catch (error) {
        result.passed = false;
        failures.push(`--- ${result.name}\n${error.message}`);
      }
      results.push(result);
    }
  }
  for (const failure of failures) console.log(`${failure}\n`);
  const width = Math.max(...packages.map(({ manifest }) => manifest.name.length));
  console.log(['package'.padEnd(width), 'KiB'.padStart(6), ...COLUMNS].join('  '));
  for (const { manifest, tarball } of packages.filter((entry) => needed.has(entry.manifest.name))) {
    const cells = COLUMNS.map((column) => {
      const result = results.find((one) => one.package === manifest.name && one.column === column);
      return (result === undefined ? '-' : result.passed ? 'ok' : 'FAIL').padEnd(column.length);
    });
    const size = tarball === undefined ? '-' : String(Math.ceil(statSync(tarball).size / 1024));
    console.log([manifest.name.padEnd(width), size.padStart(6), ...cells].join('  '));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (report !== undefined) writeFileSync(report, `${JSON.stringify(results.map(({ name, passed }) => ({ name, passed })), null, 2)}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
