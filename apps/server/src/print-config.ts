import { findSettings, type ConfigSources, type FoundSetting } from './config-sources.js';
import { SETTINGS, type Setting } from './settings.js';

/** Stands for a secret that is set. */
export const MASK = '********';

/**
 * The settings as a server would have them, with where each comes from; secrets are masked. As YAML it is a configuration file again,
 * but for its secrets.
 *
 * @throws {ServerError} as `loadConfig` does
 */
export function printConfig(sources: ConfigSources, format: 'yaml' | 'json'): string {
  const { settings } = findSettings(sources);
  if (format === 'yaml') return yamlOf(settings);
  const rows = settings.map((found) => [settingOf(found).key, { value: shown(found) ?? null, source: found.source }] as const);
  return JSON.stringify(Object.fromEntries(rows), undefined, 2);
}

function settingOf({ name }: FoundSetting): Setting<unknown> {
  return SETTINGS[name];
}

function shown(found: FoundSetting): string | undefined {
  return found.text !== undefined && settingOf(found).secret === true ? MASK : found.text;
}

function yamlOf(settings: readonly FoundSetting[]): string {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const found of settings) {
    const parts = settingOf(found).key.split('.');
    const sections = parts.slice(0, -1);
    let same = 0;
    while (same < sections.length && open[same] === sections[same]) same++;
    for (let depth = same; depth < sections.length; depth++) lines.push(`${'  '.repeat(depth)}${sections[depth]!}:`);
    open = sections;
    const value = shown(found);
    const indent = '  '.repeat(sections.length);
    const name = parts.at(-1)!;
    lines.push(value === undefined ? `${indent}# ${name}: not set` : `${indent}${name}: ${JSON.stringify(value)} # ${found.source}`);
  }
  return lines.join('\n');
}
