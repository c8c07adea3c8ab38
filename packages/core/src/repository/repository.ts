import { hashAlgorithm, type HashName } from '../hash/algorithm.js';
import type { ZoneOffset } from '../object/calendar-time.js';
import { branchRef } from '../ref/ref-name.js';
import type { ApplyResult } from '../store/apply.js';
import type { Batch } from '../store/batch.js';
import type { ReflogMap } from '../store/reflog-map.js';
import { Draft } from '../store/draft.js';
import type { AppliedListener } from '../store/events.js';
import { NO_GRAFTS, parseGrafts, type Grafts } from '../store/replace.js';
import type { RerereCache } from '../store/rerere-cache.js';
import { makeSnapshot, type Snapshot } from '../store/snapshot.js';
import { findGraftsKeeper, findMaintenanceKeeper, findRerereKeeper, findSpoolKeeper, type Backend } from '../storage/backend.js';
import { DirectoryBackend, type DirectoryBackendOptions } from '../storage/directory/directory-backend.js';
import type { InitOptions as DirectoryInitOptions } from '../storage/directory/init.js';
import type { DurabilityLevel, DurabilityPromise } from '../storage/durability.js';
import { MemoryBackend } from '../storage/memory.js';
import type { Spool } from '../storage/spool.js';
import { MemoryPackSpool } from '../storage/memory-pack-spool.js';
import { Writer, type BatchGuard, type WriterState } from '../storage/writer.js';
import { CommitGraph } from '../walk/commit-graph.js';
import type { Connect } from '../remote/connection.js';
import type { FetchOutcome } from '../remote/fetch.js';
import type { PushOutcome } from '../remote/push.js';
import { ACCEPTED } from '../protocol/decision.js';
import { createsReflog } from '../store/reflog-policy.js';
import { systemClock, type Clock } from './clock.js';
import { storeCommitGraph, useCommitGraphFile, type CommitGraphOptions } from './commit-graph.js';
import { connectRepository } from './connect-repository.js';
import { Editor, type Proposal } from './editor.js';
import { fetchInto, type ExchangeParts, type FetchVerbOptions } from './fetch.js';
import { pushFrom, type PushVerbOptions } from './push.js';
import type { ImportResult, ImportStreamOptions } from './fast-import.js';
import { importToPacks } from './fast-import-packs.js';
import { measureHeld } from './held-bytes.js';
import {
  findMaintenanceNeed, maintain, type MaintenanceOptions, type MaintenanceReport, type MaintenanceTask, type MaintenanceThresholds,
} from './maintenance.js';
import { OpenSnapshots } from './open-snapshots.js';
import { Reality, type RealityOptions } from './reality.js';
import { refusedError } from './refused.js';
import type { ImmediateSigner, Signer } from './sign.js';
import { runSigned } from './signed-work.js';

/** What is common to all ways of getting a repository. */
export interface RepositoryOptions {
  /** Default: the clock of the machine. Pass one where the same inputs must give the same bytes. */
  readonly clock?: Clock | undefined;
  /** Minutes ahead of UTC at a moment: the zone of dates that name none, such as `@{yesterday}`. Default: UTC. */
  readonly zone?: ZoneOffset | undefined;
  /** When changes become durable where a flush does not say otherwise. Default: before a flush resolves. */
  readonly durability?: DurabilityPromise | undefined;
  /** Asked before each batch that changes the repository, such as to keep a quota. Default: everything may be. */
  readonly admit?: BatchGuard | undefined;
  /** How many bytes of recent objects stay in memory although they are on the disk, too. Default: 64 MiB. */
  readonly youngBytesMax?: number | undefined;
  /** Signs what is committed and tagged where `commit.gpgSign` or `tag.gpgSign` says so; see `configuredSigner`. Default: nobody does. */
  readonly signer?: ImmediateSigner | undefined;
  /**
   * Lines `<commit> <parent>…` that give commits other parents for reading. Default: the file `info/grafts` of a directory, as it is when
   * the repository is opened.
   */
  readonly grafts?: string | Uint8Array | undefined;
}

/** What a new repository in memory is made with. */
export interface InitOptions extends RepositoryOptions {
  /** Default: `sha1`. */
  readonly objectFormat?: HashName | undefined;
  /** The branch that `HEAD` names. Default: `main`. */
  readonly defaultBranch?: string | undefined;
}

/**
 * A Git repository: a variable that holds an immutable snapshot.
 *
 * Reading and writing verbs return at once. What was written is visible in this process immediately and
 * durable when {@link Repository.flush} resolves.
 *
 * @example
 * const repository = Repository.init();
 * repository.add('README.md', '# My project\n');
 * const commit = repository.commit('Initial commit', { author: { name: 'Dev', email: 'dev@example.com' } });
 * console.log(commit.id);
 */
export class Repository extends Editor {
  readonly #writer: Writer;
  readonly #grafts: Grafts;
  readonly #signer: ImmediateSigner | undefined;
  readonly #openSnapshots = new OpenSnapshots();
  readonly #closing = new AbortController();
  /** One at a time. */
  #maintenance: Promise<MaintenanceReport> = Promise.resolve({ results: [], isBusy: false });

  private constructor(writer: Writer, options: RepositoryOptions) {
    super(new CommitGraph(writer.backend.algorithm), options.clock ?? systemClock, options.zone);
    this.#writer = writer;
    this.#signer = options.signer;
    const grafts = options.grafts ?? findGraftsKeeper(writer.backend)?.readGrafts();
    this.#grafts = grafts === undefined ? NO_GRAFTS : parseGrafts(grafts, writer.backend.algorithm);
    useCommitGraphFile(this.graph, writer.backend, () => writer.current);
    // In memory nothing is ever deleted.
    if (findMaintenanceKeeper(writer.backend) === undefined) return;
    writer.timeline.subscribe(({ before, after }) => {
      if (before.refs !== after.refs) this.#openSnapshots.add(before);
    });
  }

  /** A new repository in memory, gone with the process. */
  static init(options: InitOptions = {}): Repository {
    const algorithm = hashAlgorithm(options.objectFormat ?? 'sha1');
    const backend = new MemoryBackend({ algorithm, defaultBranch: options.defaultBranch });
    return new Repository(Writer.start(backend, backend.entries, { admit: options.admit }), options);
  }

  /**
   * The repository in a Git directory: a bare one, a `.git` folder, or a worktree with one.
   *
   * @throws {GovcError} repository-invalid: no repository is there; unsupported: one that uses an extension
   *   that is not known; io-failed
   */
  static async open(path: string, options: RepositoryOptions & DirectoryBackendOptions = {}): Promise<Repository> {
    return Repository.on(await DirectoryBackend.open(path, options), options);
  }

  /**
   * Makes a new bare repository in a directory, as `git init --bare` does, and opens it.
   *
   * @throws {GovcError} repository-exists, io-failed
   */
  static async create(
    path: string, options: RepositoryOptions & DirectoryBackendOptions & DirectoryInitOptions = {},
  ): Promise<Repository> {
    return Repository.on(await DirectoryBackend.init(path, options), options);
  }

  /** The repository whose log is in the given backend, which from then on belongs to it. */
  static async on(backend: Backend, options: RepositoryOptions = {}): Promise<Repository> {
    const { durability, admit, youngBytesMax } = options;
    return new Repository(await Writer.open(backend, { durability, admit, youngBytesMax }), options);
  }

  get snapshot(): Snapshot {
    return this.#writer.current;
  }

  protected override get grafts(): Grafts {
    return this.#grafts;
  }

  protected override get signer(): ImmediateSigner | undefined {
    return this.#signer;
  }

  protected override findRerere(): RerereCache | undefined {
    const cache = findRerereKeeper(this.#writer.backend)?.rerere;
    return cache !== undefined && this.snapshot.config.getBool('rerere.enabled', cache.exists) ? cache : undefined;
  }

  protected get reflogs(): ReflogMap {
    return this.#writer.reflogs;
  }

  /** `failed` means that reading goes on and writing refuses until {@link Repository.reload}. */
  get state(): WriterState {
    return this.#writer.state;
  }

  /** How many changes are visible here but not durable yet. */
  get pendingCount(): number {
    return this.#writer.pendingCount;
  }

  /** The commits that were read so far, for walks over this repository's history. */
  get commitGraph(): CommitGraph {
    return this.graph;
  }

  /**
   * Writes Git's commit-graph file, from which histories are read many times faster. Only for repositories in directories.
   *
   * @returns whether there was anything to write
   * @throws {GovcError} unsupported, object-missing, lock-held, io-failed, aborted
   */
  async writeCommitGraph(options: CommitGraphOptions = {}): Promise<boolean> {
    return storeCommitGraph({ graph: this.graph, backend: this.#writer.backend, snapshot: this.snapshot }, options);
  }

  /**
   * Imports a stream of fast-import of any size as it arrives: objects go to packs, in the directory of the repository where it has
   * one; checkpoints move refs. {@link Editor.fastImport} is for short streams.
   *
   * @throws {GovcError} import-invalid, limit-exceeded, object-missing, ref-name-invalid, io-failed, writer-failed
   * @example
   * const { marks } = await repository.fastImportStream(process.stdin);
   */
  async fastImportStream(
    pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: ImportStreamOptions = {},
  ): Promise<ImportResult> {
    const { backend } = this.#writer;
    const spool = findSpoolKeeper(backend)?.spool ??
      new MemoryPackSpool({ algorithm: backend.algorithm, sizeMax: Number.MAX_SAFE_INTEGER });
    return importToPacks(this, pieces, { nowSeconds: Math.floor(this.clock() / 1000), ...options, spool });
  }

  /**
   * A new repository in memory that begins with everything that this one has now, and from then on goes its own way. O(1): objects are
   * shared. Reflogs, stashes and what is staged stay here.
   *
   * Packs of a repository in a directory are read from its files, so that it must stay open as long.
   *
   * @example
   * const copy = repository.fork();
   * copy.deleteTag('v1.0');
   */
  fork(options: RepositoryOptions = {}): Repository {
    const refs = this.snapshot.refs.edit();
    refs.delete('refs/stash');
    refs.delete('ORIG_HEAD');
    const snapshot = makeSnapshot({ ...this.snapshot, refs: refs.finish() });
    const backend = new MemoryBackend({ algorithm: snapshot.algorithm, start: snapshot });
    return new Repository(Writer.at(backend, { snapshot, position: backend.position }, { admit: options.admit }), options);
  }

  propose<T>(proposal: Proposal, edit: (draft: Draft) => T): T {
    const draft = new Draft(this.snapshot);
    try {
      const result = edit(draft);
      if (!draft.isEmpty) this.#mustApply(draft.finish(proposal));
      return result;
    } finally {
      draft.discard();
    }
  }

  /**
   * Applies a batch that was made elsewhere, for example by a push; {@link Editor.propose} is simpler.
   *
   * @throws {GovcError} writer-failed, backend-closed
   */
  apply(batch: Batch): ApplyResult {
    return this.#writer.apply(batch);
  }

  /**
   * Forks a reality off the current state. O(1); thousands may live side by side.
   *
   * @throws {GovcError} ref-name-invalid
   * @example
   * const attempt = repository.reality({ branch: 'topic' });
   * attempt.merge('main');
   * attempt.publish();
   */
  reality(options: RealityOptions = {}): Reality {
    return this.#reality(options, this.clock);
  }

  #reality({ branch }: RealityOptions, clock: Clock): Reality {
    const ref = branch === undefined ? undefined : branchRef(branch);
    const reality = new Reality({
      branch: ref === this.head().ref ? undefined : ref,
      snapshot: this.snapshot,
      graph: this.graph,
      clock,
      zone: this.zone,
      reflogs: this.reflogs,
      grafts: this.#grafts,
      signer: this.#signer,
      reflogPolicy: (config) => this.#writer.reflogPolicy(config),
      publish: (batch) => {
        this.#mustApply(batch);
      },
    });
    this.#openSnapshots.addHolder(reality);
    return reality;
  }

  /**
   * Keeps the repository small and quick: recent objects become packs, packs become fewer, what nobody needs goes. Works in slices of a
   * few milliseconds while reading and writing go on, here and in other processes.
   *
   * @throws {GovcError} unsupported, object-missing, lock-held, io-failed, writer-failed, aborted
   * @example
   * const { results } = await repository.maintenance({ tasks: ['repack', 'commit-graph'] });
   */
  maintenance(options: MaintenanceOptions = {}): Promise<MaintenanceReport> {
    const signal = options.signal === undefined ? this.#closing.signal : AbortSignal.any([options.signal, this.#closing.signal]);
    this.#maintenance = this.#maintenance.catch(() => undefined).then(() => maintain({
      writer: this.#writer,
      graph: this.graph,
      clock: this.clock,
      openSnapshots: this.#openSnapshots,
      expireReflog: (refs) => this.expireReflog({ refs }),
    }, { ...options, signal }));
    return this.#maintenance;
  }

  /** The tasks of {@link Repository.maintenance} that are worth doing now; none where all is well. Cheap. */
  findMaintenanceNeed(thresholds: MaintenanceThresholds = {}): readonly MaintenanceTask[] {
    return findMaintenanceNeed(this.#writer, thresholds);
  }

  /** About how many bytes of memory the repository holds, without caches that it shares with others. O(packs). */
  get heldBytes(): number {
    return measureHeld(this.snapshot, this.graph);
  }

  /**
   * Runs `work` on a reality and publishes it: all of what it did takes effect, or nothing. What it throws is
   * thrown on.
   *
   * @throws {GovcError} ref-conflict and others of {@link Reality.publish}
   * @example
   * repository.transact((tx) => {
   *   tx.add('a', '1');
   *   tx.commit('Add a', { author });
   *   tx.tag('v1');
   * });
   */
  transact<T>(work: (transaction: Reality) => T): T {
    const transaction = this.reality();
    try {
      const result = work(transaction);
      transaction.publish();
      return result;
    } finally {
      transaction.discard();
    }
  }

  /**
   * As {@link Repository.transact} with a signer that has to wait, such as a program: verbs in `work` are given one that does not. `work`
   * begins anew after each signature, on a new fork, so it must do nothing but what it does to the transaction.
   *
   * @param signer is asked once for each thing to sign; n signatures let `work` run n + 1 times.
   * @throws {GovcError} signature-failed; ref-conflict and others of {@link Reality.publish}
   * @example
   * await repository.transactSigned(new GpgProgram({ key: 'dev@example.com' }), (tx, signer) => tx.cherryPick(['topic'], { signer }));
   */
  transactSigned<T>(signer: Signer, work: (transaction: Reality, signer: ImmediateSigner) => T): Promise<T> {
    const now = this.clock();
    return runSigned(() => this.#reality({}, () => now), signer, work);
  }

  /**
   * Fetches from another repository: what is missing comes as a pack, and refs move as the refspecs say. Resolves when it is durable.
   *
   * @throws {GovcError} remote-failed, remote-unauthorized, protocol-error, refspec-invalid, refspec-source-missing, object-missing,
   *   pack-corrupt, ref-conflict, aborted; config-invalid: nobody is named who could stand in reflogs
   * @example
   * const other = Repository.init();
   * await repository.fetch({ connect: other.connection(), refspecs: ['+refs/heads/*:refs/remotes/other/*'], committer: author });
   */
  fetch(options: FetchVerbOptions): Promise<FetchOutcome> {
    return fetchInto(this.#exchange, options);
  }

  /**
   * Pushes to another repository: what it lacks is sent as a pack, and its refs are asked to move. What it must not be asked and what it
   * refuses is reported by the updates of the result.
   *
   * @throws {GovcError} remote-failed, remote-unauthorized, protocol-error, refspec-invalid, refspec-source-missing, aborted;
   *   config-invalid: nobody is named who could stand in reflogs
   * @example
   * const other = Repository.init();
   * const { updates } = await repository.push({ connect: other.connection(), refspecs: ['main'], committer: author });
   * console.log(updates[0]?.status);
   */
  push(options: PushVerbOptions): Promise<PushOutcome> {
    return pushFrom(this.#exchange, options);
  }

  /**
   * Lines to this repository for others of the same process, as `fetch` and `push` want them. Pushes are decided by the configuration
   * (`receive.*`) and run no hooks.
   *
   * @example
   * const copy = Repository.init();
   * await copy.fetch({ connect: repository.connection(), refspecs: ['refs/heads/*:refs/heads/*'], committer: author });
   */
  connection(): Connect {
    const { spool, apply } = this.#exchange;
    return connectRepository({
      snapshot: () => this.snapshot, graph: this.graph, agent: 'govc',
      push: {
        spool,
        decide: () => Promise.resolve(ACCEPTED),
        apply: async (batch) => {
          const result = apply(batch);
          if (result.ok) await this.flush();
          return { kind: 'applied', result };
        },
      },
    });
  }

  /** Where packs of pushes are received, for those who serve them. */
  get spool(): Spool {
    return this.#exchange.spool;
  }

  get #exchange(): ExchangeParts {
    const { backend } = this.#writer;
    const policy = this.#writer.reflogPolicy(this.snapshot.config);
    return {
      context: this.writeContext,
      spool: findSpoolKeeper(backend)?.spool ?? new MemoryPackSpool({ algorithm: backend.algorithm, sizeMax: Number.MAX_SAFE_INTEGER }),
      apply: (batch) => this.#writer.apply(batch),
      flush: () => this.flush(),
      isLogged: (name) => createsReflog(name, policy) || this.reflogs.find(name) !== undefined,
    };
  }

  /** Calls `listener` for each change from now on, with the snapshots before and after; gives the function that ends it. */
  subscribe(listener: AppliedListener): () => void {
    return this.#writer.timeline.subscribe(listener);
  }

  /**
   * Resolves when everything that was written before the call is durable. Concurrent calls share the work.
   *
   * @param batch wait for this batch only
   * @param level what is waited for: below `durable` nothing is. Default: what the repository promises.
   * @throws {GovcError} ref-conflict, transaction-refused: another process came first; writer-failed, io-failed
   */
  flush(batch?: Batch, level?: DurabilityLevel): Promise<void> {
    return this.#writer.flush(batch, level);
  }

  /** Takes over what other processes did to the same directory. Cheap when there is nothing. @throws {GovcError} */
  refresh(): Promise<void> {
    return this.#writer.refresh();
  }

  /** The way back from the state `failed`: to what is durable. @throws {GovcError} */
  reload(): Promise<void> {
    return this.#writer.reload();
  }

  /** Flushes and releases everything. Safe to call twice. @throws {GovcError} as `flush` */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#maintenance.catch(() => undefined);
    await this.#writer.close();
  }

  #mustApply(batch: Batch): void {
    const result = this.#writer.apply(batch);
    if (!result.ok) throw refusedError(result.refusals);
  }
}
