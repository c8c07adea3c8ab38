/** `@govc/core/protocol`: packets, messages and conversations of the Git protocol, and what drives them. */
export { Capabilities, formatCapabilities, parseCapabilities, type Capability } from '../protocol/capabilities.js';
export { canTellPeer, encodeErrorPacket, peerMessage, type ApplyAnswer, type Conversation } from '../protocol/conversation.js';
export * from '../protocol/decision.js';
export {
  driveConversation, type DriveConversationOptions, type PushHandlers, type TellClient,
} from '../protocol/drive.js';
export { encodePacket, encodeTextPacket, FLUSH_PACKET, PacketDecoder, type Packet } from '../protocol/packet.js';
export { talkToProcReceiveHook } from '../protocol/proc-receive.js';
export { parsePushReport, type PushReport } from '../protocol/push-report.js';
export { serveReceivePack } from '../protocol/receive-pack.js';
export { parseRefAdvertisement } from '../protocol/ref-advertisement.js';
export { encodeServiceHeader, parseProtocolVersion } from '../protocol/smart-http.js';
export { serveUploadPack } from '../protocol/upload-pack.js';
export { parseNamespace, NO_NAMESPACE, type RefNamespace } from '../ref/namespace.js';
