import { assert, GovcError } from '../errors.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { driveJob, nextTurn, throwIfAborted } from '../job/run.js';
import type { Job, Progress } from '../job/job.js';
import { indexScannedPack, type IndexPackOptions, type PackCompletion } from '../pack/index-pack.js';
import type { Pack } from '../pack/pack.js';
import { PackScanner } from '../pack/pack-scanner.js';
import type { IncomingPack, Spool } from '../storage/spool.js';
import type { Batch } from '../store/batch.js';
import type { Answer, ApplyAnswer, Conversation, Step } from './conversation.js';
import type { Decision, ProcReceiveAnswer, Verdict } from './decision.js';
import { FsckGate } from './fsck-gate.js';
import type { MessageBand } from './message-band.js';
import type { PackAnswer, PackRequest } from './pack-request.js';
import { PacketDecoder } from './packet.js';
import { ProgressMeter } from './progress-text.js';
import { decodeSideband, encodeSideband, KEEP_ALIVE_FRAME } from './sideband.js';

/** Says something to the user of the client while a decision is made; resolves when it was sent. */
export type TellClient = (text: string | Uint8Array) => Promise<void>;

/** What pushes need from outside. */
export interface PushHandlers {
  /** Where packs are received; of the same repository that batches are applied to. */
  readonly spool: Spool;
  /** Asks policy and hooks. `proc-receive` is answered with reports, everything else with a verdict. */
  decide(decision: Decision, tell: TellClient): Promise<Verdict | ProcReceiveAnswer>;
  /** Makes a batch take effect and durable, or says why not. */
  apply(batch: Batch): Promise<ApplyAnswer>;
  /** Most bytes of a pack, besides `receive.maxInputSize` of the repository. Default: no further bound. */
  readonly packSizeMax?: number | undefined;
  /** Most objects that a pack may promise. Default: `LIMITS.packObjectCount`. */
  readonly packObjectsMax?: number | undefined;
}

/** How {@link driveConversation} reaches the peer and shares the thread. */
export interface DriveConversationOptions {
  /**
   * What the peer says; chunks of any size, not written to afterwards. `return` is called when the conversation ends
   * first: behind HTTP the rest should be read and dropped there, because a client reads the answer only when it has
   * said everything.
   */
  readonly input: AsyncIterable<Uint8Array>;
  /** Sends bytes; resolves when more may be sent (back-pressure). */
  readonly send: (bytes: Uint8Array) => Promise<void>;
  /** Ends the conversation where it stands. Default: never. */
  readonly signal?: AbortSignal | undefined;
  /** How long the thread is held before others run. Default: 4 ms. */
  readonly sliceMs?: number | undefined;
  /** Needed by conversations that receive packs. Default: none. */
  readonly push?: PushHandlers | undefined;
  /** Takes what the peer says to the user beside a pack, as it comes: pieces of text, of any size. Default: dropped. */
  readonly onMessage?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * Drives a conversation to its end: gives it the packets of the input, sends what it says, and lets the event loop
 * turn whenever a slice of time is over. At most one chunk of input and one of output is held besides what the
 * conversation itself keeps.
 *
 * A pack that no batch took is discarded, whatever happens.
 *
 * @throws {GovcError} aborted: `signal` was raised.
 * @throws what the conversation throws, or the input, or `send`.
 */
export async function driveConversation<Result>(
  conversation: Conversation<Result>,
  options: DriveConversationOptions,
): Promise<Result> {
  const driver = new ConversationDriver(options);
  try {
    return await driver.run(conversation);
  } finally {
    conversation.return(undefined as never);
    await driver.close();
  }
}

const SLICE_MS = 4;
/** The phase of indexing that Git shows to the pusher. */
const SHOWN_PHASE = 'Resolving deltas';
const HUNG_UP = 'the remote end hung up unexpectedly';

class ConversationDriver {
  readonly #options: DriveConversationOptions;
  readonly #input: AsyncIterator<Uint8Array>;
  readonly #decoder = new PacketDecoder();
  readonly #sliceMs: number;
  #sliceEnd: number;
  #ended = false;
  #incoming: IncomingPack | undefined;
  #pack: Pack | undefined;

  constructor(options: DriveConversationOptions) {
    this.#options = options;
    this.#input = options.input[Symbol.asyncIterator]();
    this.#sliceMs = options.sliceMs ?? SLICE_MS;
    this.#sliceEnd = performance.now() + this.#sliceMs;
  }

  async run<Result>(conversation: Conversation<Result>): Promise<Result> {
    let step = conversation.next();
    while (step.done !== true) {
      let answer: Answer;
      try {
        const nowMs = performance.now();
        if (nowMs >= this.#sliceEnd) await this.#share();
        // What can be answered at once is: awaiting a hundred thousand haves would cost more than reading them.
        answer = this.#answerAtOnce(step.value, nowMs) ?? await this.#answer(step.value);
      } catch (error) {
        step = conversation.throw(error);
        continue;
      }
      step = conversation.next(answer);
    }
    return step.value;
  }

  /** Throws a pack away that nothing took, and lets go of the input. */
  async close(): Promise<void> {
    try {
      await this.#incoming?.discard();
    } finally {
      await this.#input.return?.();
    }
  }

  #answerAtOnce(step: Step, nowMs: number): Answer | undefined {
    switch (step.kind) {
      case 'packet':
        return this.#decoder.next();
      case 'progress':
        return { kind: 'turn', nowMs };
      default:
        return undefined;
    }
  }

  /** Lets others run when the slice is over; gives the time. */
  async #share(): Promise<number> {
    const now = performance.now();
    if (now < this.#sliceEnd) return now;
    throwIfAborted(this.#options.signal);
    await nextTurn();
    const after = performance.now();
    this.#sliceEnd = after + this.#sliceMs;
    return after;
  }

  async #answer(step: Step): Promise<Answer> {
    switch (step.kind) {
      case 'progress':
        return { kind: 'turn', nowMs: performance.now() };
      case 'packet':
        return await this.#readPacket();
      case 'send':
        throwIfAborted(this.#options.signal);
        await this.#options.send(step.bytes);
        return { kind: 'sent' };
      case 'receive-pack':
        return await this.#receivePack(step.request);
      case 'decide':
        return await this.#withKeepAlive(step.messages, () =>
          this.#push.decide(step.decision, (text) => this.#tell(step.messages, text)));
      case 'apply': {
        const { batch } = step;
        const answer = await this.#withKeepAlive(step.messages, () => this.#push.apply(batch));
        const isTaken = answer.kind === 'applied' && answer.result.ok;
        if (isTaken && this.#pack !== undefined && batch.packs.includes(this.#pack)) this.#incoming = undefined;
        return answer;
      }
    }
  }

  get #push(): PushHandlers {
    const { push } = this.#options;
    assert(push !== undefined, 'a conversation that takes pushes is driven with handlers for them');
    return push;
  }

  /** The next packet when what was read holds none. */
  async #readPacket(): Promise<Answer> {
    for (;;) {
      const chunk = await this.#readChunk();
      if (chunk === undefined) {
        if (this.#decoder.isBetweenPackets) return { kind: 'end' };
        throw new GovcError('protocol-error', HUNG_UP);
      }
      this.#decoder.push(chunk);
      const packet = this.#decoder.next();
      if (packet !== undefined) return packet;
    }
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    throwIfAborted(this.#options.signal);
    const step = await this.#input.next();
    if (step.done === true) {
      this.#ended = true;
      return undefined;
    }
    // A Buffer would bring its own `slice`, which shares memory where that of a Uint8Array copies.
    const { buffer, byteOffset, byteLength } = step.value;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  async #tell(messages: MessageBand, text: string | Uint8Array): Promise<void> {
    if (messages.packetSize === undefined) return;
    const bytes = typeof text === 'string' ? bytesFromLosslessText(text) : text;
    if (bytes.length > 0) await this.#options.send(encodeSideband(2, bytes, messages.packetSize));
  }

  /** Sends an empty frame whenever the work has been silent for long. */
  async #withKeepAlive<Result>(messages: MessageBand, work: () => Promise<Result>): Promise<Result> {
    const { packetSize, keepAliveMs } = messages;
    if (packetSize === undefined || keepAliveMs === undefined) return await work();
    let failure: Error | undefined;
    const timer = setInterval(() => {
      this.#options.send(KEEP_ALIVE_FRAME).catch((error: unknown) => {
        failure ??= error as Error;
      });
    }, keepAliveMs);
    try {
      const result = await work();
      // A client that is gone shows at the next send; there is nothing to lose by telling it here.
      if (failure !== undefined) throw failure;
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  /** Takes in the pack that the rest of the input is; refuses it with a message for whatever is wrong with it. */
  async #receivePack(request: PackRequest): Promise<PackAnswer> {
    try {
      this.#incoming = await this.#push.spool.open();
      return await this.#receivePackInto(this.#incoming, request);
    } catch (error) {
      if (!(error instanceof GovcError) || error.code !== 'io-failed') throw error;
      // A full disk is the client's concern as much as a bad pack is; where it is, is not.
      return { kind: 'pack-refused', message: `unable to store the pack: ${diskTrouble(error.data['code'])}` };
    }
  }

  async #receivePackInto(incoming: IncomingPack, request: PackRequest): Promise<PackAnswer> {
    const fsck = request.fsck === undefined ? undefined : new FsckGate(request.algorithm, request.fsck);
    const options: IndexPackOptions = {
      algorithm: request.algorithm,
      objectCountMax: this.#push.packObjectsMax,
      findBase: (id) => request.objects.find(id),
      onObject: fsck === undefined ? undefined : (id, type, body) => {
        fsck.take(id, type, body);
      },
    };
    try {
      const scanner = await this.#spoolPack(incoming, request, options);
      const source = await incoming.seal();
      if (scanner.objectCount === 0 && scanner.table.count === 0) {
        await this.#runShown(indexScannedPack(source, scanner, options), request);
        return { kind: 'pack', pack: undefined, quarantinePath: incoming.quarantinePath };
      }
      const indexed = await this.#runShown(indexScannedPack(source, scanner, options), request);
      if (indexed.completion !== undefined) await amend(incoming, indexed.completion);
      const pack = await incoming.install(indexed.indexBytes, indexed.packChecksum);
      this.#pack = pack;
      fsck?.finish((id) => pack.find(id) ?? request.objects.find(id));
      for (const line of fsck?.lines ?? []) await this.#tell(request.messages, line);
      return { kind: 'pack', pack, quarantinePath: incoming.quarantinePath };
    } catch (error) {
      if (!(error instanceof GovcError) || !PACK_REFUSALS.has(error.code)) throw error;
      for (const line of fsck?.lines ?? []) await this.#tell(request.messages, line);
      return { kind: 'pack-refused', message: error.message };
    }
  }

  /** Writes the pack to its place and scans it as it comes; ends where the pack ends, or the input. */
  async #spoolPack(incoming: IncomingPack, request: PackRequest, options: IndexPackOptions): Promise<PackScanner> {
    const scanner = new PackScanner(incoming.source, options);
    const sizeMax = Math.min(request.sizeMax ?? Number.POSITIVE_INFINITY, this.#push.packSizeMax ?? Number.POSITIVE_INFINITY);
    let size = 0;
    let chunk: Uint8Array | undefined = request.isFramed ? await this.#readFrame() : this.#decoder.takeRemainder();
    for (; chunk !== undefined; chunk = request.isFramed ? await this.#readFrame() : await this.#readChunk()) {
      size += chunk.length;
      if (size > sizeMax) {
        throw new GovcError('limit-exceeded', `pack exceeds maximum allowed size (${formatSize(sizeMax)})`, {
          limit: 'receive.maxInputSize', sizeMax,
        });
      }
      if (chunk.length > 0) await incoming.write(chunk);
      while (scanner.scan(false) === 'more') await this.#share();
      await this.#share();
      // A connection that stays open does not say where the pack ends; its own count does.
      const isWhole = scanner.objectCount >= 0 && scanner.table.count === scanner.objectCount;
      if (!request.isFramed && isWhole && size >= scanner.end + request.algorithm.size) break;
    }
    if (size === 0) throw new GovcError('pack-corrupt', 'eof before pack header was fully read');
    return scanner;
  }

  /** The next bytes of a pack in frames, `undefined` at its end; messages are passed on. */
  async #readFrame(): Promise<Uint8Array | undefined> {
    for (;;) {
      const answer = this.#decoder.next() ?? await this.#readPacket();
      if (answer.kind !== 'data') return undefined;
      const { band, bytes } = decodeSideband(answer.payload);
      if (band === 1) return bytes;
      if (band === 3) throw new GovcError('protocol-error', `remote error: ${losslessTextFromBytes(bytes).trim()}`);
      this.#options.onMessage?.(bytes);
    }
  }

  async #runShown<Result>(job: Job<Result>, request: PackRequest): Promise<Result> {
    const meter = new ProgressMeter(SHOWN_PHASE);
    let last: Progress | undefined;
    let pending: Promise<void> = Promise.resolve();
    let failure: Error | undefined;
    const result = await this.#withKeepAlive(request.messages, () => driveJob(job, {
      signal: this.#options.signal,
      sliceMs: this.#sliceMs,
      onProgress: (progress: Progress) => {
        if (progress.phase !== SHOWN_PHASE) return;
        const text = meter.at(progress.done, progress.total, performance.now());
        if (text === undefined) return;
        last = progress;
        pending = pending.then(() => this.#show(request, text)).catch((error: unknown) => {
          failure ??= error as Error;
        });
      },
    }));
    await pending;
    if (failure !== undefined) throw failure;
    if (last?.total !== undefined) await this.#show(request, meter.end(last.total, last.total));
    return result;
  }

  async #show(request: PackRequest, text: Uint8Array): Promise<void> {
    if (request.showProgress) await this.#tell(request.messages, text);
  }
}

/** Codes of what is wrong with the pack itself, which the pusher is told; anything else is wrong with us. */
const PACK_REFUSALS: ReadonlySet<string> = new Set([
  'pack-corrupt', 'delta-invalid', 'object-corrupt', 'limit-exceeded', 'fsck-failed',
]);

async function amend(incoming: IncomingPack, completion: PackCompletion): Promise<void> {
  await incoming.amend(0, completion.header);
  let at = completion.offset;
  for (const piece of completion.pieces) {
    await incoming.amend(at, piece);
    at += piece.length;
  }
}

const DISK_TROUBLE: Readonly<Record<string, string>> = {
  EACCES: 'permission denied', EDQUOT: 'disk quota exceeded', EFBIG: 'file too large', EIO: 'input/output error', EMFILE: 'too many open files',
  ENFILE: 'too many open files', ENOSPC: 'no space left on device', EROFS: 'read-only file system',
};

/** What a system error says, for people, with its code for who searches for it. */
function diskTrouble(code: unknown): string {
  if (typeof code !== 'string') return 'the disk failed';
  const sentence = Object.hasOwn(DISK_TROUBLE, code) ? DISK_TROUBLE[code] : undefined;
  return sentence === undefined ? code : `${sentence} (${code})`;
}

function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes / 1024;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${size.toFixed(2)} ${units[unit]!}`;
}
