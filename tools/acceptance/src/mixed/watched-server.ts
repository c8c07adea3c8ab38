import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { MemorySample } from './memory-probe.js';

/** A server whose memory can be looked at. */
export interface WatchedServer {
  readonly url: string;
  /** Collects garbage in the server and gives what is left. */
  sample(): Promise<MemorySample>;
  /** Lines of its log of level ERROR and above. */
  readonly errors: readonly string[];
  /** Asks it to end; gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built `govc serve` on a free port of the loopback interface, with its repositories below a folder. */
export async function startWatchedServer(dataPath: string): Promise<WatchedServer> {
  const program = createRequire(import.meta.url).resolve('@govc/cli/package.json').replace(/package\.json$/, 'dist/govc.js');
  const probe = new URL('./memory-probe.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--expose-gc', '--import', probe, program, 'serve', '--port', '0', '--data', dataPath], {
    env: { PATH: process.env['PATH'] ?? '', GOVC_LOG_LEVEL: 'ERROR' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(...chunk.toString().split('\n').filter((line) => line !== '')));
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(seen);
      if (match !== null) resolve(match[0]);
    });
    ended.then(() => {
      reject(new Error(`the server did not start: ${seen} ${errors.join('\n')}`));
    }, reject);
  });
  return {
    url,
    errors,
    async sample() {
      const answered = once(child, 'message') as Promise<[MemorySample]>;
      child.send('sample');
      return (await Promise.race([answered, ended.then(() => Promise.reject(new Error('the server ended')))]))[0];
    },
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0] as number | null;
    },
  };
}
