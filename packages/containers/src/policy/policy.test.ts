import { describe, expect, it } from '@jest/globals';

import type { BuiltImage } from '../assemble/built-image.js';
import { TAR_END, tarHeader, tarPadding } from '../assemble/tar-writer.js';
import { digestOf } from '../digest.js';
import { type ImagePolicy, mustAllowBases, mustFitPolicy } from './policy.js';

const POLICY: ImagePolicy = { allowedBases: [], sizeBytesMax: undefined, requiredLabels: [], prohibitedPackages: [] };

function imageOf(files: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}): BuiltImage {
  const tar = Buffer.concat([...Object.entries(files).flatMap(([path, text]) => [
    tarHeader({ path, kind: 'file', mode: 0o644, uid: 0, gid: 0, timeSeconds: 0, sizeBytes: Buffer.byteLength(text), target: '' }), Buffer.from(text), tarPadding(Buffer.byteLength(text)),
  ]), TAR_END]);
  const descriptor = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(tar), size: tar.length };
  const open = async function* () {
    await Promise.resolve();
    yield tar;
  };
  const manifest = { schemaVersion: 2, config: descriptor, layers: [descriptor] } as const;
  return {
    platform: { os: 'linux', architecture: 'amd64' }, manifest, manifestBytes: new Uint8Array(), parts: [{ descriptor, open }, { descriptor, open }],
    config: { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] }, config: { Labels: labels } },
  };
}

const violation = (rule: string) => expect.objectContaining({ code: 'policy-violated', data: expect.objectContaining({ rule }) });

describe('rules about images', () => {
  it('allow bases by name or by tag', () => {
    const allow = (images: readonly string[], ...allowedBases: string[]) => () => mustAllowBases(images, { allowedBases });
    expect(allow(['anything'])).not.toThrow();
    expect(allow(['team/a:1', 'docker.io/library/alpine@sha256:00'], 'team/*', 'docker.io/library/alpine')).not.toThrow();
    expect(allow(['alpine:3.20'], 'alpine:3.*')).not.toThrow();
    expect(allow(['alpine:edge'], 'alpine:3.*')).toThrow(violation('allowed-bases'));
    expect(allow(['team/a/b'], 'team/*')).toThrow(violation('allowed-bases'));
    expect(allow(['localhost:5000/x'], 'x')).toThrow(violation('allowed-bases'));
  });

  it('bound the size and ask for labels', async () => {
    const image = imageOf({}, { owner: 'me', empty: '' });
    await mustFitPolicy(image, { ...POLICY, sizeBytesMax: 1024, requiredLabels: ['owner'] });
    await expect(mustFitPolicy(image, { ...POLICY, sizeBytesMax: 1023 })).rejects.toEqual(violation('maximum-size'));
    await expect(mustFitPolicy(image, { ...POLICY, requiredLabels: ['owner', 'empty'] })).rejects.toEqual(violation('required-labels'));
  });

  it('find packages of dpkg and apk, and refuse what they cannot inspect', async () => {
    const debian = imageOf({
      'var/lib/dpkg/status': 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: telnet\nStatus: deinstall ok config-files\nVersion: 0.1\n\n',
      'var/lib/dpkg/status.d/ssl': 'Package: libssl3\nVersion: 3.0.1\n',
    });
    const prohibit = (image: BuiltImage, ...prohibitedPackages: string[]) => mustFitPolicy(image, { ...POLICY, prohibitedPackages });
    await prohibit(debian, 'telnet', 'bash=4*', 'ash');
    await expect(prohibit(debian, 'bash')).rejects.toEqual(violation('prohibited-packages'));
    await expect(prohibit(debian, 'libssl*=3.0.*')).rejects.toEqual(violation('prohibited-packages'));
    await expect(prohibit(imageOf({ './lib/apk/db/installed': 'C:Q1\nP:busybox\nV:1.36\n\nP:musl\nV:1.2\n\n' }), 'musl')).rejects.toEqual(violation('prohibited-packages'));
    await expect(prohibit(imageOf({ 'var/lib/rpm/rpmdb.sqlite': 'x' }), 'anything')).rejects.toEqual(violation('prohibited-packages'));
    await prohibit(imageOf({ 'home/var/lib/dpkg/status': 'Package: bash\nVersion: 1\n' }), 'bash');
  });
});
