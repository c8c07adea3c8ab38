import type { MetricRegistry } from './registry.js';

/** What a Git client asked for; `fetch` is a clone that had something already, `list` a bare listing of refs. */
export type GitOperation = 'clone' | 'fetch' | 'push' | 'list' | 'archive';

/** How it ended: `refused` by a rule, `failed` by an error, `aborted` by the client. */
export type GitOutcome = 'ok' | 'refused' | 'failed' | 'aborted';

/** How a Git operation ended. */
export interface GitEnd {
  readonly outcome: GitOutcome;
  readonly bytesReceived?: number | undefined;
  readonly bytesSent?: number | undefined;
  /** Objects in the packs that travelled. */
  readonly objects?: number | undefined;
}

const OPERATIONS: readonly GitOperation[] = ['clone', 'fetch', 'push', 'list', 'archive'];
const OUTCOMES: readonly GitOutcome[] = ['ok', 'refused', 'failed', 'aborted'];
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

/** Counts and times Git operations. Every series is there from the beginning, so that the first failure is a rise and not a new series. */
export function gitMetrics({ registry, clock }: { readonly registry: MetricRegistry; readonly clock: () => number }): (operation: GitOperation) => (end: GitEnd) => void {
  const count = registry.counter({
    name: 'govc_git_operations_total', help: 'Git operations served, by how they ended.', labels: ['operation', 'outcome'],
  });
  const bytes = registry.counter({
    name: 'govc_git_bytes_total', help: 'Bytes of Git protocol bodies, received from or sent to clients.', labels: ['operation', 'direction'],
  });
  const objects = registry.counter({ name: 'govc_git_objects_total', help: 'Objects in the packs that travelled.', labels: ['operation'] });
  const time = registry.histogram({
    name: 'govc_git_operation_duration_seconds', help: 'Seconds that a Git operation took.', labels: ['operation'], buckets: BUCKETS,
  });
  const cells = new Map(OPERATIONS.map((operation) => [operation, {
    byOutcome: new Map(OUTCOMES.map((outcome) => [outcome, count({ operation, outcome })])),
    received: bytes({ operation, direction: 'received' }),
    sent: bytes({ operation, direction: 'sent' }),
    objects: objects({ operation }),
    time: time({ operation }),
  }]));
  return (operation) => {
    const cell = cells.get(operation)!;
    const beginMs = clock();
    let isOver = false;
    return ({ outcome, bytesReceived = 0, bytesSent = 0, objects: objectCount = 0 }) => {
      if (isOver) return;
      isOver = true;
      cell.byOutcome.get(outcome)!.value++;
      cell.received.value += bytesReceived;
      cell.sent.value += bytesSent;
      cell.objects.value += objectCount;
      cell.time.observe((clock() - beginMs) / 1000);
    };
  };
}
