/**
 * Commands that a proc-receive handler carries out (githooks, "proc-receive"): which they are, what the handler said
 * of them, and the protocol that Git speaks with such a hook over its standard input and output:
 *
 *     us:   "version=1" NUL ["atomic"] ["push-options"] LF, flush
 *     hook: "version=1" NUL ["push-options"] LF, flush
 *     us:   <old id> SP <new id> SP <name> ..., flush; and push options, flush, where agreed
 *     hook: "ok" SP <name> | "ng" SP <name> SP <reason> | "option" SP <key> [SP <value>] ..., flush
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId } from '../hash/object-id.js';
import { splitCapabilities, type Capabilities } from './capabilities.js';
import { protocolError, readPacket, send, type Conversation } from './conversation.js';
import type { ProcReceiveAnswer, ProcReceiveReport, Push, PushCommand, RewrittenCommand } from './decision.js';
import { shown } from './fetch-request.js';
import { PacketWriter } from './packet-writer.js';
import { FLUSH_PACKET, packetText } from './packet.js';
import type { CommandState, PushSession } from './push-session.js';

/** Hands the scheduled commands to the handler and takes what it says. */
export function* runProcReceive(session: PushSession): Conversation<void> {
  const scheduled = session.states.filter(
    (state) => state.procReceive === 'scheduled' && state.error === undefined && !state.skipped,
  );
  const answer = yield* session.procReceive(scheduled.map((state) => state.command));
  const problems = [...(answer.error === undefined ? [] : [answer.error]), ...answer.problems];
  let failed = answer.error !== undefined || answer.reports.some((report) => report.status === 'ng');
  for (const report of answer.reports) {
    const problem = takeReport(session.states, report);
    if (problem !== undefined) problems.push(problem);
  }
  for (const state of scheduled) {
    if (state.procReceive !== 'scheduled' || state.error !== undefined) continue;
    failed = true;
    if (answer.error === undefined) state.error = 'proc-receive failed to report status';
  }
  failed ||= problems.length > 0;
  if (problems.length > 0) yield* session.tell('error', problems.join('\n'));
  if (!failed) return;
  for (const state of session.states) {
    if (state.error !== undefined || state.procReceive === 'returned') continue;
    if (state.procReceive === 'scheduled' || session.isAtomic) state.error = 'fail to run proc-receive hook';
  }
}

/** Takes one line of the handler; gives what is wrong with it. */
function takeReport(states: readonly CommandState[], report: ProcReceiveReport): string | undefined {
  const state = states.find(({ command }) => command.name === report.name);
  if (state === undefined) return `proc-receive reported status on unknown ref: ${shown(report.name)}`;
  if (state.procReceive === 'no') return `proc-receive reported status on unexpected ref: ${shown(report.name)}`;
  switch (report.status) {
    case 'ng':
      state.procReceive = 'returned';
      state.error = report.reason ?? 'failed';
      return undefined;
    case 'fall-through':
      state.procReceive = 'no';
      return undefined;
    case 'ok':
      state.procReceive = 'returned';
      if (report.rewritten !== undefined) state.rewritten.push(report.rewritten);
      return undefined;
  }
}

/**
 * Speaks with a hook process: a conversation whose packets come from the hook's output and go to its input. Never
 * throws for what the hook says; what is wrong stands in the answer.
 */
export function* talkToProcReceiveHook(
  push: Push,
  commands: readonly PushCommand[],
): Conversation<ProcReceiveAnswer> {
  try {
    const features = yield* agreeOnVersion(push);
    const out = new PacketWriter();
    for (const { oldId, newId, name } of commands) out.line(`${oldId} ${newId} ${name}`);
    out.raw(FLUSH_PACKET);
    if (push.options !== undefined && features?.has('push-options') === true) {
      for (const option of push.options) out.line(option);
      out.raw(FLUSH_PACKET);
    }
    yield* send(out.take());
    return yield* readReports(push.algorithm);
  } catch (error) {
    return { kind: 'proc-receive', reports: [], error: (error as Error).message, problems: [] };
  }
}

function* agreeOnVersion(push: Push): Conversation<Capabilities | undefined> {
  const features = [...(push.atomic ? ['atomic'] : []), ...(push.options === undefined ? [] : ['push-options'])];
  const greeting = features.length === 0 ? 'version=1\n' : `version=1\0${features.join(' ')}\n`;
  yield* send(new PacketWriter().line(greeting).raw(FLUSH_PACKET).take());
  let version = 0;
  let agreed: Capabilities | undefined;
  for (;;) {
    const packet = yield* readPacket();
    if (packet === undefined) throw protocolError('fail to negotiate version with proc-receive hook');
    if (packet.kind !== 'data') break;
    const { line, capabilities } = splitCapabilities(packet.payload);
    const text = packetText(line);
    if (!text.startsWith('version=')) continue;
    version = Number.parseInt(text.slice('version='.length), 10);
    agreed = capabilities;
  }
  if (version === 0 || version === 1) return agreed;
  throw protocolError(`proc-receive version '${version}' is not supported`);
}

function* readReports(algorithm: HashAlgorithm): Conversation<ProcReceiveAnswer> {
  const reports: ProcReceiveReport[] = [];
  const problems = new Set<string>();
  let lineCount = 0;
  // The one that options belong to.
  let last: ProcReceiveReport | undefined;
  for (;;) {
    const packet = yield* readPacket();
    if (packet === undefined && lineCount === 0) throw protocolError('proc-receive exited abnormally');
    if (packet?.kind !== 'data') break;
    lineCount++;
    const line = packetText(packet.payload);
    const [word = '', name, ...rest] = line.split(' ');
    if (name === undefined) {
      problems.add(`proc-receive reported incomplete status line: '${shown(line)}'`);
    } else if (word === 'option') {
      if (last === undefined) {
        problems.add("proc-receive reported 'option' without a matching 'ok/ng' directive");
      } else {
        last = withOption(last, name, rest.join(' '), algorithm);
        reports[reports.length - 1] = last;
      }
    } else if (word === 'ok' || word === 'ng') {
      const reason = word === 'ng' && rest.length > 0 ? rest.join(' ') : undefined;
      const report: ProcReceiveReport = { name, status: word, reason, rewritten: undefined };
      reports.push(report);
      last = word === 'ok' ? report : undefined;
    } else {
      problems.add(`proc-receive reported bad status '${shown(word)}' on ref '${shown(name)}'`);
      last = undefined;
    }
  }
  return { kind: 'proc-receive', reports, error: undefined, problems: [...problems] };
}

const AS_ASKED: RewrittenCommand = { name: undefined, oldId: undefined, newId: undefined, forced: false };

function withOption(
  report: ProcReceiveReport, key: string, value: string, algorithm: HashAlgorithm,
): ProcReceiveReport {
  if (key === 'fall-through') return { ...report, status: 'fall-through' };
  const rewritten = report.rewritten ?? AS_ASKED;
  switch (key) {
    case 'refname':
      return { ...report, rewritten: { ...rewritten, name: value } };
    case 'old-oid':
      return { ...report, rewritten: { ...rewritten, oldId: findObjectId(value, algorithm) } };
    case 'new-oid':
      return { ...report, rewritten: { ...rewritten, newId: findObjectId(value, algorithm) } };
    case 'forced-update':
      return { ...report, rewritten: { ...rewritten, forced: true } };
    default:
      return { ...report, rewritten };
  }
}
