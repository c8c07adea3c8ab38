import { driveConversation, parseProtocolVersion, serveReceivePack } from '@govc/core/protocol';

import type { Command } from '../command.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { receiveHandlers } from '../remote/receive-handlers.js';
import { AGENT, endOfService, enterRepository, namespaceOf, sender } from '../remote/serve.js';

const USAGE = ['git receive-pack <git-dir>'];

/** `git receive-pack`: serves pushes over the standard streams. */
export const receivePackCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isStateless: false, isAdvertising: false };
  const options = [
    flag('q|quiet', 'quiet', () => undefined),
    flag('stateless-rpc', 'quit after a single request/response exchange', (isOn) => { seen.isStateless = isOn; }, { isHidden: true }),
    flag('http-backend-info-refs', 'serve up the info/refs for git-http-backend', (isOn) => { seen.isAdvertising = isOn; }, { isHidden: true }),
    flag('advertise-refs', 'serve up the info/refs for git-http-backend', (isOn) => { seen.isAdvertising = isOn; }, { isHidden: true }),
    flag('skip-connectivity-check', 'skip connectivity check', () => undefined, { isHidden: true }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  if (rest.length > 1) usageError(usageText(USAGE, options), 'too many arguments');
  if (rest.length === 0) usageError(usageText(USAGE, options), 'you must specify a directory');
  const session = await enterRepository(io, rest[0]!, false);
  const { repository } = session;
  const { timeSeconds, timezone, name, email } = session.identity('committer', { isStrict: false });
  const conversation = serveReceivePack({
    snapshot: repository.snapshot, namespace: namespaceOf(io), agent: AGENT, sessionId: undefined, graph: undefined,
    mode: seen.isAdvertising ? 'advertise' : seen.isStateless ? 'stateless' : 'stateful', version: parseProtocolVersion(io.env['GIT_PROTOCOL']),
    reflogIdentity: { name, email, timeSeconds, timezone }, fsckSkipList: undefined,
  });
  try {
    await driveConversation(conversation, { input: seen.isAdvertising ? nothing() : io.stdin, send: sender(io), signal: io.signal, push: receiveHandlers(session) });
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
