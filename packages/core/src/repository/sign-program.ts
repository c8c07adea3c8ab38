import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GovcError } from '../errors.js';
import type { SignedPart } from '../object/signature.js';
import { plainCheck, type ImmediateSigner, type SignatureCheck, type Signer, type Verifier, type VerifyContext } from './sign.js';

/** How a program is called. */
export interface ProgramOptions {
  /** Its path; `gpg.program`, `gpg.ssh.program`. Default: `gpg` or `ssh-keygen`, looked for as the system does. */
  readonly program?: string | undefined;
  /** The environment of the program. Default: that of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

const OUTPUT_MAX = 1 << 20;

interface Ran {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: Uint8Array;
  readonly env: ProgramOptions['env'];
}

/** Runs a program and waits for it, without letting anything else of this thread go on. */
function runNow({ program, args, input, env }: Command): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, ...(env === undefined ? {} : { env }), maxBuffer: OUTPUT_MAX });
  if (error !== undefined) throw new GovcError('signature-failed', `The program "${program}" cannot be run.`, { program }, { cause: error });
  return { status: status ?? -1, stdout, stderr: stderr.toString() };
}

function run(command: Command): Promise<Ran> {
  const { program, args, input, env } = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(env === undefined ? {} : { env }) });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) => {
      reject(new GovcError('signature-failed', `The program "${program}" cannot be run.`, { program }, { cause }));
    });
    // A program that has seen enough closes its input, which is no failure of ours.
    child.stdin.on('error', () => undefined);
    child.on('close', (status) => {
      resolve({ status: status ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
    child.stdin.end(input);
  });
}

const FOLDER_PREFIX = 'govc-sign-';

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Signs and checks OpenPGP signatures by running `gpg`. `signNow` stops the thread until it is done. */
export class GpgProgram implements Signer, ImmediateSigner, Verifier {
  readonly #program: string;
  readonly #key: string | undefined;
  readonly #env: ProgramOptions['env'];

  /** @param options.key `user.signingKey`; needed for signing. */
  constructor(options: ProgramOptions & { readonly key?: string | undefined } = {}) {
    this.#program = options.program ?? 'gpg';
    this.#key = options.key;
    this.#env = options.env;
  }

  async sign(payload: Uint8Array): Promise<Uint8Array> {
    return readGpgSignature(await run(this.#signing(payload)));
  }

  signNow(payload: Uint8Array): Uint8Array {
    return readGpgSignature(runNow(this.#signing(payload)));
  }

  #signing(payload: Uint8Array): Command {
    const args = ['--status-fd=2', '-bsa', ...(this.#key === undefined ? [] : ['-u', this.#key])];
    return { program: this.#program, args, input: payload, env: this.#env };
  }

  async verify({ signature, payload }: SignedPart): Promise<SignatureCheck> {
    return withFolder(async (folder) => {
      const file = join(folder, 'signature');
      await writeFile(file, signature);
      const args = ['--keyid-format=long', '--status-fd=1', '--verify', file, '-'];
      const { stdout, stderr } = await run({ program: this.#program, args, input: payload, env: this.#env });
      return readGpgStatus(stdout.toString(), stderr);
    });
  }
}

function readGpgSignature({ status, stdout, stderr }: Ran): Uint8Array {
  if (status === 0 && stderr.includes('[GNUPG:] SIG_CREATED ')) return new Uint8Array(Buffer.from(stdout.toString('latin1').replaceAll('\r', ''), 'latin1'));
  throw new GovcError('signature-failed', `gpg made no signature: ${stderr.slice(0, 1000)}`, { status });
}

const GPG_STATES: Readonly<Record<string, SignatureCheck['state']>> = {
  GOODSIG: 'good', BADSIG: 'bad', EXPSIG: 'expired', EXPKEYSIG: 'expired', REVKEYSIG: 'revoked', ERRSIG: 'missing-key',
};

/** What gpg's status lines say (doc/DETAILS of GnuPG). More than one signature counts as none that is right. */
export function readGpgStatus(status: string, output: string): SignatureCheck {
  const states = [...status.matchAll(/^\[GNUPG:\] (GOODSIG|BADSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|ERRSIG) (\S+) ?(.*)$/gm)];
  const first = states[0];
  if (first === undefined || states.length > 1) return plainCheck('bad', 'openpgp', output);
  const valid = /^\[GNUPG:\] VALIDSIG (\S+)(?: \S+){8} (\S+)/m.exec(status);
  const trust = /^\[GNUPG:\] TRUST_(UNDEFINED|NEVER|MARGINAL|FULLY|ULTIMATE)/m.exec(status)?.[1]?.toLowerCase();
  const known = trust as SignatureCheck['trust'] | undefined;
  const state = GPG_STATES[first[1]!]!;
  return {
    state: state === 'good' && (known === undefined || known === 'undefined' || known === 'never') ? 'unknown' : state,
    format: 'openpgp',
    signer: first[1] === 'ERRSIG' ? undefined : first[3],
    key: first[2],
    fingerprint: valid?.[1],
    primaryFingerprint: valid?.[2],
    trust: known ?? 'undefined',
    output,
  };
}

/** As {@link GpgProgram} for SSH signatures by running `ssh-keygen`: for keys that are encrypted, in an agent, or in hardware. */
export class SshKeygenProgram implements Signer, ImmediateSigner, Verifier {
  readonly #program: string;
  readonly #keyFile: string | undefined;
  readonly #publicKey: string | undefined;
  readonly #allowedSignersFile: string | undefined;
  readonly #env: ProgramOptions['env'];

  /**
   * @param options.keyFile for signing; `publicKey` in its place is the line of a key that an agent holds; `allowedSignersFile`: for checking,
   *   `gpg.ssh.allowedSignersFile`
   */
  constructor(options: ProgramOptions & {
    readonly keyFile?: string | undefined; readonly publicKey?: string | undefined; readonly allowedSignersFile?: string | undefined;
  }) {
    this.#program = options.program ?? 'ssh-keygen';
    this.#keyFile = options.keyFile;
    this.#publicKey = options.publicKey;
    this.#allowedSignersFile = options.allowedSignersFile;
    this.#env = options.env;
  }

  async sign(payload: Uint8Array): Promise<Uint8Array> {
    return withFolder(async (folder) => {
      const command = this.#signing(folder);
      await writeFile(join(folder, 'payload'), payload);
      if (this.#publicKey !== undefined) await writeFile(join(folder, 'key'), this.#publicKey, { mode: 0o600 });
      mustHaveSigned(await run(command));
      return new Uint8Array(await readFile(join(folder, 'payload.sig')));
    });
  }

  signNow(payload: Uint8Array): Uint8Array {
    const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
    try {
      const command = this.#signing(folder);
      writeFileSync(join(folder, 'payload'), payload);
      if (this.#publicKey !== undefined) writeFileSync(join(folder, 'key'), this.#publicKey, { mode: 0o600 });
      mustHaveSigned(runNow(command));
      return new Uint8Array(readFileSync(join(folder, 'payload.sig')));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #signing(folder: string): Command {
    const key = this.#publicKey === undefined ? this.#keyFile : join(folder, 'key');
    if (key === undefined) throw new GovcError('signature-failed', 'No file of a key is named to sign with.', {});
    const args = ['-Y', 'sign', '-n', 'git', '-f', key, join(folder, 'payload')];
    return { program: this.#program, args, input: new Uint8Array(0), env: this.#env };
  }

  async verify({ signature, payload }: SignedPart, { timeSeconds }: VerifyContext): Promise<SignatureCheck> {
    const allowed = this.#allowedSignersFile;
    if (allowed === undefined) throw new GovcError('signature-failed', 'No file of allowed signers is named to check against.', {});
    return withFolder(async (folder) => {
      const file = join(folder, 'signature');
      await writeFile(file, signature);
      const time = `-Overify-time=${new Date(timeSeconds * 1000).toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`;
      const call = (args: readonly string[]): Promise<Ran> => run({ program: this.#program, args, input: payload, env: this.#env });
      const found = await call(['-Y', 'find-principals', '-f', allowed, '-s', file, time]);
      for (const principal of found.stdout.toString().split('\n').filter((line) => line !== '')) {
        const result = await call(['-Y', 'verify', '-n', 'git', '-f', allowed, '-I', principal, '-s', file, time]);
        if (result.status === 0) return readSshOutput(result, principal);
      }
      const result = await call(['-Y', 'check-novalidate', '-n', 'git', '-s', file, time]);
      return result.status === 0 ? readSshOutput(result, undefined) : plainCheck('bad', 'ssh', result.stderr + result.stdout.toString());
    });
  }
}

function mustHaveSigned({ status, stderr }: Ran): void {
  if (status !== 0) throw new GovcError('signature-failed', `ssh-keygen made no signature: ${stderr.slice(0, 1000)}`, { status });
}

function readSshOutput({ stdout, stderr }: Ran, signer: string | undefined): SignatureCheck {
  const output = stdout.toString() + stderr;
  const fingerprint = /(SHA256:\S+)/.exec(output)?.[1];
  const state = signer === undefined ? 'unknown' : 'good';
  return {
    ...plainCheck(state, 'ssh', output), signer, key: fingerprint, fingerprint, trust: signer === undefined ? 'undefined' : 'fully',
  };
}
