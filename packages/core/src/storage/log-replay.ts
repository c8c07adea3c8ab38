import { Config } from '../config/config.js';
import { GovcError, hasCode } from '../errors.js';
import { apply } from '../store/apply.js';
import type { Batch } from '../store/batch.js';
import { ReflogMap } from '../store/reflog-map.js';
import { reflogPolicy, type ReflogPolicy } from '../store/reflog-policy.js';
import { NO_REFLOGS } from '../store/reflogs.js';
import { emptySnapshot, type Snapshot } from '../store/snapshot.js';
import { findReflogKeeper, READ_ONCE, type Backend, type LogEntry, type Position } from './backend.js';

/** What a log leads to. */
export interface LogEnd {
  readonly snapshot: Snapshot;
  readonly logs: ReflogMap;
  readonly position: Position;
}

/** Reads a log from its start and replays it. @throws {GovcError} backend-closed, repository-invalid, io-failed */
export async function readFromStart(backend: Backend): Promise<LogEnd> {
  const entries: LogEntry[] = [];
  for await (const entry of backend.read(undefined, READ_ONCE)) entries.push(entry);
  return replayLog(backend, entries);
}

/** Replays a whole log. @throws {GovcError} repository-invalid: it is empty or does not replay. */
export function replayLog(backend: Backend, entries: readonly LogEntry[]): LogEnd {
  const first = entries[0];
  if (first === undefined) {
    throw new GovcError('repository-invalid', 'The storage holds no repository: its log is empty.');
  }
  const logs = ReflogMap.over(findReflogKeeper(backend)?.reflogs ?? NO_REFLOGS);
  return replay(backend, { snapshot: emptySnapshot(backend.algorithm, Config.empty), logs, position: first.position }, entries);
}

/** Replays what follows a known end. @throws {GovcError} repository-invalid: it does not apply. */
export function replay(backend: Backend, start: LogEnd, entries: readonly LogEntry[]): LogEnd {
  let { snapshot, logs, position } = start;
  const isKept = findReflogKeeper(backend) !== undefined;
  for (const entry of entries) {
    const result = apply(snapshot, entry.batch);
    if (!result.ok) {
      throw new GovcError('repository-invalid', `The log does not replay: ${result.refusals[0]!.message}`, {
        refusals: result.refusals,
      });
    }
    if (!isKept) logs = logsAfter(backend, logs, { batch: entry.batch, before: snapshot, after: result.snapshot });
    snapshot = result.snapshot;
    position = entry.position;
  }
  return { snapshot, logs, position };
}

/** The reflogs after a batch. */
export function logsAfter(
  backend: Backend, logs: ReflogMap,
  { batch, before, after }: { readonly batch: Batch; readonly before: Snapshot; readonly after: Snapshot },
): ReflogMap {
  if (batch.refs.length + batch.reflogEdits.length === 0) return logs;
  const applied = { batch, before: before.refs, after: after.refs, algorithm: after.algorithm };
  return logs.with(applied, policyOf(backend, after.config));
}

/** Which refs get a log by a configuration. One that cannot be read counts as the usual. */
export function policyOf(backend: Backend, config: Config): ReflogPolicy {
  try {
    return findReflogKeeper(backend)?.reflogPolicy(config) ?? reflogPolicy(config, false);
  } catch (error) {
    if (hasCode(error, 'config-invalid')) return 'normal';
    throw error;
  }
}
