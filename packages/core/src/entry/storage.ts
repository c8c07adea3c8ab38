/** `@govc/core/storage`: the backend contract, the backends, and what ties them to a repository. */
export type { ApplyResult, Refusal } from '../store/apply.js';
export { EMPTY_BATCH, type Batch, type ConfigEdit, type ReflogNote, type ShallowEdit } from '../store/batch.js';
export { Draft } from '../store/draft.js';
export type { AppliedBatch, AppliedListener } from '../store/events.js';
export type { Snapshot } from '../store/snapshot.js';
export type { YoungObject } from '../store/young-objects.js';
export {
  findGraftsKeeper, findObjectKeeper, findRerereKeeper, READ_ONCE, type Backend, type GraftsKeeper, type LogEntry, type ObjectKeeper,
  type Position, type ReadOptions, type RerereKeeper,
} from '../storage/backend.js';
export {
  DirectoryBackend, type DirectoryBackendOptions, type TransactionObserver,
} from '../storage/directory/directory-backend.js';
export type { DurabilityLevel, DurabilityPromise, Timer } from '../storage/durability.js';
export { initGitDirectory, type InitOptions as DirectoryInitOptions } from '../storage/directory/init.js';
export { locateGitDirectory, type GitDirectory, type RefFormat } from '../storage/directory/layout.js';
export { DirectoryMaintenance, type PackFacts } from '../storage/directory/directory-maintenance.js';
export { OpenFiles } from '../storage/directory/open-files.js';
export { DeltaBaseCache } from '../pack/delta-base-cache.js';
export type { RefChange } from '../storage/directory/ref-change.js';
export { RerereFiles } from '../storage/directory/rerere-files.js';
export { SYSTEM_DISK, type Disk, type NewFile } from '../storage/directory/system-disk.js';
export { TemporaryFileSpool, type TemporaryFileSpoolOptions } from '../storage/directory/temporary-file-spool.js';
export { MemoryBackend, type MemoryBackendOptions } from '../storage/memory.js';
export { MemoryBudget } from '../storage/memory-budget.js';
export type { IncomingPack, Spool } from '../storage/spool.js';
export { Writer, type BatchGuard, type WriterOptions, type WriterState } from '../storage/writer.js';
