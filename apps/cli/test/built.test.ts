import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const PROGRAM = join(__dirname, '..', 'dist', 'govc.js');
const isBuilt = existsSync(PROGRAM);
if (!isBuilt) console.warn(`skipped: ${PROGRAM} was not built; run "npm run build" first`);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], onOutput: (text: string, kill: () => void) => void = () => undefined): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env['PATH'] } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
      onOutput(stdout, () => child.kill('SIGTERM'));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

(isBuilt ? describe : describe.skip)('the built program', () => {
  it('shows its version', async () => {
    expect(await start(['version'])).toEqual({ code: 0, stdout: expect.stringMatching(/^govc version /), stderr: '' });
  });

  it('ends with 1 for a command that does not exist', async () => {
    expect(await start(['frobnicate'])).toEqual({ code: 1, stdout: '', stderr: "govc: 'frobnicate' is not a govc command. See 'govc --help'.\n" });
  });

  it('serves until it is told to end, then ends well', async () => {
    let answered = false;
    const ended = await start(['serve', '--port', '0'], (text, kill) => {
      const url = /listens on (\S+)/.exec(text)?.[1];
      if (url === undefined || answered) return;
      answered = true;
      void fetch(`${url}health/live`).then((response) => {
        expect(response.status).toBe(200);
        kill();
      });
    });
    expect(ended.code).toBe(0);
    expect(ended.stderr.trim().split('\n').map((line) => (JSON.parse(line) as { message: string }).message)).toContain('the server stops');
  }, 20_000);
});
