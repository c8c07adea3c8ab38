import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { platformText } from '../assemble/image-config.js';
import { ContainersError } from '../errors.js';
import type { BuildEngine, BuildTask } from './engine.js';
import { readLayout } from './layout.js';
import { prepare } from './prepare.js';
import { runProgram } from './program.js';

/** How docker is called; found by `findEngines`. */
export interface DockerSetup {
  readonly command: string;
  readonly version: string;
  /** What it sees of the environment, with where its service is. */
  readonly env: Readonly<Record<string, string>>;
}

/** Builds by docker with buildx. Its service bounds memory and keeps the cache. */
export function dockerEngine({ command, version, env }: DockerSetup): BuildEngine {
  return {
    name: 'docker', version, canRun: true,
    async build(task) {
      const prepared = await prepare(task, { rename: (path) => basename(path), knowsHeredocs: true });
      const archive = prepared.imagePath;
      await mkdir(archive, { recursive: true });
      const contexts = [...prepared.layouts.values()].flatMap(({ path }) => ['--build-context', `${basename(path)}=oci-layout://${path}:base`]);
      const args = ['buildx', 'build', '--progress', 'plain', '--provenance=false', '--output', `type=oci,tar=false,dest=${archive}`, ...contexts,
        '--file', prepared.definitionPath, ...optionsOf(task), prepared.contextPath];
      const tail: string[] = [];
      const code = await runProgram({
        command, args, path: task.workPath, signal: task.signal,
        env: { ...env, HOME: env['HOME'] ?? join(task.workPath, 'tmp'), TMPDIR: prepared.temporaryPath, SOURCE_DATE_EPOCH: String(task.timeSeconds) },
        onLine(line) {
          task.log(line);
          tail.push(line);
          if (tail.length > 5) tail.shift();
          const step = /^#\d+ \[[^\]]*?(\d+)\/(\d+)\]/.exec(line);
          if (step !== null) task.progress(Number(step[1]), Number(step[2]));
        },
      });
      if (code !== 0) throw new ContainersError('build-failed', `docker build ended with code ${code}: ${tail.at(-1) ?? 'it said nothing'}`, { engine: 'docker', exitCode: code, tail });
      return readLayout(archive);
    },
  };
}

function optionsOf({ args, labels, target, platform, isFresh }: BuildTask): string[] {
  return [
    '--platform', platformText(platform), ...(isFresh ? ['--no-cache'] : []), ...(target === undefined ? [] : ['--target', target]),
    ...[...args].flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...[...labels].flatMap(([name, value]) => ['--label', `${name}=${value}`]),
  ];
}
