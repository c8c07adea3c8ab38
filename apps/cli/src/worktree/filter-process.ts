/**
 * Filters that stay for many files: `filter.<driver>.process` (gitattributes(5), "Long Running Filter Process").
 *
 *     ▶ git-filter-client, version=2, 0000        ◀ git-filter-server, version=2, 0000
 *     ▶ capability=…, 0000                        ◀ capability=…, 0000
 *     ▶ command=…, pathname=…, 0000, content, 0000 ◀ status=success, 0000, content, 0000, 0000
 */
import type { RunningProgram } from '@govc/core/protocol';
import { bytesFromLosslessText, losslessTextFromBytes, type FilterAnswer, type FilterRequest } from '@govc/core/plumbing';

import { quoteShell } from '../print/quote.js';
import type { Session } from '../session/session.js';

const CONTENT_MAX = 65_516;
const FLUSH = '0000';

/** A program that was started and agreed on what it does. */
class FilterProcess {
  readonly #program: RunningProgram;
  readonly #input: AsyncIterator<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array(0);
  readonly #capabilities = new Set<string>();

  constructor(program: RunningProgram) {
    this.#program = program;
    this.#input = program.stdout[Symbol.asyncIterator]();
  }

  /** @throws {Error} it does not speak this language */
  async greet(): Promise<void> {
    await this.#sendLines(['git-filter-client', 'version=2']);
    const [server, version] = await this.#readLines();
    if (server !== 'git-filter-server') throw new Error(`Unexpected line '${server ?? ''}', expected git-filter-server`);
    if (version !== 'version=2') throw new Error(`Unexpected line '${version ?? ''}', expected version`);
    await this.#sendLines(['capability=clean', 'capability=smudge']);
    for (const line of await this.#readLines()) if (line.startsWith('capability=')) this.#capabilities.add(line.slice(11));
  }

  /** What the program makes of a file; `undefined` where it does nothing. */
  async filter({ direction, path, content, id }: FilterRequest): Promise<FilterAnswer> {
    if (!this.#capabilities.has(direction)) return undefined;
    await this.#sendLines([`command=${direction}`, `pathname=${path}`, ...(direction === 'smudge' && id !== undefined ? [`blob=${id}`] : [])]);
    for (let at = 0; at < content.length; at += CONTENT_MAX) await this.#send(content.subarray(at, at + CONTENT_MAX));
    await this.#program.write(Buffer.from(FLUSH));
    let status = statusOf(await this.#readLines());
    if (status === 'success') {
      const pieces: Uint8Array[] = [];
      for (let packet = await this.#readPacket(); packet !== undefined; packet = await this.#readPacket()) pieces.push(packet);
      // An empty list at the end leaves the status as it was.
      status = statusOf(await this.#readLines()) ?? status;
      if (status === 'success') return Buffer.concat(pieces);
    }
    // Who gives up does not want to be asked again.
    if (status === 'abort') this.#capabilities.delete(direction);
    return undefined;
  }

  async end(): Promise<void> {
    this.#program.endInput();
    await this.#program.exit;
  }

  kill(): void {
    this.#program.kill();
  }

  async #sendLines(lines: readonly string[]): Promise<void> {
    const packets = lines.map((line) => packetOf(bytesFromLosslessText(`${line}\n`)));
    await this.#program.write(Buffer.concat([...packets, Buffer.from(FLUSH)]));
  }

  #send(bytes: Uint8Array): Promise<void> {
    return this.#program.write(packetOf(bytes));
  }

  async #readLines(): Promise<string[]> {
    const lines: string[] = [];
    for (let packet = await this.#readPacket(); packet !== undefined; packet = await this.#readPacket()) lines.push(losslessTextFromBytes(packet).replace(/\n$/, ''));
    return lines;
  }

  /** The next packet; `undefined` for a flush. */
  async #readPacket(): Promise<Uint8Array | undefined> {
    const size = Number.parseInt(Buffer.from(await this.#read(4)).toString('latin1'), 16);
    if (Number.isNaN(size) || (size !== 0 && size < 4)) throw new Error('protocol error: bad line length');
    return size === 0 ? undefined : this.#read(size - 4);
  }

  async #read(size: number): Promise<Uint8Array> {
    while (this.#buffer.length < size) {
      const next = await this.#input.next();
      if (next.done === true) throw new Error('the remote end hung up unexpectedly');
      this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
    }
    const bytes = this.#buffer.subarray(0, size);
    this.#buffer = this.#buffer.subarray(size);
    return bytes;
  }
}

function packetOf(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

function statusOf(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => line.startsWith('status='))?.slice(7);
}

const RUNNING = new WeakMap<Session, Map<string, Promise<FilterProcess | undefined>>>();

/** Runs a file through the program of its driver, which is started at its first file and ends with the session. */
export async function runFilterProcess(session: Session, command: string, request: FilterRequest): Promise<FilterAnswer> {
  let known = RUNNING.get(session);
  if (known === undefined) RUNNING.set(session, known = new Map<string, Promise<FilterProcess | undefined>>());
  let started = known.get(command);
  if (started === undefined) known.set(command, started = startProcess(session, command));
  const running = await started;
  if (running === undefined) return undefined;
  try {
    return await running.filter(request);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // It died or talks nonsense: the next file gets a new one.
    known.delete(command);
    running.kill();
    session.io.stderr.write(`error: external filter '${command}' failed\n`);
    return undefined;
  }
}

async function startProcess(session: Session, command: string): Promise<FilterProcess | undefined> {
  const { io } = session;
  if (io.start === undefined) return undefined;
  const line = `cd ${quoteShell(session.worktreePath ?? io.cwd)} && ${command}`;
  const program = await io.start({ usesShell: true, command: line, arguments: [], environment: {}, onError: (bytes) => void io.stderr.write(bytes) });
  const running = new FilterProcess(program);
  try {
    await running.greet();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    io.stderr.write(`error: ${error.message}\nerror: initialization for subprocess '${command}' failed\n`);
    running.kill();
    return undefined;
  }
  session.endings.push(() => running.end());
  return running;
}
