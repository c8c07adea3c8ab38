/** `git http-backend`: the server side of Git over HTTP as a CGI program (git-http-backend(1), RFC 3875). */
import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { encodeServiceHeader, parseProtocolVersion } from '@govc/core/protocol';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { Failure } from '../failure.js';
import { enterRepository } from '../remote/serve.js';
import type { Session } from '../session/session.js';
import { dumbPacks, dumbRefs } from './update-server-info.js';

/** What is answered instead of what was asked for. */
class Refusal extends Error {
  readonly status: string;
  /** For the log of the web server. */
  readonly reason: string;
  readonly extra: readonly string[];

  constructor(status: string, reason: string, extra: readonly string[] = []) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.extra = extra;
  }
}

const NO_CACHE = ['Expires: Fri, 01 Jan 1980 00:00:00 GMT', 'Pragma: no-cache', 'Cache-Control: no-cache, max-age=0, must-revalidate'];
const ID = '(?:[0-9a-f]{40}|[0-9a-f]{64})';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  readonly serve: (request: Request) => Promise<void>;
}

/** One request and what it is about. */
interface Request {
  readonly context: Context;
  readonly session: Session;
  /** The Git directory. */
  readonly directory: string;
  /** The part of the path that was matched, without its slash. */
  readonly name: string;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: /\/HEAD$/, serve: serveHead },
  { method: 'GET', pattern: /\/info\/refs$/, serve: serveRefs },
  { method: 'GET', pattern: /\/objects\/info\/(?:http-)?alternates$/, serve: (request) => serveFile(request, 'text/plain', 'never') },
  { method: 'GET', pattern: /\/objects\/info\/packs$/, serve: servePacks },
  { method: 'GET', pattern: /\/objects\/[0-9a-f]{2}\/(?:[0-9a-f]{38}|[0-9a-f]{62})$/, serve: (request) => serveFile(request, 'application/x-git-loose-object', 'forever') },
  { method: 'GET', pattern: new RegExp(`/objects/pack/pack-${ID}\\.pack$`), serve: (request) => serveFile(request, 'application/x-git-packed-objects', 'forever') },
  { method: 'GET', pattern: new RegExp(`/objects/pack/pack-${ID}\\.idx$`), serve: (request) => serveFile(request, 'application/x-git-packed-objects-toc', 'forever') },
  { method: 'POST', pattern: /\/git-upload-pack$/, serve: serveService },
  { method: 'POST', pattern: /\/git-receive-pack$/, serve: serveService },
];

/** `git http-backend`. What goes wrong is told as a status, and the program ends well. */
export const httpBackendCommand: Command = async (_args, context) => {
  const { io } = context;
  try {
    await serve(context);
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.reason !== '') io.stderr.write(error.reason);
      io.stdout.write(`Status: ${error.status}\r\n${[...error.extra, ''].join('\r\n')}\r\n`);
    } else {
      io.stderr.write(error instanceof Failure ? error.text : `fatal: ${error instanceof Error ? error.message : String(error)}\n`);
      io.stdout.write(`Status: 500 Internal Server Error\r\n${[...NO_CACHE, ''].join('\r\n')}\r\n`);
    }
  }
  return 0;
};

async function serve(context: Context): Promise<void> {
  const { io } = context;
  const asked = io.env['REQUEST_METHOD'];
  if (asked === undefined) throw new Error('No REQUEST_METHOD from server');
  const method = asked === 'HEAD' ? 'GET' : asked;
  const path = findPath(context);
  const route = ROUTES.find(({ pattern }) => pattern.test(path));
  if (route === undefined) throw notFound(`Request not supported: '${path}'`);
  if (route.method !== method) {
    if (io.env['SERVER_PROTOCOL'] === 'HTTP/1.1') throw new Refusal('405 Method Not Allowed', '', [`Allow: ${route.method === 'GET' ? 'GET, HEAD' : route.method}`, ...NO_CACHE]);
    throw new Refusal('400 Bad Request', '', NO_CACHE);
  }
  const name = route.pattern.exec(path)![0].slice(1);
  const place = path.slice(0, path.length - name.length - 1);
  const session = await enter(context, place);
  try {
    const isExported = io.env['GIT_HTTP_EXPORT_ALL'] !== undefined || session.commonFiles.find('git-daemon-export-ok') !== undefined;
    if (!isExported) throw notFound(`Repository not exported: '${place}'`);
    await route.serve({ context, session, directory: session.commonDirectory, name });
  } finally {
    await io.files.release(session.repository);
  }
}

function findPath({ io: { env } }: Context): string {
  const root = env['GIT_PROJECT_ROOT'];
  const info = env['PATH_INFO'];
  if (root !== undefined && root !== '') {
    if (info === undefined || info === '') throw new Error('GIT_PROJECT_ROOT is set but PATH_INFO is not');
    // No way out of the root, and no second name for one place.
    if (!info.startsWith('/') || info.split('/').slice(1).some((part) => part === '' || part === '.' || part === '..')) throw new Error(`'${info}': aliased`);
    return `${root.replace(/\/+$/, '')}${info}`;
  }
  const translated = env['PATH_TRANSLATED'];
  if (translated === undefined || translated === '') throw new Error('No GIT_PROJECT_ROOT or PATH_TRANSLATED from server');
  return translated;
}

async function enter({ io }: Context, place: string): Promise<Session> {
  try {
    return await enterRepository(io, place, false);
  } catch (error) {
    if (error instanceof Failure && error.text.includes('does not appear to be a git repository')) throw notFound(`Not a git repository: '${place}'`);
    throw error;
  }
}

function notFound(reason: string): Refusal {
  return new Refusal('404 Not Found', reason, NO_CACHE);
}

function answer({ context: { io } }: Request, headers: readonly string[], body: string | Uint8Array): void {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  io.stdout.write(`${[...headers.slice(0, -1), `Content-Length: ${size}`, headers.at(-1)!, ''].join('\r\n')}\r\n`);
  if (io.env['REQUEST_METHOD'] !== 'HEAD') io.stdout.write(body);
}

/** Files are given out unless `http.getanyfile` says no. */
function mustGiveFiles({ session: { config } }: Request): void {
  if (!config.getBool('http.getanyfile', true)) throw new Refusal('403 Forbidden', 'Unsupported service: getanyfile', NO_CACHE);
}

function serveHead(request: Request): Promise<void> {
  mustGiveFiles(request);
  const { snapshot } = request.session.repository.storedContext;
  const value = [...snapshot.refs.entries('HEAD')].find(([name]) => name === 'HEAD')?.[1];
  const text = value === undefined ? '' : value.kind === 'symbolic' ? `ref: ${value.target}\n` : `${value.id}\n`;
  answer(request, ['Content-Type: text/plain'], text);
  return Promise.resolve();
}

function servePacks(request: Request): Promise<void> {
  mustGiveFiles(request);
  answer(request, [...NO_CACHE, 'Content-Type: text/plain; charset=utf-8'], dumbPacks(request.session));
  return Promise.resolve();
}

function serveFile(request: Request, type: string, caching: 'never' | 'forever'): Promise<void> {
  mustGiveFiles(request);
  const { context: { io }, directory, name } = request;
  const bytes = io.files.readFile(`${directory}/${name}`);
  if (bytes === undefined) throw notFound(`Cannot open '${directory}/${name}': No such file or directory`);
  const now = Math.floor(io.clock() / 1000);
  const age = 31_536_000;
  const forever = [`Date: ${httpDate(now)}`, `Expires: ${httpDate(now + age)}`, `Cache-Control: public, max-age=${age}`];
  answer(request, [...(caching === 'forever' ? forever : NO_CACHE), `Content-Type: ${type}`], bytes);
  return Promise.resolve();
}

function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}

async function serveRefs(request: Request): Promise<void> {
  const { context, session } = request;
  const { io } = context;
  const named = new URLSearchParams(io.env['QUERY_STRING'] ?? '').get('service');
  if (named === null) {
    mustGiveFiles(request);
    answer(request, [...NO_CACHE, 'Content-Type: text/plain'], dumbRefs(session));
    return;
  }
  const service = mustServe(request, named);
  io.stdout.write(`${[...NO_CACHE, `Content-Type: application/x-git-${service}-advertisement`, ''].join('\r\n')}\r\n`);
  if (parseProtocolVersion(io.env['HTTP_GIT_PROTOCOL'] ?? io.env['GIT_PROTOCOL']) !== 2) io.stdout.write(encodeServiceHeader(`git-${service}`));
  await runService(request, [service, '--http-backend-info-refs', '.'], io.stdin);
}

/** The service that is asked for, where this repository offers it. */
function mustServe({ context: { io: { env } }, session: { config } }: Request, named: string): 'upload-pack' | 'receive-pack' {
  const forbidden = (reason: string): never => { throw new Refusal('403 Forbidden', reason, NO_CACHE); };
  if (named !== 'git-upload-pack' && named !== 'git-receive-pack') return forbidden(`Unsupported service: '${named}'`);
  const service = named === 'git-upload-pack' ? 'upload-pack' : 'receive-pack';
  const isKnownUser = (env['REMOTE_USER'] ?? '') !== '';
  const isOn = config.getBool(`http.${service.replace('-', '')}`, service === 'upload-pack' || isKnownUser);
  return isOn ? service : forbidden(`Service not enabled: '${service}'`);
}

async function serveService(request: Request): Promise<void> {
  const { io } = request.context;
  const service = mustServe(request, request.name);
  const accepted = `application/x-git-${service}-request`;
  const given = io.env['CONTENT_TYPE'] ?? '';
  if (given !== accepted) {
    const sentence = `Expected POST with Content-Type '${accepted}', but received '${given}' instead.\n`;
    io.stdout.write(`Status: 415 Unsupported Media Type\r\n${[...NO_CACHE, ''].join('\r\n')}\r\n${sentence}`);
    return;
  }
  io.stdout.write(`${[...NO_CACHE, `Content-Type: application/x-git-${service}-result`, ''].join('\r\n')}\r\n`);
  await runService(request, [service, '--stateless-rpc', '.'], requestBody(request.context));
}

/** As many bytes as were announced, inflated where they were deflated. */
function requestBody({ io }: Context): Readable {
  const announced = io.env['CONTENT_LENGTH'];
  const size = announced === undefined || announced === '' ? Number.MAX_SAFE_INTEGER : Number(announced);
  const isDeflated = /^(?:x-)?gzip$/.test(io.env['HTTP_CONTENT_ENCODING'] ?? '');
  const body = isDeflated ? createGunzip() : new PassThrough();
  pipeline(Readable.from(takeBytes(io.stdin, size)), body, (error) => { if (error instanceof Error) body.destroy(error); });
  return body;
}

async function* takeBytes(stream: Readable, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size;
  for await (const chunk of stream) {
    const bytes = chunk as Uint8Array;
    yield bytes.subarray(0, Math.min(bytes.length, left));
    left -= bytes.length;
    if (left <= 0) return;
  }
}

/** Runs the service in this process; who is asked for names themselves by the web server. */
async function runService({ context, directory }: Request, argv: readonly string[], stdin: Readable): Promise<void> {
  const { io } = context;
  const user = io.env['REMOTE_USER'];
  const name = user === undefined || user === '' ? 'anonymous' : user;
  const host = io.env['REMOTE_ADDR'] ?? '(none)';
  await context.run(argv, {
    stdin, cwd: directory,
    env: {
      ...io.env, GIT_DIR: undefined, GIT_PROTOCOL: io.env['GIT_PROTOCOL'] ?? io.env['HTTP_GIT_PROTOCOL'],
      GIT_COMMITTER_NAME: io.env['GIT_COMMITTER_NAME'] ?? name, GIT_COMMITTER_EMAIL: io.env['GIT_COMMITTER_EMAIL'] ?? `${name}@http.${host}`,
    },
  });
}
