#!/usr/bin/env node
import process from 'node:process';

import { run } from './run.js';

const asked = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who asks a second time does not want to wait.
    if (asked.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    asked.abort();
  });
}

const { env, stdin, stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { env, stdin, stdout, stderr, clock: Date.now, signal: asked.signal });
