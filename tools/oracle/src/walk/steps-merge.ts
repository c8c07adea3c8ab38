import { hasCode, type MergeOutcome, type MergeVerbOptions } from '@govc/core';
import { Divergence, type Conflict, type Lab } from './lab.js';
import type { WorkFile } from './real-worktree.js';
import type { Step } from './steps-refs.js';

interface Variant {
  readonly args: readonly string[];
  readonly options: MergeVerbOptions;
}

const VARIANTS: readonly Variant[] = [
  { args: [], options: {} },
  { args: [], options: {} },
  { args: ['--no-ff'], options: { fastForward: 'never' } },
  { args: ['-X', 'ours'], options: { strategyOptions: ['ours'] } },
  { args: ['-X', 'theirs'], options: { strategyOptions: ['theirs'] } },
  { args: ['-X', 'find-renames=80'], options: { strategyOptions: ['find-renames=80'] } },
  { args: ['-X', 'ignore-space-change'], options: { strategyOptions: ['ignore-space-change'] } },
  { args: ['-s', 'ours'], options: { strategy: 'ours' } },
  { args: ['-s', 'ort'], options: { strategy: 'ort' } },
];

/** Merges one branch, or now and then several. */
export const merge: Step = (lab) => {
  const others = lab.branches().filter((name) => lab.ours.head().ref !== `refs/heads/${name}`);
  if (others.length === 0) return undefined;
  const isOctopus = others.length > 1 && lab.random.below(8) === 0;
  const heads = isOctopus ? [...new Set([lab.random.pick(others), lab.random.pick(others)])] : [lab.random.pick(others)];
  const style = lab.random.pick(['merge', 'merge', 'diff3', 'zdiff3'] as const);
  const variant = heads.length > 1 ? VARIANTS[0]! : lab.random.pick(VARIANTS);
  const what = `merge ${style} ${variant.args.join(' ')} ${heads.join(' ')}`;
  lab.note(what);
  const { status, stdout, stderr } = lab.real.run(['-c', `merge.conflictStyle=${style}`, 'merge', '--no-stat', ...variant.args, ...heads]);
  const text = `${stdout.toString()}${stderr}`;
  if (text.includes('refusing to merge unrelated histories')) {
    mustRefuse(lab, heads, variant.options);
    return `${what}: unrelated`;
  }
  const outcome = lab.ours.merge(heads, { ...variant.options, style });
  expectKind(outcome, { status, text });
  if (outcome.kind === 'failed') {
    lab.real.run(['merge', '--abort']);
    lab.real.run(['reset', '-q', '--hard']);
    return `${what}: failed`;
  }
  if (outcome.kind === 'merged') compareMessages(outcome, text);
  if (outcome.kind !== 'conflicts') return `${what}: ${outcome.kind}`;
  if (heads.length === 1) compareMessages(outcome, text);
  const fileOf = (conflict: Conflict): WorkFile | undefined => {
    const result = outcome.conflicts.find(({ path }) => path === conflict.path)?.result;
    if (result === undefined) return undefined;
    return { mode: result.mode, content: outcome.objects.find(result.id)!.body };
  };
  lab.compareConflicts(outcome.conflicts, fileOf);
  if (lab.random.below(3) === 0) {
    // Where files outside of the conflict are in the way, Git wants them put right by hand.
    if (lab.real.run(['merge', '--abort']).status !== 0) lab.real.must(['reset', '-q', '--hard']);
    return `${what}: aborted`;
  }
  const decisions = lab.decide(outcome.conflicts, fileOf);
  lab.real.must(['merge', '--continue']);
  const resolutions = new Map([...decisions].map(([path, file]) => [path, file === undefined ? undefined : { mode: file.mode, id: lab.ours.writeObject('blob', file.content) }]));
  const concluded = lab.ours.merge(heads, { ...variant.options, style, resolutions });
  if (concluded.kind !== 'merged') throw new Divergence('the conclusion of a merge', 'merged', concluded.kind);
  return `${what}: resolved`;
};

function mustRefuse(lab: Lab, heads: readonly string[], options: MergeVerbOptions): void {
  try {
    lab.ours.merge(heads, options);
  } catch (error) {
    if (hasCode(error, 'unrelated-histories')) return;
    throw error;
  }
  throw new Divergence('what became of a merge', 'refused: unrelated histories', 'done');
}

function expectKind(outcome: MergeOutcome, { status, text }: { status: number; text: string }): void {
  const theirs = status === 1 ? 'conflicts' : status === 2 ? 'failed' : status !== 0 ? `failed ${status}` : text.includes('Already up to date') ? 'up-to-date'
    : text.includes('Fast-forward') ? 'fast-forward' : 'merged';
  const isAlike = theirs === outcome.kind || (theirs.startsWith('failed') && outcome.kind === 'failed') || (outcome.kind === 'failed' && status === 1);
  if (!isAlike && !(text.includes('Fast-forwarding') && outcome.kind === 'merged')) throw new Divergence('what became of a merge', `${theirs}\n${text}`, outcome.kind);
}

/** Git tells of conflicts in the order of paths, and of merged files among them. */
function compareMessages(outcome: Extract<MergeOutcome, { kind: 'merged' | 'conflicts' }>, text: string): void {
  if (!text.includes("'ort'") && outcome.kind === 'merged') return;
  const pick = (lines: readonly string[]): string => lines.filter((line) => /^(Auto-merging|CONFLICT)/.test(line)).join('\n');
  const theirs = pick(text.split('\n'));
  const ours = pick(outcome.messages.flatMap(({ text: message }) => message.split('\n')));
  if (theirs !== ours) throw new Divergence('the messages of a merge', theirs, ours);
}
