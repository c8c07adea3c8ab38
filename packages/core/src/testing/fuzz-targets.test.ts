import { describe, expect, it } from '@jest/globals';
import { FUZZ_TARGETS } from './fuzz-targets.js';
import { mutateBytes } from './mutate.js';
import { SeededRandom } from './random.js';

describe.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))('the decoder "%s"', (_name, target) => {
  it('returns or throws a GovcError for whatever it is given', () => {
    const random = new SeededRandom(42);
    const seeds = target.seeds();
    expect(seeds.length).toBeGreaterThan(0);
    for (let i = 0; i < 300; i++) {
      const input = i < seeds.length ? seeds[i]! : mutateBytes(seeds[i % seeds.length]!, random);
      try {
        target.run(input);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'GovcError') {
          throw new Error(`input ${Buffer.from(input).toString('base64')}`, { cause: error });
        }
      }
    }
  });
});
