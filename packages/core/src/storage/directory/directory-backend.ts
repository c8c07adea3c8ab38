import { join } from 'node:path';
import { Config } from '../../config/config.js';
import { GovcError, hasCode } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import { DeltaBaseCache } from '../../pack/delta-base-cache.js';
import { DEFLATE_LEVEL_DEFAULT } from '../../pack/deflate.js';
import { HEAD, isBranchRef, isWorktreeRef, shortRefName, type RefName } from '../../ref/ref-name.js';
import { EMPTY_BATCH, type Batch } from '../../store/batch.js';
import type { RefMap } from '../../store/ref-map.js';
import { reflogPolicy, type ReflogPolicy } from '../../store/reflog-policy.js';
import type { ReflogSource } from '../../store/reflogs.js';
import {
  isAborted, type Backend, type CommitGraphKeeper, type GraftsKeeper, type LogEntry, type ObjectKeeper, type Position, type ReadOptions,
  type ReflogKeeper, type RerereKeeper,
} from '../backend.js';
import { Exclusive } from '../exclusive.js';
import { diffRefs, diffShallow } from '../snapshot-batch.js';
import type { Spool } from '../spool.js';
import { CommitGraphFiles } from './commit-graph-files.js';
import { ConfigFiles, editConfigFile } from './config-files.js';
import { DirectoryMaintenance } from './directory-maintenance.js';
import { DirectoryObjects } from './directory-objects.js';
import { attempt, findFile, findStat, removeFile, syncPath } from './disk.js';
import { diskUnderPolicy } from './fsync-policy.js';
import { initGitDirectory, type InitOptions } from './init.js';
import { locateGitDirectory, readFormat, type GitDirectory } from './layout.js';
import { LockFile } from './lock-file.js';
import { LockOwner } from './lock-owner.js';
import { ObjectStore, type CompressionLevels } from './object-store.js';
import { OpenFiles } from './open-files.js';
import { removeStaleQuarantines } from './quarantine.js';
import { QuarantineSpool } from './quarantine-spool.js';
import { addUpChanges, type RefChange, type RefChanges } from './ref-change.js';
import { RefFileStorage } from './ref-file-storage.js';
import type { PreparedChange, RefStorage } from './ref-storage.js';
import { ReftableRefs } from './reftable-refs.js';
import { RerereFiles } from './rerere-files.js';
import { SYSTEM_DISK, type Disk } from './system-disk.js';
import { serializeShallow, ShallowFile } from './shallow-file.js';

/**
 * Told of each change of refs while it is made, as Git's hook `reference-transaction` is (githooks).
 */
export interface TransactionObserver {
  /** All locks are held and nothing is visible yet. A rejection stops the change; its error goes to the flush. */
  prepared(changes: readonly RefChange[]): Promise<void>;
  committed(changes: readonly RefChange[]): Promise<void>;
  aborted(changes: readonly RefChange[]): Promise<void>;
}

/** How a Git directory is used. */
export interface DirectoryBackendOptions {
  /** Weaker layers of configuration: what the system and the user configure. Default: none. */
  readonly baseConfig?: Config | undefined;
  /** Stronger layers of configuration: what a command line configures. Default: none. */
  readonly strongConfig?: Config | undefined;
  /** What `~` stands for in the configuration. Default: nothing; a path that begins with it is an error. */
  readonly home?: string | undefined;
  /** Whether files and directories are forced to the disk. Off, a crash may lose or damage what was flushed. Default: true. */
  readonly syncs?: boolean | undefined;
  /** The calls by which anything is changed. Default: those of the system. */
  readonly disk?: Disk | undefined;
  /** The clock of the file system, in milliseconds since 1970. Default: the system's. */
  readonly now?: (() => number) | undefined;
  /** Told of broken refs, packs and alternates, which are left out. Default: nobody is told. */
  readonly onProblem?: ((problem: GovcError) => void) | undefined;
  /** Open pack files, perhaps shared with other repositories. Default: up to 64 of its own. */
  readonly files?: OpenFiles | undefined;
  /** Bases of deltas, perhaps shared with other repositories. Default: up to 96 MiB of its own. */
  readonly bases?: DeltaBaseCache | undefined;
  /**
   * From how many objects on a write makes a pack; fewer become loose objects, as Git's own commands leave them. Default: 0, always a
   * pack, which costs a server two files and one turn of the disk for any number of commits.
   */
  readonly packLimit?: number | undefined;
  /** Default: nobody observes. */
  readonly observer?: TransactionObserver | undefined;
  /** How often `read` with `follow` looks for changes of other processes, in milliseconds. Default: 1000. */
  readonly pollMs?: number | undefined;
}

/** What the directory says at some position, beside objects. */
interface State {
  readonly refs: RefMap;
  readonly config: Config;
  readonly shallow: ReadonlySet<ObjectId>;
}

// A reader that is further behind reads from the start.
const STATES_MAX = 64;
const FILE_LOCK_TIMEOUT_MS = 1000;
const POLL_MS = 1000;
/** Git's: loose objects are soon packed anew. */
const LOOSE_LEVEL = 1;

/**
 * A plain Git directory as the log of a repository: other Gits may read and write it at any time.
 *
 * 1. A position is what one reader knows: refs, configuration and shallow commits at some moment. Reading after it
 *    gives, as one batch, how the directory differs from that.
 * 2. An append verifies under Git's locks that the refs it touches are what they were at its position; others may
 *    have changed, and a later read tells of them.
 * 3. Objects are in place, forced to the disk, before a ref names them.
 *
 *     open --close--> closed
 */
export class DirectoryBackend implements Backend, ObjectKeeper, ReflogKeeper, CommitGraphKeeper, RerereKeeper, GraftsKeeper {
  readonly algorithm: HashAlgorithm;
  /** Where HEAD is; absolute. */
  readonly path: string;
  /** Where objects, refs and configuration are; differs from `path` in a linked worktree. */
  readonly commonPath: string;
  readonly objects: DirectoryObjects;
  readonly commitGraph: CommitGraphFiles;
  readonly maintenance: DirectoryMaintenance;
  readonly rerere: RerereFiles;
  readonly #options: DirectoryBackendOptions;
  readonly #disk: Disk;
  readonly #syncs: boolean;
  readonly #owner: LockOwner;
  readonly #exclusive = new Exclusive();
  readonly #refs: RefStorage;
  readonly #config: ConfigFiles;
  readonly #shallow: ShallowFile;
  readonly #spool: QuarantineSpool;
  readonly #store: ObjectStore;
  readonly #states = new Map<Position, State>();
  readonly #followers = new Set<() => void>();
  #count = 0;
  #latest: Position;
  #isClosed = false;

  private constructor(directory: GitDirectory, options: DirectoryBackendOptions) {
    const { algorithm, hasWorktreeConfig, refStorage } = readFormat(directory.commonPath);
    const { files = new OpenFiles(), bases = new DeltaBaseCache(), baseConfig, home } = options;
    const now = options.now ?? Date.now;
    const onProblem = options.onProblem ?? ignoreProblem;
    const objectsPath = join(directory.commonPath, 'objects');
    this.algorithm = algorithm;
    this.path = directory.gitPath;
    this.commonPath = directory.commonPath;
    this.#options = options;
    this.#disk = diskUnderPolicy(options.disk ?? SYSTEM_DISK, directory.commonPath, () => this.#config.read().get('core.fsync'));
    this.#syncs = options.syncs ?? true;
    this.#owner = new LockOwner(this.#disk, directory, now);
    this.#owner.releaseDead();
    this.objects = new DirectoryObjects(objectsPath, {
      algorithm, files, bases, now, onProblem, usesMidx: () => this.#config.read().getBool('core.multipackindex', true),
    });
    this.commitGraph = new CommitGraphFiles({ objectsPath, disk: this.#disk, owner: this.#owner, syncs: this.#syncs, onProblem });
    this.rerere = new RerereFiles(directory, this.#disk);
    const refParts = { algorithm, objects: this.objects, disk: this.#disk, owner: this.#owner, syncs: this.#syncs, now, onProblem };
    this.#refs = refStorage === 'reftable' ? new ReftableRefs(directory, refParts) : new RefFileStorage(directory, refParts);
    this.#config = new ConfigFiles(directory, hasWorktreeConfig, {
      base: baseConfig ?? Config.empty, strong: options.strongConfig ?? Config.empty, home, now, branch: () => this.#branch(),
    });
    this.#shallow = new ShallowFile(join(directory.commonPath, 'shallow'), algorithm, now);
    const writesReverseIndex = (): boolean => this.#config.read().getBool('pack.writereverseindex', true);
    this.#spool = new QuarantineSpool({
      objectsPath, algorithm, files, bases, disk: this.#disk, syncs: this.#syncs, writesReverseIndex,
    });
    this.#store = new ObjectStore({
      objects: this.objects, spool: this.#spool, algorithm, disk: this.#disk, syncs: this.#syncs, now, packLimit: options.packLimit ?? 0,
    });
    this.maintenance = new DirectoryMaintenance({
      commonPath: directory.commonPath, objects: this.objects, algorithm, disk: this.#disk, owner: this.#owner, syncs: this.#syncs, now,
      writesReverseIndex,
    });
    removeStaleQuarantines(this.#disk, objectsPath, now());
    this.#latest = this.#remember(this.#look());
  }

  /**
   * Opens the repository at a path: a bare one, a `.git` folder or file, or a worktree.
   *
   * @throws {GovcError} repository-invalid: there is none, or one of a version or with an extension that is not known.
   * @throws {GovcError} unsupported: refs or objects are stored in a way that this backend does not know.
   * @throws {GovcError} config-invalid, packed-refs-invalid, io-failed
   */
  static async open(path: string, options: DirectoryBackendOptions = {}): Promise<DirectoryBackend> {
    return new DirectoryBackend(locateGitDirectory(path), options);
  }

  /**
   * Makes an empty bare repository, as `git init --bare` does, and opens it.
   *
   * @throws {GovcError} repository-exists, ref-name-invalid, io-failed
   */
  static async init(path: string, options: DirectoryBackendOptions & InitOptions = {}): Promise<DirectoryBackend> {
    await initGitDirectory(path, options);
    return DirectoryBackend.open(path, options);
  }

  /** Where packs from outside are received, in quarantines inside the repository. */
  get spool(): Spool {
    return this.#spool;
  }

  get reflogs(): ReflogSource {
    return this.#refs.reflogs;
  }

  readGrafts(): Uint8Array | undefined {
    return findFile(join(this.commonPath, 'info', 'grafts'));
  }

  reflogPolicy(config: Config): ReflogPolicy {
    return reflogPolicy(config, config.getBool('core.bare', !this.path.endsWith('/.git')));
  }

  /** The log of a ref as it is on disk, or `undefined` where it has none. */
  reflogPath(name: RefName): string {
    return this.#refs.reflogPath(name);
  }

  async *read(after: Position | undefined, options: ReadOptions): AsyncGenerator<LogEntry, void, void> {
    let last = after;
    for (;;) {
      const entry = await this.#exclusive.run(async () => this.#readNext(last));
      if (entry !== undefined) {
        last = entry.position;
        yield entry;
      }
      if (!options.follow || isAborted(options.signal)) return;
      await this.#nextChange(options.signal);
      if (isAborted(options.signal)) return;
    }
  }

  async append(after: Position, batches: readonly Batch[]): Promise<Position> {
    this.#mustBeOpen();
    // Objects may take long to write and hurt nobody; refs are changed one append at a time.
    const incoming = await this.#store.write(batches, this.#compressionLevels());
    return this.#exclusive.run(async () => {
      try {
        this.#mustBeOpen();
        const base = this.#stateAt(after);
        await incoming.install();
        const state = await this.#change(base, batches);
        incoming.release();
        const position = this.#remember(state);
        for (const wake of [...this.#followers]) wake();
        return position;
      } finally {
        incoming.discard();
      }
    });
  }

  /** Does nothing: the log is one batch at any time. */
  async compact(upTo: Position): Promise<void> {
    this.#mustBeOpen();
    this.#stateAt(upTo);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const wake of [...this.#followers]) wake();
    await this.#exclusive.run(async () => {
      this.#store.close();
      this.objects.close();
    });
  }

  #readNext(after: Position | undefined): LogEntry | undefined {
    this.#mustBeOpen();
    const before = after === undefined ? undefined : this.#stateAt(after);
    const state = this.#look();
    const latest = this.#states.get(this.#latest);
    if (latest === undefined || !isSame(latest, state)) this.#latest = this.#remember(state);
    const position = this.#latest;
    if (before === undefined) return { position, batch: this.#wholeBatch(state) };
    if (isSame(before, state)) return undefined;
    const refs = diffRefs(before.refs, state.refs).map((edit) => ({ ...edit, expected: { kind: 'any' } as const }));
    const baseConfig = before.config === state.config ? undefined : state.config;
    const shallow = diffShallow(before.shallow, state.shallow);
    if (refs.length === 0 && baseConfig === undefined && shallow === undefined) {
      // The same in other objects; from now on the look at it is cheap again.
      this.#states.set(after!, state);
      return undefined;
    }
    return { position, batch: { ...EMPTY_BATCH, refs, baseConfig, shallow, origin: 'refresh' } };
  }

  #wholeBatch({ refs, config, shallow }: State): Batch {
    return {
      ...EMPTY_BATCH,
      packs: [this.objects],
      refs: Array.from(refs.entries(), ([name, value]) => ({
        name: name as RefName, value, expected: { kind: 'any' } as const,
      })),
      baseConfig: config,
      shallow: shallow.size === 0 ? undefined : { add: [...shallow], remove: [] },
      origin: 'load',
    };
  }

  /** What the directory says now: the same objects where nothing has changed. */
  #look(): State {
    const refs = this.#refs.update();
    return { refs, config: this.#config.read(), shallow: this.#shallow.read() };
  }

  /** Changes shallow commits, refs and configuration, in this order, so that refs never name what is not complete. */
  async #change(base: State, batches: readonly Batch[]): Promise<State> {
    const plan = addUpChanges(base.refs, batches, this.algorithm);
    for (const { name } of plan.changes) checkStorable(name, this.path !== this.commonPath);
    const edits = batches.flatMap(({ config }) => config);
    const configBytes = edits.length === 0 ? undefined : editConfigFile(this.#config.path, edits);
    const shallow = await this.#changeShallow(base.shallow, batches);
    if (plan.changes.length + plan.reflogs.length > 0) await this.#changeRefs(base, plan);
    if (configBytes !== undefined) await this.#replaceFile(this.#config.path, () => editConfigFile(this.#config.path, edits));
    if (base.refs === this.#refs.current) this.#refs.adopt(plan.refs, plan.changes);
    return { refs: plan.refs, config: configBytes === undefined ? base.config : this.#config.read(), shallow };
  }

  async #changeRefs(base: State, plan: RefChanges): Promise<void> {
    const { observer } = this.#options;
    const { changes } = plan;
    let transaction: PreparedChange | undefined;
    try {
      transaction = await this.#refs.prepare(plan, { reflogPolicy: this.reflogPolicy(base.config), config: base.config });
      await observer?.prepared(changes);
    } catch (error) {
      transaction?.rollback();
      if (this.#hasMoved(error, base)) {
        throw new GovcError('backend-moved', 'Another process has changed the refs; read on and try again.', {}, { cause: error });
      }
      await observer?.aborted(changes);
      throw error;
    }
    await transaction.commit();
    await observer?.committed(changes);
  }

  /** Whether an append failed because the directory is not what the writer knows. */
  #hasMoved(error: unknown, base: State): boolean {
    if (hasCode(error, 'backend-moved')) return true;
    return hasCode(error, 'ref-name-clash') && diffRefs(base.refs, this.#refs.update()).length > 0;
  }

  async #changeShallow(before: ReadonlySet<ObjectId>, batches: readonly Batch[]): Promise<ReadonlySet<ObjectId>> {
    const edits = batches.flatMap(({ shallow }) => (shallow === undefined ? [] : [shallow]));
    if (edits.length === 0) return before;
    const edit = (ids: ReadonlySet<ObjectId>): Set<ObjectId> => {
      const next = new Set(ids);
      for (const { add, remove } of edits) {
        for (const id of remove) next.delete(id);
        for (const id of add) next.add(id);
      }
      return next;
    };
    await this.#replaceFile(this.#shallow.path, () => serializeShallow(edit(this.#shallow.read())));
    return edit(before);
  }

  /** Replaces a file under its lock; no bytes remove it. */
  async #replaceFile(path: string, makeBytes: () => Uint8Array): Promise<void> {
    const lock = await LockFile.take(this.#disk, path, { timeoutMs: FILE_LOCK_TIMEOUT_MS, owner: this.#owner });
    try {
      const bytes = makeBytes();
      lock.write(bytes);
      const mode = findStat(path)?.mode;
      if (mode !== undefined) {
        attempt('set the mode of', lock.lockPath, () => {
          this.#disk.setMode(lock.lockPath, mode & 0o7777);
        });
      }
      if (this.#syncs) await syncPath(this.#disk, lock.lockPath);
      if (bytes.length > 0) lock.commit();
      else removeFile(this.#disk, path);
    } finally {
      lock.release();
    }
    if (this.#syncs) await syncPath(this.#disk, this.commonPath);
  }

  #remember(state: State): Position {
    const position = `directory:${this.#count++}` as Position;
    this.#states.set(position, state);
    if (this.#states.size > STATES_MAX) this.#states.delete(this.#states.keys().next().value!);
    return position;
  }

  #stateAt(position: Position): State {
    const state = this.#states.get(position);
    if (state === undefined) {
      throw new GovcError('backend-moved', 'The position is too old to be read from; read from the start.', { position });
    }
    // In order of use, so that a reader that looks often is not forgotten.
    this.#states.delete(position);
    this.#states.set(position, state);
    return state;
  }

  #branch(): string | undefined {
    const head = this.#refs.current.get(HEAD);
    return head?.kind === 'symbolic' && isBranchRef(head.target) ? shortRefName(head.target) : undefined;
  }

  #compressionLevels(): CompressionLevels {
    const config = this.#config.read();
    const level = (name: string, fallback: number): number =>
      config.getInt(config.has(name) ? name : 'core.compression', fallback, { min: -1, max: 9 });
    return { pack: level('pack.compression', DEFLATE_LEVEL_DEFAULT), loose: level('core.loosecompression', LOOSE_LEVEL) };
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#followers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, this.#options.pollMs ?? POLL_MS);
      this.#followers.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new GovcError('backend-closed', 'The storage of the repository was closed.');
  }
}

function isSame(left: State, right: State): boolean {
  return left.refs === right.refs && left.config === right.config && left.shallow === right.shallow;
}

/** @throws {GovcError} unsupported: a name whose file is no shared ref. */
function checkStorable(name: RefName, isLinked: boolean): void {
  if (isWorktreeRef(name) || !(isLinked && /^refs\/(?:bisect|worktree|rewritten)\//.test(name))) return;
  throw new GovcError('unsupported', `"${name}" belongs to a worktree and is not stored with the refs of the repository.`, {
    name,
  });
}

function ignoreProblem(): void {
  // Nobody asked to be told.
}
