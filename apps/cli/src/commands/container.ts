/** `govc container`: definitions of containers in the repositories of a server, and what is built of them. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { objectOf } from '../own/contexts.js';
import { readMessages } from '../own/event-source.js';
import { jsonLine } from '../own/json.js';
import { runOwn } from '../own/run-own.js';
import { cellText, factsText, tableText, timeText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand, VerbOption } from '../own/verb.js';

interface Definition {
  readonly type: string;
  readonly path: string;
  /** In base64. */
  readonly content: string;
  readonly dependencies: readonly string[];
  readonly commit_hash: string;
  readonly last_modified: string;
}

interface Build {
  readonly id: string;
  readonly status: string;
  readonly request?: { readonly file?: string; readonly tags?: readonly string[] };
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly error: string | null;
  readonly image_id: string | null;
  readonly digest: string | null;
}

const ROOT = '/api/v1/repos/{id}/containers';
const BUILD_PATH = `${ROOT}/builds/{build_id}`;
const REPOSITORY: Operand = { name: 'REPOSITORY', subject: 'repository' };
const BUILD: Operand = { name: 'BUILD', subject: 'container-build' };
const REF: VerbOption = { names: 'ref', value: 'COMMIT', subject: 'words', help: 'of this commit; default: the current branch' };

const buildOf = (call: Call): { readonly id: string; readonly build_id: string } => ({ id: call.operands[0]!, build_id: call.operands[1]! });

async function list(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly definitions: readonly Definition[] }>('GET', `${ROOT}/definitions`, {
    params: { id: call.operands[0]! }, query: { ref: call.text('ref'), type: call.text('type') },
  });
  const rows = found.definitions.map(({ path, type, commit_hash: commit, last_modified: changed }) => [path, type, commit.slice(0, 7), timeText(changed)]);
  return { data: found, text: () => tableText(call.io, ['PATH', 'TYPE', 'COMMIT', 'CHANGED'], { rows, empty: 'There are no container definitions.' }) };
}

async function show(call: Call): Promise<Outcome> {
  const [id, path] = call.operands;
  const found = await (await call.server()).request<Definition>('GET', `${ROOT}/definitions/{path}`, { params: { id: id!, path: path! }, query: { ref: call.text('ref') } });
  return { data: found, text: () => Buffer.from(found.content, 'base64').toString('utf8') };
}

async function build(call: Call): Promise<Outcome | undefined> {
  const fields: Record<string, unknown> = {};
  for (const [option, field] of [['folder', 'context'], ['file', 'file'], ['ref', 'ref'], ['target', 'target']] as const) {
    if (call.has(option)) fields[field] = call.text(option);
  }
  for (const [option, field] of [['tag', 'tags'], ['platform', 'platform']] as const) if (call.has(option)) fields[field] = call.texts(option);
  for (const [option, field] of [['build-arg', 'args'], ['label', 'labels']] as const) if (call.has(option)) fields[field] = pairs(call, option);
  if (call.has('no-cache')) fields['no_cache'] = true;
  const [id] = call.operands;
  const { build: begun } = await (await call.server()).request<{ readonly build: Build }>('POST', `${ROOT}/build`, { params: { id: id! }, body: fields });
  if (call.has('follow')) return followBuild(call, { id: id!, build_id: begun.id });
  return { data: begun, text: () => `${begun.id}\n` };
}

/** `NAME=VALUE` as fields. @throws {Failure} one is not */
function pairs(call: Call, option: string): Readonly<Record<string, string>> {
  return Object.fromEntries(call.texts(option).map((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0) throw new Failure(`error: option \`${option}' expects NAME=VALUE, and not '${text}'\n`, EXIT.usage);
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  }));
}

async function listBuilds(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly builds: readonly Build[] }>('GET', `${ROOT}/builds`, { params: { id: call.operands[0]! } });
  const rows = found.builds.map(({ id, status, request, start_time: start, end_time: end }) => [
    id, status, request?.file, request?.tags?.join(','), timeText(start ?? ''), timeText(end ?? ''),
  ]);
  return { data: found, text: () => tableText(call.io, ['ID', 'STATUS', 'FILE', 'TAGS', 'BEGUN', 'ENDED'], { rows, empty: 'Nothing was built yet.' }) };
}

async function showBuild(call: Call): Promise<Outcome> {
  const { build: found } = await (await call.server()).request<{ readonly build: Build }>('GET', BUILD_PATH, { params: buildOf(call) });
  return { data: found, text: () => buildText(found) };
}

function buildText(found: Build): string {
  return factsText({
    Id: found.id, Status: found.status, File: found.request?.file, Tags: found.request?.tags?.join(', '), Begun: timeText(found.start_time ?? ''),
    Ended: timeText(found.end_time ?? ''), Image: found.image_id, Digest: found.digest, Error: found.error,
  });
}

async function logs(call: Call): Promise<Outcome | undefined> {
  if (call.has('follow')) return followBuild(call, buildOf(call));
  const found = await (await call.server()).request<{ readonly logs: string }>('GET', `${BUILD_PATH}/logs`, { params: buildOf(call) });
  return { data: found, text: () => found.logs };
}

/** Shows a log as it grows, and ends as the build does. */
async function followBuild(call: Call, params: { readonly id: string; readonly build_id: string }): Promise<undefined> {
  const { io } = call;
  const server = await call.server();
  const pieces = await server.open(`${BUILD_PATH}/logs`, { params, query: { follow: true } });
  for await (const { type, data } of readMessages(pieces)) {
    const fields = objectOf(JSON.parse(data)) ?? {};
    if (type === 'end') {
      mustHaveCompleted(call, objectOf(fields['build']) ?? {});
      return undefined;
    }
    const { line } = fields;
    if (type === 'log' && typeof line === 'string') io.stdout.write(call.isJson ? jsonLine(fields) : `${cellText(line)}\n`);
    io.flush?.();
  }
  if (io.signal.aborted) throw new Failure('', 130);
  throw new Failure('error: the log ended before the build did\nhint: see how it goes with: govc container builds\n', EXIT.failed);
}

function mustHaveCompleted(call: Call, found: Readonly<Record<string, unknown>>): void {
  if (call.isJson) call.io.stdout.write(jsonLine({ build: found }));
  const { status, error } = found;
  if (status === 'completed') return;
  const reason = typeof error === 'string' ? `: ${cellText(error)}` : '';
  throw new Failure(call.isJson ? '' : `error: the build ${typeof status === 'string' ? `is ${cellText(status)}` : 'is over'}${reason}\n`, EXIT.failed);
}

async function cancel(call: Call): Promise<Outcome> {
  const { build: found } = await (await call.server()).request<{ readonly build: Build }>('DELETE', BUILD_PATH, { params: buildOf(call) });
  return { data: found, text: () => `The build ${found.id} is ${found.status}.\n` };
}

const FOLLOW: VerbOption = { names: 'f|follow', help: 'show the log as it grows; with --json one line for each of its lines' };

/** What it does. */
export const CONTAINER: OwnCommand = {
  name: 'container',
  summary: 'Build images of what repositories of a server define',
  verbs: [
    {
      name: 'list', aliases: ['ls'], summary: 'List container definitions', run: list, operands: [REPOSITORY],
      options: [REF, { names: 'type', value: 'TYPE', subject: ['govcfile', 'govc-compose', 'kubernetes', 'helm'], help: 'of this type only' }],
    },
    { name: 'show', summary: 'Print a container definition', run: show, operands: [REPOSITORY, { name: 'PATH', subject: 'words' }], options: [REF] },
    {
      name: 'build', summary: 'Begin to build an image and print the id of the build', run: build, operands: [REPOSITORY],
      options: [
        { names: 'file', value: 'PATH', subject: 'words', help: 'the definition; default: Govcfile, Containerfile or Dockerfile' },
        { names: 'folder', value: 'FOLDER', subject: 'words', help: 'the folder of the commit that the build sees' }, REF,
        { names: 't|tag', value: 'TAG', subject: 'words', repeats: true, help: 'what the image is called' },
        { names: 'build-arg', value: 'NAME=VALUE', subject: 'words', repeats: true, help: 'a value of ARG' },
        { names: 'label', value: 'NAME=VALUE', subject: 'words', repeats: true, help: 'a label of the image' },
        { names: 'target', value: 'STAGE', subject: 'words', help: 'the last stage to build' },
        { names: 'platform', value: 'PLATFORM', subject: ['linux/amd64', 'linux/arm64'], repeats: true, help: 'what it is for' },
        { names: 'no-cache', help: 'build every step anew' }, FOLLOW,
      ],
    },
    { name: 'builds', summary: 'List builds, newest first', run: listBuilds, operands: [REPOSITORY] },
    { name: 'info', aliases: ['status'], summary: 'Show how a build goes', run: showBuild, operands: [REPOSITORY, BUILD] },
    { name: 'logs', summary: 'Print the log of a build', run: logs, operands: [REPOSITORY, BUILD], options: [FOLLOW], details: 'With --follow the exit code is 1 where the build fails.' },
    { name: 'cancel', summary: 'Cancel a build', run: cancel, operands: [REPOSITORY, BUILD] },
  ],
};

/** `govc container`. */
export const containerCommand = runOwn(CONTAINER);
