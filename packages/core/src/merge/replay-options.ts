/** How replayed changes are merged, as data that can be kept while a replay waits for someone. */
import { GovcError } from '../errors.js';
import type { Config } from '../config/config.js';
import type { MergeLabels, MergeOptions } from './merge-options.js';

/** What only a process has and no state can hold: functions and rules for merges. */
export type MergeEnvironment = Pick<MergeOptions, 'normalize' | 'attributes' | 'drivers' | 'defaultDriver' | 'submodule'>;

/**
 * The options of a merge from the configuration (`merge.conflictStyle`, `merge.renames`, `merge.renameLimit`,
 * `merge.directoryRenames`) and from words as `git cherry-pick -X` takes them.
 *
 * @throws {GovcError} replay-invalid: an unknown word; config-invalid
 */
export function replayMergeOptions(
  config: Config, words: readonly string[], parts: { readonly labels: MergeLabels; readonly environment?: MergeEnvironment | undefined },
): MergeOptions {
  const style = config.get('merge.conflictstyle');
  const renames = config.get('merge.renames') ?? config.get('diff.renames');
  const directories = config.get('merge.directoryrenames');
  const options: { -readonly [K in keyof MergeOptions]: MergeOptions[K] } = {
    ...parts.environment,
    labels: parts.labels,
    style: style === 'diff3' || style === 'zdiff3' ? style : undefined,
    renames: renames === undefined || /^(copy|copies)$/i.test(renames) ? undefined : !/^(false|no|off|0)$/i.test(renames),
    renameLimit: config.findInt('merge.renamelimit') ?? config.findInt('diff.renamelimit'),
    directoryRenames: directories === undefined || directories === 'conflict'
      ? undefined
      : config.getBool('merge.directoryrenames', true) ? 'true' : 'false',
  };
  for (const word of words) applyWord(options, word);
  return options;
}

function applyWord(options: { -readonly [K in keyof MergeOptions]: MergeOptions[K] }, word: string): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const value = equals < 0 ? undefined : word.slice(equals + 1);
  const algorithm = name === 'diff-algorithm' ? value : name;
  if (name === 'subtree') {
    options.subtreeShift = value ?? '';
  } else if (name === 'find-renames' || name === 'rename-threshold') {
    options.renames = true;
    options.renameScore = value === undefined ? undefined : Number.parseFloat(value);
  } else if (algorithm === 'myers' || algorithm === 'default' || algorithm === 'minimal' || algorithm === 'patience' || algorithm === 'histogram') {
    options.algorithm = algorithm === 'default' ? 'myers' : algorithm;
  } else if (word === 'ours' || word === 'theirs') {
    options.favor = word;
  } else if (word === 'no-renames') {
    options.renames = false;
  } else if (word === 'no-renormalize') {
    options.normalize = undefined;
  } else if (word === 'ignore-space-change') {
    options.whitespace = { ...options.whitespace, spaceChange: true };
  } else if (word === 'ignore-all-space') {
    options.whitespace = { ...options.whitespace, allSpace: true };
  } else if (word === 'ignore-space-at-eol') {
    options.whitespace = { ...options.whitespace, spaceAtEol: true };
  } else if (word === 'ignore-cr-at-eol') {
    options.whitespace = { ...options.whitespace, crAtEol: true };
  } else if (word !== 'renormalize') {
    throw new GovcError('replay-invalid', `"${word}" is no option of the merge strategy.`, { option: word });
  }
}
