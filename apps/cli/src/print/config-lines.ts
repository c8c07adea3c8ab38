import { formatConfigName, type ConfigEntry } from '@govc/core/plumbing';

/** Settings as `git config --list` shows them: `name=value`, or `name` alone where there is no value. */
export function configLines(entries: readonly ConfigEntry[]): string[] {
  return entries.map((entry) => `${formatConfigName(entry)}${entry.value === undefined ? '' : `=${entry.value}`}`);
}
