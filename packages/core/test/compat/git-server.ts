import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { Config } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { SHA1, type HashAlgorithm } from '../../src/hash/algorithm.js';
import { MemorySpool, type PackSource } from '../../src/pack/byte-source.js';
import { Pack } from '../../src/pack/pack.js';
import { PackIndex } from '../../src/pack/pack-index.js';
import { NO_NAMESPACE, parseNamespace } from '../../src/ref/namespace.js';
import { HEAD, parseRefName } from '../../src/ref/ref-name.js';
import { symbolicRef } from '../../src/ref/ref-value.js';
import type { IncomingPack, Spool } from '../../src/storage/spool.js';
import { EMPTY_BATCH } from '../../src/store/batch.js';
import { emptySnapshot } from '../../src/store/snapshot.js';
import { Timeline } from '../../src/store/timeline.js';
import { bytesFromText } from '../../src/bytes/text.js';
import { ACCEPTED, type Decision, type ProcReceiveAnswer, type Verdict } from '../../src/protocol/decision.js';
import { driveConversation, type PushHandlers, type TellClient } from '../../src/protocol/drive.js';
import { serveReceivePack } from '../../src/protocol/receive-pack.js';
import { encodeServiceHeader, parseProtocolVersion } from '../../src/protocol/smart-http.js';
import { serveUploadPack } from '../../src/protocol/upload-pack.js';

/** Packs in memory. */
export class MemoryPackSpool implements Spool {
  readonly #algorithm: HashAlgorithm;
  discarded = 0;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  async open(): Promise<IncomingPack> {
    const source = new MemorySpool();
    const algorithm = this.#algorithm;
    return {
      quarantinePath: undefined,
      source,
      write: async (chunk) => {
        source.append(chunk);
      },
      seal: async (): Promise<PackSource> => source,
      amend: async (offset, bytes) => {
        const inside = Math.max(0, Math.min(bytes.length, source.size - offset));
        if (inside > 0) source.overwrite(offset, bytes.subarray(0, inside));
        if (inside < bytes.length) source.append(bytes.subarray(inside));
      },
      install: async (indexBytes) => new Pack({ source, index: new PackIndex(indexBytes, algorithm), algorithm }),
      discard: async () => {
        this.discarded++;
      },
    };
  }
}

/** A repository in memory, served by the conversations over smart HTTP: what a server is, in little. */
export class MemoryRepository {
  readonly timeline: Timeline;
  readonly spool: MemoryPackSpool;
  readonly errors: unknown[] = [];
  readonly decisions: Decision[] = [];
  decide: (decision: Decision, tell: TellClient) => Promise<Verdict | ProcReceiveAnswer> = async (decision) =>
    decision.kind === 'proc-receive'
      ? { kind: 'proc-receive', reports: [], error: 'no proc-receive here', problems: [] }
      : ACCEPTED;

  constructor(options: { readonly config?: string; readonly algorithm?: HashAlgorithm } = {}) {
    const { config = '', algorithm = SHA1 } = options;
    this.timeline = new Timeline(
      emptySnapshot(algorithm, Config.from(parseConfig(bytesFromText(config)))),
      (error) => this.errors.push(error),
    );
    this.spool = new MemoryPackSpool(algorithm);
    this.timeline.apply({
      ...EMPTY_BATCH,
      refs: [{ name: HEAD, value: symbolicRef(parseRefName('refs/heads/main')), expected: { kind: 'absent' } }],
    });
  }

  /** Replaces the configuration. */
  configure(text: string): void {
    const { current } = this.timeline;
    this.timeline.replace({ ...current, config: Config.from(parseConfig(bytesFromText(text))) });
  }

  get push(): PushHandlers {
    return {
      spool: this.spool,
      decide: (decision, tell) => {
        this.decisions.push(decision);
        return this.decide(decision, tell);
      },
      apply: async (batch) => ({ kind: 'applied', result: this.timeline.apply(batch) }),
    };
  }

  refs(): Record<string, string> {
    const refs: Record<string, string> = {};
    for (const [name, value] of this.timeline.current.refs.entries()) {
      refs[name] = value.kind === 'direct' ? value.id : `ref: ${value.target}`;
    }
    return refs;
  }
}

/** Serves repositories at `/<name>.git`, with a namespace at `/<name>.git/@<namespace>`. */
export class GitServer {
  readonly repositories = new Map<string, MemoryRepository>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.destroy(error as Error);
      });
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  url(name: string, namespace = ''): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${name}.git${namespace === '' ? '' : `/@${namespace}`}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const match = /^\/([\w-]+)\.git(?:\/@([\w-]+))?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname);
    const repository = this.repositories.get(match?.[1] ?? '');
    if (match === null || repository === undefined) {
      response.writeHead(404).end('Not Found\n');
      return;
    }
    const namespace = parseNamespace(match[2] ?? '');
    const advertises = match[3] === 'info/refs';
    const service = advertises ? url.searchParams.get('service') : match[3];
    const version = parseProtocolVersion(request.headers['git-protocol']?.toString());
    const send = async (bytes: Uint8Array): Promise<void> => {
      if (!response.write(bytes) && !response.destroyed) await once(response, 'drain');
    };
    const served = {
      snapshot: repository.timeline.current,
      namespace,
      agent: 'govc/test',
      sessionId: 'session',
      graph: undefined,
      mode: advertises ? 'advertise' as const : 'stateless' as const,
      version: version,
    };
    response.writeHead(200, { 'content-type': `application/x-${service ?? ''}-${advertises ? 'advertisement' : 'result'}` });
    if (advertises && version !== 2) await send(encodeServiceHeader(service ?? ''));
    if (advertises && version === 2 && service === 'git-receive-pack') await send(encodeServiceHeader(service));
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    // A push that is refused early is answered all the same, and what still arrives is dropped.
    const input = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    try {
      if (service === 'git-upload-pack') {
        await driveConversation(serveUploadPack({ ...served, findSparse: undefined }), { input, send });
      } else {
        const conversation = serveReceivePack({
          ...served,
          reflogIdentity: { name: 'P', email: 'p@x', timeSeconds: 1, timezone: '+0000' },
          fsckSkipList: undefined,
        });
        await driveConversation(conversation, { input, send, push: repository.push });
      }
    } catch (error) {
      repository.errors.push(error);
    }
    if (!request.complete) {
      request.unpipe();
      request.resume();
      await once(request, 'end');
    }
    response.end();
  }
}

/** Serves the repositories of another server over the git protocol: one connection, both directions. */
export class GitDaemon {
  readonly #server: NetServer;

  constructor(repositories: ReadonlyMap<string, MemoryRepository>) {
    this.#server = createNetServer((socket) => {
      serveSocket(socket, repositories).catch((error: unknown) => {
        socket.destroy(error as Error);
      });
      socket.on('error', () => undefined);
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }

  url(name: string): string {
    return `git://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }
}

async function serveSocket(socket: Socket, repositories: ReadonlyMap<string, MemoryRepository>): Promise<void> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let begin = Buffer.alloc(0);
  let size = 4;
  while (begin.length < size) {
    const step = await chunks.next();
    if (step.done === true) return;
    begin = Buffer.concat([begin, step.value]);
    if (begin.length >= 4) size = Number.parseInt(begin.toString('latin1', 0, 4), 16);
  }
  const hello = begin.toString('latin1');
  const match = /^(git-[\w-]+) \/([\w-]+)\0host=[^\0]*\0(?:\0(.*)\0)?$/s.exec(hello.slice(4, size));
  const repository = repositories.get(match?.[2] ?? '')!;
  const rest = begin.subarray(size);
  const input = (async function* (): AsyncGenerator<Uint8Array, void, void> {
    if (rest.length > 0) yield rest;
    for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) yield step.value;
  })();
  const send = async (bytes: Uint8Array): Promise<void> => {
    if (!socket.write(bytes) && !socket.destroyed) await once(socket, 'drain');
  };
  const served = {
    snapshot: repository.timeline.current,
    namespace: NO_NAMESPACE,
    agent: 'govc/test',
    sessionId: undefined,
    graph: undefined,
    mode: 'stateful' as const,
    version: parseProtocolVersion(match?.[3]),
  };
  try {
    if (match?.[1] === 'git-upload-pack') {
      await driveConversation(serveUploadPack({ ...served, findSparse: undefined }), { input, send });
    } else {
      const conversation = serveReceivePack({ ...served, reflogIdentity: undefined, fsckSkipList: undefined });
      await driveConversation(conversation, { input, send, push: repository.push });
    }
  } catch (error) {
    repository.errors.push(error);
  }
  socket.end();
}

/** What a git command did. */
export interface GitOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git without blocking, in a folder of its own, so that a server in this process can answer it. */
export class AsyncGit {
  readonly folder = mkdtempSync(join(tmpdir(), 'govc-compat-'));

  async run(args: readonly string[], options: { readonly cwd?: string; readonly input?: string } = {}): Promise<GitOutcome> {
    const child = spawn('git', args, {
      cwd: join(this.folder, options.cwd ?? '.'),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        LC_ALL: 'C',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'A U Thor',
        GIT_AUTHOR_EMAIL: 'author@example.com',
        GIT_AUTHOR_DATE: '1700000000 +0000',
        GIT_COMMITTER_NAME: 'C O Mitter',
        GIT_COMMITTER_EMAIL: 'committer@example.com',
        GIT_COMMITTER_DATE: '1700000000 +0000',
      },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const [status] = await once(child, 'close') as [number | null];
    return {
      status: status ?? -1,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    };
  }

  /** The standard output of a command that must succeed, without its last line feed. */
  async read(args: readonly string[], cwd = '.', input = ''): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, { cwd, input });
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout.replace(/\n$/, '');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
