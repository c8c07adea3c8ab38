import { describe, expect, it } from '@jest/globals';
import { driveJob, drivePieces } from './run.js';
import { runJob, type Job, type Progress } from './job.js';

function* count(to: number, onEnd: () => void = () => undefined): Job<number> {
  try {
    for (let done = 0; done < to; done++) yield { phase: 'Counting', done, total: to };
    return to;
  } finally {
    onEnd();
  }
}

describe('runJob', () => {
  it('drives a job to its end', () => {
    expect(runJob(count(10))).toBe(10);
  });
});

describe('driveJob', () => {
  it('gives the result of the job', async () => {
    await expect(driveJob(count(10))).resolves.toBe(10);
  });

  it('lets others run between slices and reports progress', async () => {
    let turns = 0;
    let going = true;
    const other = (): void => {
      turns++;
      if (going) setImmediate(other);
    };
    setImmediate(other);
    const seen: Progress[] = [];
    await driveJob(count(50), { sliceMs: 0, onProgress: (progress) => seen.push(progress) });
    going = false;
    expect(turns).toBeGreaterThan(10);
    expect(seen.length).toBe(50);
    expect(seen[0]).toEqual({ phase: 'Counting', done: 0, total: 50 });
  });

  it('stops when its signal is raised and lets the job clean up', async () => {
    const controller = new AbortController();
    let cleaned = false;
    const running = driveJob(count(1e9, () => {
      cleaned = true;
    }), {
      signal: controller.signal,
      sliceMs: 0,
      onProgress: ({ done }) => {
        if (done > 5) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    expect(cleaned).toBe(true);
  });

  it('passes on what the job throws', async () => {
    const failing = function* (): Job<void> {
      yield { phase: 'Failing', done: 0, total: 1 };
      throw new Error('broken');
    };
    await expect(driveJob(failing())).rejects.toThrow('broken');
  });
});

describe('drivePieces', () => {
  function* pieces(count: number): Generator<Uint8Array | Progress, string, void> {
    for (let done = 0; done < count; done++) {
      yield { phase: 'Writing', done, total: count };
      yield Uint8Array.of(done);
    }
    return 'end';
  }

  it('gives each piece, in order, one after the other', async () => {
    const taken: number[] = [];
    let waiting = 0;
    const result = await drivePieces(pieces(20), async (piece) => {
      expect(waiting++).toBe(0);
      await Promise.resolve();
      taken.push(piece[0]!);
      waiting--;
    }, { sliceMs: 0 });
    expect(result).toBe('end');
    expect(taken).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('stops when its signal is raised or a piece cannot be taken', async () => {
    const controller = new AbortController();
    const stopping = drivePieces(pieces(1e6), async (piece) => {
      if (piece[0] === 5) controller.abort();
    }, { signal: controller.signal });
    await expect(stopping).rejects.toMatchObject({ code: 'aborted' });
    await expect(drivePieces(pieces(5), () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  });
});
