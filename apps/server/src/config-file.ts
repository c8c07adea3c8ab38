import { parse } from 'yaml';

import { ServerError } from './errors.js';
import { findNearMatch } from './near-match.js';
import { fileNamesOf, SETTING_NAMES, SETTINGS, type Setting } from './settings.js';

/**
 * Reads a configuration file into texts by key. The only file that knows yaml.
 *
 * @param text the YAML
 * @param path for messages
 * @throws {ServerError} config-file-invalid: no YAML, or a key that is no setting.
 */
export function parseConfigFile(text: string, path: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const known = knownKeys();
  const walk = (value: unknown, key: string): void => {
    if (value === null) return;
    if (known.has(key)) {
      found.set(key, textOf(value) ?? fail(path, `"${key}" must be a single value`));
      return;
    }
    const isSection = key === '' || [...known].some((each) => each.startsWith(`${key}.`));
    if (!isSection) fail(path, `there is no setting "${key.slice(0, 100)}"${suggestion(key, known)}`);
    if (typeof value !== 'object' || Array.isArray(value)) fail(path, key === '' ? 'it must be a mapping' : `"${key}" must be a mapping`);
    for (const [part, child] of Object.entries(value)) walk(child, key === '' ? part : `${key}.${part}`);
  };
  walk(parseYaml(text, path), '');
  return found;
}

function knownKeys(): ReadonlySet<string> {
  return new Set(SETTING_NAMES.flatMap((name) => {
    const setting: Setting<unknown> = SETTINGS[name];
    return setting.secret === true ? [setting.key, fileNamesOf(setting).key] : [setting.key];
  }));
}

/** A scalar, or a list of texts, as the environment would have it. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) return value.join(',');
  return undefined;
}

/** Sections count as well: `sever.port` is near `server.port`. */
function suggestion(key: string, known: ReadonlySet<string>): string {
  const depth = key.split('.').length;
  const prefixes = new Set([...known].map((each) => each.split('.').slice(0, depth).join('.')));
  const near = findNearMatch(key, prefixes);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new ServerError('config-file-invalid', `The configuration file ${path} is no YAML: ${(error as Error).message}`, { path }, { cause: error });
  }
}

function fail(path: string, reason: string): never {
  throw new ServerError('config-file-invalid', `The configuration file ${path}: ${reason}${/[?.]$/.test(reason) ? '' : '.'}`, { path, reason });
}
