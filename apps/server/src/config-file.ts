import { parse } from 'yaml';

import { ServerError } from './errors.js';
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.js';

/**
 * Reads a configuration file into texts by setting. The only file that knows yaml.
 *
 * @param text the YAML
 * @param path for messages
 * @throws {ServerError} config-file-invalid: no YAML, or a key that is no setting.
 */
export function parseConfigFile(text: string, path: string): ReadonlyMap<SettingName, string> {
  const found = new Map<SettingName, string>();
  const byKey = new Map<string, SettingName>(SETTING_NAMES.map((name) => [SETTINGS[name].key, name]));
  const walk = (value: unknown, key: string): void => {
    const name = byKey.get(key);
    if (name !== undefined) {
      if (value === null) return;
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        throw invalid(path, `"${key}" must be a single value`);
      }
      found.set(name, String(value));
      return;
    }
    if (value === null) return;
    const isSection = key === '' || [...byKey.keys()].some((known) => known.startsWith(`${key}.`));
    if (!isSection) throw invalid(path, `there is no setting "${key}"`);
    if (typeof value !== 'object' || Array.isArray(value)) throw invalid(path, key === '' ? 'it must be a mapping' : `"${key}" must be a mapping`);
    for (const [part, child] of Object.entries(value)) walk(child, key === '' ? part : `${key}.${part}`);
  };
  walk(parseYaml(text, path), '');
  return found;
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new ServerError('config-file-invalid', `The configuration file ${path} is no YAML: ${(error as Error).message}`, { path }, { cause: error });
  }
}

function invalid(path: string, reason: string): ServerError {
  return new ServerError('config-file-invalid', `The configuration file ${path}: ${reason}.`, { path, reason });
}
