#!/usr/bin/env node
import { basename } from 'node:path';
import process from 'node:process';

import { run } from './run.js';
import { machineIo } from './session/machine.js';

const asked = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who asks a second time does not want to wait.
    if (asked.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    asked.abort();
  });
}

const io = machineIo(process, asked.signal, basename(process.argv[1] ?? '') === 'git' ? 'git' : undefined);
process.exitCode = await run(io.argv, io);
io.flush();
