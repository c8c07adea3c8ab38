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
export { connectBundle } from '../remote/bundle-connection.js';
export { connectRemote, type RemoteConnectOptions, type RemoteSurroundings } from '../remote/connect.js';
export type { Connect, Connection, ConnectRequest, Service } from '../remote/connection.js';
export type { Credential, CredentialQuestion, CredentialSource } from '../remote/credential.js';
export type { FetchOutcome } from '../remote/fetch.js';
export type { FetchDepth } from '../remote/fetch-options.js';
export type { FetchedRef } from '../remote/fetch-refs.js';
export type { RefUpdate } from '../remote/ref-update.js';
export type { HttpClient, HttpRequest, HttpResponse } from '../remote/http-client.js';
export { createNodeHttpClient, type NodeHttpOptions } from '../remote/node-http-client.js';
export { createNodeProgramRunner } from '../remote/node-program.js';
export type { ProgramRequest, ProgramRunner, RunningProgram } from '../remote/program.js';
export type { PushOutcome } from '../remote/push.js';
export type { PushUpdate } from '../remote/push-options.js';
export { defaultPushRemoteName, defaultRemoteName, readRemoteConfig, remoteNames, remoteUrls, rewriteUrl, type RemoteConfig } from '../remote/remote-config.js';
export { parseRemoteUrl, withoutCredentials, type RemoteUrl } from '../remote/remote-url.js';
export { listRemote, type FetchVerbOptions, type ReachOptions } from '../repository/fetch.js';
export type { PushVerbOptions } from '../repository/push.js';
