import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { RefName } from '../../src/ref/ref-name.js';
import type { RefValue } from '../../src/ref/ref-value.js';
import { DirectoryBackend, type DirectoryBackendOptions } from '../../src/storage/directory/directory-backend.js';
import { Writer } from '../../src/storage/writer.js';
import type { ApplyResult } from '../../src/store/apply.js';
import type { Batch } from '../../src/store/batch.js';
import { Draft } from '../../src/store/draft.js';
import { RealGit } from './real-git.js';

/** Who our batches are made by. */
export const IDENTITY = { name: 'Ours', email: 'ours@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };

/** A batch with a commit of one file on `branch`, on top of what the writer has there. */
export function draftCommit(writer: Writer, branch: RefName, text: string): { readonly id: ObjectId; readonly batch: Batch } {
  const draft = new Draft(writer.current);
  const blob = draft.write('blob', Buffer.from(text));
  const tree = draft.write('tree', Buffer.concat([Buffer.from('100644 file\0'), Buffer.from(blob, 'hex')]));
  const value = draft.base.refs.get(branch);
  const parent = value?.kind === 'direct' ? `parent ${value.id}\n` : '';
  const who = 'Ours <ours@example.com> 1700000000 +0000';
  const id = draft.write('commit', Buffer.from(`tree ${tree}\n${parent}author ${who}\ncommitter ${who}\n\n${text}\n`));
  draft.setRef(branch, id);
  return { id, batch: draft.finish({ origin: 'test', reflog: { identity: IDENTITY, message: `commit: ${text}` } }) };
}

/** Applies such a commit, without flushing. */
export function commit(writer: Writer, branch: RefName, text: string): ObjectId {
  const { id, batch } = draftCommit(writer, branch, text);
  mustApply(writer.apply(batch));
  return id;
}

/** Applies a batch that edits refs only. */
export function editRefs(writer: Writer, edits: readonly (readonly [RefName, RefValue | undefined])[], message = 'edit'): Batch {
  const draft = new Draft(writer.current);
  for (const [name, value] of edits) draft.editRef(name, value);
  const batch = draft.finish({ origin: 'test', reflog: { identity: IDENTITY, message } });
  mustApply(writer.apply(batch));
  return batch;
}

export function mustApply(result: ApplyResult): void {
  if (!result.ok) throw new Error(result.refusals[0]!.message);
}

/** The refs of a writer, as `SharedRepository.refs` shows those of git. */
export function showRefs(writer: Writer): string {
  const lines: string[] = [];
  for (const [name, value] of writer.current.refs.entries('refs/')) {
    lines.push(`${value.kind === 'direct' ? value.id : `ref:${value.target}`} ${name}\n`);
  }
  return lines.join('');
}

/** A bare repository `repo.git` that git and we work in at the same time. */
export class SharedRepository extends RealGit {
  readonly #opened: Writer[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A git command in the repository that must succeed. */
  git(args: readonly string[], input = ''): string {
    return this.read(['--git-dir=repo.git', ...args], input).toString();
  }

  init(...args: string[]): void {
    this.read(['init', '-q', '--bare', '-b', 'main', ...args, 'repo.git']);
  }

  async open(name = 'repo.git', options: DirectoryBackendOptions = {}): Promise<Writer> {
    return this.openOn(await DirectoryBackend.open(this.path(name), options));
  }

  async openOn(backend: DirectoryBackend): Promise<Writer> {
    const writer = await Writer.open(backend);
    this.#opened.push(writer);
    return writer;
  }

  /** The output of a shell command in the folder, for looking at files. */
  runShell(command: string): string {
    return execFileSync('sh', ['-c', command], { cwd: this.folder }).toString();
  }

  /** What `git fsck` complains of: nothing. */
  fsck(): string {
    const { status, stderr, stdout } = this.run(['--git-dir=repo.git', 'fsck', '--strict', '--full', '--no-dangling']);
    return `${status === 0 ? '' : `status ${status}\n`}${stderr.replace(/^notice: .*\n/gm, '')}${stdout.toString()}`;
  }

  /** What `git for-each-ref` says, with symbolic refs as such. */
  refs(): string {
    return this.git(['for-each-ref', '--format=%(if)%(symref)%(then)ref:%(symref)%(else)%(objectname)%(end) %(refname)']);
  }

  /** A commit made by git on a ref, with the empty tree. */
  commit(ref: string, message = 'theirs'): ObjectId {
    const tree = this.git(['mktree']).trim();
    const parent = this.run(['--git-dir=repo.git', 'rev-parse', '-q', '--verify', ref]).stdout.toString().trim();
    const id = this.git(['commit-tree', tree, '-m', message, ...(parent === '' ? [] : ['-p', parent])]).trim();
    this.git(['update-ref', ref, id]);
    return id as ObjectId;
  }

  async end(): Promise<void> {
    for (const writer of this.#opened) await writer.close().catch(() => undefined);
    this.remove();
  }
}
