/**
 * A todo list followed, command by command. All commands change one state, the head, the chain of squashed commits, the labels
 * and what was rewritten; they stay in one file because each must keep what the others rely on.
 */
import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage, messageTitle } from '../history/commit-message.js';
import { addToSquash, type SquashKind, type SquashState } from '../history/commit-message-squash.js';
import type { TodoItem } from '../history/todo.js';
import { appendSignoff } from '../history/trailers-signoff.js';
import { runJob } from '../job/job.js';
import { mergeCommits } from '../merge/merge-commits.js';
import { octopusMerge } from '../merge/octopus.js';
import { replayMergeOptions } from '../merge/replay-options.js';
import { parseIdentity, serializeIdentity, type Identity } from '../object/identity.js';
import { mergeBases } from '../walk/merge-base.js';
import { RebaseLog } from './rebase-log.js';
import type { RebaseState, RebaseStop } from './rebase-state.js';
import type { ReplayedCommit, StoppedCommit } from './replay-state.js';
import { redated, ReplayWork, type MadeCommit } from './replay-work.js';
import { peelToCommit, resolveText } from './resolve.js';
import type { WriteContext } from './write-context.js';

/** Commits as a rebase makes them: its dates may follow the author's, and its authors may be dated anew. */
class RebaseWork extends ReplayWork {
  readonly #state: RebaseState;
  readonly #now: Identity;

  constructor(draft: ReplayWork['draft'], parts: ConstructorParameters<typeof ReplayWork>[1] & { readonly state: RebaseState }) {
    super(draft, parts);
    this.#state = parts.state;
    this.#now = parts.context.identity(parts.state.options.committer);
  }

  override authorOf(author: Uint8Array): Uint8Array {
    return this.#state.options.resetAuthorDate === true ? redated(author, this.#now) : author;
  }

  override committer(author?: Uint8Array): Identity {
    const { committerDateIsAuthorDate, resetAuthorDate } = this.#state.options;
    if (committerDateIsAuthorDate !== true || resetAuthorDate === true || author === undefined) return this.#now;
    const { timeSeconds, timezone } = parseIdentity(author);
    return { ...this.#now, timeSeconds, timezone };
  }
}

/** A rebase at work in one draft. It follows the list and moves no ref; {@link RebaseRun.state} is what it has come to. */
export class RebaseRun {
  readonly work: ReplayWork;
  readonly #context: WriteContext;
  readonly #start: RebaseState;
  readonly log = new RebaseLog();
  head: ObjectId | undefined;
  squash: SquashState | undefined;
  readonly #done: TodoItem[];
  #todo: readonly TodoItem[];
  readonly #labels: Map<string, ObjectId>;
  readonly #refs: Map<string, ObjectId>;
  readonly #rewritten: ReplayedCommit[];
  #pending: ObjectId[];

  constructor(draft: ReplayWork['draft'], parts: { readonly context: WriteContext; readonly state: RebaseState; readonly environment: ReplayWork['environment'] }) {
    const { context, state, environment } = parts;
    const { strategyOptions, signoff, committer } = state.options;
    this.work = new RebaseWork(draft, { context, environment, state, options: { strategyOptions, signoff, committer } });
    this.#context = context;
    this.#start = state;
    this.head = state.head;
    this.squash = state.squash;
    this.#done = [...state.done];
    this.#todo = state.todo;
    this.#labels = new Map(Object.entries(state.labels));
    this.#refs = new Map(Object.entries(state.refs));
    this.#rewritten = [...state.rewritten];
    this.#pending = [...state.pending];
  }

  /** What would be kept. */
  state(stop: RebaseStop | undefined): RebaseState {
    return {
      ...this.#start,
      head: this.head,
      todo: this.#todo,
      done: this.#done,
      labels: Object.fromEntries(this.#labels),
      squash: this.squash,
      refs: Object.fromEntries(this.#refs),
      rewritten: this.#rewritten,
      pending: this.#pending,
      stop,
    };
  }

  /** Takes commits at the beginning that stand where they are to go already, before anything is checked out. */
  skipUnnecessary(): void {
    if (!this.#canFastForward) return;
    for (;;) {
      const item = this.#todo.find(({ command }) => command !== 'comment' && command !== 'noop' && command !== 'drop');
      if (item?.command !== 'pick') return;
      const id = this.#commitOf(item);
      const { parents } = this.work.read(id);
      if (parents.length !== 1 || parents[0] !== this.head) return;
      const count = this.#todo.indexOf(item) + 1;
      this.#done.push(...this.#todo.slice(0, count));
      this.#todo = this.#todo.slice(count);
      this.head = id;
      this.record(id);
    }
  }

  /** Makes a commit the head, and notes it for the log. */
  advance(id: ObjectId): void {
    this.head = id;
    this.log.commit(id, messageTitle(this.work.textOf(id).message));
  }

  /** As {@link advance}, for a commit that Git leaves to its ordinary verb, which logs with the date of the commit. */
  advanceByHand(id: ObjectId): void {
    const { message, author } = this.work.textOf(id);
    this.head = id;
    this.log.commit(id, messageTitle(message), this.work.committer(author));
  }

  /** Follows the list to its end or a stop. */
  run(): RebaseStop | undefined {
    for (;;) {
      const [item, ...rest] = this.#todo;
      if (item === undefined) break;
      this.#todo = rest;
      this.#done.push(item);
      const stop = this.#follow(item);
      if (stop !== undefined) return stop;
    }
    this.#flush();
    return undefined;
  }

  /** Notes that a commit has become the head, and those that were squashed before it. */
  record(commit: ObjectId): void {
    this.#pending.push(commit);
    const next = this.#todo[0]?.command;
    if (next !== 'fixup' && next !== 'squash') this.#flush();
  }

  /** Whether the commit that is being squashed is the last of its chain. */
  get isChainEnd(): boolean {
    for (const { command } of this.#todo) {
      if (command === 'fixup' || command === 'squash') return false;
      if (command !== 'comment' && command !== 'noop' && command !== 'drop') return true;
    }
    return true;
  }

  /** Makes the head again with other parts. */
  amend(parts: Partial<MadeCommit>): ObjectId {
    const head = this.work.read(this.head!);
    const { author, message } = this.work.textOf(this.head!);
    return this.work.commit({
      tree: head.tree,
      parents: head.parents,
      author,
      message,
      extraHeaders: head.extraHeaders.filter(({ key }) => key !== 'gpgsig' && key !== 'gpgsig-sha256'),
      ...parts,
    });
  }

  #flush(): void {
    const { head } = this;
    if (head !== undefined) for (const from of this.#pending) this.#rewritten.push({ from, to: head });
    this.#pending = [];
  }

  #follow(item: TodoItem): RebaseStop | undefined {
    switch (item.command) {
      case 'comment':
      case 'noop':
      case 'drop':
        return undefined;
      case 'break':
        return { kind: 'break' };
      case 'exec':
        return this.#exec(item.argument);
      case 'label':
        if (this.head !== undefined) this.#labels.set(item.argument, this.head);
        return undefined;
      case 'reset':
        this.#reset(item.argument);
        return undefined;
      case 'update-ref':
        if (this.head !== undefined) this.#refs.set(item.argument, this.head);
        return undefined;
      case 'merge':
        return this.#merge(item);
      case 'pick':
      case 'edit':
      case 'reword':
        return this.#pick(item, this.#commitOf(item));
      case 'fixup':
      case 'squash':
        return this.#squash(item, this.#commitOf(item));
    }
  }

  #reset(argument: string): void {
    const word = argument.split(/[ \t]/, 1)[0]!;
    this.head = argument.startsWith('[new root]') ? undefined : this.#lookUp(word);
    if (this.head !== undefined) this.log.reset(this.head, word);
  }

  #exec(command: string): RebaseStop | undefined {
    const run = this.work.environment.runCommand;
    if (run === undefined) throw new GovcError('unsupported', `The todo list runs "${command.slice(0, 200)}"; pass \`runCommand\` to run it.`, { command });
    const status = this.head === undefined ? 0 : run(command, this.head);
    return status === 0 ? undefined : { kind: 'exec', command, status };
  }

  #pick(item: TodoItem, id: ObjectId): RebaseStop | undefined {
    const { work } = this;
    const { options } = this.#start;
    const parent = work.parentOf(id, undefined);
    this.log.begin(item.command);
    if (this.#canFastForward && parent === this.head) {
      this.#fastForward(id);
      if (item.command === 'reword') this.advanceByHand(this.amend({ message: work.edited(work.textOf(id).message, { verb: 'reword', commit: id }) }));
    } else {
      const tree = work.treeOf(this.head);
      const change = work.apply('pick', id, tree);
      const decision = change.merge.isClean ? this.#decide(id, change.merge.tree === tree) : 'stop';
      // Git keeps the message of the commit for later, without sign-off or hints.
      if (decision === 'stop') return this.#stopAt(item, { ...work.stop(id, change), message: work.textOf(id).message });
      if (decision === 'keep') {
        const message = cleanMessage(change.message, options.signoff === true ? 'whitespace' : work.cleanup, work.commentPrefix);
        this.advance(work.commit({ tree: change.merge.tree, parents: this.head === undefined ? [] : [this.head], author: change.author, message }));
        if (item.command === 'reword') this.advanceByHand(this.amend({ message: work.edited(message, { verb: 'reword', commit: id }) }));
      }
    }
    this.record(id);
    return item.command === 'edit' ? { kind: 'edit', commit: id } : undefined;
  }

  #squash(item: TodoItem, id: ObjectId): RebaseStop | undefined {
    const { work } = this;
    if (this.head === undefined) throw new GovcError('replay-invalid', 'A root commit cannot be squashed into nothing.', { commit: id });
    const kind: SquashKind = item.command === 'squash' ? 'squash' : item.flag === 'C' ? 'replace-fixup' : item.flag === 'c' ? 'edit-fixup' : 'fixup';
    const { options } = this.#start;
    this.log.begin(item.command);
    const signoff = options.signoff === true ? (text: string): string => appendSignoff(text, work.committer()) : undefined;
    const before = this.squash;
    const squash = addToSquash(before ?? work.textOf(this.head).message, kind, work.textOf(id).message, { commentPrefix: work.commentPrefix, signoff });
    const head = work.read(this.head);
    const change = work.apply('pick', id, head.tree);
    // The chain stays what it was before, in case that this commit is skipped.
    if (!change.merge.isClean) return this.#stopAt(item, { ...work.stop(id, change), message: squash.text });
    const isUnchanged = change.merge.tree === head.tree;
    const decision = this.#decide(id, isUnchanged);
    // A change that is there already does no harm here; one that leaves nothing of the commit does.
    const isAllowed = isUnchanged && decision === 'keep';
    if (decision !== 'drop' && !isAllowed && change.merge.tree === work.treeOf(head.parents[0])) {
      return this.#stopAt(item, { ...work.stop(id, change), message: squash.text });
    }
    const isEnd = this.isChainEnd;
    if (decision !== 'drop') {
      let message = squash.text;
      if (!isEnd) message = cleanMessage(message, work.cleanup, work.commentPrefix);
      else message = squash.fixup ?? work.edited(squash.text, { verb: item.command === 'squash' ? 'squash' : 'fixup', commit: id });
      this.advance(this.amend({ tree: change.merge.tree, message }));
    }
    this.squash = isEnd ? undefined : squash;
    this.record(id);
    return undefined;
  }

  #merge(item: TodoItem): RebaseStop | undefined {
    const { work } = this;
    const { heads, words, title } = this.#mergeHeads(item.argument);
    const original = item.commit === undefined ? undefined : this.#commitOf(item);
    const isEdited = item.flag !== 'C';
    const head = this.head;
    if (heads.length === 0) throw new GovcError('replay-invalid', `There is nothing to merge in "${item.argument.slice(0, 200)}".`, { argument: item.argument });
    if (head === undefined) {
      this.head = heads[0];
      return undefined;
    }
    if (original !== undefined && this.#canFastForward && work.read(original).parents.join() === [head, ...heads].join()) {
      this.#fastForward(original);
      if (isEdited) this.advance(this.amend({ message: work.edited(work.textOf(original).message, { verb: 'merge', commit: original }) }));
      this.record(original);
      return undefined;
    }
    const text = original === undefined ? undefined : work.textOf(original);
    const message = text?.message ?? (title === '' ? `Merge ${heads.length > 1 ? 'branches' : 'branch'} '${words.join(' ')}'` : title);
    const request = { graph: this.#context.graph, objects: work.draft.view.objects, shallow: work.draft.base.shallow };
    const [base] = heads.length > 1 ? [] : runJob(mergeBases(request, head, heads));
    if (base === heads[0] && base !== undefined) {
      if (original !== undefined) this.record(original);
      return undefined;
    }
    const merged = this.#mergeTree(head, heads, words);
    if (typeof merged === 'string') return { kind: 'merge', item, reason: merged };
    if (!merged.isClean) {
      const stopped = { ...work.stop(original ?? head, { merge: merged, message }), message };
      return { kind: 'commit', item, mergeHeads: heads, stopped };
    }
    const made = work.commit({
      tree: merged.tree,
      parents: [head, ...heads],
      author: text?.author ?? serializeIdentity(this.#context.identity(this.#start.options.author ?? this.#start.options.committer)),
      message: isEdited ? work.edited(message, { verb: 'merge', commit: original ?? head }) : message,
    });
    if (heads.length > 1) {
      this.head = made;
      this.log.octopus(made, heads);
    } else {
      this.advance(made);
    }
    if (original !== undefined) this.record(original);
    return undefined;
  }

  #mergeTree(head: ObjectId, heads: readonly ObjectId[], words: readonly string[]): ReturnType<ReplayWork['merge']> | string {
    const { draft, environment } = this.work;
    const store = {
      objects: draft.view.objects, write: draft.write.bind(draft), algorithm: draft.base.algorithm, graph: this.#context.graph, shallow: draft.base.shallow,
    };
    const [theirs] = heads;
    if (heads.length > 1 || theirs === undefined) {
      const result = runJob(octopusMerge({ ...store, ours: head, heads: heads.map((id, i) => ({ id, name: words[i]! })) }));
      if (result.kind === 'refused') return `${result.reason}: ${result.head}`;
      return result.isClean
        ? { tree: result.tree, isClean: true, conflicts: [], messages: [], conflictedSubmodules: [], renameLimitNeeded: undefined }
        : 'conflict';
    }
    const label = this.#labels.has(words[0]!) ? `refs/rewritten/${words[0]!}` : words[0]!;
    const labels = { ancestor: '', branch1: 'HEAD', branch2: label };
    const { labels: _, ...options } = replayMergeOptions(draft.base.config, this.#start.options.strategyOptions ?? [], { labels, environment: environment.merge });
    return runJob(mergeCommits({
      ...store, ours: head, theirs, allowUnrelated: true, options: { ...options, labels: { branch1: 'HEAD', branch2: label } },
    }));
  }

  #fastForward(id: ObjectId): void {
    this.head = id;
    this.log.fastForward(id);
  }

  #mergeHeads(argument: string): { heads: ObjectId[]; words: string[]; title: string } {
    const match = /^(?<heads>.*?)(?:(?:^|[ \t]+)#(?:[ \t]+(?<title>.*))?)?$/s.exec(/(?:^|[ \t])#(?:[ \t]|$)/.test(argument) ? argument : `${argument} #`);
    const words = (match?.groups?.['heads'] ?? '').split(/[ \t]+/).filter((word) => word !== '');
    return { heads: words.map((word) => this.#lookUp(word)), words, title: match?.groups?.['title'] ?? '' };
  }

  #stopAt(item: TodoItem, stopped: StoppedCommit): RebaseStop {
    return { kind: 'commit', stopped, item, mergeHeads: [] };
  }

  /** What becomes of a commit whose change is there already, or not. */
  #decide(id: ObjectId, isEmpty: boolean): 'keep' | 'drop' | 'stop' {
    if (!isEmpty) return 'keep';
    const { options, isInteractive } = this.#start;
    const empty = options.empty ?? (isInteractive ? 'stop' : (options.exec?.length ?? 0) > 0 ? 'keep' : 'drop');
    const commit = this.work.read(id);
    if (empty === 'keep' || commit.tree === this.work.treeOf(commit.parents[0])) return 'keep';
    return empty;
  }

  get #canFastForward(): boolean {
    const { force, signoff, committerDateIsAuthorDate, resetAuthorDate } = this.#start.options;
    return force !== true && signoff !== true && committerDateIsAuthorDate !== true && resetAuthorDate !== true;
  }

  #commitOf({ commit }: TodoItem): ObjectId {
    return this.#resolve(commit!);
  }

  #lookUp(word: string): ObjectId {
    return this.#labels.get(word) ?? this.#resolve(word);
  }

  #resolve(text: string): ObjectId {
    const context = { ...this.#context, snapshot: this.work.draft.view };
    return peelToCommit(context.snapshot, resolveText(context, text, 'commit'));
  }
}
