import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTodo, serializeTodo, type RebaseOptions, type RebaseResult, type RebaseState, type StartRebaseOptions, type TodoItem } from '@govc/core';
import type { SeededRandom } from '@govc/core/testing';
import { Divergence, type Conflict, type Lab } from './lab.js';
import type { WorkFile } from './real-worktree.js';
import type { Step } from './steps-refs.js';

interface Variant {
  readonly args: readonly string[];
  readonly options: RebaseOptions;
}

const VARIANTS: readonly Variant[] = [
  { args: [], options: {} },
  { args: [], options: {} },
  { args: ['--no-ff'], options: { force: true } },
  { args: ['--keep-base'], options: { keepBase: true } },
  { args: ['-X', 'theirs'], options: { strategyOptions: ['theirs'] } },
  { args: ['--signoff'], options: { signoff: true } },
  { args: ['--committer-date-is-author-date'], options: { committerDateIsAuthorDate: true } },
  { args: ['--empty=keep'], options: { empty: 'keep' } },
  { args: ['--reapply-cherry-picks'], options: { reapplyCherryPicks: true } },
  { args: ['--no-keep-empty'], options: { keepEmpty: false } },
  { args: ['--rebase-merges'], options: { rebaseMerges: true } },
  { args: ['--update-refs'], options: { updateRefs: true } },
  { args: ['--exec', 'true'], options: { exec: ['true'] } },
];

/** Rebases by a list that Git makes. */
export const rebase: Step = (lab) => {
  const upstream = pickUpstream(lab);
  if (upstream === undefined) return undefined;
  const variant = lab.random.pick(VARIANTS);
  const isOnto = !variant.args.includes('--keep-base') && lab.random.below(4) === 0;
  const onto = isOnto ? lab.random.pick(lab.commits()) : undefined;
  const args = ['rebase', '-q', '--no-fork-point', ...variant.args, ...(onto === undefined ? [] : ['--onto', onto]), upstream];
  return run(lab, { args, upstream, options: { ...variant.options, ...(onto === undefined ? {} : { onto }) } });
};

/** Rebases by a list that someone has edited. */
export const rebaseInteractive: Step = (lab) => {
  const upstream = pickUpstream(lab);
  if (upstream === undefined) return undefined;
  const autosquash = lab.random.below(3) === 0;
  const rebaseMerges = lab.random.below(4) === 0;
  const options: RebaseOptions = { autosquash, rebaseMerges };
  const args = ['rebase', '-q', '--no-fork-point', '-i', ...(autosquash ? ['--autosquash'] : ['--no-autosquash']), ...(rebaseMerges ? ['--rebase-merges'] : []), upstream];
  const plan = lab.ours.planRebase(upstream, options);
  const edited = editTodo(lab.random, plan.todo);
  if (edited.every(({ command }) => command === 'drop' || command === 'comment' || command === 'noop')) return undefined;
  const text = serializeTodo(edited);
  writeFileSync(join(lab.real.folder, '.git/todo.new'), text);
  writeFileSync(join(lab.real.folder, '.git/edit-todo'), '#!/bin/sh\ncp "$1" .git/todo.seen\ncp .git/todo.new "$1"\n');
  chmodSync(join(lab.real.folder, '.git/edit-todo'), 0o755);
  const step = run(lab, { args, upstream, options: { ...options, todo: text }, env: { GIT_SEQUENCE_EDITOR: '.git/edit-todo' }, seen: serializeTodo(plan.todo) });
  return `${step}\n${text}`;
};

function pickUpstream(lab: Lab): string | undefined {
  if (lab.head === undefined) return undefined;
  const names = lab.branches().filter((name) => lab.ours.head().ref !== `refs/heads/${name}`);
  return lab.random.below(3) === 0 || names.length === 0 ? lab.random.pick(lab.commits()) : lab.random.pick(names);
}

/** Some items moved, dropped or turned into others. */
function editTodo(random: SeededRandom, todo: readonly TodoItem[]): TodoItem[] {
  const items = [...todo];
  const hasMerges = items.some(({ command }) => command === 'label' || command === 'merge');
  for (let i = random.below(4); i > 0 && items.length > 0; i--) {
    const at = random.below(items.length);
    const item = items[at]!;
    if (item.command !== 'pick') continue;
    const canSquash = hasCommit(items.slice(0, at));
    switch (random.below(8)) {
      case 0: items[at] = { ...item, command: 'drop' }; break;
      case 1: items[at] = { ...item, command: 'edit' }; break;
      // Git refuses to reword a commit that was empty before (its amend wants a change), which helps nobody.
      case 2: if (!item.argument.endsWith('# empty')) items[at] = { ...item, command: 'reword' }; break;
      case 3: if (canSquash) items[at] = { ...item, command: 'squash' }; break;
      case 4: if (canSquash) items[at] = { ...item, command: 'fixup' }; break;
      case 5: if (canSquash) items[at] = { ...item, command: 'fixup', flag: 'C' }; break;
      case 6: items.splice(at + 1, 0, random.pick<TodoItem>([
        { command: 'break', commit: undefined, flag: undefined, argument: '' },
        { command: 'exec', commit: undefined, flag: undefined, argument: 'true' },
        { command: 'exec', commit: undefined, flag: undefined, argument: 'false' },
      ])); break;
      default: if (!hasMerges && at > 0 && items[0]?.command === 'pick' && items[at - 1]?.command === 'pick') items.splice(at - 1, 0, ...items.splice(at, 1));
    }
  }
  // What is squashed needs something before it, also after others were dropped.
  return items.map((item, at) => ((item.command === 'squash' || item.command === 'fixup') && !hasCommit(items.slice(0, at)) ? { ...item, command: 'pick', flag: undefined } : item));
}

function hasCommit(items: readonly TodoItem[]): boolean {
  return items.some(({ command }) => command === 'pick' || command === 'reword' || command === 'edit' || command === 'merge');
}

interface RebaseRun {
  readonly args: readonly string[];
  readonly upstream: string;
  readonly options: StartRebaseOptions & { readonly todo?: string };
  readonly env?: Readonly<Record<string, string>>;
  /** The list that git has to show. */
  readonly seen?: string;
}

const runCommand = (command: string): number => (command === 'true' ? 0 : 1);

function run(lab: Lab, { args, upstream, options, env, seen }: RebaseRun): string {
  const what = args.join(' ');
  lab.note(`${what}${seen === undefined ? '' : `\n${options.todo ?? ''}`}`);
  let theirs = lab.real.run(args, '', env ?? {});
  let result: RebaseResult;
  try {
    result = lab.ours.rebase(upstream, { ...options, runCommand });
  } catch (error) {
    if (theirs.status === 0 || isInProgress(lab)) throw error;
    return `${what}: refused`;
  }
  if (seen !== undefined) compareTodo(lab, seen);
  for (let stops = 0; ; stops++) {
    const inProgress = isInProgress(lab);
    if (inProgress !== (result.kind === 'stopped')) {
      throw new Divergence('what became of a rebase', `${inProgress ? 'stopped' : 'done'} ${theirs.status}\n${theirs.stdout.toString()}${theirs.stderr}`, describe(result));
    }
    if (result.kind === 'done') return `${what}${stops === 0 ? '' : `: after ${stops} stops`}`;
    lab.compareRefs();
    const next = goOn(lab, result.state);
    if (next === undefined) return `${what}: aborted`;
    ({ theirs, result } = next);
  }
}

function goOn(lab: Lab, state: Extract<RebaseResult, { kind: 'stopped' }>['state']): { theirs: ReturnType<Lab['real']['run']>; result: RebaseResult } | undefined {
  const { stop } = state;
  const choice = lab.random.below(5);
  // Git forgets `--no-ff` when it goes on after a stop; govc does not.
  if (choice === 0 || stop.kind === 'merge' || state.options.force === true) {
    lab.real.must(['rebase', '--abort']);
    lab.ours.abortRebase(state);
    return undefined;
  }
  if (stop.kind !== 'commit') return { theirs: lab.real.run(['rebase', '--continue']), result: lab.ours.continueRebase(state, { runCommand }) };
  const { stopped } = stop;
  const fileOf = ({ path }: Conflict): WorkFile | undefined => lab.fileAt(path, stopped.tree);
  if (stopped.reason === 'conflict') lab.compareConflicts(stopped.conflicts, fileOf);
  if (choice === 1 || stopped.reason === 'empty') return skip(lab, state);
  const decisions = lab.decide(stopped.conflicts, fileOf);
  const paths = new Map([...decisions].map(([path, file]) => [path, file === undefined ? undefined : { mode: file.mode, id: lab.ours.writeObject('blob', file.content) }]));
  return { theirs: lab.real.run(['rebase', '--continue']), result: lab.ours.continueRebase(state, { paths, runCommand }) };
}

function skip(lab: Lab, state: RebaseState): { theirs: ReturnType<Lab['real']['run']>; result: RebaseResult } {
  return { theirs: lab.real.run(['rebase', '--skip']), result: lab.ours.skipRebase(state, { runCommand }) };
}

function isInProgress(lab: Lab): boolean {
  return existsSync(join(lab.real.folder, '.git/rebase-merge')) || existsSync(join(lab.real.folder, '.git/rebase-apply'));
}

/** Compares lists without comments, ids in full. */
function compareTodo(lab: Lab, ours: string): void {
  const place = join(lab.real.folder, '.git/todo.seen');
  if (!existsSync(place)) return;
  const isCommit = /^[0-9a-f]{7,40}$/;
  const read = (text: string): string => serializeTodo(parseTodo(text).filter(({ command }) => command !== 'comment'), {
    shortName: (name) => (isCommit.test(name) ? lab.ours.resolve(name) : name),
  });
  const theirs = readFileSync(place, 'utf8');
  writeFileSync(place, '');
  if (theirs !== '' && read(theirs) !== read(ours)) throw new Divergence('the todo list', read(theirs), read(ours));
}

function describe(result: RebaseResult): string {
  return result.kind === 'done' ? `done at ${result.head}` : `stopped: ${JSON.stringify(result.state.stop, undefined, 1).slice(0, 2000)}`;
}
