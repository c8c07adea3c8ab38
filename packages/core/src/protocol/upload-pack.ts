import { bytesFromText } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { canTellPeer, encodeErrorPacket, peerMessage, send, type Conversation } from './conversation.js';
import { PacketWriter } from './packet-writer.js';
import { encodeSideband } from './sideband.js';
import type { UploadPackRequest } from './upload-pack-request.js';
import { serveUploadPackV0 } from './upload-pack-v0.js';
import { serveUploadPackV2 } from './upload-pack-v2.js';
import { UploadSession } from './upload-session.js';

const ABORT_MESSAGE = 'aborting due to possible repository corruption on the remote side.';

/**
 * Serves a fetch: `git upload-pack` as a conversation, in version 0, 1 or 2 of the protocol.
 *
 * @throws {GovcError} protocol-error, limit-exceeded: the client was told, and the connection is to be closed.
 * @throws {GovcError} config-invalid, and what reading objects throws: the client was told that something is wrong.
 */
export function* serveUploadPack(request: UploadPackRequest): Conversation<void> {
  let session: UploadSession | undefined;
  try {
    session = new UploadSession(request);
    if (request.version === 2) yield* serveUploadPackV2(session);
    else yield* serveUploadPackV0(session, request.version);
  } catch (error) {
    if (canTellPeer(error)) yield* send(encodeFailure(session, error));
    throw error;
  }
}

/** How the client learns of an error depends on what it expects to hear. */
function encodeFailure(session: UploadSession | undefined, error: unknown): Uint8Array {
  const phase = session?.phase ?? { kind: 'packets', sidebandAll: false };
  switch (phase.kind) {
    case 'packets':
      if (phase.sidebandAll) return new PacketWriter().line(`\x03${peerMessage(error)}`).take();
      return encodeErrorPacket(peerMessage(error));
    case 'sideband': {
      const isOurs = error instanceof GovcError && (error.code === 'protocol-error' || error.code === 'limit-exceeded');
      return encodeSideband(3, bytesFromText(isOurs ? peerMessage(error) : ABORT_MESSAGE), phase.packetSize);
    }
    case 'raw':
      return new Uint8Array(0);
  }
}
