import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileSource, FileSpool } from './file-source.js';

const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) >> 3);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'govc-file-source-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

function written(): string {
  const path = join(folder, 'a.pack');
  writeFileSync(path, bytes);
  return path;
}

describe('a source over a file', () => {
  it('gives ranges inside a window, across windows and at the end', () => {
    const source = new FileSource(written());
    expect(source.size).toBe(bytes.length);
    for (const [offset, length] of [[0, 12], [16_380, 8], [100, 40_000], [69_990, 10], [65_536, 4464], [5, 0]] as const) {
      expect(Buffer.compare(source.read(offset, length), bytes.subarray(offset, offset + length))).toBe(0);
    }
    expect(codeOf(() => source.read(69_999, 2))).toBe('pack-corrupt');
    source.close();
  });

  it('goes on reading after the file was unlinked', () => {
    const path = written();
    const source = new FileSource(path);
    unlinkSync(path);
    expect([...source.read(50_000, 3)]).toEqual([...bytes.subarray(50_000, 50_003)]);
    source.close();
  });

  it('tells a file that was cut short behind its back', () => {
    const path = written();
    const source = new FileSource(path);
    truncateSync(path, 20_000);
    expect(codeOf(() => source.read(30_000, 10))).toBe('pack-corrupt');
    source.close();
  });

  it('closes when the last reader does', () => {
    const source = new FileSource(written());
    source.retain().close();
    expect(source.read(0, 1)[0]).toBe(bytes[0]);
    source.close();
    source.close();
    expect(codeOf(() => source.read(0, 1))).toBe('io-failed');
  });

  it('says which file it cannot open', () => {
    expect(codeOf(() => new FileSource(join(folder, 'missing')))).toBe('io-failed');
  });
});

describe('a spool in a file', () => {
  it('reads back what was appended and corrected', () => {
    const spool = new FileSpool(join(folder, 'b.pack'));
    spool.append(bytes.subarray(0, 20_000));
    expect([...spool.read(19_998, 2)]).toEqual([...bytes.subarray(19_998, 20_000)]);
    spool.append(bytes.subarray(20_000));
    expect([...spool.read(19_998, 4)]).toEqual([...bytes.subarray(19_998, 20_002)]);
    spool.overwrite(19_999, Uint8Array.of(1, 2));
    expect([...spool.read(19_998, 4)]).toEqual([bytes[19_998], 1, 2, bytes[20_001]]);
    expect(codeOf(() => new FileSpool(join(folder, 'b.pack')))).toBe('io-failed');
    spool.close();
  });

  it('says which error of the system kept it from being written', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const spool = new FileSpool(join(folder, 'full.pack'), {
      open: () => openSync(join(folder, 'full.pack'), 'wx+'),
      write: () => {
        throw full;
      },
      close: closeSync,
    });
    expect(() => spool.append(bytes)).toThrow(expect.objectContaining({ code: 'io-failed', data: { code: 'ENOSPC' }, cause: full }));
    spool.close();
  });
});
