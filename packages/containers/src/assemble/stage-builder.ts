/**
 * One stage of an assembly: its files, its layers, and what it says of running them.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { serializeInstruction } from '../containerfile.js';
import type { Digest } from '../digest.js';
import type { Instruction } from '../definition.js';
import { ContainersError, errorAt } from '../errors.js';
import { parseDefinition } from '../parse.js';
import { findWordEnd, skipSpaces } from '../words.js';
import type { AssembleRequest } from './assemble.js';
import { gunzip, type StoredImage } from './base-image.js';
import type { ImagePart } from './built-image.js';
import { type CopyRequest, copyFiles, findSources, lazily, putContent, unpack } from './copy.js';
import { parseNanoseconds } from './duration.js';
import type { Healthcheck, HistoryEntry, ImageConfig, Platform, RunConfig } from './image-config.js';
import { type Content, type ImageFiles, ImageFiles as Files } from './image-files.js';
import { readPart, writeLayer } from './layer-writer.js';
import { findOwner } from './owner.js';
import { argumentsOf, type BuildPlan, type Origin, type PlannedStage, sourceOf, wordsOf } from './plan.js';
import { readTar } from './tar-reader.js';
import { expandDocument, expandWord } from './variables.js';

/** What every stage of an assembly shares, and the stage. */
export interface StageParts {
  readonly plan: BuildPlan;
  readonly stage: PlannedStage;
  readonly request: AssembleRequest;
  readonly context: ImageFiles;
  /** A file that is not there yet. */
  readonly nextPath: () => string;
}

interface Start {
  readonly files: ImageFiles;
  readonly layers: readonly ImagePart[];
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  readonly config: RunConfig;
  readonly platform: Platform;
  readonly author: string | undefined;
}

type FilesOf = (origin: Origin | undefined) => Promise<ImageFiles>;

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_SHELL = ['/bin/sh', '-c'];
const PORTS_MAX = 65_536;

/** See the head of this file. */
export class StageBuilder {
  readonly files: ImageFiles;
  readonly layers: ImagePart[];
  readonly platform: Platform;
  readonly #parts: StageParts;
  readonly #diffIds: Digest[];
  readonly #history: HistoryEntry[];
  readonly #config: RunConfig;
  readonly #env: Map<string, string>;
  readonly #args = new Map<string, string>();
  #author: string | undefined;
  #isCmdOwn = false;
  #triggers: readonly string[];

  private constructor(parts: StageParts, start: Start) {
    this.#parts = parts;
    this.files = start.files;
    this.layers = [...start.layers];
    this.platform = start.platform;
    this.#diffIds = [...start.diffIds];
    this.#history = [...start.history];
    this.#author = start.author;
    this.#config = structuredClone(start.config);
    this.#env = new Map((start.config.Env ?? []).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
    if (!this.#env.has('PATH')) this.#env.set('PATH', DEFAULT_PATH);
    this.#triggers = this.#config.OnBuild ?? [];
    delete this.#config.OnBuild;
  }

  static fromScratch(parts: StageParts, platform: Platform): StageBuilder {
    return new StageBuilder(parts, { files: new Files(), layers: [], diffIds: [], history: [], config: {}, platform, author: undefined });
  }

  static fromImage(parts: StageParts, image: StoredImage, files: ImageFiles): StageBuilder {
    const { config, author, rootfs, history, os, architecture, variant } = image.config;
    return new StageBuilder(parts, {
      files, layers: image.layers, diffIds: rootfs.diff_ids, history: history ?? [], config: config ?? {}, author,
      platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    });
  }

  /** A stage that goes on from this one. @param files those of this one, which are its own */
  derive(parts: StageParts, files: ImageFiles): StageBuilder {
    files.takeChanges();
    return new StageBuilder(parts, {
      files, layers: this.layers, diffIds: this.#diffIds, history: this.#history, config: this.#runConfig(), platform: this.platform, author: this.#author,
    });
  }

  /** What the base wants to be done first. @throws {ContainersError} engine-missing, instruction-invalid */
  takeTriggers(): Instruction[] {
    const triggers = this.#triggers.map((text) => parseDefinition(`FROM scratch\n${text}\n`, 'containerfile').instructions[1])
      .filter((instruction) => instruction !== undefined);
    this.#triggers = [];
    const run = triggers.find(({ name }) => name === 'RUN');
    if (run !== undefined) throw new ContainersError('engine-missing', `The base of line ${this.#parts.stage.line} has ONBUILD RUN, which needs an engine: install buildah, podman, or docker with buildx.`, { line: this.#parts.stage.line });
    return triggers;
  }

  /** Carries out one instruction. */
  async carryOut(instruction: Instruction, filesOf: FilesOf): Promise<void> {
    if (instruction.name === 'ADD' || instruction.name === 'COPY') await this.#copy(instruction, filesOf);
    else if (instruction.name === 'WORKDIR') this.#workdir(instruction);
    else this.#configure(instruction);
    await this.#commit(instruction);
  }

  label(labels: ReadonlyMap<string, string>): void {
    this.#config.Labels = { ...this.#config.Labels, ...Object.fromEntries(labels) };
  }

  /** What the image says of itself. */
  finish(created: string): ImageConfig {
    const history = this.#history.map((entry) => (entry.created === undefined ? { ...entry, created } : entry));
    return {
      created, ...(this.#author === undefined ? {} : { author: this.#author }), ...this.platform,
      config: this.#runConfig(), rootfs: { type: 'layers', diff_ids: this.#diffIds }, history,
    };
  }

  #runConfig(): RunConfig {
    const config = { ...this.#config, Env: [...this.#env].map(([name, value]) => `${name}=${value}`) };
    return { ...config, WorkingDir: config.WorkingDir ?? '/' };
  }

  async #commit(instruction: Instruction): Promise<void> {
    const changes = this.files.takeChanges();
    const createdBy = serializeInstruction(instruction).slice(0, 4000);
    if (changes.length === 0) {
      this.#history.push({ created_by: createdBy, empty_layer: true });
      return;
    }
    const { request, nextPath } = this.#parts;
    const { part, diffId } = await writeLayer(nextPath(), changes, { sizeBytesMax: request.sizeBytesMax, signal: request.signal });
    this.layers.push(part);
    this.#diffIds.push(diffId);
    this.#history.push({ created_by: createdBy });
  }

  #expand(text: string, line: number): string {
    return expandWord(text, { values: this.#values(), escape: this.#parts.plan.escape, line });
  }

  /** What was declared as an argument, unless the environment says otherwise. */
  #values(): ReadonlyMap<string, string> {
    return new Map([...this.#args, ...this.#env]);
  }

  #words(instruction: Instruction): string[] {
    return wordsOf(instruction.body, this.#parts.plan.escape).map((word) => this.#expand(word, instruction.line));
  }

  #configure(instruction: Instruction): void {
    const { line } = instruction;
    const config = this.#config;
    switch (instruction.name) {
      case 'ARG':
        this.#declare(instruction);
        return;
      case 'ENV':
        for (const [name, value] of this.#pairs(instruction)) this.#env.set(name, value);
        return;
      case 'LABEL':
        config.Labels = { ...config.Labels, ...Object.fromEntries(this.#pairs(instruction)) };
        return;
      case 'CMD':
        config.Cmd = this.#command(instruction);
        this.#isCmdOwn = true;
        return;
      case 'ENTRYPOINT':
        config.Entrypoint = this.#command(instruction);
        // A command of the base was meant for the entry point of the base.
        if (!this.#isCmdOwn) delete config.Cmd;
        return;
      case 'EXPOSE':
        for (const port of this.#words(instruction).flatMap((word) => portsOf(word, line))) config.ExposedPorts = { ...config.ExposedPorts, [port]: {} };
        return;
      case 'HEALTHCHECK':
        config.Healthcheck = this.#healthcheck(instruction);
        return;
      case 'MAINTAINER':
        this.#author = instruction.body.form === 'text' ? instruction.body.text : instruction.body.items.join(' ');
        return;
      case 'ONBUILD':
        config.OnBuild = [...(config.OnBuild ?? []), serializeInstruction(instruction).slice('ONBUILD '.length)];
        return;
      case 'SHELL':
        config.Shell = [...wordsOf(instruction.body, this.#parts.plan.escape)];
        return;
      case 'STOPSIGNAL':
        config.StopSignal = this.#words(instruction)[0]!;
        return;
      case 'USER':
        config.User = this.#words(instruction)[0]!;
        return;
      case 'VOLUME':
        for (const path of this.#words(instruction)) config.Volumes = { ...config.Volumes, [path]: {} };
        return;
      default:
        throw errorAt(line, 'instruction-misplaced', `${instruction.name} cannot stand here`);
    }
  }

  #declare(instruction: Instruction): void {
    const { plan, request } = this.#parts;
    for (const { name, fallback } of argumentsOf(instruction, { values: this.#values(), escape: plan.escape, line: instruction.line })) {
      const value = request.args.get(name) ?? fallback ?? plan.globals.get(name);
      if (value !== undefined) this.#args.set(name, value);
    }
  }

  /** `NAME=value` pairs, or the older `NAME the rest of the line`. */
  #pairs({ body, line }: Instruction): [string, string][] {
    const { escape } = this.#parts.plan;
    const words = wordsOf(body, escape);
    if (body.form === 'text' && !words[0]!.includes('=')) {
      const end = findWordEnd(body.text, 0, escape);
      return [[this.#expand(body.text.slice(0, end), line), this.#expand(body.text.slice(skipSpaces(body.text, end)), line)]];
    }
    return words.map((word) => {
      const equals = word.indexOf('=');
      return [this.#expand(word.slice(0, equals), line), this.#expand(word.slice(equals + 1), line)];
    });
  }

  #command({ body }: Instruction): string[] {
    return body.form === 'exec' ? [...body.items] : [...(this.#config.Shell ?? DEFAULT_SHELL), body.text];
  }

  #healthcheck({ body, flags, line }: Instruction): Healthcheck {
    const text = body.form === 'text' ? body.text : '';
    if (/^NONE\s*$/i.test(text)) return { Test: ['NONE'] };
    const command = text.replace(/^CMD\s+/i, '');
    const items = parseArray(command);
    const check: Healthcheck = { Test: items === undefined ? ['CMD-SHELL', command] : ['CMD', ...items] };
    for (const { name, value = '' } of flags) {
      const given = this.#expand(value, line);
      if (name === 'interval') check.Interval = parseNanoseconds(given, line);
      else if (name === 'timeout') check.Timeout = parseNanoseconds(given, line);
      else if (name === 'start-period') check.StartPeriod = parseNanoseconds(given, line);
      else if (name === 'start-interval') check.StartInterval = parseNanoseconds(given, line);
      else if (name === 'retries' && /^\d{1,6}$/.test(given)) check.Retries = Number(given);
      else throw errorAt(line, 'instruction-invalid', `HEALTHCHECK takes no --${name}=${given}`);
    }
    return check;
  }

  #workdir(instruction: Instruction): void {
    const path = this.#expand(instruction.body.form === 'text' ? instruction.body.text : (instruction.body.items[0] ?? ''), instruction.line);
    const absolute = normalize(path.startsWith('/') ? path : `${this.#config.WorkingDir ?? '/'}/${path}`);
    this.#config.WorkingDir = absolute;
    this.files.makeFolder(absolute, { mode: 0o755, uid: 0, gid: 0 });
  }

  async #copy(instruction: Instruction, filesOf: FilesOf): Promise<void> {
    const { plan, stage } = this.#parts;
    const words = this.#words(instruction);
    const destination = words.pop()!;
    const request = await this.#copyRequest(instruction, destination);
    const documents = [...instruction.heredocs];
    const sources: string[] = [];
    for (const word of words) {
      if (!/^\d*<<-?/.test(word)) {
        sources.push(word);
        continue;
      }
      const document = documents.shift()!;
      const text = document.expand ? expandDocument(document.content, { values: this.#values(), escape: plan.escape, line: instruction.line }) : document.content;
      const bytes = Buffer.from(text, 'utf8');
      putContent(this.files, document.word, { content: lazily(bytes.length, () => bytes), request, mode: 0o644 });
    }
    const origin = sourceOf(instruction, stage, plan.stageNames);
    if (instruction.name === 'ADD') await this.#add(instruction, { ...request, sources });
    else if (sources.length > 0) copyFiles(await filesOf(origin), this.files, { ...request, sources });
  }

  async #copyRequest({ name, flags, line }: Instruction, destination: string): Promise<CopyRequest> {
    let owner: CopyRequest['owner'];
    let mode: number | undefined;
    const excludes: string[] = [];
    for (const flag of flags) {
      const value = this.#expand(flag.value ?? '', line);
      if (flag.name === 'chown') owner = await findOwner(value, this.files, line);
      else if (flag.name === 'chmod' && /^[0-7]{1,4}$/.test(value)) mode = Number.parseInt(value, 8);
      else if (flag.name === 'exclude') excludes.push(value);
      else if (!(flag.name === 'link' || (flag.name === 'from' && name === 'COPY') || (flag.name === 'checksum' && name === 'ADD'))) {
        throw errorAt(line, 'instruction-invalid', `${name} takes no --${flag.name}${flag.value === undefined ? '' : `=${value}`} here`);
      }
    }
    return { sources: [], destination, excludes, owner, mode, workingPath: this.#config.WorkingDir ?? '/' };
  }

  async #add(instruction: Instruction, request: CopyRequest): Promise<void> {
    const { context } = this.#parts;
    const checksum = instruction.flags.find(({ name }) => name === 'checksum')?.value;
    for (const source of request.sources) {
      if (/^(https?|ftp|git|ssh):\/\/|^git@/i.test(source)) {
        await this.#addRemote(instruction, { ...request, sources: [source] }, checksum);
        continue;
      }
      for (const path of findSources(context, source)) {
        const node = context.find(path);
        if (checksum !== undefined) await this.#mustMatch(instruction, checksum, node?.kind === 'file' ? node.content : undefined);
        const archive = node?.kind === 'file' ? await this.#openArchive(node.content, { path, line: instruction.line }) : undefined;
        if (archive === undefined) {
          const isLone = request.sources.length === 1;
          copyFiles(context, this.files, { ...request, sources: [escapePattern(path)], destination: isLone || request.destination.endsWith('/') ? request.destination : `${request.destination}/` });
          continue;
        }
        const contentOf = ({ offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number }): Content =>
          ({ sizeBytes, open: () => readPart(archive, { start: offset, end: offset + sizeBytes }) });
        await unpack(readTar(readPart(archive)), this.files, { request, contentOf, limits: { sizeBytesMax: this.#parts.request.sizeBytesMax } });
      }
    }
  }

  async #addRemote(instruction: Instruction, request: CopyRequest, checksum: string | undefined): Promise<void> {
    const { line } = instruction;
    const { download, signal, sizeBytesMax } = this.#parts.request;
    const url = request.sources[0]!;
    if (!/^https?:/i.test(url) || download === undefined) throw new ContainersError('download-refused', `line ${line}: ADD of "${url.slice(0, 200)}" cannot be fetched here.`, { line });
    if (checksum === undefined) throw new ContainersError('download-refused', `line ${line}: ADD of a URL needs --checksum=sha256:…, so that the image follows from the commit.`, { line });
    const path = this.#parts.nextPath();
    let sizeBytes = 0;
    const bounded = async function* (): AsyncGenerator<Uint8Array, void, void> {
      for await (const piece of download(url, signal)) {
        sizeBytes += piece.length;
        if (sizeBytes > sizeBytesMax) throw new ContainersError('image-too-large', `"${url.slice(0, 200)}" has more than ${sizeBytesMax} bytes.`, { sizeBytesMax });
        yield piece;
      }
    };
    await pipeline(bounded, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    const content: Content = { sizeBytes, open: () => readPart(path) };
    await this.#mustMatch(instruction, checksum, content);
    putContent(this.files, new URL(url).pathname.split('/').at(-1) || 'index', { content, request, mode: 0o600 });
  }

  async #mustMatch({ line }: Instruction, checksum: string, content: Content | undefined): Promise<void> {
    const match = /^(sha256|sha512):([0-9a-f]{64,128})$/.exec(checksum);
    if (match === null || content === undefined) throw errorAt(line, 'instruction-invalid', '--checksum takes sha256:… or sha512:… of one file');
    const hash = createHash(match[1]!);
    for await (const piece of content.open()) hash.update(piece);
    const actual = hash.digest('hex');
    if (actual !== match[2]) throw new ContainersError('checksum-mismatch', `line ${line}: the file is ${match[1]!}:${actual}, not ${checksum}.`, { line, expected: checksum, actual: `${match[1]!}:${actual}` });
  }

  /** A file with the archive, where the content is one; compressed ones are unpacked to it. */
  async #openArchive(content: Content, { path, line }: { readonly path: string; readonly line: number }): Promise<string | undefined> {
    const head = await readHead(content.open());
    const isPacked = head[0] === 0x1f && head[1] === 0x8b;
    const other = OTHER_PACKINGS.find(({ magic }) => magic.every((byte, index) => head[index] === byte));
    if (other !== undefined) throw new ContainersError('archive-invalid', `line ${line}: "${path}" is compressed with ${other.name}, which ADD cannot unpack here; use COPY, or a .tar.gz.`, { line, path });
    const plainHead = isPacked ? await readHead(gunzip(content.open())).catch(() => head) : head;
    if (plainHead.subarray(257, 262).toString('latin1') !== 'ustar') return undefined;
    const spool = this.#parts.nextPath();
    const { sizeBytesMax } = this.#parts.request;
    const bounded = async function* (): AsyncGenerator<Uint8Array, void, void> {
      let sizeBytes = 0;
      for await (const piece of isPacked ? gunzip(content.open()) : content.open()) {
        sizeBytes += piece.length;
        if (sizeBytes > sizeBytesMax) throw new ContainersError('image-too-large', `"${path}" unpacks to more than ${sizeBytesMax} bytes.`, { sizeBytesMax });
        yield piece;
      }
    };
    await pipeline(bounded, createWriteStream(spool, { flags: 'wx', mode: 0o600 }));
    return spool;
  }
}

const OTHER_PACKINGS = [
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;

/** The first block of what is given. */
async function readHead(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    pieces.push(piece.subarray(0, 512));
    size += piece.length;
    if (size >= 512) break;
  }
  return Buffer.concat(pieces).subarray(0, 512);
}

function parseArray(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function portsOf(word: string, line: number): string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(word);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || first < 1 || first > last || last >= PORTS_MAX) throw errorAt(line, 'instruction-invalid', `EXPOSE cannot read ${JSON.stringify(word.slice(0, 40))}`);
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${(match[3] ?? 'tcp').toLowerCase()}`);
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path that is no pattern, whatever is in it. */
function escapePattern(path: string): string {
  return path.replace(/[*?[\\]/g, '\\$&');
}
