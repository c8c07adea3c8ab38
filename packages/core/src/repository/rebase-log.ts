/**
 * The lines of the reflogs of a rebase. While it runs, `HEAD` is detached: its log has a line for each commit, and at the end
 * one that it is back on the branch, whose log has a single line for all.
 */
import type { ObjectId } from '../hash/object-id.js';
import type { Identity } from '../object/identity.js';
import { HEAD } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import type { RebaseState } from './rebase-state.js';
import { logLine, type LoggedStep } from './step-log.js';
import type { Tip } from './write-context.js';

/** What a rebase did so far, as the steps of `HEAD`. */
export class RebaseLog {
  readonly steps: (LoggedStep & { readonly identity?: Identity | undefined })[] = [];
  // What the next commit is logged as. A merge has no name of its own, and goes by what was logged before it.
  #action = 'rebase';
  #isNamed = false;

  /** `HEAD` is detached where the commits go. */
  start(to: ObjectId, ontoName: string): void {
    this.steps.push({ to, message: `rebase (start): checkout ${ontoName}` });
  }

  /** A command that makes commits is followed. */
  begin(command: string): void {
    this.#action = `rebase (${command})`;
    this.#isNamed = true;
  }

  /** From here commands of the list are followed, not what someone resolved. */
  resume(): void {
    this.#action = 'rebase';
    this.#isNamed = false;
  }

  /** @param identity who is logged, where it is not whoever rebases */
  commit(to: ObjectId, title: string, identity?: Identity): void {
    this.steps.push({ to, message: `${this.#action}: ${title}`, identity });
  }

  /** Git leaves a merge of several heads to its merge verb. */
  octopus(to: ObjectId, heads: readonly ObjectId[]): void {
    this.steps.push({ to, message: `merge ${heads.join(' ')}: Merge made by the 'octopus' strategy.` });
  }

  fastForward(to: ObjectId): void {
    this.steps.push({ to, message: 'rebase: fast-forward' });
  }

  reset(to: ObjectId, label: string): void {
    const message = `rebase (reset): '${label}'`;
    this.steps.push({ to, message });
    if (this.#isNamed) this.#action = message;
  }

  /** Writes the steps into the log of `HEAD`; gives where they lead. */
  write(draft: Draft, tip: Tip, identity: Identity): ObjectId | undefined {
    let from = tip.id;
    let isDetached = tip.isDetached;
    for (const step of this.steps) {
      const { to } = step;
      if (from !== to || !isDetached) logLine(draft, HEAD, { from, ...step, identity: step.identity ?? identity });
      isDetached = true;
      from = to;
    }
    return from;
  }
}

/** Writes the last lines: that the branch has moved, and that `HEAD` is on it again. */
export function logRebaseEnd(draft: Draft, state: RebaseState, { head, identity }: { readonly head: ObjectId; readonly identity: Identity }): void {
  const { branch, origin, onto } = state;
  if (branch === undefined) return;
  if (origin !== head) logLine(draft, branch, { from: origin, to: head, message: `rebase (finish): ${branch} onto ${onto ?? head}`, identity });
  logLine(draft, HEAD, { from: head, to: head, message: `rebase (finish): returning to ${branch}`, identity });
}
