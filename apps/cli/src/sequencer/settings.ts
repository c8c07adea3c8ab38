/** How commits are picked: what the command line says and the files `sequencer/opts` and `rebase-merge/*` keep. */
import type { ObjectId } from '@govc/core';
import { Config, parseConfig, setConfigValue, addConfigValue, type Config as ConfigType } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { SigningWish } from '../session/signing.js';

/** What the messages of new commits go through. */
export type Cleanup = 'verbatim' | 'whitespace' | 'strip' | 'scissors';

/** How commits are picked. */
export interface PickSettings {
  readonly action: 'cherry-pick' | 'revert' | 'rebase';
  commits: boolean;
  /** `undefined`: as the situation wants. */
  edits: boolean | undefined;
  signsOff: boolean;
  /** 0: none was named. */
  mainline: number;
  strategy: string | undefined;
  words: string[];
  recordsOrigin: boolean;
  allowsFastForward: boolean;
  allowsEmpty: boolean;
  allowsEmptyMessage: boolean;
  keepsRedundant: boolean;
  dropsRedundant: boolean;
  rerereAuto: boolean | undefined;
  /** Where somebody said so. */
  cleanup: Cleanup | undefined;
  isReference: boolean;
  signing: SigningWish;
  committerDateIsAuthorDate: boolean;
  ignoresDate: boolean;
  isQuiet: boolean;
  isVerbose: boolean;
  reschedulesExec: boolean;
  /** The empty root that new roots are picked on. */
  squashOnto: ObjectId | undefined;
  /** What begins messages of the log. */
  reflogAction: string;
}

/** The settings of a command that was told nothing. */
export function defaultSettings(action: PickSettings['action'], config: ConfigType, env: Readonly<Record<string, string | undefined>>): PickSettings {
  return {
    action, commits: true, edits: undefined, signsOff: false, mainline: 0, strategy: undefined, words: [], recordsOrigin: false,
    allowsFastForward: false, allowsEmpty: false, allowsEmptyMessage: false, keepsRedundant: false, dropsRedundant: false, rerereAuto: undefined,
    cleanup: configuredCleanup(config.get('commit.cleanup')), isReference: action === 'revert' && config.getBool('revert.reference', false),
    signing: undefined, committerDateIsAuthorDate: false, ignoresDate: false, isQuiet: false, isVerbose: false, reschedulesExec: false, squashOnto: undefined,
    reflogAction: env['GIT_REFLOG_ACTION'] ?? action,
  };
}

function configuredCleanup(word: string | undefined): Cleanup | undefined {
  return word === 'verbatim' || word === 'whitespace' || word === 'strip' || word === 'scissors' ? word : undefined;
}

/** What `--cleanup=<mode>` means to whoever may edit. @throws {Failure} */
export function readCleanup(word: string): Cleanup {
  if (word === 'default') return 'strip';
  return configuredCleanup(word) ?? die(`Invalid cleanup mode ${word}`);
}

/** The bytes of `sequencer/opts`; empty where nothing was asked for. */
export function serializeSettings(settings: PickSettings): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(0);
  const set = (key: string, value: string): void => { bytes = setConfigValue(bytes, `options.${key}`, value); };
  if (!settings.commits) set('no-commit', 'true');
  if (settings.edits !== undefined) set('edit', String(settings.edits));
  if (settings.allowsEmpty) set('allow-empty', 'true');
  if (settings.allowsEmptyMessage) set('allow-empty-message', 'true');
  if (settings.keepsRedundant) set('keep-redundant-commits', 'true');
  if (settings.signsOff) set('signoff', 'true');
  if (settings.recordsOrigin) set('record-origin', 'true');
  if (settings.allowsFastForward) set('allow-ff', 'true');
  if (settings.mainline > 0) set('mainline', String(settings.mainline));
  if (settings.strategy !== undefined) set('strategy', settings.strategy);
  if (typeof settings.signing === 'string' || settings.signing === true) set('gpg-sign', settings.signing === true ? '' : settings.signing);
  for (const word of settings.words) bytes = addConfigValue(bytes, 'options.strategy-option', word);
  if (settings.rerereAuto !== undefined) set('allow-rerere-auto', String(settings.rerereAuto));
  if (settings.cleanup !== undefined) set('default-msg-cleanup', settings.cleanup);
  return bytes;
}

/** Takes over what `sequencer/opts` says. */
export function readSettings(bytes: Uint8Array, settings: PickSettings): void {
  const config = Config.from(parseConfig(bytes));
  const flag = (key: string): boolean | undefined => config.findBool(`options.${key}`);
  settings.commits = !(flag('no-commit') ?? !settings.commits);
  settings.edits = flag('edit') ?? settings.edits;
  settings.allowsEmpty = flag('allow-empty') ?? settings.allowsEmpty;
  settings.allowsEmptyMessage = flag('allow-empty-message') ?? settings.allowsEmptyMessage;
  settings.keepsRedundant = flag('keep-redundant-commits') ?? settings.keepsRedundant;
  settings.signsOff = flag('signoff') ?? settings.signsOff;
  settings.recordsOrigin = flag('record-origin') ?? settings.recordsOrigin;
  settings.allowsFastForward = flag('allow-ff') ?? settings.allowsFastForward;
  settings.mainline = config.findInt('options.mainline') ?? settings.mainline;
  settings.strategy = config.get('options.strategy') ?? settings.strategy;
  const key = config.get('options.gpg-sign');
  if (key !== undefined) settings.signing = key === '' ? true : key;
  settings.words.push(...config.getAll('options.strategy-option'));
  settings.rerereAuto = flag('allow-rerere-auto') ?? settings.rerereAuto;
  settings.cleanup = configuredCleanup(config.get('options.default-msg-cleanup')) ?? settings.cleanup;
}
