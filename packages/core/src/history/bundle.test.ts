import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import { BundleHeaderReader, parseBundleHeader, serializeBundleHeader } from './bundle-header.js';

const ID = hashObject('blob', bytesFromText('x'), SHA1);
const ID256 = hashObject('blob', bytesFromText('x'), SHA256);

describe('the header of a bundle', () => {
  it('reads back what was written, however it is cut', () => {
    const header = {
      version: 3 as const, algorithm: SHA256, filter: undefined,
      prerequisites: [{ id: ID256, comment: 'a subject' }], refs: [{ id: ID256, name: 'refs/heads/main' }],
    };
    const bytes = Buffer.concat([serializeBundleHeader(header), bytesFromText('PACK')]);
    for (let cut = 0; cut < bytes.length - 4; cut++) {
      const reader = new BundleHeaderReader();
      expect(reader.write(bytes.subarray(0, cut))).toBeUndefined();
      expect(Buffer.from(reader.write(bytes.subarray(cut))!).toString()).toBe('PACK');
      expect(reader.header).toEqual(header);
    }
  });

  it.each([
    ['bundle-invalid', '# v1 git bundle\n\n'], ['bundle-invalid', '# v2 git bundle\n'], ['bundle-invalid', `# v2 git bundle\n${ID}\n\n`],
    ['bundle-invalid', '# v2 git bundle\n@object-format=sha1\n\n'], ['unsupported', '# v3 git bundle\n@other\n\n'],
    ['unsupported', '# v3 git bundle\n@object-format=md5\n\n'], ['limit-exceeded', `# v2 git bundle\n-${ID} ${'x'.repeat(70_000)}`],
  ])('refuses with %s what begins %j', (code, text) => {
    expect(() => parseBundleHeader(bytesFromText(text))).toThrow(expect.objectContaining({ code }));
  });
});
