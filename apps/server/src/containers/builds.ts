/**
 * The builds of a server.
 *
 *     pending ──start──▶ running ──▶ completed | failed | cancelled
 *        └──────cancel──▶ cancelled
 *
 * 1. A build is recorded before anybody is told of it, and its end is recorded when nothing of it runs any more.
 * 2. So many run at one time; of one repository one with an engine, because engines share its cache.
 * 3. A record that a killed server left as running becomes failed at the next start.
 */
import { setMaxListeners } from 'node:events';

import type { RecordStore } from '@govc/auth';
import type { Logger } from '@govc/logging';

import { ServerError } from '../errors.js';
import type { Timers } from '../events/timers.js';
import type { HostedRepository, Repositories } from '../repositories/repositories.js';
import type { BuildLog, BuildLogs } from './build-log.js';
import { type BuildMetadata, type BuildRecord, type BuildRequest, type BuildStatus, isOver } from './build-record.js';
import type { ImageTag } from './image-names.js';
import { type BuildParts, type MayRead, type PreparedBuild, runBuild } from './run-build.js';

/** What {@link Builds} needs. */
export interface BuildsOptions {
  readonly parts: BuildParts;
  readonly store: RecordStore<BuildRecord>;
  readonly logs: BuildLogs;
  readonly repositories: Pick<Repositories, 'acquire' | 'list'>;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly random: (sizeBytes: number) => Uint8Array;
  readonly logger: Logger;
  readonly concurrency: number;
  readonly queueMax: number;
  readonly timeoutMs: number;
  /** Told when a build began or ended, while its repository is open. */
  readonly onChange: (hosted: HostedRepository, record: BuildRecord) => Promise<void>;
}

/** A build that is to be made. */
export interface NewBuild {
  readonly repositoryId: string;
  readonly request: BuildRequest;
  readonly commit: string;
  readonly timeSeconds: number;
  readonly tags: readonly ImageTag[];
  readonly prepared: PreparedBuild;
  readonly mayRead: MayRead;
  readonly trigger: BuildMetadata['trigger'];
  readonly actor: string | null;
}

interface Job extends NewBuild {
  readonly id: string;
  readonly controller: AbortController;
  record: BuildRecord;
  /** Why it is to end before it is done. */
  reason: 'cancelled' | 'timed-out' | 'stopped' | undefined;
  isRunning: boolean;
}

/** How many records of builds that are over a server keeps. */
const RECORDS_MAX = 1000;

/** See the head of this file. */
export class Builds {
  readonly #options: BuildsOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #ended = new Map<string, Promise<void>>();
  #isStopping = false;

  private constructor(options: BuildsOptions) {
    this.#options = options;
  }

  /** Opens the builds, and ends the records of those that a killed server left. */
  static async open(options: BuildsOptions): Promise<Builds> {
    const builds = new Builds(options);
    for (const record of await options.store.list()) {
      if (isOver(record)) continue;
      const end = new Date(options.clock()).toISOString();
      const error = 'The server ended while the build was under way.';
      await options.store.update(record.id, (known) => ({ ...known, status: 'failed', end_time: end, error, metadata: { ...known.metadata, code: 'SERVER_ENDED' } }));
    }
    return builds;
  }

  get runningCount(): number {
    return [...this.#jobs.values()].filter(({ isRunning }) => isRunning).length;
  }

  get pendingCount(): number {
    return this.#jobs.size - this.runningCount;
  }

  /** Queues a build. @throws {ServerError} builds-exhausted, server-stopping */
  async add(build: NewBuild): Promise<BuildRecord> {
    const { store, clock, random, queueMax } = this.#options;
    if (this.#isStopping) throw new ServerError('server-stopping', 'The server is shutting down; try again in a moment.');
    if (this.pendingCount >= queueMax) throw new ServerError('builds-exhausted', `As many as ${queueMax} builds are waiting; try again later.`, { queueMax });
    const id = `build_${clock().toString(36)}_${Buffer.from(random(8)).toString('hex')}`;
    const record: BuildRecord = {
      id, repository_id: build.repositoryId, request: build.request, status: 'pending', start_time: null, end_time: null, output: '', error: null, image_id: null, digest: null,
      metadata: {
        commit: build.commit, trigger: build.trigger, actor: build.actor, engine: build.prepared.engine.name, queued_at: new Date(clock()).toISOString(),
        step: 0, steps: 0, images: build.tags.map(({ name, tag }) => `${name}:${tag}`), size: null, code: null,
      },
    };
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    // It has its place in the queue before anybody waits.
    const job: Job = { ...build, id, controller, record, reason: undefined, isRunning: false };
    this.#jobs.set(id, job);
    try {
      await this.#prune();
      await store.insert(id, record);
    } catch (error) {
      this.#jobs.delete(id);
      throw error;
    }
    this.#next();
    return job.record;
  }

  /** The builds of a repository, newest first. */
  async list(repositoryId: string): Promise<BuildRecord[]> {
    const all = await this.#options.store.list();
    return all.filter((record) => record.repository_id === repositoryId).map((record) => this.#jobs.get(record.id)?.record ?? record)
      .sort((one, other) => (one.metadata.queued_at === other.metadata.queued_at ? (one.id < other.id ? 1 : -1) : one.metadata.queued_at < other.metadata.queued_at ? 1 : -1));
  }

  /** @throws {ServerError} build-unknown */
  async get(repositoryId: string, id: string): Promise<BuildRecord> {
    const kept = await this.#options.store.find(id);
    const record = this.#jobs.get(id)?.record ?? kept;
    if (record?.repository_id === repositoryId) return record;
    throw new ServerError('build-unknown', `There is no build "${id.slice(0, 200)}" in this repository.`, { id: id.slice(0, 200) });
  }

  /** Cancels a build and waits until nothing of it is left. @throws {ServerError} build-unknown, build-over */
  async cancel(repositoryId: string, id: string): Promise<BuildRecord> {
    const record = await this.get(repositoryId, id);
    if (!this.#jobs.has(id)) throw new ServerError('build-over', `The build is ${record.status} already.`, { id, status: record.status });
    await this.#end(id, 'cancelled');
    return this.get(repositoryId, id);
  }

  /** Cancels the builds of a repository that is deleted. */
  async cancelOf(repositoryId: string): Promise<void> {
    const jobs = [...this.#jobs.values()].filter((job) => job.repositoryId === repositoryId);
    await Promise.all(jobs.map(({ id }) => this.#end(id, 'cancelled')));
  }

  /** Takes no more builds, and ends those that there are. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#jobs.keys()].map((id) => this.#end(id, 'stopped')));
  }

  async #end(id: string, reason: NonNullable<Job['reason']>): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.reason ??= reason;
    job.controller.abort();
    if (!job.isRunning) this.#start(job);
    await this.#ended.get(id);
  }

  /** Starts what may run. */
  #next(): void {
    for (const job of this.#jobs.values()) {
      if (this.runningCount >= this.#options.concurrency) return;
      if (!job.isRunning && !this.#mustWait(job)) this.#start(job);
    }
  }

  #mustWait(job: Job): boolean {
    if (!job.prepared.engine.canRun) return false;
    return [...this.#jobs.values()].some((other) => other.isRunning && other.repositoryId === job.repositoryId && other.prepared.engine.canRun);
  }

  #start(job: Job): void {
    job.isRunning = true;
    const ended = this.#run(job).catch((error: unknown) => {
      this.#options.logger.error('the end of a build could not be recorded', { build: job.id, error });
    }).then(() => {
      this.#jobs.delete(job.id);
      this.#ended.delete(job.id);
      this.#next();
    });
    this.#ended.set(job.id, ended);
  }

  async #run(job: Job): Promise<void> {
    const { logs, repositories, timers, timeoutMs } = this.#options;
    if (job.reason !== undefined) {
      await this.#finish(job, { status: 'cancelled', error: END_WORDS[job.reason], code: 'CANCELLED' });
      return;
    }
    const log = await logs.begin(job.id);
    const endTimer = timers.after(timeoutMs, () => {
      job.reason ??= 'timed-out';
      job.controller.abort();
    });
    try {
      const lease = await repositories.acquire(job.repositoryId);
      try {
        await this.#begin(job, lease.resource);
        await this.#carryOut(job, { hosted: lease.resource, log });
        await this.#tell(lease.resource, job.record);
      } finally {
        lease.release();
      }
    } catch (error) {
      // The repository is gone, or cannot be opened.
      if (!isOver(job.record)) await this.#fail(job, { error, log });
    } finally {
      endTimer();
      await logs.end(job.id);
    }
  }

  async #begin(job: Job, hosted: HostedRepository): Promise<void> {
    await this.#save(job, { status: 'running', start_time: new Date(this.#options.clock()).toISOString() });
    await this.#tell(hosted, job.record);
  }

  async #carryOut(job: Job, { hosted, log }: { readonly hosted: HostedRepository; readonly log: BuildLog }): Promise<void> {
    const { parts, repositories } = this.#options;
    try {
      const { id, repositoryId, request, commit, timeSeconds, tags, prepared, mayRead, controller } = job;
      log.add(`# ${prepared.engine.name} builds ${request.file} of ${commit}`);
      const put = await runBuild({
        id, repositoryId, request, commit, timeSeconds, tags, prepared, mayRead, view: hosted.repository, repositoryIds: () => repositories.list(), signal: controller.signal,
        log: (line) => log.add(line),
        progress(step, steps) {
          job.record = { ...job.record, output: log.tail, metadata: { ...job.record.metadata, step, steps } };
        },
      }, parts);
      log.add(`# the image is ${put.digest}`);
      await this.#finish(job, { status: 'completed', output: log.tail, image_id: put.imageId, digest: put.digest, size: put.sizeBytes });
    } catch (error) {
      await this.#fail(job, { error, log });
    }
  }

  async #fail(job: Job, { error, log }: { readonly error: unknown; readonly log: BuildLog }): Promise<void> {
    const { code } = error as { readonly code?: unknown };
    const isOurs = typeof code === 'string' && /^[a-z]+(-[a-z]+)+$/.test(code);
    if (job.reason === undefined && !isOurs) this.#options.logger.error('a build failed for a reason of the server', { build: job.id, error });
    const message = job.reason === undefined ? (isOurs ? (error as Error).message : 'Something went wrong inside the server.') : END_WORDS[job.reason];
    log.add(`# ${message}`);
    const status = job.reason === 'cancelled' ? 'cancelled' : 'failed';
    const name = job.reason === undefined ? (isOurs ? code : 'internal-error') : job.reason;
    await this.#finish(job, { status, output: log.tail, error: message, code: name.toUpperCase().replaceAll('-', '_') });
  }

  async #finish(job: Job, { size, code, ...end }: Partial<BuildRecord> & { readonly status: BuildStatus; readonly size?: number; readonly code?: string }): Promise<void> {
    const metadata = { ...job.record.metadata, size: size ?? null, code: code ?? null };
    await this.#save(job, { ...end, end_time: new Date(this.#options.clock()).toISOString(), metadata });
  }

  async #save(job: Job, change: Partial<BuildRecord>): Promise<void> {
    const next = { ...job.record, ...change };
    await this.#options.store.update(job.id, () => next);
    job.record = next;
  }

  async #tell(hosted: HostedRepository, record: BuildRecord): Promise<void> {
    await this.#options.onChange(hosted, record).catch((error: unknown) => this.#options.logger.error('an event of a build is missing', { build: record.id, error }));
  }

  async #prune(): Promise<void> {
    const { store, logs } = this.#options;
    const over = (await store.list()).filter((record) => isOver(record) && !this.#jobs.has(record.id));
    const surplus = over.length - RECORDS_MAX;
    if (surplus < 0) return;
    over.sort((one, other) => (one.metadata.queued_at < other.metadata.queued_at ? -1 : 1));
    for (const { id } of over.slice(0, surplus + 1)) {
      await store.delete(id);
      await logs.delete(id);
    }
  }
}

const END_WORDS = {
  cancelled: 'The build was cancelled.',
  'timed-out': 'The build took longer than it may.',
  stopped: 'The server was stopped.',
} as const;
