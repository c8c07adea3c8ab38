/** The todo lists that a rebase begins with, as Git makes them. */
import type { ObjectId } from '../hash/object-id.js';
import { messageSubject } from '../history/commit-message.js';
import { patchIdOfCommit } from '../history/patch-id.js';
import { commitItem, plainItem, type TodoItem } from '../history/todo.js';
import { commitMessageText, parseCommit, type Commit } from '../object/commit.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { isUtf8 } from '../object/text-encoding.js';
import { runJob } from '../job/job.js';
import { mergeBases } from '../walk/merge-base.js';
import type { ReadContext } from './read-context.js';
import { rangeByDate, rangeByTopology } from './replay-range.js';
import { shortNames } from './short-name.js';

/** Which commits are rebased, and how they are listed. */
export interface RebaseScriptRequest {
  /** What is left out; `undefined` for a rebase of everything. */
  readonly upstream: ObjectId | undefined;
  readonly head: ObjectId;
  /** Left out too: where the branch left its upstream. */
  readonly limit: ObjectId | undefined;
  /** Whether commits whose change is upstream already are listed. */
  readonly reappliesCherries: boolean;
  /** Whether commits without a change are listed. */
  readonly keepsEmpty: boolean;
  /** List merges as well, with labels: `true`, or with commits that do not come from upstream moved there (`cousins`). */
  readonly rebaseMerges: boolean | 'cousins';
  /** Whether roots go onto something else. */
  readonly hasRootOnto: boolean;
  readonly commentPrefix: string;
}

/** The list of what a rebase does, oldest first; empty where there is nothing to do. */
export function makeRebaseScript(context: ReadContext, request: RebaseScriptRequest): TodoItem[] {
  const script = new Script(context, request);
  return request.rebaseMerges === false ? script.flat() : script.withMerges();
}

class Script {
  readonly #context: ReadContext;
  readonly #request: RebaseScriptRequest;
  readonly #commits = new Map<ObjectId, Commit>();
  readonly #shortName: (id: ObjectId) => string;
  readonly #labels = new Map<ObjectId, string>();
  readonly #usedLabels = new Set<string>();

  constructor(context: ReadContext, request: RebaseScriptRequest) {
    this.#context = context;
    this.#request = request;
    this.#shortName = shortNames(context.snapshot);
  }

  flat(): TodoItem[] {
    const upstream = this.#upstreamPatches();
    return this.#range().filter((id) => this.#read(id).parents.length < 2).flatMap((id) => this.#pick(id, upstream) ?? []);
  }

  withMerges(): TodoItem[] {
    const { upstream, head, commentPrefix } = this.#request;
    const { snapshot, graph } = this.#context;
    const { objects, shallow } = snapshot;
    // Where the branch begins is where the rebased one begins, too.
    const [base] = upstream === undefined ? [] : runJob(mergeBases({ graph, objects, shallow }, upstream, [head]));
    if (base !== undefined) this.#name(base, 'onto');
    const range = this.#range();
    const inside = new Set(range);
    const patches = this.#upstreamPatches();
    const items = new Map<ObjectId, TodoItem>();
    const tips: ObjectId[] = [];
    for (const id of range) {
      const item = this.#read(id).parents.length < 2 ? this.#pick(id, patches) : this.#merge(id, { inside, tips });
      if (item !== undefined) items.set(id, item);
    }
    const seen = new Set<ObjectId>();
    for (const id of range) {
      for (const parent of this.#read(id).parents) {
        if (!inside.has(parent)) continue;
        if (seen.has(parent)) this.#label(parent, 'branch-point');
        seen.add(parent);
      }
    }
    const last = range.at(-1);
    if (last !== undefined) tips.push(last);
    const script: TodoItem[] = [plainItem('label', 'onto')];
    const shown = new Set<ObjectId>();
    for (const tip of tips) {
      if (shown.has(tip)) continue;
      script.push(plainItem('comment'));
      const name = this.#labels.get(tip);
      if (name !== undefined) script.push(plainItem('comment', `${commentPrefix} Branch ${name}`));
      this.#branch(tip, { inside, shown, items, script });
    }
    return script;
  }

  /** Lists a branch from where it begins up to its tip. */
  #branch(tip: ObjectId, parts: { readonly inside: ReadonlySet<ObjectId>; readonly shown: Set<ObjectId>; readonly items: ReadonlyMap<ObjectId, TodoItem>; readonly script: TodoItem[] }): void {
    const { inside, shown, items, script } = parts;
    const list: ObjectId[] = [];
    let at: ObjectId | undefined = tip;
    while (at !== undefined && inside.has(at) && !shown.has(at)) {
      list.push(at);
      at = this.#read(at).parents[0];
    }
    script.push(plainItem('reset', this.#resetTarget(at)));
    for (const id of list.reverse()) {
      const item = items.get(id);
      if (item !== undefined) script.push(item);
      const name = this.#labels.get(id);
      if (name !== undefined) script.push(plainItem('label', name));
      shown.add(id);
    }
  }

  #resetTarget(id: ObjectId | undefined): string {
    const { rebaseMerges, hasRootOnto } = this.#request;
    if (id === undefined) return rebaseMerges === 'cousins' || hasRootOnto ? 'onto' : '[new root]';
    const name = this.#labels.get(id) ?? (rebaseMerges === 'cousins' ? undefined : this.#shortLabel(id));
    return name === undefined || name === 'onto' ? 'onto' : `${name} # ${this.#title(id)}`;
  }

  #pick(id: ObjectId, upstream: ReadonlySet<string | undefined>): TodoItem | undefined {
    const { snapshot } = this.#context;
    const { tree, parents } = this.#read(id);
    const before = parents[0] === undefined ? snapshot.algorithm.emptyTreeId : this.#read(parents[0]).tree;
    const isEmpty = before === tree;
    if (isEmpty ? !this.#request.keepsEmpty : upstream.size > 0 && upstream.has(this.#patchId(id))) return undefined;
    return commitItem('pick', id, `${this.#title(id)}${isEmpty ? ` ${this.#request.commentPrefix} empty` : ''}`);
  }

  #merge(id: ObjectId, { inside, tips }: { readonly inside: ReadonlySet<ObjectId>; readonly tips: ObjectId[] }): TodoItem | undefined {
    const { tree, parents } = this.#read(id);
    if (!this.#request.keepsEmpty && tree === this.#read(parents[0]!).tree) return undefined;
    const title = this.#title(id);
    const quoted = title.startsWith('Merge ') ? /'([^']*)'/.exec(title)?.[1] : undefined;
    const request = /^Merge pull request .*? from (.*)$/.exec(title)?.[1];
    const wanted = quoted ?? (title.startsWith('Merge pull request ') && title.indexOf(' from ', 18) >= 0 ? (request ?? title) : title);
    const heads = parents.slice(1).map((parent) => {
      if (!inside.has(parent)) return this.#shortLabel(parent);
      tips.push(parent);
      return this.#label(parent, wanted);
    });
    return { command: 'merge', commit: id, flag: 'C', argument: `${heads.join(' ')} # ${title}` };
  }

  /** The commits to be rebased, oldest first. */
  #range(): ObjectId[] {
    const { upstream, head, limit } = this.#request;
    const exclude = [upstream, limit].filter((id) => id !== undefined);
    return rangeByTopology(this.#context, { include: [head], exclude }).reverse();
  }

  #upstreamPatches(): ReadonlySet<string | undefined> {
    const { upstream, head, reappliesCherries } = this.#request;
    if (reappliesCherries || upstream === undefined) return new Set();
    const theirs = rangeByDate(this.#context, { include: [upstream], exclude: [head] });
    const patches = new Set(theirs.map((id) => this.#patchId(id)));
    patches.delete(undefined);
    return patches;
  }

  #patchId(id: ObjectId): string | undefined {
    const { snapshot } = this.#context;
    return patchIdOfCommit({ objects: snapshot.objects }, id, snapshot.algorithm);
  }

  #read(id: ObjectId): Commit {
    const known = this.#commits.get(id);
    if (known !== undefined) return known;
    const { objects, algorithm } = this.#context.snapshot;
    const commit = parseCommit(objects.find(id)!.body, algorithm);
    this.#commits.set(id, commit);
    return commit;
  }

  #title(id: ObjectId): string {
    const commit = this.#read(id);
    return messageSubject(isUtf8(commit.encoding) ? losslessTextFromBytes(commit.message) : commitMessageText(commit));
  }

  /** The label of a commit that stays as it is: its short id. */
  #shortLabel(id: ObjectId): string {
    const known = this.#labels.get(id);
    if (known !== undefined) return known;
    let label = this.#shortName(id);
    for (let size = label.length + 1; this.#isUsed(label) && size <= id.length; size++) label = id.slice(0, size);
    return this.#name(id, label);
  }

  /** The label of a commit that is rebased: letters and digits of a text, with a number where it is taken. */
  #label(id: ObjectId, text: string): string {
    const known = this.#labels.get(id);
    if (known !== undefined) return known;
    let clean = '';
    for (const character of text) {
      if (/[A-Za-z0-9\u0080-\u{10ffff}]/u.test(character)) clean += character;
      else if (clean !== '' && !clean.endsWith('-')) clean += '-';
    }
    if (clean === '') clean = `rev-${this.#shortName(id)}`;
    const isId = clean.length === id.length && /^[0-9a-fA-F]+$/.test(clean);
    let label = clean;
    for (let number = 2; this.#isUsed(label) || (isId && number === 2); number++) label = `${clean}-${number}`;
    return this.#name(id, label);
  }

  #isUsed(label: string): boolean {
    return this.#usedLabels.has(label);
  }

  #name(id: ObjectId, label: string): string {
    this.#labels.set(id, label);
    this.#usedLabels.add(label);
    return label;
  }
}
