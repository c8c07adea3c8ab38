import { driveConversation, parseProtocolVersion, serveUploadPack } from '@govc/core/protocol';

import type { Command } from '../command.js';
import { flag, integer } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { AGENT, endOfService, enterRepository, namespaceOf, sender } from '../remote/serve.js';

const USAGE = ['git-upload-pack [--[no-]strict] [--timeout=<n>] [--stateless-rpc]\n                [--advertise-refs] <directory>'];

/** `git upload-pack`: serves fetches over the standard streams. */
export const uploadPackCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isStateless: false, isAdvertising: false, isStrict: false };
  const options = [
    flag('stateless-rpc', 'quit after a single request/response exchange', (isOn) => { seen.isStateless = isOn; }),
    flag('http-backend-info-refs', 'serve up the info/refs for git-http-backend', (isOn) => { seen.isAdvertising = isOn; }),
    flag('advertise-refs', 'serve up the info/refs for git-http-backend', (isOn) => { seen.isAdvertising = isOn; }, { isHidden: true }),
    flag('strict', 'do not try <directory>/.git/ if <directory> is no Git directory', (isOn) => { seen.isStrict = isOn; }),
    integer('timeout', 'n', 'interrupt transfer after <n> seconds of inactivity', () => undefined),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  if (rest.length !== 1) usageError(usageText(USAGE, options));
  const session = await enterRepository(io, rest[0]!, seen.isStrict);
  const { repository } = session;
  const send = sender(io);
  const version = parseProtocolVersion(io.env['GIT_PROTOCOL']);
  const conversation = serveUploadPack({
    snapshot: repository.snapshot, namespace: namespaceOf(io), agent: AGENT, sessionId: undefined, graph: repository.commitGraph,
    mode: seen.isAdvertising ? 'advertise' : seen.isStateless ? 'stateless' : 'stateful', version, findSparse: undefined,
  });
  try {
    await driveConversation(conversation, { input: seen.isAdvertising ? nothing() : io.stdin, send, signal: io.signal });
    return 0;
  } catch (error) {
    return endOfService(error);
  } finally {
    await io.files.release(repository);
  }
};

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  yield* [];
}
