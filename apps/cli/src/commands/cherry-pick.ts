import type { ObjectId } from '@govc/core';
import { peelToCommit, readQuery, revList } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, failWith, Failure } from '../failure.js';
import { flag, modeFlag, optionalValue, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { finishQuery, makeRevisionSettings, readRevisionOption } from '../options/revision-options.js';
import { usageText } from '../options/usage.js';
import { readAll } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { signingWish } from '../session/signing.js';
import { refuse } from '../sequencer/refusal.js';
import { abortSequence, commandFailed, continueSequence, pickOne, quitSequence, skipStep, startSequence } from '../sequencer/sequence.js';
import { defaultSettings, readCleanup, type PickSettings } from '../sequencer/settings.js';
import { Workplace } from '../sequencer/workplace.js';

const PICK_USAGE = [
  'git cherry-pick [--edit] [-n] [-m <parent-number>] [-s] [-x] [--ff]\n                [-S[<keyid>]] <commit>...',
  'git cherry-pick (--continue | --skip | --abort | --quit)',
];
const REVERT_USAGE = [
  'git revert [--[no-]edit] [-n] [-m <parent-number>] [-s] [-S[<keyid>]] <commit>...',
  'git revert (--continue | --skip | --abort | --quit)',
];

type Mode = '--quit' | '--continue' | '--abort' | '--skip';

/** `git cherry-pick`. */
export const cherryPickCommand: Command = (args, context) => runPicks(args, context, 'cherry-pick');

/** `git revert`. */
export const revertCommand: Command = (args, context) => runPicks(args, context, 'revert');

async function runPicks(args: readonly string[], context: Context, action: 'cherry-pick' | 'revert'): Promise<number> {
  const { io } = context;
  const session = await context.session();
  const settings = defaultSettings(action, session.config, io.env);
  const asked: { mode: Mode | undefined } = { mode: undefined };
  const options = pickOptions(settings, asked);
  const usage = action === 'revert' ? REVERT_USAGE : PICK_USAGE;
  const rest = parseOptions(args, { io, usage, keepsUnknown: true, keepsDashes: true, options });
  if (settings.keepsRedundant) settings.allowsEmpty = true;
  const { mode } = asked;
  if (mode !== undefined) checkMode(settings, mode);
  if (settings.allowsFastForward) checkFastForward(settings);
  settings.strategy ??= session.config.get('pull.twohead');
  if (mode === undefined ? rest.length === 0 : rest.length > 0) throw new Failure(usageText(usage, options), 129);
  const work = new Workplace(context, session);
  try {
    switch (mode) {
      case '--quit': return quitSequence(work);
      case '--continue': return await continueSequence(work, settings);
      case '--abort': return await abortSequence(work);
      case '--skip': return await skipStep(work, settings);
      case undefined: return await pickAll(work, settings, { args: rest, usage: usageText(usage, options) });
    }
  } catch (error) {
    return commandFailed(error, action);
  } finally {
    work.tree.unlock();
  }
}

function pickOptions(settings: PickSettings, asked: { mode: Mode | undefined }): Option[] {
  const mode = (name: Mode, help: string): Option => modeFlag(name.slice(2), help, 'mode', () => { asked.mode = name; });
  const options = [
    mode('--quit', 'end revert or cherry-pick sequence'), mode('--continue', 'resume revert or cherry-pick sequence'),
    mode('--abort', 'cancel revert or cherry-pick sequence'), mode('--skip', 'skip current commit and continue'),
    value('cleanup', 'mode', 'how to strip spaces and #comments from message', (text) => { settings.cleanup = text === undefined ? undefined : readCleanup(text); }),
    flag('n|no-commit', "don't automatically commit", (isOn) => { settings.commits = !isOn; }),
    flag('e|edit', 'edit the commit message', (isOn) => { settings.edits = isOn; }),
    { ...flag('r', 'no-op (backward compatibility)', () => undefined), isHidden: true },
    flag('s|signoff', 'add a Signed-off-by trailer', (isOn) => { settings.signsOff = isOn; }),
    value('m|mainline', 'parent-number', 'select mainline parent', (text) => {
      if (text !== undefined && !/^[ \t]*\+?0*[1-9]\d*$/.test(text)) failWith("option `mainline' expects a number greater than zero", 129);
      settings.mainline = text === undefined ? 0 : Number(text);
    }),
    flag('rerere-autoupdate', 'update the index with reused conflict resolution if possible', (isOn) => { settings.rerereAuto = isOn; }),
    value('strategy', 'strategy', 'merge strategy', (text) => { settings.strategy = text; }),
    value('X|strategy-option', 'option', 'option for merge strategy', (text) => { if (text !== undefined) settings.words.push(text); }),
    optionalValue('S|gpg-sign', 'key-id', 'GPG sign commit', (text, isSet) => { settings.signing = signingWish(text, isSet); }),
  ];
  if (settings.action === 'revert') return [...options, flag('reference', "use the 'reference' format to refer to commits", (isOn) => { settings.isReference = isOn; })];
  return [
    ...options,
    flag('x', 'append commit name', (isOn) => { settings.recordsOrigin = isOn; }),
    flag('ff', 'allow fast-forward', (isOn) => { settings.allowsFastForward = isOn; }),
    flag('allow-empty', 'preserve initially empty commits', (isOn) => { settings.allowsEmpty = isOn; }),
    flag('allow-empty-message', 'allow commits with empty messages', (isOn) => { settings.allowsEmptyMessage = isOn; }),
    flag('keep-redundant-commits', 'keep redundant, empty commits', (isOn) => { settings.keepsRedundant = isOn; }),
  ];
}

function checkMode(settings: PickSettings, mode: Mode): void {
  exclude(settings, mode, [
    ['--no-commit', !settings.commits], ['--signoff', settings.signsOff], ['--mainline', settings.mainline > 0], ['--strategy', settings.strategy !== undefined],
    ['--strategy-option', settings.words.length > 0], ['-x', settings.recordsOrigin], ['--ff', settings.allowsFastForward],
    ['--rerere-autoupdate', settings.rerereAuto === true], ['--no-rerere-autoupdate', settings.rerereAuto === false],
  ]);
}

function checkFastForward(settings: PickSettings): void {
  exclude(settings, '--ff', [['--signoff', settings.signsOff], ['--no-commit', !settings.commits], ['-x', settings.recordsOrigin], ['--edit', settings.edits === true]]);
}

function exclude({ action }: PickSettings, base: string, others: readonly (readonly [string, boolean])[]): void {
  const other = others.find(([, isGiven]) => isGiven);
  if (other !== undefined) die(`${action}: ${other[0]} cannot be used with ${base}`);
}

async function pickAll(work: Workplace, settings: PickSettings, { args, usage }: { readonly args: readonly string[]; readonly usage: string }): Promise<number> {
  const { session } = work;
  const chosen = await readRevisions(session, args, usage);
  for (const name of chosen.names) {
    const type = objectType(session, name);
    if (type !== undefined && type !== 'commit') refuse(`${name}: can't cherry-pick a ${type}`);
  }
  const ids = chosen.walks ? walked(session, chosen, settings) : chosen.names.map((name) => commitAt(session, name));
  const [only] = ids;
  if (!chosen.walks && chosen.isSingle && only !== undefined) return pickOne(work, settings, only);
  return startSequence(work, settings, ids);
}

interface Chosen {
  readonly revisions: ReturnType<typeof makeRevisionSettings>;
  readonly names: readonly string[];
  readonly paths: readonly string[];
  readonly walks: boolean;
  readonly isSingle: boolean;
}

async function readRevisions(session: Session, args: readonly string[], usage: string): Promise<Chosen> {
  const revisions = makeRevisionSettings();
  const names: string[] = [];
  let walks = false;
  let readsInput = false;
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--') return { revisions, names, paths: args.slice(at + 1), walks, isSingle: args.slice(0, at).length === 1 };
    if (arg === '--stdin') {
      readsInput = true;
      names.push(...new TextDecoder().decode(await readAll(session.io.stdin)).split('\n').filter((line) => line !== ''));
      at++;
      continue;
    }
    const taken = arg.startsWith('-') && arg !== '-' ? readRevisionOption(revisions, args, at) : 0;
    if (taken === 0 && arg.startsWith('-') && arg !== '-') throw new Failure(usage, 129);
    if (taken > 0 && /^(?:-\d+|-n.*|--max-count=.*|--all|--branches.*|--tags.*|--remotes.*|--glob=.*)$/.test(arg)) walks = true;
    if (taken === 0) names.push(arg === '-' && at === 0 ? '@{-1}' : arg);
    at += Math.max(taken, 1);
  }
  for (const name of names) {
    if (name.startsWith('^') || /\.\.|\^[!@-]/.test(name)) walks = true;
    const plain = name.replace(/^\^/, '');
    if (!/\.\.|\^[!@-]/.test(plain) && findObject(session, plain) === undefined) die(`bad revision '${name}'`);
  }
  return { revisions, names, paths: [], walks, isSingle: names.length === 1 && !readsInput && args.length === 1 };
}

function walked(session: Session, { revisions, names, paths }: Chosen, { action }: PickSettings): ObjectId[] {
  revisions.revisions.push(...names);
  const query = finishQuery(revisions, paths);
  const isReversed = (query.reverse === true) !== (action === 'cherry-pick');
  try {
    return [...revList(readQuery(session.context, { ...query, reverse: isReversed }))].map(({ id }) => id);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'revision-invalid') throw error;
    return die(`bad revision '${names.find((name) => name.includes('..')) ?? names[0] ?? ''}'`);
  }
}

function objectType(session: Session, name: string): string | undefined {
  if (name.startsWith('^') || /\.\.|\^[!@-]/.test(name)) return undefined;
  const id = findObject(session, name);
  if (id === undefined) return undefined;
  try {
    peelToCommit(session.context.snapshot, id);
    return 'commit';
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'object-type-mismatch') throw error;
    return session.context.snapshot.objects.findHeader(id)?.type;
  }
}

function commitAt(session: Session, name: string): ObjectId {
  return peelToCommit(session.context.snapshot, findObject(session, name) ?? die(`bad revision '${name}'`));
}
