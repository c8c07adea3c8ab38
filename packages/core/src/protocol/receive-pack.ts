import { assert, GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import type { RefName } from '../ref/ref-name.js';
import {
  canTellPeer, encodeErrorPacket, peerMessage, protocolError, readPacket, send, type Conversation,
} from './conversation.js';
import type { PushCommand } from './decision.js';
import { FLUSH_PACKET, packetText } from './packet.js';
import { runProcReceive } from './proc-receive.js';
import { applyPush, failAll, keepPack } from './push-apply.js';
import { checkPushConnectivity } from './push-connectivity.js';
import { checkAliases } from './push-policy.js';
import { encodePushReport, type PushReport } from './push-report.js';
import { PushRequest } from './push-request.js';
import { PushSession, type ReceivePackRequest } from './push-session.js';
import { matchesProcReceive } from './receive-config.js';
import { sendRefAdvertisement } from './ref-advertisement.js';
import { encodeSideband, SIDEBAND_64K_PACKET_SIZE } from './sideband.js';
import { hiddenRefsOf } from './visible-refs.js';

/**
 * Serves a push: `git receive-pack` as a conversation.
 *
 * What is pushed lands in a draft, is verified there and shown to policy and hooks, and takes effect as one batch. A
 * conversation that ends early, for whatever reason, leaves no trace.
 *
 * @returns what was reported, or `undefined` when nothing was pushed
 * @throws {GovcError} protocol-error, limit-exceeded: the client was told, and the connection is to be closed.
 * @throws {GovcError} config-invalid
 */
export function* serveReceivePack(request: ReceivePackRequest): Conversation<PushReport | undefined> {
  let usesSideband = false;
  let isReported = false;
  try {
    const session = new PushSession(request);
    if (request.mode !== 'stateless') yield* advertise(session);
    if (request.mode === 'advertise') return undefined;
    const push = yield* readPush(session);
    if (push === undefined) return undefined;
    ({ usesSideband } = session);
    const report = yield* receive(session, push);
    yield* sendReport(session, report);
    isReported = true;
    yield* finish(session);
    return report;
  } catch (error) {
    // Once it is reported, a push is over for the client; what the post hooks do is not its failure.
    if (isReported && usesSideband && canTellPeer(error)) yield* send(FLUSH_PACKET);
    if (!isReported && canTellPeer(error)) {
      const message = peerMessage(error);
      yield* send(usesSideband
        ? encodeSideband(3, bytesFromLosslessText(`fatal: ${message}\n`), SIDEBAND_64K_PACKET_SIZE)
        : encodeErrorPacket(message));
    }
    throw error;
  }
}

function* advertise(session: PushSession): Conversation<void> {
  const { config, served } = session;
  const { algorithm, shallow } = session.snapshot;
  const words = ['report-status', 'report-status-v2', 'delete-refs', 'side-band-64k', 'quiet'];
  if (config.advertiseAtomic) words.push('atomic');
  if (config.preferOfsDelta) words.push('ofs-delta');
  if (config.advertisePushOptions) words.push('push-options');
  if (config.advertiseSessionId && served.sessionId !== undefined) words.push(`session-id=${served.sessionId}`);
  words.push(`object-format=${algorithm.name}`, `agent=${session.agent}`);
  yield* sendRefAdvertisement({
    algorithm, version: served.version === 1 ? 1 : 0, refs: session.refs.entries(), capabilities: words.join(' '), shallow,
  });
}

/** Reads commands and push options; `undefined` when there are no commands. */
function* readPush(session: PushSession): Conversation<PushRequest | undefined> {
  const request = new PushRequest(session.snapshot.algorithm);
  for (let count = 0; ; count++) {
    const packet = yield* readPacket();
    if (packet === undefined && count > 0) throw protocolError('the remote end hung up unexpectedly');
    if (packet?.kind !== 'data') break;
    request.take(packet.payload);
  }
  if (request.commands.length === 0) return undefined;
  session.begin(request);
  if (session.options !== undefined) session.options = yield* readPushOptions();
  return request;
}

function* readPushOptions(): Conversation<string[]> {
  const options: string[] = [];
  for (;;) {
    const packet = yield* readPacket();
    if (packet === undefined) throw protocolError('the remote end hung up unexpectedly');
    if (packet.kind !== 'data') return options;
    options.push(packetText(packet.payload));
    if (options.length > LIMITS.pushOptionCount.value) {
      throw new GovcError('limit-exceeded', `A push may have at most ${LIMITS.pushOptionCount.value} push options.`, {
        limit: 'pushOptionCount',
      });
    }
  }
}

/** Takes in the pack, decides about every command and applies what is left. */
function* receive(session: PushSession, request: PushRequest): Conversation<PushReport> {
  const unpackError = yield* unpack(session, request.shallow);
  if (unpackError !== undefined) {
    for (const state of session.states) state.error = 'unpacker error';
  } else {
    yield* execute(session);
  }
  if (session.draft.isOpen) session.draft.discard();
  return {
    unpackError,
    outcomes: session.states.map(({ command, error, rewritten }) => ({ name: command.name, error, rewritten })),
  };
}

/** Takes in the pack, if one is due; gives why it was refused. */
function* unpack(session: PushSession, clientShallow: readonly ObjectId[]): Conversation<string | undefined> {
  if (session.states.every((state) => session.isZero(state.command.newId))) return undefined;
  const { config, snapshot } = session;
  for (const id of config.unknownFsckIds) yield* session.tell('warning', `skipping unknown msg id '${id}'`);
  const answer = yield {
    kind: 'receive-pack',
    request: {
      algorithm: snapshot.algorithm,
      objects: snapshot.objects,
      fsck: config.fsck,
      sizeMax: config.inputSizeMax,
      showProgress: !session.isQuiet && session.usesSideband,
      isFramed: false,
      messages: session.messages,
    },
  };
  assert(answer.kind === 'pack' || answer.kind === 'pack-refused', 'a receive-pack step is answered with a pack');
  if (answer.kind === 'pack-refused') {
    yield* session.tell('fatal', answer.message);
    return answer.message;
  }
  if (answer.pack !== undefined) session.draft.addPack(answer.pack);
  session.pack = answer.pack;
  session.quarantinePath = answer.quarantinePath;
  yield* checkPushConnectivity(session, clientShallow);
  return undefined;
}

/** Git's order: hidden refs, pre-receive, aliases, proc-receive, and then each command with its update hook. */
function* execute(session: PushSession): Conversation<void> {
  refuseHidden(session);
  let runsProcReceive = false;
  for (const state of session.states) {
    if (state.error !== undefined || state.skipped || !isForProcReceive(session, state.command)) continue;
    state.procReceive = 'scheduled';
    runsProcReceive = true;
  }
  const { push } = session;
  const verdict = yield* session.decide({ kind: 'pre-receive', push, commands: push.commands });
  if (!verdict.accepted) {
    for (const state of session.states) state.error ??= verdict.reason ?? 'pre-receive hook declined';
    return;
  }
  if (session.states.every((state) => state.error !== undefined)) return;
  yield* checkAliases(session);
  if (runsProcReceive) {
    if (session.pack !== undefined && !(yield* keepPack(session, session.pack))) {
      failAll(session, 'unable to migrate objects to permanent storage');
      return;
    }
    yield* runProcReceive(session);
  }
  yield* applyPush(session);
}

function refuseHidden(session: PushSession): void {
  const { prefix } = session.served.namespace;
  const hidden = hiddenRefsOf(session.snapshot.config, 'receive');
  if (hidden.isEmpty) return;
  for (const state of session.states) {
    const { name, newId } = state.command;
    // A name that cannot be a ref may still lie below a hidden prefix; rules compare text only.
    if (!hidden.isHidden(name as RefName, prefix + name)) continue;
    state.error ??= session.isZero(newId) ? 'deny deleting a hidden ref' : 'deny updating a hidden ref';
  }
}

function isForProcReceive(session: PushSession, { name, oldId, newId }: PushCommand): boolean {
  return matchesProcReceive(session.config.procReceive, {
    name, creates: session.isZero(oldId), deletes: session.isZero(newId),
  });
}

function* sendReport(session: PushSession, report: PushReport): Conversation<void> {
  if (session.reportVersion === 0) return;
  const bytes = encodePushReport(report, session.reportVersion);
  yield* send(session.usesSideband ? encodeSideband(1, bytes, SIDEBAND_64K_PACKET_SIZE) : bytes);
}

/** Tells the post hooks, then ends the sideband. */
function* finish(session: PushSession): Conversation<void> {
  const done = session.states.filter((state) => state.error === undefined && !state.didNotExist);
  if (done.length > 0) {
    const { push } = session;
    const commands = done.flatMap(({ command, rewritten }) =>
      rewritten.length === 0 ? [command] : rewritten.map((change) => ({
        name: change.name ?? command.name,
        oldId: change.oldId ?? command.oldId,
        newId: change.newId ?? command.newId,
      })));
    yield* session.decide({ kind: 'post-receive', push, commands });
    const names = done.map(({ command }) => command.name as RefName);
    yield* session.decide({ kind: 'post-update', push, names });
  }
  if (session.usesSideband) yield* send(FLUSH_PACKET);
}
