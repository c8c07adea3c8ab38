import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type BuildEngine, DirectoryImageStore, embeddedEngine, findEngines, type ImagePolicy, type ImageStore, MemoryImageStore } from '@govc/containers';
import type { Logger } from '@govc/logging';
import type { ServerMetrics } from '@govc/metrics';

import { plainCodec } from '../auth/record-codecs.js';
import type { SystemRepository } from '../auth/system-repository.js';
import type { LiveCore } from '../live.js';
import type { HostedRepository, Repositories } from '../repositories/repositories.js';
import { BuildLogs } from './build-log.js';
import type { BuildRecord } from './build-record.js';
import { Builds } from './builds.js';
import { repositoryOfImage } from './image-names.js';
import { type BuildParts, cachePathOf } from './run-build.js';
import { watchPushes } from './triggers.js';

/** How builds are made, as it can be set. */
export interface BuildsConfig {
  /** `auto`: the best that is installed. */
  readonly engine: 'auto' | 'buildah' | 'podman' | 'docker' | 'embedded';
  /** `auto`: as well as the machine allows. */
  readonly isolation: 'auto' | 'oci' | 'rootless' | 'chroot';
  readonly concurrency: number;
  readonly queueMax: number;
  readonly timeoutMs: number;
  readonly memoryBytesMax: number | undefined;
  /** Of the files of an image while it is built. */
  readonly sizeBytesMax: number;
  readonly policy: ImagePolicy;
}

/** What containers need of the server. */
export interface ContainersOptions {
  readonly config: BuildsConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where images and logs are kept; `undefined`: in memory. */
  readonly dataPath: string | undefined;
  readonly temporaryPath: string;
  /** An id of this process for a folder of its own. */
  readonly processId: string;
  /** The user that the process runs as; 0: root. */
  readonly userId: number | undefined;
  readonly architecture: string;
  readonly version: string;
  readonly repositories: Repositories;
  readonly system: SystemRepository;
  readonly live: LiveCore;
  readonly clock: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
}

/** The images and builds of a server. */
export interface Containers {
  readonly images: ImageStore;
  readonly builds: Builds;
  readonly logs: BuildLogs;
  readonly parts: BuildParts;
  /** Ends the builds that are under way. */
  stop(): Promise<void>;
}

/** Folders beside the repositories of `--data`; no repository can have such a name. */
const IMAGES_FOLDER = '.govc-images';
const BUILDS_FOLDER = '.govc-builds';

/** Opens the images and builds of a server. Cost: looks for engines at the first build, not now. */
export async function openContainers(options: ContainersOptions): Promise<Containers> {
  const { config, dataPath, temporaryPath, processId, repositories, system, live, clock, random, logger, metrics } = options;
  const images = dataPath === undefined ? new MemoryImageStore({ clock }) : await DirectoryImageStore.open(join(dataPath, IMAGES_FOLDER));
  const workPath = dataPath === undefined ? join(temporaryPath, `govc-builds-${processId}`) : join(dataPath, BUILDS_FOLDER);
  // What a killed server was working on.
  await rm(join(workPath, 'work'), { recursive: true, force: true });
  const logs = new BuildLogs(dataPath === undefined ? undefined : join(workPath, 'logs'));
  let engines: Promise<readonly BuildEngine[]> | undefined;
  const parts: BuildParts = {
    images, workPath, policy: config.policy, sizeBytesMax: config.sizeBytesMax, memoryBytesMax: config.memoryBytesMax,
    platform: { os: 'linux', architecture: ARCHITECTURES[options.architecture] ?? options.architecture },
    engines: () => (engines ??= chooseEngines(options)),
  };
  const count = countBuilds(metrics);
  const builds = await Builds.open({
    parts, store: system.table<BuildRecord>('builds', plainCodec<BuildRecord>()), logs, repositories, clock, timers: live.timers, random, logger,
    concurrency: config.concurrency, queueMax: config.queueMax, timeoutMs: config.timeoutMs,
    async onChange(hosted, record) {
      count(record);
      await tellOf(live, hosted, record);
    },
  });
  metrics.addGauge({ name: 'govc_builds_running', help: 'Builds of images that run.', read: () => builds.runningCount });
  metrics.addGauge({ name: 'govc_builds_pending', help: 'Builds of images that wait.', read: () => builds.pendingCount });
  live.onDeleted.add((id) => {
    forget(id, { builds, images, parts, repositories }).catch((error: unknown) => logger.error('builds or images of a deleted repository are left', { repository: id, error }));
  });
  const stopWatching = watchPushes({ events: live.events, repositories, builds, parts, logger });
  return {
    images, builds, logs, parts,
    async stop() {
      await stopWatching();
      await builds.stop();
      if (dataPath === undefined) await rm(workPath, { recursive: true, force: true });
    },
  };
}

/** A repository that gets the same id later must not begin with what was there. */
async function forget(
  id: string, { builds, images, parts, repositories }: Pick<Containers, 'builds' | 'images' | 'parts'> & Pick<ContainersOptions, 'repositories'>,
): Promise<void> {
  await builds.cancelOf(id);
  const ids = [id, ...await repositories.list()];
  for (const name of await images.names()) if (repositoryOfImage(name, ids) === id) await images.deleteName(name);
  await rm(cachePathOf(parts, id), { recursive: true, force: true });
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

async function chooseEngines({ config, env, temporaryPath, userId, version, logger }: ContainersOptions): Promise<BuildEngine[]> {
  const embedded = embeddedEngine({ version });
  if (config.engine === 'embedded') return [embedded];
  const isolation = config.isolation === 'auto' ? undefined : config.isolation;
  const found = await findEngines({ env, temporaryPath, isRoot: userId === 0, isolation });
  const engines = config.engine === 'auto' ? found : found.filter(({ name }) => name === config.engine);
  const [best] = engines;
  if (best !== undefined) logger.info('images are built by a container engine', { engine: best.name, engine_version: best.version });
  else if (config.engine !== 'auto') logger.warn('the configured container engine is not installed or does not work; what has RUN is refused', { engine: config.engine });
  return [...engines, embedded];
}

function countBuilds(metrics: ServerMetrics): (record: BuildRecord) => void {
  const counters = {
    running: metrics.addCounter({ name: 'govc_builds_started_total', help: 'Builds of images that began.' }),
    completed: metrics.addCounter({ name: 'govc_builds_completed_total', help: 'Builds of images that gave one.' }),
    failed: metrics.addCounter({ name: 'govc_builds_failed_total', help: 'Builds of images that failed.' }),
    cancelled: metrics.addCounter({ name: 'govc_builds_cancelled_total', help: 'Builds of images that were cancelled.' }),
    pending: () => undefined,
  };
  return ({ status }) => counters[status]();
}

async function tellOf({ events }: LiveCore, hosted: HostedRepository, { id, status, digest, image_id: imageId, error, request, metadata, start_time: start, end_time: end }: BuildRecord): Promise<void> {
  const action = status === 'running' ? 'started' : status;
  await events.note(hosted, {
    type: 'build', action,
    data: { event: `build.${action}`, build: id, status, commit: metadata.commit, file: request.file, tags: metadata.images, digest, image_id: imageId, error, start_time: start, end_time: end },
  });
}
