import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { buildahEngine, type BuildahSetup } from './buildah.js';
import { dockerEngine } from './docker.js';
import type { BuildEngine } from './engine.js';
import { runProgram } from './program.js';

/** Where engines are looked for. */
export interface EngineSearch {
  /** Of the process: `PATH`, and what docker needs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where temporary folders may be. */
  readonly temporaryPath: string;
  /** Whether this process runs as root. */
  readonly isRoot: boolean;
  /** How `RUN` is separated from the machine. Default: as well as the machine allows. */
  readonly isolation?: BuildahSetup['isolation'] | undefined;
}

const PROBE_MS = 30_000;

/** The engines that are installed and work, best first. Cost: starts each program. */
export async function findEngines(search: EngineSearch): Promise<BuildEngine[]> {
  const engines: BuildEngine[] = [];
  for (const kind of ['buildah', 'podman'] as const) {
    const setup = await findBuildah(kind, search);
    if (setup !== undefined) engines.push(buildahEngine(setup));
  }
  const docker = await findDocker(search);
  return docker === undefined ? engines : [...engines, docker];
}

async function findBuildah(kind: 'buildah' | 'podman', search: EngineSearch): Promise<BuildahSetup | undefined> {
  const { env, temporaryPath } = search;
  const command = await findProgram(kind, env['PATH']);
  if (command === undefined) return undefined;
  const path = await mkdtemp(join(temporaryPath, 'govc-engine-'));
  try {
    const plain = { PATH: env['PATH'] ?? '', HOME: path, TMPDIR: path, XDG_RUNTIME_DIR: path, LC_ALL: 'C' };
    const ask = (args: readonly string[], program = command) => call({ program, args, env: plain, path });
    const storageOptions = (driver: string) => ['--root', join(path, driver), '--runroot', join(path, 'run'), '--storage-driver', driver, 'info'];
    const version = await ask(['--version']);
    if (version === undefined) return undefined;
    const hasOverlay = (await ask(storageOptions('overlay'))) !== undefined;
    if (!hasOverlay && (await ask(storageOptions('vfs'))) === undefined) return undefined;
    const isolation = search.isolation ?? (await findIsolation(search, (program, args) => ask(args, program)));
    const shared = { PATH: plain.PATH, LC_ALL: 'C' };
    return { command, kind, version: version.trim(), isolation, storageDriver: hasOverlay ? 'overlay' : 'vfs', env: shared };
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** A runtime and namespaces, where there are both. */
async function findIsolation(
  { env, isRoot }: EngineSearch, ask: (program: string, args: readonly string[]) => Promise<string | undefined>,
): Promise<BuildahSetup['isolation']> {
  const runtime = (await findProgram('crun', env['PATH'])) ?? (await findProgram('runc', env['PATH']));
  const unshare = await findProgram('unshare', env['PATH']);
  if (runtime === undefined || unshare === undefined) return 'chroot';
  const namespaces = ['--mount', '--pid', '--fork', '--net', '--uts', '--ipc', ...(isRoot ? [] : ['--user', '--map-root-user'])];
  if ((await ask(unshare, [...namespaces, 'true'])) === undefined) return 'chroot';
  return isRoot ? 'oci' : 'rootless';
}

async function findDocker({ env, temporaryPath }: EngineSearch): Promise<BuildEngine | undefined> {
  const command = await findProgram('docker', env['PATH']);
  if (command === undefined) return undefined;
  const names = ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'BUILDX_BUILDER'];
  const shared = Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const ask = (args: readonly string[]) => call({ program: command, args, env: shared, path: temporaryPath });
  const version = await ask(['buildx', 'version']);
  // A client without its service builds nothing.
  if (version === undefined || (await ask(['version', '--format', '{{.Server.Version}}'])) === undefined) return undefined;
  return dockerEngine({ command, version: version.trim(), env: shared });
}

/** What a program prints; `undefined` where it fails. */
async function call(
  { program, args, env, path }: { readonly program: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>>; readonly path: string },
): Promise<string | undefined> {
  const lines: string[] = [];
  try {
    const code = await runProgram({ command: program, args, env, path, signal: AbortSignal.timeout(PROBE_MS), onLine: (line) => void lines.push(line) });
    return code === 0 ? lines.join('\n') : undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'engine-missing' || code === 'build-cancelled') return undefined;
    throw error;
  }
}

async function findProgram(name: string, path: string | undefined): Promise<string | undefined> {
  for (const folder of (path ?? '').split(delimiter)) {
    if (!folder.startsWith('/')) continue;
    const file = join(folder, name);
    if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
  }
  return undefined;
}
