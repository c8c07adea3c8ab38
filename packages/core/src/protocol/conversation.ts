/**
 * A conversation is one side of a protocol as a generator. It yields a step when it needs something from
 * outside and is resumed with the answer; it never awaits, knows no transport, no clock and no hook.
 *
 *     packet ............. the next pkt-line of the peer -> a Packet, or `end` when the peer said its last
 *     send ............... bytes for the peer            -> `sent`
 *     progress ........... long work goes on             -> `turn`, with the time
 *     receive-pack ....... the rest of the input is a pack: spool, verify and keep it -> `pack`
 *     decide ............. policy and hooks say yes or no -> `verdict` or `proc-receive`
 *     apply .............. a batch is to take effect and become durable -> `applied`
 *
 * Errors of the outside (a malformed packet, a failing disk) are thrown into the conversation where it waits.
 */
import { GovcError, assert } from '../errors.js';
import type { Job, Progress } from '../job/job.js';
import type { ApplyResult } from '../store/apply.js';
import type { Batch } from '../store/batch.js';
import type { Decision, ProcReceiveAnswer, Verdict } from './decision.js';
import type { MessageBand } from './message-band.js';
import { encodeTextPacket, PACKET_PAYLOAD_MAX, type Packet } from './packet.js';
import type { PackAnswer, PackRequest } from './pack-request.js';

/** What a conversation asks of its driver. */
export type Step =
  | { readonly kind: 'packet' }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'receive-pack'; readonly request: PackRequest }
  | { readonly kind: 'decide'; readonly decision: Decision; readonly messages: MessageBand }
  | { readonly kind: 'apply'; readonly batch: Batch; readonly messages: MessageBand };

/** What the driver answers; each kind of step has its own. */
export type Answer =
  | Packet
  | { readonly kind: 'end' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'turn'; readonly nowMs: number }
  | PackAnswer
  | Verdict
  | ProcReceiveAnswer
  | ApplyAnswer;

/** What became of a batch: applied and durable, refused with reasons, or failed for a reason outside of it. */
export type ApplyAnswer =
  | { readonly kind: 'applied'; readonly result: ApplyResult }
  | { readonly kind: 'apply-failed'; readonly message: string };

/** One side of a protocol exchange. */
export type Conversation<Result> = Generator<Step, Result, Answer>;

const PACKET_STEP: Step = { kind: 'packet' };

/** The next packet of the peer, or `undefined` when it said its last. */
export function* readPacket(): Conversation<Packet | undefined> {
  const answer = yield PACKET_STEP;
  switch (answer.kind) {
    case 'data':
    case 'flush':
    case 'delim':
    case 'response-end':
      return answer;
    default:
      assert(answer.kind === 'end', 'a packet step is answered with a packet');
      return undefined;
  }
}

/** Sends bytes; none for none. */
export function* send(bytes: Uint8Array): Conversation<void> {
  if (bytes.length === 0) return;
  const answer = yield { kind: 'send', bytes };
  assert(answer.kind === 'sent', 'a send step is answered with sent');
}

/** Lets the driver give others a turn; gives the driver's clock in milliseconds. */
export function* turn(progress: Progress): Conversation<number> {
  const answer = yield { kind: 'progress', progress };
  assert(answer.kind === 'turn', 'a progress step is answered with turn');
  return answer.nowMs;
}

/** Runs a job inside a conversation; `onProgress`, when given, may send something at each of its yields. */
export function* runStep<Result>(
  job: Job<Result>,
  onProgress?: (progress: Progress, nowMs: number) => Conversation<void> | undefined,
): Conversation<Result> {
  try {
    for (;;) {
      const step = job.next();
      if (step.done === true) return step.value;
      const nowMs = yield* turn(step.value);
      const more = onProgress?.(step.value, nowMs);
      if (more !== undefined) yield* more;
    }
  } finally {
    job.return(undefined as never);
  }
}

/**
 * The error for something that the protocol does not allow. Its message goes to the peer, so it is worded as Git
 * words it where Git has words.
 */
export function protocolError(message: string, data: Readonly<Record<string, unknown>> = {}): GovcError {
  return new GovcError('protocol-error', message, data);
}

/** The bytes of the packet that ends a conversation with an error: `ERR` and the message (gitprotocol-pack). */
export function encodeErrorPacket(message: string): Uint8Array {
  const line = `ERR ${message.replace(/[\n\0]+/g, ' ')}`;
  // Three bytes are the most that one UTF-16 unit needs.
  return encodeTextPacket(line.slice(0, Math.floor(PACKET_PAYLOAD_MAX / 3)));
}

/** What the peer is told of an error: the message of one of ours, and nothing of the inside of any other. */
export function peerMessage(error: unknown): string {
  if (error instanceof GovcError) return error.message;
  return 'internal error of the server';
}

/** Whether the peer can still be told: not when it left or the driver was stopped. */
export function canTellPeer(error: unknown): boolean {
  return !(error instanceof GovcError && (error.code === 'aborted' || error.code === 'io-failed'));
}
