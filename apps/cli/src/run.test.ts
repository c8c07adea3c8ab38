import { PassThrough, Readable, Writable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { run } from './run.js';
import { MemoryHost } from './session/memory-host.js';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runWith(argv: readonly string[], env: Record<string, string> = {}, signal = new AbortController().signal): Promise<Ran> {
  const outputs = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable => new Writable({
    write(chunk: Buffer, _encoding, done) {
      outputs[name] += chunk.toString('utf8');
      done();
    },
  });
  const io = { env, stdin: Readable.from([]), stdout: sink('stdout'), stderr: sink('stderr'), clock: () => 0, signal, cwd: '/', files: new MemoryHost() };
  const code = await run(argv, io);
  return { code, ...outputs };
}

describe('govc', () => {
  it('shows its version', async () => {
    for (const argv of [['version'], ['--version'], ['-v']]) {
      expect(await runWith(argv)).toEqual({ code: 0, stdout: expect.stringMatching(/^govc version \d+\.\d+\.\d+\n$/), stderr: '' });
    }
  });

  it('explains itself', async () => {
    for (const argv of [['help'], ['--help'], ['-h']]) {
      const { code, stdout } = await runWith(argv);
      expect(code).toBe(0);
      expect(stdout).toMatch(/usage: govc[\s\S]* serve /);
    }
    expect(await runWith([])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('usage: govc') });
  });

  it('explains a command', async () => {
    for (const argv of [['help', 'serve'], ['serve', '--help']]) {
      const { code, stdout } = await runWith(argv);
      expect(code).toBe(0);
      expect(stdout).toMatch(/--port PORT[\s\S]*GOVC_JWT_SECRET/);
    }
  });

  it('names a command that does not exist, and a similar one', async () => {
    expect(await runWith(['srve'])).toEqual({
      code: 1,
      stdout: '',
      stderr: "govc: 'srve' is not a govc command. See 'govc --help'.\n\nThe most similar command is\n\tserve\n",
    });
    expect(await runWith(['constructor'])).toMatchObject({ code: 1, stderr: "govc: 'constructor' is not a govc command. See 'govc --help'.\n" });
    expect(await runWith(['help', 'nothing'])).toMatchObject({ code: 1 });
    expect(await runWith(['--nothing'])).toMatchObject({ code: 129, stderr: expect.stringContaining('unknown option: --nothing') });
  });
});

describe('govc serve', () => {
  it('says what is wrong with its options', async () => {
    expect(await runWith(['serve', '--prot', '1'])).toMatchObject({ code: 129, stderr: expect.stringMatching(/^error: unknown option "--prot"[^\n]*\nusage: govc serve/) });
    expect(await runWith(['serve', '--port', 'x'])).toMatchObject({ code: 128, stderr: expect.stringMatching(/^fatal: --port is "x"; it must be/) });
    expect(await runWith(['serve', '--host', '0.0.0.0'])).toMatchObject({ code: 128, stderr: expect.stringContaining('GOVC_JWT_SECRET is not set') });
  });

  it('says where it listens and how to clone, and ends when asked', async () => {
    const asked = new AbortController();
    const stdout = new PassThrough();
    let text = '';
    stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('GOVC_ADMIN_PASSWORD')) asked.abort();
    });
    const io = { env: {}, stdin: Readable.from([]), stdout, stderr: new PassThrough().resume(), clock: () => 0, signal: asked.signal, cwd: '/', files: new MemoryHost() };
    expect(await run(['serve', '--port', '0'], io)).toBe(0);
    expect(text).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+\/\n[\s\S]*git clone http:\/\/localhost:\d+\/<repository>\.git[\s\S]*DEVELOPMENT MODE/);
  });

  it('says that the port is taken', async () => {
    const { createServer } = await import('node:net');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const ran = await runWith(['serve', '--port', String(port)]);
    taken.close();
    expect(ran.code).toBe(128);
    expect(ran.stderr).toContain(`Another program listens on 127.0.0.1:${port} already`);
  });
});
