// Loaded into the server's process before the server (node --expose-gc --import): when its parent asks, it collects garbage and
// says what is left. The server itself knows nothing of it.

/** What a process holds after a collection, in bytes. */
export interface MemorySample {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

process.on('message', () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, heapUsed, external } satisfies MemorySample);
});
// The server ends when it likes, not when its parent hangs up.
process.channel?.unref();
