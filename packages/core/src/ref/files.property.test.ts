import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { HiddenRefs } from './hidden-refs.js';
import { parseLooseRef, serializeLooseRef } from './loose-ref.js';
import { parseNamespace } from './namespace.js';
import { parsePackedRefs, serializePackedRefs } from './packed-refs.js';
import { compareRefNames } from './ref-name-bytes.js';
import { isRefName, type RefName } from './ref-name.js';
import { parseFetchRefspec, parsePushRefspec, serializeRefspec } from './refspec.js';
import { parseReflog, parseReflogLine, serializeReflog } from './reflog.js';
import { directRef, symbolicRef } from './ref-value.js';

const id = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes).toString('hex') as ObjectId);
const refName = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', 'é', '\u{1F600}'), minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => `refs/${parts.join('/')}`)
  .filter(isRefName);

function throwsOnlyGovcErrors(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(GovcError);
  }
}

/** Bytes that look like the real thing, so that mutations reach deep. */
function mutated(real: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(real, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }), fc.nat())
    .map(([text, edits, cut]) => {
      const bytes = bytesFromText(text).slice();
      for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return cut % 3 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes;
    });
}

describe('packed-refs', () => {
  it('gives back what was written', () => {
    const ref = fc.record({ name: refName, id, peeled: fc.option(id, { nil: undefined }) });
    fc.assert(
      fc.property(fc.uniqueArray(ref, { selector: ({ name }) => name }), (refs) => {
        const sorted = refs.slice().sort((a, b) => compareRefNames(a.name, b.name));
        expect(parsePackedRefs(serializePackedRefs(refs), SHA1)).toEqual(sorted);
      }),
    );
  });

  it('throws nothing but a GovcError', () => {
    const line = fc.tuple(id, refName).map(([object, name]) => `${object} ${name}\n^${object}\n`);
    fc.assert(
      fc.property(mutated(fc.array(line).map((lines) => lines.join(''))), (bytes) => {
        throwsOnlyGovcErrors(() => parsePackedRefs(bytes, SHA1));
      }),
    );
  });
});

describe('loose refs', () => {
  it('give back what was written', () => {
    const value = fc.oneof(id.map(directRef), refName.map(symbolicRef));
    fc.assert(
      fc.property(value, (written) => {
        expect(parseLooseRef(serializeLooseRef(written), SHA1)).toEqual(written);
      }),
    );
  });

  it('throw nothing but a GovcError', () => {
    const text = fc.oneof(id, refName.map((name) => `ref: ${name}\n`));
    fc.assert(
      fc.property(fc.oneof(mutated(text), fc.uint8Array()), (bytes) => {
        throwsOnlyGovcErrors(() => parseLooseRef(bytes, SHA1));
      }),
    );
  });
});

describe('reflogs', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'é', '.', '-', '(', "'", '\u{1F600}'), minLength: 1, maxLength: 6 });
  const entry = fc.record({
    oldId: id,
    newId: id,
    name: word,
    email: word,
    timeSeconds: fc.nat(),
    timezone: fc.constantFrom('+0000', '-0730', '+1400'),
    message: fc.array(word).map((words) => words.join(' ')),
  });

  it('give back what was written', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(parseReflog(serializeReflog(entries), SHA1)).toEqual(entries);
      }),
    );
  });

  it('throw nothing but a GovcError, and a whole log nothing at all', () => {
    const log = fc.array(entry, { maxLength: 3 }).map((entries) => Buffer.from(serializeReflog(entries)).toString());
    fc.assert(
      fc.property(mutated(log), (bytes) => {
        parseReflog(bytes, SHA1);
        throwsOnlyGovcErrors(() => parseReflogLine(bytes, SHA1));
      }),
    );
  });
});

describe('refspecs', () => {
  const side = fc.oneof(refName, fc.constantFrom('', '*', 'refs/*/x', '@', 'main', 'HEAD', 'a'.repeat(40), 'a:b', 'x..y'));
  const text = fc
    .tuple(fc.constantFrom('', '+', '^', '^+'), side, fc.option(side, { nil: undefined }))
    .map(([mark, source, target]) => mark + source + (target === undefined ? '' : `:${target}`));

  it('mean the same after they were written', () => {
    fc.assert(
      fc.property(text, (spec) => {
        for (const parse of [parseFetchRefspec, parsePushRefspec]) {
          throwsOnlyGovcErrors(() => {
            const parsed = parse(spec, SHA1);
            expect(parse(serializeRefspec(parsed), SHA1)).toEqual(parsed);
          });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('hidden refs and namespaces', () => {
  it('take any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), refName, fc.string(), (patterns, name, text) => {
        const hidden = new HiddenRefs(patterns).isHidden(name, `refs/namespaces/a/${name}` as RefName);
        expect(typeof hidden).toBe('boolean');
        throwsOnlyGovcErrors(() => parseNamespace(text));
      }),
    );
  });
});
