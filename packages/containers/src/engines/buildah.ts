import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { platformText } from '../assemble/image-config.js';
import { ContainersError } from '../errors.js';
import type { BuildEngine, BuildTask } from './engine.js';
import { readLayout } from './layout.js';
import { type Prepared, prepare } from './prepare.js';
import { runProgram } from './program.js';

/** How buildah or podman is called; found by `findEngines`. */
export interface BuildahSetup {
  readonly command: string;
  readonly kind: 'buildah' | 'podman';
  readonly version: string;
  /** `chroot` needs neither a runtime nor namespaces, and separates less. */
  readonly isolation: 'oci' | 'rootless' | 'chroot';
  readonly storageDriver: 'overlay' | 'vfs';
  /** What the programs see of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** How many lines of its output an engine's failure quotes. */
const TAIL_COUNT = 5;

/** Builds by buildah, or by podman, which is made of the same. Layers of earlier builds are used again. */
export function buildahEngine(setup: BuildahSetup): BuildEngine {
  return {
    name: setup.kind, version: setup.version, canRun: true,
    async build(task) {
      const prepared = await prepare(task, { rename: (path) => `oci:${basename(path)}:base`, knowsHeredocs: knowsHeredocs(setup) });
      const buildah = new Buildah(setup, task, prepared);
      try {
        return await buildah.build();
      } finally {
        await buildah.tidy();
      }
    },
  };
}

class Buildah {
  readonly #setup: BuildahSetup;
  readonly #task: BuildTask;
  readonly #prepared: Prepared;
  readonly #rootPath: string;
  readonly #runPath: string;

  constructor(setup: BuildahSetup, task: BuildTask, prepared: Prepared) {
    this.#setup = setup;
    this.#task = task;
    this.#prepared = prepared;
    this.#rootPath = join(task.cachePath, setup.kind);
    this.#runPath = join(task.workPath, 'run');
  }

  async build() {
    await mkdir(this.#rootPath, { recursive: true });
    const { imagePath } = this.#prepared;
    const idPath = join(this.#task.workPath, 'id');
    await this.#run(['build', ...this.#buildOptions(), '--iidfile', idPath, this.#prepared.contextPath], 'build');
    const id = (await readFile(idPath, 'utf8')).trim();
    await this.#run(['push', '--format', 'oci', id, `oci:${imagePath}:built`], 'push');
    return readLayout(imagePath);
  }

  /** A build that was ended leaves containers behind, which nobody needs. */
  async tidy(): Promise<void> {
    const { log, signal } = this.#task;
    if (this.#setup.kind === 'buildah') {
      await this.#call(['rm', '--all'], { signal: AbortSignal.timeout(60_000), onLine: () => undefined })
        .catch((error: unknown) => log(`# containers of the build are left: ${String(error)}`));
    }
    if (signal.aborted) await rm(this.#runPath, { recursive: true, force: true });
  }

  #buildOptions(): string[] {
    const { args, labels, target, platform, isFresh, timeSeconds, memoryBytesMax } = this.#task;
    const { isolation, kind } = this.#setup;
    return [
      '--isolation', isolation, '--format', 'oci', '--timestamp', String(timeSeconds), '--file', this.#prepared.definitionPath,
      '--ignorefile', `${this.#prepared.definitionPath}.dockerignore`,
      '--platform', platformText(platform), '--identity-label=false', '--http-proxy=false',
      ...(isFresh ? ['--no-cache'] : ['--layers']), ...(kind === 'podman' ? ['--force-rm'] : []),
      ...(target === undefined ? [] : ['--target', target]),
      ...(memoryBytesMax === undefined ? [] : memoryOptions(isolation, memoryBytesMax)),
      ...[...args].flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...[...labels].flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ];
  }

  async #run(args: readonly string[], what: string): Promise<void> {
    const { log, progress, signal } = this.#task;
    const tail: string[] = [];
    const code = await this.#call(args, {
      signal,
      onLine(line) {
        log(line);
        tail.push(line);
        if (tail.length > TAIL_COUNT) tail.shift();
        const step = /^(?:\[\d+\/\d+\] )?STEP (\d+)\/(\d+):/.exec(line);
        if (step !== null) progress(Number(step[1]), Number(step[2]));
      },
    });
    if (code === 0) return;
    throw new ContainersError('build-failed', `${this.#setup.kind} ${what} ended with code ${code}: ${tail.at(-1) ?? 'it said nothing'}`, { engine: this.#setup.kind, exitCode: code, tail });
  }

  #call(args: readonly string[], { signal, onLine }: { readonly signal: AbortSignal; readonly onLine: (line: string) => void }): Promise<number> {
    const { command, storageDriver, env } = this.#setup;
    const { temporaryPath } = this.#prepared;
    return runProgram({
      command, path: this.#task.workPath, signal, onLine,
      args: ['--root', this.#rootPath, '--runroot', this.#runPath, '--storage-driver', storageDriver, ...args],
      env: { ...env, HOME: temporaryPath, TMPDIR: temporaryPath, XDG_RUNTIME_DIR: temporaryPath },
    });
  }
}

/** Since buildah 1.33, of which podman 4.8 is made. */
function knowsHeredocs({ kind, version }: BuildahSetup): boolean {
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  return kind === 'buildah' ? major > 1 || minor >= 33 : major > 4 || (major === 4 && minor >= 8);
}

/** Control groups where there is a runtime that makes some; else a bound of each process by itself. */
function memoryOptions(isolation: BuildahSetup['isolation'], sizeBytes: number): string[] {
  return isolation === 'oci' ? ['--memory', String(sizeBytes)] : ['--ulimit', `data=${sizeBytes}:${sizeBytes}`];
}
