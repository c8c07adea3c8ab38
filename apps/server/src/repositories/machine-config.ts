import { join } from 'node:path';

import { Config, parseConfig, resolveIncludes, type ConfigLayer } from '@govc/core/plumbing';

import type { Environment } from '../config-sources.js';

/**
 * What the system and the user who runs the server configure for Git (git-config, "FILES"): `git http-backend` obeys it too.
 *
 * @param readFile the bytes of a file, or `undefined` where there is none
 * @throws {GovcError} config-invalid
 */
export function readMachineConfig(env: Environment, readFile: (path: string) => Uint8Array | undefined): Config {
  const layers: ConfigLayer[] = [];
  for (const path of configPaths(env)) {
    const bytes = readFile(path);
    if (bytes !== undefined) layers.push({ entries: parseConfig(bytes, path), path });
  }
  return Config.from(resolveIncludes(layers, {
    read: readFile,
    // Outside of a repository no condition on one holds.
    matchGlob: () => false,
    gitDirectories: [],
    branch: undefined,
    home: env['HOME'],
  }));
}

function configPaths(env: Environment): string[] {
  const paths: string[] = [];
  const skipsSystem = env['GIT_CONFIG_NOSYSTEM'];
  if (skipsSystem === undefined || /^(false|no|off|0|)$/i.test(skipsSystem)) paths.push(env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig');
  const global = env['GIT_CONFIG_GLOBAL'];
  if (global !== undefined) return [...paths, ...(global === '' ? [] : [global])];
  const home = env['HOME'];
  const xdg = env['XDG_CONFIG_HOME'] ?? (home === undefined ? undefined : join(home, '.config'));
  if (xdg !== undefined && xdg !== '') paths.push(join(xdg, 'git', 'config'));
  if (home !== undefined && home !== '') paths.push(join(home, '.gitconfig'));
  return paths;
}
