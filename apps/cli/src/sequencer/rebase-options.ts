/** The options of `git rebase`. */
import type { Config } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { flag, modeFlag, optionalValue, value, type Option } from '../options/option.js';
import type { Session } from '../session/session.js';
import { signingWish, type SigningWish } from '../session/signing.js';
import { defaultSettings, type PickSettings } from './settings.js';

export const REBASE_USAGE = [
  'git rebase [-i] [options] [--exec <cmd>] [--onto <newbase> | --keep-base] [<upstream> [<branch>]]',
  'git rebase [-i] [options] [--exec <cmd>] [--onto <newbase>] --root [<branch>]',
  'git rebase --continue | --abort | --skip | --edit-todo',
];

/** What is asked for; changed in place while options are read. */
export interface RebaseAsked {
  onto: string | undefined;
  keepsBase: boolean;
  verifies: boolean;
  isQuiet: boolean;
  isVerbose: boolean;
  showsStat: boolean;
  signsOff: boolean;
  committerDateIsAuthorDate: boolean;
  ignoresDate: boolean;
  /** Passed on to `git am`. */
  readonly apply: string[];
  ignoresWhitespace: boolean;
  isForced: boolean;
  mode: 'continue' | 'skip' | 'abort' | 'quit' | 'edit-todo' | 'show-current-patch' | undefined;
  backend: 'apply' | 'merge' | undefined;
  defaultBackend: string;
  isInteractive: boolean;
  preservesMerges: boolean;
  rerereAuto: boolean | undefined;
  empty: 'drop' | 'keep' | 'ask' | undefined;
  keepsEmpty: boolean;
  autosquashes: boolean;
  updatesRefs: boolean;
  signing: SigningWish;
  autostashes: boolean;
  readonly exec: string[];
  merges: string | undefined;
  /** `undefined`: where no upstream is named. */
  forkPoint: boolean | undefined;
  strategy: string | undefined;
  readonly words: string[];
  root: boolean;
  reschedulesExec: boolean | undefined;
  configuredReschedule: boolean;
  reappliesCherries: boolean | undefined;
}

/** What the configuration asks for. */
export function makeRebaseAsked(config: Config): RebaseAsked {
  return {
    onto: undefined, keepsBase: false, verifies: true, isQuiet: false, isVerbose: false, showsStat: config.getBool('rebase.stat', false), signsOff: false,
    committerDateIsAuthorDate: false, ignoresDate: false, apply: [], ignoresWhitespace: false, isForced: false, mode: undefined, backend: undefined,
    defaultBackend: config.get('rebase.backend') ?? 'merge', isInteractive: false, preservesMerges: false, rerereAuto: undefined, empty: undefined,
    keepsEmpty: true, autosquashes: config.getBool('rebase.autosquash', false), updatesRefs: config.getBool('rebase.updaterefs', false), signing: undefined,
    autostashes: config.getBool('rebase.autostash', false), exec: [], merges: undefined, forkPoint: config.getBool('rebase.forkpoint', true) ? undefined : false,
    strategy: undefined, words: [], root: false, reschedulesExec: undefined, configuredReschedule: config.getBool('rebase.reschedulefailedexec', false),
    reappliesCherries: undefined,
  };
}

/** The options as Git spells them. */
export function rebaseOptions(o: RebaseAsked): Option[] {
  const mode = (name: NonNullable<RebaseAsked['mode']>, help: string): Option => modeFlag(name, help, 'mode', () => { o.mode = name; });
  const once = { canNegate: false };
  return [
    value('onto', 'revision', 'rebase onto given branch instead of upstream', (text) => { o.onto = text; }),
    flag('keep-base', 'use the merge-base of upstream and branch as the current base', (isOn) => { o.keepsBase = isOn; }),
    flag('no-verify', 'allow pre-rebase hook to run', (isOn) => { o.verifies = !isOn; }),
    flag('q|quiet', 'be quiet. implies --no-stat', (isOn) => {
      o.isQuiet = isOn;
      if (!isOn) return;
      o.isVerbose = false;
      o.showsStat = false;
    }),
    flag('v|verbose', 'display a diffstat of what changed upstream', (isOn) => {
      o.isVerbose = isOn;
      o.showsStat = isOn;
      o.isQuiet = !isOn;
    }),
    flag('n|no-stat', 'do not show diffstat of what changed upstream', (isOn) => { o.showsStat = !isOn; }),
    flag('signoff', 'add a Signed-off-by trailer to each commit', (isOn) => { o.signsOff = isOn; }),
    flag('committer-date-is-author-date', 'make committer date match author date', (isOn) => { o.committerDateIsAuthorDate = isOn; }),
    flag('reset-author-date', 'ignore author date and use current date', (isOn) => { o.ignoresDate = isOn; }),
    flag('ignore-date', 'synonym of --reset-author-date', (isOn) => { o.ignoresDate = isOn; }, { isHidden: true }),
    value('C', 'n', "passed to 'git apply'", (text) => { if (text !== undefined) o.apply.push(`-C${text}`); }),
    flag('ignore-whitespace', 'ignore changes in whitespace', (isOn) => { o.ignoresWhitespace = isOn; }),
    value('whitespace', 'action', "passed to 'git apply'", (text) => { if (text !== undefined) o.apply.push(`--whitespace=${text}`); }),
    flag('f|force-rebase', 'cherry-pick all commits, even if unchanged', (isOn) => { o.isForced = isOn; }),
    flag('no-ff', 'cherry-pick all commits, even if unchanged', (isOn) => { o.isForced = isOn; }),
    mode('continue', 'continue'), mode('skip', 'skip current patch and continue'), mode('abort', 'abort and check out the original branch'),
    mode('quit', 'abort but keep HEAD where it is'), mode('edit-todo', 'edit the todo list during an interactive rebase'),
    mode('show-current-patch', 'show the patch file being applied or merged'),
    flag('apply', 'use apply strategies to rebase', () => { o.backend = 'apply'; }, once),
    flag('m|merge', 'use merging strategies to rebase', () => { if (!o.isInteractive) o.backend = 'merge'; }, once),
    flag('i|interactive', 'let the user edit the list of commits to rebase', () => {
      o.backend = 'merge';
      o.isInteractive = true;
    }, once),
    flag('p|preserve-merges', '(REMOVED) was: try to recreate merges instead of ignoring them', () => { o.preservesMerges = true; }, { isHidden: true }),
    flag('rerere-autoupdate', 'update the index with reused conflict resolution if possible', (isOn) => { o.rerereAuto = isOn; }),
    value('empty', '{drop,keep,ask}', 'how to handle commits that become empty', (text) => { o.empty = emptyKind(text ?? ''); }, once),
    flag('k|keep-empty', 'keep commits which start empty', (isOn) => {
      implyMerge(o, isOn ? '--keep-empty' : '--no-keep-empty');
      o.keepsEmpty = isOn;
      o.backend = 'merge';
    }, { isHidden: true }),
    flag('autosquash', 'move commits that begin with squash!/fixup! under -i', (isOn) => { o.autosquashes = isOn; }),
    flag('update-refs', 'update branches that point to commits that are being rebased', (isOn) => { o.updatesRefs = isOn; }),
    optionalValue('S|gpg-sign', 'key-id', 'GPG-sign commits', (text, isSet) => { o.signing = signingWish(text, isSet); }),
    flag('autostash', 'automatically stash/stash pop before and after', (isOn) => { o.autostashes = isOn; }),
    value('x|exec', 'exec', 'add exec lines after each commit of the editable list', (text) => { if (text !== undefined) o.exec.push(text); }),
    flag('allow-empty-message', 'allow rebasing commits with empty messages', () => undefined, { isHidden: true }),
    optionalValue('r|rebase-merges', 'mode', 'try to rebase merges instead of skipping them', (text, isSet) => { o.merges = isSet ? text ?? '' : undefined; }),
    flag('fork-point', "use 'merge-base --fork-point' to refine upstream", (isOn) => { o.forkPoint = isOn; }),
    value('s|strategy', 'strategy', 'use the given merge strategy', (text) => { o.strategy = text; }),
    value('X|strategy-option', 'option', 'pass the argument through to the merge strategy', (text) => { if (text !== undefined) o.words.push(text); }),
    flag('root', 'rebase all reachable commits up to the root(s)', (isOn) => { o.root = isOn; }),
    flag('reschedule-failed-exec', 'automatically re-schedule any `exec` that fails', (isOn) => { o.reschedulesExec = isOn; }),
    flag('reapply-cherry-picks', 'apply all changes, even those already present upstream', (isOn) => { o.reappliesCherries = isOn; }),
  ];
}

function emptyKind(text: string): 'drop' | 'keep' | 'ask' {
  const word = text.toLowerCase();
  if (word === 'drop' || word === 'keep' || word === 'ask') return word;
  return die(`unrecognized empty type '${text}'; valid values are "drop", "keep", and "ask".`);
}

function implyMerge(o: RebaseAsked, option: string): void {
  if (o.backend === 'apply') die(`${option} requires the merge backend`);
  o.backend = 'merge';
}

/** Finds out which backend does the work, and what does not go together. @throws {Failure} */
export function settleBackend(o: RebaseAsked): void {
  if (o.keepsBase && o.onto !== undefined) die("options '--keep-base' and '--onto' cannot be used together");
  if (o.keepsBase && o.root) die("options '--keep-base' and '--root' cannot be used together");
  if (o.keepsBase) o.forkPoint ??= false;
  o.reappliesCherries ??= o.keepsBase;
  if (o.root && o.forkPoint === true) die("options '--root' and '--fork-point' cannot be used together");
  if (o.committerDateIsAuthorDate || o.ignoresDate || o.signsOff) o.isForced = true;
  checkApplyOptions(o);
  for (const command of o.exec) {
    if (command.includes('\n')) throw new Failure('error: exec commands cannot contain newlines\n', 1);
    if (/^[ \t\r\f\v]*$/.test(command)) throw new Failure('error: empty exec command\n', 1);
  }
  if (o.empty !== undefined) implyMerge(o, '--empty');
  if (o.reappliesCherries && !o.keepsBase) implyMerge(o, '--reapply-cherry-picks');
  if (o.exec.length > 0) implyMerge(o, '--exec');
  if (o.merges !== undefined) {
    if (o.merges !== '' && o.merges !== 'rebase-cousins' && o.merges !== 'no-rebase-cousins') die(`Unknown mode: ${o.merges}`);
    implyMerge(o, '--rebase-merges');
  }
  if (o.backend === 'apply') {
    if (o.ignoresWhitespace) o.apply.push('--ignore-whitespace');
    if (o.committerDateIsAuthorDate) o.apply.push('--committer-date-is-author-date');
    if (o.ignoresDate) o.apply.push('--ignore-date');
  } else if (o.ignoresWhitespace) {
    o.words.push('ignore-space-change');
  }
  if (o.words.length > 0) o.strategy ??= 'ort';
  if (o.strategy !== undefined) {
    if (o.backend === 'apply') die('--strategy requires --merge or --interactive');
    o.backend = 'merge';
  }
  if (o.root && o.onto === undefined) implyMerge(o, '--root without --onto');
  if (o.apply.length > 0) {
    if (o.backend === 'merge') die('apply options and merge options cannot be used together');
    o.backend = 'apply';
  }
  if (o.backend === undefined) {
    if (o.defaultBackend !== 'merge' && o.defaultBackend !== 'apply') die(`Unknown rebase backend: ${o.defaultBackend}`);
    o.backend = o.defaultBackend;
  }
  o.empty ??= o.isInteractive ? 'ask' : o.exec.length > 0 ? 'keep' : 'drop';
  if (o.reschedulesExec === true && o.backend !== 'merge') die('--reschedule-failed-exec requires --exec or --interactive');
  if (o.backend === 'apply' && o.signsOff) o.apply.push('--signoff');
}

function checkApplyOptions({ apply }: RebaseAsked): void {
  for (const option of apply) {
    if (option.startsWith('-C') && !/^-C\d*$/.test(option)) die("switch `C' expects a numerical value");
    const action = option.startsWith('--whitespace=') ? option.slice(13) : undefined;
    if (action !== undefined && !['', 'warn', 'nowarn', 'error', 'error-all', 'fix', 'strip'].includes(action)) die(`Invalid whitespace option: '${action}'`);
  }
}

/** How the commits of a rebase are picked. */
export function settingsOf(session: Session, o: RebaseAsked): PickSettings {
  const settings = defaultSettings('rebase', session.config, session.io.env);
  return {
    ...settings, signsOff: o.signsOff, allowsFastForward: !o.isForced, rerereAuto: o.rerereAuto, allowsEmpty: true, allowsEmptyMessage: true,
    dropsRedundant: o.empty === 'drop', keepsRedundant: o.empty === 'keep', isQuiet: o.isQuiet, isVerbose: o.isVerbose,
    reschedulesExec: o.reschedulesExec ?? o.configuredReschedule, committerDateIsAuthorDate: o.committerDateIsAuthorDate, ignoresDate: o.ignoresDate,
    signing: o.signing, strategy: o.strategy, words: [...o.words],
  };
}
