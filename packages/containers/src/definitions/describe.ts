/**
 * Definitions of containers among the files of a repository: which files are some, what they say, and what they need.
 */
import { posix } from 'node:path';

import { dialectOfPath, imagesOf } from '../definition.js';
import type { Definition } from '../definition.js';
import { errorAt } from '../errors.js';
import { parseDefinition } from '../parse.js';
import { child, itemsOf, parseYaml, textOf, type YamlMap, type YamlValue } from './yaml-documents.js';

/** The languages of definitions. */
export const DEFINITION_TYPES = ['govcfile', 'dockerfile', 'govc-compose', 'compose', 'kubernetes', 'helm'] as const;

/** One of {@link DEFINITION_TYPES}. */
export type DefinitionType = (typeof DEFINITION_TYPES)[number];

/** A service of a compose file. */
export interface ComposeService {
  readonly name: string;
  readonly line: number;
  readonly image: string | undefined;
  readonly build: { readonly context: string; readonly file: string | undefined; readonly target: string | undefined; readonly args: ReadonlyMap<string, string> } | undefined;
  readonly dependsOn: readonly string[];
}

/** An object of a manifest for Kubernetes. */
export interface KubernetesResource {
  readonly line: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly images: readonly string[];
}

/** A chart of Helm. */
export interface HelmChart {
  readonly line: number;
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly appVersion: string | undefined;
  readonly dependencies: readonly { readonly name: string; readonly version: string | undefined; readonly repository: string | undefined }[];
}

/** What a definition says. */
export type Described =
  | { readonly type: 'govcfile' | 'dockerfile'; readonly definition: Definition }
  | { readonly type: 'govc-compose' | 'compose'; readonly services: readonly ComposeService[] }
  | { readonly type: 'kubernetes'; readonly resources: readonly KubernetesResource[] }
  | { readonly type: 'helm'; readonly chart: HelmChart };

/** The type that a path announces; `maybe-kubernetes` for YAML that may be anything. */
export function typeOfPath(path: string): DefinitionType | 'maybe-kubernetes' | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dialect = /\.(?:dockerignore|md|txt|ya?ml|json)$/i.test(name) ? undefined : dialectOfPath(path);
  if (dialect !== undefined) return dialect === 'govcfile' ? 'govcfile' : 'dockerfile';
  if (/^govc-compose(?:\.[\w.-]+)?\.ya?ml$/i.test(name)) return 'govc-compose';
  if (/^(?:docker-|podman-|container-)?compose(?:\.[\w.-]+)?\.ya?ml$/i.test(name)) return 'compose';
  if (name === 'Chart.yaml') return 'helm';
  // Templates of a chart are no YAML before Helm has filled them.
  return /\.ya?ml$/i.test(name) && !/(?:^|\/)templates\//.test(path) ? 'maybe-kubernetes' : undefined;
}

/** The type of a file by its path and, where that is not enough, its text; `undefined`: it defines no container. */
export function typeOfDefinition(path: string, readText: () => string): DefinitionType | undefined {
  const type = typeOfPath(path);
  if (type !== 'maybe-kubernetes') return type;
  const text = readText();
  return /^apiVersion:\s*\S/m.test(text) && /^kind:\s*\S/m.test(text) ? 'kubernetes' : undefined;
}

/**
 * Reads a definition of a known type.
 *
 * @throws {ContainersError} what reading the language throws, with `data.line`; definition-invalid
 */
export function describeDefinition(text: string, type: DefinitionType): Described {
  switch (type) {
    case 'govcfile':
      return { type, definition: parseDefinition(text, 'govcfile') };
    case 'dockerfile':
      return { type, definition: parseDefinition(text, 'containerfile') };
    case 'govc-compose':
    case 'compose':
      return { type, services: readCompose(oneMap(text)) };
    case 'kubernetes':
      return { type, resources: parseYaml(text).flatMap((document) => resourcesOf(document)) };
    case 'helm':
      return { type, chart: readChart(oneMap(text)) };
  }
}

/** What a definition tells of itself, as texts by name. */
export function metadataOf(described: Described, text: string): Record<string, string> {
  switch (described.type) {
    case 'govcfile':
    case 'dockerfile':
      return { ...commentMetadata(text), ...Object.fromEntries(described.definition.metadata) };
    case 'govc-compose':
    case 'compose':
      return { services: described.services.map(({ name }) => name).join(',') };
    case 'kubernetes':
      return { resources: described.resources.map(({ kind, name }) => `${kind}/${name}`).join(',') };
    case 'helm': {
      const { name, version, appVersion } = described.chart;
      return { name, version, ...(appVersion === undefined ? {} : { appVersion }) };
    }
  }
}

/** `# @key=value` before the first instruction: metadata in files that other builders read, too. */
function commentMetadata(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() !== '' && !/^\s*[#@]/.test(line)) break;
    const match = /^#\s*@([A-Za-z][A-Za-z0-9_.-]*)\s*=(.*)$/.exec(line);
    if (match !== null) found[match[1]!] = match[2]!.trim();
  }
  return found;
}

/**
 * What a definition needs, each once: images by their references, other definitions and files by their paths in the repository.
 * A path of a folder ends with a slash.
 */
export function dependenciesOf(described: Described, path: string): string[] {
  const folder = posix.dirname(path);
  const below = (relative: string): string => posix.normalize(posix.join(folder, relative)).replace(/^\.\/|\/$/g, '');
  const isInside = (found: string): boolean => found !== '..' && !found.startsWith('../') && !found.startsWith('/');
  switch (described.type) {
    case 'govcfile':
    case 'dockerfile':
      return imagesOf(described.definition);
    case 'govc-compose':
    case 'compose':
      return [...new Set(described.services.flatMap(({ image, build }) => {
        if (build === undefined) return image === undefined ? [] : [image];
        if (/^[a-z]+:\/\/|^git@/.test(build.context)) return [build.context];
        const context = below(build.context);
        const file = posix.normalize(posix.join(context, build.file ?? 'Dockerfile'));
        return [`${context === '.' ? '' : context}/`.replace(/^\/$/, './'), file].filter(isInside);
      }))];
    case 'kubernetes':
      return [...new Set(described.resources.flatMap(({ images }) => images))];
    case 'helm':
      return described.chart.dependencies.map(({ name, version, repository }) => {
        if (repository?.startsWith('file://') === true) return below(`${repository.slice('file://'.length)}/Chart.yaml`);
        return `${repository === undefined ? '' : `${repository}/`}${name}${version === undefined ? '' : `:${version}`}`;
      });
  }
}

function oneMap(text: string): YamlMap {
  const documents = parseYaml(text);
  const [first] = documents;
  if (first?.kind !== 'map' || documents.length !== 1) throw errorAt(documents[1]?.line ?? first?.line ?? 1, 'definition-invalid', 'the file must hold one map');
  return first;
}

function readCompose(file: YamlMap): ComposeService[] {
  const services = file.entries.get('services');
  if (services?.kind !== 'map') throw errorAt(services?.line ?? file.line, 'definition-invalid', 'a compose file needs "services", a map by name');
  return [...services.entries].map(([name, service]) => {
    if (service.kind !== 'map') throw errorAt(service.line, 'definition-invalid', `the service "${name}" must be a map`);
    const image = textOf(child(service, 'image'));
    const build = readBuild(child(service, 'build'));
    if (image === undefined && build === undefined && child(service, 'extends') === undefined) {
      throw errorAt(service.line, 'definition-invalid', `the service "${name}" needs "image" or "build"`);
    }
    const after = child(service, 'depends_on');
    const dependsOn = after?.kind === 'map' ? [...after.entries.keys()] : itemsOf(after).flatMap((item) => textOf(item) ?? []);
    for (const other of dependsOn) {
      if (!services.entries.has(other)) throw errorAt(after!.line, 'definition-invalid', `the service "${name}" depends on "${other}", which there is not`);
    }
    return { name, line: service.line, image, build, dependsOn };
  });
}

function readBuild(value: YamlValue | undefined): ComposeService['build'] {
  if (value === undefined) return undefined;
  const short = textOf(value);
  if (short !== undefined) return { context: short, file: undefined, target: undefined, args: new Map() };
  if (value.kind !== 'map') throw errorAt(value.line, 'definition-invalid', '"build" must be a path or a map');
  const args = child(value, 'args');
  const pairs = args?.kind === 'map'
    ? [...args.entries].map(([name, each]) => [name, textOf(each) ?? ''] as const)
    : itemsOf(args).map((item) => textOf(item) ?? '').map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)] as const);
  return { context: textOf(child(value, 'context')) ?? '.', file: textOf(child(value, 'dockerfile')), target: textOf(child(value, 'target')), args: new Map(pairs) };
}

function resourcesOf(document: YamlValue): KubernetesResource[] {
  const kind = textOf(child(document, 'kind'));
  const apiVersion = textOf(child(document, 'apiVersion'));
  if (kind === undefined || apiVersion === undefined) throw errorAt(document.line, 'definition-invalid', 'an object of Kubernetes needs "apiVersion" and "kind"');
  if (kind === 'List') return itemsOf(child(document, 'items')).flatMap((item) => child(item, 'kind') === undefined || textOf(child(item, 'kind')) === 'List' ? [] : resourcesOf(item));
  const metadata = child(document, 'metadata');
  const name = textOf(child(metadata, 'name')) ?? textOf(child(metadata, 'generateName'));
  if (name === undefined) throw errorAt(metadata?.line ?? document.line, 'definition-invalid', `the ${kind} needs "metadata.name"`);
  return [{ line: document.line, apiVersion, kind, name, images: findImages(document) }];
}

/** The images of all containers, wherever a template holds some. */
function findImages(start: YamlValue): string[] {
  const found = new Set<string>();
  const waiting: YamlValue[] = [start];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value.kind === 'list') waiting.push(...value.items);
    if (value.kind !== 'map') continue;
    for (const [key, inner] of value.entries) {
      waiting.push(inner);
      if (key !== 'containers' && key !== 'initContainers' && key !== 'ephemeralContainers') continue;
      for (const container of itemsOf(inner)) {
        const image = textOf(child(container, 'image'));
        if (image !== undefined) found.add(image);
      }
    }
  }
  return [...found];
}

function readChart(file: YamlMap): HelmChart {
  const need = (key: string): string => {
    const text = textOf(file.entries.get(key));
    if (text === undefined) throw errorAt(file.entries.get(key)?.line ?? file.line, 'definition-invalid', `a chart needs "${key}"`);
    return text;
  };
  const dependencies = itemsOf(file.entries.get('dependencies')).map((item) => {
    const name = textOf(child(item, 'name'));
    if (name === undefined) throw errorAt(item.line, 'definition-invalid', 'a dependency of a chart needs "name"');
    return { name, version: textOf(child(item, 'version')), repository: textOf(child(item, 'repository')) };
  });
  return { line: file.line, apiVersion: need('apiVersion'), name: need('name'), version: need('version'), appVersion: textOf(file.entries.get('appVersion')), dependencies };
}
