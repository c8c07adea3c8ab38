/**
 * Rules about images: which bases they may have, how large they may be, which labels they must carry, which packages they must not hold.
 */
import { openLayer, readAll, splitImageReference } from '../assemble/base-image.js';
import type { BuiltImage } from '../assemble/built-image.js';
import { matchesPath, parsePathPattern } from '../assemble/path-pattern.js';
import { readTar } from '../assemble/tar-reader.js';
import { ContainersError } from '../errors.js';

/** What holds for every image of a server. What is empty or `undefined` demands nothing. */
export interface ImagePolicy {
  /** Patterns of references such as `team/*` or `docker.io/library/alpine`; without a tag they mean every tag. `scratch` is always allowed. */
  readonly allowedBases: readonly string[];
  /** Bytes of all layers as they are stored. */
  readonly sizeBytesMax: number | undefined;
  readonly requiredLabels: readonly string[];
  /** Names of packages, as patterns; `name=version` means one version. */
  readonly prohibitedPackages: readonly string[];
}

/** Asks before a build begins. @throws {ContainersError} policy-violated */
export function mustAllowBases(images: readonly string[], { allowedBases }: Pick<ImagePolicy, 'allowedBases'>): void {
  if (allowedBases.length === 0) return;
  const refused = images.find((image) => !allowedBases.some((pattern) => isReferenceLike(pattern, image)));
  if (refused === undefined) return;
  throw new ContainersError('policy-violated', `The image "${refused.slice(0, 300)}" is not among the bases that this server allows.`, {
    rule: 'allowed-bases', image: refused.slice(0, 300), allowed: allowedBases,
  });
}

function isReferenceLike(pattern: string, image: string): boolean {
  const { name } = splitImageReference(image);
  const hasTag = pattern.includes('@') || pattern.lastIndexOf(':') > pattern.lastIndexOf('/');
  return matchesPath(parsePathPattern(pattern), hasTag ? image : name);
}

/**
 * Asks of an image before anybody sees it. Cost: reads every layer where packages are prohibited.
 *
 * @throws {ContainersError} policy-violated
 */
export async function mustFitPolicy(image: BuiltImage, { sizeBytesMax, requiredLabels, prohibitedPackages }: ImagePolicy): Promise<void> {
  const sizeBytes = image.manifest.layers.reduce((sum, { size }) => sum + size, 0);
  if (sizeBytesMax !== undefined && sizeBytes > sizeBytesMax) {
    throw new ContainersError('policy-violated', `The image has ${sizeBytes} bytes, and may have ${sizeBytesMax}.`, { rule: 'maximum-size', sizeBytes, sizeBytesMax });
  }
  const labels = image.config.config?.Labels ?? {};
  const missing = requiredLabels.filter((label) => !Object.hasOwn(labels, label) || labels[label] === '');
  if (missing.length > 0) throw new ContainersError('policy-violated', `The image lacks the label ${missing.join(', ')}.`, { rule: 'required-labels', missing });
  if (prohibitedPackages.length > 0) await mustLackPackages(image, prohibitedPackages);
}

/** A package that an image holds. */
export interface ImagePackage {
  readonly name: string;
  readonly version: string;
}

async function mustLackPackages(image: BuiltImage, prohibited: readonly string[]): Promise<void> {
  for await (const { name, version } of listPackages(image)) {
    const rule = prohibited.find((pattern) => isPackageLike(pattern, { name, version }));
    if (rule === undefined) continue;
    throw new ContainersError('policy-violated', `The image holds the package ${name} ${version}, which this server prohibits.`, { rule: 'prohibited-packages', name, version });
  }
}

function isPackageLike(pattern: string, { name, version }: ImagePackage): boolean {
  const [namePattern = '', versionPattern] = pattern.split('=');
  const fits = (part: string, text: string): boolean => matchesPath(parsePathPattern(part), text.replaceAll('/', '_'));
  return fits(namePattern, name) && (versionPattern === undefined || fits(versionPattern, version));
}

const DATABASE_SIZE_MAX = 256 * 1024 ** 2;

/**
 * The packages of every layer by what dpkg and apk note of them. One that a later layer removes is among them: its files are still in the image.
 *
 * @throws {ContainersError} policy-violated: there is a database of RPM, which cannot be read here
 */
export async function* listPackages(image: BuiltImage): AsyncGenerator<ImagePackage, void, void> {
  for (const layer of image.parts.slice(1)) {
    for await (const member of readTar(openLayer(layer))) {
      const path = member.path.replace(/^(?:\.?\/)+/, '');
      if (member.kind !== 'file') continue;
      if (/^(?:var\/lib|usr\/lib\/sysimage)\/rpm\/(?:Packages(?:\.db)?|rpmdb\.sqlite)$/.test(path)) {
        throw new ContainersError('policy-violated', 'The image has packages of RPM, whose database cannot be inspected, and this server prohibits packages.', { rule: 'prohibited-packages', path });
      }
      const fields = /^var\/lib\/dpkg\/status(?:\.d\/[^/]+)?$/.test(path) ? DPKG : /^(?:usr\/)?lib\/apk\/db\/installed$/.test(path) ? APK : undefined;
      if (fields === undefined) continue;
      const text = Buffer.from(await readAll(member.read(), DATABASE_SIZE_MAX)).toString('utf8');
      yield* parseRecords(text, fields);
    }
  }
}

const DPKG = { name: 'Package: ', version: 'Version: ' };
const APK = { name: 'P:', version: 'V:' };

function* parseRecords(text: string, fields: { readonly name: string; readonly version: string }): Generator<ImagePackage, void, void> {
  for (const record of text.split(/\n{2,}/)) {
    const lines = record.split('\n');
    const valueOf = (field: string): string | undefined => lines.find((line) => line.startsWith(field))?.slice(field.length).trim();
    const name = valueOf(fields.name);
    // What was removed keeps a record of its settings.
    if (name !== undefined && !/^Status: .* (?:not-installed|config-files)$/m.test(record)) yield { name, version: valueOf(fields.version) ?? '' };
  }
}
